"""What figures are drawn from: results of a run, or what was read from its folder or that of a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from planner.capacity.folder import CapacityPlan, read_capacity_plan
from planner.capacity.sentences import status
from planner.charts.capital import CHARTS as OF_CAPACITY
from planner.charts.capital_beside import CHARTS as BESIDE
from planner.charts.data import Plan, case_line, plan_of
from planner.charts.folders import StudyFolder, read_study
from planner.charts.map_values import Shown, shown
from planner.charts.maps import map_chart
from planner.charts.money import spending
from planner.charts.period_maps import NAME as BY_PERIOD
from planner.charts.period_maps import period_maps
from planner.charts.plan import coverage_by_area, gap_by_programme
from planner.charts.scarce import hours, prices
from planner.charts.seasons import calendar, coverage_by_period
from planner.charts.spec import Chart, printed
from planner.charts.studies import CHARTS as OF_STUDIES
from planner.charts.themes import PRINTED, THEMES
from planner.errors import InputError, Problem
from planner.results.folders import CAPACITY, RUN, command_of, kind_of
from planner.results.plain_text import safe
from planner.results.read_results import read_results
from planner.results.results import Results
from planner.solve.solver import Status

CHARTS: Mapping[str, Callable[[Plan], Chart]] = {
    "gap_by_programme": gap_by_programme,
    "coverage_by_area": coverage_by_area,
    "spending": spending,
    "hours": hours,
    "prices": prices,
}
"""The charts of a plan that are drawn for print, by name."""
SEASONAL: Mapping[str, Callable[[Plan], Chart]] = {
    "calendar": calendar,
    "coverage_by_period": coverage_by_period,
}
"""More charts of a plan that tells periods of the year apart."""
NAMES = (*PRINTED, *CHARTS, *SEASONAL, BY_PERIOD)
"""The figures of a plan."""
STUDY_NAMES = tuple(name for charts in OF_STUDIES.values() for name in charts)
"""The figures of studies."""
CAPACITY_NAMES = (*OF_CAPACITY, *BESIDE)
"""The figures of capacity plans."""


@dataclass(frozen=True)
class Source:
    """What figures are drawn from.

    Attributes:
        charts: makes each of its charts, by name.
        lines: what stands under every title: of which case, and how good the plans are.
        title: of the case.
        status: of the plan, or of the worst plan of a study.
        inputs: SHA-256 of every file of the case.
    """

    charts: Mapping[str, Callable[[], Chart]]
    lines: tuple[str, ...]
    title: str
    status: str
    inputs: Mapping[str, Any]

    def spec(self, name: str) -> dict[str, Any]:
        """The whole specification of a figure for print."""
        return printed(self.charts[name](), self.lines)


def of_results(results: Results) -> Source:
    """The maps and charts of one plan; what the maps share is worked out once."""
    plan = plan_of(results)

    @cache
    def found() -> Shown:
        return shown(plan)

    charts: dict[str, Callable[[], Chart]] = {
        name: lambda name=name: map_chart(THEMES[name], found())  # type: ignore[misc]
        for name in PRINTED
    }
    own = {**CHARTS, **(SEASONAL if len(plan["calendar"]) else {})}
    charts |= {name: partial(make, plan) for name, make in own.items()}
    if len(plan["cell_periods"]):
        charts[BY_PERIOD] = lambda: period_maps(found())
    inputs = results.run.get("inputs", {})
    return Source(charts, (case_line(plan),), results.title, str(results.status), inputs)


def of_folder(folder: Path) -> Source:
    """The figures of a folder that the planner has written.

    Raises:
        InputError: the folder is none that figures are drawn of, or a file of it is missing or broken.
    """
    kind = kind_of(folder)
    if kind == RUN:
        return of_results(read_results(folder))
    if kind == CAPACITY:
        return of_capacity_plan(read_capacity_plan(folder))
    if kind not in OF_STUDIES:
        wanted = ", ".join(command_of(one).removeprefix("planner ") for one in (CAPACITY, *OF_STUDIES))
        remedy = f"name a folder that planner run has written, or one of {wanted}"
        raise InputError([Problem(str(folder), 0, "", "", "holds no run and no study", remedy)])
    return _of_study(read_study(folder, str(kind)))


def of_capacity_plan(plan: CapacityPlan) -> Source:
    """The charts of a capacity plan."""
    charts = {name: partial(make, plan) for name, make in OF_CAPACITY.items()}
    charts |= {name: partial(make, plan) for name, (has, make) in BESIDE.items() if has(plan)}
    titles = [str(plan.run["title"]), *(str(one["title"] or one["name"]) for one in plan.run["scenarios"])]
    line = f"{'; '.join(safe(one) for one in titles)}. {status(plan)}"
    return Source(charts, (line,), titles[0], str(plan.run["status"]), plan.run["inputs"])


def _of_study(study: StudyFolder) -> Source:
    """The figures of a study, which are made at once, so that a broken folder is found before a file is."""
    variants = study["variants"]
    try:
        charts = {name: make(study) for name, make in OF_STUDIES[study.kind].items()}
        statuses = variants["status"]
    except (KeyError, ValueError, TypeError) as error:
        raise study.broken("*.csv", f"cannot be understood ({error})") from error
    title, inputs = str(study.document["title"]), study.document.get("inputs", {})
    line = f"{safe(title)}. {_proof(statuses)}"
    worst = next((str(one) for one in statuses if one != Status.OPTIMAL), str(Status.OPTIMAL))
    return Source(
        {name: partial(_same, chart) for name, chart in charts.items()}, (line,), title, worst, inputs
    )


def _same(chart: Chart) -> Chart:
    return chart


def _proof(statuses: pd.Series) -> str:
    wrong = int((statuses != Status.OPTIMAL).sum())
    if wrong:
        return f"{wrong} of {len(statuses)} plans are NOT PROVEN to be optimal."
    return f"All {len(statuses)} plans optimal, each proven to the optimality gap that was asked for."


def chosen(source: Source, only: Sequence[str]) -> tuple[str, ...]:
    """The figures of a source that are wanted, in its order; all if none is named.

    Raises:
        InputError: it has no such figure.
    """
    strangers = [name for name in only if name not in source.charts]
    if strangers:
        remedy = f"name one or several of {', '.join(source.charts)}"
        rule = "is not a figure of this folder"
        raise InputError([Problem("--only", 0, "", name, rule, remedy) for name in strangers])
    return tuple(name for name in source.charts if not only or name in only)
