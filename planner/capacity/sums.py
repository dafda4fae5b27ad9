"""What is told of a capacity plan and of those beside it: means and ranges over futures, money, orders.

Means over futures are weighted by probability; what holds whatever the future (a blank one) counts in each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.capacity.results import NEEDED_FOR, CapacityPlan, place
from planner.frames import records
from planner.results.plain_text import figure

FIGURES = (
    *("covered_km2", "shortfall_km2", "share"),
    *("covered_without_km2", "shortfall_without_km2", "share_without"),
)
"""Figures of a year that ``years`` gives the mean and the range of."""

HALF = 0.5
"""Less money is none in print."""
MONEY = {"capital": "capital", "running": "running money"}
"""Money that frontiers are made of, and what it is called."""


def chances(plan: CapacityPlan) -> dict[str, float]:
    """Probability of each future; 1 of what holds whatever the future."""
    futures = plan["futures"]
    return {"": 1.0, **dict(zip(futures["future"], futures["probability"], strict=True))}


def mean(plan: CapacityPlan, table: pd.DataFrame, by: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """Sums of columns by keys, weighted by the probability of each row's future."""
    weighted = table[list(columns)].mul(table["future"].map(chances(plan)), axis=0)
    sums: pd.DataFrame = pd.concat([table[list(by)], weighted], axis=1).groupby(list(by), sort=False).sum()
    return sums.reset_index()


def years(plan: CapacityPlan) -> pd.DataFrame:
    """Year by year the mean of each of ``FIGURES`` over futures, and its range, ``X_low`` and ``X_high``.

    Shares are those of the targets; 1 where nothing is wanted.

    Returns:
        One row a year: year, area_km2, target_km2, ordered (units in service), three columns for each figure.
    """
    rows = plan["coverage_by_year"]
    wanted = rows["target_km2"].where(rows["target_km2"] > 0.0)
    rows = rows.assign(
        share=rows["share_of_targets"].where(wanted.notna(), 1.0),
        share_without=(1.0 - rows["shortfall_without_km2"] / wanted).fillna(1.0),
    )
    fixed = ["area_km2", "target_km2"]
    middle = mean(plan, rows, ["year"], [*fixed, *FIGURES]).set_index("year")
    middle["ordered"] = mean(plan, plan["stock"], ["year"], ["ordered"]).set_index("year")["ordered"]
    ends = rows.groupby("year")[list(FIGURES)]
    parts = [middle.fillna({"ordered": 0.0}), ends.min().add_suffix("_low"), ends.max().add_suffix("_high")]
    return pd.concat(parts, axis=1).reset_index()


def over_years(plan: CapacityPlan, column: str) -> float:
    """The mean of a column of ``years`` over all years, each weighted by (1 + discount)^-year."""
    table, rate = years(plan), float(plan.run["years"]["discount"])
    weight = (1.0 + rate) ** -(table["year"] - plan.years[0]).astype(float)
    return float((table[column] * weight).sum() / weight.sum())


def money(plan: CapacityPlan) -> pd.DataFrame:
    """Capital and running money of every programme that has any, over all years, as means over futures.

    Returns:
        One row a programme: programme_id, name, capital, capital_spent, capital_left, running, fixed, hours,
        running_left.
    """
    key = ["programme_id"]
    capital = mean(plan, plan["capital_budgets"], key, ["budget", "spent"])
    capital = capital.rename(columns={"budget": "capital", "spent": "capital_spent"})
    running = mean(plan, plan["running"], key, ["budget", "fixed", "hours", "left"])
    running = running.rename(columns={"budget": "running", "left": "running_left"})
    both = capital.merge(running, on="programme_id", how="outer", sort=False).fillna(0.0)
    both = both[both[["capital", "running", "capital_spent"]].gt(0.0).any(axis=1)]
    both = both.assign(capital_left=both["capital"] - both["capital_spent"]).set_index("programme_id")
    both = both.where(both.abs() >= HALF, 0.0).reset_index()
    named = [plan.short("programmes", one) for one in both["programme_id"]]
    return both.assign(name=named).sort_values(
        ["capital_spent", "capital", "running"], ascending=False, kind="stable", ignore_index=True
    )


def orders(plan: CapacityPlan) -> pd.DataFrame:
    """The orders by year, with what they are called, who pays, and how long they serve.

    Returns:
        Columns more: what (option, for whom and where), who and where (it is), payers, title (of the future,
        blank for all), service (its years in words), and condition ("if" it comes). Who pays for several
        orders of one candidate, year and future is beside each of them.
    """
    table, paid = plan["orders"], plan["capital"]
    keys = ["year", "candidate_id", "future"]
    said = {
        key: "; ".join(plan.short("programmes", one) for one in part["programme_id"].drop_duplicates())
        for key, part in paid[paid["amount"] > 0.0].groupby(keys, sort=False)
    }
    titles, rows = _titles(plan), list(records(table))
    texts = {
        "what": [plan.name("candidates", one.candidate_id) for one in rows],
        "who": [place(one.recipient, "") for one in rows],
        "where": [place(one.recipient, plan.name("bases", one.base_id)) for one in rows],
        "service": [f"{one.arrives}–{one.leaves}" for one in rows],
        "payers": [said.get((one.year, one.candidate_id, one.future), "") for one in rows],
        "title": [titles.get(one.future, one.future) for one in rows],
        "condition": [_condition(one.future, titles) for one in rows],
    }
    found = table.assign(**{name: pd.Series(text, table.index, dtype="str") for name, text in texts.items()})
    return found.sort_values(["year", "capital"], ascending=[True, False], kind="stable", ignore_index=True)


def _titles(plan: CapacityPlan) -> dict[str, str]:
    return dict(zip(plan["futures"]["future"], plan["futures"]["title"], strict=True))


def _condition(future: str, titles: dict[str, str]) -> str:
    """In which future an order is made, in words; empty where it is made in all."""
    return f"if {titles.get(future, future)}" if future else ""


UNKNOWN = "What these options are worth was not found in the time"
NEEDED = "What is wanted cannot be reached without any one of"


def worth(plan: CapacityPlan) -> tuple[pd.DataFrame, list[str]]:
    """What options are worth, the most for a million of capital first, and those of which it is not known.

    Returns:
        The rows of ``option_values`` whose worth is known, not only bounds of it; sentences on the other
        options, with what they are worth at least where that is proven.
    """
    table = plan["option_values"]
    known = np.isfinite(table["worth"])
    ranked = table[known].sort_values("per_million_capital", ascending=False, kind="stable")
    others = dict[str, list[str]]()
    for one in records(table[~known]):
        least = f" (at least {figure(one.worth_low)})" if one.worth_low > 0.0 else ""
        said = NEEDED if one.answer == NEEDED_FOR else UNKNOWN
        others.setdefault(said, []).append(f"{one.name}{'' if one.answer == NEEDED_FOR else least}")
    return ranked.reset_index(drop=True), [f"{said}: {', '.join(names)}." for said, names in others.items()]


def near(plan: CapacityPlan) -> int:
    """Number of near-optimal plans that were found beside the plan itself."""
    return int(plan["alternatives"]["plan"].max()) if len(plan["alternatives"]) else 0


def order_ranges(plan: CapacityPlan) -> pd.DataFrame:
    """What any near-optimal plan orders, with its name, and whether all of them do (``firm``)."""
    table = plan["order_ranges"][plan["order_ranges"]["most"] > 0]
    return table.assign(
        what=[plan.name("candidates", one) for one in table["candidate_id"]], firm=table["least"] > 0
    ).sort_values(["least", "units"], ascending=False, kind="stable", ignore_index=True)


def shortfalls(plan: CapacityPlan) -> pd.DataFrame:
    """Mean shortfall of each area in the last year, the largest first: area_id, name, shortfall_km2."""
    rows = plan["area_by_year"]
    rows = rows[rows["year"] == plan.years[-1]]
    found = mean(plan, rows, ["area_id", "name"], ["shortfall_km2"])
    return found.sort_values("shortfall_km2", ascending=False, kind="stable", ignore_index=True)


def changes(plan: CapacityPlan) -> pd.DataFrame:
    """The orders that an earlier plan does not share, with ``what`` (its name)."""
    table, titles = plan["changes"], _titles(plan)
    ids = zip(table["candidate_id"], table["future"], strict=True)
    names = [f"{plan.name('candidates', one)} {_condition(future, titles)}".strip() for one, future in ids]
    return table.assign(what=pd.Series(names, table.index, "str"))


def frontier(plan: CapacityPlan, what: str) -> pd.DataFrame:
    """The plans with all capital, or running money, times a factor, from none upwards."""
    rows = plan["variants"]
    rows = rows[rows["kind"] == what]
    rows = rows.assign(factor=rows["variant"].astype(float))
    return rows.sort_values("factor", kind="stable", ignore_index=True)


def scenarios(plan: CapacityPlan) -> pd.DataFrame:
    """The scenarios: re-optimised, and with the plan's orders held."""
    table = plan["variants"]
    return table[table["kind"].isin(["scenario", "held"])].reset_index(drop=True)


def chosen(plan: CapacityPlan) -> pd.DataFrame:
    """How often each option is ordered over the draws that have a plan, the most often first.

    Returns:
        Columns option_id, name, planned (units of the plan itself), part (of the draws), least, mean, most
        (units).
    """
    table, kinds = plan["choices"], plan["variants"]
    made = kinds.loc[(kinds["kind"] == "draw") & kinds["objective"].notna(), "variant"]
    own = table[table["kind"] == "plan"].set_index("option_id")["units"]
    drawn = table[table["kind"] == "draw"]
    units = drawn.pivot_table(index="option_id", columns="variant", values="units", aggfunc="sum")
    units = units.reindex(index=units.index.union(own.index), columns=made).fillna(0.0)
    found = units.agg(["min", "mean", "max"], axis=1).rename(columns={"min": "least", "max": "most"})
    found.insert(0, "part", (units > 0.0).mean(axis=1))
    found.insert(0, "planned", own.reindex(units.index).fillna(0.0))
    found.insert(0, "name", [plan.name("options", one) for one in units.index])
    ranked = found.rename_axis("option_id").reset_index()
    return ranked.sort_values(["part", "mean"], ascending=False, kind="stable", ignore_index=True)


def drawn(plan: CapacityPlan) -> tuple[int, int]:
    """Number of draws, and of those that have a plan."""
    rows = plan["variants"][plan["variants"]["kind"] == "draw"]
    return len(rows), int(rows["objective"].notna().sum())
