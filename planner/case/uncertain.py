"""The record of ``uncertainty.csv``: in which range figures of the case may well lie."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.case.fields import ID_PATTERN, FieldsOrAll, IdsOrAll, Record, RequiredText

Distribution = Literal["uniform", "triangular", "loguniform"]

FiniteOrBlank = Annotated[float | None, Field(ge=-1e15, le=1e15)]
FactorOrBlank = Annotated[float | None, Field(ge=0, le=1e6)]


class Uncertainty(Record):
    """The range of some figures; the most specific row wins, and goes before columns X_low and X_high."""

    table: Annotated[
        Literal["case", "areas", "bases", "assets", "sensors", "programmes", "limits", "risk"],
        Field(
            description="The table of the figures; case for those of case.toml, areas, bases, assets, "
            "sensors, programmes, limits, or risk"
        ),
    ]
    id: Annotated[
        IdsOrAll, Field(description="The rows meant; ids separated by ;, or *, which case and risk need")
    ]
    field: Annotated[
        FieldsOrAll,
        Field(
            description="The columns meant; names separated by ;, or * for every number but places; for case "
            "keys such as dwell_days or fx.rates.AUD, for risk weight"
        ),
    ]
    low: Annotated[
        FiniteOrBlank,
        Field(
            description="The lowest likely value, in the unit and currency of the figure; at most the figure"
        ),
    ] = None
    high: Annotated[
        FiniteOrBlank,
        Field(description="The highest likely value, in the figure's unit and currency; at least the figure"),
    ] = None
    low_factor: Annotated[
        FactorOrBlank,
        Field(description="The lowest likely value as a multiple of the figure; 0 to 1, instead of low"),
    ] = None
    high_factor: Annotated[
        FactorOrBlank,
        Field(description="The highest likely value as a multiple of the figure; 1 or more, instead of high"),
    ] = None
    distribution: Annotated[
        Distribution,
        Field(
            description="How values lie in the range; uniform, triangular with its peak at the figure, or "
            "loguniform for ranges over orders of magnitude"
        ),
    ] = "uniform"
    together: Annotated[
        str,
        Field(
            max_length=64,
            pattern=rf"{ID_PATTERN[:-1]}$|^$",
            description="A name for figures that are high or low together; a-z, 0-9 and _, or blank if each "
            "varies on its own",
        ),
    ] = ""
    source: Annotated[
        RequiredText,
        Field(description="Where the range was read, or the word assumption; text of up to 2000 characters"),
    ]
