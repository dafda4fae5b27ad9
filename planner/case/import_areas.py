"""Making ``areas.geojson`` from a file of the Marine Regions "World EEZ", or from one like it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.areas import read_features
from planner.case.codes import COUNTRIES
from planner.case.features import Feature, FeatureFile, outline_problem, sound_outline
from planner.case.fields import NAME_CHARACTERS, RESERVED_IDS, TEXT_CHARACTERS
from planner.case.wording import listed, nearest, show, suggestion
from planner.errors import InputError, Problem
from planner.geometry.polygons import polygons_only
from planner.geometry.repair import GeometryError

MOST_IMPORT_BYTES = 500_000_000
"""Larger files are refused: the zones of the whole world at full resolution have about 160 MB."""
DECIMALS = 6
"""Decimals of a degree that are kept: a tenth of a metre."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "territory": ("TERRITORY1", "territory"),
    "sovereign": ("SOVEREIGN1", "sovereign"),
    "iso_territory": ("ISO_TER1", "iso3_ter", "iso3_territory"),
    "iso_sovereign": ("ISO_SOV1", "iso3_sov", "iso3_sovereign"),
    "geoname": ("GEONAME",),
    "polygon_type": ("POL_TYPE",),
    "mrgid": ("MRGID",),
}
"""What is taken from the file, and the columns of Marine Regions' own files that hold it (in any case)."""
CITATION = (
    "Flanders Marine Institute, Maritime Boundaries Geodatabase: World EEZ, marineregions.org, CC BY 4.0 "
    "(version 12: doi 10.14284/632)"
)
DISPUTED = ("joint regime", "overlapping claim")
"""Kinds of polygon that no single coastal state gives access to."""


@dataclass(frozen=True)
class Zone:
    """A feature of the source with the attributes that are used, "" where it has none."""

    feature: Feature
    territory: str
    sovereign: str
    iso_territory: str
    iso_sovereign: str
    geoname: str
    polygon_type: str
    mrgid: str

    @property
    def label(self) -> str:
        """What the zone is called in messages."""
        return show(self.geoname or self.territory or f"feature {self.feature.number}")


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
        columns: The column that holds each of the keys of ``COLUMNS``, where it is not Marine Regions' own
            name.
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
    zones = list(_zones(found, columns or {}))
    chosen = _filtered(zones, found.file, territory or (), sovereign or ())
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


def _zones(found: FeatureFile, columns: Mapping[str, str]) -> Iterator[Zone]:
    names = list(dict.fromkeys(name for feature in found.features for name in feature.properties))
    taken = _columns(found.file, names, columns)
    for feature in found.features:
        values = {key: _text(feature.properties.get(name)) for key, name in taken.items()}
        yield Zone(feature, **{key: values.get(key, "") for key in COLUMNS})


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if isinstance(value, (str, int, float)) else ""


def _columns(file: str, names: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The file's column for every key that it has one for.

    Raises:
        InputError: a key or a column is unknown, or the file lacks what an area needs.
    """
    problems: list[Problem] = []
    for key, name in columns.items():
        if key not in COLUMNS:
            remedy = suggestion(key, list(COLUMNS))
            problems.append(Problem(file, 0, show(key), "", "is nothing that an area is made from", remedy))
        elif name not in names:
            problems.append(
                Problem(file, 0, key, show(name), "is not a column of the file", suggestion(name, names))
            )
    lower = {name.lower(): name for name in reversed(names)}
    taken = {
        key: lower[own.lower()]
        for key, known in COLUMNS.items()
        for own in reversed(known)
        if own.lower() in lower
    }
    taken |= columns
    for one, other in (("territory", "geoname"), ("iso_territory", "iso_sovereign")):
        if one not in taken and other not in taken and not problems:
            rule = f"has no column for {one} that is known ({listed(COLUMNS[one])})"
            remedy = (
                f"say which of its columns it is: {listed(names)}"
                if names
                else "export it with its attributes"
            )
            problems.append(Problem(file, 0, one, "", rule, remedy))
    if problems:
        raise InputError(problems)
    return taken


def _filtered(zones: list[Zone], file: str, territory: Sequence[str], sovereign: Sequence[str]) -> list[Zone]:
    problems = [
        *_unknown(file, "territory", territory, {name for zone in zones for name in _territory(zone)}),
        *_unknown(file, "sovereign", sovereign, {name for zone in zones for name in _sovereign(zone)}),
    ]
    if problems:
        raise InputError(problems)
    return [
        zone
        for zone in zones
        if (not territory or _any(territory, _territory(zone)))
        and (not sovereign or _any(sovereign, _sovereign(zone)))
    ]


def _territory(zone: Zone) -> tuple[str, ...]:
    return tuple(name for name in (zone.territory, zone.iso_territory) if name)


def _sovereign(zone: Zone) -> tuple[str, ...]:
    return tuple(name for name in (zone.sovereign, zone.iso_sovereign) if name)


def _any(wanted: Sequence[str], names: Collection[str]) -> bool:
    return not {name.strip().casefold() for name in wanted}.isdisjoint(name.casefold() for name in names)


def _unknown(file: str, key: str, wanted: Sequence[str], names: set[str]) -> Iterator[Problem]:
    for name in wanted:
        if not _any([name], names):
            near = nearest(name, sorted(names))
            remedy = (
                f"write {show(near)}, if that is meant"
                if near
                else f"the file has {listed(sorted(names), 40)}"
            )
            yield Problem(file, 0, key, show(name), f"is the {key} of no zone", remedy)


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
