"""What is drawn on a map, in points on the paper: land, zones, cells by class, bases, graticule, names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.figures.graticule import graticule
from planner.figures.lettering import safe_line
from planner.figures.naming import place_names
from planner.figures.plane import Plane, centred_plane
from planner.frames import Array, numbers
from planner.geometry.polygons import Geometries, as_array, gather, parts_of
from planner.report.results import Results

Shapes = list[dict[str, Any]]
"""GeoJSON features whose coordinates are points on the paper, y downwards."""

MARGIN = 0.03
"""Water round the zones, as a share of the longer side of their frame."""
BASES_WITHIN = 0.12
"""Bases this near to the zones' frame (same measure) are taken into it."""
LOWEST, HIGHEST = 0.3, 0.95
"""Height of a map over its width."""
DECIMALS = 2
"""Coordinates are rounded to a hundredth of a point, 4 micrometres of paper."""
DETAIL_PT = 0.06
SMALLEST_HOLE_PT2, HALF = 0.5, 0.5
"""Holes of zones without a border: smaller ones [pt²], and those of which more than this share is land."""
SPECK_PT = 0.25
"""Islets smaller than a dot of this radius are drawn as one."""


@dataclass(frozen=True)
class Sheet:
    """The part of the plane that is drawn, and where it lies on the paper.

    Attributes:
        plane: the projection.
        west, north: upper left corner on the plane [km].
        width, height: size on the paper [pt].
        scale: paper per plane [pt/km].
    """

    plane: Plane
    west: float
    north: float
    width: float
    height: float
    scale: float

    @property
    def box(self) -> BaseGeometry:
        """The whole sheet on the paper."""
        return shapely.box(0, 0, self.width, self.height)

    def paper(self, km: Array) -> Array:
        """Positions on the plane [km] as positions on the paper [pt], y downwards."""
        return np.stack([km[:, 0] - self.west, self.north - km[:, 1]], axis=-1) * self.scale

    def drawn(self, shapes: Geometries) -> Geometries:
        """Shapes on the plane as shapes on the paper, cut at the edge of the sheet."""
        return as_array(
            shapely.clip_by_rect(
                shapely.transform(shapely.make_valid(shapes), self.paper), 0, 0, self.width, self.height
            )
        )


@dataclass(frozen=True)
class MapData:
    """Everything that the maps of one plan share.

    Attributes:
        sheet: where things lie on the paper.
        land, zones, graticule: features.
        cells: outlines of the cells on the paper, in the order of ``results.cells``.
        zone_shapes: outlines of the areas on the paper, in the order of ``results.areas``.
        bases: columns x, y [pt], name, used.
        edge: labels of the graticule: x, y, text, align, baseline.
        names: names of the larger zones: x, y, text (lines parted by line feeds), size.
        bases_beyond: how many bases lie off the sheet.
    """

    sheet: Sheet
    land: Shapes
    zones: Shapes
    graticule: Shapes
    cells: Geometries
    zone_shapes: Geometries
    bases: pd.DataFrame
    edge: pd.DataFrame
    names: pd.DataFrame
    bases_beyond: int


def map_data(results: Results, width: float) -> MapData:
    """Project and fit what a plan's maps show to a width of paper [pt]."""
    outlines = as_array(results.area_geometry)
    plane = centred_plane(outlines)
    zones_km = plane.polygons(outlines)
    bases_km = plane.points(results.bases["lon"], results.bases["lat"])
    sheet = fitted_sheet(plane, zones_km, bases_km, width)
    zones = sheet.drawn(zones_km)
    used = set(results.missions["base_id"])
    xy = sheet.paper(bases_km)
    inside = np.asarray(((xy >= 0.0) & (xy <= [sheet.width, sheet.height])).all(axis=1), dtype=bool)
    bases = pd.DataFrame(
        {
            "x": xy[:, 0],
            "y": xy[:, 1],
            "name": [safe_line(name) for name in results.bases["name"]],
            "used": results.bases["base_id"].isin(used).to_numpy(dtype=bool),
        }
    )
    bases = bases.loc[inside].reset_index(drop=True)
    lines, edge = graticule(sheet)
    land = _land(results, sheet)
    return MapData(
        sheet=sheet,
        land=features(land),
        zones=features(_borders(zones, land), {"area_id": results.areas["area_id"].tolist()}),
        graticule=features(lines),
        cells=sheet.drawn(plane.polygons(as_array(results.cell_geometry))),
        zone_shapes=zones,
        bases=bases,
        edge=edge,
        names=place_names(results.areas["name"].tolist(), zones, sheet.box, bases[["x", "y"]].to_numpy()),
        bases_beyond=int((~inside).sum()),
    )


def fitted_sheet(plane: Plane, zones_km: Geometries, bases_km: Array, width: float) -> Sheet:
    """The frame round the zones, with the bases near them, in the shape of a page."""
    west, south, east, north = shapely.total_bounds(zones_km)
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
    middle = (low + high) / 2
    scale = width / size[0]
    return Sheet(
        plane=plane,
        west=float(middle[0] - size[0] / 2),
        north=float(middle[1] + size[1] / 2),
        width=float(width),
        height=float(size[1] * scale),
        scale=float(scale),
    )


def by_class(shapes: Geometries, classes: Sequence[str], order: Sequence[str]) -> Shapes:
    """Shapes of one class as one feature, in the order of the legend; empty classes are left out."""
    of = np.asarray(classes, dtype=object)
    found = [name for name in order if (of == name).any()]
    merged = [shapely.union_all(_areal(shapes[of == name]), grid_size=10.0**-DECIMALS) for name in found]
    return features(as_array(merged), {"class": found})


def features(shapes: Geometries, properties: Mapping[str, Sequence[Any]] | None = None) -> Shapes:
    """GeoJSON features, exteriors and holes in opposite directions; empty shapes are left out."""
    turned = shapely.orient_polygons(as_array(shapes))
    rows = []
    for number, shape in enumerate(turned):
        if shape.is_empty:
            continue
        given = {name: values[number] for name, values in (properties or {}).items()}
        rows.append({"type": "Feature", **given, "geometry": _rounded(shapely.geometry.mapping(shape))})
    return rows


def _land(results: Results, sheet: Sheet) -> npt.NDArray[np.object_]:
    """Land on the sheet, with as much detail as can be seen; islets as dots."""
    if results.land is None:
        return as_array([])
    pieces, _ = parts_of(as_array([results.land]))
    drawn, _ = parts_of(sheet.drawn(sheet.plane.polygons(pieces)))
    if not len(drawn):
        return as_array([])
    simple = as_array(shapely.simplify(drawn, DETAIL_PT))
    small = shapely.area(drawn) < np.pi * SPECK_PT**2
    simple[small] = shapely.buffer(shapely.centroid(drawn[small]), SPECK_PT, quad_segs=2)
    return as_array([shapely.union_all(simple)])


def _borders(zones: Geometries, land: Geometries) -> Geometries:
    """Borders of zones, with as much detail as can be seen; round their islands there is none."""
    parts, owner = parts_of(zones)
    rings, part = shapely.get_rings(parts, return_index=True)
    inner = np.diff(part, prepend=-1) == 0
    holes = as_array(shapely.polygons(rings))
    ground = shapely.union_all(land)
    island = inner & (shapely.area(shapely.intersection(holes, ground)) > HALF * shapely.area(holes))
    island |= inner & (shapely.area(holes) < SMALLEST_HOLE_PT2)
    kept = as_array(shapely.polygons(rings[~island], indices=part[~island]))
    return gather(as_array(shapely.simplify(kept, DETAIL_PT)), owner, len(zones))


def _areal(shapes: Geometries) -> Geometries:
    """The polygons among shapes: cutting may leave lines and points."""
    return parts_of(shapes)[0]


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    if geometry["type"] == "GeometryCollection":
        parts = [_rounded(part) for part in geometry["geometries"]]
        return {"type": "GeometryCollection", "geometries": parts}
    return {"type": geometry["type"], "coordinates": _round(geometry["coordinates"])}


def _round(values: Any) -> Any:
    if isinstance(values, float):
        return round(values, DECIMALS)
    return [_round(value) for value in values]


def classed(values: npt.ArrayLike, edges: Sequence[float], labels: Sequence[str]) -> list[str]:
    """The label of the class of each value; a class has its lower edge, the last one both."""
    place = np.searchsorted(np.asarray(edges[1:-1]), numbers(values), side="right")
    return [labels[number] for number in place]
