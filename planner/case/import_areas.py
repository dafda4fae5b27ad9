"""Making ``areas.geojson`` from a file of the Marine Regions "World EEZ", or from one like it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.marine_regions import NEEDED, Zone, filtered, read_zones
from planner.case.matching import Candidate, ExistingAreas, match, read_existing
from planner.case.new_areas import Codes, gathered, given_codes, names_and_ids, origin, state_of, unnamed
from planner.case.outlines import notes_on, outline_problem, sound_outline
from planner.case.place import Place
from planner.case.rows import Row
from planner.case.vector_file import read_features
from planner.case.vector_parts import Options
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.geometry.polygons import GeometryError, polygons_only
from planner.schema.wording import show

MOST_IMPORT_BYTES = 500_000_000
"""Larger files are refused: the zones of the whole world at full resolution have about 160 MB."""
DECIMALS = 6
"""Decimals of a degree that are kept: a tenth of a metre."""
LEAST_CHANGE = 0.03
"""Share by which an area must change to be worth a word when its outline is replaced."""
Picked = list[tuple[Candidate, dict[str, object]]]
"""Zones with the properties of the areas that they become."""


@dataclass(frozen=True)
class Choices:
    """What is taken from a file of zones, and how.

    Attributes:
        columns: The column that holds each of the keys of ``marine_regions.COLUMNS``, where it is not Marine
            Regions' own name.
        territory, sovereign: Names or codes; only their zones are taken, both where both are given.
        iso: The code of the coastal state by name or code in the file; "" is that of zones without one.
        keep_disputed: Whether zones are taken where no single state has authority.
        strict: Whether a zone that cannot be read stops the import.
        source: What is known of the file's origin.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    territory: Sequence[str] = ()
    sovereign: Sequence[str] = ()
    iso: Mapping[str, str] = field(default_factory=dict)
    keep_disputed: bool = False
    strict: bool = False
    source: str = ""


def import_areas(
    source: str | Path,
    choices: Choices | None = None,
    like: str | Path | None = None,
    layer: str = "",
    encoding: str = "",
) -> tuple[dict[str, Any], list[Problem]]:
    """The content of ``areas.geojson`` for the zones of a file, and what was remarkable.

    Every zone gets a risk weight of 1, which its ``source`` marks as an assumption, and no target. With
    ``like`` the zones take the place of the areas of an existing file instead, whose ids, names, states,
    weights and targets stay.

    Args:
        source: GeoPackage, shapefile, GeoJSON or KML, or an archive of them.
        choices: What is taken.
        like: A file of areas.
        layer: The layer, where there are several.
        encoding: How the file's text is encoded, where it does not say so.

    Returns:
        A GeoJSON FeatureCollection with longitudes in 0 to 360 and 6 decimals, and warnings.

    Raises:
        InputError: a file cannot be read, a column or a filter is unknown, nothing is left, or an area of
            ``like`` has no zone.
    """
    choices = choices or Choices()
    existing = None if like is None else read_existing(Path(like))
    found = read_features(Path(source), None, Options(MOST_IMPORT_BYTES, layer, encoding, command=True))
    if not found.features:
        raise Place(found.file).error("no_rows.features")
    codes, problems = given_codes(choices.iso, found.file)
    if problems:
        raise InputError(problems)
    needed = NEEDED[: (0 if existing else 1 if codes else 2)]
    zones = list(read_zones(found, choices.columns, needed))
    problems = list(unnamed(choices.iso, zones, found.file))
    if problems:
        raise InputError(problems)
    chosen = filtered(zones, found.file, choices.territory, choices.sovereign)
    if existing is None:
        picked, left_out, warnings = _new_areas(chosen, found.file, choices, codes)
    else:
        picked, left_out, warnings = _replaced_areas(chosen, found.file, choices, existing)
    features, broken = _features(picked, found.file)
    left_out += broken
    if left_out and (choices.strict or not features or (broken and existing)):
        raise InputError(gathered(left_out))
    if not features:
        raise InputError([Place(found.file).problem("no_rows.zones"), *gathered(warnings)])
    for each, _ in picked:
        warnings += notes_on(found.file, each.zone.feature, each.zone.name, each.sound)
    warnings += [replace(problem, rule=f"is left out: it {problem.rule}") for problem in left_out]
    return {"type": "FeatureCollection", "features": features}, [*found.warnings, *gathered(warnings)]


def _new_areas(
    zones: list[Zone], file: str, choices: Choices, codes: Codes
) -> tuple[Picked, list[Problem], list[Problem]]:
    """A new area for each zone that can be taken; the problems of those that cannot; warnings."""
    warnings, wanted = list[Problem](), list[Zone]()
    for zone in zones:
        if zone.dry:
            warnings.append(zone.problem(file, "no_sea", kind=show(zone.polygon_type)))
        elif zone.disputed and not choices.keep_disputed:
            warnings.append(zone.problem(file, "disputed", why=zone.disputed))
        else:
            wanted.append(zone)
    candidates, problems = _candidates(wanted, file)
    usable, states = list[Candidate](), list[str]()
    for candidate in candidates:
        zone = candidate.zone
        state, found = state_of(zone, file, codes)
        (warnings if state else problems).extend(found)
        if state:
            usable.append(candidate)
            states.append(state)
            if zone.odd:
                warnings.append(zone.problem(file, "odd_kind", kind=show(zone.polygon_type)))
            if zone.disputed:
                warnings.append(zone.problem(file, "disputed.kept", why=zone.disputed, state=state))
    sizes = areas_km2([each.outline for each in usable]).tolist()
    called = names_and_ids([each.zone for each in usable], states, sizes)
    picked: Picked = []
    for candidate, state, (name, area_id) in zip(usable, states, called, strict=True):
        properties: dict[str, object] = {
            "area_id": area_id,
            "name": name,
            "coastal_state": state,
            "risk_weight": 1.0,
            "source": origin(candidate.zone, file, choices.source, "risk_weight 1 is assumed"),
        }
        picked.append((candidate, properties))
    return picked, problems, warnings


def _replaced_areas(
    zones: list[Zone], file: str, choices: Choices, existing: ExistingAreas
) -> tuple[Picked, list[Problem], list[Problem]]:
    """The existing areas, in their order, each with its zone; the problems of other zones; warnings.

    Raises:
        InputError: an area has no zone.
    """
    candidates, broken = _candidates(zones, file)
    chosen, problems, warnings = match(existing, candidates, file)
    if problems:
        raise InputError([*problems, *broken])
    picked: Picked = []
    before = areas_km2(existing.outlines)
    after = areas_km2([candidate.outline for candidate in chosen.values()])
    for (at, candidate), km2 in zip(chosen.items(), after, strict=True):
        zone, row = candidate.zone, existing.rows[at]
        picked.append((candidate, _kept(zone, file, row, choices.source)))
        if zone.disputed:
            of = {"why": zone.disputed, "state": row["coastal_state"]}
            warnings.append(zone.problem(file, "disputed.taken", area=row["area_id"], **of))
        if abs(km2 / before[at] - 1) > LEAST_CHANGE:
            sizes = {"km2": km2, "before": before[at], "change": km2 / before[at] - 1}
            warnings.append(row.problem("geometry", "area_changed", row["area_id"], **sizes))
    return picked, broken, warnings


def _candidates(zones: list[Zone], file: str) -> tuple[list[Candidate], list[Problem]]:
    """The zones whose outlines are sound, and the problems of the others."""
    candidates, problems = list[Candidate](), list[Problem]()
    for zone in zones:
        try:
            candidates.append(Candidate(zone, sound_outline(zone.feature)))
        except GeometryError as error:
            problems.append(outline_problem(file, zone.feature, zone.name, error))
    return candidates, problems


def _features(picked: Picked, file: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The features of the areas, and the problems of those that cannot be written with 6 decimals."""
    features, problems = list[dict[str, Any]](), list[Problem]()
    for candidate, properties in picked:
        try:
            outline = _rounded(candidate.outline)
        except GeometryError as error:
            problems.append(outline_problem(file, candidate.zone.feature, candidate.zone.name, error))
            continue
        geometry = json.loads(shapely.to_geojson(outline))
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return features, problems


def _kept(zone: Zone, file: str, row: Row, stated: str) -> dict[str, object]:
    """The attributes of an existing area, with a new source."""
    kept = {name: value for name, value in row.values.items() if value not in (None, "") and name != "source"}
    figures = " and ".join(name for name in ("risk_weight", "target_coverage") if name in kept)
    mark = " (assumed)" if "assum" in row["source"].lower() else ""
    return {**kept, "source": origin(zone, file, stated, f"{figures} as in {row.place.file}{mark}")}


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
