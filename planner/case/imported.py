"""What an imported zone looks like in ``areas.geojson``: its outline, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.fields import TEXT_CHARACTERS
from planner.case.marine_regions import Zone
from planner.geometry.polygons import polygons_only
from planner.geometry.repair import GeometryError

DECIMALS = 6
"""Decimals of a degree that are kept: a tenth of a metre."""
CITATION = (
    "Flanders Marine Institute, Maritime Boundaries Geodatabase: World EEZ, marineregions.org, CC BY 4.0 "
    "(version 12: doi 10.14284/632)"
)


def origin(zone: Zone, file: str, remark: str) -> str:
    """The ``source`` of an imported area: the file, Marine Regions' zone if it is one, and a remark."""
    stated = (
        f"Marine Regions zone {zone.mrgid}: {CITATION}"
        if zone.mrgid
        else "the file states no Marine Regions id"
    )
    return f"{file}; {stated}; {remark}"[:TEXT_CHARACTERS]


def as_feature(properties: Mapping[str, object], outline: BaseGeometry) -> dict[str, Any]:
    """An area as a GeoJSON feature."""
    geometry = {"type": outline.geom_type, "coordinates": shapely.geometry.mapping(outline)["coordinates"]}
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def rounded(outline: BaseGeometry) -> BaseGeometry:
    """A valid outline with at most 6 decimals, exteriors counter-clockwise as RFC 7946 asks.

    Raises:
        GeometryError: the outline does not survive it.
    """
    coarse = polygons_only(np.array([shapely.set_precision(outline, 10.0**-DECIMALS)], dtype=object))[0]
    coarse = shapely.transform(coarse, lambda coordinates: np.round(coordinates, DECIMALS))
    if coarse.is_empty or not coarse.is_valid:
        raise GeometryError("the outline is not valid with 6 decimals; simplify it in your GIS")
    oriented: BaseGeometry = shapely.orient_polygons(coarse)
    return oriented
