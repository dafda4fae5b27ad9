"""The effort table: one row per thing that can be done in a cell, whatever does it.

The linear program sees only this table, capacities, budgets and areas: nothing of geography.

Rows of one ``activity`` are done together (a radar watches all its cells at once); every patrol and every
satellite scene is an activity of its own. Quantities are those of one mission (one hour of a fixed sensor);
hours and cost of a joint activity stand in one of its rows, so that rows add up to the activity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

EFFORT_COLUMNS: Mapping[str, str] = {
    "activity": "int32",  # rows with the same number are done together
    "asset": "int32",  # position in the fleet
    "base": "int32",  # position in the bases, NO_BASE where there is none
    "cell": "int32",  # position in the cells
    "area": "int32",  # position in the areas
    "distance_nm": "float64",
    "mission_hours": "float64",
    "on_station_hours": "float64",
    "swept_km2": "float64",
    "factor": "float64",  # coverage factor that one mission a year adds to the cell
    "cost": "float64",  # case currency
    "access": "bool",  # the coastal state lets the operator work here
}
NO_BASE = -1


def effort_rows(**columns: npt.ArrayLike) -> pd.DataFrame:
    """Make effort rows of one asset; numbers are repeated to the length of the arrays.

    Args:
        columns: every column of ``EFFORT_COLUMNS`` but ``activity``, which is numbered by row when absent.

    Returns:
        A frame with the columns and types of ``EFFORT_COLUMNS``.

    Raises:
        ValueError: a column is missing or unknown.
    """
    expected = set(EFFORT_COLUMNS) - {"activity"}
    given = set(columns) - {"activity"}
    if given != expected:
        raise ValueError(f"effort columns differ from the contract: {sorted(given ^ expected)}")
    arrays = {name: np.atleast_1d(np.asarray(values)) for name, values in columns.items()}
    length = len(arrays["cell"])
    arrays.setdefault("activity", np.arange(length))
    return pd.DataFrame(
        {name: np.broadcast_to(arrays[name], length).astype(kind) for name, kind in EFFORT_COLUMNS.items()}
    )


def stack(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put effort rows of several assets under each other, with activities numbered through."""
    numbered = []
    first = 0
    for part in parts:
        if part.empty:
            continue
        numbered.append(part.assign(activity=(part["activity"] + first).astype("int32")))
        first = int(numbered[-1]["activity"].max()) + 1
    if not numbered:
        return effort_rows(**{name: np.empty(0) for name in EFFORT_COLUMNS if name != "activity"})
    return pd.concat(numbered, ignore_index=True)
