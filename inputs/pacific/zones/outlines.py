"""Cut the land out of the zones, make them small, and write GeoJSON."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from sphere import area_km2

DECIMALS = 4
# Tolerances of the simplification of lines (square root of the area that a vertex may change), in degrees.
ZONE_TOLERANCE_DEG = 0.01
COAST_TOLERANCE_DEG = 0.006
# Smaller islands are left in the water of areas.geojson: together less than 0.1% of any zone.
SMALLEST_HOLE_KM2 = 1.0

# land.geojson: west, east, south, north in degrees, and its own simplification.
LAND_REGION = (125.0, 245.0, -40.0, 30.0)
LAND_TOLERANCE_DEG = 0.02
SMALLEST_ISLAND_KM2 = 2.0
# Around it, for the eye alone: coarse land as far as a map of the zones reaches.
SURROUNDINGS = (108.0, 245.0, -48.0, 30.0)
SURROUNDINGS_TOLERANCE_DEG = 0.15
SURROUNDINGS_SMALLEST_KM2 = 2000.0
SURROUNDINGS_GRID_DEG = 0.01


def simplify_zones(shares: dict[str, shapely.Geometry], area_ids: list[str]) -> dict[str, shapely.Geometry]:
    """Simplify the wanted shares as one coverage (a border of two zones stays one line) and round them."""
    coverage = shapely.coverage_simplify([shares[area_id] for area_id in area_ids], ZONE_TOLERANCE_DEG)
    return {area_id: _rounded(geometry) for area_id, geometry in zip(area_ids, coverage, strict=True)}


def cut_land(zones: dict[str, shapely.Geometry], land: list[shapely.Polygon]) -> dict[str, shapely.Geometry]:
    """Take the islands of at least `SMALLEST_HOLE_KM2` out of every zone."""
    kept = simplify_land(land, SMALLEST_HOLE_KM2, COAST_TOLERANCE_DEG)
    tree = shapely.STRtree(kept)
    water = {}
    for area_id, zone in zones.items():
        own = [kept[i] for i in tree.query(zone, predicate="intersects")]
        water[area_id] = _rounded(shapely.difference(zone, shapely.union_all(own)) if own else zone)
    return water


def simplify_land(
    land: list[shapely.Polygon], smallest_km2: float, tolerance_deg: float
) -> list[shapely.Polygon]:
    """Land pieces of at least the given area, simplified and rounded; pieces that touch become one."""
    large = [piece for piece in land if area_km2(piece) >= smallest_km2]
    simple = shapely.coverage_simplify([shapely.union_all([_valid(piece) for piece in large])], tolerance_deg)
    return [piece for piece in shapely.get_parts(_rounded(simple[0])) if piece.area > 0.0]


def clip_land(land: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Land within `LAND_REGION`."""
    west, east, south, north = LAND_REGION
    box = shapely.box(west, south, east, north)
    return _pieces(shapely.intersection([_valid(piece) for piece in land], box))


def land_around(land: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Land beyond `LAND_REGION`."""
    west, east, south, north = LAND_REGION
    box = shapely.box(west, south, east, north)
    around = shapely.difference([_valid(piece) for piece in land], box)
    return _pieces(shapely.set_precision(around, SURROUNDINGS_GRID_DEG))


def write_zones(path: Path, zones: dict[str, shapely.Geometry], attributes: Path, risk: Path) -> None:
    """Write areas.geojson: one feature a zone, names of zones.csv, weights, visits, targets of risk.csv."""
    weights = {row["area_id"]: row for row in _rows(risk)}
    features = []
    for row in _rows(attributes):
        area_id = row["area_id"]
        properties = {
            "area_id": area_id,
            "name": row["name"],
            "coastal_state": row["coastal_state"],
            "risk_weight": float(weights[area_id]["risk_weight"]),
            "visits_per_year": int(weights[area_id]["visits_per_year"]),
            "target_coverage": float(weights[area_id]["target_coverage"]),
            "source": row["source"],
        }
        features.append({"type": "Feature", "properties": properties, "geometry": _geometry(zones[area_id])})
    _write(path, features)


def write_land(path: Path, land: list[shapely.Polygon]) -> None:
    """Write land.geojson, one feature a piece of land, without properties."""
    features = [{"type": "Feature", "properties": {}, "geometry": _geometry(piece)} for piece in land]
    _write(path, features)


def _rounded(geometry: shapely.Geometry) -> shapely.Geometry:
    """Coordinates to `DECIMALS`, areas only."""
    rounded = shapely.transform(geometry, lambda xy: np.asarray(np.round(xy, DECIMALS), dtype=np.float64))
    return _areal(_valid(rounded))


def _pieces(geometries: object) -> list[shapely.Polygon]:
    parts = shapely.get_parts(geometries, return_index=False)
    return [part for part in parts if isinstance(part, shapely.Polygon) and not part.is_empty]


def _valid(geometry: shapely.Geometry) -> shapely.Geometry:
    return geometry if shapely.is_valid(geometry) else _areal(shapely.make_valid(geometry))


def _areal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry, without stray lines and points."""
    flat = [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]
    return flat[0] if len(flat) == 1 else shapely.multipolygons(flat)


def _geometry(geometry: shapely.Geometry) -> dict[str, object]:
    """GeoJSON geometry: outer rings counter-clockwise (RFC 7946), coordinates with `DECIMALS`."""
    polygons = [
        [_ring(ring) for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in shapely.get_parts(shapely.orient_polygons(geometry))
    ]
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    coordinates: NDArray[np.float64] = shapely.get_coordinates(ring)
    return [[round(float(lon), DECIMALS), round(float(lat), DECIMALS)] for lon, lat in coordinates]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _write(path: Path, features: Sequence[Mapping[str, object]]) -> None:
    """One feature a line, so that a change shows."""
    lines = ",\n".join(json.dumps(feature, separators=(",", ":"), ensure_ascii=False) for feature in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")
