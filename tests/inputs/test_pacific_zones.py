"""The zone outlines of the Pacific case: areas, borders, water only, overlap with published zones."""

import csv
import itertools
import json
import math
import os
import tomllib
from pathlib import Path

import pytest
import shapely
from pyproj import Geod
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parents[2]
CASE = ROOT / "inputs" / "pacific"
FIGURES = Path(__file__).with_name("published_zone_areas.csv")
PARTNER_ZONES = {"new_caledonia", "french_polynesia"}
GEOD = Geod(ellps="WGS84")

# Island interiors, lon 0-360 and lat: none may lie in the water of its zone.
INTERIORS = {
    "fiji": (178.0, -17.8),
    "fsm": (158.22, 6.88),
    "french_polynesia": (210.55, -17.65),
    "new_caledonia": (165.5, -21.4),
    "niue": (190.14, -19.05),
    "palau": (134.58, 7.52),
    "png": (145.0, -6.0),
    "samoa": (187.55, -13.62),
    "solomon_islands": (160.1, -9.6),
    "tonga": (184.80, -21.18),
    "vanuatu": (166.8, -15.3),
}

# Zone code of a published boundary file (property `zone`) -> area id.
PUBLISHED_CODES = {
    "CK": "cook_islands",
    "FJ": "fiji",
    "FM": "fsm",
    "KI-G": "kiribati_gilbert",
    "KI-L": "kiribati_line",
    "KI-P": "kiribati_phoenix",
    "MH": "marshall_islands",
    "NC": "new_caledonia",
    "NR": "nauru",
    "NU": "niue",
    "PF": "french_polynesia",
    "PG": "png",
    "PW": "palau",
    "SB": "solomon_islands",
    "TK": "tokelau",
    "TO": "tonga",
    "TV": "tuvalu",
    "VU": "vanuatu",
    "WS": "samoa",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def features(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def area_km2(geometry: shapely.Geometry) -> float:
    """Geodesic area of polygons, holes taken off, independent of ring orientation."""
    total = 0.0
    for polygon in shapely.get_parts(geometry):
        if not isinstance(polygon, shapely.Polygon):
            continue
        rings = [abs(GEOD.geometry_area_perimeter(shapely.Polygon(ring))[0]) for ring in polygon.interiors]
        total += abs(GEOD.geometry_area_perimeter(shapely.Polygon(polygon.exterior))[0]) - sum(rings)
    return total / 1e6


def accept(errors: dict[str, float], usual: float, worst: float) -> None:
    """At least 14 of the 17 zones within `usual`; none of all 19 beyond `worst`."""
    own = [error for area_id, error in errors.items() if area_id not in PARTNER_ZONES]
    assert len(own) == 17
    assert sum(error <= usual for error in own) >= 14, errors
    assert max(errors.values()) <= worst, errors


@pytest.fixture(scope="module")
def zones() -> dict[str, BaseGeometry]:
    return {f["properties"]["area_id"]: shape(f["geometry"]) for f in features(CASE / "areas.geojson")}


def test_nineteen_zones_with_the_agreed_columns(zones: dict[str, BaseGeometry]) -> None:
    assert set(zones) == set(PUBLISHED_CODES.values())
    columns = {"area_id", "name", "coastal_state", "risk_weight", "visits_per_year", "target_coverage"}
    for feature in features(CASE / "areas.geojson"):
        assert set(feature["properties"]) == {*columns, "source"}


def test_geodesic_areas_agree_with_the_published_figures(zones: dict[str, BaseGeometry]) -> None:
    published = {row["area_id"]: float(row["area_km2"]) for row in rows(FIGURES)}
    errors = {area_id: abs(area_km2(zones[area_id]) / published[area_id] - 1.0) for area_id in zones}
    accept(errors, usual=0.02, worst=0.06)


def test_zones_are_valid_areas(zones: dict[str, BaseGeometry]) -> None:
    for area_id, zone in zones.items():
        assert zone.is_valid, area_id
        assert zone.geom_type in {"Polygon", "MultiPolygon"}, area_id


def test_no_two_zones_overlap(zones: dict[str, BaseGeometry]) -> None:
    for (first, a), (second, b) in itertools.combinations(zones.items(), 2):
        if a.intersects(b):
            limit = 1e-6 * min(area_km2(a), area_km2(b))
            assert area_km2(shapely.intersection(a, b)) < limit, (first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("fsm", "palau"),
        ("fsm", "png"),
        ("fsm", "marshall_islands"),
        ("marshall_islands", "kiribati_gilbert"),
        ("nauru", "kiribati_gilbert"),
        ("tuvalu", "kiribati_gilbert"),
        ("tuvalu", "fiji"),
        ("png", "solomon_islands"),
        ("solomon_islands", "vanuatu"),
        ("vanuatu", "new_caledonia"),
        ("vanuatu", "fiji"),
        ("fiji", "tonga"),
        ("tonga", "niue"),
        ("samoa", "tokelau"),
        ("tokelau", "kiribati_phoenix"),
        ("cook_islands", "french_polynesia"),
        ("cook_islands", "niue"),
        ("kiribati_line", "french_polynesia"),
    ],
)
def test_neighbours_share_their_border(zones: dict[str, BaseGeometry], first: str, second: str) -> None:
    common = shapely.intersection(zones[first].boundary, zones[second].boundary)
    assert common.length > 0.1  # degrees of common line, vertex by vertex


def test_neighbouring_zones_leave_no_slivers(zones: dict[str, BaseGeometry]) -> None:
    """A hole of the joined zones that touches two of them is high seas, not a gap along a border."""
    joined = shapely.union_all(list(zones.values()))
    for polygon in shapely.get_parts(joined):
        for ring in polygon.interiors:
            hole = shapely.Polygon(ring)
            beside = [area_id for area_id, zone in zones.items() if zone.intersects(ring)]
            assert len(beside) == 1 or area_km2(hole) > 10_000.0, (beside, hole.centroid)


def test_zones_are_water_only(zones: dict[str, BaseGeometry]) -> None:
    for area_id, (lon, lat) in INTERIORS.items():
        point = shapely.Point(lon, lat)
        assert not zones[area_id].contains(point), area_id
        assert shapely.Polygon(shapely.get_parts(zones[area_id])[0].exterior).distance(point) < 8.0, area_id


def test_zones_are_whole_across_180_degrees(zones: dict[str, BaseGeometry]) -> None:
    for area_id in ("fiji", "tuvalu"):
        west, _, east, _ = zones[area_id].bounds
        assert west < 180.0 < east
    assert all(zone.bounds[0] > 125.0 and zone.bounds[2] < 245.0 for zone in zones.values())
    assert zones["fiji"].contains(shapely.Point(180.0, -20.0))


def test_files_are_small() -> None:
    assert (CASE / "areas.geojson").stat().st_size <= 1_500_000
    assert (CASE / "land.geojson").stat().st_size <= 500_000


def test_land_is_valid_and_holds_the_island_interiors() -> None:
    pieces = [shape(f["geometry"]) for f in features(CASE / "land.geojson")]
    assert all(piece.is_valid and piece.geom_type == "Polygon" for piece in pieces)
    for lon, lat in [*INTERIORS.values(), (134.0, -25.0), (175.5, -38.5)]:
        assert any(piece.contains(shapely.Point(lon, lat)) for piece in pieces), (lon, lat)
    assert not any(piece.contains(shapely.Point(190.0, 0.0)) for piece in pieces)


def test_risk_weights_follow_their_formula() -> None:
    """weight = 0.3 + 2.7 sqrt(v / v_max), v the fishing days per km2, 2,500 hooks a day (weights.py)."""
    table, effort = rows(CASE / "zones" / "risk.csv"), rows(CASE / "zones" / "effort.csv")

    def mean(area_id: str, column: str) -> float:
        found = [float(row[column]) for row in effort if row["area_id"] == area_id and row[column]]
        return sum(found) / len(found)

    density = {
        row["area_id"]: (
            mean(row["area_id"], "purse_seine_days") + mean(row["area_id"], "longline_hundred_hooks") / 25
        )
        / float(row["published_area_km2"])
        for row in table
    }
    written = {f["properties"]["area_id"]: f["properties"] for f in features(CASE / "areas.geojson")}
    stated = tomllib.loads((CASE / "case.toml").read_text(encoding="utf-8"))
    for row in table:
        area_id = row["area_id"]
        formula = 0.3 + 2.7 * math.sqrt(density[area_id] / max(density.values()))
        assert float(row["risk_weight"]) == pytest.approx(formula, abs=0.0051)
        assert written[area_id]["risk_weight"] == float(row["risk_weight"])
        stays = density[area_id] * float(row["published_area_km2"]) / 14  # each of 14 days
        assert written[area_id]["visits_per_year"] == pytest.approx(stays, abs=0.5)
        assert written[area_id]["target_coverage"] == float(row["target_coverage"])
        for phase in ("el_nino", "la_nina"):
            for kind in ("scenarios", "futures"):
                own = stated[kind][phase]["areas"][area_id]
                assert own["risk_weight"] == float(row[f"weight_{phase}"])
    # what the two years of El Nino and the five of La Nina are known for
    weights = {row["area_id"]: (float(row["weight_el_nino"]), float(row["weight_la_nina"])) for row in table}
    assert weights["kiribati_gilbert"][0] > weights["kiribati_gilbert"][1]
    assert weights["png"][0] < weights["png"][1]


def test_overlap_with_a_published_boundary_file(zones: dict[str, BaseGeometry]) -> None:
    name = os.environ.get("PLANNER_PUBLISHED_ZONES")
    if not name:
        pytest.skip(
            "set PLANNER_PUBLISHED_ZONES to a GeoJSON file of published zones (property `zone`, 0-360)"
        )
    differences = {}
    for feature in features(Path(name)):
        area_id = PUBLISHED_CODES.get(feature["properties"]["zone"])
        if area_id is not None:
            other = shapely.make_valid(shape(feature["geometry"]))
            common = area_km2(shapely.intersection(zones[area_id], other))
            joint = area_km2(zones[area_id]) + area_km2(other) - common
            differences[area_id] = 1.0 - common / joint
    accept(differences, usual=0.03, worst=0.10)
