"""Which bases, assets and areas cannot reach each other: rows in vain, and positions that are probably wrong.

Reads bases.csv, assets.csv, sensors.csv, areas and land.geojson. An asset reaches what lies within
``reach_nm`` of one of its bases, from equations (1) and (2).
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from planner.case import Case
from planner.case.areas import LAND_FILE
from planner.case.check import Checked
from planner.errors import Problem
from planner.features.fleet import SAILING, sailing_nm
from planner.features.patrol import reach_of
from planner.features.risk import risk_warnings
from planner.features.space import Ground, make_ground
from planner.frames import numbers, records
from planner.geometry.distance import distances_nm
from planner.geometry.polygons import as_array
from planner.geometry.zones import world_coast
from planner.schema.messages import Place
from planner.schema.tables import TABLES

Array = npt.NDArray[np.float64]
LEAST_MOVED_NM = 0.5
"""Ports that are drawn on land by less lie at its edge."""
MOST_NAMED = 20
INLAND_NM = 25.0
"""Ports on estuaries lie this far from open water; those up rivers are few, and small."""


def check_space(checked: Checked) -> tuple[Problem, ...]:
    """The warnings on a case and its scenarios, by what was read and by the cells."""
    found, grounds = [*checked.warnings], list[Ground]()
    for name, case in (("", checked.case), *checked.scenarios.items()):
        if case is not None:
            ground = make_ground(case, grounds)
            known = {(one.value, one.code) for one in found}
            new = [
                one
                for one in space_warnings(case, ground)
                if (one.value, one.code) not in known and not checked.doubts(one)
            ]
            found += [replace(one, rule=f"{one.rule} in the scenario {name}") if name else one for one in new]
            grounds = grounds or [ground]
    return tuple(found)


def space_warnings(case: Case, ground: Ground) -> Iterator[Problem]:
    """Warnings that need the cells: on what is out of reach, and on the risk map."""
    yield from reach_warnings(case, ground)
    yield from risk_warnings(case, ground.cells, ground.weighted.result.mapped.unmapped)


def reach_warnings(case: Case, ground: Ground) -> Iterator[Problem]:
    """Warnings on assets, sensors, bases and areas out of each other's reach, and on ports far inland."""
    cells = ground.cells
    distances = ground.distances.result
    first = np.searchsorted(cells["area"].to_numpy(), np.arange(len(case.areas)))
    by_air_nm, by_sea_nm = (
        np.minimum.reduceat(each, first, axis=1) for each in (distances.base_nm, distances.sea_nm)
    )
    position = {name: number for number, name in enumerate(case.bases["base_id"])}
    farthest_nm = np.full(len(case.bases), -np.inf)
    reached = np.zeros(len(case.areas), dtype=bool)
    areas_file = next((name for name in case.hashes if name.startswith("areas.")), "")
    for asset in records(case.assets):
        bases = [position[name] for name in asset.bases]
        radius = reach_of(asset)
        nearest_nm = by_sea_nm if asset.kind in SAILING else by_air_nm
        within = nearest_nm[bases] <= radius
        farthest_nm[bases] = np.maximum(farthest_nm[bases], radius)
        reached |= within.any(axis=0)
        if not within.any():
            yield _problem("assets", asset.asset_id, "no_reach")
    for number, (share, _) in distances.footprints.items():
        reached[np.unique(cells["area"].to_numpy()[share > 0.0])] = True
        if not share.any():
            yield _problem("sensors", case.sensors["sensor_id"].iloc[number], "no_reach.sensor")
    for base, nearest, farthest in zip(records(case.bases), by_air_nm.min(axis=1), farthest_nm, strict=True):
        if -np.inf < farthest < nearest:
            yield _problem(
                "bases", base.base_id, "no_reach.base", nm=nearest, hint=_hint(base, ground, farthest)
            )
    for area, found in zip(case.areas["area_id"], reached, strict=True):
        if not found and len(case.assets):
            yield _problem("areas", area, "no_reach.area", areas_file)
    inland = list(_inland(case, by_air_nm.min(axis=1)))
    yield from inland
    if case.by_sea:
        yield from _ashore(case, ground, {each.value for each in inland})


def _problem(table: str, name: str | tuple[str, ...], key: str, file: str = "", **words: Any) -> Problem:
    return Place(file or TABLES[table].file, 0, TABLES[table].id).problem(key, name, **words)


def _hint(base: Any, ground: Ground, farthest_nm: float) -> str:
    """What slip would explain a position from which nothing is reached."""
    lon, lat = (base.lon + 180.0) % 360.0 - 180.0, base.lat
    slips = {
        "the sign of lon turned": (-lon, lat),
        "the sign of lat turned": (lon, -lat),
        "both signs turned": (-lon, -lat),
        "lon and lat swapped": (lat, lon),
        "lon and lat swapped, and the sign of lon turned": (-lat, lon),
    }
    cell_lon, cell_lat = (numbers(ground.cells[name]) for name in ("lon", "lat"))
    for slip, (other_lon, other_lat) in slips.items():
        if abs(other_lat) <= 90.0:  # noqa: PLR2004 (a pole)
            nm = float(distances_nm(other_lon, other_lat, cell_lon, cell_lat).min())
            if nm <= farthest_nm:
                return f"with {slip} it would be {nm:,.0f} nm"
    return "its assets may need more range"


def _ashore(case: Case, ground: Ground, said: Container[str]) -> Iterator[Problem]:
    """Bases of vessels on land as the case draws it or in closed water, and cells without a sea route.

    Bases that are ``said`` to be far inland are not said again.
    """
    distances, cells = ground.distances.result, ground.cells
    moved = [
        (name, nm)
        for name, nm in zip(case.bases["base_id"], distances.moved_nm, strict=True)
        if nm >= LEAST_MOVED_NM and name not in said
    ]
    if moved:
        names = [f"{name} ({nm:.1f} nm)" for name, nm in moved]
        yield _problem("bases", tuple(names), "ashore")
    within_nm, no_route = sailing_nm(case), np.isinf(distances.sea_nm)
    within = distances.base_nm <= within_nm[:, None]
    shut = (within & no_route).sum(axis=1) > (within & ~no_route).sum(axis=1)
    if shut.any():
        yield _problem("bases", tuple(case.bases["base_id"][shut]), "shut_in")
    others = (within_nm > 0.0) & ~shut
    closed = np.flatnonzero(no_route[others].all(axis=0))
    if len(closed) and others.any():
        names = [*cells["cell_id"].iloc[closed[:MOST_NAMED]], *["..."][: len(closed) - MOST_NAMED]]
        km2 = float(cells["area_km2"].iloc[closed].sum())
        yield Place(LAND_FILE).problem("closed_water", tuple(names), count=len(closed), km2=km2)


def _inland(case: Case, nearest_nm: Array) -> Iterator[Problem]:
    """Bases of vessels far from the coast: on the land of the case, in holes of its areas, else on any land.

    Args:
        case: the case.
        nearest_nm: distance of each base from the nearest cell, shape (bases,) [nm].
    """
    parts = shapely.get_parts(as_array(case.areas["geometry"]))
    own = as_array(
        [*shapely.get_parts(case.land), *(shapely.Polygon(ring) for part in parts for ring in part.interiors)]
    )
    users: dict[str, set[str]] = {}
    for asset in records(case.assets):
        for base in asset.bases:
            users.setdefault(base, set()).add(asset.kind)
    away_nm = INLAND_NM + case.settings.cells.spacing_nm
    for base, nearest in zip(records(case.bases), nearest_nm, strict=True):
        if SAILING & set(base.kinds) & users.get(base.base_id, SAILING):
            point = shapely.Point(base.lon, base.lat)
            land = own[shapely.contains(own, point)]
            if not len(land) and nearest > away_nm:
                land = world_coast()[shapely.contains(world_coast(), point)]
            coasts = (shapely.get_coordinates(shapely.shortest_line(point, one.exterior))[1] for one in land)
            nm = min((float(distances_nm(base.lon, base.lat, *coast)) for coast in coasts), default=0.0)
            if nm > INLAND_NM:
                yield _problem("bases", base.base_id, "inland", nm=nm)
