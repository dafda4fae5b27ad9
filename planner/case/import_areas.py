"""Making ``areas.geojson`` from a file of the Marine Regions "World EEZ", or from one like it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.marine_regions import NEEDED, Zone, filtered, read_zones
from planner.case.matching import Candidate, ExistingAreas, match, read_existing
from planner.case.outlines import outline_problem, repaired, sound_outline
from planner.case.place import Place
from planner.case.rows import Row
from planner.case.vector_file import read_features
from planner.errors import InputError, Problem
from planner.geometry.polygons import polygons_only
from planner.geometry.repair import GeometryError
from planner.schema.codes import COUNTRIES
from planner.schema.columns import NAME_CHARACTERS, TEXT_CHARACTERS
from planner.schema.values import RESERVED_IDS

MOST_IMPORT_BYTES = 500_000_000
"""Larger files are refused: the zones of the whole world at full resolution have about 160 MB."""
DECIMALS = 6
"""Decimals of a degree that are kept: a tenth of a metre."""
CITATION = (
    "Flanders Marine Institute, Maritime Boundaries Geodatabase: World EEZ, marineregions.org, CC BY 4.0 "
    "(version 12: doi 10.14284/632)"
)
Picked = list[tuple[Candidate, dict[str, object]]]
"""Zones with the properties of the areas that they become."""


def import_areas(
    source: str | Path,
    columns: Mapping[str, str] | None = None,
    territory: Sequence[str] | None = None,
    sovereign: Sequence[str] | None = None,
    like: str | Path | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """The content of ``areas.geojson`` for the zones of a file, and what was remarkable.

    Every zone gets a risk weight of 1, which its ``source`` marks as an assumption, and no target. With
    ``like`` the zones take the place of the areas of an existing file instead, whose ids, names, states,
    weights and targets stay.

    Args:
        source: GeoPackage, shapefile or GeoJSON.
        columns: The column that holds each of the keys of ``marine_regions.COLUMNS``, where it is not
            Marine Regions' own name.
        territory: Names or alpha-3 codes; only their zones are taken.
        sovereign: Names or alpha-3 codes; only their zones are taken. Both filters must hold where both are
            given.
        like: A file of areas.

    Returns:
        A GeoJSON FeatureCollection with longitudes in 0 to 360 and 6 decimals, and warnings.

    Raises:
        InputError: a file cannot be read, a column or a filter is unknown, a code is wrong, nothing is left,
            or an area of ``like`` has no zone.
    """
    existing = None if like is None else read_existing(Path(like))
    found = read_features(Path(source), most_bytes=MOST_IMPORT_BYTES)
    zones = list(read_zones(found, columns or {}, NEEDED if existing is None else ()))
    chosen = filtered(zones, found.file, territory or (), sovereign or ()) if zones else []
    if existing is None:
        picked, warnings = _new_areas(chosen, found.file)
    else:
        picked, warnings = _replaced_areas(chosen, found.file, existing)
    features = _features(picked, found.file)
    if not features:
        raise Place(found.file).error("no_rows.zones" if found.features else "no_rows.features")
    for each, _ in picked:
        warnings += repaired(found.file, each.zone.feature, each.zone.name, each.note)
    return {"type": "FeatureCollection", "features": features}, [*found.warnings, *warnings]


def _new_areas(zones: list[Zone], file: str) -> tuple[Picked, list[Problem]]:
    """A new area for each zone that can be taken, and warnings.

    Raises:
        InputError: with every zone whose outline or code cannot be used.
    """
    warnings = [
        zone.problem(file, "disputed", polygon_type=zone.polygon_type.lower())
        for zone in zones
        if zone.disputed
    ]
    candidates, problems = _candidates([zone for zone in zones if not zone.disputed], file)
    picked: Picked = []
    ids: set[str] = set()
    for candidate in candidates:
        zone = candidate.zone
        state, found = _state(zone, file)
        (warnings if state else problems).extend(found)
        if state:
            name = zone.territory or zone.geoname or COUNTRIES[state]
            properties: dict[str, object] = {
                "area_id": _id(name, ids),
                "name": name[:NAME_CHARACTERS],
                "coastal_state": state,
                "risk_weight": 1.0,
                "source": _origin(zone, file, "risk_weight 1 is assumed"),
            }
            picked.append((candidate, properties))
    if problems:
        raise InputError(problems)
    return picked, warnings


def _replaced_areas(zones: list[Zone], file: str, existing: ExistingAreas) -> tuple[Picked, list[Problem]]:
    """The existing areas, in their order, each with its zone; and warnings.

    A zone that cannot be read is left out with a warning, if every area has found another.

    Raises:
        InputError: an area has no zone.
    """
    candidates, broken = _candidates(zones, file)
    chosen, problems, warnings = match(existing, candidates, file)
    if problems:
        raise InputError([*problems, *broken])
    warnings += [replace(problem, rule=f"is left out: {problem.rule}") for problem in broken]
    picked: Picked = []
    for at, candidate in chosen.items():
        zone, row = candidate.zone, existing.rows[at]
        picked.append((candidate, _kept(zone, file, row)))
        if zone.disputed:
            of = {"polygon_type": zone.polygon_type.lower(), "state": row["coastal_state"]}
            warnings.append(zone.problem(file, "disputed.taken", area=row["area_id"], **of))
    return picked, warnings


def _candidates(zones: list[Zone], file: str) -> tuple[list[Candidate], list[Problem]]:
    """The zones whose outlines are sound, and the problems of the others."""
    candidates, problems = list[Candidate](), list[Problem]()
    for zone in zones:
        try:
            candidates.append(Candidate(zone, *sound_outline(zone.feature)))
        except GeometryError as error:
            problems.append(outline_problem(file, zone.feature, zone.name, error))
    return candidates, problems


def _features(picked: Picked, file: str) -> list[dict[str, Any]]:
    """The features of the areas.

    Raises:
        InputError: an outline cannot be written with 6 decimals.
    """
    features, problems = list[dict[str, Any]](), list[Problem]()
    for candidate, properties in picked:
        try:
            outline = _rounded(candidate.outline)
        except GeometryError as error:
            problems.append(outline_problem(file, candidate.zone.feature, candidate.zone.name, error))
            continue
        geometry = json.loads(shapely.to_geojson(outline))
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    if problems:
        raise InputError(problems)
    return features


def _kept(zone: Zone, file: str, row: Row) -> dict[str, object]:
    """The attributes of an existing area, with a new source."""
    kept = {name: value for name, value in row.values.items() if value is not None and name != "source"}
    figures = " and ".join(name for name in ("risk_weight", "target_coverage") if name in kept)
    mark = " (assumed)" if "assum" in row["source"].lower() else ""
    return {**kept, "source": _origin(zone, file, f"{figures} as in {row.place.file}{mark}")}


def _state(zone: Zone, file: str) -> tuple[str, list[Problem]]:
    """The code of the territory, which gives access; else that of its sovereign, with a warning.

    "" where neither can be used, with a problem.
    """
    code = zone.iso_territory or zone.iso_sovereign
    if code not in COUNTRIES:
        if not code:
            return "", [zone.problem(file, "unknown_country.none", "iso_territory")]
        place = Place(file, zone.feature.number, "iso_territory")
        return "", [place.problem("unknown_country.zone", code)]
    if zone.iso_territory:
        return code, []
    return code, [zone.problem(file, "sovereign_taken", "iso_territory", code=code)]


def _id(name: str, taken: set[str]) -> str:
    """A free id made from a name, e.g. "Line Group" -> line_group."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")[:56].strip("_")
    if not re.match("[a-z]", slug) or slug in RESERVED_IDS:
        slug = f"area_{slug}".strip("_")
    free, number = slug, 2
    while free in taken:
        free, number = f"{slug}_{number}", number + 1
    taken.add(free)
    return free


def _origin(zone: Zone, file: str, remark: str) -> str:
    """The ``source`` of an imported area: the file, Marine Regions' zone if it is one, and a remark."""
    cited = f"Marine Regions zone {zone.mrgid}: {CITATION}"
    stated = cited if zone.mrgid else "the file states no Marine Regions id"
    return f"{file}; {stated}; {remark}"[:TEXT_CHARACTERS]


def _rounded(outline: BaseGeometry) -> BaseGeometry:
    """A valid outline with at most 6 decimals, exteriors counter-clockwise as RFC 7946 asks.

    Raises:
        GeometryError: the outline does not survive it.
    """
    coarse = polygons_only(np.array([shapely.set_precision(outline, 10.0**-DECIMALS)], dtype=object))[0]
    coarse = shapely.transform(coarse, lambda coordinates: np.round(coordinates, DECIMALS))
    if coarse.is_empty or not coarse.is_valid:
        raise GeometryError("the outline is not valid with 6 decimals; simplify it in your GIS")
    oriented: BaseGeometry = shapely.orient_polygons(coarse)
    return oriented
