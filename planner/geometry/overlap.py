"""Water that two zones claim: the earlier in the file keeps it."""

from __future__ import annotations

import numpy as np
import shapely

from planner.geometry.area import areas_km2
from planner.geometry.polygons import Geometries, GeometryError, as_array, polygons_only

NEGLIGIBLE = 1e-9
"""Overlaps under this share of the smaller zone are left alone: digits of the file, not claims."""


def remove_overlaps(geometries: object) -> tuple[Geometries, list[tuple[int, int, float]]]:
    """Zones made disjoint: water in several of them stays with the first.

    Args:
        geometries: n canonical, valid outlines in the order of the file.

    Returns:
        The n outlines (an empty Polygon where nothing is left of one), and for each later zone that gave up
        water (position of the zone that kept it, position of the zone that gave it up, km²), each km² once.

    Raises:
        GeometryError: outlines that cannot be compared.
    """
    result = as_array(geometries).copy()
    one, other = shapely.STRtree(result).query(result, predicate="intersects")
    earlier = one < other
    one, other = one[earlier], other[earlier]
    try:
        shared = areas_km2(polygons_only(shapely.intersection(result[one], result[other])))
        km2 = areas_km2(result)
        claimed = np.flatnonzero(shared > NEGLIGIBLE * np.minimum(km2[one], km2[other]))
        removed = []
        for pair in claimed[np.lexsort((one[claimed], other[claimed]))]:
            keeper, loser = int(one[pair]), int(other[pair])
            left = polygons_only(shapely.difference(result[[loser]], result[keeper]))
            gone = float(areas_km2(result[[loser]])[0] - areas_km2(left)[0])
            if gone > NEGLIGIBLE * min(km2[keeper], km2[loser]):
                result[loser] = left[0]
                removed.append((keeper, loser, gone))
    except shapely.GEOSException as error:
        raise GeometryError(f"the zones cannot be compared ({error}); repair their outlines") from error
    return result, removed
