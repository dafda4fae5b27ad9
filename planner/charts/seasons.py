"""What happens when: a calendar of the fleet, and the coverage of every area, by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from planner.charts.data import Plan
from planner.charts.names import ONE
from planner.charts.spec import ROW, Chart, Spec, layer, names, narrow, nothing, told
from planner.results.palette import HEAT, INK, PAPER

NO_PERIODS = "The case tells no periods of the year apart."
ASSETS = 60
"""Rows of the calendar; assets with fewer hours are counted in a note."""


def calendar(plan: Plan) -> Chart:
    """The share of every asset's hours that it works in each period."""
    title, named = "When every asset works", plan.named("fleet", "asset_id", ONE, 1)
    keys = ["asset_id", "period_id"]
    sums = plan["calendar"].groupby(keys, sort=False)[["mission_hours", "share_of_hours"]].sum().reset_index()
    if not len(sums):
        return nothing("calendar", title, NO_PERIODS)
    whole = sums.groupby("asset_id")["mission_hours"].sum().sort_values(ascending=False, kind="stable")
    order = [named.label[one] for one in whole.index[:ASSETS]]
    rest = max(0, len(whole) - ASSETS)
    rows = _said(plan, sums.assign(label=sums["asset_id"].map(named.label), value=sums["share_of_hours"]))
    note = "Share of each asset's mission hours that falls in each period; the most hours first."
    note += f" {rest} assets with fewer hours are not shown." if rest else ""
    tips = told(
        label="asset", period="period", value=("of its hours", ".0%"), mission_hours=("hours", ",.0f")
    )
    rows, periods = rows[rows["label"].isin(order)], list(plan.names("periods", "period_id").values())
    return heat("calendar", title, periods, rows, order, tips, note, named.short)


def coverage_by_period(plan: Plan) -> Chart:
    """The coverage of every area in each period."""
    title, named = "Coverage of every area by period", plan.named("areas", "area_id", ONE, 1)
    rows = plan["area_periods"]
    if not len(rows):
        return nothing("coverage_by_period", title, NO_PERIODS)
    rows = _said(plan, rows.assign(label=rows["area_id"].map(named.label), value=rows["coverage"]))
    tips = told(label="area", period="period", value=("coverage", ".1%"), risk_weight=("risk weight", ".3g"))
    note = "Area-weighted mean probability of detection in the period."
    order, periods = list(named.label.values()), list(plan.names("periods", "period_id").values())
    return heat("coverage_by_period", title, periods, rows, order, tips, note, named.short)


def _said(plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with the names of their periods, and their shares in words."""
    periods = plan.names("periods", "period_id")
    return rows.assign(period=rows["period_id"].map(periods), text=[f"{one:.0%}" for one in rows["value"]])


def heat(
    name: str,
    title: str,
    periods: Sequence[str],
    rows: pd.DataFrame,
    order: Sequence[str],
    tips: list[Spec],
    note: str,
    short: Mapping[str, str],
    angle: float = -25,
) -> Chart:
    """Rows by periods, in shades of ``value``, with ``text`` in each place."""
    axis = {"title": None, "orient": "top", "labelAngle": angle, "labelLimit": 160, "zindex": 0}
    x = {"field": "period", "type": "nominal", "sort": list(periods), "axis": axis}
    gap = {"scale": {"paddingInner": 0.06}}
    top = float(rows["value"].max()) or 1.0
    shade = {
        "field": "value",
        "type": "quantitative",
        "legend": None,
        "scale": {"type": "quantize", "domain": [0, top], "range": list(HEAT)},
    }
    place = {"y": {**names("label", order, grid=True, zindex=0), **gap}, "x": {**x, **gap}}
    light = {"condition": {"test": f"datum.value > {0.6 * top}", "value": PAPER}, "value": INK}
    cells = layer("rect", {**place, "color": shade, "tooltip": tips})
    said = layer("text", {**place, "text": {"field": "text"}, "color": light, "tooltip": tips})
    spec: Spec = {"layer": [cells, said], "data": {"name": name}, "params": narrow(short)}
    spec |= {"height": {"step": ROW}, "usermeta": {"least": 280, "aside": 20}}
    shown = ["label", "period", "value", "text", *(str(one["field"]) for one in tips)]
    data = {name: rows[list(dict.fromkeys(shown))]}
    return Chart(name, title, spec, data, (note,), f"{title}; the same figures are in the run's files.")
