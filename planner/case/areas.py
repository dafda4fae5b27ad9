"""Reading the areas, whose rows are features with an outline, and the land."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.outlines import island_outline, outline_problem, repaired, sound_outline
from planner.case.place import Place, capped
from planner.case.rows import Rows, check_columns, parse
from planner.case.vector_file import SHAPE, Feature, FeatureFile, read_features
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.geometry.overlap import remove_overlaps
from planner.geometry.repair import GeometryError
from planner.schema.tables import AREAS
from planner.schema.wording import listed, show

AREA_FILES = ("areas.geojson", "areas.gpkg", "areas.shp")
DBF_CHARACTERS = 10
"""Longest name of a column in a shapefile: longer ones arrive cut."""
MOST_OVERLAP = 0.01
"""Share of the smaller zone that another may cover before nobody can tell whose water it is."""
LEAST_OVERLAP = 1e-6
"""Smaller overlaps are digits of the file: resolved like others, but not worth a warning."""
LAND_FILE = "land.geojson"


@dataclass(frozen=True)
class AreaFile:
    """The rows of the areas, their sound outlines by row number, checksums, problems and warnings."""

    rows: Rows
    outlines: dict[int, BaseGeometry]
    hashes: dict[str, str]
    problems: list[Problem]
    warnings: list[Problem]


def areas_file(folder: Path) -> Path:
    """The one file of areas of a case.

    Raises:
        InputError: there is none, or there are several.
    """
    found = [folder / name for name in AREA_FILES if (folder / name).exists() or (folder / name).is_symlink()]
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
    whole = {name: name for name in AREAS.columns}
    if path.suffix.lower() == SHAPE:
        whole |= {name[:DBF_CHARACTERS].lower(): name for name in AREAS.columns}
        whole |= {name[:DBF_CHARACTERS].upper(): name for name in AREAS.columns}
    columns = list(dict.fromkeys(whole.get(name, name) for name in found.columns))
    problems = check_columns(columns, AREAS, found.file, found.features[0].number) if found.features else []
    missing = {name for name in AREAS.required if name not in columns}
    rows, wrong = parse(
        AREAS, found.file, [_cells(feature, whole) for feature in found.features], strict=True
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
        [*found.warnings, *warnings],
    )


def _cells(feature: Feature, whole: dict[str, str]) -> tuple[int, dict[str, object]]:
    """The known attributes that are filled; names that a shapefile has cut are made whole."""
    cells = {whole.get(name, ""): _stripped(value) for name, value in feature.properties.items()}
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
            outlines[feature.number], note = sound_outline(feature)
        except GeometryError as error:
            problems.append(outline_problem(found.file, feature, name, error))
        else:
            warnings += repaired(found.file, feature, name, note)
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
            part, note = island_outline(feature)
        except GeometryError as error:
            problems.append(outline_problem(found.file, feature, "", error))
            continue
        parts.append(part)
        warnings += repaired(found.file, feature, "", note)
    if problems:
        raise InputError(problems)
    return shapely.union_all(parts), found.hashes, warnings
