"""The charts of a plan: coverage gaps by cause, coverage against target, spending, hours, shadow prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from planner.charts.data import (
    ALL,
    CAUSE_WORDS,
    CAUSES,
    Plan,
    kind_words,
    operator_names,
)
from planner.charts.palette import (
    ASSET_KINDS,
    CAUSE_COLOURS,
    FAINT,
    HEAT,
    INK,
    KINDS,
    OTHERS,
    PAPER,
    RULE,
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
    totals,
)
from planner.frames import numbers
from planner.report.plain_text import figure
from planner.units import MILLION

EVERYONE = "All areas, each counted once"
REST = "others"
LIMITS, ASSETS = 20, 80
"""Most rows of the charts of shadow prices and of hours; the others are counted in a note."""


def gap_by_programme(plan: Plan) -> Chart:
    """What every programme's mandate lacks, by cause, and all areas together, each counted once."""
    frame = gaps(plan)
    title = "The coverage gap of every programme, by cause"
    if not (frame["km2"] > 0.0).any():
        return Chart("gap_by_programme", title, empty="Every target is met.")
    order = frame["label"].drop_duplicates().tolist()
    used = [cause for cause in CAUSES if frame.loc[frame["cause"] == CAUSE_WORDS[cause], "km2"].sum() > 0.0]
    scale = {CAUSE_WORDS[cause]: CAUSE_COLOURS[cause][0] for cause in used}
    y = names("label", order)
    bars: Spec = {
        "y": y,
        "x": amount("km2", "shortfall to the targets [km²]", aggregate="sum", stack="zero"),
        "color": coloured("cause", scale),
        "order": {"field": "place", "type": "ordinal"},
        "tooltip": [*told(label=("of", ""), cause=("cause", "")), totals("km2", ",.0f", "shortfall [km²]")],
    }
    sums = {
        "y": y,
        "x": {**totals("km2", "", "shortfall to the targets [km²]"), "stack": None},
        "text": totals("km2", ",.3s"),
    }
    return Chart(
        "gap_by_programme",
        title,
        layered(
            "gaps",
            layer("bar", bars, {"stroke": PAPER, "strokeWidth": 0.4}),
            layer("text", sums, BESIDE),
            params=[AREA],
            transform=[IN_AREA],
            height={"step": ROW + 3},
            usermeta={"legend": longest(scale), "aside": 26},
        ),
        {"gaps": frame},
        (
            "Shortfall in each programme's mandate, by what stands in the way as the programme sees it. "
            "Mandates overlap: an area counts in every programme that may fund it, so never add the bars.",
        ),
        "Shortfall of each programme's mandate by cause; the same figures are in the table of programmes.",
    )


def gaps(plan: Plan) -> pd.DataFrame:
    """The parts of the shortfall of all areas, and of every programme's mandate.

    Returns:
        Columns label, programme_id, area_id, cause (in words), km2, place (of the cause); all areas first,
        programmes by falling shortfall.
    """
    causes, named = plan["causes"], _programmes(plan)
    whole = causes[causes["level"] == "area"]
    whole = whole if len(whole) else causes[causes["level"] == ALL]
    found = causes[causes["level"] == "programme"]
    by_area = found[found["area_id"] != ALL]
    found = by_area if len(by_area) else found
    short = found.groupby("programme_id")["km2"].sum().reindex(list(named)).fillna(0.0)
    ranked = short.sort_values(ascending=False, kind="stable").index.tolist()
    parts = [whole.assign(label=EVERYONE)]
    parts += [found[found["programme_id"] == one].assign(label=named[str(one)]) for one in ranked]
    both = pd.concat(parts, ignore_index=True)
    both = both.assign(place=both["cause"].map({cause: n for n, cause in enumerate(CAUSES)}))
    both["cause"] = both["cause"].map(CAUSE_WORDS)
    return both[["label", "programme_id", "area_id", "cause", "km2", "place"]]


def coverage_by_area(plan: Plan) -> Chart:
    """Coverage of every area beside its target, the largest shortfall first."""
    table = plan["areas"]
    named = plan.names("areas", "area_id")
    table = table.assign(spare=table["coverage"] - table["target_coverage"])
    table = table.sort_values(["shortfall_km2", "spare"], ascending=[False, True], kind="stable")
    frame = table[["area_id", "coverage", "target_coverage", "shortfall_km2"]].assign(
        label=[named[one] for one in table["area_id"]],
        end=np.maximum(table["target_coverage"], table["coverage"]),
        text=[
            f"{coverage:.1%}" + (", met" if met else f", {_short(short)} km² short")
            for coverage, met, short in zip(
                table["coverage"], table["met"], table["shortfall_km2"], strict=True
            )
        ],
    )
    y = names("label", frame["label"].tolist())
    share = {"format": "%", "tickCount": 5}
    scale = {"coverage": KINDS[0], "missing to the target": FAINT, "target": INK}
    colour = coloured("is", scale)
    tips = told(
        label=("area", ""),
        coverage=("coverage", ".1%"),
        target_coverage=("target", ".1%"),
        shortfall_km2=("shortfall [km²]", ",.0f"),
    )

    def kind(word: str) -> list[Spec]:
        return [{"calculate": f"'{word}'", "as": "is"}]

    what = "coverage [share of the water]"
    end = {**amount("end", what, axis=share), "scale": {"domainMin": 0}}
    wide = {"y": y, "x": end, "color": colour, "tooltip": tips}
    reached = {"y": y, "x": amount("coverage", what, axis=share), "color": colour, "tooltip": tips}
    wanted = {"y": y, "x": amount("target_coverage", what, axis=share), "color": colour, "tooltip": tips}
    return Chart(
        "coverage_by_area",
        "Coverage against target",
        layered(
            "areas",
            layer("bar", wide, {"stroke": RULE, "strokeWidth": 0.4}, transform=kind("missing to the target")),
            layer("bar", reached, transform=kind("coverage")),
            layer("tick", wanted, {"thickness": 1.8, "opacity": 1}, transform=kind("target")),
            layer("text", {"y": y, "x": end, "text": {"field": "text"}}, BESIDE),
            params=[AREA],
            transform=[IN_AREA],
            height={"step": ROW - 2},
            usermeta={"legend": longest(scale), "aside": 26},
        ),
        {"areas": frame},
        ("Coverage of every area against its target, the largest shortfall first.",),
        "Coverage and target of every area; the same figures are in the table of areas.",
    )


def spending(plan: Plan, by: str = "operator") -> Chart:
    """Budgets and spending of every programme, and whose work, or what kind of asset, it pays for."""
    title = "Who pays for whose work" if by == "operator" else "What kind of asset the money pays for"
    budgets = plan["programmes"].sort_values("budget", ascending=False, kind="stable")
    word = "operator" if by == "operator" else "kind"
    if not (budgets["budget"] > 0.0).any():
        return Chart("spending", title, empty="No programme has a budget, and nothing is spent.")
    named = _programmes(plan)
    bars = pd.DataFrame(
        {
            "programme_id": budgets["programme_id"],
            "label": [named[one] for one in budgets["programme_id"]],
            "budget": budgets["budget"],
            "spent": budgets["spent"],
            "text": [
                f"{_short(spent)} of {_short(budget)}"
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
    asset, programme = plan.names("fleet", "asset_id"), _programmes(plan)
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


CHARTS: Mapping[str, Callable[[Plan], Chart]] = {
    "gap_by_programme": gap_by_programme,
    "coverage_by_area": coverage_by_area,
    "spending": spending,
    "hours": hours,
    "prices": prices,
}
"""The charts of a plan that are drawn for print, by name."""


def _programmes(plan: Plan) -> dict[str, str]:
    return {one: in_two(name) for one, name in plan.names("programmes", "programme_id").items()}


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


def _short(value: float) -> str:
    """A large number in short: 2.42M, 476k."""
    for size, word in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return figure(value / (1e3 if word == "k" else size)) + word
    return f"{value:,.0f}"


def _ranked(frame: pd.DataFrame, by: str) -> list[str]:
    found: list[str] = frame.groupby(by)["value"].sum().sort_values(ascending=False).index.tolist()
    return found


def _quantiles(values: Sequence[float] | np.ndarray, classes: int) -> list[float]:
    """Edges, to two digits, that part the values into classes of about the same number."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    edges = [float(f"{ordered[n * len(ordered) // classes]:.2g}") for n in range(1, classes)]
    return sorted({edge for edge in edges if edge > ordered[0]})
