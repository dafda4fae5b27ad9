"""Edits of a case: what its plan would be if one thing were different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.case import SERVICES, Case
from planner.features.coverage_goal import COVERAGE
from planner.frames import numbers

ASKED = "asked_for_here"
"""Id of the least coverage that an explanation asks for."""


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
    rows = [(operator, tuple(areas), "", "") for operator, areas in grants.items()]
    new = pd.DataFrame(rows, columns=["operator", "areas", "basis", "source"])
    return replace(case, access=_below(case.access, new))


def with_least_coverage(case: Case, area_id: str, share: float, penalty: float) -> Case:
    """The case with a least coverage of an area, beside its own limits; infinite penalties make it hard."""
    row: dict[str, object] = {
        "limit_id": ASKED,
        "kind": COVERAGE,
        "programme": "",
        "areas": (area_id,),
        "least": share,
        "penalty": penalty,
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


def with_new_means(
    case: Case, asset_id: str, hours: float, money: float, area_ids: Sequence[str]
) -> tuple[Case, str]:
    """The case with new hours of an asset or sensor [h] that only new money pays for [money], in some areas.

    Bases take these hours beside what they take today.

    Returns:
        The case, and the id of both the new asset and the new programme.
    """
    taken = {*case.programmes["programme_id"]}
    taken |= {*case.assets.get("asset_id", ()), *case.sensors.get("sensor_id", ())}
    own = "new"
    while own in taken:
        own += "_"
    assets, kind = _with_another(case.assets, "asset_id", asset_id, hours, own)
    sensors, kind_of_sensor = _with_another(case.sensors, "sensor_id", asset_id, hours, own)
    kind = kind or kind_of_sensor
    used = case.assets.loc[case.assets["asset_id"] == asset_id, "bases"] if len(case.assets) else ()
    at = case.bases["base_id"].isin({base for some in used for base in some}).to_numpy()
    places = numbers(case.bases["capacity_hours"]) + np.where(at, hours, 0.0)
    row = {
        "programme_id": own,
        "name": "new money",
        "donor": "",
        "budget": money,
        "currency": case.settings.currency,
        "asset_kinds": (kind,),
        "assets": (own,),
        "areas": tuple(area_ids),
        "services": tuple(SERVICES),
        "source": "",
    }
    programme = pd.DataFrame([row]).reindex(columns=list(case.programmes.columns))
    programmes = _below(case.programmes, programme)
    bases = case.bases.assign(capacity_hours=places)
    return replace(case, assets=assets, sensors=sensors, bases=bases, programmes=programmes), own


def _with_another(
    table: pd.DataFrame, column: str, asset_id: str, hours: float, own: str
) -> tuple[pd.DataFrame, str]:
    """A table with one unit more like an asset or sensor of it, under an id of its own; and its kind."""
    row = table[table[column] == asset_id] if len(table) else table
    if not len(row):
        return table, ""
    other = row.assign(**{column: own}, units=1.0, hours_per_unit=hours)
    return _below(table, other), str(row["kind"].iloc[0])


def _below(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows under a table, with its columns and types."""
    types = table.dtypes.to_dict()
    own = rows[list(table.columns)]
    return (pd.concat([table, own], ignore_index=True) if len(table) else own.reset_index(drop=True)).astype(
        types
    )
