"""A range and what its ends must keep to, so that every draw from it is a figure that the case may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from planner.case.figures import Figure
from planner.case.place import Place
from planner.errors import Problem
from planner.schema.columns import Column
from planner.schema.messages import Message, message, said
from planner.schema.settings import Settings, find, is_free
from planner.schema.tables import CASE, UNCERTAINTY
from planner.schema.values import annotation
from planner.units import days_to_hours

FILE = UNCERTAINTY.file
FACTORS = {"low": "low_factor", "high": "high_factor"}
VALUES = {"low": "low", "high": "high"}


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

    def problem(self, end: str, key: str, **words: Any) -> Problem:
        """A problem of the low or high end."""
        return self.wrong(end, said(key, getattr(self, end), figure=self.figure.key, **words))

    def wrong(self, end: str, message: Message) -> Problem:
        """The problem of an end that a message is about."""
        return self.place.below(self.columns[end]).wrong(message)

    @property
    def of_columns(self) -> bool:
        """Whether it is stated by columns ``X_low`` and ``X_high``, which are checked with their table."""
        return self.place.file != FILE


def broken_limits(found: Sequence[Range], settings: Settings) -> list[Problem]:
    """The problems of ranges that reach beyond what their figures may be."""
    problems = [problem for one in found for problem in _broken_field(one)]
    return [*problems, *_broken_together(found, settings)]


def _broken_field(one: Range) -> Iterator[Problem]:
    """Ends that the figure's own column or key does not allow."""
    if one.distribution == "loguniform" and one.low <= 0.0:
        yield one.problem("low", "too_small.loguniform")
    for end in () if one.of_columns else FACTORS:
        try:
            _adapter(one.figure.field, one.figure.column).validate_python(getattr(one, end))
        except ValidationError as error:
            found = message(error.errors(include_url=False)[0], "")
            rule = f"for {one.figure.key} {found.rule}"
            remedy = "keep the range within what the figure may be"
            yield one.wrong(end, found._replace(rule=rule, remedy=remedy))


@cache
def _adapter(name: str, column: Column | None) -> TypeAdapter[Any]:
    """What validates a value of a column, or of a key of case.toml."""
    if column is not None:
        return TypeAdapter(annotation(column))
    field, _ = find(tuple(name.split(".")))
    if field is not None and is_free(field):
        return TypeAdapter(field.annotation.__args__[1])  # type: ignore[union-attr]
    bound: Any = Annotated[(field.annotation, *field.metadata)] if field else float
    return TypeAdapter(bound)


def _broken_together(found: Sequence[Range], settings: Settings) -> Iterator[Problem]:
    """Ends that are allowed for themselves, but not beside what other figures may be."""
    dwell_days = settings.dwell_days
    of_case = {one.figure.field: one for one in found if one.figure.table == CASE}
    horizon, dwell = of_case.get("horizon_days"), of_case.get("dwell_days")
    shortest = horizon.low if horizon else settings.horizon_days
    if dwell and dwell.high > shortest:
        yield dwell.problem("high", "beyond_horizon.dwell", shortest=shortest)
    elif horizon and dwell_days > shortest:
        yield horizon.problem("low", "beyond_horizon.horizon", dwell_days=dwell_days)
    most = days_to_hours(shortest) / settings.share_of(shortest)
    for one in found:
        if one.figure.field == "hours_per_unit" and one.high > most:
            yield one.problem("high", "beyond_horizon.hours", hours=most)
