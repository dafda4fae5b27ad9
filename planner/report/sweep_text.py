"""A sweep for the terminal, and its folder."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from planner import units
from planner.frames import numbers, records
from planner.report.plain_text import cell, count, figure, percent, safe, words
from planner.report.study import Study, StudyKind
from planner.report.study_text import heading, numbers_table, title_lines
from planner.report.summary import OBJECTIVE_WORDS
from planner.report.sweep import BECOMES, CONCAVE, TABLES, Sweep
from planner.solve.lp import Status

SWEEP = StudyKind("sweep", tuple(TABLES))
LIMIT_WORDS = {
    "asset_hours": ("hours of", "become scarce", "are no longer scarce"),
    "budget": ("money of", "becomes scarce", "is no longer scarce"),
    "base_capacity": ("places at", "become scarce", "are no longer scarce"),
}
"""What each kind of limit is called, and how it comes and goes."""


def sweep_study(sweep: Sweep) -> Study:
    """The sweep, ready to be written."""
    axis, proof = sweep.axis, sweep.base.certificate
    swept = {"kind": axis.kind, "ids": axis.ids, "shares": axis.shares, "unit": axis.unit}
    base = {"plan_value": proof.plan_value, "bound": proof.bound, "gap": proof.gap, "rounds": proof.rounds}
    return Study(
        kind=SWEEP,
        tables={name: getattr(sweep, name) for name in TABLES},
        summary=Group(*_blocks(sweep)),
        document={
            "title": sweep.title,
            "scenarios": [{"name": name, "title": title} for name, title in sweep.scenarios.items()],
            "currency": sweep.currency,
            "objective": sweep.objective,
            "concave": axis.kind != "spacing" and sweep.objective in CONCAVE,
            "swept": {**swept, "present": axis.present},
            "as_it_stands": {"status": str(sweep.base.status), **base},
            "inputs": sweep.base.run.get("inputs", {}),
        },
    )


def _blocks(sweep: Sweep) -> Iterator[RenderableType]:
    yield from title_lines(sweep.title, sweep.scenarios)
    yield Text(_subject(sweep))
    yield _proof(sweep)
    yield heading("The frontier")
    yield _frontier(sweep)
    yield Text(_how_to_read(sweep))
    yield heading("Where what is scarce changes")
    yield from _changes(sweep)


def _subject(sweep: Sweep) -> str:
    axis = sweep.axis
    names = ", ".join(safe(name) for name in axis.ids)
    what = {
        "budget": f"money of {names}",
        "hours": f"hours of {names}",
        "spacing": "spacing of the cells (cells.spacing_nm)",
    }[axis.kind]
    together = ", together and in proportion to what each has" if len(axis.ids) > 1 else ""
    return (
        f"Swept: {what}{together}; {count(axis.present)} {safe(axis.unit)} in the case as it stands. "
        f"Amounts in {safe(axis.unit)}."
    )


def _proof(sweep: Sweep) -> Text:
    points = sweep.points
    proven = points["status"] == Status.OPTIMAL
    if proven.all():
        width = float((points["plan_value"] - points["bound"]).max())
        objective = OBJECTIVE_WORDS.get(sweep.objective, "of the objective")
        return Text(
            f"All {len(points)} plans are optimal within the tolerance: values are known to "
            f"{figure(max(0.0, width))} {objective} or better, gaps are at most {points['gap'].max():.1e}.",
            style="green",
        )
    wrong = ", ".join(
        f"{row.point} ({words(row.status)})" for row in records(points[~proven][["point", "status"]])
    )
    return Text(
        f"NOT PROVEN at point {wrong}; the others are optimal within the tolerance.", style="bold red"
    )


def _frontier(sweep: Sweep) -> RenderableType:
    money, spacing = sweep.axis.kind == "budget", sweep.axis.kind == "spacing"
    columns = ["amount", "plan value", "coverage", "covered km²", "shortfall km²", "spent"]
    if not spacing:
        columns += ["per million" if money else "per hour", "slope to next"]
    table = numbers_table("factor", *columns, "gap")
    for row in sweep.points.to_dict("records"):
        unit = units.MILLION if money else 1.0
        prices = () if spacing else (figure(row["price"] * unit), figure(row["slope"] * unit))
        table.add_row(
            cell(f"{row['factor']:.3f}" if math.isfinite(row["factor"]) else "-"),
            count(row["amount"]),
            count(row["plan_value"]),
            percent(row["coverage"]),
            count(row["covered_km2"]),
            count(row["shortfall_km2"]),
            count(row["spent"]),
            *prices,
            f"{row['gap']:.1e}" if math.isfinite(row["gap"]) else words(row["status"]),
        )
    return table


def _how_to_read(sweep: Sweep) -> str:
    objective = OBJECTIVE_WORDS.get(sweep.objective, "in units of the objective")
    value = f"Plan value: {objective}."
    if sweep.axis.kind == "spacing":
        return f"{value} Spacing changes what is measured, not what can be done: these are different models."
    unit = "million" if sweep.axis.kind == "budget" else "hour"
    lines = [
        value,
        f"Per {unit}: what the next one gains of it at that point; slope: each on the way to the next.",
    ]
    lines.append(f"Slopes are known to {figure(_slope_error(sweep))}.")
    if sweep.objective == "coverage":
        lines.append("The plan weighs km² by risk: plain km² may fall where it still gains.")
    if sweep.objective in CONCAVE:
        lines.append(
            "Every further one gains less or as much, and between two points the slope lies between their "
            "prices: held, within the certificates."
        )
    else:
        lines.append(
            f"With the objective {safe(sweep.objective)} only least_target_met (points.csv) is sure to grow: "
            "the rest may fall where the smallest is served first."
        )
    return " ".join(lines)


def _slope_error(sweep: Sweep) -> float:
    """How far a slope may be off, by the certificates of its two plans."""
    points = sweep.points
    known = numbers((points["plan_value"] - points["bound"]).clip(lower=0.0))
    error = np.maximum(known[:-1], known[1:]) / np.diff(numbers(points["amount"]))
    most = float(np.nanmax(error)) if np.isfinite(error).any() else float("nan")
    return most * (units.MILLION if sweep.axis.kind == "budget" else 1.0)


def _changes(sweep: Sweep) -> Iterator[Text]:
    if sweep.scarce.empty:
        yield Text("Nothing changes: the same hours and budgets are scarce from end to end.")
    for where, what in changes(sweep):
        yield Text(f"{where}: {what}")


def changes(sweep: Sweep) -> Iterator[tuple[str, str]]:
    """Between which points what is scarce changes, and what changes there, in words."""
    steps = sweep.scarce[["point_from", "point_to"]].drop_duplicates()
    for start, end in steps.to_numpy().tolist():
        rows = sweep.scarce[(sweep.scarce["point_from"] == start) & (sweep.scarce["point_to"] == end)]
        parts = []
        for (kind, change), some in rows.groupby(["limit_kind", "change"], sort=False):
            what, one, many = LIMIT_WORDS[str(kind)]
            verb = one if change == BECOMES else many
            parts.append(f"{what} {', '.join(safe(name) for name in some['id'])} {verb}")
        yield f"between {_place(sweep, start)} and {_place(sweep, end)}", "; ".join(parts)


def _place(sweep: Sweep, point: int) -> str:
    amount = sweep.axis.amounts[point - 1]
    factor = sweep.axis.factor(amount)
    if sweep.axis.kind != "spacing" and math.isfinite(factor):
        return f"{factor:.4g} x"
    return f"{count(amount)} {safe(sweep.axis.unit)}"
