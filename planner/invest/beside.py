"""What is said of plans beside a capacity plan, and of an earlier plan that it was to be near to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from planner.invest.read_results import CapacityPlan
from planner.invest.sentences import unit
from planner.results.plain_text import cell, count, figure, percent
from planner.results.summary_tables import Columns

TITLES = {
    "capital": "With less and more capital",
    "running": "With less and more running money",
    "scenario": "In other scenarios, with the best orders there and with this plan's orders held",
}
COLUMNS: Columns = (
    ("", "title", cell),
    ("objective", "objective", figure),
    ("no plan below", "bound", figure),
    ("capital", "capital", count),
    ("covered km²", "covered_km2", count),
    ("of targets", "share_of_targets", percent),
    ("orders", "orders", cell),
)
REGRET: tuple[str, str, object] = ("regret at most", "regret_high", figure)
CHOICES: Columns = (
    ("option", "name", cell),
    ("in the plan", "plan", count),
    ("ordered in", "often", percent),
    ("least", "least", count),
    ("median", "median", figure),
    ("most", "most", count),
)
CHANGES: Columns = (
    ("order", "name", cell),
    ("year", "year", str),
    ("before", "before", count),
    ("now", "after", count),
)


class Part(NamedTuple):
    """A heading, a table with its columns, and a sentence below it."""

    heading: str
    columns: Columns
    table: pd.DataFrame
    note: str


def parts(plan: CapacityPlan) -> Iterator[Part]:
    """The tables of what was planned beside a plan; none where nothing was."""
    table = plan["variants"]
    for kind, title in TITLES.items():
        some = table[table["kind"].isin([kind, "held"] if kind == "scenario" else [kind])]
        if len(some):
            shown = pd.concat([table[table["kind"] == "plan"], some])
            note = (
                f"Objective in {unit(plan)}; capital of all years, coverage of the last; means over futures."
            )
            columns = (*COLUMNS, REGRET) if kind == "scenario" else COLUMNS
            yield Part(title, columns, shown.assign(orders=_orders(plan, shown)), note)  # type: ignore[arg-type]
    if (table["kind"] == "draw").any():
        yield Part("How often each option is ordered", CHOICES, choices(plan), _spread(plan))
    if len(plan["changes"]):
        names = plan["changes"]["candidate_id"].map(lambda one: plan.name("candidates", one))
        note = (
            "Of all plans within the optimality gap, this one changes the fewest orders of the earlier plan."
        )
        yield Part("What changed since the earlier plan", CHANGES, plan["changes"].assign(name=names), note)


def _orders(plan: CapacityPlan, variants: pd.DataFrame) -> list[str]:
    """The orders of each variant in words."""
    found = []
    for kind, variant in zip(variants["kind"], variants["variant"], strict=True):
        mine = plan["choices"][plan["choices"]["kind"].eq(kind) & plan["choices"]["variant"].eq(variant)]
        pairs = zip(mine["option_id"], mine["units"], strict=True)
        found.append(", ".join(f"{units} {plan.short('options', one)}" for one, units in pairs) or "nothing")
    return found


def choices(plan: CapacityPlan) -> pd.DataFrame:
    """How often each option is ordered over the draws, and how many units."""
    table = plan["choices"]
    draws = plan["variants"].loc[plan["variants"]["kind"].eq("draw") & plan["variants"]["objective"].notna()]
    units = table[table["kind"] == "draw"].pivot_table("units", "variant", "option_id", fill_value=0)
    units = units.reindex(draws["variant"], fill_value=0)
    stands = table[table["kind"] == "plan"].set_index("option_id")["units"]
    rows = []
    for option in sorted({*units.columns, *stands.index}):
        each = units[option].to_numpy() if option in units else np.zeros(len(units))
        known = plan.name("options", option), int(stands.get(option, 0)), float((each > 0).mean())
        rows.append((*known, int(each.min()), float(np.median(each)), int(each.max())))
    found = pd.DataFrame(rows, columns=["name", "plan", "often", "least", "median", "most"])
    return found.sort_values("often", ascending=False, kind="stable", ignore_index=True)


def _spread(plan: CapacityPlan) -> str:
    """How far coverage varies over the draws."""
    some = plan["variants"][plan["variants"]["kind"] == "draw"]
    done = some["share_of_targets"].dropna()
    low, high = (float(done.quantile(q)) for q in (0.05, 0.95))
    said = f"{len(done)} of {len(some)} draws of all figures that have a range, each planned anew"
    return f"{said}; the 5th to 95th percentile of targets covered in the last year: {low:.1%} to {high:.1%}."
