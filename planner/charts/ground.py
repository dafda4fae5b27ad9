"""The ground of a plan's maps: everything projected once, in units of the sheet, y downwards.

The projection is Lambert's azimuthal equal-area one (``planner.charts.plane``), centred on the areas, so that
no library has to know about the antimeridian; specifications draw ready coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from planner.charts.data import Plan
from planner.charts.lettering import graticule, placed_names
from planner.charts.names import one_line
from planner.charts.plane import Plane, centred_plane
from planner.features.fleet import goes_by_sea
from planner.frames import Array, numbers, records
from planner.geometry.distance import GEOD
from planner.geometry.polygons import Booleans, Geometries, as_array, gather, one_of, parts_of
from planner.geometry.sea import sea_rings
from planner.units import nm_to_m

UNITS = 4000.0
"""Width of a sheet [units]: 3 km for the Pacific, half a pixel of print at 300 dots per inch."""
MARGIN = 0.03
"""Water round the areas, as a share of the longer side of their frame."""
BASES_WITHIN = 0.12
"""Bases this near to the areas' frame (same measure) are taken into it."""
LOWEST, HIGHEST = 0.3, 0.95
"""Height of a map over its width."""
DETAIL = 1.0
"""About how far an outline may move [units]."""
SPECK = 2.0
"""Radius of islets that are too small to be seen [units]."""
SMALLEST_HOLE, HALF = 36.0, 0.5
"""Holes of areas without a border: smaller ones [units²], and those of which more than this share is land."""
EARTH_KM = 6371.0
SEAM = 0.25
"""Land that was cut apart is joined where it agrees to this [units]."""
AZIMUTHS = 180
"""Points of a ring."""


@dataclass(frozen=True)
class Sheet:
    """The part of the plane that is drawn.

    Attributes:
        plane: the projection.
        west, north: upper left corner on the plane [km].
        width, height: size [units].
        scale: units per kilometre.
    """

    plane: Plane
    west: float
    north: float
    width: float
    height: float
    scale: float

    @property
    def reach_deg(self) -> float:
        """About how far from the middle of the plane its farthest corner is [degrees]."""
        east, south = self.west + self.width / self.scale, self.north - self.height / self.scale
        far = np.hypot(max(-self.west, east), max(self.north, -south))
        half = min(1.0, far / (2.0 * EARTH_KM))
        return 180.0 if self.plane.world else float(np.rad2deg(2.0 * np.arcsin(half))) + 1.0

    def points(self, lon: Any, lat: Any) -> Array:
        """Positions [units], shape (points, 2); NaN beyond the horizon."""
        return self.placed(self.plane.points(lon, lat))

    def placed(self, km: Array) -> Array:
        """Positions on the plane [km] as positions on the sheet [units]."""
        return np.stack([km[:, 0] - self.west, self.north - km[:, 1]], axis=-1) * self.scale

    def shapes(self, flat: Geometries) -> Geometries:
        """Shapes on the plane [km] as shapes on the sheet [units], cut at its edge."""
        moved = shapely.transform(shapely.make_valid(flat), self.placed)
        return as_array(shapely.clip_by_rect(moved, 0, 0, self.width, self.height))


@dataclass(frozen=True)
class Ground:
    """What all maps of a plan, and of plans of the same case, draw.

    Attributes:
        sheet: where things lie.
        cells, areas: outlines in the order of their tables, as GeoJSON.
        borders: ``area_id``, ``geometry`` without the shores of islands.
        land, lines: ``geometry``.
        bases: x, y, name, country, ``kind`` (whether missions start there).
        names, edge: x, y, text: names of areas, lines parted by line feeds; degrees of the graticule.
        plan: the plan, or the first of them.
    """

    sheet: Sheet
    cells: list[Any]
    areas: list[Any]
    borders: pd.DataFrame
    land: pd.DataFrame
    lines: pd.DataFrame
    bases: pd.DataFrame
    names: pd.DataFrame
    edge: pd.DataFrame
    plan: Plan

    @cached_property
    def rings(self) -> pd.DataFrame:
        """``asset_id``, ``geometry``: how far each asset can work; worked out where it is shown."""
        ids, lines = rings(self.plan)
        drawn = self.sheet.shapes(self.sheet.plane.lines(lines))
        kept = ~shapely.is_empty(drawn)
        return pd.DataFrame({"asset_id": ids[kept], "geometry": geojson(drawn[kept])})


def ground_of(plan: Plan) -> Ground:
    """Project and fit what a plan's maps show."""
    plane = centred_plane(plan.results.area_geometry)
    areas_km = plane.polygons(plan.results.area_geometry)
    bases_km = plane.points(plan.results.bases["lon"], plan.results.bases["lat"])
    sheet = fitted_sheet(plane, areas_km, bases_km)
    areas = sheet.shapes(areas_km)
    land = _land(plan, sheet)
    lines, edge = graticule(sheet)
    borders = pd.DataFrame({"area_id": plan["areas"]["area_id"], "geometry": geojson(_borders(areas, land))})
    return Ground(
        sheet=sheet,
        cells=geojson(_simpler(sheet.shapes(plane.polygons(plan.results.cell_geometry)))),
        areas=geojson(_simpler(areas)),
        borders=borders,
        land=pd.DataFrame({"geometry": geojson(land)}),
        lines=pd.DataFrame({"geometry": geojson(lines)}),
        bases=_bases(plan, sheet.placed(bases_km), sheet),
        names=placed_names(plan["areas"]["name"].tolist(), areas, (sheet.width, sheet.height)),
        edge=edge,
        plan=plan,
    )


def fitted_sheet(plane: Plane, areas_km: Geometries, bases_km: Array) -> Sheet:
    """The frame round the areas, with the bases near them, in the shape of a page."""
    west, south, east, north = shapely.total_bounds(areas_km)
    if not np.isfinite([west, south, east, north]).all():
        west, south, east, north = -100.0, -100.0, 100.0, 100.0
    longer = max(east - west, north - south, 1.0)
    reach = BASES_WITHIN * longer
    near = bases_km[
        (bases_km >= [west - reach, south - reach]).all(axis=1)
        & (bases_km <= [east + reach, north + reach]).all(axis=1)
    ]
    low = np.min([[west, south], *near], axis=0) - MARGIN * longer
    high = np.max([[east, north], *near], axis=0) + MARGIN * longer
    size = high - low
    size = np.maximum(size, [size[1] / HIGHEST, size[0] * LOWEST])
    corner = (low + high) / 2 + size * [-0.5, 0.5]
    scale = float(UNITS / size[0])
    return Sheet(plane, float(corner[0]), float(corner[1]), UNITS, float(size[1] * scale), scale)


def geojson(shapes: Geometries) -> list[Any]:
    """Outlines as GeoJSON in whole units, exteriors and holes in opposite directions; None for nothing."""
    return [
        None if shape.is_empty else _whole(shapely.geometry.mapping(shape))
        for shape in shapely.orient_polygons(as_array(shapes))
    ]


def _bases(plan: Plan, xy: Array, sheet: Sheet) -> pd.DataFrame:
    """The bases on the sheet, those in use on top."""
    inside = np.asarray(((xy >= 0.0) & (xy <= [sheet.width, sheet.height])).all(axis=1), dtype=bool)
    used = plan.results.bases["base_id"].isin(set(plan["missions"]["base_id"]))
    frame = pd.DataFrame(
        {
            "x": np.round(xy[:, 0], 1),
            "y": np.round(xy[:, 1], 1),
            "name": [one_line(name) for name in plan.results.bases["name"]],
            "country": [one_line(name) for name in plan.results.bases["country"]],
            "kind": np.where(used, "base in use", "base without missions"),
        }
    )
    return frame.loc[inside].sort_values("kind", ascending=False, kind="stable", ignore_index=True)


def _land(plan: Plan, sheet: Sheet) -> Geometries:
    """Land on the sheet, with as much detail as can be seen; islets as dots."""
    if not len(plan.land):
        return as_array([])
    xy, part = shapely.get_coordinates(plan.land, return_index=True)
    near = np.unique(part[sheet.plane.distance(xy[:, 0], xy[:, 1]) <= sheet.reach_deg])
    drawn, _ = parts_of(sheet.shapes(sheet.plane.polygons(plan.land[near])))
    small = shapely.area(drawn) < np.pi * SPECK**2
    large = shapely.union_all(drawn[~small], grid_size=SEAM)  # closes the cut at Greenwich
    dots = shapely.buffer(shapely.centroid(drawn[small]), SPECK, quad_segs=2)
    land = shapely.union_all([shapely.simplify(large, DETAIL), *dots])
    return as_array([] if land.is_empty else [land])


def _borders(areas: Geometries, land: Geometries) -> Geometries:
    """Borders of areas, with as much detail as can be seen; round their islands there is none."""
    parts, owner = parts_of(areas)
    rings, part = shapely.get_rings(parts, return_index=True)
    inner = np.diff(part, prepend=-1) == 0
    holes = as_array(shapely.polygons(rings))
    ground = shapely.union_all(land)
    island = inner & (shapely.area(holes) < SMALLEST_HOLE)
    large = np.flatnonzero(inner & ~island)
    dry = shapely.area(shapely.intersection(holes[large], ground))
    island[large] = dry > HALF * shapely.area(holes[large])
    kept = as_array(shapely.polygons(rings[~island], indices=part[~island]))
    return gather(as_array(shapely.simplify(kept, DETAIL)), owner, len(areas))


def _simpler(shapes: Geometries) -> Geometries:
    """Polygons with fewer points, edges that neighbours share staying shared; none vanishes."""
    polygons = gather(*parts_of(shapes), len(shapes))
    if not len(polygons):
        return polygons
    found = as_array(shapely.coverage_simplify(polygons, DETAIL))
    return as_array(np.where(shapely.is_empty(found), polygons, found))


def _whole(geometry: Mapping[str, Any]) -> dict[str, Any]:
    if geometry["type"] == "GeometryCollection":
        return {"type": geometry["type"], "geometries": [_whole(part) for part in geometry["geometries"]]}
    return {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}


def _rounded(values: Sequence[Any]) -> list[Any]:
    """Coordinates in whole units, without points that fall upon the one before."""
    if not isinstance(values[0][0], float):
        return [_rounded(value) for value in values]
    points = [[round(x), round(y)] for x, y in values]
    return [point for n, point in enumerate(points) if n in (0, len(points) - 1) or point != points[n - 1]]


def sails(plan: Plan) -> Booleans:
    """Whether each row of ``reach`` is of a vessel that sails round land."""
    kind = plan["reach"]["asset_id"].map(plan["fleet"].set_index("asset_id")["kind"])
    return goes_by_sea(kind) & (plan.run.get("routing") == "sea") & (plan.results.land is not None)


def rings(plan: Plan) -> tuple[pd.Series, Geometries]:
    """Ids of assets, and a line at the greatest distance at which each can work from each of its bases.

    Circles over the sea for aircraft and sensors, contours of the distance by sea for vessels.
    """
    ring = ["lon", "lat", "radius_nm"]
    reach = plan["reach"].assign(by_sea=sails(plan))
    reach = reach[reach["radius_nm"] > 0.0].drop_duplicates(["asset_id", *ring])
    some = reach.loc[reach["by_sea"], ring].drop_duplicates()
    found = _by_sea(plan, some) if len(some) else []
    by_sea = dict(zip(some.itertuples(index=False, name=None), found, strict=True))
    lines = [
        by_sea[row.lon, row.lat, row.radius_nm] if row.by_sea else _circle(row.lon, row.lat, row.radius_nm)
        for row in records(reach)
    ]
    return reach["asset_id"].reset_index(drop=True), as_array([shapely.LineString(line) for line in lines])


def _circle(lon: float, lat: float, radius_nm: float) -> Array:
    """Points at a geodesic distance, lon and lat [degrees]."""
    azimuth = np.linspace(0.0, 360.0, AZIMUTHS + 1)
    same = np.ones_like(azimuth)
    east, north, _ = GEOD.fwd(lon * same, lat * same, azimuth, nm_to_m(radius_nm) * same)
    return np.column_stack([east, north])


def _by_sea(plan: Plan, some: pd.DataFrame) -> list[Array]:
    """Contours of the distance by sea, in the box that the plan's own sea routes are found in."""
    cells, places = (
        np.column_stack([np.mod(each["lon"], 360.0), each["lat"]]) for each in (plan["cells"], some)
    )
    every = np.concatenate([cells, places])
    (west, south), (east, north) = np.floor(every.min(axis=0)), np.ceil(every.max(axis=0))
    return sea_rings(one_of(plan.land), places, numbers(some["radius_nm"]), cells, (west, south, east, north))
