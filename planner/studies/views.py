"""What studies read of a plan: its tables by one set of names, its causes, and its figures as metrics."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner import units
from planner.frames import numbers
from planner.results.contract import ALL
from planner.studies.planning import Results

OBJECTIVE = "objective"
PROGRAMME_PRICE, ASSET_PRICE = "programme_shadow_price", "asset_shadow_price"
METRICS = {
    OBJECTIVE: "objective",
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
"""Every metric with its unit. ``coverage`` is that of all areas together, by their km²; a programme's gap is
the shortfall of its mandate; shadow prices are in risk-weighted km² per million of the case's currency, or
per hour."""

Key = tuple[str, str]
"""A metric, and the id of an area, programme or asset that it is of, or "all"."""


def causes(results: Results) -> pd.DataFrame:
    """The causes of the shortfall: programme_id and area_id ("all" or an id), cause, km2."""
    own = results.causes[results.causes["level"] == "programme"]
    mandates = own.groupby(["programme_id", "cause"], sort=False)["km2"].sum().reset_index()
    return pd.concat([results.causes, mandates.assign(area_id=ALL)], ignore_index=True)


def metrics(results: Results) -> dict[Key, float]:
    """Every figure that plans are compared by, in the order of ``METRICS`` and of the case."""
    found = {(OBJECTIVE, ALL): results.certificate.value}
    return found | {(name, key): float(value) for name, key, value in _metrics(results)}


def _metrics(results: Results) -> Iterator[tuple[str, str, float]]:
    areas, money = results.areas, results.programmes
    if len(areas):
        covered = areas["covered_km2"].sum()
        yield "coverage", ALL, covered / areas["area_km2"].sum()
        yield "covered_km2", ALL, covered
        yield "shortfall_km2", ALL, areas["shortfall_km2"].sum()
    yield from _column("area_coverage", areas, "area_id", "coverage")
    yield from _column("area_shortfall_km2", areas, "area_id", "shortfall_km2")
    yield from _column("programme_gap_km2", money, "programme_id", "shortfall_km2")
    yield from _column("programme_spent", money, "programme_id", "spent")
    priced = results.prices
    budgets = priced[priced["limit_kind"] == "budget"]
    million = units.per_unit_to_per_million(numbers(budgets["shadow_price"]))
    yield from _column(PROGRAMME_PRICE, budgets.assign(shadow_price=million), "id", "shadow_price")
    yield from _column(ASSET_PRICE, priced[priced["limit_kind"] == "asset_hours"], "id", "shadow_price")


def _column(name: str, table: pd.DataFrame, key: str, column: str) -> Iterator[tuple[str, str, float]]:
    for record, value in zip(table[key], table[column], strict=True):
        yield name, str(record), value
