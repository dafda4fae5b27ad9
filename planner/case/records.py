"""The records of places, money and consent: areas, bases, programmes, access, risk points, sources.

One record is one row of a CSV file, or the attributes of one feature of the file of areas.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.case.fields import (
    MOST_MONEY,
    Country,
    Currency,
    FieldsOrAll,
    FundableKindsOrAll,
    Id,
    IdsOrAll,
    Kinds,
    Name,
    Record,
    RequiredText,
    ServicesOrAll,
    Text,
)
from planner.case.fleet import Asset, FixedSensor, SatelliteSensor
from planner.case.settings import Settings

__all__ = [
    "Access",
    "Area",
    "Asset",
    "Base",
    "FixedSensor",
    "Programme",
    "RiskPoint",
    "SatelliteSensor",
    "Settings",
    "Source",
]

SourceText = Annotated[
    Text, Field(description="Where the row's figures were read; text of up to 2000 characters")
]


class Area(Record):
    """A zone under one coastal state's authority; its outline is the feature's geometry."""

    area_id: Annotated[Id, Field(description="The area's id; a-z, 0-9 and _, at most 64 characters")]
    name: Annotated[Name, Field(description="The area's name; text of up to 200 characters")]
    coastal_state: Annotated[
        Country, Field(description="The state or territory that gives access; an ISO 3166-1 alpha-3 code")
    ]
    risk_weight: Annotated[
        float,
        Field(
            ge=0, le=1e6, description="The weight of a square kilometre relative to other areas; at least 0"
        ),
    ]
    target_coverage: Annotated[
        float | None,
        Field(ge=0, le=1, description="The coverage wanted, as a share; 0 to 1, blank takes case.toml's"),
    ] = None
    source: SourceText = ""


class Base(Record):
    """A port or an airfield."""

    base_id: Annotated[Id, Field(description="The base's id; a-z, 0-9 and _, at most 64 characters")]
    name: Annotated[Name, Field(description="The base's name; text of up to 200 characters")]
    country: Annotated[Country, Field(description="The country of the base; an ISO 3166-1 alpha-3 code")]
    lon: Annotated[float, Field(ge=-180, le=360, description="The longitude east, in degrees; -180 to 360")]
    lat: Annotated[float, Field(ge=-90, le=90, description="The latitude north, in degrees; -90 to 90")]
    kinds: Annotated[
        Kinds,
        Field(
            description="The kinds of asset that the base takes; vessel, aircraft, uncrewed_aircraft, by ;"
        ),
    ]
    capacity_hours: Annotated[
        float | None,
        Field(
            ge=0,
            le=1e9,
            description="The mission hours a year that the base can support; at least 0, blank = no limit",
        ),
    ] = None
    source: SourceText = ""


class Programme(Record):
    """A donor programme: a budget, what it may fund, and the areas of its mandate."""

    programme_id: Annotated[
        Id, Field(description="The programme's id; a-z, 0-9 and _, at most 64 characters")
    ]
    name: Annotated[Name, Field(description="The programme's name; text of up to 200 characters")]
    donor: Annotated[Name, Field(description="Who pays; text of up to 200 characters")]
    budget: Annotated[
        float,
        Field(
            ge=0,
            le=MOST_MONEY,
            description="The yearly budget in the currency column's currency; at least 0",
        ),
    ]
    currency: Annotated[Currency, Field(description="The currency of the budget; an ISO 4217 code")]
    asset_kinds: Annotated[
        FundableKindsOrAll,
        Field(
            description="The kinds it may fund; vessel, aircraft, uncrewed_aircraft, fixed, satellite, or *"
        ),
    ]
    assets: Annotated[
        IdsOrAll,
        Field(description="The assets and sensors that it may fund; ids separated by ;, or * for all"),
    ]
    areas: Annotated[
        IdsOrAll, Field(description="The areas of its mandate; ids separated by ;, or * for all")
    ]
    services: Annotated[
        ServicesOrAll,
        Field(description="The services that it may fund; civil, police, military, separated by ;, or *"),
    ] = ("*",)
    source: SourceText = ""


class Access(Record):
    """A coastal state's consent for an operator; a state's own operator (fji for FJI) needs no row."""

    operator: Annotated[Id, Field(description="The operator that may work there; an id as in assets.csv")]
    areas: Annotated[
        IdsOrAll, Field(description="The areas where it may work; ids separated by ;, or * for all")
    ]
    basis: Annotated[
        RequiredText, Field(description="What the consent rests on, e.g. a shiprider agreement; text")
    ]
    source: SourceText = ""


class RiskPoint(Record):
    """A point of a risk map: each cell takes the weight of the nearest point."""

    lon: Annotated[float, Field(ge=-180, le=360, description="The longitude east, in degrees; -180 to 360")]
    lat: Annotated[float, Field(ge=-90, le=90, description="The latitude north, in degrees; -90 to 90")]
    weight: Annotated[
        float, Field(ge=0, le=1e6, description="The weight of a square kilometre near the point; at least 0")
    ]


class Source(Record):
    """Where figures come from; the most specific row wins, among equals the later one."""

    table: Annotated[
        Literal["bases", "assets", "sensors", "programmes", "access", "limits", "areas", "case"],
        Field(
            description="The table of the figures; bases, assets, sensors, programmes, access, limits, "
            "areas, or case for those of case.toml"
        ),
    ]
    id: Annotated[
        IdsOrAll,
        Field(
            description="The rows meant; ids (for access: operators) separated by ;, or *, which case needs"
        ),
    ]
    field: Annotated[
        FieldsOrAll,
        Field(
            description="The columns meant; names separated by ;, or * for every figure; case has "
            "horizon_days, dwell_days, target_coverage and fx.rates"
        ),
    ]
    basis: Annotated[
        Literal["stated", "derived", "assumed"],
        Field(description="How the source supports the figure; stated, derived or assumed"),
    ]
    source: Annotated[RequiredText, Field(description="Where it was read; text of up to 2000 characters")]
    note: Annotated[Text, Field(description="The arithmetic of a derived figure, or a remark; text")] = ""
