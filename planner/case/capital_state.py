"""What of a case only a capacity plan reads, and the case without it."""

from __future__ import annotations

from dataclasses import replace

from planner.case.edits import State
from planner.case.rows import Rows


def without_capital(state: State) -> State:
    """A case without what only a capacity plan reads: its tables empty, its columns blank."""
    return replace(state, tables={name: _without(rows) for name, rows in state.tables.items()})


def _without(rows: Rows) -> Rows:
    if rows.table.capital:
        return replace(rows, rows=())
    columns = {name: column.default for name, column in rows.table.columns.items() if column.capital}
    filled = any(row[name] not in (None, blank) for row in rows.rows for name, blank in columns.items())
    if not filled:
        return rows
    blanked = (replace(row, values={**row.values, **columns}) if row.valid else row for row in rows.rows)
    return replace(rows, rows=tuple(blanked))
