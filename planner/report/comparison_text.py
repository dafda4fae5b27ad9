"""A comparison for the terminal and for ``summary.txt``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.report.comparison import CAUSE_FIGURES, Comparison
from planner.report.plain_text import WIDTH, cell, count, figure, percent, plain, safe
from planner.report.summary import HEADING
from planner.solve.lp import Status

SIDE_BY_SIDE = 4
"""Plans in one table; more of them stand below."""
LEAST_SHOWN = 0.5
"""Rows that would only show zeros are left out [km², h]."""
Format = Callable[[float], str]


def comparison_summary(compared: Comparison) -> RenderableType:
    """Proofs, totals, areas and programmes of several plans, with differences from the first."""
    return Group(*_blocks(compared))


def comparison_text(compared: Comparison, width: int = WIDTH) -> str:
    """The summary as plain text of at most ``width`` columns."""
    return plain(comparison_summary(compared), width)


def _blocks(compared: Comparison) -> Iterator[RenderableType]:
    yield Text(safe(compared.title), style=HEADING)
    for plan in compared.plans.to_dict("records"):
        proven = plan["status"] == Status.OPTIMAL
        proof = f"optimal, gap {plan['gap']:.1e}" if proven else f"NOT PROVEN, gap {plan['gap']:.1e}"
        line = f"{safe(plan['scenario'])}: {safe(plan['title'])} ({proof})"
        yield Text(line, style="" if proven else "bold red")
    yield Text(f"Differences are from {safe(compared.scenarios[0])}.")
    yield _heading(f"Totals (money in {safe(compared.currency)})")
    yield _totals(compared)
    yield _heading("Coverage by area")
    yield from _tables(compared.areas, "area_id", "coverage", percent, _points)
    yield _heading("Shortfall by area [km²]")
    yield from _tables(compared.areas, "area_id", "shortfall_km2", count, _signed)
    yield _heading(f"Spending by programme [{safe(compared.currency)}]")
    yield from _tables(compared.programmes, "programme_id", "spent", count, _signed)
    yield _heading("Price of money by programme [risk-weighted km² per million]")
    yield from _tables(compared.programmes, "programme_id", "price_km2_per_million", figure, _signed)
    yield _heading("Shortfall in the mandate of each programme [km²]")
    yield from _tables(compared.programmes, "programme_id", "shortfall_km2", count, _signed)
    yield Text("Mandates overlap: never add these rows.")
    yield _heading("Causes of the shortfall in each mandate, and of all [km²]")
    yield from _tables(_causes(compared), "cause", "km2", count, _signed)
    if not compared.limits.empty:
        yield _heading("Penalties paid for limits [risk-weighted km²]")
        yield from _tables(_of_limits(compared), "limit", "paid", count, _signed)
    hours = _that_differ(compared.hours)
    if not hours.empty:
        yield _heading("Hours of assets and sensors that differ")
        yield from _tables(hours, "asset_id", "mission_hours", count, _signed)


def _causes(compared: Comparison) -> pd.DataFrame:
    """The causes that any plan has, by programme and for all areas together."""
    rows = pd.concat([compared.programmes, compared.totals.assign(programme_id="all")], ignore_index=True)
    rows = rows[rows["figure"].isin(CAUSE_FIGURES)]
    cause = rows["figure"].str.removesuffix("_km2").str.replace("_", " ")
    rows = rows.assign(cause=rows["programme_id"] + ": " + cause, figure="km2")
    least = rows.groupby("cause")["value"].transform("max")
    return rows[least >= LEAST_SHOWN]


def _of_limits(compared: Comparison) -> pd.DataFrame:
    rows = compared.limits
    whom = (rows["programme_id"] + " " + rows["area_id"]).str.strip()
    return rows.assign(limit=rows["limit_id"] + ": " + whom)


def _that_differ(hours: pd.DataFrame) -> pd.DataFrame:
    rows = hours[hours["figure"] == "mission_hours"]
    most = rows["difference"].abs().groupby(rows["asset_id"]).transform("max")
    return rows[(most >= LEAST_SHOWN) | most.isna()]


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style=HEADING)


def _totals(compared: Comparison) -> Table:
    table = _table("scenario", ["coverage", "covered km²", "shortfall km²", "spent", "hours"])
    wanted = ("coverage", "covered_km2", "shortfall_km2", "spent", "mission_hours")
    found = {name: _figures(compared.totals, "figure", name) for name in wanted}
    for n, label in enumerate(compared.scenarios):
        shown = []
        for name in wanted:
            show, change = (percent, _points) if name == "coverage" else (count, _signed)
            value, difference = found[name][label, name]
            shown.append(show(value) + (f"\n{change(difference)}" if n else ""))
        table.add_row(cell(label), *shown)
    return table


def _tables(
    long: pd.DataFrame, key: str, wanted: str, show: Format, change: Format
) -> Iterator[RenderableType]:
    """One figure of every record: the first plan's, and that of every other with its difference."""
    found = _figures(long, key, wanted)
    labels, records = (list(dict.fromkeys(names)) for names in zip(*found, strict=True))
    first, others = labels[0], labels[1:]
    for start in range(0, max(1, len(others)), SIDE_BY_SIDE - 1):
        chunk = others[start : start + SIDE_BY_SIDE - 1]
        table = _table(key.removesuffix("_id"), [first, *chunk])
        for record in records:
            parts = [show(found[first, record][0])]
            for label in chunk:
                value, difference = found[label, record]
                parts.append(f"{show(value)} {change(difference):>9}")
            table.add_row(cell(record), *parts)
        yield table


def _figures(long: pd.DataFrame, key: str, wanted: str) -> dict[tuple[str, str], tuple[float, float]]:
    """Value and difference of one figure by scenario and record."""
    rows = long[long["figure"] == wanted]
    values = zip(rows["value"].tolist(), rows["difference"].tolist(), strict=True)
    return dict(zip(zip(rows["scenario"], rows[key], strict=True), values, strict=True))


def _points(share: float) -> str:
    """A difference of shares, in percentage points."""
    return f"({round(100.0 * share, 1) + 0.0:+.1f})" if math.isfinite(share) else "(-)"


def _signed(value: float) -> str:
    return f"({round(value):+,})" if math.isfinite(value) else "(-)"


def _table(name: str, columns: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(name, min_width=8)
    for column in columns:
        table.add_column(cell(column), justify="right", overflow="fold", vertical="bottom")
    return table
