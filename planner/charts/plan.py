"""What a plan leaves uncovered, who pays for whose work, and what is done when: charts of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.charts import forms
from planner.charts.data import CAUSE_WORDS, Plan, kind_words
from planner.charts.forms import AREA, nothing, row_chart
from planner.charts.names import ONE, Names, named
from planner.charts.spec import IN_AREA, ROW, Chart, Spec, layer
from planner.features.resources import LIMITED, of_money
from planner.frames import numbers
from planner.results.contract import CAUSES
from planner.results.palette import ASSET_KINDS, CAUSE_COLOURS, FAINT, HEAT, INK, KINDS, OTHERS
from planner.results.plain_text import figure
from planner.units import per_unit_to_per_million

MOST_AREAS, MOST_ASSETS = 60, 60
"""Areas that the chart of coverage shows together; rows of the calendar."""
EVERYONE, EVERYONE_SHORT = "All areas, each counted once", "All areas, each\ncounted once"
REST = "others"
PAID_BY = {"operator": "Who pays for whose work", "kind": "What kind of asset the money pays for"}
"""By what spending is shown, and the title of its chart."""


def gap_by_programme(plan: Plan) -> Chart:
    """What every programme's mandate lacks, by cause, and all areas together, each counted once."""
    frame = gaps(plan)
    used = [cause for cause in CAUSES if (frame.loc[frame["cause"] == CAUSE_WORDS[cause], "km2"] > 0.0).any()]
    if not used:
        short = (plan["areas"]["shortfall_km2"] > 0.0).any()
        said = (
            "Why areas fall short of their targets was not looked for." if short else "Every target is met."
        )
        return nothing("gap_by_programme", said=said)
    scale = {CAUSE_WORDS[cause]: CAUSE_COLOURS[cause][0] for cause in used}
    named = plan.named("programmes", "programme_id")
    called = replace(named, short={EVERYONE: EVERYONE_SHORT, **named.short})
    return row_chart("gap_by_programme", frame, called, scale, transform=[{"filter": IN_AREA}])


def gaps(plan: Plan) -> pd.DataFrame:
    """The parts of the shortfall of all areas, and of every programme's mandate.

    Returns:
        Columns label, programme_id, area_id, cause (in words), km2, place (of the cause); all areas first,
        programmes by falling shortfall.
    """
    causes, named = plan["causes"], plan.named("programmes", "programme_id").label
    found = causes[causes["level"] == "programme"]
    found = found.assign(label=found["programme_id"].map(named))
    short = found.groupby("programme_id")["km2"].sum().reindex(list(named)).fillna(0.0)
    place = {one: n for n, one in enumerate(short.sort_values(ascending=False, kind="stable").index)}
    ranked = found["programme_id"].map(place).sort_values(kind="stable").index
    whole = causes[causes["level"] == "area"].assign(label=EVERYONE)
    both = pd.concat([whole, found.loc[ranked]], ignore_index=True)
    both["place"] = both["cause"].map({cause: n for n, cause in enumerate(CAUSES)})
    both["cause"] = both["cause"].map(CAUSE_WORDS)
    return both[["label", "programme_id", "area_id", "cause", "km2", "place"]]


def coverage_by_area(plan: Plan) -> Chart:
    """Coverage of every area beside its target, the largest shortfall first."""
    named, table = plan.named("areas", "area_id", ONE, 1), plan["areas"]
    table = table.assign(spare=table["coverage"] - table["target_coverage"])
    table = table.sort_values(["shortfall_km2", "spare"], ascending=[False, True], kind="stable")
    missing = ", " + table["shortfall_km2"].map(in_short) + " km² short"
    frame = table[["area_id", "coverage", "target_coverage", "shortfall_km2"]].assign(
        place=range(len(table)),
        label=table["area_id"].map(named.label),
        end=np.maximum(table["target_coverage"], table["coverage"]),
        text=table["coverage"].map("{:.1%}".format) + missing.where(~table["met"], ", met"),
    )
    scale = {"coverage": KINDS[0], "shortfall": FAINT, "target": INK}
    few = {"filter": f"area === null ? datum.place < {MOST_AREAS} : datum.area_id === area"}
    words = {"rest": len(table) - MOST_AREAS}
    return row_chart("coverage_by_area", frame, named, scale, words=words, transform=[few])


def in_short(value: float) -> str:
    """A large number in short: 2.42M, 476k."""
    for size, unit, word in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= size:
            return figure(value / unit) + word
    return f"{value:,.0f}"


def spending(plan: Plan, by: str = "operator") -> Chart:
    """Budgets and spending of every programme, and whose work, or what kind of asset, it pays for."""
    words: dict[str, Any] = {"title": PAID_BY[by], "by": by, "currency": plan.results.currency}
    named = plan.named("programmes", "programme_id")
    budgets = plan["programmes"].sort_values("budget", ascending=False, kind="stable")
    if not (budgets["budget"] > 0.0).any():
        return nothing("spending", **words)
    bars = budgets[["programme_id", "budget", "spent"]].assign(
        label=budgets["programme_id"].map(named.label),
        text=budgets["spent"].map(in_short) + " of " + budgets["budget"].map(in_short),
    )
    paid, scale = payments(plan, by)
    most = float(budgets[["budget", "spent"]].to_numpy().max())
    words |= {"most": most, "nothing": "" if len(paid) else " Nothing is spent."}
    return row_chart("spending", bars, named, scale, data={"payments": paid}, words=words)


def payments(plan: Plan, by: str) -> tuple[pd.DataFrame, Mapping[str, str]]:
    """What every programme pays for every asset in every area, and the colours of its parts.

    Returns:
        Columns label (of the programme), area_id, asset, part (operator or kind), amount, place; and colours
        by part, the largest first; the smallest operators are one part.
    """
    fleet = plan["fleet"].set_index("asset_id")
    part = fleet["operator"].map(plan.operators) if by == "operator" else fleet["kind"].map(kind_words)
    keys = ["programme_id", "asset_id", "area_id"]  # of all periods
    paid = plan["funding"].groupby(keys, sort=False, as_index=False)["amount"].sum()
    paid = paid[paid["amount"] > 0.0]
    paid = paid.assign(
        part=paid["asset_id"].map(part),
        asset=paid["asset_id"].map(plan.names("fleet", "asset_id")),
        label=paid["programme_id"].map(plan.named("programmes", "programme_id").label),
    )
    ranked = paid.groupby("part")["amount"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    colours = {kind_words(kind): colour for kind, colour in ASSET_KINDS.items()}
    scale = {kind: colour for kind, colour in colours.items() if kind in ranked}
    if by == "operator":
        scale = forms.ranked_colours(ranked, REST)
    paid["part"] = paid["part"].where(paid["part"].isin(scale), REST)
    paid["place"] = paid["part"].map({name: n for n, name in enumerate(scale)})
    paid = paid.sort_values(["place", "amount"], ascending=[True, False], kind="stable")
    return paid[["label", "area_id", "asset", "part", "amount", "place"]], scale


def calendar(plan: Plan) -> Chart:
    """The share of every asset's hours that it works in each period."""
    named, figures = plan.named("fleet", "asset_id", ONE, 1), ["mission_hours", "share_of_hours"]
    sums = plan["calendar"].groupby(["asset_id", "period_id"], sort=False)[figures].sum().reset_index()
    whole = sums.groupby("asset_id")["mission_hours"].sum().sort_values(ascending=False, kind="stable")
    rows = sums.assign(label=sums["asset_id"].map(named.label), value=sums["share_of_hours"])
    order = [named.label[one] for one in whole.index[:MOST_ASSETS]]
    rows, rest = rows[rows["label"].isin(order)], max(0, len(whole) - MOST_ASSETS)
    return _by_period(plan, "calendar", rows, order, named.short, rest)


def coverage_by_period(plan: Plan) -> Chart:
    """The coverage of every area in each period."""
    named, rows = plan.named("areas", "area_id", ONE, 1), plan["area_periods"]
    rows = rows.assign(label=rows["area_id"].map(named.label), value=rows["coverage"])
    return _by_period(plan, "coverage_by_period", rows, list(named.label.values()), named.short)


def _by_period(
    plan: Plan, name: str, rows: pd.DataFrame, order: list[str], short: Mapping[str, str], rest: int = 0
) -> Chart:
    if not len(rows):
        return nothing(name)
    periods = plan.names("periods", "period_id")
    rows = rows.assign(period=rows["period_id"].map(periods), text=rows["value"].map("{:.0%}".format))
    return forms.heat(name, rows, list(periods.values()), order, short, words={"rest": rest})


LIMITS, ASSETS = 20, 80
"""Most rows of the charts of shadow prices and of hours; the others are counted in a note."""
ACROSS = 30
"""Signs of the name of an area above the assets."""
NAMES_WIDTH = 196
"""Room for the names of what is scarce [pt]."""


def hours(plan: Plan) -> Chart:
    """Hours that are used of those there are, asset by asset, by kind, the most hours first."""
    limits = plan["prices"][plan["prices"]["limit_kind"] == "asset_hours"]
    if not len(limits):
        return nothing("hours")
    kinds, named = plan["fleet"].set_index("asset_id")["kind"], plan.named("fleet", "asset_id", ONE, 1)
    used, limit = numbers(limits["used"]), numbers(limits["limit"])
    table = limits[["id", "used", "limit"]].assign(
        label=limits["id"].map(named.label),
        kind=limits["id"].map(kinds).map(kind_words),
        all=1.0,
        share=np.divide(used, limit, out=np.zeros_like(used), where=limit > 0.0),
        text=[f"{one:,.0f} of {most:,.0f} h" for one, most in zip(used, limit, strict=True)],
    )
    table["of_kind"] = table.groupby("kind")["limit"].transform("sum")
    by, order = ["of_kind", "kind", "limit", "id"], [False, True, False, True]
    table = table.sort_values(by, ascending=order, kind="stable", ignore_index=True)
    frame, rest = table.drop(columns="of_kind").head(ASSETS), max(0, len(table) - ASSETS)
    colours = {kind_words(kind): colour for kind, colour in ASSET_KINDS.items()}
    scale = {kind: colours.get(kind, OTHERS) for kind in frame["kind"].unique()}
    return row_chart("hours", frame, named, scale, words={"rest": rest})


def prices(plan: Plan) -> Chart:
    """What one more hour and one more million would add, where they are scarce."""
    frame = prices_table(plan)
    if not len(frame):
        return nothing("prices")
    style = {"million": (f"million {plan.results.currency}", KINDS[1]), "hour": ("hour", KINDS[2])}
    parts = {kind: frame[frame["kind"] == kind] for kind in style}
    data = {kind: rows.head(LIMITS) for kind, rows in parts.items() if len(rows)}
    panels = [_price_panel(kind, rows, *style[kind]) for kind, rows in data.items()]
    spec: Spec = {"vconcat": panels, "spacing": 16, "usermeta": {"room": NAMES_WIDTH + 47}}
    spec["params"] = forms.narrow(dict(zip(frame["label"], frame["short"], strict=True)))
    rest = sum(max(0, len(rows) - LIMITS) for rows in parts.values())
    return forms.chart("prices", spec, data, {"rest": rest, "held": plan.held})


def prices_table(plan: Plan) -> pd.DataFrame:
    """What one more hour, or one more million, would add; only what is scarce, the scarcest first.

    Returns:
        Columns id, kind ("hour" or "million"), label, short (on a phone), km2 [risk-weighted km² for one
        more], text.
    """
    scarce = plan["prices"][plan["prices"]["shadow_price"] > 0.0]
    money = of_money(scarce)
    several = scarce["limit_kind"] + " " + scarce["id"]
    ids = scarce["id"].where(~scarce["id"].duplicated(keep=False), several).tolist()
    price = numbers(scarce["shadow_price"])
    km2 = np.where(money, per_unit_to_per_million(price), price)
    kinds = [LIMITED[kind] for kind in scarce["limit_kind"]]
    full = [
        name if kind.named_by_owner else f"{kind.words} {name}"
        for kind, name in zip(kinds, plan.limited(scarce), strict=True)
    ]
    short = {one: name for some in plan.short_names.values() for one, name in some.items()}
    called = named(ids, full, short)
    kind, text = np.where(money, "million", "hour"), [figure(value) for value in km2]
    table = pd.DataFrame({"id": ids, "kind": kind, "label": called.labels, "km2": km2, "text": text})
    table["short"] = list(called.short.values())
    return table.sort_values(["kind", "km2"], ascending=[True, False], kind="stable", ignore_index=True)


def _price_panel(data: str, frame: pd.DataFrame, what: str, colour: str) -> Spec:
    spec = row_chart("prices", frame, Names({}, {}), words={"colour": colour, "held": ""}).spec
    for each in spec["layer"]:
        each["encoding"]["y"]["axis"] |= {"minExtent": NAMES_WIDTH, "maxExtent": NAMES_WIDTH}
    title = {"text": f"Per {what}, at the rate of the next unit of …", "anchor": "start", "offset": 4}
    return {**spec, "params": [], "data": {"name": data}, "title": {**title, "frame": "bounds"}}


def patrols(plan: Plan, of: str = "mission_hours") -> Chart:
    """Assets by areas: mission hours, or money, in classes of about the same number of pairs."""
    what, unit = ("mission hours", "h") if of == "mission_hours" else ("money", plan.results.currency)
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
        "y": {**forms.names("asset", tall, grid=True, zindex=0), **gap},
        "x": {**forms.over("area", wide, -40, zindex=0), **gap},
        "fill": colour,
        "stroke": colour,  # with both Vega writes a legend of classes, no gradient
        "opacity": {"condition": {"test": IN_AREA, "value": 1}, "value": 0.25},
        "tooltip": forms.told("patrols", unit=unit),
    }
    spec = layer("rect", found, {"strokeWidth": 0}, data={"name": "patrols"})
    spec |= {"params": [AREA, *forms.narrow(asset.short)], "height": {"step": ROW}}
    spec["usermeta"] = {"least": 280 + 22 * len(wide), "aside": 60}
    return forms.chart(
        "patrols", spec, {"patrols": frame[["asset", "area", "area_id", "value"]]}, {"what": what}
    )


def _quantiles(values: npt.NDArray[np.float64], classes: int) -> list[float]:
    """Edges, to two digits, that part the values into classes of about the same number."""
    ordered = np.sort(values)
    edges = [float(f"{ordered[n * len(ordered) // classes]:.2g}") for n in range(1, classes)]
    return sorted({edge for edge in edges if edge > ordered[0]})
