"""Small multiples: the map of detection in each period of the year, side by side, in the same colours."""

from __future__ import annotations

import pandas as pd

from planner.charts.map_values import Shown
from planner.charts.seasons import NO_PERIODS
from planner.charts.spec import Chart, Spec, layer, nothing, told
from planner.charts.themes import THEMES
from planner.results.palette import LAND, OTHERS, QUIET, RULE, WATER

NAME, TITLE = "map_by_period", "How likely a vessel is seen, period by period"
FEW, GAP, TITLE_PT = 4, 8, 160
"""So many periods stand in two columns, more in three; room between two maps, and of their titles [pt]."""
_SHAPE = {"field": "geometry", "type": "geojson"}


def period_maps(found: Shown) -> Chart:
    """A map of the probability of detection for each period."""
    plan, ground = found.plan, found.ground
    if not len(plan["cell_periods"]):
        return nothing(NAME, TITLE, NO_PERIODS)
    periods = plan.names("periods", "period_id")
    fields = {period: f"pod_{number}" for number, period in enumerate(periods)}
    pod = plan["cell_periods"].pivot_table(index="cell_id", columns="period_id", values="pod", observed=True)
    cells = found.tables["cells"][["geometry", "cell_id", "area_id", "area"]]
    wide = pod.reindex(index=cells["cell_id"], columns=list(fields)).round(4).to_numpy()
    cells = cells.assign(**{field: wide[:, number] for number, field in enumerate(fields.values())})
    data = {"shapes": cells, "land": ground.land, "borders": ground.borders}
    columns = 2 if len(fields) <= FEW else 3
    meta = {"units": ground.sheet.width, "columns": columns, "gap": GAP, "legend": 9}
    meta["ratio"] = round(ground.sheet.height / ground.sheet.width, 4)
    panels = [_panel(found, periods[period], field, data) for period, field in fields.items()]
    spec: Spec = {"concat": panels, "columns": columns, "spacing": GAP, "usermeta": meta}
    note = "Probability that a vessel that stays in a cell for its dwell time is detected (POD)."
    label = f"Maps. {TITLE}. The same figures are in the run's files."
    return Chart(NAME, TITLE, spec, data, (note,), label)


def _panel(found: Shown, title: str, field: str, data: dict[str, pd.DataFrame]) -> Spec:
    theme = THEMES["map_pod"]
    colour = {**theme.colour(found), "field": field, "title": theme.legend}
    colour["legend"] = {**colour["legend"], "orient": "bottom"}
    shape = {"clip": True, "filled": False, "strokeJoin": "round"}
    tips = told(area="area", **{field: ("chance of detection (POD)", ".1%")}, cell_id="cell")
    filled = {"shape": _SHAPE, "fill": colour, "stroke": colour, "tooltip": tips}
    layers = [
        layer("geoshape", filled, {"clip": True, "strokeWidth": 0.6}, data={"name": "shapes"}),
        layer(
            "geoshape", {"shape": _SHAPE}, {"clip": True, "fill": LAND, "stroke": OTHERS, "strokeWidth": 0.2},
            data={"name": "land"},
        ),
        layer(
            "geoshape", {"shape": _SHAPE}, {**shape, "stroke": QUIET, "strokeWidth": 0.4},
            data={"name": "borders"},
        ),
    ]  # fmt: skip
    drawn = [one for one in layers if len(data[one["data"]["name"]])]
    return {
        "title": {"text": title, "anchor": "start", "fontWeight": "normal", "limit": TITLE_PT},
        "view": {"fill": WATER, "stroke": RULE, "strokeWidth": 0.5},
        "projection": {"type": "identity", "translate": [0, 0]},
        "layer": drawn,
    }
