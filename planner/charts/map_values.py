"""What the maps of a plan show of every cell and of every area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.charts.data import CAUSE_WORDS, Plan
from planner.charts.forms import ranked_colours
from planner.charts.ground import Ground, ground_of
from planner.frames import Array, numbers
from planner.results.palette import CAUSE_COLOURS

HOME, NOBODY, OTHER = "the area's own state", "nobody", "others"
BELOW_TARGET = float(np.nextafter(1.0, 0.0))
DIGITS = {"pod": 4, "coverage": 4, "reached": 4, "shortfall_km2": 0, "risk": 3, "km2": 0, "part": 2}
"""Digits after the point of the figures of cells."""


@dataclass(frozen=True, eq=False)
class Shown:
    """Everything that the maps of one plan share.

    Attributes:
        plan: the plan.
        ground: what is drawn beside cells and areas.
        tables: "cells" and "areas": geometry, area_id, area (its name), pod (coverage of an area), target,
            coverage, shortfall_km2 (of the area), reached (pod over target), cause (in words), risk, km2,
            asset and operator (who covers most of it), part (the asset's share of the coverage factor).
        scales: colours of assets and operators, those who cover most water first.
    """

    plan: Plan
    ground: Ground
    tables: Mapping[str, pd.DataFrame]
    scales: Mapping[str, Mapping[str, str]]


def shown(plan: Plan, ground: Ground | None = None) -> Shown:
    """Work out what a plan's maps show.

    Args:
        plan: the plan.
        ground: that of another plan of the same cells, areas, land and bases.
    """
    drawn = ground or ground_of(plan)
    tables = {"cells": _cells(plan), "areas": _areas(plan)}
    scales = {}
    for by in ("asset", "operator"):
        water = tables["cells"].groupby(by)["km2"].sum().drop(NOBODY, errors="ignore")
        ranked = [str(name) for name in water.sort_values(ascending=False, kind="stable").index]
        scales[by] = ranked_colours(ranked, OTHER) | {NOBODY: CAUSE_COLOURS["none"][0]}
        for table in tables.values():
            table[by] = table[by].where(table[by].isin(scales[by]), OTHER)
    shapes = {"cells": drawn.cells, "areas": drawn.areas}
    tables = {name: table.assign(geometry=shapes[name]) for name, table in tables.items()}
    return Shown(plan, drawn, tables, scales)


def _cells(plan: Plan) -> pd.DataFrame:
    cells = plan["cells"]
    area = plan["areas"].set_index("area_id").loc[cells["area_id"]]
    pod, target = numbers(cells["pod"]), numbers(area["target_coverage"])
    work = plan["missions"].assign(covers=plan["missions"]["coverage_factor"])
    found = pd.DataFrame(
        {
            "cell_id": cells["cell_id"],
            "area_id": cells["area_id"],
            **{"pod": pod, "target": target, "coverage": numbers(area["coverage"])},
            "shortfall_km2": numbers(area["shortfall_km2"]),
            "reached": ratio(pod, target),
            "cause": cells["cause"].map(CAUSE_WORDS),
            "risk": cells["risk_weight"],
            "km2": cells["area_km2"],
        }
    )
    found = _watched(plan, found, work, "cell_id")
    return found.assign(part=(found["part"] / cells["coverage_factor"]).fillna(0.0)).round(DIGITS)


def _areas(plan: Plan) -> pd.DataFrame:
    areas = plan["areas"]
    coverage, target = numbers(areas["coverage"]), numbers(areas["target_coverage"])
    work = plan["allocation"].assign(covers=plan["allocation"]["swept_km2"])
    found = pd.DataFrame(
        {
            "area_id": areas["area_id"],
            **{"pod": coverage, "target": target, "coverage": coverage},
            "shortfall_km2": areas["shortfall_km2"],
            "reached": towards(ratio(coverage, target), numbers(~areas["met"])),
            "cause": areas["largest_cause"].map(CAUSE_WORDS),
            "risk": areas["risk_weight"],
            "km2": areas["area_km2"],
        }
    )
    return _watched(plan, found, work, "area_id").assign(part=1.0)


def ratio(value: Array, target: Array) -> Array:
    """Coverage over target; 1 where there is no target."""
    return numbers(np.divide(value, target, out=np.ones_like(value), where=target > 0.0))


def towards(reached: Array, short: Array) -> Array:
    """Coverage over target: what is missed by rounding alone is met, and nothing that is short looks met."""
    return np.where(short > 0.0, np.minimum(reached, BELOW_TARGET), np.maximum(reached, 1.0))


def _watched(plan: Plan, table: pd.DataFrame, work: pd.DataFrame, key: str) -> pd.DataFrame:
    """A table with names of its areas, and with who covers most of each row, and how much that is.

    Args:
        plan: the plan.
        table: with ``key`` and ``area_id``.
        work: ``key``, ``asset_id`` and ``covers``.
        key: column that tells rows apart.
    """
    fleet, areas = plan["fleet"].set_index("asset_id"), plan["areas"].set_index("area_id")
    work = work.assign(operator=work["asset_id"].map(fleet["operator"]))
    asset, operator = (_most(work, key, by) for by in ("asset_id", "operator"))
    home = table["area_id"].map(areas["coastal_state"].str.casefold())
    led = table[key].map(operator["operator"]).astype(object)
    return table.assign(
        area=table["area_id"].map(plan.names("areas", "area_id")),
        asset=table[key]
        .map(asset["asset_id"])
        .map(plan.names("fleet", "asset_id"))
        .astype(object)
        .fillna(NOBODY),
        operator=led.map(plan.operators).where(led != home, HOME).where(led.notna(), NOBODY),
        part=table[key].map(asset["covers"]),
    )


def _most(work: pd.DataFrame, key: str, by: str) -> pd.DataFrame:
    """Who covers most, by key: ``by`` and ``covers``."""
    sums = work.groupby([key, by], sort=False)["covers"].sum().reset_index()
    sums = sums[sums["covers"] > 0.0].sort_values("covers", ascending=False, kind="stable")
    return sums.drop_duplicates(key).set_index(key)
