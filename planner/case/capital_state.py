"""What of a case only a capacity plan reads, and the case without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.case.edits import State, edited
from planner.case.rows import Row, Rows
from planner.case.scenarios import FUTURES, Edit, Scenario
from planner.errors import Problem
from planner.schema.tables import TABLES

HOLDING = ("assets", "sensors", "programmes")
"""The tables of which capacity plans may have rows of their own."""


def without_capital(state: State) -> tuple[State, list[Problem]]:
    """A case without what only a capacity plan reads: its tables empty, its columns blank, its rows gone.

    Returns:
        The case; and the problems of rows that are left without what they need.
    """
    removed = [_removal(name, key, row) for name in HOLDING for key, row in _own(state, name)]
    without = replace(state, tables={name: _without(rows) for name, rows in state.tables.items()})
    return edited(without, removed) if removed else (without, [])


def models(state: State) -> list[Edit]:
    """What takes the assets and sensors out that new ones are only like."""
    added = {row["id"] for row in state.rows("options")}
    return [
        _removal(name, key, row)
        for name in HOLDING[:2]
        for key, row in _own(state, name)
        if not row["units"] and key not in added
    ]


def _own(state: State, name: str) -> list[tuple[str, Row]]:
    """The rows of a table that only capacity plans see, with their ids."""
    return [(state.tables[name].key(row), row) for row in state.rows(name) if row["plans"]]


def _removal(name: str, key: str, row: Row) -> Edit:
    return Edit("remove", f"{name}.{key}", None, row.place)


def is_of_capital(scenario: Scenario) -> bool:
    """Whether a scenario changes only what capacity plans read."""
    return bool(scenario.edits) and all(
        steps[0] in ("years", FUTURES) or _reads(steps[0], steps[-1:])
        for steps in (edit.key.split(".") for edit in scenario.edits)
    )


def _reads(name: str, columns: Sequence[str]) -> bool:
    """Whether only a capacity plan reads a table, or all of these columns of it."""
    table = TABLES.get(name)
    return table is not None and (
        table.capital or all(one in table.columns and table.columns[one].capital for one in columns)
    )


def _without(rows: Rows) -> Rows:
    if rows.table.capital:
        return replace(rows, rows=())
    if rows.table.name in ("sources", "uncertainty"):
        kept = (row for row in rows.rows if not row.valid or not _reads(row["table"], row["field"]))
        return replace(rows, rows=tuple(kept))
    columns = {name: column.default for name, column in rows.table.columns.items() if column.capital}
    if all(row[name] in (None, blank) for row in rows.rows for name, blank in columns.items()):
        return rows
    blanked = (replace(row, values={**row.values, **columns}) if row.valid else row for row in rows.rows)
    return replace(rows, rows=tuple(blanked))
