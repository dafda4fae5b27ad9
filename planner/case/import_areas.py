"""Making ``areas.geojson`` from a file of the Marine Regions "World EEZ", or from one like it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.case.areas import read_features
from planner.case.codes import COUNTRIES
from planner.case.fields import NAME_CHARACTERS, RESERVED_IDS
from planner.case.imported import as_feature, origin, rounded
from planner.case.marine_regions import NEEDED, Zone, filtered, read_zones
from planner.case.matching import read_existing
from planner.case.outlines import outline_problem, sound_outline
from planner.case.replacing import replaced_areas
from planner.case.wording import show
from planner.errors import InputError, Problem
from planner.geometry.repair import GeometryError

MOST_IMPORT_BYTES = 500_000_000
"""Larger files are refused: the zones of the whole world at full resolution have about 160 MB."""


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
    weights and targets stay (``planner.case.replacing``).

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
    path = Path(source)
    existing = None if like is None else read_existing(Path(like))
    found = read_features(path, most_bytes=MOST_IMPORT_BYTES)
    zones = list(read_zones(found, columns or {}, NEEDED if existing is None else ()))
    chosen = filtered(zones, found.file, territory or (), sovereign or ())
    if existing is None:
        features, warnings = _areas(chosen, found.file)
    else:
        features, warnings = replaced_areas(chosen, found.file, existing)
    if not features:
        remedy = "choose other territories, or correct the file"
        raise InputError([Problem(found.file, 0, "", "", "has no zone that can be taken", remedy)])
    return {"type": "FeatureCollection", "features": features}, [*found.warnings, *warnings]


def _areas(zones: list[Zone], file: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """New areas, one for each zone that can be taken, and warnings.

    Raises:
        InputError: with every zone whose outline or code cannot be used.
    """
    features: list[dict[str, Any]] = []
    warnings: list[Problem] = []
    problems: list[Problem] = []
    ids: set[str] = set()
    for zone in zones:
        try:
            feature, remarks = _area(zone, file, ids)
        except InputError as error:
            problems += error.problems
            continue
        warnings += remarks
        features += [feature] if feature else []
    if problems:
        raise InputError(problems)
    return features, warnings


def _area(zone: Zone, file: str, ids: set[str]) -> tuple[dict[str, Any] | None, list[Problem]]:
    """A zone as a feature of ``areas.geojson``, or None if it is left out; and warnings.

    Raises:
        InputError: its outline or its code cannot be used.
    """
    row = zone.feature.number
    if zone.disputed:
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
    properties = {
        "area_id": _id(name, ids),
        "name": name[:NAME_CHARACTERS],
        "coastal_state": state,
        "risk_weight": 1.0,
        "source": origin(zone, file, "risk_weight 1 is assumed"),
    }
    return as_feature(properties, outline), warnings


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
