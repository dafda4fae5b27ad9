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
POLYGON, MULTIPOLYGON = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON


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
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        owner = owner[index]
    keep = (shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)
    return parts[keep], owner[keep].astype(np.int64)


def polygons_only(geometries: Geometries) -> Geometries:
    """Each geometry reduced to its polygons: a Polygon, a MultiPolygon, or an empty Polygon."""
    mixed = ~np.isin(shapely.get_type_id(geometries), (POLYGON, MULTIPOLYGON))
    if not mixed.any():
        return geometries
    result = geometries.copy()
    result[mixed] = gather(*parts_of(geometries[mixed]), int(mixed.sum()))
    return result


def gather(parts: Geometries, owner: Integers, count: int) -> Geometries:
    """Polygons put together again by owner (ascending): a Polygon, a MultiPolygon, or an empty Polygon."""
    result = np.full(count, shapely.Polygon(), dtype=object)
    single = np.bincount(owner, minlength=count)[owner] == 1
    result[owner[single]] = parts[single]
    if not single.all():
        owners, index = np.unique(owner[~single], return_inverse=True)
        result[owners] = shapely.multipolygons(parts[~single], indices=index)
    return result


def one_of(parts: Geometries) -> BaseGeometry:
    """Polygons as one geometry."""
    return gather(parts, np.zeros(len(parts), dtype=np.int64), 1)[0]  # type: ignore[no-any-return]


def ranges(first: Integers, beyond: Integers) -> tuple[Integers, Integers]:
    """The whole numbers of each range, after the range's own number."""
    count = np.maximum(beyond - first, 0)
    number = np.repeat(np.arange(len(first)), count)
    return number, np.arange(len(number)) + np.repeat(first - np.cumsum(count) + count, count)
