"""Charts of a capacity plan: what it orders, pays and brings, year by year, and plans beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from planner.capacity import sums
from planner.capacity.results import CapacityPlan
from planner.capacity.sentences import unit
from planner.charts.forms import heat, nothing, panels, ranked_colours, row_chart
from planner.charts.names import HALF, labels, named
from planner.charts.spec import Chart
from planner.frames import numbers
from planner.results.palette import ACCENT, KINDS, OTHERS
from planner.results.plain_text import figure, safe
from planner.units import MILLION

MOST_ROWS = 60
"""Orders and assets that are drawn; the others are counted in a note."""
WITH, WITHOUT = "with the orders", "without any order"
ORDERED, SERVES = "ordered, not yet here", "in service"
TIMES = {ORDERED: OTHERS, SERVES: ACCENT}
UNPRICED = "No option that costs capital is ordered."
REST = "others"
MEANS = " Means over futures."


def timeline(plan: CapacityPlan) -> Chart:
    """Every order from its year to the end of its service, in a row for each thing that is ordered."""
    table = sums.orders(plan)
    if table.empty:
        return nothing("capital_timeline")
    first, currency = table.drop_duplicates("candidate_id"), safe(plan.run["currency"])
    called = named(first["candidate_id"].tolist(), first["what"], _short(first, "candidate_id"))
    shown, end = list(called.label)[:MOST_ROWS], plan.years[-1] + 1
    rows = table[table["candidate_id"].isin(shown)]
    text = rows["units"].astype(str) + (" " + rows["condition"]).where(rows["future"] != "", "")
    rows = rows.assign(label=rows["candidate_id"].map(called.label), text=text)
    served = rows.assign(part=SERVES, start=rows["arrives"], stop=(rows["leaves"] + 1).clip(upper=end))
    waited = rows.assign(part=ORDERED, start=rows["year"], stop=rows["arrives"].clip(upper=end))
    frame = pd.concat([served, waited], ignore_index=True)
    said = ["label", "year", "units", "payers", "capital", "service"]
    frame = frame.loc[frame["stop"] > frame["start"], [*said, "part", "start", "stop"]]
    words = {"ticks": len(plan.years) + 1, "first": plan.years[0], "last": end, "currency": currency}
    words["rest"] = len(called.label) - len(shown)
    order, units = [called.label[one] for one in shown], {"units": rows[[*said, "text"]]}
    return row_chart("capital_timeline", frame, called, TIMES, order, units, words)


def _short(table: pd.DataFrame, key: str) -> dict[str, str]:
    """What stands for the names of orders that are too long: the option, and for whom."""
    who = (", " + table["who"]).where(table["who"] != "", "")
    return dict(zip(table[key], table["name"] + who, strict=True))


def stock(plan: CapacityPlan) -> Chart:
    """Units in service by asset and year, of those that orders add to."""
    table, figures = plan["stock"], ["existing", "ordered", "units"]
    whole = sums.mean(plan, table, ["asset_id", "year"], figures).set_index(["asset_id", "year"])
    places = [table["asset_id"].unique().tolist(), plan.years]  # years without a unit have no row
    whole = whole.reindex(pd.MultiIndex.from_product(places, names=whole.index.names), fill_value=0.0)
    whole = whole.reset_index()
    ordered = whole.groupby("asset_id")["ordered"].sum()
    ranked = ordered[ordered > 0.0].sort_values(ascending=False, kind="stable").index.tolist()
    if not ranked:
        return nothing("capital_stock")
    short = _short(sums.orders(plan).drop_duplicates("target_id"), "target_id")
    short |= plan.run["short_names"].get("fleet", {})
    called = named(ranked, [plan.name("assets", one) for one in ranked], short, HALF, 1)
    shown = ranked[:MOST_ROWS]
    rows = whole[whole["asset_id"].isin(shown)]
    rows = rows.assign(
        label=rows["asset_id"].map(called.label),
        period=rows["year"].astype(str),
        value=rows["ordered"],
        text=rows["units"].map(lambda units: f"{units:.1f}".removesuffix(".0")),
    )
    order, years = [called.label[one] for one in shown], [str(year) for year in plan.years]
    words = {"rest": len(ranked) - len(shown), "means": MEANS if len(plan["futures"]) > 1 else ""}
    return heat("capital_stock", rows, years, order, called.short, -90, words)


def money(plan: CapacityPlan) -> Chart:
    """Capital, and running money, paid by year and programme, with what there is as a line above."""
    paid, there = payments(plan)
    if not (there["amount"] > 0.0).any():
        return nothing("capital_money")
    scale = colours(paid)
    paid = paid.assign(payer=paid["payer"].where(paid["payer"].isin(scale), REST))
    paid = paid.groupby(["year", "kind", "payer"], sort=False)["amount"].sum().reset_index()
    paid = paid.assign(place=paid["payer"].map({one: n for n, one in enumerate(scale)}))
    words = {"years": [str(year) for year in plan.years], "currency": safe(plan.run["currency"])}
    words["means"] = MEANS if len(plan["futures"]) > 1 else ""
    return panels("capital_money", {"paid": paid, "there": there}, words, scale)


def payments(plan: CapacityPlan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is paid, and what there is, as means over futures.

    Returns:
        Of what is paid year (text), kind ("capital", "running"), payer, amount; and year, kind, amount.
    """
    budgets, running = plan["capital_budgets"], plan["running"]
    there = budgets["budget"] + budgets["carried_in"]
    capital = budgets.assign(kind="capital", amount=budgets["spent"], there=there)
    keep = running.assign(kind="running", amount=running["fixed"] + running["hours"], there=running["budget"])
    keys, figures = ["year", "kind", "programme_id"], ["amount", "there"]
    both = pd.concat([one[[*keys, "future", *figures]] for one in (capital, keep)], ignore_index=True)
    found = sums.mean(plan, both, keys, figures)
    found = found.assign(year=found["year"].astype(str))
    ids = found["programme_id"].drop_duplicates().tolist()
    called = dict(zip(ids, labels(ids, [plan.short("programmes", one) for one in ids]), strict=True))
    whole = found.groupby(["year", "kind"], sort=False)["there"].sum().rename("amount").reset_index()
    return found[found["amount"] > 0.0].assign(payer=found["programme_id"].map(called)), whole


def colours(paid: pd.DataFrame) -> dict[str, str]:
    """Colours of the programmes that pay the largest part of either money; the others are one."""
    sums_of = paid.groupby(["payer", "kind"])["amount"].sum()
    part = (sums_of / sums_of.groupby("kind").transform("sum")).groupby("payer").max()
    return ranked_colours(part.sort_values(ascending=False, kind="stable").index.tolist(), REST)


def coverage(plan: CapacityPlan) -> Chart:
    """Covered water and the share of targets by year, with and without orders: mean and range of futures."""
    table, parts = sums.years(plan), []
    for kind, way in ((WITH, ""), (WITHOUT, "_without")):
        names = {
            f"{field}{end}": table[f"{field}{way}{unit_}{end}"]
            for field, unit_ in (("covered", "_km2"), ("share", ""))
            for end in ("", "_low", "_high")
        }
        parts.append(pd.DataFrame({"year": table["year"].astype(str), "kind": kind, **names}))
    bands = "Lines: means over futures; bands: from the lowest to the highest future."
    words = {"bands": bands if len(plan["futures"]) > 1 else ""}
    scale = {WITH: ACCENT, WITHOUT: OTHERS}
    return panels("capital_coverage", {"years": pd.concat(parts)}, words, scale)


def worth(plan: CapacityPlan) -> Chart:
    """What each option is worth per million of capital, with what the certificates prove of it."""
    table, unknown = sums.worth(plan)
    some = table[table["capital"] > 0.0]
    if some.empty:
        said = (
            "What options are worth was not planned."
            if plan["option_values"].empty
            else " ".join(unknown) or UNPRICED
        )
        return nothing("capital_worth", said="Nothing is ordered." if plan["orders"].empty else said)
    called = named(some["option_id"].tolist(), some["name"])
    millions = numbers(some["capital"]) / MILLION
    frame = some[["units", "worth"]].assign(
        label=called.labels,
        value=some["per_million_capital"],
        low=numbers(some["worth_low"]) / millions,
        high=numbers(some["worth_high"]) / millions,
        text=some["per_million_capital"].map(figure),
    )
    frame["end"] = frame[["value", "high"]].max(axis=1)
    free, open_ = len(table) - len(some), len(plan["option_values"]) - len(table)
    words = {
        "unit": unit(plan),
        "free": f" {free} without capital cost are not shown." if free else "",
        "unknown": f" Of {open_} more it is not known." if open_ else "",
    }
    return row_chart("capital_worth", frame, called, words=words)


def frontier(plan: CapacityPlan) -> Chart:
    """The objective, and what is covered of the targets in the last year, with less and more money."""
    parts = [sums.frontier(plan, what).assign(money=words) for what, words in sums.MONEY.items()]
    rows = pd.concat(parts, ignore_index=True).dropna(subset="objective")
    if rows.empty:
        return nothing("capital_frontier")
    scale = dict(zip(sums.MONEY.values(), KINDS, strict=False))
    scale = {words: colour for words, colour in scale.items() if (rows["money"] == words).any()}
    data = {"plans": rows[["money", "factor", "share_of_targets", "capital", "objective"]]}
    return panels("capital_frontier", data, {"unit": unit(plan), "year": plan.years[-1]}, scale)


def choices(plan: CapacityPlan) -> Chart:
    """In how many plans for draws of the uncertain figures each option is ordered."""
    _, made = sums.drawn(plan)
    if not made:
        return nothing("capital_choices")
    table = sums.chosen(plan)
    called = named(table["option_id"].tolist(), table["name"])
    texts = [f"{part:.0%}, {mean:.1f} units" for part, mean in zip(table["part"], table["mean"], strict=True)]
    frame = table[["part", "planned", "mean"]].assign(label=called.labels, text=texts)
    return row_chart("capital_choices", frame, called, words={"made": made}, aside=70)


CHARTS: Mapping[str, Callable[[CapacityPlan], Chart]] = {
    "capital_timeline": timeline,
    "capital_stock": stock,
    "capital_money": money,
    "capital_coverage": coverage,
    "capital_worth": worth,
}
"""The charts of a capacity plan, by name."""
BESIDE: Mapping[str, tuple[Callable[[CapacityPlan], bool], Callable[[CapacityPlan], Chart]]] = {
    "capital_frontier": (
        lambda plan: any(len(sums.frontier(plan, what)) > 0 for what in sums.MONEY),
        frontier,
    ),
    "capital_choices": (lambda plan: sums.drawn(plan)[1] > 0, choices),
}
"""The charts of plans beside a plan, by name: whether there is anything to draw, and what draws it."""
