"""The figures of a folder that the planner has written: its CSV files are all that is read of a study."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import InputError, Problem
from planner.figures import studies
from planner.figures.look import Figure
from planner.figures.sources import Source, of_results
from planner.report.folders import command_of, kind_of, study_document, study_table
from planner.report.plain_text import safe
from planner.report.read_results import read_results
from planner.solve.lp import Status
from planner.studies.ladder_tables import STEPS

STUDY_NAMES = ("coverage", "frontier", "ladder", "tornado", "ranges_coverage", "ranges_gap")
"""Names of the figures of studies."""
TITLES = {
    "budget": "What more money buys",
    "hours": "What more hours buy",
    "spacing": "What finer cells change",
}
"""Titles of frontiers by what is swept."""


def of_folder(folder: Path) -> Source:
    """The figures of a folder that the planner has written.

    Raises:
        InputError: the folder is none that figures are drawn of, or a file of it is missing or broken.
    """
    kind = kind_of(folder)
    if kind == "run":
        return of_results(read_results(folder))
    if kind is None or kind not in STUDIES:
        rule = f"is what {command_of(kind)} writes: it has no figures" if kind else "holds no run.json"
        wanted = ", ".join(command_of(one).removeprefix("planner ") for one in STUDIES)
        remedy = f"name a folder that planner run has written, or one of {wanted}"
        raise InputError([Problem(str(folder), 0, "", "", rule, remedy)])
    return STUDIES[kind](folder)


def _comparison(folder: Path) -> Source:
    columns = dict.fromkeys(("scenario", "area_id", "name", "figure"), "str")
    areas = study_table(folder, "comparison", "areas", {**columns, "value": "float64"})
    plans = study_table(folder, "comparison", "variants", dict.fromkeys(("variant", "status"), "str"))
    document = study_document(folder, "comparison")
    title = str(document["title"])
    inputs = next((plan.get("inputs") for plan in document.get("plans", [])), None) or {}
    return _study(title, plans["status"], inputs, coverage=lambda notes: studies.dumbbell(areas, notes=notes))


def _sweep(folder: Path) -> Source:
    figures = ("amount", "covered_km2", "shadow_price", "shadow_price_per_million")
    columns = {**dict.fromkeys(figures, "float64"), "unit": "str", "status": "str"}
    points = study_table(folder, "sweep", "points", columns)
    document = study_document(folder, "sweep")
    swept = document.get("swept", {})
    kind, unit = str(swept.get("kind")), str(swept.get("unit"))
    money = kind == "budget"
    price = points["shadow_price_per_million"] if money else points["shadow_price"]
    frame = points.assign(price=price).dropna(subset="covered_km2")
    what = {"budget": "budget", "hours": "hours", "spacing": "spacing of the cells"}.get(kind, kind)
    names = ", ".join(safe(name) for name in swept.get("ids", []))
    per = "" if kind == "spacing" else f"per million {unit}" if money else "per hour"
    title = (
        "What finer cells change" if kind == "spacing" else f"What more {'money' if money else 'hours'} buys"
    )

    def draw(notes: Sequence[str]) -> Figure:
        subject = f"Swept: {what} of {names}." if names else ""
        return studies.frontier(frame, what, unit, per, title, [subject, *notes])

    return _study(str(document["title"]), points["status"], document.get("inputs", {}), frontier=draw)


def _ladder(folder: Path) -> Source:
    columns = {
        "rung": "str",
        "title": "str",
        "shortfall_km2": "float64",
        "step_km2": "float64",
        "status": "str",
    }
    rungs = study_table(folder, "ladder", "ladder", columns)
    document = study_document(folder, "ladder")
    words = [STEPS.get(rung, title) for rung, title in zip(rungs["rung"], rungs["title"], strict=True)]
    steps = rungs.assign(rung=words)[rungs["rung"] != "out_of_reach"]
    note = "Limits are lifted one after the other; what is left is water that nothing reaches."

    def draw(notes: Sequence[str]) -> Figure:
        return studies.waterfall(steps, "Why the gap is there", [note, *notes])

    return _study(str(document["title"]), rungs["status"], document.get("inputs", {}), ladder=draw)


def _sensitivity(folder: Path) -> Source:
    words = dict.fromkeys(("outcome", "id", "name"), "str")
    figures = dict.fromkeys(("base", "mean", "p5", "p95"), "float64")
    outcomes = study_table(folder, "sensitivity", "outcomes", {**words, **figures})
    kinds = {**dict.fromkeys(("outcome", "id", "driver"), "str")}
    ends = dict.fromkeys(("low_mean", "high_mean"), "float64")
    drivers = study_table(folder, "sensitivity", "drivers", {**kinds, **ends})
    document = study_document(folder, "sensitivity")
    draws = study_table(folder, "sensitivity", "draws", {"status": "str"})
    whole = outcomes[outcomes["outcome"] == "coverage"]
    of_whole = drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == "all")]
    effects = pd.DataFrame(
        {
            "name": of_whole["driver"],
            "low": 100.0 * of_whole["low_mean"],
            "high": 100.0 * of_whole["high_mean"],
            "base": 100.0 * float(whole["mean"].iloc[0]) if len(whole) else float("nan"),
        }
    )
    quarters = (
        "Mean over the quarter of draws in which a driver is lowest, and over that in which it is highest; "
        "the line is the mean of all draws."
    )

    def tornado(notes: Sequence[str]) -> Figure:
        title = "What the coverage of all areas hangs on"
        return studies.tornado(effects, "% of the water covered", title, [quarters, *notes])

    def coverage(notes: Sequence[str]) -> Figure:
        rows = outcomes[outcomes["outcome"].isin(("coverage", "area_coverage"))]
        return studies.ranges(
            _ranges(rows, 100.0), "% covered", "How sure the coverage is", notes, "nine of ten draws"
        )

    def gaps(notes: Sequence[str]) -> Figure:
        rows = outcomes[outcomes["outcome"] == "programme_gap_km2"]
        return studies.ranges(
            _ranges(rows, 1.0), "km²", "How sure the programmes' gaps are", notes, "nine of ten draws"
        )

    parts: dict[str, Callable[[Sequence[str]], Figure]] = {"tornado": tornado, "ranges_coverage": coverage}
    return _study(
        str(document["title"]), draws["status"], document.get("inputs", {}), **parts, ranges_gap=gaps
    )


def _ranges(rows: pd.DataFrame, scale: float) -> pd.DataFrame:
    called = rows["name"].where(rows["name"] != "", rows["id"].where(rows["id"] != "all", "All areas"))
    values = {"low": rows["p5"], "value": rows["base"], "high": rows["p95"]}
    return pd.DataFrame({"name": called, **{key: scale * value for key, value in values.items()}})


def _study(
    title: str,
    statuses: pd.Series,
    inputs: Mapping[str, Any],
    **parts: Callable[[Sequence[str]], Figure],
) -> Source:
    """The figures of a study, each with a line that says of what case, and how good its plans are."""
    wrong = statuses[statuses != Status.OPTIMAL]
    proof = (
        f"All {len(statuses)} plans optimal, each proven to the gap that was asked for."
        if wrong.empty
        else f"{len(wrong)} of {len(statuses)} plans are NOT PROVEN to be optimal."
    )
    notes = [f"{safe(title)}. {proof}"]

    def draw(names: Sequence[str]) -> Iterator[tuple[str, Figure]]:
        for name in names:
            yield name, parts[name](notes)

    status = str(Status.OPTIMAL) if wrong.empty else str(wrong.iloc[0])
    return Source(tuple(parts), draw, title, status, inputs)


STUDIES: Mapping[str, Callable[[Path], Source]] = {
    "comparison": _comparison,
    "sweep": _sweep,
    "ladder": _ladder,
    "sensitivity": _sensitivity,
}
