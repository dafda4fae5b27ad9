"""The maps of a plan, all of one specification: only the field that is shown differs, and its colours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from planner.charts.data import Plan
from planner.charts.map_values import Shown
from planner.charts.spec import AREA, Chart, Spec, layer, longest, told
from planner.charts.themes import DIFFERENCE, OF_AREAS, Theme
from planner.frames import numbers
from planner.results.palette import INK, LAND, MARK, OTHERS, PAPER, QUIET, RULE, WATER

INDICATIVE = "Indicative outlines, not legal boundaries."
COARSE = "Land: coarse coast of Natural Earth, as the case brings no land; for orientation only."
MOST_SOURCES = 2
NO_RINGS = pd.DataFrame({"asset_id": [], "geometry": []})
_PREFIX = re.compile(r"^indicative outlines?\s*:\s*", re.IGNORECASE)


def map_chart(
    theme: Theme,
    found: Shown,
    unit: str = "",
    tips: list[Spec] | None = None,
    rings: bool = False,
) -> Chart:
    """One map of a plan, by cells or by areas.

    Args:
        theme: what it shows.
        found: what is known of the plan.
        unit: "cells" or "areas"; as in print if not given.
        tips: what the pointer shows, if not all there is.
        rings: whether there are range rings to choose from.
    """
    ground, by = found.ground, unit or theme.unit
    table = found.tables[by]
    colour = {**theme.colour(found), "title": theme.legend}
    legend = {"orient": "bottom", **colour.get("legend", {})}
    domain = colour["scale"]["domain"]
    numeric = colour["type"] == "quantitative"
    meta = {
        **{"ratio": round(ground.sheet.height / ground.sheet.width, 4), "map": True},
        "legend": 9 if numeric else longest(map(str, domain)),
    }
    data = {
        **{"shapes": table, "land": ground.land, "lines": ground.lines, "borders": ground.borders},
        **{"bases": ground.bases, "names": ground.names, "edge": ground.edge},
        "rings": ground.rings if rings else NO_RINGS,
    }
    return Chart(
        theme.name,
        theme.title,
        {
            "params": [AREA, *({"name": n, "value": v} for n, v in _PLACE.items())],
            "projection": _projection(ground.sheet.width),
            "view": {"fill": WATER, "stroke": RULE, "strokeWidth": 0.5},
            "layer": list(_layers(by, {**colour, "legend": legend}, data, tips)),
            "resolve": {"scale": {"stroke": "independent", "fill": "independent"}},
            "usermeta": meta,
        },
        data,
        (theme.note(by), _foot(found)),
        f"Map. {theme.title}. The same figures are in the tables below.",
    )


def difference(found: Shown, reference: Shown) -> tuple[Theme, Shown]:
    """The map of what changes from another plan, in POD; other cells than its show their area's."""
    areas, before = found.tables["areas"], reference.tables["areas"].set_index("area_id")["pod"]
    areas = areas.assign(difference=areas["pod"] - areas["area_id"].map(before))
    cells, theme = found.tables["cells"], DIFFERENCE
    if found.ground is reference.ground:
        change = numbers(cells["pod"]) - numbers(reference.tables["cells"]["pod"])
    else:
        change = numbers(cells["area_id"].map(areas.set_index("area_id")["difference"]))
        theme = replace(DIFFERENCE, notes=(OF_AREAS, DIFFERENCE.notes[1]))
    tables = {"cells": cells.assign(difference=change.round(4)), "areas": areas}
    return theme, Shown(found.plan, found.ground, tables, found.scales)


def outline_note(plan: Plan) -> str:
    """Where the areas' outlines are from, as the case says; and that they are indicative if it says so."""
    sources = list(dict.fromkeys(source for source in plan["areas"]["source"] if source))
    indicative = any("indicative" in source.casefold() for source in sources)
    parts = list(dict.fromkeys(_PREFIX.sub("", source) for source in sources))
    said = "; ".join(parts[:MOST_SOURCES]) + ("; and others" if len(parts) > MOST_SOURCES else "")
    return " ".join(part for part in (INDICATIVE * indicative, f"Outlines: {said}." if said else "") if part)


def _foot(found: Shown) -> str:
    count = found.ground.bases_beyond
    beyond = f"{count} base{' lies' if count == 1 else 's lie'} beyond the map." if count else ""
    land = COARSE if found.plan.coarse else ""
    projection = f"{found.ground.sheet.plane.name}."
    return " ".join(part for part in (outline_note(found.plan), land, beyond, projection) if part)


_PLACE = {"zoom": 1, "x": 0.5, "y": 0.5, "ring": None, "names_from": 0}
"""Where a map looks: how much nearer than the whole, the middle as parts of the frame; whose rings it has;
from which width on it has names."""


def _projection(units: float) -> Spec:
    at = [f"{side} / 2 - {middle} * {side} * zoom" for side, middle in (("width", "x"), ("height", "y"))]
    return {
        "type": "identity",
        "scale": {"expr": f"zoom * width / {units:g}"},
        "translate": {"expr": f"[{at[0]}, {at[1]}]"},
    }


def _layers(
    by: str, colour: Spec, data: Mapping[str, pd.DataFrame], tips: list[Spec] | None = None
) -> list[Spec]:
    outline = {"condition": {"test": "datum.area_id === area", "value": MARK}, "value": QUIET}
    wide = {"condition": {"test": "datum.area_id === area", "value": 2.2}, "value": 0.6}
    shape = {"clip": True, "filled": False, "strokeJoin": "round"}
    # the stroke closes the seams between cells; with both Vega writes a legend of classes, no gradient
    filled = {
        "shape": _SHAPE,
        "fill": colour,
        "stroke": colour,
        "tooltip": tips or _tips(by, colour["field"]),
    }
    place = {"longitude": {"field": "x"}, "latitude": {"field": "y"}}
    text = {**place, "text": {"field": "text"}, "opacity": {"value": {"expr": _NAMES}}}
    name = {"clip": True, "lineBreak": "\n", "baseline": "middle", "fontWeight": "bold"}
    halo = {"stroke": PAPER, "strokeWidth": 2.2, "strokeJoin": "round", "strokeOpacity": 0.8, "color": PAPER}
    base = {**place, "fill": _bases(data["bases"]), "tooltip": told(name="base", country="in")}
    dot = {"shape": "circle", "size": 16, "stroke": INK, "strokeWidth": 0.8, "opacity": 1, "clip": True}
    land = {"clip": True, "fill": LAND, "stroke": OTHERS, "strokeWidth": 0.2}
    ring = {**shape, "stroke": MARK, "strokeWidth": 1.3, "strokeDash": [5, 3]}
    layers = [
        _of("lines", "geoshape", {"shape": _SHAPE}, {**shape, "stroke": RULE, "strokeWidth": 0.4}),
        _of("shapes", "geoshape", filled, {"clip": True, "strokeWidth": 0.8, "strokeJoin": "round"}),
        _of("land", "geoshape", {"shape": _SHAPE}, land),
        _of("borders", "geoshape", {"shape": _SHAPE, "stroke": outline, "strokeWidth": wide}, shape),
        _of("rings", "geoshape", {"shape": _SHAPE}, ring, transform=[{"filter": "datum.asset_id === ring"}]),
        _of("bases", "point", base, dot),
        _of("names", "text", text, {**name, **halo}),
        _of("names", "text", text, {**name, "color": INK}),
    ]
    looks = {
        "bottom": {"align": "center", "baseline": "bottom"},
        "left": {"align": "left", "baseline": "middle"},
    }
    for side, look in looks.items():
        here = {"filter": f"datum.side === '{side}'"}
        marks = {**look, "color": QUIET, "clip": True}
        layers.append(_of("edge", "text", {**place, "text": {"field": "text"}}, marks, transform=[here]))
    return [one for one in layers if len(data[one["data"]["name"]]) or one["data"]["name"] == "rings"]


_SHAPE = {"field": "geometry", "type": "geojson"}


_NAMES = "width * sqrt(zoom) >= names_from ? 1 : 0"


def _of(data: str, mark: str, encoding: Spec, look: Spec, **more: object) -> Spec:
    return layer(mark, encoding, look, data={"name": data}, **more)


def _bases(bases: pd.DataFrame) -> Spec:
    kinds = {"base in use": PAPER, "base without missions": OTHERS, "base": PAPER}
    used = {kind: colour for kind, colour in kinds.items() if (bases["kind"] == kind).any()}
    legend = {"orient": "bottom", "symbolType": "circle", "symbolStrokeColor": INK, "symbolSize": 32}
    scale = {"domain": list(used), "range": list(used.values())}
    return {"field": "kind", "type": "nominal", "title": None, "scale": scale, "legend": legend}


def _tips(by: str, field: str) -> list[Spec]:
    change = told(difference=("difference of POD", "+.1%")) if field == "difference" else []
    whole = told(
        area="area",
        pod=("chance of detection (POD)" if by == "cells" else "coverage", ".1%"),
        target=("target of the area" if by == "cells" else "target", ".1%"),
    )
    more = told(
        cause="largest cause",
        risk=("risk weight", ".3~r"),
        km2=("water [km²]", ",.0f"),
        asset="mostly by",
        operator="operator",
    )
    if by == "areas":
        return [*change, *whole, *told(shortfall_km2=("shortfall [km²]", ",.0f")), *more]
    of_area = told(coverage=("coverage of the area", ".1%"))
    return [*change, *whole, *of_area, *more, *told(part=("its part", ".0%"), cell_id="cell")]
