"""Outlines on the page: projected with equal areas, rounded to the page's units, written as SVG paths.

The map is drawn with ready coordinates, so that no library has to know about the antimeridian, and a plan of
twenty thousand cells stays small: x and y are whole numbers, each point as its distance from the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from planner.geometry.polygons import Geometries, parts_of

UNITS = 6000
"""Width of the map in units of the page: 2 km for the Pacific, a third of a pixel of a wide screen."""
LONGEST_EDGE_DEG = 1.0
"""Longer edges are divided before they are projected."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sheet:
    """The sheet that a map is drawn on.

    Attributes:
        lon, lat: centre of the Lambert azimuthal equal-area projection [degrees].
        west, north: corner of the frame in the plane [m].
        unit_m: metres of a unit.
        width, height: of the frame [units].
    """

    lon: float
    lat: float
    west: float
    north: float
    unit_m: float
    width: int
    height: int

    @property
    def project(self) -> pyproj.Transformer:
        """From degrees to metres in the plane."""
        return _transformer(self.lon, self.lat)

    def points(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
        """Positions in units of the page, shape (points, 2); y runs down."""
        x, y = self.project.transform(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))
        return np.stack([(np.asarray(x) - self.west), (self.north - np.asarray(y))], axis=-1) / self.unit_m

    def flat(self, geometries: Geometries) -> Geometries:
        """Geometries in degrees as geometries in units of the page."""
        if not len(geometries):
            return geometries
        divided = shapely.segmentize(geometries, LONGEST_EDGE_DEG)
        return np.asarray(shapely.transform(divided, lambda xy: self.points(xy[:, 0], xy[:, 1])))


def sheet(areas: Geometries, lon: Floats, lat: Floats, margin: float = 0.03) -> Sheet:
    """A sheet with room for all areas and the given points, its centre amid the areas.

    Args:
        areas: polygons, longitudes 0 to 360, shape (areas,).
        lon: longitudes of points that shall be seen too [degrees].
        lat: their latitudes [degrees].
        margin: room around all, as a part of the width.
    """
    corners = shapely.get_coordinates(areas)
    at_lon, at_lat = _centre(corners)
    x, y = _transformer(at_lon, at_lat).transform(
        np.concatenate([corners[:, 0], lon]), np.concatenate([corners[:, 1], lat])
    )
    west, east, south, north = np.min(x), np.max(x), np.min(y), np.max(y)
    room = margin * max(east - west, north - south)
    unit_m = float(max(east - west, north - south) + 2 * room) / UNITS
    width, height = ((far - near + 2 * room) / unit_m for far, near in ((east, west), (north, south)))
    return Sheet(at_lon, at_lat, float(west - room), float(north + room), unit_m, round(width), round(height))


def path(geometry: shapely.Geometry) -> str:
    """Rings and lines as an SVG path of whole numbers; empty where nothing is left of them."""
    return "".join(_ring(line) for line in _lines(geometry))


def simplified(geometries: Geometries, tolerance: float) -> Geometries:
    """Polygons with fewer points, edges that neighbours share staying shared; none vanishes.

    Args:
        geometries: polygons in units of the page.
        tolerance: about the largest distance by which an edge moves [units].
    """
    if not len(geometries):
        return geometries
    found = np.asarray(shapely.coverage_simplify(geometries, tolerance), dtype=object)
    return np.where(shapely.is_empty(found), geometries, found)


def _lines(geometry: shapely.Geometry) -> Iterator[Floats]:
    kinds = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
    for part in shapely.get_parts(np.asarray([geometry], dtype=object)):
        if shapely.get_type_id(part) in kinds:
            yield shapely.get_coordinates(part)
        else:
            polygons, _ = parts_of(np.asarray([part], dtype=object))
            for ring in shapely.get_rings(polygons):
                yield shapely.get_coordinates(ring)


def _ring(points: Floats) -> str:
    if not len(points):
        return ""
    at = np.round(points).astype(np.int64)
    step = np.diff(at, axis=0)
    step = step[step.any(axis=1)]
    closed = bool((at[0] == at[-1]).all())
    if closed:
        step = step[:-1]
    if len(step) < (2 if closed else 1):
        return ""
    moves = "".join(f"{x}{y:+d}" if n == 0 or x < 0 else f" {x}{y:+d}" for n, (x, y) in enumerate(step))
    return f"M{at[0, 0]} {at[0, 1]}l{moves}" + ("z" if closed else "")


def _centre(corners: Floats) -> tuple[float, float]:
    """The middle of the spans of longitude and latitude; longitudes run from 0 to 360."""
    turn = 360.0
    lon = np.sort(np.unique(np.mod(corners[:, 0], turn)))
    gaps = np.diff(np.append(lon, lon[0] + turn))
    widest = int(np.argmax(gaps))
    start = lon[(widest + 1) % len(lon)]
    middle = (start + (turn - gaps[widest]) / 2) % turn
    return float(middle), float((corners[:, 1].min() + corners[:, 1].max()) / 2)


def _transformer(lon: float, lat: float) -> pyproj.Transformer:
    plane = f"+proj=laea +lon_0={lon:.9f} +lat_0={lat:.9f} +ellps=WGS84 +units=m +no_defs"
    return pyproj.Transformer.from_crs("EPSG:4326", plane, always_xy=True)
