"""Outlines of any coordinate system in longitude and latitude."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reason
from planner.case.place import Place
from planner.geometry.longitude import TURN
from planner.geometry.polygons import GeometryError

TAIL = re.compile(r"[\w.]+$")
MERIDIANS = ("Longitude of natural origin", "Longitude of false origin", "Longitude of projection centre")


@dataclass(frozen=True)
class Turn:
    """The way from a coordinate system to degrees.

    Attributes:
        name: what the system is called.
        transformer: from its x and y.
        centre: the longitude round which its outlines lie; None if its x are longitudes themselves.
    """

    name: str
    transformer: pyproj.Transformer
    centre: float | None

    def __call__(self, outline: BaseGeometry) -> BaseGeometry:
        """The outline in degrees, as whole as it was.

        Raises:
            GeometryError: points of it lie outside of the projection.
        """
        before = shapely.get_coordinates(outline)
        lon, lat = self.transformer.transform(before[:, 0], before[:, 1])
        lost = np.isfinite(before).all(axis=1) & ~(np.isfinite(lon) & np.isfinite(lat))
        if lost.any():
            x, y = before[lost.argmax()]
            raise GeometryError(
                f"{lost.sum():,} of its {len(lost):,} points lie outside of the projection {self.name} "
                f"(the first at {x:.10g}, {y:.10g}); export it in EPSG:4326"
            )
        # PROJ returns -180 to 180, where an outline that was whole would jump
        near = before[:, 0] if self.centre is None else self.centre
        lon = lon + TURN * np.round((near - lon) / TURN)
        return shapely.transform(outline, lambda _: np.column_stack([lon, lat]))


def turn_of(crs: str, file: str) -> Turn | None:
    """The way from a coordinate system to degrees; None for longitude and latitude on WGS 84.

    Raises:
        InputError: the coordinate system is not understood.
    """
    try:
        known = _understood(crs).to_2d()
        if known.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
            return None
        transformer = pyproj.Transformer.from_crs(known, "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise Place(file).error("no_coordinate_system.unknown", said=reason(error)) from None
    if known.is_geographic:
        return Turn(known.name, transformer, None)
    parameters = known.coordinate_operation.params if known.coordinate_operation else []
    centres = [float(each.value) for each in parameters if each.name in MERIDIANS]
    return Turn(known.name, transformer, centres[0] if centres else 0.0)


def _understood(crs: str) -> pyproj.CRS:
    """A coordinate system by any of its names, such as http://www.opengis.net/gml/srs/epsg.xml#4326.

    Raises:
        ProjError: it is not understood.
    """
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.ProjError:
        tail = TAIL.search(crs.strip())
        authority = "EPSG" if "epsg" in crs.lower() else "OGC"
        if tail is None:
            raise
        return pyproj.CRS.from_user_input(f"{authority}:{tail[0]}")
