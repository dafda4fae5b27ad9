"""The effort table: what each asset and sensor can do in each cell, with and without access or a payer.

Rows of one ``activity`` are done together (a radar watches all its cells at once): hours and cost are those
of the activity and the same in all its rows. Every patrol and every scene is an activity of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

COLUMNS: Mapping[str, str] = {
    "activity": "int32",  # rows with the same number are done together
    "asset": "int16",  # position in the fleet
    "base": "int16",  # position in the bases, NO_BASE where there is none
    "cell": "int32",  # position in the cells
    "area": "int16",  # position in the areas
    "paid_in": "int16",  # position of the area in which the activity is paid for
    "distance_nm": "float64",
    "mission_hours": "float64",  # of one mission, one scene, or 1 for an hour of a fixed sensor
    "factor": "float64",  # coverage factor that one of them in the horizon adds to the cell
    "cost": "float64",  # case currency
    "access": "bool",  # the coastal state lets the operator work here
}
NO_BASE = -1
Rows = Mapping[str, npt.NDArray[Any]]
"""Effort rows of one asset: the columns of ``COLUMNS`` with their types, each of shape (rows,)."""


def effort_rows(**columns: npt.ArrayLike) -> Rows:
    """Make effort rows of one asset; numbers are repeated to the length of the arrays.

    Args:
        columns: every column of ``COLUMNS``; ``activity`` is numbered by row when absent, ``paid_in`` is the
            area of the row, and there is no access.

    Raises:
        ValueError: a column is missing or unknown.
    """
    arrays = {name: np.atleast_1d(np.asarray(values)) for name, values in columns.items()}
    arrays.setdefault("access", np.zeros(1))
    arrays.setdefault("paid_in", arrays.get("area", np.zeros(0)))
    length = len(arrays.get("cell", ()))
    arrays.setdefault("activity", np.arange(length))
    if set(arrays) != set(COLUMNS):
        raise ValueError(f"effort columns differ from the contract: {sorted(set(arrays) ^ set(COLUMNS))}")
    return {name: np.broadcast_to(arrays[name], length).astype(kind) for name, kind in COLUMNS.items()}


def stack(parts: Sequence[Rows | pd.DataFrame]) -> pd.DataFrame:
    """The table of effort rows of several assets, one after the other, with activities numbered through."""
    activities, first = [], 0
    for part in parts:
        activities.append(np.asarray(part["activity"]) + np.int32(first))
        first = int(activities[-1].max(initial=first - 1)) + 1
    columns = {name: [part[name] for part in parts] for name in COLUMNS} | {"activity": activities}
    none = effort_rows(**{name: np.empty(0) for name in COLUMNS})
    return pd.DataFrame({name: np.concatenate([none[name], *some]) for name, some in columns.items()})


def asset_areas(rows: pd.DataFrame, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which assets and sensors rows have in which areas, both by position, shape (fleet, areas)."""
    found = np.zeros(shape, dtype=bool)
    found[rows["asset"], rows["area"]] = True
    return found
