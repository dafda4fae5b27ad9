"""Reading the areas, whose rows are features with an outline, and the land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reading
from planner.case.outlines import island_outline, notes_on, outline_problem, sound_outline
from planner.case.place import Place, capped
from planner.case.rows import Rows, check_columns, parse
from planner.case.vector_file import Feature, FeatureFile, read_features
from planner.case.vector_parts import SHAPE
from planner.errors import InputError, Problem
from planner.geometry.polygons import GeometryError
from planner.schema.tables import AREAS
from planner.schema.wording import listed, nearest, show

AREA_FILES = ("areas.geojson", "areas.gpkg", "areas.shp")
DBF_CHARACTERS = 10
"""Longest name of a column in a shapefile: longer ones arrive cut."""
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
