"""The money of a capacity plan: what every programme pays each year, against what there is."""

from __future__ import annotations

import pandas as pd

from planner.capacity import sums
from planner.capacity.folder import CapacityPlan
from planner.charts.names import labels
from planner.charts.spec import IN_SHORT, Chart, Spec, coloured, layer, longest, nothing, told
from planner.results.palette import INK, KINDS, OTHERS, PAPER
from planner.results.plain_text import safe

REST = "others"
AXIS, HEIGHT = 40, 120
"""Room for the figures of the vertical axis, and height of a panel [pt]."""


def money(plan: CapacityPlan) -> Chart:
    """Capital, and running money, paid by year and programme, with what there is as a line above."""
    title, currency = "Money by year and payer", safe(plan.run["currency"])
    paid, there = payments(plan)
    if not (there["amount"] > 0.0).any():
        return nothing("capital_money", title, "No programme has any money.")
    scale = colours(paid)
    paid = paid.assign(payer=paid["payer"].where(paid["payer"].isin(scale), REST))
    paid = paid.groupby(["year", "kind", "payer"], sort=False)["amount"].sum().reset_index()
    paid = paid.assign(place=paid["payer"].map({one: n for n, one in enumerate(scale)}))
    years = [str(year) for year in plan.years]
    panels = [_panel("capital", ["capital", f"[{currency}]"], years, scale)]
    panels.append(_panel("running", ["running money", f"[{currency}]"], years, scale))
    spec: Spec = {
        **{"vconcat": panels, "spacing": 12, "data": {"name": "paid"}},
        "usermeta": {"room": 84, "legend": longest(scale)},
    }
    note = "Bars: what is paid, by programme; lines: what there is, with what is carried over of capital."
    note += " Means over futures." if len(plan["futures"]) > 1 else ""
    label = f"{title}; the sums are in the table of programmes."
    return Chart("capital_money", title, spec, {"paid": paid, "there": there}, (note,), label)


def payments(plan: CapacityPlan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is paid, and what there is, as means over futures.

    Returns:
        Of what is paid year (text), kind ("capital", "running"), payer, amount; and year, kind, amount.
    """
    budgets, running = plan["capital_budgets"], plan["running"]
    capital = budgets.assign(
        kind="capital", amount=budgets["spent"], there=budgets["budget"] + budgets["carried_in"]
    )
    keep = running.assign(kind="running", amount=running["fixed"] + running["hours"], there=running["budget"])
    keys = ["year", "kind", "programme_id"]
    both = pd.concat(
        [one[[*keys, "future", "amount", "there"]] for one in (capital, keep)], ignore_index=True
    )
    found = sums.mean(plan, both, keys, ["amount", "there"])
    found = found.assign(year=found["year"].astype(str))
    ids = found["programme_id"].drop_duplicates().tolist()
    named = dict(zip(ids, labels(ids, [plan.short("programmes", one) for one in ids]), strict=True))
    there = found.groupby(["year", "kind"], sort=False)["there"].sum().rename("amount").reset_index()
    return found[found["amount"] > 0.0].assign(payer=found["programme_id"].map(named)), there


def colours(paid: pd.DataFrame) -> dict[str, str]:
    """Colours of the programmes that pay the largest part of either money; the others are one."""
    sums_of = paid.groupby(["payer", "kind"])["amount"].sum()
    part = (sums_of / sums_of.groupby("kind").transform("sum")).groupby("payer").max()
    ranked = part.sort_values(ascending=False, kind="stable").index.tolist()
    return dict(zip(ranked, KINDS, strict=False)) | ({REST: OTHERS} if len(ranked) > len(KINDS) else {})


def _panel(kind: str, title: list[str], years: list[str], scale: dict[str, str]) -> Spec:
    only = [{"filter": f"datum.kind === '{kind}'"}]
    domain = {"scale": {"domain": years}}
    x = {
        "field": "year",
        "type": "ordinal",
        "title": None,
        "axis": {"labelAngle": 0, "labelOverlap": True},
        **domain,
    }
    axis = {**IN_SHORT, "tickCount": 4, "minExtent": AXIS, "maxExtent": AXIS}
    y: Spec = {"field": "amount", "type": "quantitative", "title": title, "axis": axis}
    tips = told(payer="paid by", year="year", amount=("paid", ",.0f"))
    order = {"field": "place", "type": "quantitative"}
    bars = {
        "x": x,
        "y": {**y, "stack": "zero"},
        "color": coloured("payer", scale),
        "order": order,
        "tooltip": tips,
    }
    most = {"x": x, "y": y, "tooltip": told(year="year", amount=("there is", ",.0f"))}
    return {
        "height": HEIGHT,
        "layer": [
            layer("bar", bars, {"stroke": PAPER, "strokeWidth": 0.3}, transform=only),
            layer("tick", most, {"color": INK, "thickness": 1.8}, data={"name": "there"}, transform=only),
        ],
    }
