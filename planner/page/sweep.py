"""The page of a sweep: the frontier with its price, and the plan of every point under a slider."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from planner import units
from planner.page.document import document
from planner.page.html import page_html, writes
from planner.page.plans import plan_of
from planner.page.prose import Sentence, large, sentence, things
from planner.report.plain_text import figure, percent, safe
from planner.studies.planning import Results
from planner.studies.study import Study
from planner.studies.sweep_tables import Axis
from planner.studies.sweep_text import axis_of, changes

BASE = 0
"""Number of the plan of the case as it stands, where no point has a plan."""


def sweep_html(swept: Study) -> str:
    """The report of a sweep as HTML; everything is computed beforehand."""
    axis = axis_of(swept)
    plans_of = {int(name.removeprefix("point ")): one for name, one in swept.results.items()}
    found = plans_of or {BASE: base_of(swept)}
    values = [axis.amounts[point - 1] if point else axis.present for point in found]
    plans = [
        plan_of(one, _id(point), place(axis, value))
        for (point, one), value in zip(found.items(), values, strict=True)
    ]
    rows = swept["points"].set_index("point")
    leads = {_id(point): _lead(swept, rows.loc[point]) for point in plans_of}
    study = {
        "axis": {
            "kind": axis.kind,
            "label": label(swept),
            "unit": axis.unit,
            "values": values,
            "present": axis.present,
            "start": min(range(len(values)), key=lambda n: abs(values[n] - axis.present)),
            "per": {"budget": f"a million {axis.unit}", "hours": "an hour"}.get(axis.kind, ""),
        },
        "points": _points(swept),
        "changes": [{"where": where, "what": what} for where, what in changes(swept)],
        "leads": leads,
        "objective": swept.objective,
    }
    return page_html(document(plans, "sweep", study), safe(swept.title))


def base_of(swept: Study) -> Results:
    """The plan of the case as it stands."""
    if swept.base is None:
        raise ValueError("the sweep has no plan of the case as it stands")
    return swept.base


def sweep_file(swept: Study) -> Callable[[Path], None]:
    """Writes the report of a sweep, given the file: one of the ``others`` of its folder."""
    return writes(lambda: sweep_html(swept))


def label(swept: Study) -> str:
    """What is swept, in words."""
    axis = axis_of(swept)
    if axis.kind == "spacing":
        return "Spacing of the cells"
    table, key = (
        (base_of(swept).programmes, "programme_id")
        if axis.kind == "budget"
        else (base_of(swept).fleet, "asset_id")
    )
    what = {"budget": ("Budget", "programme"), "hours": ("Hours", "asset")}[axis.kind]
    if len(axis.ids) > 1:
        return f"{what[0]} of {things(len(axis.ids), what[1])} together"
    return f"{what[0]} of {safe(dict(zip(table[key], table['name'], strict=True))[axis.ids[0]])}"


def place(axis: Axis, amount: float) -> str:
    """A point in words: its amount, and its part of what stands in the case."""
    factor = axis.factor(amount)
    said = f"{large(amount)} {safe(axis.unit)}"
    if axis.kind == "spacing" or not math.isfinite(factor):
        return said
    part = f"{factor:.4g}"
    return f"{said} (as the case stands)" if part == "1" else f"{said} ({part} times what stands in the case)"


def _lead(swept: Study, row: Any) -> Sentence:
    axis, point = axis_of(swept), str(row["status"])
    pieces: list[str | tuple[str]] = [
        f"With {place(axis, float(row['amount']))} ",
        (percent(row["coverage"]),),
        " of the water is covered, ",
        (f"{large(row['covered_km2'])} km²",),
        ", and ",
        (f"{large(row['shortfall_km2'])} km²",),
        " are missing to the targets",
    ]
    if axis.kind == "budget":
        pieces += [
            "; at the margin one more million gains ",
            (f"{_gain(swept, row['shadow_price_per_million'])}",),
        ]
    elif axis.kind == "hours":
        pieces += ["; at the margin one more hour gains ", (f"{_gain(swept, row['shadow_price'])}",)]
    return sentence(*pieces, "." if point == "optimal" else ". This plan is not proven.")


def _gain(swept: Study, price: float) -> str:
    unit = {"coverage": "risk-weighted km²", "shortfall": "km² of shortfall"}.get(
        swept.objective, "of the objective"
    )
    return f"{figure(price)} {unit}"


def _points(swept: Study) -> list[dict[str, Any]]:
    """The rows of points.csv with the plan that each shows, if it has one."""
    scaled = swept["points"].assign(
        price=swept["points"]["shadow_price"],
        price_per_million=swept["points"]["shadow_price_per_million"],
        per=swept["points"]["shadow_price"] * (units.MILLION if axis_of(swept).kind == "budget" else 1.0),
    )
    return [
        {**row, "plan": _id(row["point"]) if f"point {row['point']}" in swept.results else None}
        for row in _plain(scaled)
    ]


def _plain(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.to_dict("records")


def _id(point: int) -> str:
    return f"point_{point}"
