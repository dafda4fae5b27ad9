"""Hours, shadow prices, and who patrols where."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.charts.data import Plan, kind_words
from planner.charts.forms import AREA, chart, names, narrow, nothing, over, row_chart, told
from planner.charts.names import ONE, Names, named
from planner.charts.spec import IN_AREA, ROW, Chart, Spec, layer
from planner.frames import numbers
from planner.results.palette import ASSET_KINDS, HEAT, KINDS, OTHERS
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
    frame = hours_table(plan)
    if not len(frame):
        return nothing("hours")
    rest, frame = max(0, len(frame) - ASSETS), frame.head(ASSETS)
    colours = {kind_words(kind): colour for kind, colour in ASSET_KINDS.items()}
    scale = {kind: colours.get(kind, OTHERS) for kind in frame["kind"].unique()}
    return row_chart("hours", frame, plan.named("fleet", "asset_id", ONE, 1), scale, words={"rest": rest})


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
    table["of_kind"] = table.groupby("kind")["limit"].transform("sum")
    by, order = ["of_kind", "kind", "limit", "id"], [False, True, False, True]
    table = table.sort_values(by, ascending=order, kind="stable", ignore_index=True)
    return table.drop(columns="of_kind")


def prices(plan: Plan) -> Chart:
    """What one more hour and one more million would add, where they are scarce."""
    frame = prices_table(plan)
    if not len(frame):
        return nothing("prices")
    looks = {"million": (f"million {plan.currency}", KINDS[1]), "hour": ("hour", KINDS[2])}
    parts = {kind: frame[frame["kind"] == kind] for kind in looks}
    data = {kind: rows.head(LIMITS) for kind, rows in parts.items() if len(rows)}
    panels = [_price_panel(kind, rows, *looks[kind]) for kind, rows in data.items()]
    spec: Spec = {"vconcat": panels, "spacing": 16, "usermeta": {"room": NAMES_WIDTH + 47}}
    spec["params"] = narrow(dict(zip(frame["label"], frame["short"], strict=True)))
    rest = sum(max(0, len(rows) - LIMITS) for rows in parts.values())
    return chart("prices", spec, data, {"rest": rest})


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
    full = [
        ("places at " if kind == "base_capacity" else "") + known.get(kind, {}).get(one, one)
        for kind, one in zip(scarce["limit_kind"], scarce["id"], strict=True)
    ]
    called = named(
        ids, full, {one: short for some in plan.short_names.values() for one, short in some.items()}
    )
    kind, text = np.where(money, "million", "hour"), [figure(value) for value in km2]
    table = pd.DataFrame({"id": ids, "kind": kind, "label": called.labels, "km2": km2, "text": text})
    table["short"] = list(called.short.values())
    return table.sort_values(["kind", "km2"], ascending=[True, False], kind="stable", ignore_index=True)


def _price_panel(data: str, frame: pd.DataFrame, what: str, colour: str) -> Spec:
    spec = row_chart("prices", frame, Names({}, {}), words={"colour": colour}).spec
    for each in spec["layer"]:
        each["encoding"]["y"]["axis"] |= {"minExtent": NAMES_WIDTH, "maxExtent": NAMES_WIDTH}
    title = {"text": f"Per {what}, at the rate of the next unit of …", "anchor": "start", "offset": 4}
    return {**spec, "params": [], "data": {"name": data}, "title": {**title, "frame": "bounds"}}


def patrols(plan: Plan, of: str = "mission_hours") -> Chart:
    """Assets by areas: mission hours, or money, in classes of about the same number of pairs."""
    what, unit = ("mission hours", "h") if of == "mission_hours" else ("money", plan.currency)
    sums = plan["allocation"].groupby(["asset_id", "area_id"], sort=False)[of].sum().rename("value")
    frame = sums.reset_index()
    if not len(frame):
        return nothing("patrols", what=what)
    asset, area = plan.named("fleet", "asset_id", ONE, 1), plan.named("areas", "area_id", ACROSS, 1)
    frame = frame.assign(asset=frame["asset_id"].map(asset.label), area=frame["area_id"].map(area.label))
    tall, wide = (
        frame.groupby(by)["value"].sum().sort_values(ascending=False).index.tolist()
        for by in ("asset", "area")
    )
    edges, gap = _quantiles(numbers(frame["value"]), len(HEAT)), {"scale": {"paddingInner": 0.06}}
    scale = {"type": "threshold", "domain": edges, "range": list(HEAT[-len(edges) - 1 :])}
    colour: Spec = {"field": "value", "type": "quantitative", "title": f"[{unit}]", "scale": scale}
    colour["legend"] = {"format": ".2~s"}
    found = {
        "y": {**names("asset", tall, grid=True, zindex=0), **gap},
        "x": {**over("area", wide, -40, zindex=0), **gap},
        "fill": colour,
        "stroke": colour,  # with both Vega writes a legend of classes, no gradient
        "opacity": {"condition": {"test": IN_AREA, "value": 1}, "value": 0.25},
        "tooltip": told("patrols", unit=unit),
    }
    spec = layer("rect", found, {"strokeWidth": 0}, data={"name": "patrols"})
    spec |= {"params": [AREA, *narrow(asset.short)], "height": {"step": ROW}}
    spec["usermeta"] = {"least": 280 + 22 * len(wide), "aside": 60}
    return chart("patrols", spec, {"patrols": frame[["asset", "area", "area_id", "value"]]}, {"what": what})


def _quantiles(values: npt.NDArray[np.float64], classes: int) -> list[float]:
    """Edges, to two digits, that part the values into classes of about the same number."""
    ordered = np.sort(values)
    edges = [float(f"{ordered[n * len(ordered) // classes]:.2g}") for n in range(1, classes)]
    return sorted({edge for edge in edges if edge > ordered[0]})
