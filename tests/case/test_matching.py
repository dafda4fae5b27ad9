"""Zones of another file take the place of a case's outlines; everything else of the areas stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from planner.case.import_areas import Choices, common_shares, import_areas
from planner.errors import InputError, Problem
from planner.geometry.polygons import as_array
from tests.case.conftest import Folder

# The case has two areas: west, 176 to 182 E and 20 to 15 S; east, 182 to 187 E and 23 to 17 S.
WEST = ("Western EEZ", (176, -20, 182.1, -15))
EAST = ("Eastern EEZ", (182.1, -23, 187, -17))
FAR = ("Far EEZ", (-160, -8, -150, 5))


def _zones(path: Path, *zones: tuple[str, tuple[float, ...]], **columns: object) -> Path:
    frame = gpd.GeoDataFrame(
        {
            "GEONAME": [name for name, _ in zones],
            "MRGID": list(range(1, len(zones) + 1)),
            **{name: [value] * len(zones) for name, value in columns.items()},
        },
        geometry=[shapely.box(*box) for _, box in zones],
        crs="EPSG:4326",
    )
    frame.to_file(path)
    return path


def _imported(folder: Folder, zones: Path, **options: Any) -> tuple[list[dict[str, Any]], list[Problem]]:
    collection, warnings = import_areas(zones, Choices(**options), folder.path / "areas.geojson")
    return collection["features"], warnings


def _failed(folder: Folder, zones: Path, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        _imported(folder, zones, **options)
    return caught.value.problems


def test_an_area_keeps_all_but_its_outline(folder: Folder, tmp_path: Path) -> None:
    zones = _zones(tmp_path / "eez.gpkg", FAR, EAST, WEST)  # no column for territories or codes
    before = folder.read().areas
    (west, east), (warning,) = _imported(folder, zones)
    assert west["properties"] == {
        "area_id": "west",
        "name": "Western zone",
        "coastal_state": "FJI",
        "risk_weight": 1.0,
        "source": west["properties"]["source"],
    }
    assert "eez.gpkg; Marine Regions zone 3 (marineregions.org)" in west["properties"]["source"]
    assert west["properties"]["source"].endswith("; risk_weight as in areas.geojson (assumed)")
    assert east["properties"]["source"].endswith(
        "; risk_weight and target_coverage as in areas.geojson (assumed)"
    )
    assert shapely.geometry.shape(west["geometry"]).bounds == (176, -20, 182.1, -15)
    assert shapely.geometry.shape(east["geometry"]).bounds == (182.1, -23, 187, -17)
    assert (warning.file, warning.row, warning.value) == ("eez.gpkg", 0, '"Far EEZ"')
    assert warning.rule == "is left out: 1 zone matches no area of areas.geojson"
    assert import_areas(zones, like=folder.path)[0]["features"] == [west, east], "by the case's folder"

    folder.write("areas.geojson", json.dumps({"type": "FeatureCollection", "features": [west, east]}))
    case = folder.read()
    assert case.warnings == ()
    kept = ["area_id", "name", "coastal_state", "risk_weight", "target_coverage"]
    assert case.areas[kept].equals(before[kept])


def test_the_mark_of_an_assumption_outlives_another_import(folder: Folder, tmp_path: Path) -> None:
    zones = _zones(tmp_path / "eez.gpkg", EAST, WEST)
    for _ in range(2):
        features, _ = _imported(folder, zones)
        folder.write("areas.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    assert features[0]["properties"]["source"].endswith("risk_weight as in areas.geojson (assumed)")
    folder.replace("areas.geojson", "areas.geojson (assumed)", "the minister's list")
    stated = _imported(folder, zones)[0][0]
    assert stated["properties"]["source"].endswith("risk_weight as in areas.geojson")


@pytest.mark.parametrize("shift", [-360, 0])
def test_longitudes_of_either_file_may_be_in_any_convention(
    folder: Folder, tmp_path: Path, shift: int
) -> None:
    name, (west, south, east, north) = EAST
    zones = _zones(tmp_path / "eez.gpkg", WEST, (name, (west + shift, south, east + shift, north)))
    features, warnings = _imported(folder, zones)
    assert [feature["properties"]["area_id"] for feature in features] == ["west", "east"]
    assert shapely.geometry.shape(features[1]["geometry"]).bounds == pytest.approx((182.1, -23, 187, -17))
    assert not warnings


def test_an_area_without_a_zone_is_named_with_the_nearest(folder: Folder, tmp_path: Path) -> None:
    # 182 to 187 and 184.6 to 190 share 2.4 of 8 degrees: 30%
    zones = _zones(tmp_path / "eez.gpkg", WEST, ("Shifted EEZ", (184.6, -23, 190, -17)))
    (problem,) = _failed(folder, zones)
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "areas.geojson",
        2,
        "area_id",
        "east",
    )
    assert (
        'in eez.gpkg that is mostly the same water (nearest is "Shifted EEZ", 30% in common)' in problem.rule
    )
    (filtered,) = _failed(folder, _zones(tmp_path / "b.gpkg", WEST, territory="West"), territory=["West"])
    assert filtered.value == "east"
    assert "nearest" not in filtered.rule


def test_half_of_the_water_is_enough(folder: Folder, tmp_path: Path) -> None:
    # 2.6 of 5 degrees are in both, on the same parallels: 52%; 2.4 would be 48%
    enough = _zones(tmp_path / "a.gpkg", WEST, ("Half", (182, -23, 184.6, -17)))
    features, (changed,) = _imported(folder, enough)
    assert len(features) == 2
    assert (changed.code, changed.value, "(-48.0%)" in changed.rule) == ("area_changed", "east", True)
    (problem,) = _failed(folder, _zones(tmp_path / "b.gpkg", WEST, ("Less", (182, -23, 184.4, -17))))
    assert "(nearest is Less, 48% in common)" in problem.rule


def test_of_two_zones_for_an_area_the_better_one_is_taken(folder: Folder, tmp_path: Path) -> None:
    claim = ("Older claim", (182, -23, 186, -17))  # 4 of 5 degrees; the other zone has 4.9
    features, (warning,) = _imported(folder, _zones(tmp_path / "eez.gpkg", claim, WEST, EAST))
    assert shapely.geometry.shape(features[1]["geometry"]).bounds == (182.1, -23, 187, -17)
    assert (warning.row, warning.value) == (1, '"Older claim"')
    assert warning.rule == 'is left out: "Eastern EEZ" overlaps the area east more'


def test_zones_left_out_are_counted_and_the_first_are_named(folder: Folder, tmp_path: Path) -> None:
    others = [(f"Other {at}", (-100 + at, 0, -99 + at, 1)) for at in range(40)]
    _, (warning,) = _imported(folder, _zones(tmp_path / "eez.gpkg", *others, WEST, EAST))
    assert warning.value == '"Other 0", "Other 1", "Other 2", "Other 3", "Other 4" and 35 more'
    assert warning.rule == "are left out: 40 zones match no area of areas.geojson"


def test_a_disputed_zone_is_taken_for_an_area_that_stands_for_it(folder: Folder, tmp_path: Path) -> None:
    zones = _zones(tmp_path / "eez.gpkg", WEST, EAST, POL_TYPE="Joint regime")
    features, warnings = _imported(folder, zones)
    assert len(features) == 2
    assert [warning.rule for warning in warnings] == [
        "is a zone where no single state has authority (joint regime)"
    ] * 2
    assert "check that TON gives access to east" in warnings[1].remedy


def _with_broken(path: Path, *zones: tuple[str, tuple[float, ...]]) -> Path:
    """Zones, and one whose outline has no area."""
    features = [
        {
            "type": "Feature",
            "properties": {"GEONAME": name},
            "geometry": json.loads(shapely.to_geojson(shapely.box(*box))),
        }
        for name, box in zones
    ]
    line = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0], [0, 0]]]}
    features.append({"type": "Feature", "properties": {"GEONAME": "Broken EEZ"}, "geometry": line})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_a_broken_zone_matters_only_if_an_area_needs_it(folder: Folder, tmp_path: Path) -> None:
    features, (warning,) = _imported(folder, _with_broken(tmp_path / "a.json", WEST, EAST))
    assert len(features) == 2
    assert (warning.row, warning.value) == (3, '"Broken EEZ"')
    assert warning.rule.startswith("is left out: ")
    assert "states no origin" in features[0]["properties"]["source"]
    problems = _failed(folder, _with_broken(tmp_path / "b.json", WEST))
    assert [problem.value for problem in problems] == ["east", '"Broken EEZ"']
    assert [problem.value for problem in _failed(folder, _with_broken(tmp_path / "c.json"))] == [
        "west",
        "east",
        '"Broken EEZ"',
    ]


def test_the_existing_areas_are_checked_first(folder: Folder, tmp_path: Path) -> None:
    zones = _zones(tmp_path / "eez.gpkg", WEST, EAST)
    folder.replace("areas.geojson", '"area_id": "east"', '"area_id": "west"')
    (twice,) = _failed(folder, zones)
    assert (twice.file, twice.row, twice.column) == ("areas.geojson", 2, "area_id")
    folder.replace("areas.geojson", '"risk_weight": 1.0', '"risk_weight": -1.0')
    assert {problem.column for problem in _failed(folder, zones)} == {"risk_weight", "area_id"}
    folder.write("areas.geojson", '{"type": "FeatureCollection", "features": []}')
    assert "has no area" in _failed(folder, zones)[0].rule
    folder.remove("areas.geojson")
    assert "is missing" in _failed(folder, zones)[0].rule


def test_shares_of_common_area() -> None:
    zones = as_array([shapely.box(0, -1, 2, 1), shapely.box(10, 0, 11, 1)])
    areas = as_array([shapely.box(1, -1, 3, 1), shapely.box(0, -1, 2, 1), shapely.box(20, 0, 21, 1)])
    zone, area, share = common_shares(zones, areas)
    found = {(int(z), int(a)): float(s) for z, a, s in zip(zone, area, share, strict=True)}
    assert found == {(0, 0): pytest.approx(1 / 3, rel=1e-12), (0, 1): pytest.approx(1, rel=1e-12)}
