"""Cells and effort of a case, taken over from another case wherever what they are made from is the same.

Every stage is a function of its inputs alone, and is only done again where these differ: a scenario that
changes budgets and hours shares cells, distances and effort with its case; one that changes access or costs
shares cells and distances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

import pandas as pd

from planner.case import Case
from planner.effort.build import effort_table
from planner.effort.reach import Reach, reach
from planner.effort.risk import risk_weights
from planner.geometry.cells import make_cells
from planner.schema.settings import CellSettings, SolverSettings

T = TypeVar("T")

PLACES = ["lon", "lat"]
ASSET_FIGURES = [
    *(
        "operator",
        "bases",
        "transit_speed_kn",
        "search_speed_kn",
        "sweep_width_nm",
        "range_nm",
        "endurance_h",
    ),
    *("reserve", "min_on_station_h", "cost_per_hour", "cost_per_mission"),
]
SENSOR_FIGURES = [
    *("kind", "operator", "coverage_factor", "swept_km2_per_scene", "hours_per_scene", "cost_per_scene"),
    "cost_per_hour",
]


@dataclass(frozen=True, eq=False)
class Made(Generic[T]):
    """What a stage has made, and what from."""

    inputs: tuple[Any, ...]
    result: T


@dataclass(frozen=True, eq=False)
class Groundwork:
    """What a plan stands on before hours and money: the cells, and what can be done in each."""

    outlines: Made[pd.DataFrame]
    weighted: Made[pd.DataFrame]
    reach: Made[Reach]
    table: Made[pd.DataFrame]

    @property
    def cells(self) -> pd.DataFrame:
        """The cells with ``area`` (position in the areas) and ``risk_weight``."""
        return self.weighted.result

    @property
    def effort(self) -> pd.DataFrame:
        """The effort table."""
        return self.table.result


def weighted_cells(
    case: Case, before: Sequence[Groundwork] = ()
) -> tuple[Made[pd.DataFrame], Made[pd.DataFrame]]:
    """Cut the areas into cells, then weigh these."""
    areas = case.areas
    outlines = _made(
        _cells, (areas[["area_id", "geometry"]], case.settings.cells.spacing_nm), [g.outlines for g in before]
    )
    view = _view(case, areas=areas[["area_id", "risk_weight"]], risk=case.risk)
    weighted = _made(_weighted, (view, outlines.result), [g.weighted for g in before])
    return outlines, weighted


def groundwork(
    case: Case,
    before: Sequence[Groundwork] = (),
    cut: tuple[Made[pd.DataFrame], Made[pd.DataFrame]] | None = None,
    nearest: bool = False,
) -> Groundwork:
    """The cells and the effort table of a case.

    Args:
        case: the case.
        before: groundwork of other cases, whose stages are taken over where their inputs are equal.
        cut: what ``weighted_cells`` has made of the case, if that was done.
        nearest: whether the effort table leaves out bases that are of no use while all bases stay as they
            are, see ``planner.effort.build.of_use``; for a plan that nothing is to be taken from later.
    """
    outlines, weighted = cut or weighted_cells(case, before)
    places = _view(case, bases=case.bases[PLACES], sensors=case.sensors[["kind", *PLACES, "radius_nm"]])
    places = replace(places, land=case.land)
    far = _made(reach, (places, outlines.result), [g.reach for g in before])
    view = _view(
        case,
        times=True,
        areas=case.areas[["area_id", "coastal_state"]],
        bases=case.bases[["base_id", "capacity_hours"] if nearest else ["base_id"]],
        assets=case.assets[ASSET_FIGURES],
        sensors=case.sensors[SENSOR_FIGURES],
        access=case.access[["operator", "areas"]],
    )
    table = _made(effort_table, (view, outlines.result, far.result, nearest), [g.table for g in before])
    return Groundwork(outlines, weighted, far, table)


def _cells(areas: pd.DataFrame, spacing_nm: float) -> pd.DataFrame:
    cells = make_cells(areas, spacing_nm)
    position = {area: number for number, area in enumerate(areas["area_id"])}
    return cells.assign(area=cells["area_id"].map(position).astype("int32"))


def _weighted(case: Case, cells: pd.DataFrame) -> pd.DataFrame:
    return cells.assign(risk_weight=risk_weights(case, cells))


def _view(case: Case, *, times: bool = False, **tables: pd.DataFrame) -> Case:
    """The case with the tables that a stage reads, and nothing else: what it may not read is not there."""
    empty = dict.fromkeys(
        (
            *("areas", "bases", "assets", "sensors", "programmes", "access", "limits", "risk", "sources"),
            "uncertainty",
        ),
        pd.DataFrame(),
    )
    hidden: dict[str, Any] = {
        "title": "", "target_coverage": 0.0, "objective": "coverage", "fx": None,
        "cells": CellSettings(), "solver": SolverSettings(), "currency": "",
    }  # fmt: skip
    if not times:
        hidden |= {"horizon_days": 0.0, "dwell_days": 0.0}
    settings = case.settings.model_copy(update=hidden)
    rest: dict[str, Any] = {"land": None, "hashes": {}, "warnings": (), "scenarios": {}, "stress": {}}
    return replace(case, settings=settings, **{**empty, **tables}, **rest)  # type: ignore[arg-type]


def _made(make: Callable[..., T], inputs: tuple[Any, ...], before: Iterable[Made[T]]) -> Made[T]:
    for earlier in before:
        if _same(earlier.inputs, inputs):
            return earlier
    return Made(inputs, make(*inputs))


def _same(one: Any, other: Any) -> bool:
    """Whether two inputs are equal to the last digit; what was made anew stands for other inputs."""
    if one is other:
        return True
    if type(one) is not type(other) or isinstance(one, Reach):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, pd.DataFrame):
        return list(one.columns) == list(other.columns) and one.equals(other)
    if isinstance(one, Case):
        return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return bool(one == other)
