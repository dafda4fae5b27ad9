"""What of a case only a capacity plan reads, and the case without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.case.edits import State, edited
from planner.case.futures import FUTURES
from planner.case.rows import Row, Rows
from planner.case.scenarios import Edit, Scenario
from planner.errors import Problem
from planner.schema.tables import TABLES

HOLDING = ("assets", "sensors", "programmes")
"""The tables of which capacity plans may have rows of their own."""


def without_capital(state: State) -> tuple[State, list[Problem]]:
    """A case without what only a capacity plan reads: its tables empty, its columns blank, its rows gone.

    Returns:
        The case; and the problems of rows that are left without what they need.
    """
    removed = [
        _removal(name, rows, row)
        for name, rows in state.tables.items()
        if name in HOLDING
        for row in rows.valid
        if row["plans"]
    ]
    tables = {name: _without(rows) for name, rows in state.tables.items()}
    return edited(replace(state, tables=tables), removed) if removed else (replace(state, tables=tables), [])


def models(state: State) -> list[Edit]:
    """What takes the assets and sensors out that new ones are only like."""
    added = {row["id"] for row in state.tables["options"].valid}
    return [
        _removal(name, rows, row)
        for name, rows in state.tables.items()
        if name in HOLDING[:2]
        for row in rows.valid
        if row["plans"] and not row["units"] and rows.key(row) not in added
    ]


def is_of_capital(scenario: Scenario) -> bool:
    """Whether a scenario changes only what capacity plans read."""
    return bool(scenario.edits) and all(_is_read_by_capital(edit.key.split(".")) for edit in scenario.edits)


def _is_read_by_capital(steps: Sequence[str]) -> bool:
    table = TABLES.get(steps[0])
    if table is None:
        return steps[0] in ("years", FUTURES)
    return table.capital or (steps[-1] in table.columns and table.columns[steps[-1]].capital)


def _removal(name: str, rows: Rows, row: Row) -> Edit:
    return Edit("remove", f"{name}.{rows.key(row)}", None, row.place)


def _without(rows: Rows) -> Rows:
    if rows.table.capital:
        return replace(rows, rows=())
    if rows.table.name in ("sources", "uncertainty"):
        return replace(rows, rows=tuple(row for row in rows.rows if not row.valid or not _is_of_capital(row)))
    columns = {name: column.default for name, column in rows.table.columns.items() if column.capital}
    filled = any(row[name] not in (None, blank) for row in rows.rows for name, blank in columns.items())
    if not filled:
        return rows
    blanked = (replace(row, values={**row.values, **columns}) if row.valid else row for row in rows.rows)
    return replace(rows, rows=tuple(blanked))


def _is_of_capital(row: Row) -> bool:
    """Whether a row of sources.csv or uncertainty.csv speaks only of what a capacity plan reads."""
    table = TABLES.get(row["table"])
    if table is None:
        return False
    return table.capital or all(
        name in table.columns and table.columns[name].capital for name in row["field"]
    )
