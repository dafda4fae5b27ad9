"""The figures of a case that may lie in a range: every number of its records, its settings, its risk map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.case.edits import State
from planner.case.files import CASE_FILE
from planner.case.place import Place
from planner.schema.columns import HIGH, LOW, Column
from planner.schema.settings import UNCERTAIN, Settings, marked, setting
from planner.schema.tables import CASE, RISK, RISK_MAP

RATES = "fx.rates"


@dataclass(frozen=True)
class Figure:
    """One number that was handed in.

    Attributes:
        table, id, field: what it is of; those of ``case.toml`` and of the risk map have the id "".
        value: the number, in the unit and currency of its file; of the risk map the factor 1.
        place: where it is written.
        low, high: its companions ``X_low`` and ``X_high``.
        currency: of money, ISO 4217; else "".
        column: its declaration, of those that are in a table of records.
        like: the id of the record that its own was copied from, of a new one.
    """

    table: str
    id: str
    field: str
    value: float
    place: Place
    low: float | None = None
    high: float | None = None
    currency: str = ""
    column: Column | None = None
    like: str = ""

    @property
    def is_place(self) -> bool:
        """Whether it says where something is."""
        return self.column is not None and self.column.place

    @property
    def key(self) -> str:
        """How ``--set`` calls it: assets.boat.units, dwell_days; risk.weight for the risk map."""
        return figure_key(self.table, self.id, self.field)


def figure_key(table: str, record: str, name: str) -> str:
    """The dotted key of a figure."""
    if table == CASE:
        return name
    return ".".join(part for part in (table, record, name) if part)


def figures_of(state: State, settings: Settings, points: int) -> Iterator[Figure]:
    """The numbers of ``case.toml``, of the risk map if it has points, and of the tables; blanks are none."""
    for key in marked(UNCERTAIN):
        value, place = setting(settings, key), Place(CASE_FILE, 0, key)
        for code, rate in value.items() if isinstance(value, dict) else ():
            yield Figure(CASE, "", f"{key}.{code}", rate, place, currency=settings.currency)
        if isinstance(value, float):
            yield Figure(CASE, "", key, value, place)
    if points:
        place, column = Place(RISK.file, 0, "weight"), RISK.columns["weight"]
        yield Figure(RISK_MAP, "", "weight", 1.0, place, column=column)
    for name, rows in state.tables.items():
        for row in rows.valid if rows.table.id else ():
            columns = rows.columns(row)
            for field in rows.table.figures:
                if row[field] is not None and field in columns and not columns[field].capital:
                    yield Figure(
                        table=name,
                        id=rows.key(row),
                        field=field,
                        value=row[field],
                        place=row.place,
                        low=row[field + LOW],
                        high=row[field + HIGH],
                        currency=rows.currency(row, field),
                        column=columns[field],
                        like=row.like,
                    )


def moved_by(figure: Figure, before: State) -> float | None:
    """What a scenario or ``--set`` has multiplied a figure by; 1 if nothing has changed it.

    None where that cannot be said, since it was or is 0. As for ``X_low`` and ``X_high``: a range moves with
    its figure.
    """
    stood = _value_before(figure, before)
    if stood is None or stood == figure.value:
        return 1.0
    return figure.value / stood if stood and figure.value else None


def _value_before(figure: Figure, before: State) -> float | None:
    found: object = None
    if figure.table in before.tables:
        by_id = before.tables[figure.table].by_id
        rows = by_id.get(figure.id) or by_id.get(figure.like, ())
        found = rows[0][figure.field] if rows else None
    elif before.settings is not None and figure.field.startswith(RATES):
        found = before.settings.rates.get(figure.field.rpartition(".")[2])
    elif before.settings is not None:
        found = setting(before.settings, figure.field)
    return found if isinstance(found, float) else None
