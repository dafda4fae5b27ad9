"""The tables of the summary."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal

import pandas as pd
from rich import box
from rich.table import Table

from planner.features.coverage_goal import COVERAGE
from planner.features.spending_goal import SPENDING
from planner.results.contract import ALL, NO_CAUSE
from planner.results.plain_text import cell, count, figure, percent, words
from planner.results.results import Results

Row = Mapping[Hashable, Any]
CAUSE = "largest cause"
KM2 = ["area_km2", "covered_km2", "shortfall_km2"]
_EFFORT = {
    "missions": "missions",
    "mission_hours": "hours",
    "on_station_hours": "on station h",
    "swept_km2": "swept km²",
    "cost": "cost",
}


def area_table(results: Results) -> Table:
    """Coverage, shortfall and largest cause of each area, and of all water."""
    table = make_table("area", "area km²", "target", "coverage", "covered km²", "shortfall km²", CAUSE)
    for area in results.areas.to_dict("records"):
        table.add_row(cell(area["name"]), *_area_figures(area))
    whole: dict[Hashable, Any] = {name: float(results.areas[name].sum()) for name in KM2}
    water: float = whole["area_km2"] or float("nan")
    whole["coverage"] = whole["covered_km2"] / water
    wanted = (results.areas["target_coverage"] * results.areas["area_km2"]).sum()
    whole["target_coverage"] = wanted / water
    whole["largest_cause"] = _largest(results.causes[results.causes["level"] == ALL])
    table.add_section()
    table.add_row(cell("all areas"), *_area_figures(whole))
    return table


def programme_table(results: Results) -> Table:
    """Budget, spending, shadow price and the coverage gap of the mandate of each programme."""
    table = make_table("programme", "budget", "spent", "shadow price", "mandate shortfall km²", CAUSE)
    causes = results.causes[results.causes["level"] == "programme"]
    for programme in results.programmes.to_dict("records"):
        table.add_row(
            cell(programme["name"]),
            count(programme["budget"]),
            count(programme["spent"]),
            figure(programme["shadow_price_km2_per_million"]),
            count(programme["shortfall_km2"]),
            cell(cause_words(_largest(causes[causes["programme_id"] == programme["programme_id"]]))),
        )
    return table


def limit_table(results: Results) -> Table:
    """What was asked for, what is reached, and what it costs; hard limits have no penalty."""
    table = make_table("limit", "least", "reached", "shortfall", "penalty paid", "shadow price")
    for limit in results.limits.to_dict("records"):
        amount = count if limit["kind"] == SPENDING else percent
        table.add_row(
            cell(f"{limit['limit_id']}: {_of_limit(limit)}"),
            amount(limit["least"]),
            amount(limit["reached"]),
            count(limit["shortfall"]),
            "hard" if limit["hard"] else count(limit["paid"]),
            figure(limit["shadow_price"]),
        )
    return table


def effort_table(results: Results) -> Table:
    """Missions, hours, swept area and cost, by kind where the run says so."""
    by_kind = pd.DataFrame(results.run.get("effort_by_kind", {})).T.reindex(columns=list(_EFFORT))
    table = make_table("kind", *_EFFORT.values())
    for kind, sums in by_kind.iterrows():
        table.add_row(cell(words(kind)), *(count(float(value)) for value in sums))
    table.add_section()
    table.add_row(cell("all"), *(count(float(results.allocation[column].sum())) for column in _EFFORT))
    return table


def cause_words(cause: str) -> str:
    """A cause in words; a dash where there is none."""
    return "-" if cause == NO_CAUSE else words(cause)


def make_table(name: str, *columns: str) -> Table:
    """A table whose first column gives way when the terminal is narrow; its numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(name, min_width=8)
    for column in columns:
        side: Literal["left", "right"] = "left" if column == CAUSE else "right"
        table.add_column(column.replace(" ", "\n"), justify=side, no_wrap=True, vertical="bottom")
    return table


def _largest(causes: pd.DataFrame) -> str:
    """The largest of causes, summed over their rows."""
    km2 = causes.groupby("cause", sort=False)["km2"].sum()
    return str(km2.idxmax()) if km2.max() > 0.0 else NO_CAUSE


def _of_limit(limit: Row) -> str:
    """Whom a limit is about, shortly."""
    areas = str(limit["area_id"]).replace(";", ", ")
    if limit["kind"] == COVERAGE:
        return areas
    return str(limit["programme_id"]) + (f" in {areas}" if areas else "")


def _area_figures(area: Row) -> tuple[Any, ...]:
    return (
        count(area["area_km2"]),
        percent(area["target_coverage"]),
        percent(area["coverage"]),
        count(area["covered_km2"]),
        count(area["shortfall_km2"]),
        cell(cause_words(area["largest_cause"])),
    )
