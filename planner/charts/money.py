"""What programmes pay for: budgets and spending by operator or by kind of asset."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.charts.data import (
    Plan,
    kind_words,
    operator_names,
)
from planner.charts.palette import (
    ASSET_KINDS,
    FAINT,
    KINDS,
    OTHERS,
    PAPER,
    RULE,
)
from planner.charts.plan import in_short, programme_names
from planner.charts.spec import (
    AREA,
    BESIDE,
    IN_AREA,
    ROW,
    Chart,
    amount,
    coloured,
    layer,
    layered,
    longest,
    names,
    told,
)

REST = "others"


def spending(plan: Plan, by: str = "operator") -> Chart:
    """Budgets and spending of every programme, and whose work, or what kind of asset, it pays for."""
    title = "Who pays for whose work" if by == "operator" else "What kind of asset the money pays for"
    budgets = plan["programmes"].sort_values("budget", ascending=False, kind="stable")
    word = "operator" if by == "operator" else "kind"
    if not (budgets["budget"] > 0.0).any():
        return Chart("spending", title, empty="No programme has a budget, and nothing is spent.")
    named = programme_names(plan)
    bars = pd.DataFrame(
        {
            "programme_id": budgets["programme_id"],
            "label": [named[one] for one in budgets["programme_id"]],
            "budget": budgets["budget"],
            "spent": budgets["spent"],
            "text": [
                f"{in_short(spent)} of {in_short(budget)}"
                for spent, budget in zip(budgets["spent"], budgets["budget"], strict=True)
            ],
        }
    )
    paid, scale = payments(plan, by)
    y = names("label", bars["label"].tolist())
    unit = f"[{plan.currency}]"
    what = f"spent of budget {unit}"
    tips = told(label=("paid by", ""), asset=("asset", ""), part=(by, ""), amount=(f"spent {unit}", ",.0f"))
    there = {
        "y": y,
        "x": amount("budget", what),
        "tooltip": told(
            label=("programme", ""), budget=(f"budget {unit}", ",.0f"), spent=(f"spent {unit}", ",.0f")
        ),
    }
    used = {
        "y": y,
        "x": amount("amount", what, stack="zero"),
        "color": coloured("part", scale),
        "order": {"field": "place", "type": "quantitative"},
        "tooltip": tips,
    }
    ends = {"y": y, "x": amount("budget", what), "text": {"field": "shown"}}
    shown = {"calculate": "area === null ? datum.text : 'spent there, of ' + format(datum.budget, '.3s')"}
    layers = [
        layer("bar", there, {"color": FAINT, "stroke": RULE, "strokeWidth": 0.5}, data={"name": "budgets"}),
        layer("bar", used, {"stroke": PAPER, "strokeWidth": 0.3}, transform=[IN_AREA]),
        layer("text", ends, BESIDE, data={"name": "budgets"}, transform=[{**shown, "as": "shown"}]),
    ]
    return Chart(
        "spending",
        title,
        layered(
            "payments",
            *(layers if len(paid) else [layers[0], layers[2]]),
            params=[AREA],
            height={"step": ROW + 3},
            usermeta={"legend": longest(scale), "aside": 26},
        ),
        {"budgets": bars, "payments": paid},
        (
            f"Spending of each programme within its budget, by the {word} of the assets and sensors that "
            "it pays for." + ("" if len(paid) else " Nothing is spent."),
        ),
        "Spending of each programme; the same figures are in funding.csv and in the table of programmes.",
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
    paid = paid.assign(part=paid["asset_id"].map(part))
    ranked = paid.groupby("part")["amount"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    if by == "operator":
        kept = ranked if len(ranked) <= len(KINDS) else ranked[: len(KINDS)]
        scale = dict(zip(kept, KINDS, strict=False)) | ({REST: OTHERS} if len(ranked) > len(kept) else {})
    else:
        scale = {
            kind_words(kind): colour for kind, colour in ASSET_KINDS.items() if kind_words(kind) in ranked
        }
    place = {name: n for n, name in enumerate(scale)}
    paid = paid.assign(part=paid["part"].where(paid["part"].isin(scale), REST))
    asset, programme = plan.names("fleet", "asset_id"), programme_names(plan)
    frame = pd.DataFrame(
        {
            "label": paid["programme_id"].map(programme),
            "area_id": paid["area_id"],
            "asset": paid["asset_id"].map(asset),
            "part": paid["part"],
            "amount": paid["amount"],
            "place": paid["part"].map(place),
        }
    )
    return frame.sort_values(["place", "amount"], ascending=[True, False], kind="stable"), scale
