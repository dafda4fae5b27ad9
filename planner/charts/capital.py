"""What a capacity plan orders and what that brings: orders and stock by year, coverage by year, worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from planner.capacity import sums
from planner.capacity.folder import CapacityPlan
from planner.capacity.sentences import unit
from planner.charts.capital_money import money
from planner.charts.names import HALF, named
from planner.charts.seasons import heat
from planner.charts.spec import (
    IN_SHORT,
    ROW,
    Chart,
    Spec,
    amount,
    beside,
    coloured,
    layer,
    nothing,
    row_chart,
    told,
)
from planner.frames import numbers
from planner.results.palette import ACCENT, INK, OTHERS
from planner.results.plain_text import figure, safe
from planner.units import MILLION

MOST_ROWS = 60
"""Orders and assets that are drawn; the others are counted in a note."""
WITH, WITHOUT = "with the orders", "without any order"
ORDERED, SERVES = "ordered, not yet here", "in service"
TIMES = {ORDERED: OTHERS, SERVES: ACCENT}
UNKNOWN = "What options are worth was not found in the time."
AXIS = 40
"""Room for the figures of the vertical axis [pt]."""


def timeline(plan: CapacityPlan) -> Chart:
    """Every order from its year to the end of its service, in a row for each thing that is ordered."""
    title, table = "What is ordered, and when it serves", sums.orders(plan)
    if table.empty:
        return nothing("capital_timeline", title, "Nothing is ordered.")
    first = table.drop_duplicates("candidate_id")
    called = named(first["candidate_id"].tolist(), first["what"], _short(first, "candidate_id"))
    shown, end = list(called.label)[:MOST_ROWS], plan.years[-1] + 1
    rows = table[table["candidate_id"].isin(shown)]
    text = rows["units"].astype(str) + (" " + rows["condition"]).where(rows["future"] != "", "")
    rows = rows.assign(label=rows["candidate_id"].map(called.label), text=text)
    parts = {
        SERVES: (rows["arrives"], rows["leaves"] + 1),
        ORDERED: (rows["year"], rows["arrives"]),
    }
    bars = [
        rows.assign(part=part, start=start, stop=stop.clip(upper=end))
        for part, (start, stop) in parts.items()
    ]
    keep = ["label", "part", "start", "stop", "year", "units", "payers", "capital", "service"]
    frame = pd.concat(bars, ignore_index=True)
    frame = frame.loc[frame["stop"] > frame["start"], keep]
    axis = {"format": "d", "labelExpr": "datum.label", "tickMinStep": 1, "tickCount": len(plan.years) + 1}
    x = amount("start", None, axis=axis, scale={"domain": [plan.years[0], end], "nice": False})
    colour = {**coloured("part", TIMES), "legend": {"symbolOpacity": 1}}
    tips = told(label="order", year=("ordered in", "d"), units=("units", ",.0f"), service="in service")
    tips += told(payers="paid by", capital=(f"capital [{safe(plan.run['currency'])}]", ",.0f"))
    shade = {"x": x, "x2": {"field": "stop"}, "color": colour, "tooltip": tips}
    said = {"x": {**x, "field": "year"}, "text": {"field": "text"}, "tooltip": tips}
    of = {part: [{"filter": f"datum.part === '{part}'"}] for part in TIMES}
    rest = len(called.label) - len(shown)
    return row_chart(
        "capital_timeline",
        title,
        frame,
        layer("bar", shade, {"opacity": 0.55}, transform=of[SERVES]),
        layer("bar", shade, {"height": {"band": 0.4}}, transform=of[ORDERED]),
        layer("text", said, {"align": "left", "baseline": "middle", "dx": 2}, data={"name": "units"}),
        note="Figures: units, at the start of the year in which they are ordered; darker where more serve. "
        "Service goes on after the last year where its life does."
        + (f" {rest} more are not shown." if rest else ""),
        table="table of orders",
        scale=TIMES,
        order=[called.label[one] for one in shown],
        short=called.short,
        step=ROW + 5,
        grid=True,
        more={"units": rows[["label", "year", "text", "units", "service", "payers", "capital"]]},
    )


def _short(table: pd.DataFrame, key: str) -> dict[str, str]:
    """What stands for the names of orders that are too long: the option, and for whom."""
    who = (", " + table["who"]).where(table["who"] != "", "")
    return dict(zip(table[key], table["name"] + who, strict=True))


def stock(plan: CapacityPlan) -> Chart:
    """Units in service by asset and year, of those that orders add to."""
    title, table = "Units in service", plan["stock"]
    figures = ["existing", "ordered", "units"]
    whole = sums.mean(plan, table, ["asset_id", "year"], figures).set_index(["asset_id", "year"])
    places = [table["asset_id"].unique().tolist(), plan.years]  # years without a unit have no row
    whole = whole.reindex(pd.MultiIndex.from_product(places, names=whole.index.names), fill_value=0.0)
    whole = whole.reset_index()
    ordered = whole.groupby("asset_id")["ordered"].sum()
    ranked = ordered[ordered > 0.0].sort_values(ascending=False, kind="stable").index
    if not len(ranked):
        return nothing("capital_stock", title, "No units are added to any asset or sensor.")
    orders = sums.orders(plan).drop_duplicates("target_id")
    short = {**_short(orders, "target_id"), **plan.run["short_names"].get("fleet", {})}
    called = named(list(ranked), [plan.name("assets", one) for one in ranked], short, HALF, 1)
    rows = whole[whole["asset_id"].isin(ranked[:MOST_ROWS])]
    rows = rows.assign(
        label=rows["asset_id"].map(called.label),
        period=rows["year"].astype(str),
        value=rows["ordered"],
        text=rows["units"].map(lambda units: f"{units:.1f}".removesuffix(".0")),
    )
    tips = told(
        label="asset", period="year", existing=("without orders", ".3~r"), ordered=("ordered", ".3~r")
    )
    order = [called.label[one] for one in ranked[:MOST_ROWS]]
    rest = len(ranked) - len(order)
    note = "Units that are left of those that were there or ordered; shaded by how many were ordered."
    note += " Means over futures." if len(plan["futures"]) > 1 else ""
    note += " Assets that no order adds to are not shown."
    note += f" Nor are {rest} more with fewer orders." if rest else ""
    years = [str(year) for year in plan.years]
    return heat("capital_stock", title, years, rows, order, tips, note, called.short, angle=-90)


def coverage(plan: CapacityPlan) -> Chart:
    """Covered water and the share of targets by year, with and without orders: mean and range of futures."""
    title, table = "What the orders bring, year by year", sums.years(plan)
    parts = []
    for kind, way in ((WITH, ""), (WITHOUT, "_without")):
        names = {
            f"{figure_}{end}": table[f"{figure_}{way}{unit_}{end}"]
            for figure_, unit_ in (("covered", "_km2"), ("share", ""))
            for end in ("", "_low", "_high")
        }
        parts.append(pd.DataFrame({"year": table["year"].astype(str), "kind": kind, **names}))
    scale = {WITH: ACCENT, WITHOUT: OTHERS}
    several = len(plan["futures"]) > 1
    note = "Lines: means over futures; bands: from the lowest to the highest future." if several else ""
    panels = [
        _panel("covered", ["covered", "[km²]"], 150, IN_SHORT, scale),
        _panel("share", ["of what the", "targets ask for"], 110, {"format": "~%"}, scale),
    ]
    spec: Spec = {
        **{"vconcat": panels, "spacing": 12, "data": {"name": "years"}},
        "usermeta": {"room": 84, "legend": len(WITHOUT)},
    }
    label = f"{title}; the same figures are in the table of years."
    return Chart("capital_coverage", title, spec, {"years": pd.concat(parts)}, (note,) if note else (), label)


def panel_axis(field: str, title: list[str], axis: Spec) -> Spec:
    """The vertical axis of a panel: of one width in all of them, not from 0."""
    looks = {**axis, "tickCount": 4, "minExtent": AXIS, "maxExtent": AXIS}
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "axis": looks,
        "scale": {"zero": False},
    }


def _panel(field: str, title: list[str], height: int, axis: Spec, scale: Mapping[str, str]) -> Spec:
    x = {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
    y = panel_axis(field, title, axis)
    colour = {**coloured("kind", scale), "legend": {"symbolOpacity": 1}}
    form = ".1%" if field == "share" else ",.0f"
    tips = told(year="year", kind="", **{field: ("mean", form), f"{field}_low": ("lowest", form)})
    tips += told(**{f"{field}_high": ("highest", form)})
    dash = {"condition": {"test": f"datum.kind === '{WITHOUT}'", "value": [5, 4]}, "value": [1, 0]}
    band = {"x": x, "y": {**y, "field": f"{field}_low"}, "y2": {"field": f"{field}_high"}, "color": colour}
    marks = {"x": x, "y": y, "color": colour}
    return {
        "height": height,
        "layer": [
            layer("area", band, {"opacity": 0.22, "line": False}),
            layer("line", {**marks, "strokeDash": dash}, {"strokeWidth": 1.8}),
            layer("point", {**marks, "tooltip": tips}, {"filled": True, "opacity": 1, "size": 30}),
        ],
    }


def worth(plan: CapacityPlan) -> Chart:
    """What each option is worth per million of capital, with what the certificates prove of it."""
    title, (table, unknown) = "What a million of capital is worth, by option", sums.worth(plan)
    some = table[table["capital"] > 0.0]
    if some.empty:
        said = "What options are worth was not planned." if plan["option_values"].empty else UNKNOWN
        said = "Nothing is ordered." if plan["orders"].empty else said
        return nothing("capital_worth", title, said)
    called = named(some["option_id"].tolist(), some["name"])
    millions = numbers(some["capital"]) / MILLION
    frame = some[["units", "worth"]].assign(
        label=list(called.label.values()),
        value=some["per_million_capital"],
        low=numbers(some["worth_low"]) / millions,
        high=numbers(some["worth_high"]) / millions,
        text=some["per_million_capital"].map(figure),
    )
    frame["end"] = frame[["value", "high"]].max(axis=1)
    x = amount("value", f"worth for a million of capital [{unit(plan)}]")
    tips = told(label="option", units=("units", ",.0f"), value=("per million", ",.4~r"))
    tips += told(low=("at least", ",.4~r"), high=("at most", ",.4~r"), worth=("in all", ",.4~r"))
    ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
    free = len(table) - len(some)
    return row_chart(
        "capital_worth",
        title,
        frame,
        layer("bar", {"x": x, "tooltip": tips}, {"color": ACCENT}),
        layer("rule", ends, {"color": INK, "strokeWidth": 1.4}),
        beside({**x, "field": "end"}),
        note="By how much the objective of the best plan without the option is higher; line: certified."
        + (f" {free} without capital cost are not shown." if free else "")
        + (f" Of {len(unknown)} more it is not known." if unknown else ""),
        table="table of options",
        short=called.short,
        step=ROW + 3,
    )


CHARTS: Mapping[str, Callable[[CapacityPlan], Chart]] = {
    "capital_timeline": timeline,
    "capital_stock": stock,
    "capital_money": money,
    "capital_coverage": coverage,
    "capital_worth": worth,
}
"""The charts of a capacity plan, by name."""
