"""A range and what its ends must keep to, so that every draw from it is a figure that the case may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from planner.case.figures import RATES, Figure
from planner.case.rows import Place
from planner.errors import Problem
from planner.schema.messages import message
from planner.schema.records import value_adapter
from planner.schema.settings import Settings, find
from planner.schema.tables import CASE, UNCERTAINTY
from planner.units import days_to_hours

FILE = UNCERTAINTY.file
FACTORS = {"low": "low_factor", "high": "high_factor"}
VALUES = {"low": "low", "high": "high"}
REACHES = "beyond_horizon"


@dataclass(frozen=True)
class Range:
    """The range of one figure, and where it is stated, for messages."""

    figure: Figure
    low: float
    high: float
    place: Place
    distribution: str = "uniform"
    together: str = ""
    source: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: VALUES)

    def problem(self, end: str, code: str, rule: str, remedy: str) -> Problem:
        """A problem of the low or high end."""
        value = f"{getattr(self, end):.15g}"
        place = self.place.below(self.columns[end])
        return place.problem(value, code, f"for {self.figure.key} {rule}", remedy)

    @property
    def of_columns(self) -> bool:
        """Whether it is stated by columns ``X_low`` and ``X_high``, which are checked with their table."""
        return self.place.file != FILE


def broken_limits(found: Sequence[Range], settings: Settings) -> list[Problem]:
    """The problems of ranges that reach beyond what their figures may be."""
    problems = [problem for one in found for problem in _broken_field(one)]
    return [*problems, *_broken_together(found, settings.horizon_days, settings.dwell_days)]


def _broken_field(one: Range) -> Iterator[Problem]:
    """Ends that the figure's own column or key does not allow."""
    if one.distribution == "loguniform" and one.low <= 0.0:
        rule = "is too small: loguniform needs a low above 0"
        yield one.problem("low", "too_small", rule, "raise it, or choose uniform")
    for end in () if one.of_columns else FACTORS:
        try:
            _adapter(one.figure.table, one.figure.kind, one.figure.field).validate_python(getattr(one, end))
        except ValidationError as error:
            said = message(error.errors(include_url=False)[0], "")
            yield one.problem(end, said.code, said.rule, "keep the range within what the figure may be")


@cache
def _adapter(table: str, kind: str, name: str) -> TypeAdapter[Any]:
    if table != CASE:
        return value_adapter(table, kind, name)
    field_of_key, _ = find(tuple(name.split(".")))
    if field_of_key is None or name.startswith(RATES):
        rates, _ = find(tuple(RATES.split(".")))
        return TypeAdapter(rates.annotation.__args__[1] if rates and rates.annotation else float)
    bound: Any = Annotated[(field_of_key.annotation, *field_of_key.metadata)]
    return TypeAdapter(bound)


def _broken_together(found: Sequence[Range], horizon_days: float, dwell_days: float) -> Iterator[Problem]:
    """Ends that are allowed for themselves, but not beside what other figures may be."""
    of_case = {one.figure.field: one for one in found if one.figure.table == CASE}
    horizon, dwell = of_case.get("horizon_days"), of_case.get("dwell_days")
    shortest = horizon.low if horizon else horizon_days
    if (dwell.high if dwell else dwell_days) > shortest:
        if dwell and dwell.high > shortest:
            rule = f"is longer than the shortest horizon_days ({shortest:g})"
            yield dwell.problem("high", REACHES, rule, "keep it within the horizon")
        elif horizon:
            rule = f"is shorter than dwell_days ({dwell_days:g})"
            yield horizon.problem("low", REACHES, rule, "keep it above")
    most = days_to_hours(shortest)
    for one in found:
        if one.figure.field == "hours_per_unit" and one.high > most:
            rule = f"is more than the {most:g} hours of the horizon"
            yield one.problem("high", REACHES, rule, "keep it within the hours of the horizon")
