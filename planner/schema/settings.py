"""The keys of ``case.toml``: what holds for the whole case, and the losses that it names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from planner.schema.values import (
    MEASURED,
    Currency,
    Date,
    Name,
    Record,
    RequiredText,
    broken,
    measured,
    split,
)

MOST_YEARS = 50
"""Years that a capacity plan may have."""
DAYS, SHORTEST_YEAR_DAYS = 365.0, 360.0
"""Days of a year, and of a bookkeeper's: shorter horizons are parts of one."""
SOURCED, UNCERTAIN = "has a source", "may lie in a range"
"""Marks of keys: figures whose source ``sources.csv`` states, and whose range ``uncertainty.csv`` states."""


def key(text: str, *, default: Any = ..., **bounds: Any) -> Any:
    """The declaration of a key: what it is with its unit; its domain."""
    return Field(default, description=text, **bounds)


class Keys(Record):
    """Base of the tables of ``case.toml``."""

    @field_validator("*", mode="before")
    @classmethod
    def _numbers(cls, value: object, info: ValidationInfo) -> object:
        annotation = cls.model_fields[str(info.field_name)].annotation
        if annotation not in (float, int, int | None):
            return value
        whole = isinstance(value, float) and annotation is not float and value.is_integer()
        return int(value) if isinstance(value, float) and whole else measured(value)


class FxSettings(Keys):
    """Exchange rates: the value of one unit of a foreign currency in the case's currency."""

    date: Date = key("The day of the rates, as 2025-06-30; a date")
    source: RequiredText = key("Where the rates were read; text of up to 2000 characters")
    rates: Annotated[dict[Currency, Annotated[float, Field(gt=0, le=1e9), MEASURED]], SOURCED, UNCERTAIN] = (
        key("The amount of the case's currency for one unit of each (AUD = 0.65); above 0")
    )


class CellSettings(Keys):
    """How finely the areas are cut into cells."""

    spacing_nm: Annotated[float, UNCERTAIN] = key(
        "The spacing of the grid of cells, in nautical miles; 5 to 300", default=60.0, ge=5, le=300
    )


class SolverSettings(Keys):
    """Which solver works, how exactly and how long."""

    name: Literal["highs", "cbc"] = key("The solver of the linear programs; highs or cbc", default="highs")
    gap_tolerance: float = key(
        "The optimality gap between plan and bound at which to stop, as a share; above 0 to 0.1",
        default=1e-4, gt=0, le=0.1,
    )  # fmt: skip
    time_limit_s: float = key(
        "The longest time for all solves together, in seconds; above 0", default=600.0, gt=0, le=1e6
    )
    max_rounds: int = key(
        "The most rounds of refining the breakpoints; a whole number, 1 to 1000", default=30, ge=1, le=1000
    )


class YearsSettings(Keys):
    """``[years]``: the years of a capacity plan, and what it makes best."""

    first: int = key("The first year that is planned; a year", ge=1900, le=2200)
    last: int = key("The last year that is planned; at most 49 years after first", ge=1900, le=2200)
    last_order: int | None = key(
        "The last year of orders; a year from first to last, last if not given",
        default=None, ge=1900, le=2200,
    )  # fmt: skip
    discount: float = key(
        "What a year counts less than the year before, as a share; 0 to below 1", default=0.0, ge=0, lt=1
    )
    wanted: dict[Annotated[str, Field(pattern=r"^\d{4}$")], Annotated[float, Field(ge=0, le=1), MEASURED]] = (
        key("The share of all targets that is wanted by year, for cost (2030 = 0.4); 0 to 1", default={})
    )
    objective: Literal["shortfall", "cost"] = key(
        "What the plan makes best: the case's own objective over all years within the money, or the cost of "
        "what is wanted; shortfall or cost",
        default="shortfall",
    )
    tail_weight: float = key(
        "What the worst futures count beside the mean of all, as a share; 0 to 1", default=0.0, ge=0, le=1
    )
    tail_share: float = key(
        "The share of probability that the worst futures are; 0 (the worst alone) to below 1",
        default=0.0, ge=0, lt=1,
    )  # fmt: skip
    shared_payment: bool = key("Whether several programmes may pay for one unit; true or false", default=True)
    recourse_from: int | None = key(
        "The first year whose orders may wait for the future; a year after first, none if not given",
        default=None, ge=1900, le=2200,
    )  # fmt: skip

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
        if first and last and any(not first <= int(year) <= last for year in wanted):
            raise broken("years_out_of_order.wanted", first=first, last=last)
        return wanted

    @field_validator("objective")
    @classmethod
    def _something_wanted(cls, objective: str, info: ValidationInfo) -> str:
        if objective == "cost" and not info.data.get("wanted", True):
            raise broken("nothing_wanted")
        return objective


class ResponseSettings(Keys):
    """How far a detection counts that nobody answers, and what an answer takes."""

    share: Annotated[float, SOURCED, UNCERTAIN] = key(
        "The part of coverage that counts only as far as detections are answered, as a share; 0 to 1",
        ge=0,
        le=1,
    )
    boarding_share: Annotated[float, SOURCED, UNCERTAIN] = key(
        "The share of detections that call for a boarding; above 0 to 1", gt=0, le=1
    )
    response_time_h: Annotated[float, SOURCED, UNCERTAIN] = key(
        "The hours within which a boat must be there to board; above 0 to 8784", gt=0, le=8784
    )
    boarding_h: Annotated[float, SOURCED, UNCERTAIN] = key(
        "The hours that a boarding takes on the spot; 0 to 8784", ge=0, le=8784
    )


class Settings(Keys):
    """What holds for the whole case."""

    title: Name = key("The title of the case; text of up to 200 characters")
    currency: Currency = key("The currency of all results; an ISO 4217 code")
    horizon_days: Annotated[float, SOURCED, UNCERTAIN] = key(
        "The length of the period that is planned, in days; above 0 to 366", gt=0, le=366
    )
    dwell_days: Annotated[float, SOURCED, UNCERTAIN] = key(
        "The time that a target stays in a cell, in days; above 0, at most horizon_days", gt=0, le=366
    )
    target_coverage: Annotated[float, SOURCED, UNCERTAIN] = key(
        "The coverage wanted in areas that state none, as a share; 0 to 1", ge=0, le=1
    )
    objective: Literal["coverage", "shortfall", "fair"] = key(
        "What the plan makes best: the coverage, the shortfall to targets, or coverage / target from the "
        "worst area upwards, and then the coverage; coverage, shortfall or fair",
        default="coverage",
    )
    coverage_worth: float = key(
        "What a covered km2 counts beside a km2 of shortfall where the objective is shortfall; 0 to 1",
        default=0.1, ge=0, le=1,
    )  # fmt: skip
    scale_to_horizon: bool = key(
        "Whether a horizon shorter than a year (360 days) takes its days' part of what is stated for a year "
        "(hours_per_unit, capacity_hours, budgets, least spending), or all of it as its own; true or false",
        default=True,
    )
    use_periods: bool = key(
        "Whether the plan tells the periods of periods.csv apart, or plans the horizon as one; true or false",
        default=True,
    )
    routing: Literal["sea", "geodesic"] | None = key(
        "How vessels get to cells: round the land of land.geojson, the default with one, or straight; "
        "sea or geodesic",
        default=None,
    )
    fx: FxSettings | None = key(
        "The exchange rates, where an amount is in another currency; a table", default=None
    )
    cells: CellSettings = key("The cells that areas are cut into; a table", default=CellSettings())
    solver: SolverSettings = key("How the linear programs are solved; a table", default=SolverSettings())
    years: YearsSettings | None = key("The years of a capacity plan (planner invest); a table", default=None)
    response: ResponseSettings | None = key(
        "Detections that need an answer; all that is seen counts in full if not given; a table", default=None
    )

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

    title: Name | None = key("What the loss is called in results; text of up to 200 characters", default=None)
    programmes: _Ids = key("What is lost: ids of programmes; a list", default=())
    assets: _Ids = key("What is lost: ids of assets and sensors; a list", default=())
    bases: _Ids = key("What is lost: ids of bases; a list", default=())
    access: _Ids = key("What is lost: operators, or operator:area; a list", default=())
    share: float = key(
        "The share of the horizon for which they are lost; above 0 to 1, all of it if not given",
        default=1.0, gt=0, le=1,
    )  # fmt: skip


class ScenarioSettings(BaseModel):
    """A table ``[scenarios.NAME]``; its other keys are those of ``--set``, a number may be {factor = 1.5}."""

    model_config = ConfigDict(frozen=True, extra="allow")

    title: Name | None = key(
        "What the scenario is called in results; text of up to 200 characters", default=None
    )
    add: dict[str, dict[str, dict[str, Any]]] = key(
        "New records, as [scenarios.NAME.add.TABLE.ID] with columns; like = ID copies a record", default={}
    )
    remove: dict[str, _Ids] = key(
        "The records that go, as remove.TABLE = [ID, ID]; access goes by operator", default={}
    )


class FutureSettings(ScenarioSettings):
    """A table ``[futures.NAME]``; its other keys are those of a scenario."""

    probability: Annotated[float, Field(strict=True)] = key(
        "How probable the future is; 0 (it is left out) to 1, all futures together 1", ge=0, le=1
    )


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


def find(path: tuple[str, ...]) -> tuple[FieldInfo | None, tuple[str, ...]]:
    """The field at a path such as ("cells", "spacing_nm"), and the names allowed at its last step.

    The keys of a free table, such as the rates of exchange, have the field of their table.
    """
    record: type[Record] | None = Settings
    field: FieldInfo | None = None
    names: tuple[str, ...] = tuple(Settings.model_fields)
    for depth, step in enumerate(path, start=1):
        names = tuple(record.model_fields) if record else ()
        if record is None or step not in record.model_fields:
            free = field is not None and record is None and depth == len(path) and is_free(field)
            return (field if free else None), names
        field = record.model_fields[step]
        record = inner_record(field)
    return field, names


def setting(settings: Settings, key: str) -> object:
    """The value of a dotted key; None where its table is not there."""
    found: object = settings
    for step in key.split("."):
        found = getattr(found, step, None)
    return found


def is_free(field: FieldInfo) -> bool:
    """Whether a key holds a table whose keys are free, as rates of exchange are."""
    return getattr(field.annotation, "__origin__", None) is dict
