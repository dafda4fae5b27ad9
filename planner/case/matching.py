"""Which imported zone takes the place of which area of an existing file: the one that overlaps it most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.areas import read_areas
from planner.case.files import reason
from planner.case.marine_regions import Zone
from planner.case.outlines import Sound
from planner.case.place import Place
from planner.case.references import duplicates
from planner.case.rows import Row
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.geometry.polygons import Floats, Geometries, Integers, as_array, polygons_only
from planner.schema.wording import listed, show

LEAST_SHARE = 0.5
"""Share of common area (intersection over union) from which a zone and an area mean the same water.

Disjoint zones cannot both share more than half with one area.
"""
SHOWN_ZONES = 5
"""Names of zones that are listed in one warning."""


@dataclass(frozen=True)
class ExistingAreas:
    """The areas of a file: its name, its rows and their sound outlines, in the order of the file."""

    file: str
    rows: Sequence[Row]
    outlines: Geometries


@dataclass(frozen=True)
class Candidate:
    """A zone of the imported file with its sound outline."""

    zone: Zone
    sound: Sound

    @property
    def outline(self) -> BaseGeometry:
        """The outline."""
        return self.sound.outline


def read_existing(path: Path) -> ExistingAreas:
    """The areas of an existing file, checked as those of a case.

    Raises:
        InputError: it cannot be read, or an area of it is wrong.
    """
    found = read_areas(path)
    problems = [*found.problems, *duplicates({"areas": found.rows})]
    if problems:
        raise InputError(problems)
    if not found.rows.rows:
        raise Place(path.name).error("no_rows.areas")
    outlines = as_array([found.outlines[row.number] for row in found.rows.rows])
    return ExistingAreas(path.name, found.rows.rows, outlines)


def match(
    existing: ExistingAreas, candidates: Sequence[Candidate], file: str
) -> tuple[dict[int, Candidate], list[Problem], list[Problem]]:
    """The zone for each area, by the area's position; problems of areas without one; warnings.

    A zone goes to the area with which its share of common area is largest, if that is at least
    ``LEAST_SHARE``; an area takes the zone with the largest share, of equals the earlier one.

    Args:
        existing: The areas.
        candidates: The zones of the imported file.
        file: The name of that file.

    Raises:
        InputError: outlines that cannot be compared.
    """
    zones = as_array([each.outline for each in candidates])
    try:
        zone, area, share = common_shares(zones, existing.outlines)
    except shapely.GEOSException as error:
        place = Place(file, 0, "geometry")
        raise place.error("broken_outline.compare", existing=existing.file, said=reason(error)) from None
    order = np.lexsort((zone, -share))
    zone, area, share = zone[order], area[order], share[order]
    pairs = _first(zone)
    pairs = pairs[share[pairs] >= LEAST_SHARE]
    winners = pairs[_first(area[pairs])]
    chosen = dict(zip(area[winners].tolist(), zone[winners].tolist(), strict=True))
    warnings = []
    for pair in np.setdiff1d(pairs, winners):
        kept, area_id = candidates[chosen[area[pair]]].zone, existing.rows[area[pair]]["area_id"]
        warnings.append(candidates[zone[pair]].zone.problem(file, "left_out", kept=kept.label, area=area_id))
    taking = set(zone[pairs].tolist())
    unmatched = tuple(each.zone.name for at, each in enumerate(candidates) if at not in taking)
    if unmatched:
        key = "left_out.one" if len(unmatched) == 1 else "left_out.many"
        shown = listed(unmatched, SHOWN_ZONES)
        said = Place(file).problem(key, count=len(unmatched), existing=existing.file)
        warnings.append(replace(said, value=shown))
    free = np.flatnonzero(~np.isin(zone, zone[winners]))
    nearest = {
        area[pair]: (candidates[zone[pair]].zone.label, share[pair]) for pair in free[_first(area[free])]
    }
    missing = [place for place in range(len(existing.rows)) if place not in chosen]
    problems = [_missing(existing, place, nearest.get(place), file) for place in missing]
    return {place: candidates[chosen[place]] for place in sorted(chosen)}, problems, warnings


def _first(values: Integers) -> Integers:
    """The position where each value stands first, in the order of the positions."""
    return np.sort(np.unique(values, return_index=True)[1]).astype(np.int64)


def common_shares(zones: Geometries, areas: Geometries) -> tuple[Integers, Integers, Floats]:
    """Every pair of a zone and an area that meet, with the share of their water that is in both.

    share = |zone ∩ area| / |zone ∪ area|, with areas on the WGS84 ellipsoid.

    Args:
        zones: n canonical, valid outlines.
        areas: m canonical, valid outlines.

    Returns:
        Positions of the zones, positions of the areas, shares (0 to 1), of equal lengths.
    """
    zone, area = shapely.STRtree(areas).query(zones, predicate="intersects")
    both = areas_km2(polygons_only(shapely.intersection(zones[zone], areas[area])))
    either = areas_km2(zones)[zone] + areas_km2(areas)[area] - both
    return zone, area, both / either


def _missing(existing: ExistingAreas, place: int, nearest: tuple[str, float] | None, file: str) -> Problem:
    near = f" (nearest is {nearest[0]}, {nearest[1]:.0%} in common)" if nearest else ""
    return existing.rows[place].problem("area_id", "no_zone", source=show(file), near=near)
