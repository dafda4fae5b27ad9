"""Arrays of polygons: their parts, their rings, and the polygons of a mixed result."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Geometries: TypeAlias = npt.NDArray[np.object_]
"""A one-dimensional array of shapely geometries."""
Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Booleans: TypeAlias = npt.NDArray[np.bool_]


POLYGON = shapely.GeometryType.POLYGON
MULTIPOLYGON = shapely.GeometryType.MULTIPOLYGON


class GeometryError(ValueError):
    """An outline that cannot be used, or whose meaning cannot be told; the message says why and where."""


def as_array(geometries: object) -> Geometries:
    """A list, series or array of geometries as a one-dimensional array of objects."""
    return np.asarray(geometries, dtype=object).reshape(-1)


def parts_of(geometries: Geometries) -> tuple[Geometries, Integers]:
    """Every polygon inside the geometries and the position of the geometry that it is part of.

    Points and lines, which an intersection leaves where two outlines only touch, are left out.
    """
    parts, owner = shapely.get_parts(geometries, return_index=True)
    nested = shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT
    while nested.any():
        deeper, index = shapely.get_parts(parts, return_index=True)
        parts, owner = deeper, owner[index]
        nested = shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT
    keep = (shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)
    return parts[keep], owner[keep].astype(np.int64)


def polygons_only(geometries: Geometries) -> Geometries:
    """Each geometry reduced to its polygons: a Polygon, a MultiPolygon, or an empty Polygon."""
    types = shapely.get_type_id(geometries)
    mixed = (types != POLYGON) & (types != MULTIPOLYGON)
    if not mixed.any():
        return geometries
    result = geometries.copy()
    result[mixed] = gather(*parts_of(geometries[mixed]), int(mixed.sum()))
    return result


def gather(parts: Geometries, owner: Integers, count: int) -> Geometries:
    """Polygons put together again by owner (ascending): a Polygon, a MultiPolygon, or an empty Polygon."""
    result = np.full(count, shapely.Polygon(), dtype=object)
    sizes = np.bincount(owner, minlength=count)
    single = sizes[owner] == 1
    result[owner[single]] = parts[single]
    several = ~single
    if several.any():
        owners, index = np.unique(owner[several], return_inverse=True)
        result[owners] = shapely.multipolygons(parts[several], indices=index)
    return result


def one_of(parts: Geometries) -> BaseGeometry:
    """Polygons as one geometry."""
    return gather(parts, np.zeros(len(parts), dtype=np.int64), 1)[0]  # type: ignore[no-any-return]
