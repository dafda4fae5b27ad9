"""The causes of coverage gaps in the tables of results: the largest of each area, mandate and cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers
from planner.results.contract import CAUSES, NO_CAUSE, NOT_SOUGHT, TOTAL


def largest_causes(table: pd.DataFrame, level: str) -> pd.Series:
    """The largest cause (the first of equal ones) of each row of a level, all, area or programme."""
    rows = table[table["level"] == level]
    if rows.empty:
        return pd.Series(dtype=object)
    wide = rows.pivot_table("km2", ["programme_id", "area_id"], "cause", aggfunc="sum")
    wide = wide.reindex(columns=list(CAUSES)).fillna(0.0)
    return wide.idxmax(axis=1).where(wide.max(axis=1) > 0.0, NO_CAUSE)


def largest_cause(causes: pd.DataFrame, short: bool) -> str:
    """The largest of some causes, summed over their rows; ``short``: whether anything is missing."""
    km2 = causes.groupby("cause", sort=False)["km2"].sum()
    if not short:
        return NO_CAUSE
    return str(km2.idxmax()) if len(km2) else NOT_SOUGHT


def area_causes(areas: pd.DataFrame, table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The largest cause of each row of ``areas``, by its shortfall."""
    known = largest_causes(table, "area")
    own = known.droplevel("programme_id").to_dict() if len(known) else {}
    return _named(areas, [own.get(area) for area in areas["area_id"]])


def gap_causes(gaps: pd.DataFrame, table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The largest cause of each row of ``gaps``."""
    mandates = largest_causes(table, "programme")
    whole = largest_causes(table, "all")
    known = {**mandates.to_dict(), **dict.fromkeys([(TOTAL, TOTAL)], whole.iloc[0] if len(whole) else None)}
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
