"""Cases with land: vessels sail round it, aircraft fly over it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.errors import InputError
from planner.features.reach import reach_warnings
from planner.features.space import make_ground, make_space

WALL = shapely.box(176.5, -18.0, 181.5, -17.8)
"""Land between the western port (178.42 E, 18.13 S) and the north of its area."""
INSIDE = shapely.box(179.0, -17.0, 181.0, -15.5)
LAGOON = shapely.box(178.9, -17.1, 181.1, -15.4).difference(INSIDE)


def case_of(folder: Path, *land: shapely.Polygon, **changes: object) -> Case:
    write_new_case(folder)
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(each)} for each in land
    ]
    if features:
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (folder / "land.geojson").write_text(text, encoding="utf-8")
    return read_case(folder, changes)


def test_vessels_sail_round_land_and_aircraft_fly_over_it(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case", WALL)
    space = make_space(case)
    distances = space.distances.result
    port = case.bases["base_id"].tolist().index("west_port")
    north = ((space.cells["lat"] > -17.5) & (space.cells["area_id"] == "west")).to_numpy()
    assert (distances.of("vessel")[port, north] > distances.of("aircraft")[port, north] * 1.05).any()
    assert (distances.of("vessel") >= distances.of("aircraft")).all()
    rows = space.effort[space.effort["base"] >= 0]
    kind = case.assets["kind"].to_numpy()[rows["asset"]]
    for each in ("vessel", "aircraft"):
        some = rows[kind == each]
        assert some["distance_nm"].tolist() == distances.of(each)[some["base"], some["cell"]].tolist() != []


def test_a_case_may_ask_for_geodesics_and_spaces_know_the_difference(tmp_path: Path) -> None:
    sea = make_ground(case_of(tmp_path / "sea", WALL))
    straight_case = case_of(tmp_path / "straight", WALL, routing="geodesic")
    straight = make_ground(straight_case, [sea])
    assert straight.distances is not sea.distances
    assert straight.distances.result.sea_nm is straight.distances.result.base_nm
    again = make_ground(case_of(tmp_path / "again", WALL, routing="sea"), [straight, sea])
    assert again.distances is sea.distances or np.array_equal(
        again.distances.result.sea_nm, sea.distances.result.sea_nm
    )


def test_ways_by_sea_need_land(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        case_of(tmp_path / "case", routing="sea")
    assert [problem.code for problem in error.value.problems] == ["no_land"]
    assert not case_of(tmp_path / "without").by_sea


def test_bases_on_land_and_enclosed_water_are_told(tmp_path: Path) -> None:
    on_land = shapely.box(178.0, -18.4, 178.6, -17.9)
    case = case_of(tmp_path / "case", on_land, LAGOON, **{"cells.spacing_nm": 30})
    found = {each.code: each.value for each in reach_warnings(case, make_ground(case))}
    assert found["ashore"].startswith('"west_port (')
    cells = make_ground(case).cells
    inside = cells.loc[shapely.contains_xy(INSIDE, cells["lon"], cells["lat"])]
    assert inside["cell_id"].iloc[0] in found["closed_water"]


def test_a_port_shut_in_by_land_is_told_and_a_port_at_sea_is_not(tmp_path: Path) -> None:
    # the port at 178.42 E, 18.13 S in a basin of its own, with cells in it
    basin = shapely.box(178.0, -18.6, 178.9, -17.6)
    ring = shapely.box(177.9, -18.7, 179.0, -17.5).difference(basin)

    def told(*land: shapely.Polygon) -> dict[str, object]:
        case = case_of(tmp_path / str(len(land)), *land, **{"cells.spacing_nm": 20})
        return {each.code: each.value for each in reach_warnings(case, make_ground(case))}

    found = told(ring)
    assert found["shut_in"] == "west_port"
    assert "closed_water" not in found, "it is the port that is enclosed, not the sea"
    assert "shut_in" not in told(LAGOON, shapely.box(10.0, 10.0, 11.0, 11.0))


def test_a_port_far_inland_is_told_once(tmp_path: Path) -> None:
    wide = shapely.box(177.0, -19.0, 180.0, -17.0)
    case = case_of(tmp_path / "case", wide, **{"cells.spacing_nm": 150})
    found = [each.code for each in reach_warnings(case, make_ground(case)) if "west_port" in each.value]
    assert found == ["inland"]
