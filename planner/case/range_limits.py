"""A range and what its ends must keep to, so that every draw from it is a figure that the case may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from planner.case.figures import CASE, RATES, Figure
from planner.case.settings import Rate, Settings
from planner.case.tables import TABLES
from planner.case.translate import find_field, words
from planner.errors import Problem
from planner.units import days_to_hours

FILE = "uncertainty.csv"
FACTORS = {"low": "low_factor", "high": "high_factor"}
VALUES = {"low": "low", "high": "high"}


@dataclass(frozen=True)
class Range:
    """The range of one figure, and where it is stated, for messages."""

    figure: Figure
    low: float
    high: float
    distribution: str = "uniform"
    together: str = ""
    source: str = ""
    file: str = FILE
    row: int = 0
    columns: Mapping[str, str] = field(default_factory=lambda: VALUES)

    def problem(self, end: str, rule: str, remedy: str) -> Problem:
        """A problem of the low or high end."""
        value = f"{getattr(self, end):.15g}"
        return Problem(self.file, self.row, self.columns[end], value, f"for {self.figure.key} {rule}", remedy)


def broken_limits(found: Sequence[Range], settings: Settings) -> list[Problem]:
    """The problems of ranges that reach beyond what their figures may be."""
    problems = [problem for one in found for problem in _broken_field(one)]
    return [*problems, *_broken_together(found, settings.horizon_days, settings.dwell_days)]


def _broken_field(one: Range) -> Iterator[Problem]:
    """Ends that the figure's own field does not allow."""
    if one.distribution == "loguniform" and one.low <= 0.0:
        yield one.problem("low", "is not above 0, as loguniform needs", "raise it, or choose uniform")
    if one.file != FILE:
        return  # columns are checked with their table
    for end in FACTORS:
        try:
            _adapter(one.figure.table, one.figure.kind, one.figure.field).validate_python(getattr(one, end))
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            rule, _ = words(detail, None, ())
            yield one.problem(end, rule, "keep the range within what the figure may be")


@cache
def _adapter(table: str, kind: str, name: str) -> TypeAdapter[Any]:
    if table == CASE:
        found, _ = find_field(Settings, name.split("."))
        if found is None or name.startswith(RATES):
            return TypeAdapter(Rate)
    else:
        spec = TABLES[table]
        found = (spec.kinds[kind].model_fields if kind else spec.fields)[name]
    bound: Any = Annotated[(found.annotation, *found.metadata)]
    return TypeAdapter(bound)


def _broken_together(found: Sequence[Range], horizon_days: float, dwell_days: float) -> Iterator[Problem]:
    """Ends that are allowed for themselves, but not beside what other figures may be."""
    of_case = {one.figure.field: one for one in found if one.figure.table == CASE}
    horizon, dwell = of_case.get("horizon_days"), of_case.get("dwell_days")
    shortest = horizon.low if horizon else horizon_days
    if (dwell.high if dwell else dwell_days) > shortest:
        rule, remedy = f"is above the shortest horizon_days ({shortest:g})", "keep it within the horizon"
        if dwell and dwell.high > shortest:
            yield dwell.problem("high", rule, remedy)
        elif horizon:
            yield horizon.problem("low", f"is below dwell_days ({dwell_days:g})", "keep it above")
    most = days_to_hours(shortest)
    for one in found:
        if one.figure.field == "hours_per_unit" and one.high > most:
            rule = f"is above the {most:g} hours of the horizon"
            yield one.problem("high", rule, "keep it within the hours of the horizon")
