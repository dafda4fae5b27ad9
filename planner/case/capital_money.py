"""What there is in each year: units, money of programmes, people, berths."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.case.capital import Array
from planner.case.capital_funding import CAPITAL, RUNNING
from planner.case.edits import State
from planner.case.rows import Row, Rows
from planner.schema.settings import Settings

Years = tuple[int, ...]


def units_by_year(state: State, years: Years) -> Array:
    """Units of every asset, then sensor, that are there in each year without orders, shape (fleet, years).

    What survives is counted from the first year that is planned, or that it is there.
    """
    rows = (*state.tables["assets"].rows, *state.tables["sensors"].rows)
    return np.array([[_units(row, year, years[0]) for year in years] for row in rows]).reshape(-1, len(years))


def _units(row: Row, year: int, first: int) -> float:
    start = max(row["from_year"] or first, first)
    if year < start or year > (row["to_year"] or year):
        return 0.0
    survival = 1.0 if row["survival"] is None else row["survival"]
    return float(row["units"] * survival ** (year - start))


def money_by_year(state: State, settings: Settings, years: Years) -> tuple[Array, Array]:
    """Capital and running money of every programme in each year, both (programmes, years)."""
    budgets, rates = by_year(state.tables["budgets"], years), settings.rates
    capital, running = [], []
    for row in state.tables["programmes"].rows:
        own = budgets.get(row["programme_id"], {})
        budget = row["budget"] * rates[row["currency"]] if RUNNING in row["pays"] else 0.0
        capital.append([_money(own.get(year), CAPITAL, rates, 0.0) for year in years])
        running.append([_money(own.get(year), RUNNING, rates, budget) for year in years])
    shape = -1, len(years)
    return np.array(capital, dtype=float).reshape(shape), np.array(running, dtype=float).reshape(shape)


def _money(row: Row | None, column: str, rates: Mapping[str, float], otherwise: float) -> float:
    if row is None or row[column] is None:
        return otherwise
    return float(row[column] * rates[row["currency"]])


def carry_over_table(state: State, years: Years) -> pd.DataFrame:
    """programme_id, year, carry_over: whether capital that is left may be spent in the next year."""
    budgets = by_year(state.tables["budgets"], years)
    rows = [
        (programme, year, own[year]["carry_over"] == "yes")
        for programme, own in budgets.items()
        for year in years
        if year in own
    ]
    return pd.DataFrame(rows, columns=["programme_id", "year", "carry_over"]).astype(
        {"programme_id": "str", "year": np.int64, "carry_over": bool}
    )


def crew_table(state: State, years: Years) -> pd.DataFrame:
    """recipient, year, people that may man new units."""
    people = by_year(state.tables["crews"], years)
    rows = [
        (operator, year, own[year]["people"])
        for operator, own in people.items()
        for year in years
        if year in own
    ]
    return pd.DataFrame(rows, columns=["recipient", "year", "people"]).astype(
        {"recipient": "str", "year": np.int64, "people": np.float64}
    )


def berth_table(state: State) -> pd.DataFrame:
    """base_id, metres that are free for new vessels."""
    rows = [
        (row["base_id"], row["berths_m"]) for row in state.tables["bases"].rows if row["berths_m"] is not None
    ]
    return pd.DataFrame(rows, columns=["base_id", "metres"]).astype({"base_id": "str", "metres": np.float64})


def by_year(rows: Rows, years: Years) -> dict[str, dict[int, Row]]:
    """The row of each id for each year; one without a year stands for those that have none of their own."""
    found: dict[str, dict[int, Row]] = {}
    for row in sorted(rows.valid, key=lambda row: row["year"] is not None):
        own = found.setdefault(rows.key(row), {})
        own |= dict.fromkeys(years if row["year"] is None else (int(row["year"]),), row)
    return found
