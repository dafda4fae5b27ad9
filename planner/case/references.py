"""Checks of names across files: ids used once, every id that is named exists, every currency has a rate."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.case.csv_file import RawRow, RawTable
from planner.case.records import Source
from planner.case.settings import FIGURES, Settings
from planner.case.validate import CASE_FILE, Records
from planner.case.wording import listed, show, suggestion
from planner.errors import Problem
from planner.units import days_to_hours

Names = Collection[str] | None
"""The ids of a table as they stand in its file, or None if the file could not be read."""


@dataclass
class Known:
    """The ids that other tables may name, and the records that are valid, by table."""

    raw: Mapping[str, RawTable]
    records: Mapping[str, Records]
    settings: Settings | None
    ids: dict[str, Names] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = {
            name: tuple(self.raw[name].ids()) if name in self.raw else None
            for name in ("areas", "bases", "assets", "sensors", "programmes", "access", "limits")
        }

    @property
    def watchers(self) -> Names:
        """The ids of assets and sensors, which share one space."""
        assets, sensors = self.ids["assets"], self.ids["sensors"]
        return None if assets is None or sensors is None else (*assets, *sensors)


def check_references(known: Known) -> list[Problem]:
    """Every problem of ids and currencies across the files."""
    return [
        *duplicates(known.raw),
        *_unknown(known, "assets", "bases", known.ids["bases"], "a base of bases.csv"),
        *_unknown(known, "programmes", "assets", known.watchers, "an asset or sensor"),
        *_unknown(known, "programmes", "areas", known.ids["areas"], "an area"),
        *_unknown(known, "access", "areas", known.ids["areas"], "an area"),
        *_unknown(known, "limits", "areas", known.ids["areas"], "an area"),
        *_unknown(known, "limits", "programme", known.ids["programmes"], "a programme"),
        *_unknown_sources(known),
        *_hours(known),
        *_rates(known),
    ]


def duplicates(raw: Mapping[str, RawTable]) -> Iterator[Problem]:
    """The problems of ids that several rows have; assets and sensors share one space."""
    first: dict[tuple[str, str], tuple[str, RawRow]] = {}
    for name in ("areas", "bases", "assets", "sensors", "programmes", "limits"):
        if name not in raw:
            continue
        table = raw[name]
        space = "assets" if name == "sensors" else name
        for key, rows in table.ids().items():
            for row in rows:
                file, earlier = first.setdefault((space, key), (table.file, row))
                if earlier is not row:
                    where = f"row {earlier.number}" + (f" of {file}" if file != table.file else "")
                    rule, remedy = f"is already the id of {where}", "give every row an id of its own"
                    yield Problem(table.file, row.number, table.spec.id_column, show(key), rule, remedy)


def _unknown(known: Known, table: str, column: str, right: Names, what: str) -> Iterator[Problem]:
    if right is None or table not in known.records:
        return
    names = set(right)
    records = known.records[table]
    for row, record in records:
        named = getattr(record, column, ())
        for name in (named,) if isinstance(named, str) else named:
            if name != "*" and name not in names:
                rule = f"is not {what}"
                remedy = suggestion(name, tuple(right), "add it")
                yield Problem(records.file, row, column, show(name), rule, remedy)


def _unknown_sources(known: Known) -> Iterator[Problem]:
    if "sources" not in known.records:
        return
    records = known.records["sources"]
    ids = {table: None if names is None else frozenset(names) for table, names in known.ids.items()}
    for row, record in records:
        if record.table == "case":
            yield from _unknown_of_case(records.file, row, record)
            continue
        right = ids[record.table]
        for name in record.id:
            if right is not None and name != "*" and name not in right:
                remedy = suggestion(name, right, "remove the row")
                yield Problem(records.file, row, "id", show(name), f"is no id of {record.table}", remedy)
        table = known.raw.get(record.table)
        columns: Sequence[str] = tuple(table.spec.fields) if table else ()
        for name in record.field:
            if columns and name != "*" and name not in columns:
                remedy = suggestion(name, columns, "remove the row")
                yield Problem(
                    records.file, row, "field", show(name), f"is no column of {record.table}", remedy
                )


def _unknown_of_case(file: str, row: int, record: Source) -> Iterator[Problem]:
    """The figures of case.toml belong to no row and are few."""
    if record.id != ("*",):
        rule = "names a row, but the figures of case.toml belong to none"
        yield Problem(file, row, "id", listed(record.id), rule, "write *")
    for name in record.field:
        if name not in ("*", *FIGURES):
            remedy = suggestion(name, FIGURES, "remove the row")
            yield Problem(file, row, "field", show(name), "is no figure of case.toml with a source", remedy)


def _hours(known: Known) -> Iterator[Problem]:
    """No unit works longer than the horizon lasts."""
    if known.settings is None:
        return
    most = days_to_hours(known.settings.horizon_days)
    for table in ("assets", "sensors"):
        if table not in known.records:
            continue
        for row, record in known.records[table]:
            if record.hours_per_unit > most:
                rule = f"is more than the {most:g} hours of the horizon"
                remedy = "give the hours that a unit works within horizon_days"
                value = f"{record.hours_per_unit:g}"
                yield Problem(known.records[table].file, row, "hours_per_unit", value, rule, remedy)


def _rates(known: Known) -> Iterator[Problem]:
    if known.settings is None:
        return
    rates = known.settings.rates
    own = known.settings.currency
    stated = known.settings.fx.rates.get(own, 1.0) if known.settings.fx else 1.0
    if stated != 1.0:
        rule = f"is not 1, but {own} is the case's own currency"
        yield Problem(
            CASE_FILE, 0, f"fx.rates.{own}", f"{stated:g}", rule, "remove the rate, or correct the currency"
        )
    for table in ("assets", "sensors", "programmes", "limits"):
        if table not in known.records:
            continue
        for row, record in known.records[table]:
            if getattr(record, "currency", None) not in (None, *rates):
                rule = f"has no rate to {own}"
                code = record.currency
                remedy = f"add {code} = (value of 1 {code} in {own}) under [fx.rates] in case.toml"
                yield Problem(known.records[table].file, row, "currency", record.currency, rule, remedy)
