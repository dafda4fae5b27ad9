"""Making ``areas.geojson`` from a file of the Marine Regions "World EEZ", or from one like it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.areas import read_features
from planner.case.codes import COUNTRIES
from planner.case.fields import NAME_CHARACTERS, RESERVED_IDS, TEXT_CHARACTERS
from planner.case.marine_regions import Zone, filtered, read_zones
from planner.case.outlines import outline_problem, sound_outline
from planner.case.wording import show
from planner.errors import InputError, Problem
from planner.geometry.polygons import polygons_only
from planner.geometry.repair import GeometryError

MOST_IMPORT_BYTES = 500_000_000
"""Larger files are refused: the zones of the whole world at full resolution have about 160 MB."""
DECIMALS = 6
"""Decimals of a degree that are kept: a tenth of a metre."""
CITATION = (
    "Flanders Marine Institute, Maritime Boundaries Geodatabase: World EEZ, marineregions.org, CC BY 4.0 "
    "(version 12: doi 10.14284/632)"
)
DISPUTED = ("joint regime", "overlapping claim")
"""Kinds of polygon that no single coastal state gives access to."""


def import_areas(
    source: str | Path,
    columns: Mapping[str, str] | None = None,
    territory: Sequence[str] | None = None,
    sovereign: Sequence[str] | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """The content of ``areas.geojson`` for the zones of a file, and what was remarkable.

    Every zone gets a risk weight of 1, which its ``source`` marks as an assumption, and no target.

    Args:
        source: GeoPackage, shapefile or GeoJSON.
        columns: The column that holds each of the keys of ``marine_regions.COLUMNS``, where it is not
            Marine Regions' own name.
        territory: Names or alpha-3 codes; only their zones are taken.
        sovereign: Names or alpha-3 codes; only their zones are taken. Both filters must hold where both are
            given.

    Returns:
        A GeoJSON FeatureCollection with longitudes in 0 to 360 and 6 decimals, and warnings.

    Raises:
        InputError: the file cannot be read, a column or a filter is unknown, a code is wrong, or nothing is
            left.
    """
    path = Path(source)
    found = read_features(path, most_bytes=MOST_IMPORT_BYTES)
    zones = list(read_zones(found, columns or {}))
    chosen = filtered(zones, found.file, territory or (), sovereign or ())
    warnings = list(found.warnings)
    features: list[dict[str, Any]] = []
    problems: list[Problem] = []
    ids: set[str] = set()
    for zone in chosen:
        try:
            feature, remarks = _area(zone, found.file, ids)
        except InputError as error:
            problems += error.problems
            continue
        warnings += remarks
        features += [feature] if feature else []
    if problems:
        raise InputError(problems)
    if not features:
        remedy = "choose other territories, or correct the file"
        raise InputError([Problem(found.file, 0, "", "", "has no zone that can be taken", remedy)])
    return {"type": "FeatureCollection", "features": features}, warnings


def _area(zone: Zone, file: str, ids: set[str]) -> tuple[dict[str, Any] | None, list[Problem]]:
    """A zone as a feature of ``areas.geojson``, or None if it is left out; and warnings.

    Raises:
        InputError: its outline or its code cannot be used.
    """
    row = zone.feature.number
    if zone.polygon_type.lower().startswith(DISPUTED):
        rule = f"is left out: no single state has authority there ({zone.polygon_type.lower()})"
        return None, [
            Problem(file, row, "", zone.label, rule, "add it to areas.geojson by hand if it is to be planned")
        ]
    state, warnings = _state(zone, file)
    try:
        outline, note = sound_outline(zone.feature)
        outline = rounded(outline)
    except GeometryError as error:
        raise InputError([outline_problem(file, zone.feature, zone.label, error)]) from None
    if note:
        rule = f"had a broken outline: {note}"
        warnings.append(Problem(file, row, "geometry", zone.label, rule, "check it in your GIS"))
    name = zone.territory or zone.geoname or COUNTRIES[state]
    origin = (
        f"Marine Regions zone {zone.mrgid}: {CITATION}"
        if zone.mrgid
        else "the file states no Marine Regions id"
    )
    properties = {
        "area_id": _id(name, ids),
        "name": name[:NAME_CHARACTERS],
        "coastal_state": state,
        "risk_weight": 1.0,
        "source": f"{file}; {origin}; risk_weight 1 is assumed"[:TEXT_CHARACTERS],
    }
    geometry = {"type": outline.geom_type, "coordinates": shapely.geometry.mapping(outline)["coordinates"]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}, warnings


def _state(zone: Zone, file: str) -> tuple[str, list[Problem]]:
    """The code of the territory, which gives access; else that of its sovereign, with a warning."""
    row, code = zone.feature.number, zone.iso_territory or zone.iso_sovereign
    if code not in COUNTRIES:
        rule = "is not an ISO 3166-1 alpha-3 code" if code else "has no code of a territory or a sovereign"
        raise InputError(
            [
                Problem(
                    file, row, "iso_territory", show(code) if code else zone.label, rule, "correct the file"
                )
            ]
        )
    if zone.iso_territory:
        return code, []
    rule = f"has no code of its territory; that of its sovereign ({code}) was taken"
    return code, [
        Problem(
            file, row, "iso_territory", zone.label, rule, "correct coastal_state, if another gives access"
        )
    ]


def rounded(outline: BaseGeometry) -> BaseGeometry:
    """A valid outline with at most 6 decimals, exteriors counter-clockwise as RFC 7946 asks."""
    coarse = polygons_only(np.array([shapely.set_precision(outline, 10.0**-DECIMALS)], dtype=object))[0]
    coarse = shapely.transform(coarse, lambda coordinates: np.round(coordinates, DECIMALS))
    if coarse.is_empty or not coarse.is_valid:
        raise GeometryError("the outline is not valid with 6 decimals; simplify it in your GIS")
    oriented: BaseGeometry = shapely.orient_polygons(coarse)
    return oriented


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
