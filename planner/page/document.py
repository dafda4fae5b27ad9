"""The data of a page: several plans over shared ground, as one JSON document; nothing of its looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from planner.frames import numbers
from planner.page.answer import answer
from planner.page.colours import page_palette
from planner.page.ground import Ring, ground, rings_of
from planner.page.plans import Plan
from planner.page.pool import Pool
from planner.report.contract import CAUSES, TABLES
from planner.report.palette import CIVIDIS, even_edges
from planner.report.run_json import json_types

SHOWN = (*("areas", "programmes", "gaps", "allocation", "funding", "prices", "fleet", "assumptions"),)
"""Tables that a page has whole; of missions and cells it has what the map shows."""
NO_ONE = -1


def document(
    plans: Sequence[Plan], kind: str = "run", study: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The data of a page of one plan or of several.

    Args:
        plans: the plans, the reference first; all in one currency.
        kind: what the page is of: "run", "comparison", "sweep" and so on; its looks follow it.
        study: what a study adds. "axis" of a sweep: its label, unit, and a value for each plan in their
            order; a page with an axis has a slider. "ladder": the rungs, each with title, shortfall_km2 and
            step_km2, from the plan down; they are drawn as a waterfall.

    Returns:
        JSON types. ``pool`` holds columns and texts, each once; ``grounds`` the maps' outlines; each of
        ``plans`` names its ground, its columns in the pool, and its answer.
    """
    pool = Pool()
    grounds: list[dict[str, Any]] = []
    known: dict[tuple[bytes, ...], tuple[int, list[Ring]]] = {}
    drawn = []
    rings = list(dict.fromkeys(ring for plan in plans for ring in rings_of(plan)))
    for plan in plans:
        mark = _mark(plan)
        if mark not in known:
            known[mark] = (len(grounds), rings)
            made = ground(plan, rings)
            made["cells"] = {name: pool.put(values) for name, values in made["cells"].items()}
            grounds.append(made)
        drawn.append(_plan(plan, known[mark][0], rings, pool))
    return {
        "kind": kind,
        "currency": plans[0].run["currency"],
        "causes": list(CAUSES),
        "palette": page_palette(),
        "columns": {
            table: {name: meaning for name, (_, meaning) in TABLES[table].items()} for table in SHOWN
        },
        "grounds": grounds,
        "plans": drawn,
        "study": json_types(dict(study or {})),
        "pool": pool.contents,
    }


def _plan(plan: Plan, ground_number: int, rings: Sequence[Ring], pool: Pool) -> dict[str, Any]:
    return {
        "id": plan.plan_id,
        "title": plan.title,
        "ground": ground_number,
        "answer": answer(plan),
        "run": {name: pool.put(value) for name, value in plan.run.items()},
        "tables": {name: pool.table(plan.tables[name]) for name in SHOWN},
        "cells": pool.table(_cells(plan)),
        "risk_edges": pool.put(even_edges(numbers(plan.tables["cells"]["risk_weight"]), len(CIVIDIS))),
        "reach": pool.table(_reach(plan.tables["reach"], rings)),
    }


def _reach(reach: pd.DataFrame, rings: Sequence[Ring]) -> pd.DataFrame:
    """The reach of assets, with the number of the ring that shows it; ``NO_ONE`` where it reaches nothing."""
    number = {ring: n for n, ring in enumerate(rings)}
    places = zip(reach["lon"], reach["lat"], reach["radius_nm"], strict=True)
    return reach.assign(ring=[number.get(place, NO_ONE) for place in places])


def _cells(plan: Plan) -> pd.DataFrame:
    """What the map shows of each cell: POD, area, risk, cause of gap, and who covers most of it."""
    cells, missions, fleet = (plan.tables[name] for name in ("cells", "missions", "fleet"))
    causes = {"none": NO_ONE, **{cause: n for n, cause in enumerate(CAUSES)}}
    pairs = missions.groupby(["cell_id", "asset_id"], sort=False)["coverage_factor"].sum()
    by_asset = pairs[pairs > 0.0].reset_index()
    first = by_asset.sort_values("coverage_factor", ascending=False, kind="stable").drop_duplicates("cell_id")
    asset = cells["cell_id"].map(first.set_index("cell_id")["asset_id"])
    part = cells["cell_id"].map(first.set_index("cell_id")["coverage_factor"]) / cells["coverage_factor"]
    position = {asset_id: n for n, asset_id in enumerate(fleet["asset_id"])}
    return pd.DataFrame(
        {
            "pod": cells["pod"].round(4),
            "area_km2": cells["area_km2"].round(0),
            "risk_weight": cells["risk_weight"].round(3),
            "cause": cells["gap_cause"].map(causes).astype(np.int64),
            "asset": asset.map(position).fillna(NO_ONE).astype(np.int64),
            "asset_part": part.fillna(0.0).round(2),
        }
    )


def _mark(plan: Plan) -> tuple[bytes, ...]:
    """What two plans have in common that can be drawn on one ground."""
    outlines = shapely.to_wkb(np.concatenate([plan.area_geometry, plan.cell_geometry, plan.land]))
    ids = (*plan.tables["areas"]["area_id"], *plan.tables["cells"]["cell_id"])
    return (b"".join(outlines), "\n".join(ids).encode(), plan.bases.to_csv().encode())
