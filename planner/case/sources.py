"""Where every figure of the case comes from: the most specific row of ``sources.csv`` for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from planner.case.frames import is_money
from planner.case.settings import Settings
from planner.case.validate import Records

COLUMNS = ("table", "id", "field", "value", "currency", "basis", "source", "note")
STATED, ASSUMED = "stated", "assumed"
CASE = "case"
"""The table of the figures of ``case.toml``; they belong to no row, so their id is ""."""

Best = dict[tuple[str, str, str], Any]
"""The last row of ``sources.csv`` for each (table, id or *, field or *)."""
Row = tuple[Any, ...]
"""The values of one row of the result, in the order of ``COLUMNS``."""


def resolve_sources(
    settings: Settings, records: Mapping[str, Records], changed: Mapping[tuple[str, str, str], str]
) -> pd.DataFrame:
    """The basis and the source of every figure: table, id, field, value, currency, basis, source, note.

    Figures are the numbers that were handed in, without companions (``X_low``, ``X_high``), which are the
    range of their figure; and whatever else ``sources.csv`` names by its column, with no value. A named id
    goes before ``*``, a named column before ``*``, among equals the later row. A figure without a row is
    assumed, and has the row's ``source``.

    The figures of ``case.toml`` come first, its target only if an area relies on it. A rate of exchange has
    the source of ``[fx]``, which cannot be left out, and is stated if no row says otherwise.

    A figure that a scenario or ``--set`` has put there is assumed, whatever the files say of the one before.

    Args:
        settings: The settings.
        records: The valid records by table.
        changed: What has put a figure there, by table, id and field, where that was a change.
    """
    best: Best = {}
    for record in records["sources"].records:
        for name in record.id:
            for column in record.field:
                best[record.table, name, column] = record
    relied = any(record.target_coverage is None for record in records["areas"].records)
    rows = [*_case_figures(settings, best, relied), *_rates(settings, best)]
    rows += [
        row
        for name in ("areas", "bases", "assets", "sensors", "programmes", "access", "limits")
        for row in _table(name, records[name], best)
    ]
    rows = [_as_changed(row, changed) for row in rows]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({name: "float64" if name == "value" else "str" for name in COLUMNS})


def _as_changed(row: Row, changed: Mapping[tuple[str, str, str], str]) -> Row:
    origin = changed.get((row[0], row[1], row[2]))
    return (*row[:5], ASSUMED, f"set by {origin}", "") if origin else row


def _case_figures(settings: Settings, best: Best, target_relied_on: bool) -> Iterator[Row]:
    for name in ("horizon_days", "dwell_days", *(("target_coverage",) if target_relied_on else ())):
        found = _most_specific(best, CASE, "*", name)
        source = (found.basis, found.source, found.note) if found else (ASSUMED, "", "")
        yield (CASE, "", name, getattr(settings, name), "", *source)


def _rates(settings: Settings, best: Best) -> Iterator[Row]:
    if settings.fx is None:
        return
    found = _most_specific(best, CASE, "*", "fx.rates")
    basis, note = (found.basis, found.note) if found else (STATED, "")
    note = note or f"dated {settings.fx.date}"
    for code, rate in settings.fx.rates.items():
        yield CASE, "", f"fx.rates.{code}", rate, settings.currency, basis, settings.fx.source, note


def _table(table: str, records: Records, best: Best) -> Iterator[Row]:
    spec = records.spec
    figures = [name for name in spec.numeric if not name.endswith(("_low", "_high"))]
    named = [column for at, _, column in best if at == table and column not in ("*", *figures)]
    columns = [*figures, *dict.fromkeys(named)]
    for record in records.records:
        key = str(getattr(record, spec.id_column))
        for column in columns:
            value = getattr(record, column, None)
            found = _most_specific(best, table, key, column)
            if value is None or value in ("", ()) or (column not in figures and not found):
                continue
            if column not in figures and not _names(best, table, key, column):
                continue
            money = is_money(record, column)
            yield (
                table,
                key,
                column,
                value if isinstance(value, float) else None,
                record.currency if money else "",
                found.basis if found else ASSUMED,
                found.source if found else record.source,
                found.note if found else "",
            )


def _most_specific(best: Best, table: str, key: str, column: str) -> Any:
    for place in ((table, key, column), (table, key, "*"), (table, "*", column), (table, "*", "*")):
        if place in best:
            return best[place]
    return None


def _names(best: Best, table: str, key: str, column: str) -> bool:
    return (table, key, column) in best or (table, "*", column) in best
