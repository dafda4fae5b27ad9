"""Making ``areas.geojson`` from a file of the Marine Regions "World EEZ", or from one like it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case import marine_regions as regions
from planner.case.areas import AreaFile, notes_on, outline_problem, read_areas, sound_outlines
from planner.case.files import reason
from planner.case.folder import areas_in
from planner.case.marine_regions import Zone
from planner.case.rows import Row
from planner.case.rules import duplicates
from planner.case.vector_file import read_features
from planner.case.vector_parts import Options
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.geometry.polygons import Floats, Geometries, GeometryError, Integers, as_array, polygons_only
from planner.schema.messages import Place, listed, show
from planner.schema.tables import AREAS

MOST_IMPORT_BYTES = 500_000_000
"""Larger files are refused: the zones of the whole world at full resolution have about 160 MB."""
DECIMALS = 6
"""Decimals of a degree that are kept: a tenth of a metre."""
LEAST_CHANGE = 0.03
"""Share by which an area must change to be worth a word when its outline is replaced."""
LEAST_SHARE = 0.5
"""Share of common area (intersection over union) from which a zone and an area mean the same water: disjoint
zones cannot both share more than half with one area."""
TWINS, BOUNDS_DEG = 0.99, 0.1
"""Share of common area from which two zones are one, listed twice, and how near their bounds must be."""
SHOWN_ZONES = 5
"""Names of zones that are listed in one warning."""


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


Areas = list[tuple[Zone, dict[str, object]]]
"""Zones that become areas, with the attributes of these."""
Picked = tuple[Areas, list[Problem], list[Problem]]
"""Zones that become areas, the problems of others, warnings."""


def import_areas(
    source: str | Path,
    choices: Choices | None = None,
    like: str | Path | None = None,
    layer: str = "",
    encoding: str = "",
) -> tuple[dict[str, Any], list[Problem]]:
    """The content of ``areas.geojson`` for the zones of a file, and the warnings.

    Every zone gets a risk weight of 1, which its ``source`` marks as an assumption, and no target. With
    ``like`` the zones take the place of the areas of an existing file instead, whose ids, names, states,
    weights and targets stay.

    Args:
        source: GeoPackage, shapefile, GeoJSON or KML, or an archive of them.
        choices: What is taken.
        like: A file of areas, or a case.
        layer: The layer, where there are several.
        encoding: That of the file's text, where it does not say so.

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
    needed = regions.NEEDED[: 0 if existing else 1 if choices.iso else 2]
    zones = regions.read_zones(found, choices.columns, needed)
    codes = regions.given_codes(choices.iso, zones, found.file)
    zones = regions.filtered(zones, found.file, choices.territory, choices.sovereign)
    if existing is None:
        picked, left_out, warnings = _new_areas(zones, choices, codes)
    else:
        picked, left_out, warnings = _replaced_areas(zones, choices, existing, found.file)
    features = []
    for zone, properties in picked:
        try:
            geometry = json.loads(shapely.to_geojson(_rounded(zone.outline)))
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
            warnings += notes_on(found.file, zone.feature)
        except GeometryError as error:
            left_out.append(outline_problem(found.file, zone.feature, error))
    if left_out and (choices.strict or not features or (existing and len(features) < len(picked))):
        raise InputError(regions.gathered(left_out))
    if not features:
        raise InputError([Place(found.file).problem("no_rows.zones"), *regions.gathered(warnings)])
    warnings += [replace(problem, rule=f"is left out: it {problem.rule}") for problem in left_out]
    return {"type": "FeatureCollection", "features": features}, [*found.warnings, *regions.gathered(warnings)]


def _sound(zones: list[Zone]) -> tuple[list[Zone], list[Problem]]:
    """The zones whose outlines are sound, and the problems of the others."""
    named = (replace(zone.feature, name=zone.name) for zone in zones)
    sound, problems = sound_outlines(zones[0].file if zones else "", named)
    kept = [zone for zone in zones if zone.feature.number in sound]
    return [replace(zone, feature=sound[zone.feature.number]) for zone in kept], problems


def _new_areas(zones: list[Zone], choices: Choices, codes: regions.Codes) -> Picked:
    """A new area for each zone that can be taken."""
    warnings, wanted = list[Problem](), list[Zone]()
    for zone in zones:
        if regions.DRY in zone.polygon_type.lower():
            warnings.append(zone.problem("no_sea", kind=show(zone.polygon_type)))
        elif zone.disputed and not choices.keep_disputed:
            warnings.append(zone.problem("disputed", why=zone.disputed))
        else:
            wanted.append(zone)
    sound, problems = _sound(wanted)
    usable, states = list[Zone](), list[str]()
    for zone in sound:
        state, found = regions.state_of(zone, codes)
        (warnings if state else problems).extend(found)
        if state:
            usable.append(zone)
            states.append(state)
            if zone.odd:
                warnings.append(zone.problem("odd_kind", kind=show(zone.polygon_type)))
            if zone.disputed:
                warnings.append(zone.problem("disputed.kept", why=zone.disputed, state=state))
    for later, first in _twins(usable).items():
        warnings.append(usable[later].problem("same_zone", kept=show(usable[first].name)))
        del usable[later], states[later]
    sizes = areas_km2([zone.outline for zone in usable]).tolist()
    picked: Areas = []
    called = regions.names_and_ids(usable, states, sizes)
    for zone, state, (name, area_id) in zip(usable, states, called, strict=True):
        area = {"area_id": area_id, "name": name, "coastal_state": state, "risk_weight": 1.0}
        source = regions.origin(zone, choices.source, "risk_weight 1 is assumed")
        picked.append((zone, {**area, "source": source}))
    return picked, problems, warnings


def _twins(zones: list[Zone]) -> dict[int, int]:
    """The first zone that is the same water, for those that are listed again, by position."""
    outlines = as_array([zone.outline for zone in zones])
    if not len(outlines):
        return {}
    pairs = scipy.spatial.cKDTree(shapely.bounds(outlines)).query_pairs(BOUNDS_DEG, output_type="ndarray")
    one, other = np.sort(pairs, axis=1).T
    common = areas_km2(shapely.intersection(outlines[one], outlines[other]))
    same = common > TWINS * np.maximum(areas_km2(outlines[one]), areas_km2(outlines[other]))
    pairs = np.stack([other[same], one[same]], axis=1)
    return dict(sorted(pairs.tolist(), reverse=True))


def _replaced_areas(zones: list[Zone], choices: Choices, existing: AreaFile, file: str) -> Picked:
    """The existing areas, in their order, each with its zone; none may be without."""
    sound, broken = _sound(zones)
    chosen, problems, warnings = match(existing, sound, file)
    if problems:
        raise InputError([*problems, *broken])
    picked: Areas = []
    for at, zone in chosen.items():
        row = existing.rows.rows[at]
        picked.append((zone, _kept(zone, row, choices.source)))
        if zone.disputed:
            words = {"why": zone.disputed, "state": row["coastal_state"], "area": row["area_id"]}
            warnings.append(zone.problem("disputed.taken", **words))
        before, km2 = areas_km2([existing.outlines[row.number], zone.outline])
        if abs(km2 / before - 1) > LEAST_CHANGE:
            sizes = {"km2": km2, "before": before, "change": km2 / before - 1}
            warnings.append(row.problem("geometry", "area_changed", row["area_id"], **sizes))
    return picked, broken, warnings


def _kept(zone: Zone, row: Row, stated: str) -> dict[str, object]:
    """The attributes of an existing area, with a new source."""
    filled = [name for name in AREAS.columns if row[name] not in (None, "") and name != "source"]
    kept = {name: row[name] for name in filled}
    figures = " and ".join(name for name in ("risk_weight", "target_coverage") if name in kept)
    mark = " (assumed)" if "assum" in row["source"].lower() else ""
    return {**kept, "source": regions.origin(zone, stated, f"{figures} as in {row.place.file}{mark}")}


def _rounded(outline: BaseGeometry | None) -> BaseGeometry:
    """A valid outline with at most 6 decimals, exteriors counter-clockwise as RFC 7946 asks."""
    coarse = polygons_only(as_array([shapely.set_precision(outline, 10.0**-DECIMALS)]))[0]
    coarse = shapely.transform(coarse, lambda coordinates: np.round(coordinates, DECIMALS))
    if coarse.is_empty or not coarse.is_valid:
        raise GeometryError("the outline is not valid with 6 decimals; simplify it in your GIS")
    oriented: BaseGeometry = shapely.orient_polygons(coarse)
    return oriented


def read_existing(path: Path) -> AreaFile:
    """The areas of an existing file, or of a case, checked as those of a case.

    Raises:
        InputError: it cannot be read, or an area of it is wrong.
    """
    found = read_areas(areas_in(path))
    problems = [*found.problems, *duplicates({"areas": found.rows})]
    if problems:
        raise InputError(problems)
    if not found.rows.rows:
        raise Place(path.name).error("no_rows.areas")
    return found


def match(
    existing: AreaFile, zones: Sequence[Zone], file: str
) -> tuple[dict[int, Zone], list[Problem], list[Problem]]:
    """The zone of an imported file for each area, by the area's position; problems of the others; warnings.

    A zone goes to the area with which its share of common area is largest, if that is at least
    ``LEAST_SHARE``; an area takes the zone with the largest share, of equals the earlier one.

    Raises:
        InputError: outlines that cannot be compared.
    """
    rows = existing.rows.rows
    try:
        of, area, share = common_shares(
            as_array([zone.outline for zone in zones]),
            as_array([existing.outlines[row.number] for row in rows]),
        )
    except shapely.GEOSException as error:
        words = {"existing": existing.rows.file, "said": reason(error)}
        raise Place(file, 0, "geometry").error("broken_outline.compare", **words) from None
    pairs = pd.DataFrame({"zone": of, "area": area, "share": share})
    pairs = pairs.sort_values(["share", "zone"], ascending=[False, True], ignore_index=True)
    taken = pairs.drop_duplicates("zone")
    taken = taken[taken["share"] >= LEAST_SHARE]
    winners = taken.drop_duplicates("area")
    chosen = {int(at): zones[of] for at, of in zip(winners["area"], winners["zone"], strict=True)}
    warnings = []
    for of, at in taken.drop(winners.index)[["zone", "area"]].itertuples(index=False):
        words = {"kept": show(chosen[at].name), "area": rows[at]["area_id"]}
        warnings.append(zones[of].problem("left_out", **words))
    unmatched = [zone.name for at, zone in enumerate(zones) if at not in set(taken["zone"])]
    if unmatched:
        key = "left_out.one" if len(unmatched) == 1 else "left_out.many"
        said = Place(file).problem(key, count=len(unmatched), existing=existing.rows.file)
        warnings.append(replace(said, value=listed(unmatched, SHOWN_ZONES)))
    free = pairs[~pairs["zone"].isin(winners["zone"])].drop_duplicates("area").set_index("area")
    names = {at: show(zones[of].name) for at, of in free["zone"].items()}
    near = {at: f" (nearest is {names[at]}, {share:.0%} in common)" for at, share in free["share"].items()}
    problems = [
        row.problem("area_id", "no_zone", source=show(file), near=near.get(at, ""))
        for at, row in enumerate(rows)
        if at not in chosen
    ]
    return dict(sorted(chosen.items())), problems, warnings


def common_shares(zones: Geometries, areas: Geometries) -> tuple[Integers, Integers, Floats]:
    """Every pair of a zone and an area that meet, with the share of their water that is in both.

    share = |zone ∩ area| / |zone ∪ area|, with areas on the WGS84 ellipsoid; outlines are canonical, valid.

    Returns:
        Positions of the zones, positions of the areas, shares (0 to 1), of equal lengths.
    """
    zone, area = shapely.STRtree(areas).query(zones, predicate="intersects")
    both = areas_km2(shapely.intersection(zones[zone], areas[area]))
    either = areas_km2(zones)[zone] + areas_km2(areas)[area] - both
    return zone, area, both / either
