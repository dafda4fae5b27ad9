"""Cases of many assets: 30 areas, squares of 3 degrees side by side, and programmes that may fund everything.

``python -m tests.benchmarks.many_assets FOLDER NUMBER`` writes a case of so many assets into a folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

N_AREAS, N_COLUMNS, N_BASES, N_PROGRAMMES = 30, 6, 20, 5
SIDE = 3.0
"""Side of an area [degrees]."""
WEST, SOUTH = 160.0, -12.0
SETTINGS = """title = "Many assets"
currency = "USD"
horizon_days = 365
dwell_days = 1
target_coverage = 0.3
objective = "coverage"

[cells]
spacing_nm = 60

[solver]
name = "highs"
gap_tolerance = 1e-4
time_limit_s = 600
max_rounds = 30
"""


def write_case(folder: Path, n_assets: int, seed: int = 0) -> None:
    """Write a case of random assets at random bases into a folder."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(SETTINGS, encoding="utf-8")
    ids = [f"area_{n}" for n in range(N_AREAS)]
    corners = [(WEST + SIDE * (n % N_COLUMNS), SOUTH + SIDE * (n // N_COLUMNS)) for n in range(N_AREAS)]
    features = [
        {
            "type": "Feature",
            "properties": {"area_id": one, "name": one, "coastal_state": "FJI", "risk_weight": 1.0}
            | {"source": "made up"},
            "geometry": {"type": "Polygon", "coordinates": [_square(*corner)]},
        }
        for one, corner in zip(ids, corners, strict=True)
    ]
    areas = {"type": "FeatureCollection", "features": features}
    (folder / "areas.geojson").write_text(json.dumps(areas), encoding="utf-8")
    bases = [f"base_{n}" for n in range(N_BASES)]
    width, height = SIDE * N_COLUMNS, SIDE * N_AREAS / N_COLUMNS
    tables = {
        "bases": {
            "base_id": bases,
            "name": bases,
            "country": "FJI",
            "kinds": "vessel;aircraft",
            "lon": WEST + width * random.random(N_BASES),
            "lat": SOUTH + height * random.random(N_BASES),
        },
        "assets": {
            "asset_id": [f"asset_{n}" for n in range(n_assets)],
            "name": "asset",
            "kind": random.choice(["vessel", "aircraft"], n_assets),
            "operator": "fji",
            "bases": random.choice(bases, n_assets),
            "units": 1,
            "hours_per_unit": random.uniform(500.0, 3000.0, n_assets),
            "transit_speed_kn": random.uniform(12.0, 250.0, n_assets),
            "search_speed_kn": random.uniform(10.0, 150.0, n_assets),
            "sweep_width_nm": random.uniform(2.0, 30.0, n_assets),
            "range_nm": random.uniform(500.0, 3000.0, n_assets),
            "endurance_h": random.uniform(8.0, 300.0, n_assets),
            "reserve": 0.1,
            "min_on_station_h": 0.5,
            "cost_per_hour": random.uniform(200.0, 5000.0, n_assets),
            "cost_per_mission": random.uniform(0.0, 5000.0, n_assets),
            "currency": "USD",
            "source": "made up",
        },
        "programmes": {
            "programme_id": [f"programme_{n}" for n in range(N_PROGRAMMES)],
            "name": "programme",
            "donor": "donor",
            "budget": random.uniform(2e6, 2e7, N_PROGRAMMES),
            "currency": "USD",
            "asset_kinds": "*",
            "areas": "*",
            "assets": "*",
            "source": "made up",
        },
        "access": {"operator": ["fji"], "areas": "*", "basis": "made up", "source": "made up"},
    }
    for name, columns in tables.items():
        pd.DataFrame(columns).to_csv(folder / f"{name}.csv", index=False)


def _square(west: float, south: float) -> list[list[float]]:
    east, north = west + SIDE, south + SIDE
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


if __name__ == "__main__":
    write_case(Path(sys.argv[1]), int(sys.argv[2]))
