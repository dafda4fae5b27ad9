"""The tables of a case: file names, records, keys, and how many rows are taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter
from pydantic.fields import FieldInfo

from planner.case.fleet import Asset, FixedSensor, SatelliteSensor, numeric_fields, with_ranges
from planner.case.limits import LeastCoverage, LeastShare, LeastSpending
from planner.case.records import Access, Area, Base, Programme, RiskPoint, Source
from planner.case.uncertain import Uncertainty

MOST_ROWS = 50_000
"""Rows taken from a table: a hundred times the world's fleets of patrol; more is an export gone wrong."""
MOST_RISK_ROWS = 2_000_000
"""Points taken from a risk map: the Pacific at a tenth of a degree has about 2 million."""


@dataclass(frozen=True)
class TableSpec:
    """One table: its file, the records of its rows (one for each kind), and the column that names a row."""

    name: str
    file: str
    records: tuple[type[BaseModel], ...]
    id_column: str = ""
    optional: bool = False
    most_rows: int = MOST_ROWS

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled by name: records with ranges are made here, and stand in no module."""
        return _table_spec, (self.name,)

    @cached_property
    def fields(self) -> Mapping[str, FieldInfo]:
        """Every column with its field, in the order of the records."""
        fields: dict[str, FieldInfo] = {}
        for record in self.records:
            for name, field in record.model_fields.items():
                fields.setdefault(name, field)
        return fields

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns that every row must fill, whatever its kind."""
        return tuple(
            name
            for name in self.fields
            if all(
                name in record.model_fields and record.model_fields[name].is_required()
                for record in self.records
            )
        )

    @cached_property
    def kinds(self) -> Mapping[str, type[BaseModel]]:
        """The record of each kind of row; empty if all rows are alike."""
        if len(self.records) == 1:
            return {}
        return {get_args(record.model_fields["kind"].annotation)[0]: record for record in self.records}

    def kinds_with(self, column: str) -> tuple[str, ...]:
        """The kinds of row that have a column; none for a column of every row."""
        having = tuple(kind for kind, record in self.kinds.items() if column in record.model_fields)
        return having if len(having) < len(self.kinds) else ()

    @property
    def noun(self) -> str:
        """What a row is called."""
        return self.name.removesuffix("s")

    @cached_property
    def numeric(self) -> tuple[str, ...]:
        """The columns that hold numbers, companions included."""
        return tuple(dict.fromkeys(name for record in self.records for name in numeric_fields(record)))

    @cached_property
    def adapter(self) -> TypeAdapter[list[Any]]:
        """What validates a list of rows in one go."""
        if len(self.records) == 1:
            return TypeAdapter(list[self.records[0]])  # type: ignore[name-defined]
        row: Any = Annotated[reduce(or_, self.records), Field(discriminator="kind")]
        return TypeAdapter(list[row])


AREAS = TableSpec("areas", "areas.geojson", (Area,), "area_id")
BASES = TableSpec("bases", "bases.csv", (Base,), "base_id")
ASSETS = TableSpec("assets", "assets.csv", (with_ranges(Asset),), "asset_id")
SENSORS = TableSpec(
    "sensors",
    "sensors.csv",
    (with_ranges(FixedSensor), with_ranges(SatelliteSensor)),
    "sensor_id",
    optional=True,
)
PROGRAMMES = TableSpec("programmes", "programmes.csv", (with_ranges(Programme),), "programme_id")
ACCESS = TableSpec("access", "access.csv", (Access,), "operator")
RISK = TableSpec("risk", "risk.csv", (RiskPoint,), optional=True, most_rows=MOST_RISK_ROWS)
LIMITS = TableSpec(
    "limits",
    "limits.csv",
    (with_ranges(LeastCoverage), with_ranges(LeastShare), with_ranges(LeastSpending)),
    "limit_id",
    optional=True,
)
SOURCES = TableSpec("sources", "sources.csv", (Source,), optional=True)
UNCERTAINTY = TableSpec("uncertainty", "uncertainty.csv", (Uncertainty,), optional=True, most_rows=2000)

CSV_TABLES = (BASES, ASSETS, SENSORS, PROGRAMMES, ACCESS, LIMITS, SOURCES, UNCERTAINTY)
"""The tables that are read whole; the risk map is read in pieces (``planner.case.risk``)."""
TABLES = {spec.name: spec for spec in (AREAS, *CSV_TABLES, RISK)}


def _table_spec(name: str) -> TableSpec:
    return TABLES[name]
