"""From a feature's coordinates to a sound outline, or to a problem that names the feature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.features import Feature
from planner.case.files import reason
from planner.case.wording import show
from planner.errors import Problem
from planner.geometry.geojson import from_geojson
from planner.geometry.longitude import to_canonical
from planner.geometry.repair import GeometryError, repair

FULL_TURN, POLE = 360.0, 90.0


def sound_outline(feature: Feature) -> tuple[BaseGeometry, str]:
    """A feature's outline: valid, canonical longitudes; and a note of what was repaired.

    Raises:
        GeometryError: there is no outline, or nobody can tell which water it means.
    """
    with _readable():
        outline, closed = _as_shape(feature.outline)
        outline, repaired = repair(outline)
        return to_canonical(outline), "; ".join(note for note in (closed, repaired) if note)


def island_outline(feature: Feature) -> tuple[BaseGeometry, str]:
    """As ``sound_outline``, but quick for the thousands of islands that need nothing done.

    Raises:
        GeometryError: there is no outline, or nobody can tell which land it means.
    """
    with _readable():
        outline, closed = _as_shape(feature.outline)
    if outline is not None and _is_plain(outline):
        return outline, closed
    return sound_outline(feature)


def _as_shape(outline: object) -> tuple[BaseGeometry | None, str]:
    if outline is None or isinstance(outline, BaseGeometry):
        return outline, ""
    return from_geojson(outline if isinstance(outline, Mapping) else {"type": show(outline)})


def _is_plain(outline: BaseGeometry) -> bool:
    """Whether an outline is valid, within 0 to 360, and too narrow (half the Earth) to jump over 180."""
    if outline.geom_type != "Polygon" or outline.is_empty:
        return False
    west, south, east, north = outline.bounds
    inside = west > 0 and east < FULL_TURN and south >= -POLE and north <= POLE
    return inside and east - west < FULL_TURN / 2 and outline.area > 0 and bool(shapely.is_valid(outline))


@contextmanager
def _readable() -> Iterator[None]:
    """Turns what shapely and Python say about coordinates that are none into GeometryErrors."""
    try:
        yield
    except GeometryError:
        raise
    except (
        shapely.errors.ShapelyError,
        ArithmeticError,
        ValueError,
        TypeError,
        RecursionError,
        MemoryError,
    ) as error:
        raise GeometryError(f"the outline cannot be read ({reason(error)}); export it again") from None


def outline_problem(file: str, feature: Feature, name: str, error: GeometryError) -> Problem:
    """The problem of an outline that cannot be used."""
    rule, _, remedy = str(error).rpartition("; ")
    rule, remedy = (rule, remedy) if rule else (remedy, "correct the outline in your GIS")
    return Problem(file, feature.number, "geometry", name, _one_line(rule), _one_line(remedy))


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
