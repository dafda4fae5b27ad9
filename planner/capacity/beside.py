"""What plans beside a capacity plan say of it: an earlier plan, more and less money, scenarios, draws."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.capacity.read_results import CapacityPlan
from planner.frames import records
from planner.results.plain_text import count, figure, listed, percent, safe
from planner.solve.solver import Status

MONEY = {"capital": "capital", "running": "running money"}
OFTEN = 0.95
"""Part of the draws in which an option is ordered that is called nearly all."""
MOST_NAMED = 6


def changes(plan: CapacityPlan) -> pd.DataFrame:
    """The orders that an earlier plan does not share, with ``what`` (its name)."""
    table = plan["changes"]
    return table.assign(
        what=pd.Series([plan.name("candidates", one) for one in table["candidate_id"]], table.index, "str")
    )


def frontier(plan: CapacityPlan, what: str) -> pd.DataFrame:
    """The plans with all capital, or running money, times a factor, from none upwards."""
    table = plan["variants"]
    rows = table[table["kind"] == what]
    rows = rows.assign(factor=rows["variant"].astype(float))
    return rows.sort_values("factor", kind="stable", ignore_index=True)


def scenarios(plan: CapacityPlan) -> pd.DataFrame:
    """The scenarios: planned anew, and with the plan's orders held."""
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
    units = table[table["kind"] == "draw"].pivot_table(
        index="option_id", columns="variant", values="units", aggfunc="sum"
    )
    units = units.reindex(index=units.index.union(own.index), columns=made).fillna(0.0)
    found = pd.DataFrame(
        {
            "name": [plan.name("options", one) for one in units.index],
            "planned": own.reindex(units.index).fillna(0.0),
            "part": (units > 0.0).mean(axis=1),
            "least": units.min(axis=1),
            "mean": units.mean(axis=1),
            "most": units.max(axis=1),
        }
    )
    ranked = found.rename_axis("option_id").reset_index()
    return ranked.sort_values(["part", "mean"], ascending=False, kind="stable", ignore_index=True)


def drawn(plan: CapacityPlan) -> tuple[int, int]:
    """Number of draws, and of those that have a plan."""
    rows = plan["variants"][plan["variants"]["kind"] == "draw"]
    return len(rows), int(rows["objective"].notna().sum())


def sentences(plan: CapacityPlan, unit: str) -> Iterator[str]:
    """What the plans beside it say.

    Args:
        plan: the capacity plan.
        unit: of its objective.
    """
    if plan.run["near"]:
        number = len(plan["changes"])
        said = (
            "1 order differs" if number == 1 else f"{number} orders differ" if number else "no order differs"
        )
        yield f"Of the plans within the gap this is the nearest to the earlier one that was found: {said}."
    for what, words in MONEY.items():
        rows = frontier(plan, what).dropna(subset="objective")
        some = rows[(rows["factor"] == 1.0) | rows.index.isin([rows.index.min(), rows.index.max()])]
        if len(some) > 1:
            parts = [f"{count(one.objective)} with {_times(one.factor, words)}" for one in records(some)]
            yield f"The objective is {listed(parts)}."
    held = scenarios(plan)
    for one in records(held[(held["kind"] == "held") & held["objective"].notna()]):
        low, high = figure(one.regret_low), figure(one.regret_high)
        of = held[(held["kind"] == "scenario") & (held["variant"] == one.variant)]
        scenario = of["title"].iloc[0]
        yield f"In {safe(scenario)} this plan's orders miss {low} to {high} {unit} more than its best orders."
    yield from _draws(plan)
    others = plan["variants"]
    wrong = others[(others["status"] != Status.OPTIMAL) & (others["kind"] != "plan")]
    if len(wrong):
        named = ", ".join(
            f"{safe(one.title)} ({safe(one.status).replace('_', ' ')})" for one in records(wrong)
        )
        yield f"NOT PROVEN: {named}."


def _draws(plan: CapacityPlan) -> Iterator[str]:
    number, made = drawn(plan)
    if not made:
        return
    table = chosen(plan)
    nearly, some = table[table["part"] >= OFTEN], table[(table["part"] < OFTEN) & (table["part"] > 0.0)]
    said = (
        f"nearly all order {listed(list(nearly['name'])[:MOST_NAMED])}"
        if len(nearly)
        else ("no option is ordered in nearly all")
    )
    parts = [f"{one.name} ({percent(one.part)})" for one in records(some.head(MOST_NAMED))]
    rest = f"; some order {listed(parts)}" if parts else ""
    of = f"all {made} plans" if made == number else f"the {made} plans that there are"
    yield f"Of {of} for {number} draws of the uncertain figures {said}{rest}."


def _times(factor: float, money: str) -> str:
    """How much of all money there is."""
    if factor == 0.0:
        return f"no {money} at all"
    return f"the {money} of the case" if factor == 1.0 else f"{factor:g} times as much"
