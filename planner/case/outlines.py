"""From a feature's outline to a sound one, or to a problem that names the feature."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reason
from planner.case.place import Place
from planner.case.vector_file import Feature
from planner.errors import Problem
from planner.geometry.longitude import to_canonical
from planner.geometry.polygons import as_array, polygons_only
from planner.geometry.repair import GeometryError, repair

FULL_TURN, POLE = 360.0, 90.0


def sound_outline(feature: Feature) -> tuple[BaseGeometry, str]:
    """A feature's outline: valid, canonical longitudes; and a note of what was repaired.

    Raises:
        GeometryError: there is no outline, or nobody can tell which water it means.
    """
    outline, notes = feature.outline, [feature.note]
    with _readable():
        if outline is not None and outline.geom_type == "GeometryCollection":
            outline = polygons_only(as_array([outline]))[0]
            notes.append("of a GeometryCollection, the polygons were taken")
        outline, repaired = repair(outline)
        return to_canonical(outline), "; ".join(note for note in (*notes, repaired) if note)


def island_outline(feature: Feature) -> tuple[BaseGeometry, str]:
    """As ``sound_outline``, but quick for the thousands of islands that need nothing done.

    Raises:
        GeometryError: there is no outline, or nobody can tell which land it means.
    """
    if feature.outline is not None and _is_plain(feature.outline):
        return feature.outline, feature.note
    return sound_outline(feature)


def _is_plain(outline: BaseGeometry) -> bool:
    """Whether an outline is valid, within 0 to 360, and too narrow (half the Earth) to jump over 180."""
    if outline.geom_type != "Polygon" or outline.is_empty:
        return False
    west, south, east, north = outline.bounds
    inside = west > 0 and east < FULL_TURN and south >= -POLE and north <= POLE
    return inside and east - west < FULL_TURN / 2 and outline.area > 0 and bool(shapely.is_valid(outline))


@contextmanager
def _readable() -> Iterator[None]:
    """Turns what shapely and Python say about unusable coordinates into GeometryErrors."""
    try:
        yield
    except GeometryError:
        raise
    except (shapely.errors.ShapelyError, ArithmeticError, ValueError, TypeError, MemoryError) as error:
        raise GeometryError(f"the outline cannot be read ({reason(error)}); export it again") from None


def outline_problem(file: str, feature: Feature, name: str, error: GeometryError) -> Problem:
    """The problem of an outline that cannot be used."""
    rule, _, remedy = str(error).rpartition("; ")
    rule, remedy = (rule, remedy) if rule else (remedy, "correct the outline in your GIS")
    key = "no_outline" if feature.outline is None else "broken_outline"
    place = Place(file, feature.number, "geometry")
    return place.problem(key, name or None, said=_one_line(rule), repair=_one_line(remedy))


def repaired(file: str, feature: Feature, name: str, note: str) -> list[Problem]:
    """The warning on an outline that was repaired; none without a note."""
    place = Place(file, feature.number, "geometry")
    return [place.problem("repaired_outline", name or None, note=note)] if note else []


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
