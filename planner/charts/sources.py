"""What figures are drawn from: results of a run, or what was read from the folder of a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from planner.charts.data import Plan, case_line, plan_of
from planner.charts.map_values import Shown, shown
from planner.charts.maps import map_chart
from planner.charts.money import spending
from planner.charts.plan import coverage_by_area, gap_by_programme
from planner.charts.scarce import hours, prices
from planner.charts.spec import Chart, printed
from planner.charts.themes import PRINTED, THEMES
from planner.errors import InputError, Problem
from planner.report.results import Results

CHARTS: Mapping[str, Callable[[Plan], Chart]] = {
    "gap_by_programme": gap_by_programme,
    "coverage_by_area": coverage_by_area,
    "spending": spending,
    "hours": hours,
    "prices": prices,
}
"""The charts of a plan that are drawn for print, by name."""
NAMES = (*PRINTED, *CHARTS)
"""The figures of a plan."""


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
    charts |= {name: partial(make, plan) for name, make in CHARTS.items()}
    inputs = results.run.get("inputs", {})
    return Source(charts, (case_line(plan),), results.title, str(results.status), inputs)


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
