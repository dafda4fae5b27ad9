"""A case of two areas and a plan of it by hand: a boat, a plane, a radar and two programmes.

West (cells w1 of 1000 and w2 of 2000 km², target 0.5) and east (e1 of 4000 km², target 0.25); a target stays
a day of a horizon of 360. The boat goes 10 kn to w1, 100 nm off; the radar watches all cells and is paid for
in west.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from planner.core.prices import Prices
from planner.core.problem import ACTIVITY_IDS, GOAL_IDS, RESOURCE_IDS, Problem
from planner.features.assembly import GOAL_TYPES
from planner.results.ledger import Ledger, make_ledger

EVERYTHING = {"asset_kinds": ("vessel", "aircraft", "fixed"), "services": ("police", "military", "civil")}


def frame(text: str) -> pd.DataFrame:
    """A table written as CSV."""
    return pd.read_csv(StringIO(text), keep_default_na=False)


def small_case() -> Any:
    areas = frame(
        "area_id,name,coastal_state,risk_weight,target_coverage,source\n"
        "west,West,FJI,1.0,0.5,a survey\n"
        "east,East,TON,3.0,0.25,\n"
    )
    fleet = {"name": "", "operator": "fji", "service": "police", "units": 1.0}
    assets = frame(
        "asset_id,kind,transit_speed_kn,hours_per_unit\nboat,vessel,10.0,3000.0\nplane,aircraft,200.0,400.0\n"
    )
    sensors = frame("sensor_id,kind,lon,lat,hours_per_unit\nradar,fixed,178.0,-18.0,8640.0\n")
    programmes = frame("programme_id,name,donor,budget\npatrols,Patrols,A,2000000.0\neyes,Eyes,B,500000.0\n")
    everywhere = [{"areas": ("west", "east"), **EVERYTHING}] * 2
    return SimpleNamespace(
        settings=SimpleNamespace(horizon_days=360.0, dwell_days=1.0, currency="USD"),
        areas=areas,
        bases=pd.DataFrame({"base_id": ["port", "airfield"]}),
        assets=assets.assign(**fleet),
        sensors=sensors.assign(**fleet),
        programmes=programmes.assign(assets=[("boat", "radar"), ("plane",)]).join(pd.DataFrame(everywhere)),
        limits=pd.DataFrame(),
        periods=pd.DataFrame({"period_id": ["year"], "days": [360.0]}),
    )


def small_cells() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cell_id": ["w1", "w2", "e1"],
            "area": [0, 0, 1],
            "lon": [178.0, 179.5, 181.0],
            "lat": [-18.0, -0.0, -18.0],
            "area_km2": [1000.0, 2000.0, 4000.0],
            "risk_weight": [1.0, 2.0, 0.5],
        }
    )


def activity(
    feature: str, asset: str, base: str, area: str, programme: str, distance: float
) -> dict[str, Any]:
    period = "" if feature == "payment" else "year"
    ids = dict(zip(ACTIVITY_IDS, (feature, asset, base, area, programme, "", period), strict=True))
    return {**ids, "distance_nm": distance, "cost": 0.0, "upper": np.inf, "tie_break": 0.0}


def resource(kind: str, capacity: float, exact: bool = False, **ids: str) -> dict[str, Any]:
    named = {**dict.fromkeys(RESOURCE_IDS, ""), "kind": kind, "period_id": "year", **ids}
    return {**named, "capacity": capacity, "exact": exact}


def matrix(rows: int, columns: int, entries: Sequence[tuple[int, int, float]]) -> sparse.csc_array:
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csc_array((value, (row, column)), (rows, columns), dtype=np.float64)


def goals(*rows: dict[str, Any]) -> pd.DataFrame:
    """Goals for coverage."""
    columns = [*GOAL_IDS, *GOAL_TYPES]
    nothing = {name: -1 if name == "unmet" else 0 for name in columns}
    return pd.DataFrame([{**nothing, **row} for row in rows], columns=columns).astype(GOAL_TYPES)


def small_problem() -> Problem:
    nan = float("nan")
    done = [
        ("patrol", "boat", "port", "west", "", 100.0), ("patrol", "boat", "port", "east", "", 150.0),
        ("patrol", "plane", "airfield", "west", "", 200.0),
        ("patrol", "plane", "airfield", "east", "", 100.0),
        ("fixed_sensor", "radar", "", "west", "", nan), ("payment", "boat", "", "west", "patrols", nan),
        ("payment", "plane", "", "west", "eyes", nan), ("payment", "plane", "", "east", "eyes", nan),
        ("payment", "radar", "", "west", "patrols", nan), ("payment", "boat", "", "east", "patrols", nan),
    ]  # fmt: skip
    activities = pd.DataFrame([activity(*each) for each in done])
    hours = {"boat": 3000.0, "plane": 400.0, "radar": 8640.0}
    accounts = [("boat", "west"), ("plane", "west"), ("plane", "east"), ("radar", "west")]
    rows = [resource("hours", capacity, asset_id=asset) for asset, capacity in hours.items()]
    rows += [resource("places", 500.0, base_id="airfield")]
    rows += [resource("account", 0.0, True, asset_id=asset, area_id=area) for asset, area in accounts]
    rows += [
        resource("budget", money, programme_id=name) for name, money in (("patrols", 2e6), ("eyes", 5e5))
    ]
    resources = pd.DataFrame(rows)
    effect = [
        (0, 0, 0.02),
        (2, 1, 0.01),
        (1, 2, 0.05),
        (2, 3, 0.03),
        (0, 4, 1e-4),
        (1, 4, 3e-4),
        (2, 4, 2e-4),
    ]
    usage = [(0, 0, 50.0), (0, 1, 60.0), (1, 2, 8.0), (1, 3, 6.0), (2, 4, 1.0), (3, 2, 8.0), (3, 3, 6.0)]
    usage += [(4, 0, 4e4), (5, 2, 5e4), (6, 3, 4.5e4), (7, 4, 20.0)]
    usage += [(4, 5, -1.0), (5, 6, -1.0), (6, 7, -1.0), (7, 8, -1.0)]
    usage += [(8, 5, 1.0), (9, 6, 1.0), (9, 7, 1.0), (8, 8, 1.0), (8, 9, 1.0)]
    cells = small_cells()
    nodes = pd.DataFrame(
        {
            "cell_id": cells["cell_id"],
            "area_id": ["west", "west", "east"],
            "period_id": "year",
            "km2": cells["area_km2"],
            "weight": cells["area_km2"] * cells["risk_weight"],
        }
    )
    return Problem(
        nodes,
        activities.astype(dict.fromkeys(ACTIVITY_IDS, "category")),
        resources.astype(dict.fromkeys(RESOURCE_IDS, "category")),
        matrix(3, 10, effect),
        matrix(10, 10, usage),
        goals(),
        matrix(0, 3, ()),
    )


LEVELS = np.array([2.0, 0.0, 1.5, 10.0, 400.0, 80_000.0, 75_000.0, 450_000.0, 8_000.0, 0.004])
"""Of which the last, less than half a cent, is not reported."""
FACTOR = np.array([0.08, 0.195, 0.38])
"""2 x 0.02 + 400 x 1e-4;  1.5 x 0.05 + 400 x 3e-4;  10 x 0.03 + 400 x 2e-4."""
PRICES = Prices(
    resource=np.array([0.0, 2.5, 0.0, 0.75, 0.1, 0.1, 0.1, 0.1, 4e-4, 0.0]),
    goal=np.zeros(0),
    node=np.zeros(3),
)


def small_ledger() -> Ledger:
    return make_ledger(small_problem(), LEVELS, FACTOR, PRICES)
