"""A study of the assumptions for the terminal and for ``summary.txt``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import NormalDist

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.report.plain_text import WIDTH, cell, count, figure, percent, plain, safe
from planner.report.sensitivity import Sensitivity, sensitivity_study
from planner.report.study import write_study
from planner.report.summary import HEADING
from planner.solve.lp import Status

TOTAL = "all"
MOST_DRIVERS = 12
MOST_OF_ONE = 2
MOST_ASSETS = 10
MOST_FAILURES = 5
BAR = 10
"""Characters of the longest bar of the tornado table."""


def sensitivity_summary(found: Sensitivity) -> RenderableType:
    """What was drawn, how outcomes vary, what drives them, how the next steps rank."""
    return Group(*_blocks(found))


def sensitivity_text(found: Sensitivity, width: int = WIDTH) -> str:
    """The summary as plain text of at most ``width`` columns."""
    return plain(sensitivity_summary(found), width)


def write_sensitivity(
    found: Sensitivity,
    folder: str | Path,
    overwrite: bool = False,
    others: Mapping[str, Callable[[Path], None]] | None = None,
) -> Path:
    """Write a study of the assumptions: its tables, ``summary.txt`` and ``sensitivity.json``.

    Args:
        found: what the study has found.
        folder: name of the folder, which is written whole or not at all.
        overwrite: whether a former study of the assumptions there may be replaced.
        others: more files by name, as the report; each is written by its function, given its path.

    Returns:
        The absolute path of the folder.

    Raises:
        OutputError: something stands there that may not be replaced, or the place cannot be written to.
    """
    return write_study(sensitivity_study(found, sensitivity_summary(found)), folder, overwrite, others)


def _blocks(found: Sensitivity) -> Iterator[RenderableType]:
    yield Text(safe(found.title), style=HEADING)
    for name, title in found.scenarios.items():
        yield Text(f"Scenario {safe(name)}: {safe(title)}")
    yield Text(_drawn(found))
    yield from _proof(found)
    yield _heading(f"How outcomes vary over {count(planned(found))} draws")
    yield _spread(found)
    yield _heading("What drives the coverage of all areas")
    yield from _tornado(found)
    yield _heading("What drives each programme's gap (rank correlation)")
    yield _gap_drivers(found)
    yield _heading(
        f"Where the next money is worth most (risk-weighted km² per million {safe(found.currency)})"
    )
    yield _ranking(found, "programme")
    yield _heading("Whose next hour is worth most (risk-weighted km²)")
    yield _ranking(found, "asset")
    yield Text("First in: share of draws in which the price is the highest; equal prices are all first.")


def _drawn(found: Sensitivity) -> str:
    fixed, drivers = sum(found.fixed.values()), found.figures["driver"].nunique()
    groups = "each on its own" if drivers == len(found.figures) else f"by {count(drivers)} drivers"
    figures = count(len(found.figures))
    return (
        f"{count(len(found.draws))} draws (Latin hypercube, seed {found.seed}) of {figures} figures "
        f"that have a range, {groups}. {count(fixed)} figures have none and are held fixed, "
        f"{count(found.fixed.get('assumed', 0))} of them assumed."
    )


def _proof(found: Sensitivity) -> Iterator[Text]:
    plans = found.draws[found.draws["status"] == Status.OPTIMAL]
    if len(plans):
        gap = f"{plans['gap'].max():.1e}"
        yield Text(f"{count(len(plans))} plans are proven to be optimal, largest gap {gap}.", style="green")
    if found.base != Status.OPTIMAL:
        yield Text(f"NOT PROVEN ({safe(found.base)}): the case as it stands", style="bold red")
    for row in found.unproven.head(MOST_FAILURES).to_dict("records"):
        line = f"NOT PROVEN ({safe(row['status'])}): {safe(row['draw'])}, gap {row['gap']:.1e}"
        yield Text(line, style="bold red")
    more = len(found.unproven) - MOST_FAILURES
    if more > 0:
        yield Text(f"and {count(more)} more that are not proven; draws.csv has all", style="bold red")
    for row in found.failures.head(MOST_FAILURES).to_dict("records"):
        yield Text(f"FAILED: {safe(row['draw'])}: {safe(row['message'])}", style="bold red")
    if len(found.failures):
        failed = f"Draws that failed: {count(len(found.failures))}, in no statistic; failures.csv has all."
        yield Text(failed, style="bold red")


def _spread(found: Sensitivity) -> Table:
    table = _table("", ["as it stands", "mean", "5 %", "median", "95 %"])
    labels = {"coverage": "coverage of all areas", "shortfall_km2": "shortfall of all areas [km²]"}
    wanted = found.outcomes[found.outcomes["outcome"].isin((*labels, "area_coverage", "programme_gap_km2"))]
    for row in wanted.to_dict("records"):
        kind = {"area_coverage": "coverage of", "programme_gap_km2": "gap of"}.get(row["outcome"], "")
        unit = " [km²]" if row["outcome"] == "programme_gap_km2" else ""
        label = labels.get(row["outcome"], f"{kind} {safe(row['id'])}{unit}")
        show = percent if row["unit"] == "share" else count
        table.add_row(cell(label), *(show(row[name]) for name in ("base", "mean", "p5", "median", "p95")))
    return table


def _tornado(found: Sensitivity) -> Iterator[RenderableType]:
    rows = found.drivers[(found.drivers["outcome"] == "coverage") & (found.drivers["id"] == TOTAL)]
    if rows["rank_correlation"].isna().all():
        yield Text("It does not vary.")
        return
    rows = beyond_chance(found, rows)
    if rows.empty:
        yield Text(f"No driver stands out from chance in {count(planned(found))} draws; ask for more.")
        return
    rows = rows.head(MOST_DRIVERS)
    table = _table("driver", ["figures", "rank corr.", "lowest quarter", "highest quarter", "swing", ""])
    longest = rows["swing"].abs().max()
    for row in rows.to_dict("records"):
        swing = row["swing"]
        bar = "█" * max(1, round(BAR * abs(swing) / longest)) if swing else ""
        table.add_row(
            cell(row["driver"]),
            count(row["figures"]),
            f"{row['rank_correlation']:+.2f}",
            percent(row["low_mean"]),
            percent(row["high_mean"]),
            f"{100.0 * swing:+.1f}",
            Text(bar, justify="left"),
        )
    yield table
    yield Text(
        "Lowest and highest quarter: mean coverage over the quarter of draws in which the driver is lowest "
        f"and highest; swing in percentage points. Correlations up to {chance(found):.2f} in size may be "
        "chance and are not shown; drivers.csv has all."
    )


def _gap_drivers(found: Sensitivity) -> Table:
    rows = found.drivers[found.drivers["outcome"] == "programme_gap_km2"]
    table = _table("programme", ["strongest", "next"])
    for programme, part in rows.groupby("id", sort=False):
        known = beyond_chance(found, part).head(MOST_OF_ONE).to_dict("records")
        shown = [cell(f"{row['driver']} {row['rank_correlation']:+.2f}") for row in known]
        blank = [cell("none beyond chance")] if not shown else []
        table.add_row(cell(programme), *(shown or blank), *[""] * (MOST_OF_ONE - len(shown or blank)))
    return table


def _ranking(found: Sensitivity, kind: str) -> Table:
    rows = found.ranking[found.ranking["kind"] == kind]
    shown = rows if kind == "programme" else rows.head(MOST_ASSETS)
    of_ranks, of_prices = ("rank now", "median", "5 to 95 %"), ("price now", "median price", "5 to 95 %")
    table = _table(kind, ["first in", *of_ranks, *of_prices])
    for row in shown.to_dict("records"):
        table.add_row(
            cell(row["id"]),
            percent(row["share_first"]),
            _rank(row["base_rank"]),
            _rank(row["rank_median"]),
            f"{_rank(row['rank_p5'])} to {_rank(row['rank_p95'])}",
            figure(row["base_price"]),
            figure(row["price_median"]),
            f"{figure(row['price_p5'])} to {figure(row['price_p95'])}",
        )
    return table


def _rank(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "-"


def beyond_chance(found: Sensitivity, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of drivers whose correlation is larger than chance would make it."""
    return rows[rows["rank_correlation"].abs() > chance(found)]


def chance(found: Sensitivity) -> float:
    """Size that the largest rank correlation of drivers without any effect exceeds in one study of twenty.

    z / sqrt(n - 1) with z at 1 - 0.05 / (2 drivers): Bonferroni's bound over the drivers.
    """
    drivers = max(1, found.figures["driver"].nunique())
    z = NormalDist().inv_cdf(1.0 - 0.05 / (2 * drivers))
    return float(min(0.99, z / math.sqrt(max(1, planned(found) - 1))))


def planned(found: Sensitivity) -> int:
    """Number of draws that have a plan."""
    return len(found.draws) - len(found.failures)


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style=HEADING)


def _table(name: str, columns: list[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(name, min_width=8)
    for column in columns:
        table.add_column(cell(column), justify="right", overflow="fold", vertical="bottom")
    return table
