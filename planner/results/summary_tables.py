"""The tables of the summary: each is a frame, with a heading for each column and how figures are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table

from planner.causes.names import ALL
from planner.features.coverage_goal import COVERAGE
from planner.features.spending_goal import SPENDING
from planner.results.causes import largest_cause
from planner.results.contract import NO_CAUSE
from planner.results.plain_text import cell, count, figure, often, percent, words
from planner.results.results import Results

Show = Callable[[Any], Any]
Columns = Sequence[tuple[str, str, Show]]
"""Heading, column of the frame, and how its values are shown."""

CAUSE = "largest cause"


def cause_words(cause: str) -> str:
    """A cause in words; a dash where there is none."""
    return "-" if cause == NO_CAUSE else words(cause)


AREA: Columns = (
    ("area", "name", cell),
    ("area km²", "area_km2", count),
    ("target", "target_coverage", percent),
    ("coverage", "coverage", percent),
    ("covered km²", "covered_km2", count),
    ("shortfall km²", "shortfall_km2", count),
    (CAUSE, "largest_cause", cause_words),
)
RESPONSE: Columns = (
    ("area", "name", cell),
    ("stays", "visits", count),
    ("detected", "detected", count),
    ("answered", "answered", count),
    ("not answered", "unanswered", count),
    ("boardings", "boardings", count),
    ("cost a trip", "cost_per_trip", count),
    ("next boarding", "shadow_price", figure),
)
PROGRAMME: Columns = (
    ("programme", "name", cell),
    ("budget", "budget", count),
    ("spent", "spent", count),
    ("next million", "gain_of_next_million_km2", figure),
    ("mandate shortfall km²", "shortfall_km2", count),
    (CAUSE, "largest_cause", cause_words),
)
LIMIT: Columns = (
    ("limit", "of", cell),
    ("least", "least", str),
    ("reached", "reached", str),
    ("shortfall", "shortfall", count),
    ("penalty paid", "paid", str),
    ("shadow price", "shadow_price", figure),
)
EFFORT: Columns = (
    ("kind", "kind", lambda kind: cell(words(kind))),
    ("missions", "missions", often),
    ("hours", "mission_hours", count),
    ("on station h", "on_station_hours", count),
    ("swept km²", "swept_km2", count),
    ("cost", "cost", count),
)


def area_table(results: Results) -> Table:
    """Coverage, shortfall and largest cause of each area, and of all water."""
    areas = results.areas
    whole = areas[["area_km2", "covered_km2", "shortfall_km2"]].sum().to_frame().T
    water = whole["area_km2"].where(whole["area_km2"] > 0.0)
    wanted = (areas["target_coverage"] * areas["area_km2"]).sum()
    short = bool(areas["shortfall_km2"].sum() > 0.0)
    total = whole.assign(
        name="all areas",
        coverage=whole["covered_km2"] / water,
        target_coverage=wanted / water,
        largest_cause=largest_cause(results.causes[results.causes["level"] == ALL], short),
    )
    return shown_table(AREA, areas, total)


def response_table(results: Results) -> Table:
    """What is seen and answered in each area, and in all."""
    rows = response_rows(results.response, results.areas)
    return shown_table(RESPONSE, rows[rows["area_id"] != ""], rows[rows["area_id"] == ""])


def response_rows(table: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The areas of the table ``response`` with their names, all periods together, and all water."""
    names = areas.set_index("area_id")["name"]
    some = table[table["level"].isin(["area", "all"])]
    sums = dict.fromkeys(["visits", "detected", "answered", "unanswered", "boardings", "trips"], "sum")
    rows = some.groupby(["area_id"], sort=False).agg({**sums, "trip_cost": "sum", "shadow_price": "max"})
    rows = rows.reset_index().sort_values("area_id", key=lambda ids: ids == "", kind="stable")
    cost = rows["trip_cost"].div(rows["trips"].where(rows["trips"] > 0.0)).fillna(0.0)
    rows["shadow_price"] = rows["shadow_price"].where(rows["area_id"] != "", rows["shadow_price"].max())
    named = rows["area_id"].map(names).where(rows["area_id"] != "", "all areas")
    return rows.assign(name=named, cost_per_trip=cost)


def programme_table(results: Results) -> Table:
    """Budget, spending, gain of a million more, and the coverage gap of the mandate of each programme."""
    causes = results.causes[results.causes["level"] == "programme"]
    pairs = zip(results.programmes["programme_id"], results.programmes["shortfall_km2"], strict=True)
    largest = [largest_cause(causes[causes["programme_id"] == one], km2 > 0.0) for one, km2 in pairs]
    gain = results.gains.set_index("programme_id")["gain_of_next_million_km2"]
    known = results.programmes.assign(largest_cause=largest)
    return shown_table(PROGRAMME, known.assign(gain_of_next_million_km2=known["programme_id"].map(gain)))


def limit_table(results: Results) -> Table:
    """What was asked for, what is reached, and what it costs; hard limits have no penalty."""
    rows: list[dict[Any, Any]] = []
    for limit in results.limits.to_dict("records"):
        amount = count if limit["kind"] == SPENDING else percent
        areas = limit["area_id"].replace(";", ", ")
        inside = f" in {areas}" if areas else ""
        about = areas if limit["kind"] == COVERAGE else f"{limit['programme_id']}{inside}"
        shown = {name: amount(limit[name]) for name in ("least", "reached")}
        paid = "hard" if limit["hard"] else count(limit["paid"])
        rows.append({**limit, **shown, "of": f"{limit['limit_id']}: {about}", "paid": paid})
    return shown_table(LIMIT, pd.DataFrame(rows))


def effort_table(results: Results) -> Table:
    """Missions, hours, swept area and cost, by kind; hours of a fixed sensor are not missions."""
    by_kind = pd.DataFrame(results.run.get("effort_by_kind", {})).T.rename_axis("kind").reset_index()
    if len(by_kind):
        by_kind["missions"] = by_kind["missions"].where(by_kind["kind"] != "fixed")
    fixed = results.fleet.loc[results.fleet["kind"] == "fixed", "asset_id"]
    done = results.allocation.copy()
    done["missions"] = done["missions"].where(~done["asset_id"].isin(fixed), 0.0)
    sums = done[[column for _, column, _ in EFFORT[1:]]].sum().to_frame().T
    return shown_table(EFFORT, by_kind, sums.assign(kind="all"))


def shown_table(columns: Columns, *sections: pd.DataFrame) -> Table:
    """A table whose texts give way when the terminal is narrow; its numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(columns[0][0], min_width=8)
    for heading, _, show in columns[1:]:
        side: Any = "left" if show in (cell, cause_words) else "right"
        table.add_column(
            heading.replace(" ", "\n"), justify=side, no_wrap=show is not cell, vertical="bottom"
        )
    for frame in sections:
        table.add_section()
        for row in frame.to_dict("records"):
            table.add_row(*(show(row[column]) for _, column, show in columns))
    return table
