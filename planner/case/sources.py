"""Where every figure of the case comes from: the most specific row of ``sources.csv`` for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pandas as pd

from planner.case.rows import Row, Rows
from planner.case.scenarios import Edit
from planner.case.state import State
from planner.errors import Problem
from planner.schema.messages import Place
from planner.schema.settings import SOURCED, Settings, marked, setting
from planner.schema.tables import CASE, RECORDS, RISK, RISK_MAP

COLUMNS = ("table", "id", "field", "value", "currency", "basis", "source", "note")
STATED, ASSUMED = "stated", "assumed"
TARGET = "target_coverage"
Source = tuple[Any, ...]
"""The values of one row of the result, in the order of ``COLUMNS``."""


class Best(dict[tuple[str, str, str], Row]):
    """The last row of ``sources.csv`` for each (table, id or *, field or *), and which of them were used."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.used: set[int] = set()
        for row in rows.rows:
            for place in product([row["table"]], row["id"], row["field"]):
                self[place] = row

    def of(self, table: str, key: str, column: str) -> Row | None:
        """The most specific row for a figure."""
        for place in ((table, key, column), (table, key, "*"), (table, "*", column), (table, "*", "*")):
            if place in self:
                self.used.add(self[place].number)
                return self[place]
        return None


def resolve_sources(
    state: State, settings: Settings, of_map: Mapping[str, int], edits: Sequence[Edit] = ()
) -> tuple[pd.DataFrame, list[Problem]]:
    """The basis and the source of every figure: table, id, field, value, currency, basis, source, note.

    Figures are the numbers that were handed in, without companions (``X_low``, ``X_high``); and whatever else
    ``sources.csv`` names by its column, with no value. A named id goes before ``*``, a named column before
    ``*``, among equals the later row. A figure without a row is assumed, and has its own row's ``source``; a
    rate of exchange has the source of ``[fx]``, and is stated if no row says otherwise. One that one of
    the ``edits`` has set has the source and the basis of its scenario, whatever the files say of the one
    before; without them it is assumed, and has the source that the edits have given its row.

    The figures of ``case.toml`` come first, its target only if an area relies on it; the weights of the risk
    map, and its visits, are one figure each without a value; ``of_map`` says in how many places they stand.

    Returns:
        The sources, and a warning for each row that decides no figure.
    """
    best = Best(state.tables["sources"])
    relied_on = any(row[TARGET] is None for row in state.tables["areas"].rows)
    told = {place: edit for edit in edits for place in _places(edit)}
    found = [_marked(one, state.changed.get(one[2]), told) for one in _of_case(settings, best, relied_on)]
    for table in RECORDS:
        found += _of_table(state.tables[table.name], best, told)
    for name, places in of_map.items():
        basis, source, note = _stated(best.of(RISK_MAP, "*", name), "")
        note = "; ".join(part for part in (f"places: {places:,}", note) if part)
        found.append((RISK_MAP, "", name, None, "", basis, source or RISK.file, note))
    frame = pd.DataFrame(found, columns=list(COLUMNS))
    frame = frame.astype({name: "float64" if name == "value" else "str" for name in COLUMNS})
    return frame, [
        row.problem("field", "idle_row")
        for row in state.tables["sources"].rows
        if row["id"] != ("*",) and row.number not in best.used
    ]


def _places(edit: Edit) -> Iterator[Place]:
    """The places of the figures that an edit sets."""
    yield edit.place
    if isinstance(edit.value, dict):
        yield from (edit.place.below(column) for column in edit.value)


def _marked(source: Source, place: Place | None, told: Mapping[Place, Edit], own: str = "") -> Source:
    """The source of a figure, if a change has set that; ``own`` is what changes have said of its row."""
    if place is None:
        return source
    edit = told.get(place)
    if edit is not None and edit.source:
        return (*source[:5], edit.basis or ASSUMED, edit.source, f"set by {place}")
    return (*source[:5], ASSUMED, *((own, f"set by {place}") if own else (f"set by {place}", "")))


def _of_case(settings: Settings, best: Best, target_relied_on: bool) -> Iterator[Source]:
    for key in marked(SOURCED):
        value, row = setting(settings, key), best.of(CASE, "*", key)
        if isinstance(value, dict) and settings.fx is not None:
            basis, note = (row["basis"], row["note"]) if row else (STATED, "")
            note = note or f"dated {settings.fx.date}"
            for code, rate in value.items():
                yield CASE, "", f"{key}.{code}", rate, settings.currency, basis, settings.fx.source, note
        elif value is not None and (key != TARGET or target_relied_on):
            yield CASE, "", key, value, "", *_stated(row, "")


def _of_table(rows: Rows, best: Best, told: Mapping[Place, Edit]) -> Iterator[Source]:
    table = rows.table
    named = [column for at, _, column in best if at == table.name and column not in ("*", *table.figures)]
    columns = [*table.figures, *dict.fromkeys(named)]
    for record in rows.rows:
        key, own = rows.key(record), record["source"] if "source" in record.changed else ""
        for column in columns:
            value = record[column]
            by_name = (table.name, key, column) in best or (table.name, "*", column) in best
            if value not in (None, "", ()) and (column in table.figures or by_name):
                stated = _stated(best.of(table.name, key, column), record["source"])
                number = value if isinstance(value, float) else None
                source = (table.name, key, column, number, rows.currency(record, column), *stated)
                yield _marked(source, record.changed.get(column), told, own)


def _stated(row: Row | None, otherwise: str) -> tuple[str, str, str]:
    return (row["basis"], row["source"], row["note"]) if row else (ASSUMED, otherwise, "")
