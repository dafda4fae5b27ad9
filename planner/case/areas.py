"""Reading the areas, whose rows are features with an outline, and the land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reading
from planner.case.outlines import island_outline, notes_on, outline_problem, sound_outline
from planner.case.place import Place, capped
from planner.case.rows import Rows, check_columns, parse
from planner.case.vector_file import Feature, FeatureFile, read_features
from planner.case.vector_parts import SHAPE
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.geometry.land import without_land
from planner.geometry.overlap import remove_overlaps
from planner.geometry.repair import GeometryError
from planner.schema.tables import AREAS
from planner.schema.wording import listed, nearest, show

AREA_FILES = ("areas.geojson", "areas.gpkg", "areas.shp")
DBF_CHARACTERS = 10
"""Longest name of a column in a shapefile: longer ones arrive cut."""
MOST_OVERLAP = 0.01
"""Share of the smaller zone that another may cover before nobody can tell whose water it is."""
LEAST_OVERLAP = 1e-6
"""Smaller overlaps are digits of the file: resolved like others, but not worth a warning."""
LEAST_LAND = 1e-3
"""Share of an outline under which the land inside is told in one line with that of other areas."""
LAND_FILE = "land.geojson"
NOTES = ("notes", "remarks")
"""Attributes that are kept by their owners for themselves, as are those that begin with #."""


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
    problems = check_columns(columns, AREAS, found.file, found.features[0].number) if found.features else []
    missing = {name for name in AREAS.required if name not in columns}
    rows, wrong = parse(
        AREAS, found.file, [_cells(feature, meant) for feature in found.features], strict=True
    )
    problems += [
        each for each in wrong if (each.column, each.code) not in {(name, "blank") for name in missing}
    ]
    outlines, broken, warnings = _outlines(found, {row.number: row["area_id"] or "" for row in rows})
    table = replace(AREAS, file=found.file)
    return AreaFile(
        Rows(table, found.file, tuple(rows)),
        outlines,
        found.hashes,
        capped([*problems, *broken], found.file),
        [*found.warnings, *_ignored(found, meant), *warnings],
    )


def _meant(names: Sequence[str], cut: bool) -> dict[str, str]:
    """The column of areas for each of a file's attributes that is one, in whatever letters.

    Args:
        names: The attributes' names.
        cut: Whether a shapefile has cut them to ten characters.
    """
    found = {name: name for name in names if name in AREAS.columns}
    others = [name for name in AREAS.columns if name not in found]
    known = {(name[:DBF_CHARACTERS] if cut else name).casefold(): name for name in others}
    for name in names:
        if name not in found and name.casefold() in known:
            found[name] = known.pop(name.casefold())
    return found


def _ignored(found: FeatureFile, meant: Mapping[str, str]) -> list[Problem]:
    """One warning for all attributes that areas do not have; those that are notes by name are none."""
    unknown = [name for name in found.columns if name not in meant]
    unknown = [name for name in unknown if name.casefold() not in NOTES and not name.startswith("#")]
    free = [name for name in AREAS.columns if name not in meant.values()]
    near = [f"{show(right)} for {show(name)}" for name in unknown if (right := nearest(name, free))]
    if not unknown:
        return []
    hint = f"write {', '.join(near)}, if that is meant" if near else "nothing needs to be done"
    return [Place(found.file).problem("ignored_attributes", tuple(unknown), hint=hint)]


def _cells(feature: Feature, meant: Mapping[str, str]) -> tuple[int, dict[str, object]]:
    """The known attributes that are filled."""
    cells = {meant.get(name, ""): _stripped(value) for name, value in feature.properties.items()}
    return feature.number, {name: value for name, value in cells.items() if name and value != ""}


def _stripped(value: object) -> object:
    return value.strip(" \t") if isinstance(value, str) else value


def _outlines(
    found: FeatureFile, names: dict[int, str]
) -> tuple[dict[int, BaseGeometry], list[Problem], list[Problem]]:
    outlines: dict[int, BaseGeometry] = {}
    problems, warnings = [], []
    for feature in found.features:
        name = names[feature.number]
        try:
            sound = sound_outline(feature)
        except GeometryError as error:
            problems.append(outline_problem(found.file, feature, name, error))
        else:
            outlines[feature.number] = sound.outline
            warnings += notes_on(found.file, feature, name, sound)
    return outlines, problems, warnings


def make_disjoint(
    rows: Rows, outlines: dict[int, BaseGeometry]
) -> tuple[dict[int, BaseGeometry], list[Problem], list[Problem]]:
    """The outlines without the water that an earlier one has too; problems; warnings.

    An overlap of more than 1% of the smaller zone is a problem: nobody can tell whose water was meant.
    """
    kept = [row for row in rows.rows if row.number in outlines]
    names = [rows.key(row) or f"feature_{row.number}" for row in kept]
    whole = [outlines[row.number] for row in kept]
    numbers = [row.number for row in kept]
    try:
        parts, overlaps = remove_overlaps(whole)
    except GeometryError as error:
        return outlines, [outline_problem(rows.file, Feature(0, {}, shapely.Point()), "", error)], []
    problems, warnings = list[Problem](), list[Problem]()
    km2 = areas_km2(whole)
    for keeper, loser, shared in overlaps:
        share = shared / min(km2[keeper], km2[loser])
        if share > LEAST_OVERLAP:
            key, said = ("overlap", problems) if share > MOST_OVERLAP else ("small_overlap", warnings)
            place = Place(rows.file, numbers[loser], "geometry")
            said.append(place.problem(key, names[loser], keeper=show(names[keeper]), km2=shared, share=share))
    return dict(zip(numbers, parts, strict=True)), problems, warnings


def read_land(folder: Path) -> tuple[BaseGeometry, dict[str, str], list[Problem]]:
    """The land as one geometry with canonical longitudes, the file's checksum, and warnings.

    Raises:
        InputError: the file cannot be read, or an outline of it cannot be used.
    """
    found = read_features(folder / LAND_FILE, folder)
    parts: list[BaseGeometry] = []
    warnings: list[Problem] = list(found.warnings)
    problems: list[Problem] = []
    for feature in found.features:
        try:
            sound = island_outline(feature)
        except GeometryError as error:
            problems.append(outline_problem(found.file, feature, "", error))
            continue
        parts.append(sound.outline)
        warnings += notes_on(found.file, feature, "", sound)
    if problems:
        raise InputError(problems)
    return shapely.union_all(parts), found.hashes, warnings


def take_out_land(
    rows: Rows, outlines: dict[int, BaseGeometry], land: BaseGeometry
) -> tuple[dict[int, BaseGeometry], list[Problem], list[Problem]]:
    """The outlines without the land inside them; problems; warnings that say how much it was."""
    named = [(row, Place(rows.file, row.number, "geometry")) for row in rows.rows if row.number in outlines]
    whole = [outlines[row.number] for row, _ in named]
    try:
        water, taken = without_land(whole, land)
    except GeometryError as error:
        return outlines, [outline_problem(LAND_FILE, Feature(0, {}, shapely.Point()), "", error)], []
    km2, left = areas_km2(whole), dict(outlines)
    problems, warnings, little = list[Problem](), list[Problem](), list[int]()
    for at in np.flatnonzero(taken):
        row, place = named[at]
        if water[at].is_empty:
            problems.append(place.problem("all_land", rows.key(row), land=LAND_FILE))
            continue
        left[row.number] = water[at]
        share, words = taken[at] / km2[at], {"km2": taken[at], "land": LAND_FILE}
        if share < LEAST_LAND:
            little.append(int(at))
        else:
            warnings.append(place.problem("land_inside", rows.key(row), share=share, **words))
    if little:
        names = tuple(f"{rows.key(named[at][0])} ({taken[at]:,.0f} km²)" for at in little)
        words = {"km2": taken[little].sum(), "land": LAND_FILE, "share": LEAST_LAND}
        said = Place(rows.file, 0, "geometry").problem("land_inside.little", **words)
        warnings.append(replace(said, value=", ".join(names)))
    return left, problems, warnings
