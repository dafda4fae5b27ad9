"""Reading the areas: the one file of zones, attributes as raw rows and outlines as sound geometries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.csv_file import RawRow, RawTable, check_columns
from planner.case.features import Feature, FeatureFile, read_geojson
from planner.case.files import problem
from planner.case.outlines import island_outline, outline_problem, sound_outline
from planner.case.tables import AREAS
from planner.case.vector_file import read_vector
from planner.case.wording import capitalised, listed, show
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.geometry.overlap import remove_overlaps
from planner.geometry.repair import GeometryError

AREA_FILES = ("areas.geojson", "areas.gpkg", "areas.shp")
DBF_CHARACTERS = 10
"""Longest name of a column in a shapefile: longer ones arrive cut."""
MOST_OVERLAP = 0.01
"""Share of the smaller zone that another may cover before nobody can tell whose water it is."""
LEAST_OVERLAP = 1e-6
"""Smaller overlaps are digits of the file: resolved like others, but not worth a warning."""
LAND_FILE = "land.geojson"


@dataclass
class RawAreas:
    """Raw rows of the areas, their sound outlines by row number, and what was wrong or remarkable."""

    table: RawTable
    outlines: dict[int, BaseGeometry]
    hashes: dict[str, str]
    warnings: list[Problem]


def areas_file(folder: Path) -> Path:
    """The one file of areas of a case.

    Raises:
        InputError: there is none, or there are several.
    """
    found = [folder / name for name in AREA_FILES if (folder / name).exists() or (folder / name).is_symlink()]
    if not found:
        raise problem(AREAS.file, "is missing", f"add the zones as one of {', '.join(AREA_FILES)}")
    if len(found) > 1:
        names = listed([path.name for path in found])
        raise problem(found[0].name, f"is one of several files of areas ({names})", "keep only one of them")
    return found[0]


def read_features(path: Path, folder: Path | None = None, most_bytes: int | None = None) -> FeatureFile:
    """The features of a GeoJSON file, a GeoPackage or a shapefile, told apart by the ending of the name.

    Raises:
        InputError: the ending is another one, or the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in (".geojson", ".json"):
        return read_geojson(path, folder, most_bytes)
    if suffix in (".gpkg", ".shp"):
        return read_vector(path, folder, most_bytes)
    raise problem(path.name, "has no known ending", "give a .geojson, .json, .gpkg or .shp file")


def read_areas(folder: Path) -> RawAreas:
    """The areas of a case, raw attributes and sound outlines.

    Raises:
        InputError: there is not exactly one file of areas, or it cannot be read.
    """
    return read_area_file(areas_file(folder), folder)


def read_area_file(path: Path, folder: Path | None = None) -> RawAreas:
    """The areas of one file, wherever it stands.

    Raises:
        InputError: the file cannot be read.
    """
    found = read_features(path, folder)
    table = _table(found)
    outlines: dict[int, BaseGeometry] = {}
    warnings = list(found.warnings)
    for feature, row in zip(found.features, table.rows, strict=True):
        name = show(row.cells["area_id"]) if "area_id" in row.cells else ""
        try:
            outlines[feature.number], note = sound_outline(feature)
        except GeometryError as error:
            table.problems.append(outline_problem(found.file, feature, name, error))
        else:
            if note:
                rule = f"had a broken outline: {note}"
                warnings.append(
                    Problem(found.file, feature.number, "geometry", name, rule, "check it in your GIS")
                )
    return RawAreas(table, outlines, found.hashes, warnings)


def _table(found: FeatureFile) -> RawTable:
    """The attributes as a raw table; names that a shapefile has cut are made whole."""
    whole = {name: name for name in AREAS.fields}
    if found.file.endswith(".shp"):
        whole |= {name[:DBF_CHARACTERS]: name for name in AREAS.fields}
    rows = [_row(feature, whole) for feature in found.features]
    columns = list(dict.fromkeys(name for row in rows for name in row.cells))
    first = next(iter(found.features), Feature(0, {}, None)).number
    table = RawTable(replace(AREAS, file=found.file), found.file, tuple(columns))
    table.problems = check_columns(columns, AREAS, found.file, first) if rows else []
    for row in rows:
        row.cells = {name: value for name, value in row.cells.items() if name in AREAS.fields}
    table.rows = rows
    return table


def _row(feature: Feature, whole: dict[str, str]) -> RawRow:
    cells = {whole.get(name, name): _stripped(value) for name, value in feature.properties.items()}
    return RawRow(feature.number, {name: value for name, value in cells.items() if value != ""})


def _stripped(value: object) -> object:
    return value.strip(" \t") if isinstance(value, str) else value


def make_disjoint(
    file: str, numbers: list[int], ids: list[str], outlines: list[BaseGeometry]
) -> tuple[list[BaseGeometry], list[Problem], list[Problem]]:
    """The outlines without the water that an earlier one has too; problems; warnings.

    An overlap of more than 1% of the smaller zone is a problem: nobody can tell whose water was meant.
    """
    try:
        parts, overlaps = remove_overlaps(outlines)
    except GeometryError as error:
        return outlines, [outline_problem(file, Feature(0, {}, None), "", error)], []
    problems, warnings = [], []
    km2 = areas_km2(outlines)
    for keeper, loser, shared in overlaps:
        share = shared / min(km2[keeper], km2[loser])
        rule = f"overlaps {ids[keeper]} by {shared:,.4g} km² ({share:.2%} of the smaller)"
        if share > MOST_OVERLAP:
            remedy = "correct the outlines so that every piece of water is in one zone"
            problems.append(Problem(file, numbers[loser], "geometry", ids[loser], rule, remedy))
        elif share > LEAST_OVERLAP:
            remedy = f"the water was left to {ids[keeper]}, which comes first in the file"
            warnings.append(Problem(file, numbers[loser], "geometry", ids[loser], rule, remedy))
    return list(parts), problems, warnings


def read_land(folder: Path) -> tuple[BaseGeometry, str, list[Problem]]:
    """The land as one geometry with canonical longitudes, the file's checksum, and warnings.

    Raises:
        InputError: the file cannot be read, or an outline of it cannot be used.
    """
    found = read_geojson(folder / LAND_FILE, folder)
    parts, warnings, problems = [], list(found.warnings), []
    for feature in found.features:
        try:
            part, note = island_outline(feature)
        except GeometryError as error:
            problems.append(outline_problem(found.file, feature, "", error))
            continue
        parts.append(part)
        if note:
            rule = capitalised(note)
            warnings.append(Problem(found.file, feature.number, "geometry", "", rule, "check it in your GIS"))
    if problems:
        raise InputError(problems)
    return shapely.union_all(parts), found.hashes[found.file], warnings
