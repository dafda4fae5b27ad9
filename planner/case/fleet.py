"""The records of what can watch: assets that sail or fly from bases, fixed sensors, satellite tasking."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from planner.case.fields import (
    HOURS_PER_YEAR,
    MOST_MONEY,
    AssetKind,
    Currency,
    Id,
    IdsOrAll,
    Name,
    Record,
    ServiceOrBlank,
    Text,
    plain_types,
)

Speed = Annotated[float, Field(gt=0, le=1000)]
Hours = Annotated[float, Field(ge=0, le=HOURS_PER_YEAR)]
Money = Annotated[float, Field(ge=0, le=MOST_MONEY)]

OperatorId = Annotated[
    Id,
    Field(description="Who runs it; an id, the coastal state's code in lower case for a state's own (fji)"),
]
Units = Annotated[
    float, Field(ge=0, le=1e6, description="The number of units, fractions allowed; at least 0")
]
YearHours = Annotated[Hours, Field(description="The hours that one unit works in a year; 0 to 8784")]
HourlyCost = Annotated[
    Money, Field(description="The cost of one hour in the currency column's currency; at least 0")
]
MoneyCurrency = Annotated[Currency, Field(description="The currency of the row's costs; an ISO 4217 code")]
ServiceField = Annotated[
    ServiceOrBlank,
    Field(description="The service that runs it; civil, police or military, needed where a programme asks"),
]
SourceText = Annotated[
    Text, Field(description="Where the row's figures were read; text of up to 2000 characters")
]


class Asset(Record):
    """A fleet entry: units of one type under one operator, allowed at some bases."""

    asset_id: Annotated[
        Id, Field(description="The asset's id, unique among assets and sensors; a-z, 0-9 and _")
    ]
    name: Annotated[Name, Field(description="The asset's name; text of up to 200 characters")]
    kind: Annotated[AssetKind, Field(description="The kind of asset; vessel, aircraft or uncrewed_aircraft")]
    operator: OperatorId
    bases: Annotated[
        IdsOrAll,
        Field(description="The bases that it may use; ids separated by ;, or * for all that take its kind"),
    ]
    units: Units
    hours_per_unit: YearHours
    transit_speed_kn: Annotated[
        Speed, Field(description="The speed to and from the search area, in knots; above 0 to 1000")
    ]
    search_speed_kn: Annotated[
        Speed, Field(description="The speed while searching, in knots; above 0 to 1000")
    ]
    sweep_width_nm: Annotated[
        float, Field(gt=0, le=1000, description="The sweep width, in nautical miles; above 0 to 1000")
    ]
    range_nm: Annotated[
        float,
        Field(
            gt=0, le=50_000, description="The distance run on full fuel, in nautical miles; above 0 to 50000"
        ),
    ]
    endurance_h: Annotated[
        float, Field(gt=0, le=HOURS_PER_YEAR, description="The longest mission, in hours; above 0 to 8784")
    ]
    reserve: Annotated[
        float, Field(ge=0, lt=1, description="The share of the range kept in reserve; 0 to below 1")
    ]
    min_on_station_h: Annotated[
        float,
        Field(
            gt=0,
            le=HOURS_PER_YEAR,
            description="The shortest search worth a mission, in hours; above 0 to 8784",
        ),
    ]
    cost_per_hour: HourlyCost
    cost_per_mission: Annotated[
        Money,
        Field(
            description="The cost of a mission beside hours, in the currency column's currency; at least 0"
        ),
    ]
    currency: MoneyCurrency
    service: ServiceField = ""
    source: SourceText = ""


SENSOR_KIND = Field(description="The kind of sensor; fixed or satellite")


class _Sensor(Record):
    sensor_id: Annotated[
        Id, Field(description="The sensor's id, unique among assets and sensors; a-z, 0-9 and _")
    ]
    name: Annotated[Name, Field(description="The sensor's name; text of up to 200 characters")]
    kind: Annotated[Literal["fixed", "satellite"], SENSOR_KIND]
    operator: OperatorId
    units: Units
    hours_per_unit: YearHours
    cost_per_hour: HourlyCost
    currency: MoneyCurrency
    service: ServiceField = ""
    source: SourceText = ""


class FixedSensor(_Sensor):
    """A sensor that stands in one place, such as a coastal radar; the columns of satellites stay blank."""

    kind: Annotated[Literal["fixed"], SENSOR_KIND]
    lon: Annotated[float, Field(ge=-180, le=360, description="The longitude east, in degrees; -180 to 360")]
    lat: Annotated[float, Field(ge=-90, le=90, description="The latitude north, in degrees; -90 to 90")]
    radius_nm: Annotated[
        float,
        Field(gt=0, le=3000, description="The radius of the footprint, in nautical miles; above 0 to 3000"),
    ]
    coverage_factor: Annotated[
        float,
        Field(
            gt=0,
            le=1e6,
            description="The coverage factor that one unit adds in its footprint over the horizon; above 0",
        ),
    ]


class SatelliteSensor(_Sensor):
    """Satellite tasking: scenes bought anywhere; the columns of fixed sensors stay blank."""

    kind: Annotated[Literal["satellite"], SENSOR_KIND]
    swept_km2_per_scene: Annotated[
        float, Field(gt=0, le=5.2e8, description="The area swept by one scene, in km2; above 0")
    ]
    hours_per_scene: Annotated[
        float,
        Field(
            gt=0, le=HOURS_PER_YEAR, description="The hours of the unit that one scene takes; above 0 to 8784"
        ),
    ]
    cost_per_scene: Annotated[
        Money, Field(description="The cost of one scene, in the currency column's currency; at least 0")
    ]


def numeric_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The names of the fields of a record that hold a number, in their order."""
    return tuple(name for name, field in model.model_fields.items() if float in plain_types(field))


def with_ranges(model: type[BaseModel]) -> type[BaseModel]:
    """The record with the optional companions ``X_low`` and ``X_high`` of every number X.

    Sensitivity runs draw from the range. Companions keep the constraints of their column.
    """
    companions: dict[str, Any] = {}
    for name in numeric_fields(model):
        field = model.model_fields[name]
        what, _, domain = (field.description or name).partition("; ")
        bound: Any = Annotated[(field.annotation, *field.metadata)]
        for end, word in (("low", "lowest"), ("high", "highest")):
            description = (
                f"The {word} likely value of {name} ({what[0].lower() + what[1:]}); {domain}, or blank"
            )
            companions[f"{name}_{end}"] = (bound | None, Field(default=None, description=description))
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, **companions)
