"""Edits of a case: what its plan would be if one thing were different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.features.limits import COVERAGE


def with_budgets(case: Case, budgets: Mapping[str, float]) -> Case:
    """The case with other budgets of programmes [money], by id."""
    return replace(case, programmes=with_values(case.programmes, "programme_id", "budget", budgets))


def with_one_unit_more(case: Case, asset_id: str) -> Case:
    """The case with one unit more of an asset or sensor."""
    tables = {"assets": (case.assets, "asset_id"), "sensors": (case.sensors, "sensor_id")}
    more: dict[str, Any] = {
        name: table.assign(units=table["units"] + (table[key] == asset_id).astype(float))
        for name, (table, key) in tables.items()
        if len(table)
    }
    return replace(case, **more)


def with_access(case: Case, grants: Mapping[str, Sequence[str]]) -> Case:
    """The case with access for operators to more areas: area ids by operator."""
    every: dict[str, Any] = {"periods": (), "tasks": (), "kinds": ()}
    rows = [{**every, "operator": operator, "areas": tuple(areas)} for operator, areas in grants.items()]
    return replace(case, access=with_rows(case.access, rows))


def with_least_coverage(case: Case, area_id: str, share: float) -> Case:
    """The case with a least coverage of an area that must be kept, beside its own limits."""
    own = {"limit_id": "asked_for_here", "kind": COVERAGE, "areas": (area_id,), "least": share}
    more = {"penalty": float("inf"), "currency": case.settings.currency, "file": "explain", "row": 0}
    return replace(case, limits=with_rows(case.limits, [{**own, **more}]))


def with_settings(case: Case, **changes: Any) -> Case:
    """The case with other settings, such as its objective."""
    return replace(case, settings=case.settings.model_copy(update=changes))


def with_gap(case: Case, gap: float) -> Case:
    """The case, solved to another optimality gap."""
    solver = case.settings.solver.model_copy(update={"gap_tolerance": gap})
    return with_settings(case, solver=solver)


def with_values(table: pd.DataFrame, key: str, column: str, values: Mapping[str, float]) -> pd.DataFrame:
    """A table with other values in a column, by id."""
    new = table[key].map(values)
    return table.assign(**{column: new.where(new.notna(), table[column]).astype(np.float64)})


def with_rows(table: pd.DataFrame, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A table with more rows, below its own; what is not given is blank."""
    blank = {name: "" for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])}
    own = pd.DataFrame([{**blank, **row} for row in rows], columns=table.columns)
    whole = pd.concat([table, own], ignore_index=True) if len(table) else own
    return whole.astype(table.dtypes.to_dict())
