"""Where ships start and end: bases and cells on land, or in enclosed water, moved to open water."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from planner.geometry.distance import distances_nm
from planner.geometry.polygons import Floats, Integers, as_array
from planner.geometry.sea_coast import Coast


def enclosed(coast: Coast, bases: Floats, cells: Floats) -> Integers:
    """The piece of land that encloses the water of each base and no cell in it; -1 where none does."""
    rings, owner = list[Any](), list[int]()
    for number, polygon in enumerate(coast.around):
        inside = list(polygon.interiors)
        rings, owner = rings + inside, owner + [number] * len(inside)
    found = np.full(len(bases), -1)
    if rings:
        tree = shapely.STRtree(shapely.polygons(rings))
        wet = tree.query(as_array(shapely.points(cells)), predicate="within")[1]
        base, hole = tree.query(as_array(shapely.points(bases)), predicate="within")
        dry = ~np.isin(hole, wet)
        found[base[dry]] = np.array(owner)[hole[dry]]
    return found


def afloat(coast: Coast, points: Floats, owner: Integers) -> tuple[Floats, Floats]:
    """Points moved to the water round the land that they lie on, and how far [nm].

    Args:
        coast: the coast.
        points: lon and lat, shape (points, 2) [degrees].
        owner: position in ``coast.around`` of land that each is moved off in any case, else -1.
    """
    owner, found = owner.copy(), points.copy()
    here = as_array(shapely.points(points))
    inside = np.zeros(len(points), dtype=bool)
    inside[shapely.STRtree(coast.land).query(here, predicate="within")[0]] = True
    point, around = shapely.STRtree(coast.around).query(here, predicate="within")
    owner[point[inside[point]]] = around[inside[point]]
    moved = np.flatnonzero(owner >= 0)
    lines = shapely.shortest_line(here[moved], shapely.get_exterior_ring(coast.around[owner[moved]]))
    found[moved] = shapely.get_coordinates(lines).reshape(-1, 2, 2)[:, 1]
    return found, distances_nm(*points.T, *found.T)
