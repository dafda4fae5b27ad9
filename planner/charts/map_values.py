"""What the maps of a plan show of every cell and of every area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.charts.data import CAUSE_WORDS, Plan, operator_names
from planner.charts.ground import Ground, ground_of
from planner.frames import Array, numbers
from planner.results.palette import CAUSE_COLOURS, KINDS, OTHERS

HOME, NOBODY, OTHER = "the area's own state", "nobody", "others"
BELOW_TARGET = float(np.nextafter(1.0, 0.0))


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
    cells, areas = _cells(plan), _areas(plan)
    scales = {}
    for by in ("asset", "operator"):
        scale = _scale(cells, by)
        scales[by] = scale
        for table in (cells, areas):
            table[by] = [who if who in scale else OTHER for who in table[by]]
    tables = {"cells": cells.assign(geometry=drawn.cells), "areas": areas.assign(geometry=drawn.areas)}
    return Shown(plan, drawn, tables, scales)


def leading_operator(plan: Plan) -> pd.Series:
    """Who adds the most coverage factor to each cell, in words.

    Returns:
        Operators by position of ``cells``; ``HOME`` for the state of the cell's area, ``NOBODY`` where there
        is none.
    """
    return _leading(plan, plan["missions"], "cell_id", "coverage_factor", plan["cells"])


def _cells(plan: Plan) -> pd.DataFrame:
    cells, areas = plan["cells"], plan["areas"].set_index("area_id")
    named, asset = plan.names("areas", "area_id"), plan.names("fleet", "asset_id")
    area = areas.loc[cells["area_id"]]
    pod, target = numbers(cells["pod"]), numbers(area["target_coverage"])
    factors = plan["missions"].groupby(["cell_id", "asset_id"], sort=False)["coverage_factor"].sum()
    ranked = factors[factors > 0.0].sort_values(ascending=False, kind="stable").reset_index()
    first = ranked.drop_duplicates("cell_id").set_index("cell_id")
    part = cells["cell_id"].map(first["coverage_factor"]) / cells["coverage_factor"]
    return pd.DataFrame(
        {
            "cell_id": cells["cell_id"],
            "area_id": cells["area_id"],
            "area": cells["area_id"].map(named),
            "pod": pod.round(4),
            "target": target,
            "coverage": numbers(area["coverage"]).round(4),
            "shortfall_km2": numbers(area["shortfall_km2"]).round(0),
            "reached": ratio(pod, target).round(4),
            "cause": cells["cause"].map(CAUSE_WORDS),
            "risk": cells["risk_weight"].round(3),
            "km2": cells["area_km2"].round(0),
            "asset": [asset.get(str(first["asset_id"].get(one)), NOBODY) for one in cells["cell_id"]],
            "operator": leading_operator(plan),
            "part": part.fillna(0.0).round(2),
        }
    )


def _areas(plan: Plan) -> pd.DataFrame:
    areas, named, asset = plan["areas"], plan.names("areas", "area_id"), plan.names("fleet", "asset_id")
    coverage, target = numbers(areas["coverage"]), numbers(areas["target_coverage"])
    swept = plan["allocation"].groupby(["area_id", "asset_id"], sort=False)["swept_km2"].sum()
    ranked = swept[swept > 0.0].sort_values(ascending=False, kind="stable").reset_index()
    first = ranked.drop_duplicates("area_id").set_index("area_id")["asset_id"]
    part = ratio(coverage, target)
    met = areas["met"].to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "area_id": areas["area_id"],
            "area": areas["area_id"].map(named),
            **{"pod": coverage, "target": target, "coverage": coverage},
            "shortfall_km2": areas["shortfall_km2"],
            # a target that is missed by rounding alone is met, and none that is missed looks met
            "reached": np.where(met, np.maximum(part, 1.0), np.minimum(part, BELOW_TARGET)),
            "cause": areas["largest_cause"].map(CAUSE_WORDS),
            "risk": areas["risk_weight"],
            "km2": areas["area_km2"],
            "asset": [asset.get(str(first.get(one)), NOBODY) for one in areas["area_id"]],
            "operator": _leading(plan, plan["allocation"], "area_id", "swept_km2", areas),
            "part": 1.0,
        }
    )


def ratio(value: Array, target: Array) -> Array:
    """Coverage over target; 1 where there is no target."""
    return numbers(np.divide(value, target, out=np.full(len(value), 1.0), where=target > 0.0))


def _leading(plan: Plan, work: pd.DataFrame, key: str, measure: str, table: pd.DataFrame) -> pd.Series:
    """Operator with the most of a measure by key, for each row of a table with ``area_id``."""
    operator = plan["fleet"].set_index("asset_id")["operator"]
    named = work.assign(operator=work["asset_id"].map(operator))
    added = named.groupby([key, "operator"])[measure].sum().reset_index()
    added = added[added[measure] > 0.0].sort_values(
        [measure, "operator"], ascending=[False, True], kind="stable"
    )
    best = added.drop_duplicates(key)
    first = dict(zip(best[key], best["operator"], strict=True))
    state = plan["areas"].set_index("area_id")["coastal_state"].str.casefold()
    home = table["area_id"].map(state)
    words = operator_names(plan)
    found = [
        NOBODY if one not in first else HOME if first[one] == own else words[first[one]]
        for one, own in zip(table[key], home, strict=True)
    ]
    return pd.Series(found, index=table.index, dtype=object)


def _scale(cells: pd.DataFrame, by: str) -> dict[str, str]:
    """Colours of those who cover most water; the others are one."""
    water = cells.groupby(by)["km2"].sum().drop(NOBODY, errors="ignore")
    ranked = [str(name) for name in water.sort_values(ascending=False, kind="stable").index]
    scale = dict(zip(ranked, KINDS, strict=False))
    if len(ranked) > len(scale):
        scale[OTHER] = OTHERS
    return scale | {NOBODY: CAUSE_COLOURS["none"][0]}
