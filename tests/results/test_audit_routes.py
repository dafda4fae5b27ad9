"""Sea routes measured again, wherever on the globe the case lies."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.errors import AuditError
from planner.features.space import make_space
from planner.pipeline import plan
from planner.results.audit import audit
from planner.results.audit_physics import gather_evidence
from planner.results.audit_routes import routes
from planner.results.results import Results

ZONES = {"west": shapely.box(-4, 2, 0, 6), "east": shapely.box(0, 3.6, 3, 5)}
ISLAND, PORT = shapely.box(-1, 3.2, 2, 3.6), (-1.2, 3.1)
"""Two zones on either side of a meridian, with an island between port and zone."""


BARRIER = shapely.box(-4.5, 3.2, 2, 4.2)
"""An island that parts the western zone: from the port it is some 440 nm to water 100 nm away."""


def _moved(folder: Path, east: float, island: BaseGeometry = ISLAND) -> Case:
    """The case of ``planner new`` with these zones, that many degrees farther east."""
    write_new_case(folder)

    def at(outline: BaseGeometry) -> dict[str, object]:
        moved = shapely.transform(outline, lambda place: place + np.array([east, 0.0]))
        return {"type": "Feature", "geometry": shapely.geometry.mapping(moved)}

    root = json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))
    for feature in root["features"]:
        feature.update(at(ZONES[feature["properties"]["area_id"]]))
    (folder / "areas.geojson").write_text(json.dumps(root), encoding="utf-8")
    land = {"type": "FeatureCollection", "features": [{"properties": {}, **at(island)}]}
    (folder / "land.geojson").write_text(json.dumps(land), encoding="utf-8")
    bases = (folder / "bases.csv").read_text(encoding="utf-8")
    port = f"{(PORT[0] + east + 180.0) % 360.0 - 180.0:.6f},{PORT[1]}"
    (folder / "bases.csv").write_text(bases.replace("178.42,-18.13", port), encoding="utf-8")
    return read_case(folder, {"cells.spacing_nm": 40, "areas.west.risk_weight": 0})


@pytest.mark.parametrize("east", [0.0, 180.0])  # across Greenwich, and across 180
def test_ways_across_a_meridian_are_ways_anywhere(tmp_path: Path, east: float) -> None:
    case = _moved(tmp_path / "there", east)
    there: Results = plan(case, causes=False)
    here = plan(_moved(tmp_path / "here", 90.0), causes=False)
    # the grid of cells lies a little differently
    assert there.certificate.value == pytest.approx(here.certificate.value, rel=0.02)
    by_sea = there.missions["asset_id"] == "patrol_boat"
    longer = there.missions.assign(distance_nm=there.missions["distance_nm"] + by_sea * 300.0)
    with pytest.raises(AuditError, match="distance_nm: west_port to"):
        audit(case, replace(there, missions=longer))


@pytest.mark.parametrize("table", ["missions", "boardings"])
def test_geodesics_over_land_are_no_ways(tmp_path: Path, table: str) -> None:
    case = _moved(tmp_path, 90.0, BARRIER)
    results, cells = plan(case, causes=False), make_space(case).cells
    port = case.bases["base_id"].tolist().index("west_port")
    period = results.missions["period_id"].iloc[0]
    one = {"asset_id": "patrol_boat", "base_id": "west_port", "period_id": period, "missions": 1.0}
    distances = make_space(case).distances.result

    def told(nm: np.ndarray) -> list[str]:
        rows = pd.DataFrame({**one, "cell_id": cells["cell_id"], "distance_nm": nm})[np.isfinite(nm)]
        rows = rows.reindex(columns=getattr(results, table).columns)
        empty = {name: getattr(results, name).iloc[:0] for name in ("missions", "boardings")}
        return list(routes(gather_evidence(case, replace(results, **{**empty, table: rows}))))

    assert told(distances.sea_nm[port]) == []
    found = told(distances.base_nm[port])
    assert found
    assert all(finding.startswith(f"{table}.csv distance_nm: west_port to ") for finding in found)
