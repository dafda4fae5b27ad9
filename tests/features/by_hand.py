"""Cases made of frames by hand, with nothing read from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.case import SERVICES, Case
from planner.schema.settings import Settings

Rows = Sequence[Mapping[str, Any]]

KINDS = ("vessel", "aircraft", "uncrewed_aircraft", "fixed", "satellite")
NAN = float("nan")
ASSET = {
    "kind": "vessel",
    "operator": "fji",
    "bases": ("suva",),
    "units": 2.0,
    "hours_per_unit": 1500.0,
    "transit_speed_kn": 12.0,
    "search_speed_kn": 10.0,
    "sweep_width_nm": 20.0,
    "range_nm": 3000.0,
    "endurance_h": 240.0,
    "reserve": 0.1,
    "min_on_station_h": 24.0,
    "cost_per_hour": 800.0,
    "cost_per_mission": 0.0,
    "service": "police",
    "boards": "",
}
SENSOR = {
    "kind": "satellite",
    "operator": "partner",
    "units": 3.0,
    "hours_per_unit": 100.0,
    "cost_per_hour": 0.0,
    "service": "civil",
    "lon": float("nan"),
    "lat": float("nan"),
    "radius_nm": float("nan"),
    "coverage_factor": float("nan"),
    "swept_km2_per_scene": 10_000.0,
    "hours_per_scene": 0.25,
    "cost_per_scene": 2000.0,
}
PLACE = {"period": "", "layer": "", "mode": "multiply", "future": "", "reach_nm": NAN, "visits": NAN}
RADAR = {
    "kind": "fixed",
    "lon": 178.0,
    "lat": -18.0,
    "radius_nm": 60.0,
    "coverage_factor": 1.5,
    "cost_per_hour": 10.0,
    "swept_km2_per_scene": float("nan"),
    "hours_per_scene": float("nan"),
    "cost_per_scene": float("nan"),
}


def make_case(
    *,
    areas: Mapping[str, str] | None = None,
    assets: Rows = (),
    sensors: Rows = (),
    programmes: Rows = (),
    access: Rows = (),
    risk: Rows = (),
) -> Case:
    """A case of named areas (id: coastal state), two bases and what else is given; nothing is checked."""
    states = areas or {"west": "FJI", "east": "TON", "south": "FJI"}
    every = {"asset_kinds": KINDS, "areas": tuple(states), "services": SERVICES, "budget": 1e6}
    ids = tuple(row["asset_id"] for row in assets) + tuple(row["sensor_id"] for row in sensors)
    return Case(
        settings=Settings(
            title="by hand", currency="USD", horizon_days=100.0, dwell_days=10.0, target_coverage=0.5
        ),
        areas=pd.DataFrame(
            {
                "area_id": list(states),
                "coastal_state": list(states.values()),
                "risk_weight": [1.0 + n for n in range(len(states))],
                "target_coverage": 0.5,
            }
        ),
        bases=pd.DataFrame(
            {
                "base_id": ["suva", "apia"],
                "lon": [178.4, 188.2],
                "lat": [-18.1, -13.8],
                "capacity_hours": float("inf"),
            }
        ),
        assets=_frame([{**ASSET, "name": "", **row} for row in assets], ["asset_id", "name", *ASSET]),
        sensors=_frame([{**SENSOR, "name": "", **row} for row in sensors], ["sensor_id", "name", *SENSOR]),
        programmes=_frame(
            [{**every, "assets": ids, **row} for row in programmes], ["programme_id", "assets", *every]
        ),
        access=_frame(
            [{"periods": (), "tasks": (), "kinds": (), **row} for row in access],
            ["operator", "areas", "periods", "tasks", "kinds"],
        ),
        periods=_frame([{"period_id": "year", "days": 100.0}], ["period_id", "days"]),
        availability=_frame((), ["period", "kinds", "assets", "bases", "areas", "share", "hours_per_unit"]),
        risk=_frame([{**PLACE, **row} for row in risk], ["lon", "lat", "weight", *PLACE]),
        land=None,
        sources=pd.DataFrame(),
        hashes={},
        warnings=(),
    )


def _frame(rows: Rows, columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))
