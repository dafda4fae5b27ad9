"""Checks of names across files: ids used once, every id that is named exists, every currency has a rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.case.edits import State
from planner.case.files import CASE_FILE
from planner.case.place import Place
from planner.case.rows import Row, Rows, referenced
from planner.errors import Problem
from planner.schema.columns import BY_TABLE
from planner.schema.settings import SOURCED, marked
from planner.schema.tables import CASE, RISK_MAP, TABLES


def check_references(state: State) -> list[Problem]:
    """Every problem of ids and currencies across the files."""
    found: list[Problem] = list(duplicates(state.tables))
    for rows in state.tables.values():
        found += _unknown_ids(rows, state.tables)
    return [*found, *_unknown_fields(state.tables), *_rates(state)]


def duplicates(tables: Mapping[str, Rows]) -> Iterator[Problem]:
    """The problems of ids that several rows have; some tables share one space of ids."""
    first: dict[tuple[str, str], Row] = {}
    for rows in tables.values():
        table = rows.table
        for key, same in rows.by_id.items() if table.unique else ():
            for row in same:
                earlier = first.setdefault((table.space or table.name, key), row)
                if earlier is not row:
                    file = earlier.place.file
                    where = f"row {earlier.number}" + (f" of {file}" if file != rows.file else "")
                    yield row.problem(table.id, "duplicate_id", key, where=where)


def _unknown_ids(rows: Rows, tables: Mapping[str, Rows]) -> Iterator[Problem]:
    known: dict[tuple[str, ...], Mapping[str, None] | None] = {}
    for column in rows.table.columns.values() if rows.valid else ():
        own = BY_TABLE in column.references
        for row in rows.valid if column.references else ():
            names = referenced(row, column)
            value = row[column.name] or ()
            if own and names[0] in (CASE, RISK_MAP):
                if value != ("*",):
                    yield row.problem(column.name, "names_a_row", table=names[0])
                continue
            if names not in known:
                readable = all(name in tables for name in names)
                known[names] = (
                    dict.fromkeys(key for name in names for key in tables[name].by_id) if readable else None
                )
            right = known[names]
            for key in (value,) if isinstance(value, str) else value:
                if right is not None and key != "*" and key not in right:
                    said = "unknown_reference.row" if own else "unknown_reference"
                    files = " or ".join(tables[name].file for name in names)
                    yield row.problem(column.name, said, key, right=tuple(right), files=files)


def _unknown_fields(tables: Mapping[str, Rows]) -> Iterator[Problem]:
    """The columns that sources name; the figures of case.toml are few."""
    for row in tables["sources"].valid if "sources" in tables else ():
        table = row["table"]
        special = {CASE: marked(SOURCED), RISK_MAP: ("weight",)}
        columns = special.get(table) or tuple(TABLES[table].columns)
        key = "unknown_column.case" if table == CASE else "unknown_column.source"
        for name in row["field"]:
            if name not in ("*", *columns):
                yield row.problem("field", key, name, right=columns, table=table)


def _rates(state: State) -> Iterator[Problem]:
    settings = state.settings
    if settings is None:
        return
    own = settings.currency
    stated = settings.fx.rates.get(own, 1.0) if settings.fx else 1.0
    if stated != 1.0:
        yield Place(CASE_FILE, 0, f"fx.rates.{own}").problem("own_rate", stated, own=own)
    for rows in state.tables.values():
        for row in rows.valid if "currency" in rows.table.columns else ():
            code = row["currency"]
            if code is not None and code not in settings.rates:
                yield row.problem("currency", "no_rate", code=code, own=own)
