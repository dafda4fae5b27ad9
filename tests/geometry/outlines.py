"""Outlines to test with, and one outline written in every longitude convention."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from planner.geometry.longitude import signed_lon
from planner.geometry.polygons import gather, parts_of


def ring(lon: float, lat: float, radii: list[float]) -> list[tuple[float, float]]:
    """A star-shaped ring, whatever its radii [degrees]; six decimals, as files have them."""
    angles = 2 * np.pi * (np.arange(len(radii)) + 0.1) / len(radii)
    points = zip(angles, radii, strict=True)
    return [(round(lon + r * np.cos(a), 6), round(lat + r * np.sin(a), 6)) for a, r in points]


@st.composite
def outlines(draw: st.DrawFn, west: float = 165.0, east: float = 195.0, lat: float = 55.0) -> shapely.Polygon:
    """A polygon in 0 to 360, often over 180, some with a hole, some with a second part."""
    centre = draw(st.floats(west, east)), draw(st.floats(-lat, lat))
    radii = draw(st.lists(st.floats(1.0, 9.0), min_size=5, max_size=12))
    holes = [ring(*centre, [0.4 * min(radii)] * 5)] if draw(st.booleans()) else []
    outline = shapely.Polygon(ring(*centre, radii), holes)
    if draw(st.booleans()):
        island = shapely.Polygon(
            ring(centre[0] + 14, centre[1], draw(st.lists(st.floats(0.2, 2.0), min_size=5)))
        )
        outline = shapely.MultiPolygon([outline, island])
    return outline


def moved(outline: BaseGeometry) -> BaseGeometry:
    """All longitudes less 360: -190 instead of 170."""
    return translate(outline, -360.0)


def split_at_180(outline: BaseGeometry) -> BaseGeometry:
    """Parts from -180 to 180, cut at the antimeridian."""
    west = outline.intersection(shapely.box(-360, -90, 180, 90))
    east = translate(outline.intersection(shapely.box(180, -90, 540, 90)), -360.0)
    parts, _ = parts_of(np.array([west, east], dtype=object))
    return gather(parts, np.zeros(len(parts), dtype=np.int64), 1)[0]


def jumping(outline: BaseGeometry) -> BaseGeometry:
    """Each longitude in [-180, 180), rings not split: edges jump over the antimeridian."""
    return shapely.transform(outline, lambda xy: np.column_stack([signed_lon(xy[:, 0]), xy[:, 1]]))


CONVENTIONS: dict[str, Callable[[BaseGeometry], BaseGeometry]] = {
    "below_minus_180": moved,
    "split_at_180": split_at_180,
    "jumping_over_180": jumping,
}
