"""The figures of a plan that a study of the assumptions follows from draw to draw."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner import units
from planner.report.results import Results

ALL = "all"
Name = tuple[str, str]
"""What an outcome is of: its name, and the id of an area, programme or asset, or "all"."""

PROGRAMME_PRICE, ASSET_PRICE = "programme_price", "asset_price"
UNITS = {
    "coverage": "share",
    "covered_km2": "km2",
    "shortfall_km2": "km2",
    "area_coverage": "share",
    "area_shortfall_km2": "km2",
    "programme_gap_km2": "km2",
    "programme_spent": "money",
    PROGRAMME_PRICE: "km2 per million",
    ASSET_PRICE: "km2 per h",
}
"""Every outcome with its unit. ``coverage`` is that of all areas together, by their km²; a programme's gap is
the shortfall of its mandate; prices are in risk-weighted km² per million of the case's currency, or per hour.
"""


def outcomes(results: Results) -> dict[Name, float]:
    """Every outcome of a plan, in the order of ``UNITS`` and of the case."""
    return {(name, key): float(value) for name, key, value in _outcomes(results)}


def _outcomes(results: Results) -> Iterator[tuple[str, str, float]]:
    areas, programmes, prices = results.areas, results.programmes, results.prices
    covered = areas["covered_km2"].sum()
    yield "coverage", ALL, covered / areas["area_km2"].sum()
    yield "covered_km2", ALL, covered
    yield "shortfall_km2", ALL, areas["shortfall_km2"].sum()
    yield from _column("area_coverage", areas, "area_id", "coverage")
    yield from _column("area_shortfall_km2", areas, "area_id", "shortfall_km2")
    yield from _column("programme_gap_km2", programmes, "programme_id", "shortfall_km2")
    yield from _column("programme_spent", programmes, "programme_id", "spent")
    budgets = prices[prices["limit_kind"] == "budget"]
    per_million = budgets.assign(price=units.per_unit_to_per_million(budgets["price"].to_numpy()))
    yield from _column(PROGRAMME_PRICE, per_million, "id", "price")
    yield from _column(ASSET_PRICE, prices[prices["limit_kind"] == "asset_hours"], "id", "price")


def _column(name: str, table: pd.DataFrame, key: str, column: str) -> Iterator[tuple[str, str, float]]:
    for record, value in zip(table[key], table[column], strict=True):
        yield name, str(record), value
