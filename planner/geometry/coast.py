"""The world's coast in coarse lines, for cases that bring no land; where it is from: ``coast.md``."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources

import shapely

from planner.geometry.polygons import Geometries, as_array, parts_of


@cache
def world_coast() -> Geometries:
    """Polygons of the world's land, longitudes 0 to 360 [degrees]."""
    packed = resources.files("planner.geometry").joinpath("coast.geojson.gz").read_bytes()
    return parts_of(as_array([shapely.from_geojson(gzip.decompress(packed))]))[0]
