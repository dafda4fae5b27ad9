"""The figures of a case that may lie in a range: every number of its records, its settings, its risk map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.case.folder import RawCase
from planner.case.frames import is_money
from planner.case.settings import Settings
from planner.case.validate import CASE_FILE, Records

FIGURE_TABLES = ("areas", "bases", "assets", "sensors", "programmes", "limits")
CASE, RISK = "case", "risk"
CASE_FIGURES = ("horizon_days", "dwell_days", "target_coverage", "cells.spacing_nm")
RATES = "fx.rates."


@dataclass(frozen=True)
class Figure:
    """One number that was handed in.

    Attributes:
        table, id, field: where it stands; those of ``case.toml`` and of the risk map have the id "".
        value: the number, in the unit and currency of its file; of the risk map the factor 1.
        low, high: its companions ``X_low`` and ``X_high``.
        currency: of money, ISO 4217; else "".
        file, row: where messages say that it stands.
        kind: of the record, where its table has several.
    """

    table: str
    id: str
    field: str
    value: float
    low: float | None = None
    high: float | None = None
    currency: str = ""
    file: str = CASE_FILE
    row: int = 0
    kind: str = ""

    @property
    def key(self) -> str:
        """How ``--set`` calls it: assets.boat.units, dwell_days; risk.weight for the risk map."""
        return figure_key(self.table, self.id, self.field)


def figure_key(table: str, record: str, name: str) -> str:
    """The dotted key of a figure."""
    if table == CASE:
        return name
    return ".".join(part for part in (table, record, name) if part)


def figures_of(records: Mapping[str, Records]) -> Iterator[Figure]:
    """The numbers of the tables, row by row; blanks are none."""
    for table in FIGURE_TABLES:
        found = records[table]
        columns = [name for name in found.spec.numeric if not name.endswith(("_low", "_high"))]
        for row, record in found:
            for name in columns:
                value = getattr(record, name, None)
                if value is not None:
                    yield Figure(
                        table=table,
                        id=str(getattr(record, found.spec.id_column)),
                        field=name,
                        value=value,
                        low=getattr(record, f"{name}_low", None),
                        high=getattr(record, f"{name}_high", None),
                        currency=record.currency if is_money(record, name) else "",
                        file=found.file,
                        row=row,
                        kind=getattr(record, "kind", "") if found.spec.kinds else "",
                    )


def case_figures(settings: Settings, points: int) -> Iterator[Figure]:
    """The numbers of ``case.toml``, and the factor of the risk map if it has points."""
    values = [settings.horizon_days, settings.dwell_days, settings.target_coverage, settings.cells.spacing_nm]
    for name, value in zip(CASE_FIGURES, values, strict=True):
        yield Figure(CASE, "", name, value)
    for code, rate in (settings.fx.rates if settings.fx else {}).items():
        yield Figure(CASE, "", f"{RATES}{code}", rate, currency=settings.currency)
    if points:
        yield Figure(RISK, "", "weight", 1.0, file="risk.csv")


def moved_by(figure: Figure, before: RawCase) -> float | None:
    """What a scenario or ``--set`` has multiplied a figure by; 1 if nothing has changed it.

    None where that cannot be said, since it was or is 0. As for ``X_low`` and ``X_high``: a range moves with
    its figure.
    """
    stood = _value_before(figure, before)
    if stood is None or stood == figure.value:
        return 1.0
    return figure.value / stood if stood and figure.value else None


def _value_before(figure: Figure, before: RawCase) -> float | None:
    if figure.table in before.tables:
        rows = before.tables[figure.table].ids().get(figure.id, [])
        found: object = rows[0].cells.get(figure.field) if rows else None
    else:
        found = before.values
        for step in figure.field.split("."):
            found = found.get(step) if isinstance(found, dict) else None
    try:
        return None if found is None else float(str(found))
    except ValueError:
        return None
