"""Reading the areas, whose rows are features with an outline, and the land."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import reading
from planner.case.outlines import LAND_FILE, island_outline, notes_on, sound_outlines
from planner.case.published import columns_of
from planner.case.rows import Rows, check_columns, is_ignored, parse
from planner.case.vector_file import Feature, read_features
from planner.case.vector_parts import SHAPE
from planner.errors import InputError, Problem
from planner.schema.tables import AREAS
from planner.schema.wording import Place, capped, listed, nearest, show

AREA_FILES = ("areas.geojson", "areas.gpkg", "areas.shp")
DBF_CHARACTERS = 10
"""Longest name of a column in a shapefile: longer ones arrive cut."""


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
    missing = {(name, "blank") for name in AREAS.required if name not in columns}
    cells = [(feature.number, _cells(feature, meant)) for feature in found.features]
    rows, wrong = parse(AREAS, found.file, cells, strict=True)
    problems += [each for each in wrong if (each.column, each.code) not in missing]
    ids = {row.number: row["area_id"] or "" for row in rows}
    sound, broken = sound_outlines(found.file, found.features, ids)
    notes = [note for number, each in sound.items() for note in notes_on(found.file, each, ids[number])]
    return AreaFile(
        Rows(replace(AREAS, file=found.file), found.file, tuple(rows)),
        {number: each.outline for number, each in sound.items() if each.outline is not None},
        found.hashes,
        capped([*problems, *broken], found.file),
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
    islands, problems = sound_outlines(found.file, found.features, {}, island_outline)
    if problems:
        raise InputError(problems)
    land = shapely.union_all([island.outline for island in islands.values()])
    notes = [note for island in islands.values() for note in notes_on(found.file, island)]
    none = [] if islands else [Place(LAND_FILE).problem("no_rows.land")]
    return land, found.hashes, [*found.warnings, *notes, *none]
