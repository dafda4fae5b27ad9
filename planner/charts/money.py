"""What programmes pay for: budgets and spending by operator or by kind of asset."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.charts.data import Plan, kind_words, operator_names
from planner.charts.plan import in_short
from planner.charts.spec import IN_AREA, ROW, Chart, amount, beside, coloured, layer, nothing, row_chart, told
from planner.results.palette import ASSET_KINDS, FAINT, KINDS, OTHERS, PAPER, RULE

REST = "others"


def spending(plan: Plan, by: str = "operator") -> Chart:
    """Budgets and spending of every programme, and whose work, or what kind of asset, it pays for."""
    title = "Who pays for whose work" if by == "operator" else "What kind of asset the money pays for"
    named = plan.named("programmes", "programme_id")
    budgets = plan["programmes"].sort_values("budget", ascending=False, kind="stable")
    if not (budgets["budget"] > 0.0).any():
        return nothing("spending", title, "No programme has a budget, and nothing is spent.")
    bars = budgets[["programme_id", "budget", "spent"]].assign(
        label=budgets["programme_id"].map(named.label),
        text=budgets["spent"].map(in_short) + " of " + budgets["budget"].map(in_short),
    )
    paid, scale = payments(plan, by)
    most = max(float(budgets[name].max()) for name in ("budget", "spent"))
    unit = f"[{plan.currency}]"
    x = amount("budget", f"spent of budget {unit}", scale={"domain": [0.0, most], "nice": True})
    spent = (f"spent {unit}", ",.0f")
    there = {"x": x, "tooltip": told(label="programme", budget=(f"budget {unit}", ",.0f"), spent=spent)}
    used = {
        "x": {**x, "field": "amount", "stack": "zero"},
        "color": coloured("part", scale),
        "order": {"field": "place", "type": "quantitative"},
        "tooltip": told(label="paid by", asset="asset", part=by, amount=spent),
    }
    text = "area === null ? datum.text : 'spent there, of ' + format(datum.budget, '.3s')"
    parts = layer(
        "bar", used, {"stroke": PAPER, "strokeWidth": 0.3}, data={"name": "payments"}, transform=[IN_AREA]
    )
    return row_chart(
        "spending",
        title,
        bars,
        layer("bar", there, {"color": FAINT, "stroke": RULE, "strokeWidth": 0.5}),
        *([parts] if len(paid) else []),
        beside(x, "shown", transform=[{"calculate": text, "as": "shown"}]),
        note=f"Spending of each programme within its budget, by the {by} of the assets and sensors that "
        "it pays for." + ("" if len(paid) else " Nothing is spent."),
        table="table of programmes, and in funding.csv",
        scale=scale,
        short=named.short,
        step=ROW + 3,
        more={"payments": paid},
    )


def payments(plan: Plan, by: str) -> tuple[pd.DataFrame, Mapping[str, str]]:
    """What every programme pays for every asset in every area, and the colours of its parts.

    Returns:
        Columns label (of the programme), area_id, asset, part (operator or kind), amount, place; and colours
        by part, the largest first; the smallest operators are one part.
    """
    fleet = plan["fleet"].set_index("asset_id")
    part = fleet["operator"].map(operator_names(plan)) if by == "operator" else fleet["kind"].map(kind_words)
    paid = plan["funding"][plan["funding"]["amount"] > 0.0]
    paid = paid.assign(
        part=paid["asset_id"].map(part),
        asset=paid["asset_id"].map(plan.names("fleet", "asset_id")),
        label=paid["programme_id"].map(plan.named("programmes", "programme_id").label),
    )
    ranked = paid.groupby("part")["amount"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    if by == "operator":
        scale = dict(zip(ranked, KINDS, strict=False)) | ({REST: OTHERS} if len(ranked) > len(KINDS) else {})
    else:
        colours = {kind_words(kind): colour for kind, colour in ASSET_KINDS.items()}
        scale = {kind: colour for kind, colour in colours.items() if kind in ranked}
    paid = paid.assign(part=paid["part"].where(paid["part"].isin(scale), REST))
    paid = paid.assign(place=paid["part"].map({name: n for n, name in enumerate(scale)}))
    paid = paid.sort_values(["place", "amount"], ascending=[True, False], kind="stable")
    return paid[["label", "area_id", "asset", "part", "amount", "place"]], scale
