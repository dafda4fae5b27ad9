"""The fleet: assets and sensors in one table, the hours that they have, and where their operators may work.

Reads assets.csv, sensors.csv, access.csv. Equation (8): the hours of all missions of an asset are at most
units x hours_per_unit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.core.problem import Booleans
from planner.features.assembly import Parts
from planner.features.patrol import reach_of
from planner.features.resources import HOURS, RESOURCE_KINDS
from planner.frames import Array, numbers, once, records
from planner.geometry.longitude import signed_lon

FLEET_COLUMNS = ["asset_id", "name", "kind", "operator", "service", "units", "capacity_hours"]
FEATURES = {"fixed": "fixed_sensor", "satellite": "satellite"}
"""The feature that makes the activities of a kind of asset; of all other kinds: ``patrol``."""
UNITS_OF_WORK = {"fixed": "hour", "satellite": "scene"}
"""What one of a kind's activities is; of all other kinds: a mission."""
SAILING = frozenset({"vessel"})
"""Kinds of asset that have land in their way."""
STEP_NM = 250.0
"""Sea routes are worked out again where reach changes by more."""
REACH_COLUMNS = ("asset_id", "base_id", "lon", "lat", "radius_nm")


@once
def fleet_table(case: Case) -> pd.DataFrame:
    """List assets, then sensors, with capacity_hours = units x hours_per_unit [h in the horizon].

    Returns:
        Frame with ``FLEET_COLUMNS``; its row numbers are the ``asset`` of the effort table.
    """
    sensors = case.sensors.rename(columns={"sensor_id": "asset_id"})
    parts = [
        frame.assign(capacity_hours=frame["units"] * frame["hours_per_unit"])[FLEET_COLUMNS]
        for frame in (case.assets, sensors)
        if len(frame)
    ]
    if not parts:
        return pd.DataFrame(columns=FLEET_COLUMNS)
    return pd.concat(parts, ignore_index=True)


def works_by_the_hour(kinds: pd.Series) -> Booleans:
    """Whether assets of given kinds work by the hour, so that they have no missions, shape (rows,)."""
    return np.asarray(kinds.map(UNITS_OF_WORK) == "hour")


def goes_by_sea(kinds: pd.Series) -> Booleans:
    """Whether assets of given kinds have land in their way, shape (rows,)."""
    return kinds.isin(SAILING).to_numpy()


def add_hours(parts: Parts, fleet: pd.DataFrame) -> None:
    """One resource of hours for each asset and sensor, equation (8) [h]."""
    words = RESOURCE_KINDS[HOURS].words
    parts.add_resources(HOURS, numbers(fleet["capacity_hours"]), words=words, asset_id=fleet["asset_id"])


WATCH, BOARD = "watch", "board"
"""What an operator may do in an area."""


def access_table(
    case: Case, period_id: str = "", task: str = WATCH, kind: str = ""
) -> dict[str, frozenset[str]]:
    """Areas in which each operator may work: by its rows of access.csv, and at home.

    Args:
        case: the case.
        period_id: the period in which it may; any if not given.
        task: what it may do there.
        kind: the kind of asset or sensor with which it may; any if not given.

    Returns:
        Area ids by operator, for every operator of an asset or sensor.
    """
    home: dict[str, set[str]] = {}
    for state, area in zip(case.areas["coastal_state"], case.areas["area_id"], strict=True):
        home.setdefault(state, set()).add(area)
    allowed = {operator: set(home.get(operator.upper(), ())) for operator in fleet_operators(case)}
    table = case.access
    if period_id and len(case.periods) > 1:
        table = table[_meant(table["periods"], period_id)]
    table = table[_meant(table["tasks"], task)]
    table = table[_meant(table["kinds"], kind)] if kind else table
    for operator, areas in zip(table["operator"], table["areas"], strict=True):
        allowed.setdefault(operator, set()).update(areas)
    return {operator: frozenset(areas) for operator, areas in allowed.items()}


def _meant(lists: pd.Series, one: str) -> Booleans:
    """Rows whose list names something, or is empty, shape (rows,)."""
    return np.array([not some or one in some for some in lists], dtype=bool)


def may_work(case: Case, period_id: str = "", task: str = WATCH) -> Booleans:
    """Whether each asset and sensor has access to each area, shape (fleet, areas); as ``access_table``."""
    kinds = [*case.assets["kind"], *case.sensors["kind"]]
    allowed = {kind: access_table(case, period_id, task, kind) for kind in set(kinds)}
    position = {area: number for number, area in enumerate(case.areas["area_id"])}
    found = np.zeros((len(kinds), len(position)), dtype=bool)
    for row, kind, operator in zip(found, kinds, fleet_operators(case), strict=True):
        row[[position[area] for area in allowed[kind][operator]]] = True
    return found


def may_board(case: Case, period_id: str = "") -> Booleans:
    """Whether each asset and sensor boards, and may do so in each area, shape (fleet, areas)."""
    boards = np.append(boards_at_all(case), np.zeros(len(case.sensors), dtype=bool))
    return boards[:, None] & may_work(case, period_id, BOARD)


def boards_at_all(case: Case) -> Booleans:
    """Assets that answer detections by boarding, shape (assets,)."""
    return (case.assets["boards"] == "yes").to_numpy(dtype=bool)


def fleet_operators(case: Case) -> tuple[str, ...]:
    """The operator of each asset and sensor, in the fleet's order."""
    return (*case.assets["operator"], *case.sensors["operator"])


def sailing_nm(case: Case) -> Array:
    """How far vessels get from each base, shape (bases,), in steps of ``STEP_NM`` [nm]; 0 without."""
    found = dict.fromkeys(case.bases["base_id"], 0.0)
    for asset in records(case.assets):
        for base in asset.bases if asset.kind in SAILING else ():
            found[base] = max(found[base], reach_of(asset))
    return np.ceil(numbers(list(found.values())) / STEP_NM) * STEP_NM


@once
def reach_table(case: Case) -> pd.DataFrame:
    """The reach of every asset from each of its bases, and the footprint of every fixed sensor.

    Satellites have no row: a scene can be taken anywhere.

    Returns:
        Frame with ``REACH_COLUMNS``: lon and lat [degrees, -180 to 180], radius_nm as ``reach_nm`` [nm].
    """
    place = {base.base_id: (base.lon, base.lat) for base in records(case.bases)}
    rows = []
    for asset in records(case.assets):
        radius = reach_of(asset)
        rows += [(asset.asset_id, base, *place[base], radius) for base in asset.bases]
    for sensor in records(case.sensors):
        if sensor.kind == "fixed":
            rows.append((sensor.sensor_id, "", sensor.lon, sensor.lat, sensor.radius_nm))
    table = pd.DataFrame(rows, columns=list(REACH_COLUMNS))
    return table.assign(lon=signed_lon(table["lon"].to_numpy(dtype="float64")))
