"""The keys of ``case.toml``, which ``settings.toml`` words: what holds for the whole case, and its tables."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from planner.schema.codes import data_text
from planner.schema.messages import listed
from planner.schema.tables import CASE
from planner.schema.values import (
    EITHER,
    MEASURED,
    Ambiguous,
    Currency,
    Date,
    Name,
    Record,
    RequiredText,
    broken,
    measured,
    readings,
    split,
)

MOST_YEARS = 50
"""Years that a capacity plan may have."""
DAYS, SHORTEST_YEAR_DAYS = 365.0, 360.0
"""Days of a year, and of a bookkeeper's: shorter horizons are parts of one."""
SOURCED, UNCERTAIN = "has a source", "may lie in a range"
"""Marks of keys: figures whose source ``sources.csv`` states, and whose range ``uncertainty.csv`` states."""

_DECLARED: dict[str, Any] = tomllib.loads(data_text("settings.toml"))


def key(name: str, default: Any = ...) -> Any:
    """What ``settings.toml`` declares of a key, by its dotted name."""
    table, _, own = name.rpartition(".")
    stated = dict(_DECLARED[table or CASE][own])
    if stated.pop("optional", False):
        default = None
    elif "default" in stated:
        default = stated.pop("default")
    text = stated.pop("text")
    return Field(tuple(default) if isinstance(default, list) else default, description=text, **stated)


def _either(value: object, bounds: Sequence[Any] = ()) -> object:
    """A text such as 1.200 as ``Ambiguous``, unless bounds leave one reading; any other value as it is."""
    if not isinstance(value, str) or not EITHER.fullmatch(value):
        return value
    least = max((each.ge for each in bounds if hasattr(each, "ge")), default=-math.inf)
    most = min((each.le for each in bounds if hasattr(each, "le")), default=math.inf)
    return Ambiguous(value) if all(least <= float(each) <= most for each in readings(value)) else value


class Keys(Record):
    """Base of the tables of ``case.toml``."""

    @field_validator("*", mode="before")
    @classmethod
    def _numbers(cls, value: object, info: ValidationInfo) -> object:
        field = cls.model_fields[str(info.field_name)]
        annotation = field.annotation
        if annotation not in (float, int, int | None):
            return value
        value = _either(value, field.metadata)
        if type(value) is float and annotation is not float and value.is_integer():  # a Product stays one
            return int(value)
        return measured(value)


Figure = Annotated[float, SOURCED, UNCERTAIN]


class FxSettings(Keys):
    """Exchange rates: the value of one unit of a foreign currency in the case's currency."""

    date: Date = key("fx.date")
    source: RequiredText = key("fx.source")
    rates: Annotated[dict[Currency, Annotated[float, Field(gt=0, le=1e9), MEASURED]], SOURCED, UNCERTAIN] = (
        key("fx.rates")
    )

    @field_validator("rates", mode="before")
    @classmethod
    def _one_reading(cls, rates: object) -> object:
        return {code: _either(rate) for code, rate in rates.items()} if isinstance(rates, dict) else rates


class CellSettings(Keys):
    """How finely the areas are cut into cells."""

    spacing_nm: Annotated[float, UNCERTAIN] = key("cells.spacing_nm")


class SolverSettings(Keys):
    """Which solver works, how exactly and how long."""

    name: Literal["highs", "cbc"] = key("solver.name")
    gap_tolerance: float = key("solver.gap_tolerance")
    time_limit_s: float = key("solver.time_limit_s")
    max_rounds: int = key("solver.max_rounds")


class YearsSettings(Keys):
    """``[years]``: the years of a capacity plan, and what it makes best."""

    first: int = key("years.first")
    last: int = key("years.last")
    last_order: int | None = key("years.last_order")
    discount: float = key("years.discount")
    wanted: dict[Annotated[str, Field(pattern=r"^\d{4}$")], Annotated[float, Field(ge=0, le=1), MEASURED]] = (
        key("years.wanted")
    )
    objective: Literal["shortfall", "cost"] = key("years.objective")
    tail_weight: float = key("years.tail_weight")
    tail_share: float = key("years.tail_share")
    shared_payment: bool = key("years.shared_payment")
    recourse_from: int | None = key("years.recourse_from")

    @field_validator("last", "last_order", "recourse_from")
    @classmethod
    def _in_order(cls, year: int | None, info: ValidationInfo) -> int | None:
        first, last = info.data.get("first"), info.data.get("last")
        if year is None or first is None:
            return year
        if year < first or (info.field_name == "recourse_from" and year == first):
            raise broken("years_out_of_order.first", first=first)
        if info.field_name == "last" and year - first >= MOST_YEARS:
            raise broken("years_out_of_order.many", most=MOST_YEARS)
        if last is not None and year > last:
            raise broken("years_out_of_order.last", last=last)
        return year

    @field_validator("wanted")
    @classmethod
    def _wanted_years(cls, wanted: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        first, last = info.data.get("first"), info.data.get("last")
        odd = [year for year in wanted if first and last and not first <= int(year) <= last]
        if odd:
            raise broken("years_out_of_order.wanted", odd=listed(odd), first=first, last=last)
        return wanted

    @field_validator("objective")
    @classmethod
    def _something_wanted(cls, objective: str, info: ValidationInfo) -> str:
        if objective == "cost" and not info.data.get("wanted", True):
            raise broken("nothing_wanted")
        return objective


class ResponseSettings(Keys):
    """How far a detection counts that nobody answers, and what an answer takes."""

    share: Figure = key("response.share")
    boarding_share: Figure = key("response.boarding_share")
    response_time_h: Figure = key("response.response_time_h")
    boarding_h: Figure = key("response.boarding_h")


class Settings(Keys):
    """What holds for the whole case."""

    title: Name = key("title")
    currency: Currency = key("currency")
    horizon_days: Figure = key("horizon_days")
    dwell_days: Figure = key("dwell_days")
    target_coverage: Figure = key("target_coverage")
    objective: Literal["coverage", "shortfall", "fair"] = key("objective")
    coverage_worth: float = key("coverage_worth")
    scale_to_horizon: bool = key("scale_to_horizon")
    use_periods: bool = key("use_periods")
    routing: Literal["sea", "geodesic"] | None = key("routing")
    fx: FxSettings | None = key("fx")
    cells: CellSettings = key("cells", CellSettings())
    solver: SolverSettings = key("solver", SolverSettings())
    years: YearsSettings | None = key("years")
    response: ResponseSettings | None = key("response")

    @field_validator("dwell_days")
    @classmethod
    def _within_horizon(cls, dwell_days: float, info: ValidationInfo) -> float:
        horizon_days = info.data.get("horizon_days")
        if horizon_days is not None and dwell_days > horizon_days:
            raise broken("too_large.horizon", horizon_days=horizon_days)
        return dwell_days

    @property
    def share_of_year(self) -> float:
        """The part of yearly hours and money that the horizon has [-]."""
        return self.share_of(self.horizon_days)

    def share_of(self, horizon_days: float) -> float:
        """The part of yearly hours and money that a horizon has, days / 365; 1 from 360 days on [-]."""
        scaled = self.scale_to_horizon and horizon_days < SHORTEST_YEAR_DAYS
        return horizon_days / DAYS if scaled else 1.0

    @property
    def answers(self) -> ResponseSettings | None:
        """What answers take, where detections count only as far as they are answered."""
        return self.response if self.response is not None and self.response.share > 0.0 else None

    @property
    def rates(self) -> dict[str, float]:
        """The value of one unit of every known currency in the case's own, which is 1."""
        return {**(self.fx.rates if self.fx else {}), self.currency: 1.0}


_Ids = Annotated[tuple[str, ...], BeforeValidator(split)]


class StressSettings(Keys):
    """A table ``[stress.NAME]``: things that are lost together; the lists name ids."""

    title: Name | None = key("stress.title")
    programmes: _Ids = key("stress.programmes")
    assets: _Ids = key("stress.assets")
    bases: _Ids = key("stress.bases")
    access: _Ids = key("stress.access")
    share: float = key("stress.share")


class ScenarioSettings(BaseModel):
    """A table ``[scenarios.NAME]``; its other keys are those of ``--set``, a number may be {factor = 1.5}."""

    model_config = ConfigDict(frozen=True, extra="allow")

    title: Name | None = key("scenarios.title")
    source: RequiredText | None = key("scenarios.source")
    basis: Literal["stated", "derived", "assumed"] | None = key("scenarios.basis")
    add: dict[str, dict[str, dict[str, Any]]] = key("scenarios.add")
    remove: dict[str, _Ids] = key("scenarios.remove")

    @field_validator("basis")
    @classmethod
    def _of_a_source(cls, basis: str | None, info: ValidationInfo) -> str | None:
        if basis is not None and info.data.get("source", basis) is None:
            raise broken("no_source")
        return basis


class FutureSettings(ScenarioSettings):
    """A table ``[futures.NAME]``; its other keys are those of a scenario."""

    probability: Annotated[float, Field(strict=True)] = key("futures.probability")


@cache
def marked(mark: str) -> tuple[str, ...]:
    """The dotted keys of the settings that have a mark."""
    return tuple(name for name, field in leaves(Settings) if mark in field.metadata)


def leaves(record: type[Record], before: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """The dotted keys below a record that hold a value, not a table, each with its field."""
    for name, field in record.model_fields.items():
        inner = inner_record(field)
        if inner is None:
            yield before + name, field
        else:
            yield from leaves(inner, f"{before}{name}.")


def inner_record(field: FieldInfo) -> type[Record] | None:
    """The record of a key that holds a table of keys."""
    kinds = getattr(field.annotation, "__args__", (field.annotation,))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Record)), None)


def keys_of(field: FieldInfo | None) -> Mapping[str, FieldInfo]:
    """The keys of the table that a key holds, or of ``case.toml``; none of a value or a free table."""
    record = Settings if field is None else inner_record(field)
    return record.model_fields if record else {}


def find(path: Sequence[str]) -> FieldInfo | None:
    """The field at a path such as ("cells", "spacing_nm"); keys of a free table have that of the table."""
    field: FieldInfo | None = None
    for at, step in enumerate(path, start=1):
        if field is not None and is_free(field):
            return field if at == len(path) else None
        field = keys_of(field).get(step)
        if field is None:
            return None
    return field


def setting(settings: Settings, key: str) -> object:
    """The value of a dotted key; None where its table is not there, or where a free table has no such key."""
    found: object = settings
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else getattr(found, step, None)
    return found


def is_free(field: FieldInfo) -> bool:
    """Whether a key holds a table whose keys are free, as rates of exchange are."""
    return getattr(field.annotation, "__origin__", None) is dict
