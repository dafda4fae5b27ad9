"""From a feature's outline to a sound one, or to a problem that names the feature."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reason
from planner.case.place import Place
from planner.case.vector_file import Feature
from planner.errors import Problem
from planner.geometry.longitude import to_canonical, wide_edge
from planner.geometry.polygons import GeometryError, as_array, polygons_only
from planner.geometry.repair import repair

FULL_TURN, POLE = 360.0, 90.0


@dataclass(frozen=True)
class Sound:
    """An outline that can be used: valid, with canonical longitudes.

    Attributes:
        outline: the outline.
        note: what was repaired.
        edge: an edge that might be read in two ways, as ``wide_edge`` returns it.
    """

    outline: BaseGeometry
    note: str = ""
    edge: tuple[float, float, float] | None = None


def sound_outline(feature: Feature) -> Sound:
    """A feature's outline, repaired where only one repair makes sense.

    Raises:
        GeometryError: there is no outline, or nobody can tell which water it means.
    """
    if feature.fault:
        raise GeometryError(feature.fault)
    outline, notes = feature.outline, [feature.note]
    with _readable():
        if outline is not None and outline.geom_type == "GeometryCollection":
            outline = polygons_only(as_array([outline]))[0]
            if outline.is_empty:
                raise GeometryError("a GeometryCollection without polygons encloses no water")
            notes.append("of a GeometryCollection, the polygons were taken")
        edge = wide_edge(outline) if outline is not None else None
        outline, repaired = repair(outline)
        note = "; ".join(note for note in (*notes, repaired) if note)
        return Sound(to_canonical(outline), note, edge)


def island_outline(feature: Feature) -> Sound:
    """As ``sound_outline``, but quick for the thousands of islands that need nothing done.

    Raises:
        GeometryError: there is no outline, or nobody can tell which land it means.
    """
    if feature.outline is not None and _is_plain(feature.outline):
        return Sound(feature.outline, feature.note)
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
    except (shapely.errors.ShapelyError, ArithmeticError, ValueError, TypeError) as error:
        raise GeometryError(f"the outline cannot be read ({reason(error)}); export it again") from None


def outline_problem(file: str, feature: Feature, name: str, error: GeometryError) -> Problem:
    """The problem of an outline that cannot be used."""
    rule, _, remedy = str(error).rpartition("; ")
    rule, remedy = (rule, remedy) if rule else (remedy, "correct the outline in your GIS")
    key = "broken_outline" if feature.outline is not None or feature.fault else "no_outline"
    place = Place(file, feature.number, "geometry")
    return place.problem(key, name or None, said=_one_line(rule), repair=_one_line(remedy))


def notes_on(file: str, feature: Feature, name: str, sound: Sound) -> list[Problem]:
    """The warnings on an outline that was repaired, or that might be read in two ways."""
    place, notes = Place(file, feature.number, "geometry"), []
    if sound.note:
        notes.append(place.problem("repaired_outline", name or None, note=sound.note))
    if sound.edge is not None:
        start, end, read_as = sound.edge
        notes.append(place.problem("wide_edge", name or None, start=start, end=end, read_as=read_as))
    return notes


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
