"""The figures of a folder that the planner has written: its CSV files are all that is read of a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from planner.charts import studies, uncertainty
from planner.charts.comparison import coverage
from planner.charts.data import renamed
from planner.charts.sources import Source, of_results
from planner.charts.spec import Chart
from planner.errors import InputError, Problem
from planner.report.folders import command_of, kind_of, study_document, study_table
from planner.report.ladder import STEPS
from planner.report.plain_text import safe
from planner.report.read_results import read_results
from planner.solve.lp import Status

STUDY_NAMES = ("coverage", "frontier", "ladder", "tornado", "ranges_coverage", "ranges_gap")
"""Names of the figures of studies."""
SWEPT = {
    "budget": ("budget", "What more money buys"),
    "hours": ("hours", "What more hours buy"),
    "spacing": ("spacing of the cells", "What finer cells change"),
}
"""What is swept, in words, and the title of its frontier."""
QUARTERS = (
    "Mean over the quarter of draws in which a driver is lowest, and over that in which it is highest; "
    "the line is the mean of all draws."
)
LADDER = "Limits are lifted one after the other; what is left is water that nothing reaches."


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


def frontier_of(points: pd.DataFrame, swept: Mapping[str, Any], note: str = "") -> Chart:
    """The frontier of a sweep.

    Args:
        points: ``points.csv``: ``amount``, ``covered_km2``, ``shadow_price``, ``shadow_price_per_million``.
        swept: ``kind``, ``unit`` and ``present`` amount of what is swept.
        note: how to read it.
    """
    kind, unit = str(swept.get("kind")), str(swept.get("unit"))
    per = {"spacing": "", "budget": f"per million {unit}"}.get(kind, "per hour")
    price = points["shadow_price_per_million"] if kind == "budget" else points["shadow_price"]
    frame = points.assign(shadow_price=price).dropna(subset="covered_km2")
    what, title = SWEPT.get(kind, (kind, "What more of it buys"))
    return studies.frontier(frame, what, unit, per, title, swept.get("present"), note)


def ladder_of(rungs: pd.DataFrame) -> Chart:
    """The waterfall of a ladder's rungs: ``rung``, ``title``, ``shortfall_km2``, ``step_km2``."""
    words = [STEPS.get(rung, title) for rung, title in zip(rungs["rung"], rungs["title"], strict=True)]
    steps = rungs.assign(rung=words)[rungs["rung"] != "out_of_reach"]
    return studies.waterfall(steps, "Why the coverage gap is there", LADDER)


def _comparison(folder: Path) -> Source:
    columns = dict.fromkeys(("scenario", "area_id", "name", "figure"), "str")
    areas = study_table(folder, "comparison", "areas", {**columns, "value": "float64"})
    plans = study_table(folder, "comparison", "plans", dict.fromkeys(("scenario", "title", "status"), "str"))
    document = study_document(folder, "comparison")
    inputs = next((plan.get("inputs") for plan in document.get("plans", [])), None) or {}
    return _study(document["title"], plans["status"], inputs, coverage=partial(coverage, areas))


def _sweep(folder: Path) -> Source:
    figures = ("amount", "covered_km2", "price", "price_per_million")
    columns = {**dict.fromkeys(figures, "float64"), "unit": "str", "status": "str"}
    points = renamed(study_table(folder, "sweep", "points", columns))
    document = study_document(folder, "sweep")
    swept = document.get("swept", {})
    what, _ = SWEPT.get(str(swept.get("kind")), (str(swept.get("kind")), ""))
    ids = ", ".join(safe(name) for name in swept.get("ids", []))
    note = f"Swept: {what} of {ids}." if ids else ""
    return _study(
        document["title"],
        points["status"],
        document.get("inputs", {}),
        frontier=lambda: frontier_of(points, swept, note),
    )


def _ladder(folder: Path) -> Source:
    figures = dict.fromkeys(("shortfall_km2", "step_km2"), "float64")
    columns = {**dict.fromkeys(("rung", "title", "status"), "str"), **figures}
    rungs = study_table(folder, "ladder", "ladder", columns)
    document = study_document(folder, "ladder")
    return _study(
        document["title"], rungs["status"], document.get("inputs", {}), ladder=lambda: ladder_of(rungs)
    )


def _sensitivity(folder: Path) -> Source:
    words = dict.fromkeys(("outcome", "id", "name"), "str")
    figures = dict.fromkeys(("base", "mean", "p5", "p25", "median", "p75", "p95"), "float64")
    outcomes = study_table(folder, "sensitivity", "outcomes", {**words, **figures})
    kinds = dict.fromkeys(("outcome", "id", "driver"), "str")
    ends = dict.fromkeys(("low_mean", "high_mean"), "float64")
    drivers = study_table(folder, "sensitivity", "drivers", {**kinds, **ends})
    draws = study_table(folder, "sensitivity", "draws", {"status": "str"})
    document = study_document(folder, "sensitivity")
    whole = outcomes[outcomes["outcome"] == "coverage"]
    mean = float(whole["mean"].iloc[0]) if len(whole) else float("nan")
    of_whole = drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == "all")]
    covered = outcomes[outcomes["outcome"].isin(("coverage", "area_coverage"))]
    short = outcomes[outcomes["outcome"] == "programme_gap_km2"]
    return _study(
        document["title"],
        draws["status"],
        document.get("inputs", {}),
        tornado=lambda: drivers_of(of_whole, mean, "%", "What the coverage of all areas hangs on"),
        ranges_coverage=lambda: ranges_of(covered, "%", "How sure the coverage is", "ranges_coverage"),
        ranges_gap=lambda: ranges_of(
            short, "km²", "How sure the programmes' coverage gaps are", "ranges_gap"
        ),
    )


def drivers_of(drivers: pd.DataFrame, mean: float, unit: str, title: str) -> Chart:
    """What drives an outcome: rows of ``drivers.csv`` and the outcome's mean; ``sure`` if it is known."""
    columns = {"driver": "name", "low_mean": "low", "high_mean": "high"}
    effects = drivers.rename(columns=columns).assign(base=mean)
    kept = [name for name in ("name", "low", "high", "base", "sure") if name in effects]
    return uncertainty.tornado(effects[kept], unit, title, QUARTERS)


def ranges_of(outcomes: pd.DataFrame, unit: str, title: str, name: str = "ranges") -> Chart:
    """The ranges of outcomes: rows of ``outcomes.csv``."""
    whole = outcomes["id"].where(outcomes["id"] != "all", "All areas")
    columns = {
        "p5": "low",
        "p25": "lower",
        "median": "middle",
        "p75": "upper",
        "p95": "high",
        "base": "value",
    }
    frame = outcomes.rename(columns=columns)[list(columns.values())]
    frame = frame.assign(name=outcomes["name"].where(outcomes["name"] != "", whole))
    return uncertainty.ranges(frame, unit, title, "nine of ten draws", name)


def _study(
    title: str, statuses: pd.Series, inputs: Mapping[str, Any], **charts: Callable[[], Chart]
) -> Source:
    """The figures of a study, each with a line that says of what case, and how good its plans are."""
    wrong = statuses[statuses != Status.OPTIMAL]
    proof = (
        f"All {len(statuses)} plans optimal, each proven to the optimality gap that was asked for."
        if wrong.empty
        else f"{len(wrong)} of {len(statuses)} plans are NOT PROVEN to be optimal."
    )
    status = str(Status.OPTIMAL) if wrong.empty else str(wrong.iloc[0])
    return Source(charts, (f"{safe(title)}. {proof}",), str(title), status, inputs)


STUDIES: Mapping[str, Callable[[Path], Source]] = {
    "comparison": _comparison,
    "sweep": _sweep,
    "ladder": _ladder,
    "sensitivity": _sensitivity,
}
