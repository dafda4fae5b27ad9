"""The tables of what may be bought: candidates, who may pay for them, and what there is in each year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.case.capital import Array, Years
from planner.case.capital_options import CAPITAL, RUNNING, Candidate, Choices, years_of
from planner.case.edits import State
from planner.case.known import Mandate
from planner.case.rows import Row, Rows
from planner.schema.settings import Settings

TEXTS = ("candidate_id", "option_id", "name", "adds", "target_id", "recipient", "base_id", "group", "source")
WHOLE = ("first_year", "last_year", "lead_years", "life_years")
COLUMNS = (
    *TEXTS[:-1],
    *("most_units", "most_each", "most_per_year", *WHOLE),
    *("capital_cost", "running_cost", "crew", "length_m", "capacity_hours", "source"),
)


def capital_tables(choices: Choices, settings: Settings, years: Years) -> dict[str, Any]:
    """The tables of ``CapitalCase``, without its years, case and futures."""
    state, candidates = choices.known.state, choices.candidates
    ids = {one.option["option_id"] for one in candidates}
    options = [row for row in state.tables["options"].rows if row["option_id"] in ids]
    excluded = ((row["option_id"], one) for row in options for one in row["excludes"] if one in ids)
    survival = [one.option["survival"] for one in candidates]
    crews = by_year(state.tables["crews"], years.years).items()
    budgets = by_year(state.tables["budgets"], years.years).items()
    people = [(key, year, own[year]["people"]) for key, own in crews for year in years.years if year in own]
    carried = [
        (key, year, own[year]["carry_over"] == "yes")
        for key, own in budgets
        for year in years.years
        if year in own
    ]
    berths = [(row["base_id"], row["berths_m"]) for row in state.tables["bases"].rows]
    return {
        "candidates": _table(
            (_row(one, years, settings) for one in candidates),
            {name: "str" if name in TEXTS else "int64" if name in WHOLE else "float64" for name in COLUMNS},
        ),
        "survival": np.array([1.0 if one is None else one for one in survival], dtype=np.float64),
        "requires": _table(
            ((row["option_id"], one) for row in options for one in row["requires"]),
            {"option_id": "str", "required": "str"},
        ),
        "excludes": _table(
            dict.fromkeys(tuple(sorted(pair)) for pair in excluded), {"option_id": "str", "excluded": "str"}
        ),
        "payers": _programmes(candidates, choices.payers),
        "runners": _programmes(candidates, choices.runners),
        "crews": _table(people, {"recipient": "str", "year": "int64", "people": "float64"}),
        "berths": _table(
            (one for one in berths if one[1] is not None), {"base_id": "str", "metres": "float64"}
        ),
        "carry_over": _table(carried, {"programme_id": "str", "year": "int64", "carry_over": "bool"}),
    }


def _table(rows: Iterable[Any], types: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(types)).astype(dict(types))


def _row(one: Candidate, years: Years, settings: Settings) -> dict[str, Any]:
    option = one.option
    first, last = years_of(option, years)
    rate = settings.rates[option["currency"]]
    return {
        **{name: option[name] for name in COLUMNS},
        "candidate_id": one.id,
        "name": one.name,
        "target_id": one.target,
        "recipient": one.recipient,
        "base_id": one.base,
        **{name: np.inf if option[name] is None else option[name] for name in ("most_each", "most_per_year")},
        "first_year": first,
        "last_year": last,
        "capital_cost": option["capital_cost"] * rate,
        "running_cost": (option["running_cost"] or 0.0) * rate,
        **{name: option[name] or 0.0 for name in ("crew", "length_m", "capacity_hours")},
    }


def _programmes(candidates: Sequence[Candidate], who: Callable[[Candidate], list[Mandate]]) -> pd.DataFrame:
    rows = ((one.id, each.row["programme_id"]) for one in candidates for each in who(one))
    return _table(rows, {"candidate_id": "str", "programme_id": "str"})


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
    """The row of each id for each year; one without a year stands for those that have none of their own."""
    found: dict[str, dict[int, Row]] = {}
    for row in sorted(rows.valid, key=lambda row: row["year"] is not None):
        own = found.setdefault(rows.key(row), {})
        own |= dict.fromkeys(years if row["year"] is None else (int(row["year"]),), row)
    return found
