"""The space of a case: cells, distances, footprints and effort, taken over from another case where it can be.

Every stage is a function of its inputs alone, and is only done again where these differ: a scenario that
changes budgets and hours shares all of it with its case; one that changes access or costs shares cells and
distances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.features import fixed_sensor, patrol, satellite
from planner.features.effort import stack
from planner.features.fleet import SAILING, fleet_operators, may_work, sailing_nm
from planner.features.risk import Mapped, weighed
from planner.features.season import closes_bases
from planner.frames import numbers, records
from planner.geometry.cells import make_cells
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import footprint_share
from planner.geometry.sea import sea_routes

FEW = 1_500
"""Up to so many cells sea routes are found for any range."""
T = TypeVar("T")
Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stage(Generic[T]):
    """The result of a stage, and the inputs that it was made from."""

    inputs: tuple[Any, ...]
    result: T


@dataclass(frozen=True, eq=False)
class Distances:
    """Where bases and sensors stand to the cells.

    Attributes:
        base_nm: geodesic distance of each cell from each base, shape (bases, cells) [nm].
        sea_nm: the same for vessels: round land where the case asks for it, inf where there is no route.
        moved_nm: how far each base lies from the water that its vessels start from, shape (bases,) [nm].
        footprints: share of each cell in the footprint of each fixed sensor, and its distance [nm], by
            position in the sensors.
    """

    base_nm: Array
    sea_nm: Array
    moved_nm: Array
    footprints: dict[int, tuple[Array, Array]]

    def of(self, kind: str) -> Array:
        """Distance of each cell from each base for a kind of asset, shape (bases, cells) [nm]."""
        return self.sea_nm if kind in SAILING else self.base_nm


@dataclass(frozen=True, eq=False)
class Weighted:
    """Cells with their risk weights.

    Attributes:
        cells: the cells with ``area`` (position in the areas) and ``risk_weight``, the horizon's mean.
        mapped: what the risk map says, period by period.
    """

    cells: pd.DataFrame
    mapped: Mapped

    @property
    def by_period(self) -> Array:
        """Risk weight in each period, shape (periods, cells) [-]."""
        return self.mapped.weight


CellStages = tuple[Stage[pd.DataFrame], Stage[Weighted]]


@dataclass(frozen=True, eq=False)
class Ground:
    """The cells, and where bases and sensors stand to them."""

    outlines: Stage[pd.DataFrame]
    weighted: Stage[Weighted]
    distances: Stage[Distances]

    @property
    def cells(self) -> pd.DataFrame:
        """The cells with ``area`` (position in the areas) and ``risk_weight``."""
        return self.weighted.result.cells


@dataclass(frozen=True, eq=False)
class Space(Ground):
    """What a plan is made from before hours and money: the cells, and what can be done in each."""

    reached: Stage[pd.DataFrame]
    table: Stage[pd.DataFrame]

    @property
    def effort(self) -> pd.DataFrame:
        """The effort table, see ``planner.features.effort``."""
        return self.table.result


def make_cells_of(case: Case, before: Sequence[Ground] = ()) -> CellStages:
    """Cut the areas into cells, then weigh these."""
    areas = case.areas
    inputs = (areas[["area_id", "geometry"]], case.settings.cells.spacing_nm)
    outlines = _stage(_cells, inputs, [space.outlines for space in before])
    periods = case.periods[["period_id", "days"]]
    spacing = case.settings.cells.spacing_nm
    weights = (outlines.result, areas[["area_id", "risk_weight"]], case.risk, spacing, periods)
    return outlines, _stage(_weighted, weights, [space.weighted for space in before])


def make_ground(
    case: Case,
    before: Sequence[Ground] = (),
    cells: CellStages | None = None,
) -> Ground:
    """Cells and distances of a case; arguments as in ``make_space``."""
    outlines, weighted = cells or make_cells_of(case, before)
    sailing = sailing_nm(case) if case.by_sea else np.zeros(0)
    if len(outlines.result) <= FEW:  # all routes cost little, and serve cases whose vessels get farther
        sailing = np.where(sailing > 0.0, np.inf, 0.0)
    places = (
        outlines.result,
        case.bases[["lon", "lat"]],
        case.sensors[_known(case, ["kind", "lon", "lat", "radius_nm"])],
        case.land,
        tuple(sailing),
    )
    return Ground(outlines, weighted, _stage(_distances, places, [ground.distances for ground in before]))


def make_space(
    case: Case,
    before: Sequence[Space] = (),
    cells: CellStages | None = None,
    nearest: bool = False,
) -> Space:
    """Cells, distances and effort of a case.

    Args:
        case: the case.
        before: spaces of other cases, whose stages are taken over where their inputs are equal.
        cells: what ``make_cells_of`` has made of the case, if that was done.
        nearest: whether the effort table leaves out bases that are of no use while all bases stay as they
            are, see ``patrol.useful_bases``; for a plan that nothing is taken over from later.
    """
    ground = make_ground(case, before, cells)
    outlines, distances = ground.outlines, ground.distances
    settings = case.settings
    inputs = (
        outlines.result,
        distances.result,
        (settings.dwell_days, settings.horizon_days),
        case.bases[["base_id", "capacity_hours"] if nearest else ["base_id"]],
        tuple(closes_bases(case)) if nearest else (),
        case.assets[list(patrol.INPUTS)],
        case.sensors[_known(case, [*dict.fromkeys((*satellite.INPUTS, *fixed_sensor.INPUTS))])],
        nearest,
    )
    reached = _stage(
        lambda *_: reached_effort(case, outlines.result, distances.result, nearest),
        inputs,
        [space.reached for space in before],
    )
    agreements = (reached.result, fleet_operators(case), case.areas[["area_id", "coastal_state"]])
    effort = _stage(
        lambda *_: with_access(case, reached.result),
        (*agreements, case.access[["operator", "areas", "tasks", "kinds"]], tuple(case.assets["kind"])),
        [space.table for space in before],
    )
    return Space(outlines, ground.weighted, distances, reached, effort)


def reached_effort(
    case: Case, cells: pd.DataFrame, distances: Distances, nearest: bool = False
) -> pd.DataFrame:
    """Derive what each asset and sensor can do in each cell, whether it may or not.

    Returns:
        Frame with the columns of ``planner.features.effort``, by asset (assets first, then sensors), base
        and cell; nothing has access.
    """
    days = case.settings.dwell_days, case.settings.horizon_days
    base_number = {base: number for number, base in enumerate(case.bases["base_id"])}
    unlimited = np.isinf(numbers(case.bases["capacity_hours"])) & ~closes_bases(case)
    parts = []
    for number, asset in enumerate(records(case.assets)):
        bases = [base_number[base] for base in asset.bases]
        base_nm = distances.of(asset.kind)[bases]
        if nearest:
            base_nm = np.where(patrol.useful_bases(unlimited[bases], base_nm), base_nm, np.inf)
        for away_nm, base in zip(base_nm, bases, strict=True):
            parts.append(patrol.patrol_rows(asset, (number, base), away_nm, cells, days))
    for at, sensor in enumerate(records(case.sensors)):
        number = len(case.assets) + at
        if at in distances.footprints:
            footprint = distances.footprints[at]
            parts.append(fixed_sensor.fixed_sensor_rows(sensor, number, footprint, cells, days))
        else:
            parts.append(satellite.satellite_rows(sensor, number, cells, days))
    return stack(parts)


def with_access(case: Case, effort: pd.DataFrame) -> pd.DataFrame:
    """Effort with what each operator may do in some period: where the coastal state lets it work."""
    return effort.assign(access=may_work(case)[effort["asset"].to_numpy(), effort["area"].to_numpy()])


def most_rows(case: Case, n_cells: int) -> int:
    """Rows of the effort table if everything reached every cell."""
    return n_cells * (sum(len(asset.bases) for asset in records(case.assets)) + len(case.sensors))


def _known(case: Case, columns: list[str]) -> list[str]:
    return [name for name in columns if name in case.sensors]


def _cells(areas: pd.DataFrame, spacing_nm: float) -> pd.DataFrame:
    cells = make_cells(areas, spacing_nm)
    position = {area: number for number, area in enumerate(areas["area_id"])}
    return cells.assign(area=cells["area_id"].map(position).astype("int32"))


def _weighted(
    cells: pd.DataFrame, areas: pd.DataFrame, risk: pd.DataFrame, spacing_nm: float, periods: pd.DataFrame
) -> Weighted:
    share = shares(periods)
    mapped = weighed(areas, risk, cells, spacing_nm, dict(zip(periods["period_id"], share, strict=True)))
    return Weighted(cells.assign(risk_weight=share @ mapped.weight), mapped)


def _distances(
    cells: pd.DataFrame,
    bases: pd.DataFrame,
    sensors: pd.DataFrame,
    land: Any,
    sailing_nm: tuple[float, ...] = (),
) -> Distances:
    lon, lat = cells["lon"].to_numpy(), cells["lat"].to_numpy()
    footprints = {}
    for number, sensor in enumerate(records(sensors)):
        if sensor.kind == "fixed":
            share = footprint_share(cells, sensor.lon, sensor.lat, sensor.radius_nm, land)
            footprints[number] = share, distances_nm(sensor.lon, sensor.lat, lon, lat)
    places = numbers(bases[["lon", "lat"]])
    base_nm = distances_nm(places[:, :1], places[:, 1:], lon[None, :], lat[None, :])
    sea_nm, moved_nm = base_nm, np.zeros(len(bases))
    used = np.flatnonzero(sailing_nm)
    if len(used):
        routes = sea_routes(
            land, places[used], np.stack([lon, lat], axis=1), base_nm[used], numbers(sailing_nm)[used]
        )
        sea_nm = base_nm.copy()
        sea_nm[used], moved_nm[used] = routes.nm, routes.moved_nm
    return Distances(base_nm, sea_nm, moved_nm, footprints)


def _stage(make: Callable[..., T], inputs: tuple[Any, ...], before: Iterable[Stage[T]]) -> Stage[T]:
    for earlier in before:
        if _same(earlier.inputs, inputs):
            return earlier
    return Stage(inputs, make(*inputs))


def _same(one: Any, other: Any) -> bool:
    """Whether two inputs are equal to the last digit; results of stages are equal only to themselves."""
    if one is other:
        return True
    if type(one) is not type(other) or isinstance(one, Distances):
        return False
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, pd.DataFrame):
        return list(one.columns) == list(other.columns) and one.equals(other)
    return bool(one == other)
