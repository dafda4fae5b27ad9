"""An equal-area plane for a map: Lambert's azimuthal projection, centred on what is shown.

    x, y = R(β, λ - λ0; β0)        km, areas kept exactly (on the ellipsoid, through authalic latitudes)

Zones all round the Earth are shown on the Equal Earth projection, which holds everything.

Sources: Snyder, Map Projections: A Working Manual (USGS 1395, 1987), chapter 24, as in PROJ's ``laea``;
Šavrič, Patterson and Jenny, The Equal Earth map projection (IJGIS 33, 2019), as in PROJ's ``eqearth``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from planner.frames import Array, numbers
from planner.geometry.distance import on_sphere
from planner.geometry.longitude import TURN
from planner.geometry.polygons import Geometries, Integers, as_array, gather, parts_of

SEGMENT_DEG = 0.5
"""Longest edge before projection: a straight line of the file becomes a curve of the map."""
TILE_DEG, POLE_DEG = 10.0, 90.0
NEAR_DEG, HORIZON_DEG = 90.0, 150.0
"""Polygons that reach farther from the centre, or to a pole, are cut into tiles, none beyond the horizon,
since the plane tears at the point opposite its centre."""
NO_DIRECTION = 1e-6
SPREAD_DEG = 110.0
"""Outlines that reach farther from their middle are shown on a map of the world."""
SEAM_DEG = 1e-8
"""Tiles of a map of the world keep this away from the meridian that is its left and its right edge."""
JUMP_KM = 10_000.0
GRID_KM = 0.001
"""Pieces that were cut apart are joined where they agree to a metre."""


@dataclass(frozen=True)
class Plane:
    """A plane that touches the Earth at a centre [degrees], or the world with ``lon`` in its middle."""

    lon: float
    lat: float
    world: bool = False

    @property
    def name(self) -> str:
        """The projection in words."""
        return "Equal Earth projection" if self.world else "Lambert azimuthal equal-area projection"

    @cached_property
    def _transformer(self) -> Transformer:
        kind = "eqearth" if self.world else f"laea +lat_0={self.lat!r}"
        target = f"+proj={kind} +lon_0={self.lon!r} +datum=WGS84 +units=km +no_defs"
        return Transformer.from_crs("EPSG:4326", target, always_xy=True)

    def points(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Array:
        """Positions [km], shape (points, 2); NaN beyond the horizon."""
        lon, lat = numbers(lon), numbers(lat)
        xy = np.stack(self._transformer.transform(lon, lat), axis=-1)
        xy[~self._seen(lon, lat, HORIZON_DEG)] = np.nan
        return xy

    def inverse(self, x_km: float, y_km: float) -> tuple[float, float]:
        """Longitude and latitude of a position [degrees]; infinite off the Earth."""
        lon, lat = self._transformer.transform(x_km, y_km, direction="INVERSE")
        return float(lon), float(lat)

    def distance(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Array:
        """Angle at the Earth's centre to the plane's centre [degrees]."""
        cosine = on_sphere(numbers(lon), numbers(lat)) @ on_sphere(numbers(self.lon), numbers(self.lat))
        return np.rad2deg(np.arccos(np.clip(cosine, -1.0, 1.0)))

    def _seen(self, lon: Array, lat: Array, angle: float) -> npt.NDArray[np.bool_]:
        """Whether positions lie within an angle of the centre [degrees]; a map of the world has all."""
        return np.asarray(self.world | (self.distance(lon, lat) <= angle))

    def polygons(self, outlines: Geometries) -> Geometries:
        """Outlines on the plane [km]: whole across 180 degrees and Greenwich, valid, holes kept.

        They have longitudes 0 to 360 [degrees]; what lies beyond the horizon becomes an empty polygon.
        """
        parts, owner = parts_of(outlines)
        parts = shapely.segmentize(parts, SEGMENT_DEG)
        far = self._torn(parts)
        tiles, tile_owner = self._tiles(parts[far], owner[far])
        parts, owner = np.concatenate([parts[~far], tiles]), np.concatenate([owner[~far], tile_owner])
        order = np.argsort(owner, kind="stable")
        flat = shapely.transform(parts[order], self._forward)
        return _joined(flat, owner[order], len(outlines), outlines)

    def _torn(self, parts: Geometries) -> npt.NDArray[np.bool_]:
        """Polygons that cannot be projected whole: too far from the centre, or on the edge of the world."""
        if self.world:
            bounds, seam = shapely.bounds(parts), (self.lon + TURN / 2) % TURN
            return np.asarray((bounds[:, 0] <= seam) & (seam <= bounds[:, 2]) | (bounds[:, 2] == seam + TURN))
        torn = np.zeros(len(parts), dtype=bool)
        xy, part = shapely.get_coordinates(parts, return_index=True)
        at_pole = np.abs(xy[:, 1]) >= POLE_DEG  # a slit along Greenwich, which the tiles close
        np.logical_or.at(torn, part, at_pole | ~self._seen(xy[:, 0], xy[:, 1], NEAR_DEG))
        return torn

    def lines(self, lines: Geometries) -> Geometries:
        """Lines on the plane [km], broken where they pass the horizon, or the edge of the world."""
        result = []
        for line in lines:
            xy = shapely.get_coordinates(line)
            flat = self.points(xy[:, 0], xy[:, 1])
            seen = np.isfinite(flat[:, 0])
            broken = np.diff(seen) | (np.abs(np.diff(flat[:, 0])) > JUMP_KM)
            runs = np.split(np.arange(len(flat)), np.flatnonzero(broken) + 1)
            pieces = [shapely.LineString(flat[run]) for run in runs if seen[run[0]] and len(run) > 1]
            result.append(shapely.MultiLineString(pieces))
        return as_array(result)

    def _forward(self, xy: Array) -> Array:
        return np.stack(self._transformer.transform(xy[:, 0], xy[:, 1]), axis=-1)

    def _tiles(self, parts: Geometries, owner: Integers) -> tuple[Geometries, Integers]:
        """Polygons cut along meridians and parallels, without the tiles beyond the horizon."""
        west, south = np.meshgrid(np.arange(0.0, TURN, TILE_DEG), np.arange(-90.0, 90.0, TILE_DEG))
        near = self._seen(west + TILE_DEG / 2, south + TILE_DEG / 2, HORIZON_DEG - TILE_DEG)
        west, south, kept = west[near], south[near], SEAM_DEG * self.world
        boxes = shapely.box(west + kept, south, west + TILE_DEG - kept, south + TILE_DEG)
        part, tile = shapely.STRtree(boxes).query(parts, predicate="intersects")
        cut, of = parts_of(as_array(shapely.intersection(parts[part], boxes[tile])))
        return as_array(shapely.segmentize(cut, SEGMENT_DEG)), owner[part][of]


def centred_plane(outlines: Geometries) -> Plane:
    """The plane whose centre is the middle of the outlines, wherever on the Earth they lie.

    The middle of their mean direction first, then of the frame round them on that plane.
    """
    xy = shapely.get_coordinates(outlines)
    mean = on_sphere(*xy.T).mean(axis=0)
    plane = Plane(*_position(mean))
    if np.linalg.norm(mean) < NO_DIRECTION or plane.distance(xy[:, 0], xy[:, 1]).max() > SPREAD_DEG:
        return _world(outlines)
    box = shapely.total_bounds(plane.polygons(outlines))
    if not np.isfinite(box).all():
        return plane
    lon, lat = plane.inverse((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return Plane(lon, lat) if np.isfinite([lon, lat]).all() else plane


def _world(outlines: Geometries) -> Plane:
    """The world, cut where the fewest outlines are; at 180 degrees if that is as good as any."""
    west, _, east, _ = shapely.bounds(parts_of(outlines)[0]).T
    seams = (np.arange(0.0, TURN, TILE_DEG) + TURN / 2) % TURN
    cut = ((west < seams[:, None]) & (seams[:, None] < east)).sum(axis=1)
    cut[seams == 0.0] += (west <= 0.0).sum()  # outlines across Greenwich are split there
    return Plane(float((seams[cut.argmin()] + TURN / 2) % TURN), 0.0, world=True)


def _position(vector: Array) -> tuple[float, float]:
    return (
        float(np.rad2deg(np.arctan2(vector[1], vector[0]))),
        float(np.rad2deg(np.arctan2(vector[2], np.hypot(vector[0], vector[1])))),
    )


def _joined(flat: Geometries, owner: Integers, count: int, outlines: Geometries) -> Geometries:
    """The pieces of each outline together again; seams at Greenwich and between tiles closed."""
    together = gather(flat, owner, count)
    bounds = shapely.bounds(outlines)
    seam = (bounds[:, 0] <= 0.0) & (bounds[:, 2] >= TURN)
    several = np.bincount(owner, minlength=count) != shapely.get_num_geometries(outlines)
    for number in np.flatnonzero(seam | several | ~shapely.is_valid(together)):
        pieces, _ = parts_of(as_array([shapely.make_valid(each) for each in flat[owner == number]]))
        whole = shapely.union_all(pieces, grid_size=GRID_KM)
        together[number] = gather(*parts_of(as_array([whole])), 1)[0]
    return together
