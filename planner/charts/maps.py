"""The maps of a plan, all of one specification: only the field that is shown differs, and its colours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.charts.data import Plan
from planner.charts.forms import AREA, chart, coloured, layers, longest, nothing, told
from planner.charts.map_values import Shown
from planner.charts.spec import LOOKS, PAGE, Chart, Spec, declared, filled
from planner.frames import numbers
from planner.results import palette
from planner.results.palette import CAUSE_COLOURS, CIVIDIS, PAPER, even_edges

INDICATIVE = "Indicative outlines, not legal boundaries."
COARSE = "Land: coarse coast of Natural Earth, as the case brings no land; for orientation only."
MOST_SOURCES = 2
NO_RINGS = pd.DataFrame({"asset_id": [], "geometry": []})
BY_PERIOD = "map_by_period"
FEW, GAP = 4, 8
"""So many periods stand in two columns, more in three; room between two maps [pt]."""
_PREFIX = re.compile(r"^indicative outlines?\s*:\s*", re.IGNORECASE)
_PLACE = {"zoom": 1, "x": 0.5, "y": 0.5, "ring": None, "names_from": 0}
"""Where a map looks: how much nearer than the whole, the middle as parts of the frame; whose rings it has;
from which width on it has names."""
_VIEW = {"fill": palette.WATER, "stroke": palette.RULE, "strokeWidth": 0.5}


def _classes(field: str, edges: Sequence[float], colours: Sequence[str], form: str) -> Spec:
    scale = {"type": "threshold", "domain": list(edges), "range": list(colours)}
    legend = {"type": "symbol", "format": form}
    return {"field": field, "type": "quantitative", "scale": scale, "legend": legend}


def _risk(found: Shown) -> Spec:
    risk = found.tables["cells"]["risk"]
    edges = even_edges(numbers(risk), len(CIVIDIS))[1:-1]
    if not edges:
        return coloured("risk", {float(f"{risk.max():g}"): CIVIDIS[-1]})  # type: ignore[dict-item]
    steps = np.linspace(0, len(CIVIDIS) - 1, len(edges) + 1).round().astype(int)
    return _classes("risk", edges, [CIVIDIS[step] for step in steps], "~r")


def _cause(found: Shown) -> Spec:
    there = {cause for table in found.tables.values() for cause in table["cause"]}
    return coloured("cause", {word: colour for colour, word in CAUSE_COLOURS.values() if word in there})


_COLOURS: Mapping[str, Callable[[Shown], Spec]] = {
    "map_cause": _cause,
    "map_risk": _risk,
    "map_who": lambda found: coloured("operator", found.scales["operator"]),
    "map_asset": lambda found: coloured("asset", found.scales["asset"]),
}
"""The colours of maps that depend on what is shown."""


@dataclass(frozen=True)
class Theme:
    """What a map shows, as ``charts.toml`` declares it.

    Attributes:
        name: of its figure.
        label: a word for a choice of maps.
        title: in words.
        legend: a heading for its colours.
        cells, areas: what is shown of each.
        unit: "cells" or "areas", whichever the figure for print shows.
        classes: field, edges, colours and format of its classes; none where colours depend on what is shown.
        title_areas, legend_areas: of areas, where these are other words.
        other_cells: what is shown of cells that are not those of the plan it is compared with.
    """

    name: str
    label: str
    title: str
    legend: str
    cells: str
    areas: str
    unit: str = "cells"
    classes: Sequence[Any] = ()
    other_cells: str = ""
    title_areas: str = ""
    legend_areas: str = ""

    def colour(self, found: Shown, by: str = "cells") -> Spec:
        """The encoding of its colours, of "cells" or "areas"."""
        classes = filled(self.classes, LOOKS)
        legend = (by == "areas" and self.legend_areas) or self.legend
        return {**(_classes(*classes) if classes else _COLOURS[self.name](found)), "title": legend}


_ALL = {name: Theme(name, **said) for name, said in declared()["themes"].items()}
DIFFERENCE = _ALL["map_difference"]
THEMES: Mapping[str, Theme] = {name: one for name, one in _ALL.items() if one is not DIFFERENCE}
"""The maps of a plan, by name."""
PRINTED = tuple(name for name in THEMES if name != "map_asset")
"""The maps that are drawn for print."""


def map_chart(
    theme: Theme, found: Shown, unit: str = "", tips: list[Spec] | None = None, rings: bool = False
) -> Chart:
    """One map of a plan, by "cells" or "areas"; by which of them as in print, if neither is named.

    ``tips`` is what the pointer shows, if not all there is; ``rings``: there are range rings to choose from.
    """
    ground, by = found.ground, unit or theme.unit
    colour = theme.colour(found, by)
    colour["legend"] = {"orient": "bottom", **colour.get("legend", {})}
    numeric = colour["type"] == "quantitative"
    data = {
        **{"shapes": found.tables[by], "land": ground.land, "lines": ground.lines, "borders": ground.borders},
        **{"bases": ground.bases, "names": ground.names, "edge": ground.edge},
        "rings": ground.rings if rings else NO_RINGS,
    }
    at = [f"{side} / 2 - {middle} * {side} * zoom" for side, middle in (("width", "x"), ("height", "y"))]
    scale = {"expr": f"zoom * width / {ground.sheet.width:g}"}
    projection = {"type": "identity", "scale": scale, "translate": {"expr": f"[{at[0]}, {at[1]}]"}}
    style = {"colour": colour, "told": tips or _tips(by, colour["field"]), "bases": _bases(ground.bases)}
    style["seen"] = {"value": {"expr": "width * sqrt(zoom) >= names_from ? 1 : 0"}}
    spec: Spec = {
        "params": [AREA, *({"name": name, "value": value} for name, value in _PLACE.items())],
        **{"projection": projection, "view": _VIEW},
        "layer": layers("map", data, style),
        "resolve": {"scale": {"stroke": "independent", "fill": "independent"}},
        "usermeta": {
            **{"ratio": round(ground.sheet.height / ground.sheet.width, 4), "map": True},
            "legend": 9 if numeric else longest(map(str, colour["scale"]["domain"])),
        },
    }
    of_areas = by == "areas"
    made = chart("map", spec, data, {"title": (of_areas and theme.title_areas) or theme.title})
    said = theme.areas if of_areas else theme.cells
    return replace(made, name=theme.name, notes=(said, _foot(found)))


def difference(found: Shown, reference: Shown) -> tuple[Theme, Shown]:
    """The map of what changes from another plan, in POD; other cells than its show their area's."""
    areas, before = found.tables["areas"], reference.tables["areas"].set_index("area_id")["pod"]
    areas = areas.assign(difference=areas["pod"] - areas["area_id"].map(before))
    cells, theme = found.tables["cells"], DIFFERENCE
    change = cells["area_id"].map(areas.set_index("area_id")["difference"])
    if found.ground is reference.ground:
        change = cells["pod"] - reference.tables["cells"]["pod"]
    else:
        theme = replace(DIFFERENCE, cells=DIFFERENCE.other_cells)
    tables = {"cells": cells.assign(difference=change.round(4)), "areas": areas}
    return theme, replace(found, tables=tables)


def outline_note(plan: Plan) -> str:
    """Where the areas' outlines are from, as the case says; and that they are indicative if it says so."""
    sources = list(dict.fromkeys(source for source in plan["areas"]["source"] if source))
    indicative = any("indicative" in source.casefold() for source in sources)
    parts = list(dict.fromkeys(_PREFIX.sub("", source) for source in sources))
    said = "; ".join(parts[:MOST_SOURCES]) + ("; and others" if len(parts) > MOST_SOURCES else "")
    return " ".join(part for part in (INDICATIVE * indicative, f"Outlines: {said}." if said else "") if part)


def _foot(found: Shown) -> str:
    count = len(found.plan.results.bases) - len(found.ground.bases)
    coarse = COARSE * (found.plan.results.land is None)
    beyond = f"{count} base{' lies' if count == 1 else 's lie'} beyond the map." if count else ""
    parts = (outline_note(found.plan), coarse, beyond, f"{found.ground.sheet.plane.name}.")
    return " ".join(filter(None, parts))


def _bases(bases: pd.DataFrame) -> Spec:
    kinds = {"base in use": PAPER, "base without missions": palette.OTHERS, "base": PAPER}
    used = {kind: colour for kind, colour in kinds.items() if (bases["kind"] == kind).any()}
    legend = {"orient": "bottom", "symbolType": "circle", "symbolStrokeColor": palette.INK, "symbolSize": 32}
    return coloured("kind", used, legend=legend)


def _tips(by: str, field: str) -> list[Spec]:
    of_cells = by == "cells"
    words = {"pod": "coverage", "target": "target"}
    if of_cells:
        words = {"pod": "chance of detection (POD)", "target": "target of the area"}
    return [
        *(told("map", "tips_difference") if field == "difference" else []),
        *told("map", **words),
        *told("map", f"tips_{by}"),
        *told("map", "tips_more"),
        *(told("map", "tips_cell") if of_cells else []),
    ]


def period_maps(found: Shown) -> Chart:
    """Small multiples: the probability of detection in each period, side by side, in the same colours."""
    plan, ground = found.plan, found.ground
    if not len(plan["cell_periods"]):
        return nothing(BY_PERIOD)
    periods = plan.names("periods", "period_id")
    pod = plan["cell_periods"].pivot_table(index="cell_id", columns="period_id", values="pod", observed=True)
    cells = found.tables["cells"][["geometry", "cell_id", "area_id", "area"]]
    wide = pod.reindex(index=cells["cell_id"], columns=list(periods)).round(4).to_numpy()
    fields = [f"pod_{number}" for number in range(len(periods))]
    cells = cells.assign(**dict(zip(fields, wide.T, strict=True)))
    data = {"shapes": cells, "land": ground.land, "borders": ground.borders}
    columns = 2 if len(fields) <= FEW else 3
    meta = {"units": ground.sheet.width, "columns": columns, "gap": GAP, "legend": 9}
    meta["ratio"] = round(ground.sheet.height / ground.sheet.width, 4)
    colour = THEMES["map_pod"].colour(found)
    colour["legend"] = {**colour["legend"], "orient": "bottom"}
    title = {"anchor": "start", "fontWeight": "normal", "limit": PAGE / columns - GAP}
    panels = [
        {
            "title": {"text": period, **title},
            **{"view": _VIEW, "projection": {"type": "identity", "translate": [0, 0]}},
            "layer": layers(BY_PERIOD, data, {"colour": {**colour, "field": field}, "pod": field}),
        }
        for period, field in zip(periods.values(), fields, strict=True)
    ]
    spec: Spec = {"concat": panels, "columns": columns, "spacing": GAP, "usermeta": meta}
    return chart(BY_PERIOD, spec, data)
