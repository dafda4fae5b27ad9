"""From features' outlines to sound ones, disjoint and without land, or to problems that name them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reason
from planner.case.rows import Rows
from planner.case.vector_file import Feature
from planner.errors import Problem
from planner.geometry.area import areas_km2
from planner.geometry.longitude import TURN, to_canonical, wide_edge
from planner.geometry.polygons import GeometryError, as_array, polygons_only
from planner.geometry.repair import repair
from planner.geometry.zones import remove_overlaps, without_land
from planner.schema.wording import Place, show

LAND_FILE = "land.geojson"
POLE = 90.0
MOST_OVERLAP = 0.01
"""Share of the smaller zone that another may cover before nobody can tell whose water it is."""
LEAST_OVERLAP = 1e-6
"""Smaller overlaps are digits of the file: resolved like others, but not worth a warning."""
LEAST_LAND = 1e-3
"""Share of an outline under which the land inside is told in one line with that of other areas."""
Parted = tuple[dict[int, BaseGeometry], list[Problem], list[Problem]]
"""Outlines by row number, problems, warnings."""


def sound_outline(feature: Feature) -> Feature:
    """A feature with a valid outline of canonical longitudes, repaired where only one repair makes sense.

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
        return replace(feature, outline=to_canonical(outline), note=note, edge=edge)


def island_outline(feature: Feature) -> Feature:
    """As ``sound_outline``, but quick for the thousands of islands that need nothing done."""
    plain = feature.outline is not None and _is_plain(feature.outline)
    return feature if plain else sound_outline(feature)


def _is_plain(outline: BaseGeometry) -> bool:
    """Whether an outline is valid, within 0 to 360, and too narrow (half the Earth) to jump over 180."""
    if outline.geom_type != "Polygon" or outline.is_empty:
        return False
    west, south, east, north = outline.bounds
    inside = west > 0 and east < TURN and south >= -POLE and north <= POLE
    return inside and east - west < TURN / 2 and outline.area > 0 and bool(shapely.is_valid(outline))


@contextmanager
def _readable() -> Iterator[None]:
    """Turns what shapely and Python say about unusable coordinates into GeometryErrors."""
    try:
        yield
    except GeometryError:
        raise
    except (shapely.errors.ShapelyError, ArithmeticError, ValueError, TypeError) as error:
        raise GeometryError(f"the outline cannot be read ({reason(error)}); export it again") from None


def sound_outlines(
    file: str,
    features: Iterable[Feature],
    names: Mapping[int, str],
    sound: Callable[[Feature], Feature] = sound_outline,
) -> tuple[dict[int, Feature], list[Problem]]:
    """The features whose outlines can be used, by number, and the problems of the others.

    ``names`` are what features are called in messages, by number; ``sound`` may be ``island_outline``.
    """
    found, problems = dict[int, Feature](), list[Problem]()
    for feature in features:
        try:
            found[feature.number] = sound(feature)
        except GeometryError as error:
            problems.append(outline_problem(file, feature, names.get(feature.number, ""), error))
    return found, problems


def outline_problem(file: str, feature: Feature | None, name: str, error: GeometryError) -> Problem:
    """The problem of an outline that cannot be used, or of all that cannot be compared (no feature)."""
    rule, _, remedy = str(error).rpartition("; ")
    rule, remedy = (rule, remedy) if rule else (remedy, "correct the outline in your GIS")
    missing = feature is not None and feature.outline is None and not feature.fault
    place = Place(file, feature.number if feature else 0, "geometry")
    key = "no_outline" if missing else "broken_outline"
    return place.problem(key, name or None, said=_one_line(rule), repair=_one_line(remedy))


def notes_on(file: str, feature: Feature, name: str = "") -> list[Problem]:
    """The warnings on an outline that was repaired, or that might be read in two ways."""
    place, notes = Place(file, feature.number, "geometry"), []
    if feature.note:
        notes.append(place.problem("repaired_outline", name or None, note=feature.note))
    if feature.edge is not None:
        words = dict(zip(("start", "end", "read_as"), feature.edge, strict=True))
        notes.append(place.problem("wide_edge", name or None, **words))
    return notes


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def make_disjoint(rows: Rows, outlines: dict[int, BaseGeometry]) -> Parted:
    """The outlines without the water that an earlier one has too; problems; warnings.

    An overlap of more than 1% of the smaller zone is a problem: nobody can tell whose water was meant.
    """
    names = {
        row.number: rows.key(row) or f"feature_{row.number}" for row in rows.rows if row.number in outlines
    }
    numbers, whole = [*names], [outlines[number] for number in names]
    try:
        parts, overlaps = remove_overlaps(whole)
    except GeometryError as error:
        return outlines, [outline_problem(rows.file, None, "", error)], []
    problems, warnings = list[Problem](), list[Problem]()
    for keeper, loser, km2, share in overlaps:
        if share > LEAST_OVERLAP:
            key, said = ("overlap", problems) if share > MOST_OVERLAP else ("small_overlap", warnings)
            one, other = numbers[loser], names[numbers[keeper]]
            words = {"km2": _few_digits(km2), "share": share, "keeper": show(other)}
            said.append(Place(rows.file, one, "geometry").problem(key, names[one], **words))
    return dict(zip(numbers, parts, strict=True)), problems, warnings


def _few_digits(km2: float) -> str:
    """An area in whole square kilometres, or in three digits where it is small."""
    return f"{km2:,.0f}" if km2 >= 100 else f"{km2:.3g}"  # noqa: PLR2004 (three digits)


def take_out_land(rows: Rows, outlines: dict[int, BaseGeometry], land: BaseGeometry) -> Parted:
    """The outlines without the land inside them; problems; warnings that say how much it was."""
    named = [row for row in rows.rows if row.number in outlines]
    whole = [outlines[row.number] for row in named]
    try:
        water, taken = without_land(whole, land)
    except GeometryError as error:
        return outlines, [outline_problem(LAND_FILE, None, "", error)], []
    share, left = taken / areas_km2(whole), dict(outlines)
    problems, warnings, little = list[Problem](), list[Problem](), list[int]()
    for at in np.flatnonzero(taken).tolist():
        place = Place(rows.file, named[at].number, "geometry")
        words = {"km2": taken[at], "land": LAND_FILE, "share": share[at]}
        if water[at].is_empty:
            problems.append(place.problem("all_land", rows.key(named[at]), land=LAND_FILE))
            continue
        left[named[at].number] = water[at]
        if share[at] < LEAST_LAND:
            little.append(at)
        else:
            warnings.append(place.problem("land_inside", rows.key(named[at]), **words))
    if little:
        names = tuple(f"{rows.key(named[at])} ({taken[at]:,.0f} km²)" for at in little)
        words = {"km2": taken[little].sum(), "land": LAND_FILE, "share": LEAST_LAND}
        said = Place(rows.file, 0, "geometry").problem("land_inside.little", **words)
        warnings.append(replace(said, value=", ".join(names)))
    return left, problems, warnings
