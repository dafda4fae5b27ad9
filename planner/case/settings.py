"""The records of ``case.toml``: what holds for the whole case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from planner.case.fields import Currency, Date, Name, Record, RequiredText, broken

FIGURES = ("horizon_days", "dwell_days", "target_coverage", "fx.rates")
"""The keys whose figures have a basis and a source; the others say how to compute and what to show."""

Rate = Annotated[float, Field(gt=0, le=1e9)]


class FxSettings(Record):
    """Exchange rates: the value of one unit of a foreign currency in the case's currency."""

    date: Annotated[Date, Field(description="The day of the rates, as 2025-06-30; a date")]
    source: Annotated[
        RequiredText, Field(description="Where the rates were read; text of up to 2000 characters")
    ]
    rates: Annotated[
        dict[Currency, Rate],
        Field(description="The amount of the case's currency for one unit of each (AUD = 0.65); above 0"),
    ]


class CellSettings(Record):
    """How finely the areas are cut into cells."""

    spacing_nm: Annotated[
        float,
        Field(ge=5, le=300, description="The spacing of the grid of cells, in nautical miles; 5 to 300"),
    ] = 60.0


class SolverSettings(Record):
    """Which solver works, how exactly and how long."""

    name: Annotated[
        Literal["highs", "cbc"], Field(description="The solver of the linear programs; highs or cbc")
    ] = "highs"
    gap_tolerance: Annotated[
        float,
        Field(
            gt=0,
            le=0.1,
            description="The gap between plan and bound at which to stop, as a share; above 0 to 0.1",
        ),
    ] = 1e-4
    time_limit_s: Annotated[
        float,
        Field(gt=0, le=1e6, description="The longest time for all solves together, in seconds; above 0"),
    ] = 600.0
    max_rounds: Annotated[
        int,
        Field(
            ge=1,
            le=1000,
            description="The most rounds of refining the breakpoints; a whole number, 1 to 1000",
        ),
    ] = 30


class Settings(Record):
    """What holds for the whole case."""

    title: Annotated[Name, Field(description="The title of the case; text of up to 200 characters")]
    currency: Annotated[Currency, Field(description="The currency of all results; an ISO 4217 code")]
    horizon_days: Annotated[
        float,
        Field(gt=0, le=366, description="The length of the period that is planned, in days; above 0 to 366"),
    ]
    dwell_days: Annotated[
        float,
        Field(
            gt=0,
            le=366,
            description="The time that a target stays in a cell, in days; above 0, at most horizon_days",
        ),
    ]
    target_coverage: Annotated[
        float,
        Field(ge=0, le=1, description="The coverage wanted in areas that state none, as a share; 0 to 1"),
    ]
    objective: Annotated[
        Literal["coverage", "shortfall", "fair"],
        Field(
            description="What the plan makes best, the coverage, the shortfall to targets, or the smallest "
            "coverage / target and then the coverage; coverage, shortfall or fair"
        ),
    ] = "coverage"
    fx: Annotated[
        FxSettings | None,
        Field(description="The exchange rates, where an amount is in another currency; a table"),
    ] = None
    cells: Annotated[CellSettings, Field(description="The cells that areas are cut into; a table")] = (
        CellSettings()
    )
    solver: Annotated[SolverSettings, Field(description="How the linear programs are solved; a table")] = (
        SolverSettings()
    )

    @field_validator("dwell_days")
    @classmethod
    def _within_horizon(cls, dwell_days: float, info: ValidationInfo) -> float:
        horizon_days = info.data.get("horizon_days")
        if horizon_days is not None and dwell_days > horizon_days:
            raise broken(
                f"is above horizon_days ({horizon_days:g})",
                "give the time that a target stays in a cell, within the period that is planned",
            )
        return dwell_days

    @property
    def rates(self) -> dict[str, float]:
        """The value of one unit of every known currency in the case's own, which is 1."""
        return {**(self.fx.rates if self.fx else {}), self.currency: 1.0}
