"""Sea routes measured again, wherever on the globe the case lies."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.errors import AuditError
from planner.pipeline import plan
from planner.results.audit import audit
from planner.results.results import Results

ZONES = {"west": shapely.box(-4, 2, 0, 6), "east": shapely.box(0, 3.6, 3, 5)}
ISLAND, PORT = shapely.box(-1, 3.2, 2, 3.6), (-1.2, 3.1)
"""Two zones on either side of a meridian, with an island between port and zone."""


def _moved(folder: Path, east: float) -> Case:
    """The case of ``planner new`` with these zones, that many degrees farther east."""
    write_new_case(folder)

    def at(outline: BaseGeometry) -> dict[str, object]:
        moved = shapely.transform(outline, lambda place: place + np.array([east, 0.0]))
        return {"type": "Feature", "geometry": shapely.geometry.mapping(moved)}

    root = json.loads((folder / "areas.geojson").read_text(encoding="utf-8"))
    for feature in root["features"]:
        feature.update(at(ZONES[feature["properties"]["area_id"]]))
    (folder / "areas.geojson").write_text(json.dumps(root), encoding="utf-8")
    land = {"type": "FeatureCollection", "features": [{"properties": {}, **at(ISLAND)}]}
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
