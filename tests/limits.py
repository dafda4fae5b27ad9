"""Limits from plain numbers, for problems without geography."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.model.demands import COVERAGE, LIMIT_TYPES, SHARE, SPENDING
from planner.model.problem import PlanningProblem

Limit = dict[str, object]


def least_coverage(area: int, least: float, penalty: float = np.inf) -> Limit:
    return {"kind": COVERAGE, "area": area, "least": least, "penalty": penalty}


def least_share(programme: int, areas: Sequence[int], least: float, penalty: float = np.inf) -> Limit:
    named = {"kind": SHARE, "programme": programme, "areas": tuple(areas)}
    return {**named, "least": least, "penalty": penalty}


def least_spending(programme: int, least: float, penalty: float = np.inf) -> Limit:
    return {"kind": SPENDING, "programme": programme, "least": least, "penalty": penalty}


def limits_table(*limits: Limit) -> pd.DataFrame:
    """Limits l0, l1, ... in rows 2, 3, ... of limits.csv."""
    nothing = {"programme": -1, "area": -1, "areas": ()}
    rows = [
        {**nothing, **limit, "limit_id": f"l{n}", "file": "limits.csv", "row": n + 2}
        for n, limit in enumerate(limits)
    ]
    table = pd.DataFrame(rows)
    table["hard"] = np.isinf(table["penalty"])
    return table[list(LIMIT_TYPES)].astype(LIMIT_TYPES)


def limited(problem: PlanningProblem, *limits: Limit) -> PlanningProblem:
    return replace(problem, limits=limits_table(*limits))
