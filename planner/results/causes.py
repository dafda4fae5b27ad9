"""The causes of coverage gaps in the tables of results: the largest of each area, mandate and cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers, records
from planner.results.contract import CAUSES, NO_CAUSE, NOT_SOUGHT, TOTAL


def largest_causes(table: pd.DataFrame, level: str) -> dict[tuple[str, str], str]:
    """The largest cause (the first of equal ones) by programme and area; level: all, area or programme."""
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for row in records(table[table["level"] == level]):
        km2 = sums.setdefault((row.programme_id, row.area_id), dict.fromkeys(CAUSES, 0.0))
        km2[row.cause] = km2.get(row.cause, 0.0) + row.km2
    largest = {key: max(km2, key=km2.__getitem__) for key, km2 in sums.items()}
    return {key: cause if sums[key][cause] > 0.0 else NO_CAUSE for key, cause in largest.items()}


def largest_cause(causes: pd.DataFrame, short: bool) -> str:
    """The largest of some causes, summed over their rows; ``short``: whether anything is missing."""
    km2 = causes.groupby("cause", sort=False)["km2"].sum()
    if not short:
        return NO_CAUSE
    return str(km2.idxmax()) if len(km2) else NOT_SOUGHT


def area_causes(areas: pd.DataFrame, table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The largest cause of each row of ``areas``, by its shortfall."""
    own = {area: cause for (_, area), cause in largest_causes(table, "area").items()}
    return _named(areas, [own.get(area) for area in areas["area_id"]])


def gap_causes(gaps: pd.DataFrame, table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The largest cause of each row of ``gaps``."""
    whole = next(iter(largest_causes(table, "all").values()), None)
    known = {**largest_causes(table, "programme"), (TOTAL, TOTAL): whole}
    keys = zip(gaps["programme_id"], gaps["area_id"], strict=True)
    return _named(gaps, [known.get(key) for key in keys])


def cell_causes(
    area: npt.NDArray[np.int64], pod: npt.NDArray[np.float64], of_areas: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    """The cause of each cell that misses something: that of its area."""
    return np.where(pod < 1.0, of_areas[area], NO_CAUSE)


def _named(table: pd.DataFrame, causes: Sequence[str | None]) -> npt.NDArray[np.object_]:
    short = numbers(table["shortfall_km2"]) > 0.0
    found = [(cause or NOT_SOUGHT) if some else NO_CAUSE for cause, some in zip(causes, short, strict=True)]
    return np.array(found, dtype=object)
