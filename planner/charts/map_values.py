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
WORK = {"cells": ("missions", "coverage_factor"), "areas": ("allocation", "swept_km2")}
"""The table of work in cells and in areas, and its measure of who covers most."""
DIGITS = {"pod": 4, "coverage": 4, "reached": 4, "shortfall_km2": 0, "risk": 3, "km2": 0, "part": 2}
"""Digits after the point of the figures of cells."""


@dataclass(frozen=True, eq=False)
class Shown:
    """Everything that the maps of one plan share.

    Attributes:
        plan: the plan.
        ground: what is drawn beside cells and areas.
        tables: "cells" and "areas": geometry, area_id, area (its name), pod (coverage of an area), target,
            coverage, shortfall_km2 (of the area), reached (what counts as covered over target), cause (in
            words), risk, km2,
            asset and operator (who covers most of it), part (the asset's share of the coverage factor).
        scales: colours of assets and operators, those who cover most water first.
    """

    plan: Plan
    ground: Ground
    tables: Mapping[str, pd.DataFrame]
    scales: Mapping[str, Mapping[str, str]]


def shown(plan: Plan, ground: Ground | None = None) -> Shown:
    """Work out what a plan's maps show, on the ground of another plan of the same cells, areas and bases."""
    drawn = ground or ground_of(plan)
    tables = {by: _watched(plan, by) for by in WORK}
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


def ratio(value: Array, target: Array) -> Array:
    """Coverage over target; 1 where there is no target."""
    return numbers(np.divide(value, target, out=np.ones_like(value), where=target > 0.0))


def towards(reached: Array, short: Array) -> Array:
    """Coverage over target: what is missed by rounding alone is met, and nothing that is short looks met."""
    return np.where(short > 0.0, np.minimum(reached, BELOW_TARGET), np.maximum(reached, 1.0))


def _watched(plan: Plan, by: str) -> pd.DataFrame:
    """The table of cells or of areas, see ``Shown``, with who covers most of each row."""
    (work_table, covers), cells = WORK[by], by == "cells"
    table, fleet = plan[by], plan["fleet"].set_index("asset_id")
    area = plan["areas"].set_index("area_id").loc[table["area_id"]]
    key = table["cell_id" if cells else "area_id"]
    work = plan[work_table].assign(covers=plan[work_table][covers])
    work["operator"] = work["asset_id"].map(fleet["operator"])
    asset, operator = (_most(work, str(key.name), who) for who in ("asset_id", "operator"))
    led, home = key.map(operator["operator"]).astype(object), area["coastal_state"].str.casefold()
    pod, target = numbers(table["pod" if cells else "coverage"]), numbers(area["target_coverage"])
    reached = ratio(numbers(table["coverage"]), target)
    found = pd.DataFrame(
        {
            **{str(key.name): key, "area_id": table["area_id"]},
            "area": table["area_id"].map(plan.names("areas", "area_id")),
            **{"pod": pod, "target": target, "coverage": numbers(area["coverage"])},
            "shortfall_km2": numbers(area["shortfall_km2"]),
            "reached": reached if cells else towards(reached, numbers(~table["met"])),
            "cause": table["cause" if cells else "largest_cause"].map(CAUSE_WORDS),
            **{"risk": table["risk_weight"], "km2": table["area_km2"]},
            "asset": key.map(asset["asset_id"]).map(plan.names("fleet", "asset_id")).astype(object),
            "operator": led.map(plan.operators)
            .where(led != home.to_numpy(), HOME)
            .where(led.notna(), NOBODY),
            "part": 1.0,
        }
    )
    found["asset"] = found["asset"].fillna(NOBODY)
    if not cells:
        return found
    part = key.map(asset["covers"]) / table["coverage_factor"]
    return found.assign(part=part.fillna(0.0)).round(DIGITS)


def _most(work: pd.DataFrame, key: str, by: str) -> pd.DataFrame:
    """Who covers most, by key: ``by`` and ``covers``."""
    sums = work.groupby([key, by], sort=False)["covers"].sum().reset_index()
    sums = sums[sums["covers"] > 0.0].sort_values("covers", ascending=False, kind="stable")
    return sums.drop_duplicates(key).set_index(key)
