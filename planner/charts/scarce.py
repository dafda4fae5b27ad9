"""Hours, shadow prices, and who patrols where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.charts.data import (
    Plan,
    kind_words,
)
from planner.charts.palette import (
    ASSET_KINDS,
    FAINT,
    HEAT,
    KINDS,
    OTHERS,
    PAPER,
)
from planner.charts.spec import (
    AREA,
    BESIDE,
    IN_AREA,
    ROW,
    Chart,
    Spec,
    amount,
    coloured,
    in_two,
    labels,
    layer,
    layered,
    longest,
    names,
    told,
)
from planner.frames import numbers
from planner.report.plain_text import figure
from planner.units import MILLION

LIMITS, ASSETS = 20, 80
"""Most rows of the charts of shadow prices and of hours; the others are counted in a note."""


def hours(plan: Plan) -> Chart:
    """Hours that are used of those there are, asset by asset."""
    title = "Hours used of the hours there are"
    frame = hours_table(plan)
    if not len(frame):
        return Chart("hours", title, empty="There are no assets and no sensors.")
    rest = max(0, len(frame) - ASSETS)
    frame = frame.head(ASSETS)
    kinds = frame["kind"].drop_duplicates().tolist()
    colours = {kind_words(kind): colour for kind, colour in ASSET_KINDS.items()}
    y = names("label", frame["label"].tolist())
    whole: Spec = {"type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    tips = told(
        label=("asset", ""), kind=("kind", ""), used=("used [h]", ",.0f"), limit=("there are [h]", ",.0f")
    )
    all_, used = {"field": "all", **whole}, {"field": "share", **whole}
    scale = {kind: colours.get(kind, OTHERS) for kind in kinds}
    return Chart(
        "hours",
        title,
        layered(
            "hours",
            layer("bar", {"y": y, "x": all_, "tooltip": tips}, {"color": FAINT}),
            layer("bar", {"y": y, "x": used, "color": coloured("kind", scale), "tooltip": tips}),
            layer("text", {"y": y, "x": all_, "text": {"field": "text"}}, BESIDE),
            height={"step": ROW - 4},
            usermeta={"legend": longest(scale), "aside": 26},
        ),
        {"hours": frame},
        (
            "Mission hours of every asset and sensor in the plan, by kind, the most hours first."
            + (f" {rest} more with fewer hours are not shown." if rest else ""),
        ),
        "Hours used of the hours that each asset has; the same figures are in the table of what is scarce.",
    )


def hours_table(plan: Plan) -> pd.DataFrame:
    """Hours used and hours there are of every asset and sensor, by kind, the most hours first.

    Returns:
        Columns id, label, kind, used, limit [h], share (0 where there are none), all (1), text.
    """
    limits = plan["prices"][plan["prices"]["limit_kind"] == "asset_hours"]
    fleet, named = plan["fleet"].set_index("asset_id"), plan.names("fleet", "asset_id")
    used, limit = numbers(limits["used"]), numbers(limits["limit"])
    table = pd.DataFrame(
        {
            "id": limits["id"].to_numpy(),
            "label": [named[one] for one in limits["id"]],
            "kind": [kind_words(kind) for kind in fleet["kind"].reindex(limits["id"])],
            **{"used": used, "limit": limit, "all": 1.0},
            "share": np.divide(used, limit, out=np.zeros_like(used), where=limit > 0.0),
            "text": [f"{one:,.0f} of {most:,.0f} h" for one, most in zip(used, limit, strict=True)],
        }
    )
    table = table.assign(of_kind=table.groupby("kind")["limit"].transform("sum"))
    order = [False, True, False, True]
    table = table.sort_values(["of_kind", "kind", "limit", "id"], ascending=order, kind="stable")
    return table.drop(columns="of_kind").reset_index(drop=True)


def prices(plan: Plan) -> Chart:
    """What one more hour and one more million would add, where they are scarce."""
    title = "What is scarce, and what more of it would add"
    frame = prices_table(plan)
    if not len(frame):
        return Chart("prices", title, empty="Nothing is scarce: no limit has a shadow price.")
    panels: list[Spec] = []
    data = {}
    hidden = 0
    for kind, what, colour in (("million", f"million {plan.currency}", KINDS[1]), ("hour", "hour", KINDS[2])):
        part = frame[frame["kind"] == kind]
        hidden += max(0, len(part) - LIMITS)
        if len(part):
            data[kind] = part.head(LIMITS)
            panels.append(_price_panel(kind, data[kind], f"One more {what} of …", colour))
    note = "Shadow prices: risk-weighted km² that one more unit would add to what is covered, at the margin."
    return Chart(
        "prices",
        title,
        {"vconcat": panels, "spacing": 16, "usermeta": {"room": 243}},
        data,
        (note + (f" {hidden} lower ones are not shown." if hidden else ""),),
        "Shadow prices of hours and of money; the same figures are in the table of what is scarce.",
    )


def prices_table(plan: Plan) -> pd.DataFrame:
    """What one more hour, or one more million, would add; only what is scarce, the scarcest first.

    Returns:
        Columns id, kind ("hour" or "million"), label, km2 [risk-weighted km² for one more], text.
    """
    bases = dict(zip(plan.bases["base_id"], plan.bases["name"], strict=True))
    named = {
        "asset_hours": plan.names("fleet", "asset_id"),
        "budget": plan.names("programmes", "programme_id"),
        "base_capacity": {one: f"places at {name}" for one, name in bases.items()},
    }
    scarce = plan["prices"][plan["prices"]["shadow_price"] > 0.0]
    money = scarce["limit_kind"].eq("budget")
    keys = list(zip(scarce["limit_kind"], scarce["id"], strict=True))
    ids = [f"{kind} {one}" for kind, one in keys]
    km2 = scarce["shadow_price"].where(~money, scarce["shadow_price"] * MILLION)
    table = pd.DataFrame(
        {
            "id": ids,
            "kind": money.map({True: "million", False: "hour"}).to_numpy(),
            "label": [
                in_two(one) for one in labels(ids, [named.get(kind, {}).get(one, one) for kind, one in keys])
            ],
            "km2": km2.to_numpy(),
            "text": [figure(value) for value in km2],
        }
    )
    return table.sort_values(["kind", "km2"], ascending=[True, False], kind="stable").reset_index(drop=True)


def patrols(plan: Plan, of: str = "mission_hours") -> Chart:
    """Assets by areas: mission hours, or money, in classes of about the same number of pairs."""
    asset, area = plan.names("fleet", "asset_id"), plan.names("areas", "area_id")
    sums = plan["allocation"].groupby(["asset_id", "area_id"], sort=False)[of].sum().reset_index()
    frame = pd.DataFrame(
        {
            "asset": sums["asset_id"].map(asset),
            "area": sums["area_id"].map(area),
            "area_id": sums["area_id"],
            "value": sums[of],
        }
    )
    unit = "h" if of == "mission_hours" else plan.currency
    title = f"Who patrols where: {'mission hours' if of == 'mission_hours' else 'money'}"
    if not len(frame):
        return Chart("patrols", title, empty="Nobody patrols.")
    edges = _quantiles(numbers(frame["value"]), len(HEAT))
    tall, wide = _ranked(frame, "asset"), _ranked(frame, "area")
    found = {
        "y": names("asset", tall, grid=True, zindex=0),
        "x": {
            **{"field": "area", "type": "nominal", "sort": wide},
            "axis": {"title": None, "orient": "top", "labelAngle": -40, "labelLimit": 130, "zindex": 0},
        },
        "color": {
            **{
                "field": "value",
                "type": "quantitative",
                "title": f"[{unit}]",
                "legend": {"type": "symbol", "format": ".2~s"},
            },
            "scale": {"type": "threshold", "domain": edges, "range": list(HEAT[-len(edges) - 1 :])},
        },
        "opacity": {"condition": {"test": IN_AREA["filter"], "value": 1}, "value": 0.25},
        "tooltip": told(asset=("asset", ""), area=("area", ""), value=(f"[{unit}]", ",.0f")),
    }
    return Chart(
        "patrols",
        title,
        {
            "data": {"name": "patrols"},
            "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
            **{"encoding": found, "params": [AREA], "height": {"step": ROW}},
            "usermeta": {"least": 280 + 22 * len(wide), "aside": 60},
        },
        {"patrols": frame},
        (),
        "Assets by areas; the same figures are in the table below.",
    )


def _price_panel(data: str, frame: pd.DataFrame, title: str, colour: str) -> Spec:
    y = names("label", frame["label"].tolist(), minExtent=196, maxExtent=196)
    x = amount("km2", "risk-weighted km²", scale={"domainMin": 0})
    tips = told(label=("one more of", ""), text=("adds [risk-weighted km²]", ""))
    return layered(
        data,
        layer("bar", {"y": y, "x": x, "tooltip": tips}, {"color": colour}),
        layer("text", {"y": y, "x": x, "text": {"field": "text"}}, BESIDE),
        height={"step": ROW + 3},
        title={"text": title, "anchor": "start", "offset": 4, "frame": "bounds"},
    )


def _ranked(frame: pd.DataFrame, by: str) -> list[str]:
    found: list[str] = frame.groupby(by)["value"].sum().sort_values(ascending=False).index.tolist()
    return found


def _quantiles(values: Sequence[float] | np.ndarray, classes: int) -> list[float]:
    """Edges, to two digits, that part the values into classes of about the same number."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    edges = [float(f"{ordered[n * len(ordered) // classes]:.2g}") for n in range(1, classes)]
    return sorted({edge for edge in edges if edge > ordered[0]})
