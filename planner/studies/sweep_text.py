"""What is said of a sweep: its subject, its frontier, and where what is scarce changes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from planner import units
from planner.frames import numbers
from planner.results.goodness import OBJECTIVE_WORDS
from planner.results.plain_text import count, figure
from planner.studies.study import Study
from planner.studies.sweep_tables import BECOMES, TABLES, Axis
from planner.studies.tables import Section
from planner.studies.text import CONCAVE

LIMIT_WORDS = {
    "asset_hours": ("hours of", "become scarce", "are no longer scarce"),
    "budget": ("money of", "becomes scarce", "is no longer scarce"),
    "base_capacity": ("places at", "become scarce", "are no longer scarce"),
}
"""What each kind of limit is called, and how it comes and goes."""
SHOWN = ("factor", "amount", "plan_value", "coverage", "covered_km2", "shortfall_km2", "spent")


def axis_of(study: Study) -> Axis:
    """What a sweep has swept."""
    return Axis(**study.document["swept"])


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The subject, the frontier, and where what is scarce changes."""
    axis = axis_of(study)
    names = ", ".join(axis.names)
    spacing = "spacing of the cells (cells.spacing_nm)"
    what = {"budget": f"money of {names}", "hours": f"hours of {names}", "spacing": spacing}[axis.kind]
    together = ", together and in proportion to what each has" if len(axis.ids) > 1 else ""
    subject = (
        f"Swept: {what}{together}; {count(axis.present)} {axis.unit} in the case as it stands. "
        f"Amounts in {axis.unit}."
    )
    scarce = tuple(f"{where}: {change}" for where, change in changes(study))
    none = ("Nothing changes: the same hours and budgets are scarce from end to end.",)
    per = _per(axis)
    points = study["points"]
    rows = points.assign(price=points["shadow_price"] * per, to_next=points["slope"] * per)
    shown = (*SHOWN, *(() if axis.kind == "spacing" else ("price", "to_next")), "gap")
    frontier = TABLES["points"].section("The frontier", rows, shown, (_how_to_read(study, axis),))
    return [subject, _known(study)], [frontier, Section("Where what is scarce changes", notes=scarce or none)]


def _per(axis: Axis) -> float:
    return units.MILLION if axis.kind == "budget" else 1.0


def _known(study: Study) -> str:
    points = study["points"]
    width = float((points["plan_value"] - points["bound"]).max())
    if not math.isfinite(width):
        return "No point has a plan."
    words = OBJECTIVE_WORDS[study.objective]
    return f"Values of the plans are known to {figure(max(0.0, width))} {words} or better."


def _how_to_read(study: Study, axis: Axis) -> str:
    value = f"Plan value: {OBJECTIVE_WORDS[study.objective]}."
    if axis.kind == "spacing":
        return f"{value} Spacing changes what is measured, not what can be done: these are different models."
    unit = "million" if axis.kind == "budget" else "hour"
    lines = [
        value,
        f"Shadow price: what the next {unit} gains at that point; slope: what each gains on the way to the "
        f"next point. Slopes are known to {figure(_slope_error(study, axis))}.",
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
    return _per(axis) * (float(np.nanmax(error)) if np.isfinite(error).any() else math.nan)


def changes(study: Study) -> Iterator[tuple[str, str]]:
    """Between which points what is scarce changes, and what changes there, in words."""
    axis, scarce = axis_of(study), study["scarce"]
    ends = scarce[["amount_from", "amount_to"]]
    for start, end in ends.drop_duplicates().to_numpy(dtype=np.float64).tolist():
        rows = scarce[(ends == [start, end]).all(axis=1)]
        parts = []
        for (kind, change), some in rows.groupby(["limit_kind", "change"], sort=False):
            what, one, many = LIMIT_WORDS[str(kind)]
            parts.append(
                f"{what} {', '.join(some['id'].replace(study.names))} {one if change == BECOMES else many}"
            )
        yield f"between {axis.place(start)} and {axis.place(end)}", "; ".join(parts)
