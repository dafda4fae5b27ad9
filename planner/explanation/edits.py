"""Edits of a case: what its plan would be if one thing were different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from planner.case import Case
from planner.features.coverage_goal import COVERAGE
from planner.frames import numbers


def with_budget(case: Case, programme_id: str, budget: float) -> Case:
    """The case with another budget of a programme [money]."""
    chosen = case.programmes["programme_id"] == programme_id
    return replace(
        case, programmes=case.programmes.assign(budget=case.programmes["budget"].where(~chosen, budget))
    )


def with_one_unit_more(case: Case, asset_id: str) -> Case:
    """The case with one unit more of an asset or sensor."""

    def more(table: pd.DataFrame, column: str) -> pd.DataFrame:
        if not len(table):
            return table
        return table.assign(units=numbers(table["units"]) + (table[column] == asset_id).to_numpy())

    return replace(case, assets=more(case.assets, "asset_id"), sensors=more(case.sensors, "sensor_id"))


def with_access(case: Case, grants: Mapping[str, Sequence[str]]) -> Case:
    """The case with access for operators to more areas: area ids by operator."""
    every: dict[str, object] = {"periods": (), "tasks": (), "kinds": (), "basis": "", "source": ""}
    new = pd.DataFrame(
        [{**every, "operator": operator, "areas": tuple(areas)} for operator, areas in grants.items()],
        columns=["operator", "areas", *every],
    )
    return replace(case, access=_below(case.access, new))


def with_least_coverage(case: Case, area_id: str, share: float) -> Case:
    """The case with a least coverage of an area that must be kept, beside its own limits."""
    row: dict[str, object] = {
        "limit_id": "asked_for_here",
        "kind": COVERAGE,
        "programme": "",
        "areas": (area_id,),
        "period": "",
        "least": share,
        "penalty": float("inf"),
        "currency": case.settings.currency,
        "source": "",
        "file": "explain",
        "row": 0,
    }
    return replace(case, limits=_below(case.limits, pd.DataFrame([row], columns=list(case.limits.columns))))


def with_objective(case: Case, objective: str) -> Case:
    """The case with another objective."""
    return replace(case, settings=case.settings.model_copy(update={"objective": objective}))


def with_tolerance(case: Case, tolerance: float) -> Case:
    """The case with another largest optimality gap."""
    solver = case.settings.solver.model_copy(update={"gap_tolerance": tolerance})
    return replace(case, settings=case.settings.model_copy(update={"solver": solver}))


def _below(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows under a table, with its columns and types."""
    types = table.dtypes.to_dict()
    own = rows[list(table.columns)]
    return (pd.concat([table, own], ignore_index=True) if len(table) else own.reset_index(drop=True)).astype(
        types
    )
