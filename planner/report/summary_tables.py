"""The tables of the summary."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal

import pandas as pd
from rich import box
from rich.table import Table

from planner.model.demands import COVERAGE, SPENDING
from planner.report.contract import CAUSES
from planner.report.plain_text import cell, count, figure, percent, words
from planner.report.results import Results

Row = Mapping[Hashable, Any]
CAUSE = "largest cause"
_EFFORT = {
    "missions": "missions",
    "mission_hours": "hours",
    "on_station_hours": "on station h",
    "swept_km2": "swept km²",
    "cost": "cost",
}


def area_table(results: Results) -> Table:
    """Coverage, shortfall and largest cause of each area, and of all water."""
    table = _table("area", "area km²", "target", "coverage", "covered km²", "shortfall km²", CAUSE)
    for area in results.areas.to_dict("records"):
        table.add_row(cell(area["name"]), *_area_figures(area))
    whole: dict[Hashable, Any] = dict(results.areas.sum(numeric_only=True))
    water = whole["area_km2"]
    whole["coverage"] = whole["covered_km2"] / water if water else float("nan")
    wanted = results.areas["target_coverage"] @ results.areas["area_km2"]
    whole["target_coverage"] = wanted / water if water else float("nan")
    table.add_section()
    table.add_row(cell("all areas"), *_area_figures(whole))
    return table


def programme_table(results: Results) -> Table:
    """Budget, spending, price and the gap of the mandate of each programme."""
    table = _table("programme", "budget", "spent", "km² per million", "mandate short km²", CAUSE)
    parts = [f"{cause}_km2" for cause in CAUSES]
    by_programme = results.gaps.groupby("programme_id")[[*parts, "shortfall_km2"]].sum()
    causes = by_programme.to_dict("index")
    for programme in results.programmes.to_dict("records"):
        table.add_row(
            cell(programme["name"]),
            count(programme["budget"]),
            count(programme["spent"]),
            figure(programme["price_km2_per_million"]),
            count(programme["shortfall_km2"]),
            cell(largest_cause(causes.get(programme["programme_id"], {}))),
        )
    return table


def limit_table(results: Results) -> Table:
    """What was asked for, what is reached, and what it costs; hard limits have no penalty."""
    table = _table("limit", "least", "reached", "short", "penalty paid", "price")
    for limit in results.limits.to_dict("records"):
        money = limit["kind"] == SPENDING
        amount = count if money else percent
        table.add_row(
            cell(f"{limit['limit_id']}: {_of_limit(limit)}"),
            amount(limit["least"]),
            amount(limit["reached"]),
            count(limit["short"]),
            "hard" if limit["hard"] else count(limit["paid"]),
            figure(limit["price"]),
        )
    return table


def _of_limit(limit: Row) -> str:
    """Whom a limit is about, shortly."""
    areas = str(limit["area_id"]).replace(";", ", ")
    if limit["kind"] == COVERAGE:
        return areas
    return str(limit["programme_id"]) + (f" in {areas}" if areas else "")


def effort_table(results: Results) -> Table:
    """Missions, hours, swept area and cost, by kind where the run says so."""
    by_kind = pd.DataFrame(results.run.get("effort_by_kind", {})).T.reindex(columns=list(_EFFORT))
    table = _table("kind", *_EFFORT.values())
    for kind, sums in by_kind.iterrows():
        table.add_row(cell(words(kind)), *(count(float(value)) for value in sums))
    table.add_section()
    table.add_row(cell("all"), *(count(float(results.allocation[column].sum())) for column in _EFFORT))
    return table


def causes_of(row: Row) -> list[tuple[str, float]]:
    """Causes of a shortfall with their km², largest first, without those that have none."""
    parts = [(cause, float(row.get(f"{cause}_km2", 0.0))) for cause in CAUSES]
    return sorted((part for part in parts if part[1] > 0.0), key=lambda part: -part[1])


def largest_cause(row: Row) -> str:
    """The largest cause of a shortfall in words; a dash where there is none."""
    ranked = causes_of(row)
    return words(ranked[0][0]) if ranked else "-"


def _area_figures(area: Row) -> tuple[Any, ...]:
    return (
        count(area["area_km2"]),
        percent(area["target_coverage"]),
        percent(area["coverage"]),
        count(area["covered_km2"]),
        count(area["shortfall_km2"]),
        cell(largest_cause(area)),
    )


def _table(name: str, *columns: str) -> Table:
    """A table whose first column gives way when the terminal is narrow; its numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(name, min_width=8)
    for column in columns:
        side: Literal["left", "right"] = "left" if column == CAUSE else "right"
        table.add_column(column.replace(" ", "\n"), justify=side, no_wrap=True, vertical="bottom")
    return table
