"""What of a case only a capacity plan reads: what there is in each year, and the case without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.case.edits import edited
from planner.case.rows import Row, Rows
from planner.case.scenarios import FUTURES, Edit, Scenario
from planner.case.state import State
from planner.errors import Problem
from planner.frames import Array
from planner.schema.settings import Settings
from planner.schema.tables import TABLES

CAPITAL, RUNNING = "capital", "running"
"""The columns of money, and what a programme may pay."""
HOLDING = ("assets", "sensors", "programmes")
"""The tables of which capacity plans may have rows of their own."""


def without_capital(state: State) -> tuple[State, list[Problem]]:
    """A case without the tables, columns and rows that only a capacity plan reads.

    Returns:
        The case; and the problems of rows that are left without what they need.
    """
    removed = [edit for edit, _ in _removals(state, HOLDING)]
    without = replace(state, tables={name: _without(rows) for name, rows in state.tables.items()})
    return edited(without, removed)


def models(state: State) -> list[Edit]:
    """What takes the assets and sensors out that new ones are only like."""
    added = {row["id"] for row in state.rows("options")}
    own = _removals(state, HOLDING[:2])
    return [edit for edit, row in own if not row["units"] and edit.record[1] not in added]


def _removals(state: State, names: Sequence[str]) -> list[tuple[Edit, Row]]:
    """What takes the rows out that only capacity plans see, and each of them."""
    own = [(f"{name}.{state.tables[name].key(row)}", row) for name in names for row in state.rows(name)]
    return [(Edit("remove", key, None, row.place), row) for key, row in own if row["plans"]]


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


def units_by_year(state: State, years: tuple[int, ...]) -> Array:
    """Units of every asset, then sensor, that are there in each year without orders, shape (fleet, years).

    What survives is counted from the first year that is planned, or that it is there.
    """

    def units(row: Row, year: int) -> float:
        start = max(row["from_year"] or years[0], years[0])
        there = start <= year <= (row["to_year"] or year)
        survival = 1.0 if row["survival"] is None else row["survival"]
        return float(row["units"] * survival ** (year - start)) if there else 0.0

    rows = (*state.tables["assets"].rows, *state.tables["sensors"].rows)
    return np.array([[units(row, year) for year in years] for row in rows]).reshape(-1, len(years))


def money_by_year(state: State, settings: Settings, years: tuple[int, ...]) -> tuple[Array, Array]:
    """Capital and running money of every programme in each year, both (programmes, years)."""
    budgets, rates = by_year(state.tables["budgets"], years), settings.rates

    def money(row: Row | None, column: str, otherwise: float) -> float:
        stated = row is not None and row[column] is not None
        return float(row[column] * rates[row["currency"]]) if row is not None and stated else otherwise

    capital, running = [], []
    for row in state.tables["programmes"].rows:
        own = budgets.get(row["programme_id"], {})
        budget = row["budget"] * rates[row["currency"]] if RUNNING in row["pays"] else 0.0
        capital.append([money(own.get(year), CAPITAL, 0.0) for year in years])
        running.append([money(own.get(year), RUNNING, budget) for year in years])
    shape = -1, len(years)
    return np.array(capital, dtype=float).reshape(shape), np.array(running, dtype=float).reshape(shape)


def by_year(rows: Rows, years: tuple[int, ...]) -> dict[str, dict[int, Row]]:
    """The row of each id for each year; one without a year serves those that have none of their own."""
    found: dict[str, dict[int, Row]] = {}
    for row in sorted(rows.valid, key=lambda row: row["year"] is not None):
        own = found.setdefault(rows.key(row), {})
        own |= dict.fromkeys(years if row["year"] is None else (int(row["year"]),), row)
    return found
