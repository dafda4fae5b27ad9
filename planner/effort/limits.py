"""Limits that planners set, as numbers: one row for each programme, and for each area of a least coverage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from planner import units
from planner.case import Case
from planner.frames import records

COVERAGE = "least_coverage"
NOBODY = -1
"""Where a limit has no programme, or no single area."""


def limit_table(case: Case) -> pd.DataFrame:
    """The limits of a case with positions in its tables, and money penalties for each unit of money.

    Returns:
        Frame with the columns of ``PlanningProblem.limits``: limit_id, kind, programme, area, areas, least,
        penalty, hard, file, row.
    """
    area = {name: number for number, name in enumerate(case.areas["area_id"])}
    programme = {name: number for number, name in enumerate(case.programmes["programme_id"])}
    columns = ["limit_id", "kind", "programme", "area", "areas", "least", "penalty", "hard", "file", "row"]
    return pd.DataFrame(_rows(case, area, programme), columns=columns)


def _rows(case: Case, area: dict[str, int], programme: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    for limit in records(case.limits):
        hard = bool(np.isinf(limit.penalty))
        named = tuple(area[name] for name in limit.areas)
        payer = programme.get(limit.programme, NOBODY)
        if limit.kind == COVERAGE:
            places: list[tuple[int, tuple[int, ...]]] = [(place, ()) for place in named]
            penalty = float(limit.penalty)
        else:
            places, penalty = [(NOBODY, named)], float(units.per_million_to_per_unit(limit.penalty))
        for place, within in places:
            yield (
                *(limit.limit_id, limit.kind, payer, place, within, limit.least, penalty, hard),
                *(limit.file, limit.row),
            )
