"""Hours, shadow prices, and who patrols where."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.charts.data import Plan, kind_words
from planner.charts.names import ONE, named
from planner.charts.spec import (
    AREA,
    IN_AREA,
    ROW,
    Chart,
    Spec,
    amount,
    beside,
    coloured,
    layer,
    names,
    narrow,
    nothing,
    row_chart,
    told,
)
from planner.frames import numbers
from planner.results.palette import ASSET_KINDS, FAINT, HEAT, KINDS, OTHERS
from planner.results.plain_text import figure
from planner.units import per_unit_to_per_million

LIMITS, ASSETS = 20, 80
"""Most rows of the charts of shadow prices and of hours; the others are counted in a note."""
ACROSS = 30
"""Signs of the name of an area above the assets."""
NAMES_WIDTH = 196
"""Room for the names of what is scarce [pt]."""


def hours(plan: Plan) -> Chart:
    """Hours that are used of those there are, asset by asset."""
    title, frame = "Hours used of the hours there are", hours_table(plan)
    if not len(frame):
        return nothing("hours", title, "There are no assets and no sensors.")
    rest = max(0, len(frame) - ASSETS)
    frame = frame.head(ASSETS)
    colours = {kind_words(kind): colour for kind, colour in ASSET_KINDS.items()}
    scale = {kind: colours.get(kind, OTHERS) for kind in frame["kind"].unique()}
    whole: Spec = {"field": "all", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    tips = told(label="asset", kind="kind", used=("used [h]", ",.0f"), limit=("there are [h]", ",.0f"))
    used = {"x": {**whole, "field": "share"}, "color": coloured("kind", scale), "tooltip": tips}
    return row_chart(
        "hours",
        title,
        frame,
        layer("bar", {"x": whole, "tooltip": tips}, {"color": FAINT}),
        layer("bar", used),
        beside(whole),
        note="Mission hours of every asset and sensor in the plan, by kind, the most hours first."
        + (f" {rest} more with fewer hours are not shown." if rest else ""),
        table="table of what is scarce",
        scale=scale,
        short=plan.named("fleet", "asset_id", ONE, 1).short,
        step=ROW - 4,
    )


def hours_table(plan: Plan) -> pd.DataFrame:
    """Hours used and hours there are of every asset and sensor, by kind, the most hours first.

    Returns:
        Columns id, label, kind, used, limit [h], share (0 where there are none), all (1), text.
    """
    limits = plan["prices"][plan["prices"]["limit_kind"] == "asset_hours"]
    kinds = plan["fleet"].set_index("asset_id")["kind"].map(kind_words)
    used, limit = numbers(limits["used"]), numbers(limits["limit"])
    table = limits[["id", "used", "limit"]].assign(
        label=limits["id"].map(plan.named("fleet", "asset_id", ONE, 1).label),
        kind=limits["id"].map(kinds),
        all=1.0,
        share=np.divide(used, limit, out=np.zeros_like(used), where=limit > 0.0),
        text=[f"{one:,.0f} of {most:,.0f} h" for one, most in zip(used, limit, strict=True)],
    )
    table = table.assign(of_kind=table.groupby("kind")["limit"].transform("sum"))
    order = [False, True, False, True]
    table = table.sort_values(["of_kind", "kind", "limit", "id"], ascending=order, kind="stable")
    return table.drop(columns="of_kind").reset_index(drop=True)


def prices(plan: Plan) -> Chart:
    """What one more hour and one more million would add, where they are scarce."""
    title, frame = "What is scarce, and what more of it would add", prices_table(plan)
    if not len(frame):
        return nothing("prices", title, "Nothing is scarce: no limit has a shadow price.")
    parts = dict(list(frame.groupby("kind", sort=False)))
    hidden = sum(max(0, len(rows) - LIMITS) for rows in parts.values())
    note = "Shadow prices: risk-weighted km² that one more unit would add to what is covered, at the margin."
    note += f" {hidden} lower ones are not shown." if hidden else ""
    looks = {"million": (f"million {plan.currency}", KINDS[1]), "hour": ("hour", KINDS[2])}
    panels, data = [], {}
    for kind, (what, colour) in looks.items():
        if kind in parts:
            data[kind] = parts[kind].head(LIMITS)
            panels.append(
                _price_panel(kind, data[kind], f"Per {what}, at the rate of the next unit of …", colour)
            )
    said = f"{title}; the same figures are in the table of what is scarce."
    spec: Spec = {"vconcat": panels, "spacing": 16, "usermeta": {"room": NAMES_WIDTH + 47}}
    spec["params"] = narrow(dict(zip(frame["label"], frame["short"], strict=True)))
    return Chart("prices", title, spec, data, (note,), said)


def prices_table(plan: Plan) -> pd.DataFrame:
    """What one more hour, or one more million, would add; only what is scarce, the scarcest first.

    Returns:
        Columns id, kind ("hour" or "million"), label, short (on a phone), km2 [risk-weighted km² for one
        more], text.
    """
    known, scarce = plan.limit_names, plan["prices"][plan["prices"]["shadow_price"] > 0.0]
    money = scarce["limit_kind"] == "budget"
    several = scarce["limit_kind"] + " " + scarce["id"]
    ids = scarce["id"].where(~scarce["id"].duplicated(keep=False), several).tolist()
    price = numbers(scarce["shadow_price"])
    km2 = np.where(money, per_unit_to_per_million(price), price)
    called = [
        ("places at " if kind == "base_capacity" else "") + known.get(kind, {}).get(one, one)
        for kind, one in zip(scarce["limit_kind"], scarce["id"], strict=True)
    ]
    given = {one: short for names in plan.short_names.values() for one, short in names.items()}
    called_so = named(ids, called, given)
    table = pd.DataFrame(
        {
            "id": ids,
            "kind": np.where(money, "million", "hour"),
            "label": list(called_so.label.values()),
            "short": list(called_so.short.values()),
            "km2": km2,
            "text": [figure(value) for value in km2],
        }
    )
    return table.sort_values(["kind", "km2"], ascending=[True, False], kind="stable").reset_index(drop=True)


def _price_panel(data: str, frame: pd.DataFrame, title: str, colour: str) -> Spec:
    x = amount("km2", "risk-weighted km²", scale={"domainMin": 0})
    tips = told(label="one more of", text="adds [risk-weighted km²]")
    bar = layer("bar", {"x": x, "tooltip": tips}, {"color": colour})
    spec = {**row_chart(data, title, frame, bar, beside(x), step=ROW + 3).spec, "params": []}
    for each in spec["layer"]:
        each["encoding"]["y"]["axis"] |= {"minExtent": NAMES_WIDTH, "maxExtent": NAMES_WIDTH}
    return {**spec, "title": {"text": title, "anchor": "start", "offset": 4, "frame": "bounds"}}


def patrols(plan: Plan, of: str = "mission_hours") -> Chart:
    """Assets by areas: mission hours, or money, in classes of about the same number of pairs."""
    what, unit = ("mission hours", "h") if of == "mission_hours" else ("money", plan.currency)
    title = f"Who patrols where: {what}"
    sums = plan["allocation"].groupby(["asset_id", "area_id"], sort=False)[of].sum().rename("value")
    frame = sums.reset_index()
    if not len(frame):
        return nothing("patrols", title, "Nobody patrols.")
    asset, area = plan.named("fleet", "asset_id", ONE, 1), plan.named("areas", "area_id", ACROSS, 1)
    frame = frame.assign(asset=frame["asset_id"].map(asset.label), area=frame["area_id"].map(area.label))
    edges = _quantiles(numbers(frame["value"]), len(HEAT))
    tall, wide = (
        frame.groupby(by)["value"].sum().sort_values(ascending=False).index.tolist()
        for by in ("asset", "area")
    )
    axis = {"title": None, "orient": "top", "labelAngle": -40, "zindex": 0}
    scale = {"type": "threshold", "domain": edges, "range": list(HEAT[-len(edges) - 1 :])}
    colour = {
        "field": "value",
        "type": "quantitative",
        "title": f"[{unit}]",
        "legend": {"format": ".2~s"},
        "scale": scale,
    }
    gap = {"scale": {"paddingInner": 0.06}}
    found = {
        "y": {**names("asset", tall, grid=True, zindex=0), **gap},
        "x": {"field": "area", "type": "nominal", "sort": wide, "axis": axis, **gap},
        "fill": colour,
        "stroke": colour,  # with both Vega writes a legend of classes, no gradient
        "opacity": {"condition": {"test": IN_AREA["filter"], "value": 1}, "value": 0.25},
        "tooltip": told(asset="asset", area="area", value=(f"[{unit}]", ",.0f")),
    }
    spec = layer(
        "rect", found, {"strokeWidth": 0}, data={"name": "patrols"}, params=[AREA, *narrow(asset.short)]
    )
    spec |= {"height": {"step": ROW}, "usermeta": {"least": 280 + 22 * len(wide), "aside": 60}}
    data = {"patrols": frame[["asset", "area", "area_id", "value"]]}
    return Chart(
        "patrols", title, spec, data, (), "Assets by areas; the same figures are in the table below."
    )


def _quantiles(values: npt.NDArray[np.float64], classes: int) -> list[float]:
    """Edges, to two digits, that part the values into classes of about the same number."""
    ordered = np.sort(values)
    edges = [float(f"{ordered[n * len(ordered) // classes]:.2g}") for n in range(1, classes)]
    return sorted({edge for edge in edges if edge > ordered[0]})
