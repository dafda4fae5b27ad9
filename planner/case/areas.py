"""Reading the areas and the land: features with outlines, made sound, disjoint and without land."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reading, reason
from planner.case.published import columns_of
from planner.case.rows import Rows, check_columns, is_ignored, parse
from planner.case.vector_file import Feature, read_features
from planner.case.vector_parts import SHAPE
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.geometry.longitude import TURN, to_canonical, wide_edge
from planner.geometry.polygons import GeometryError, as_array, polygons_only
from planner.geometry.repair import repair
from planner.geometry.zones import remove_overlaps, without_land
from planner.schema.messages import Place, capped, listed, nearest, show
from planner.schema.tables import AREAS

AREA_FILES = ("areas.geojson", "areas.gpkg", "areas.shp")
DBF_CHARACTERS = 10
"""Longest name of a column in a shapefile: longer ones arrive cut."""
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


@dataclass(frozen=True)
class AreaFile:
    """The rows of the areas, their sound outlines by row number, checksums, problems and warnings."""

    rows: Rows
    outlines: dict[int, BaseGeometry]
    hashes: dict[str, str]
    problems: list[Problem]
    warnings: list[Problem]


def areas_file(folder: Path) -> Path:
    """The one file of areas of a case, its name in capital letters or not.

    Raises:
        InputError: there is none, or there are several.
    """
    with reading(show(folder.name), "missing_file.folder"):
        found = sorted(path for path in folder.iterdir() if path.name.lower() in AREA_FILES)
    if not found:
        raise Place(AREAS.file).error("missing_file.areas", files=", ".join(AREA_FILES))
    if len(found) > 1:
        raise Place(found[0].name).error("several_files", files=listed([path.name for path in found]))
    return found[0]


def read_areas(path: Path, folder: Path | None = None) -> AreaFile:
    """The areas of one file, wherever it is.

    Raises:
        InputError: the file cannot be read.
    """
    found = read_features(path, folder)
    meant = _meant(found.columns, path.suffix.lower() == SHAPE)
    columns = list(meant.values())
    table = replace(AREAS, file=found.file)
    problems = check_columns(columns, table, found.features[0].number) if found.features else []
    cells = [(feature.number, _cells(feature, meant)) for feature in found.features]
    rows, wrong = parse(table, columns, cells, strict=True)
    pairs = zip(found.features, rows, strict=True)
    named = (replace(feature, name=row["area_id"] or "") for feature, row in pairs)
    sound, broken = sound_outlines(found.file, named)
    notes = [note for each in sound.values() for note in notes_on(found.file, each)]
    return AreaFile(
        Rows(table, tuple(rows)),
        {number: each.outline for number, each in sound.items() if each.outline is not None},
        found.hashes,
        capped([*problems, *wrong, *broken], found.file),
        [*found.warnings, *_ignored(found.file, found.columns, meant), *notes],
    )


def _meant(names: Sequence[str], cut: bool) -> dict[str, str]:
    """The column of areas for each of a file's attributes that is one, in whatever letters, as in CSV files.

    ``cut`` is whether a shapefile has cut them to ten characters.
    """
    written = {name: (name, *(name.replace("_", mark) for mark in " -")) for name in AREAS.columns}
    known = {name: [one[:DBF_CHARACTERS] if cut else one for one in ways] for name, ways in written.items()}
    exact_first = sorted(names, key=lambda name: name not in AREAS.columns)
    return {name: column for column, name in columns_of(exact_first, known).items()}


def _ignored(file: str, names: Sequence[str], meant: dict[str, str]) -> list[Problem]:
    """One warning for all attributes that areas do not have; those that are notes by name are none."""
    unknown = [name for name in names if name not in meant and not is_ignored(name)]
    free = [name for name in AREAS.columns if name not in meant.values()]
    near = [f"{show(right)} for {show(name)}" for name in unknown if (right := nearest(name, free))]
    hint = f"write {', '.join(near)}, if that is meant" if near else "nothing needs to be done"
    return [Place(file).problem("ignored_attributes", tuple(unknown), hint=hint)] if unknown else []


def _cells(feature: Feature, meant: dict[str, str]) -> dict[str, object]:
    """The known attributes that are filled."""
    values = {meant[name]: value for name, value in feature.properties.items() if name in meant}
    cells = {name: one.strip(" \t") if isinstance(one, str) else one for name, one in values.items()}
    return {name: value for name, value in cells.items() if value != ""}


def read_land(folder: Path) -> tuple[BaseGeometry, dict[str, str], list[Problem]]:
    """The land as one geometry with canonical longitudes, the file's checksum, and warnings.

    Raises:
        InputError: the file cannot be read, or an outline of it cannot be used.
    """
    found = read_features(folder / LAND_FILE, folder)
    islands, problems = sound_outlines(found.file, found.features, island_outline)
    if problems:
        raise InputError(problems)
    land = shapely.union_all([island.outline for island in islands.values()])
    notes = [note for island in islands.values() for note in notes_on(found.file, island)]
    none = [] if islands else [Place(LAND_FILE).problem("no_rows.land")]
    return land, found.hashes, [*found.warnings, *notes, *none]


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
    file: str, features: Iterable[Feature], sound: Callable[[Feature], Feature] = sound_outline
) -> tuple[dict[int, Feature], list[Problem]]:
    """The features whose outlines can be used, by number, and the problems of the others.

    ``sound`` may be ``island_outline``.
    """
    found, problems = dict[int, Feature](), list[Problem]()
    for feature in features:
        try:
            found[feature.number] = sound(feature)
        except GeometryError as error:
            problems.append(outline_problem(file, feature, error))
    return found, problems


def outline_problem(file: str, feature: Feature | None, error: GeometryError) -> Problem:
    """The problem of an outline that cannot be used, or of all that cannot be compared (no feature)."""
    rule, _, remedy = str(error).rpartition("; ")
    rule, remedy = (rule, remedy) if rule else (remedy, "correct the outline in your GIS")
    words = {"said": _one_line(rule), "repair": _one_line(remedy)}
    if feature is None:
        return Place(file, 0, "geometry").problem("broken_outline", **words)
    key = "no_outline" if feature.outline is None and not feature.fault else "broken_outline"
    return Place(file, feature.number, "geometry").problem(key, feature.name or None, **words)


def notes_on(file: str, feature: Feature) -> Iterator[Problem]:
    """The warnings on an outline that was repaired, or that might be read in two ways."""
    place, name = Place(file, feature.number, "geometry"), feature.name or None
    if feature.note:
        yield place.problem("repaired_outline", name, note=feature.note)
    if feature.edge is not None:
        words = dict(zip(("start", "end", "read_as"), feature.edge, strict=True))
        yield place.problem("wide_edge", name, **words)


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
        return outlines, [outline_problem(rows.file, None, error)], []
    problems, warnings = list[Problem](), list[Problem]()
    for keeper, loser, km2, share in overlaps:
        if share > LEAST_OVERLAP:
            key, said = ("overlap", problems) if share > MOST_OVERLAP else ("small_overlap", warnings)
            one, other = numbers[loser], names[numbers[keeper]]
            few_digits = f"{km2:,.0f}" if km2 >= 100 else f"{km2:.3g}"  # noqa: PLR2004 (three digits)
            words = {"km2": few_digits, "share": share, "keeper": show(other)}
            said.append(Place(rows.file, one, "geometry").problem(key, names[one], **words))
    return dict(zip(numbers, parts, strict=True)), problems, warnings


def take_out_land(rows: Rows, outlines: dict[int, BaseGeometry], land: BaseGeometry) -> Parted:
    """The outlines without the land inside them; problems; warnings that say how much it was."""
    named = [row for row in rows.rows if row.number in outlines]
    whole = [outlines[row.number] for row in named]
    try:
        water, taken = without_land(whole, land)
    except GeometryError as error:
        return outlines, [outline_problem(LAND_FILE, None, error)], []
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
