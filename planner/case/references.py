"""Checks of names across files: ids used once, every id that is named exists, every currency has a rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.case.edits import State
from planner.case.files import CASE_FILE
from planner.case.rows import Row, Rows
from planner.errors import Problem
from planner.schema.columns import BY_TABLE
from planner.schema.settings import SOURCED, marked
from planner.schema.tables import CASE, RISK_MAP, TABLES
from planner.schema.wording import listed, show, suggestion


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
                    rule, remedy = f"is already the id of {where}", "give every row an id of its own"
                    yield row.problem(table.id, show(key), "duplicate_id", rule, remedy)


def _unknown_ids(rows: Rows, tables: Mapping[str, Rows]) -> Iterator[Problem]:
    """The ids that a table names, in the tables that its columns refer to."""
    for column in rows.table.columns.values():
        if not column.references:
            continue
        known: dict[tuple[str, ...], Mapping[str, object] | None] = {}
        for row in rows.valid:
            own = BY_TABLE in column.references
            names = (str(row["table"]),) if own else column.references
            if own and names[0] in (CASE, RISK_MAP):
                if row[column.name] != ("*",):
                    rule = f"names a row, but the figures of {names[0]} belong to none"
                    yield row.problem(column.name, listed(row[column.name]), "names_a_row", rule, "write *")
                continue
            if names not in known:
                readable = all(name in tables for name in names)
                known[names] = (
                    {key: None for name in names for key in tables[name].by_id} if readable else None
                )
            right, value = known[names], row[column.name] or ()
            for key in (value,) if isinstance(value, str) else value:
                if right is not None and key != "*" and key not in right:
                    files = " or ".join(tables[name].file for name in names)
                    otherwise = "remove the row" if own else "add it"
                    remedy = suggestion(key, tuple(right), otherwise)
                    yield row.problem(
                        column.name, show(key), "unknown_reference", f"is not an id of {files}", remedy
                    )


def _unknown_fields(tables: Mapping[str, Rows]) -> Iterator[Problem]:
    """The columns that sources name; the figures of case.toml are few."""
    for row in tables["sources"].valid if "sources" in tables else ():
        of_case = row["table"] == CASE
        columns: Sequence[str] = marked(SOURCED) if of_case else tuple(TABLES[row["table"]].columns)
        for name in row["field"]:
            if name not in ("*", *columns):
                rule = (
                    f"is not a figure of {CASE_FILE} with a source"
                    if of_case
                    else f"is not a column of {row['table']}"
                )
                remedy = suggestion(name, columns, "remove the row")
                yield row.problem("field", show(name), "unknown_column", rule, remedy)


def _rates(state: State) -> Iterator[Problem]:
    settings = state.settings
    if settings is None:
        return
    own = settings.currency
    stated = settings.fx.rates.get(own, 1.0) if settings.fx else 1.0
    if stated != 1.0:
        rule = f"is not 1, but {own} is the case's own currency"
        remedy = "remove the rate, or correct the currency"
        yield Problem(CASE_FILE, 0, f"fx.rates.{own}", f"{stated:g}", rule, remedy, "own_rate")
    for rows in state.tables.values():
        for row in rows.valid if "currency" in rows.table.columns else ():
            code = row["currency"]
            if code is not None and code not in settings.rates:
                remedy = f"add {code} = (value of 1 {code} in {own}) under [fx.rates] in case.toml"
                yield row.problem("currency", code, "no_rate", f"has no rate to {own}", remedy)
