"""What is said of a sweep: its subject, its frontier, and where what is scarce changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from planner import units
from planner.case import Case
from planner.frames import numbers
from planner.studies.planning import Results, figures
from planner.studies.study import Study
from planner.studies.sweep_tables import BECOMES, Axis
from planner.studies.text import CONCAVE, OBJECTIVE_WORDS, Column, Section, count, figure, percent

LIMIT_WORDS = {
    "asset_hours": ("hours of", "become scarce", "are no longer scarce"),
    "budget": ("money of", "becomes scarce", "is no longer scarce"),
    "base_capacity": ("places at", "become scarce", "are no longer scarce"),
}
"""What each kind of limit is called, and how it comes and goes."""


def document(axis: Axis, base: Results, case: Case) -> dict[str, Any]:
    """What the manifest says of a sweep besides its certificates."""
    proof = base.certificate
    proven = figures(proof, ("plan_value", "bound", "gap", "rounds"))
    swept = {name: getattr(axis, name) for name in ("kind", "ids", "shares", "unit", "present", "amounts")}
    return {
        "concave": axis.kind != "spacing" and base.objective in CONCAVE,
        "swept": swept,
        "as_it_stands": {"status": str(base.status), **proven},
        "inputs": dict(case.hashes),
    }


def axis_of(study: Study) -> Axis:
    """What a sweep has swept."""
    return Axis(**study.document["swept"])


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The subject, the frontier, and where what is scarce changes."""
    axis = axis_of(study)
    names = ", ".join(axis.ids)
    what = {
        "budget": f"money of {names}",
        "hours": f"hours of {names}",
        "spacing": "spacing of the cells (cells.spacing_nm)",
    }[axis.kind]
    together = ", together and in proportion to what each has" if len(axis.ids) > 1 else ""
    subject = (
        f"Swept: {what}{together}; {count(axis.present)} {axis.unit} in the case as it stands. "
        f"Amounts in {axis.unit}."
    )
    scarce = tuple(f"{where}: {change}" for where, change in changes(study))
    none = ("Nothing changes: the same hours and budgets are scarce from end to end.",)
    frontier = Section("The frontier", study["points"], _columns(axis), (_how_to_read(study, axis),))
    return [subject, _known(study)], [frontier, Section("Where what is scarce changes", notes=scarce or none)]


def _known(study: Study) -> str:
    points = study["points"]
    width = float((points["plan_value"] - points["bound"]).max())
    if not math.isfinite(width):
        return "No point has a plan."
    objective = OBJECTIVE_WORDS.get(study.objective, "of the objective")
    return f"Values of the plans are known to {figure(max(0.0, width))} {objective} or better."


def _columns(axis: Axis) -> tuple[Column, ...]:
    columns = [
        Column("factor", "factor", lambda value: f"{value:.3f}" if math.isfinite(value) else "-"),
        Column("amount", "amount", count),
        Column("plan_value", "plan value", count),
        Column("coverage", "coverage", percent),
        Column("covered_km2", "covered km²", count),
        Column("shortfall_km2", "shortfall km²", count),
        Column("spent", "spent", count),
    ]
    if axis.kind != "spacing":
        money = axis.kind == "budget"
        unit = units.MILLION if money else 1.0
        each = "million" if money else "hour"
        columns += [
            Column("shadow_price", f"shadow price per {each}", lambda value: figure(value * unit)),
            Column("slope", "slope to next", lambda value: figure(value * unit)),
        ]
    gap = Column("gap", "optimality gap", lambda value: f"{value:.1e}" if math.isfinite(value) else "no plan")
    return (*columns, gap)


def _how_to_read(study: Study, axis: Axis) -> str:
    value = f"Plan value: {OBJECTIVE_WORDS.get(study.objective, 'in units of the objective')}."
    if axis.kind == "spacing":
        return f"{value} Spacing changes what is measured, not what can be done: these are different models."
    unit = "million" if axis.kind == "budget" else "hour"
    lines = [
        value,
        f"Shadow price: what the next {unit} gains of it at that point; slope: what each gains on the way to "
        f"the next point. Slopes are known to {figure(_slope_error(study, axis))}.",
    ]
    if study.objective == "coverage":
        lines.append("The plan weighs km² by risk: plain km² may fall where it still gains.")
    if study.objective in CONCAVE:
        lines.append(
            "Every further one gains less or as much, and between two points the slope lies between their "
            "shadow prices: checked, within the certificates."
        )
    else:
        lines.append(
            f"With the objective {study.objective} only least_target_met (points.csv) is sure to grow: "
            "the rest may fall where the smallest is served first."
        )
    return " ".join(lines)


def _slope_error(study: Study, axis: Axis) -> float:
    """How far a slope may be off, by the certificates of its two plans."""
    points = study["points"]
    known = numbers((points["plan_value"] - points["bound"]).clip(lower=0.0))
    error = np.maximum(known[:-1], known[1:]) / np.diff(numbers(points["amount"]))
    most = float(np.nanmax(error)) if np.isfinite(error).any() else float("nan")
    return most * (units.MILLION if axis.kind == "budget" else 1.0)


def changes(study: Study) -> Iterator[tuple[str, str]]:
    """Between which points what is scarce changes, and what changes there, in words."""
    axis, scarce = axis_of(study), study["scarce"]
    ends = scarce[["amount_from", "amount_to"]]
    for start, end in ends.drop_duplicates().to_numpy(dtype=np.float64).tolist():
        rows = scarce[(ends == [start, end]).all(axis=1)]
        parts = []
        for (kind, change), some in rows.groupby(["limit_kind", "change"], sort=False):
            what, one, many = LIMIT_WORDS[str(kind)]
            verb = one if change == BECOMES else many
            parts.append(f"{what} {', '.join(some['id'])} {verb}")
        yield f"between {axis.place(start)} and {axis.place(end)}", "; ".join(parts)
