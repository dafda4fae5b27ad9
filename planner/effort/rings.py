"""How far assets and fixed sensors reach: the rings that a map draws."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.effort.missions import reach_nm
from planner.frames import records
from planner.geometry.longitude import signed_lon

COLUMNS = ("asset_id", "base_id", "lon", "lat", "radius_nm")


def reach_table(case: Case) -> pd.DataFrame:
    """The reach of every asset from each of its bases, and the footprint of every fixed sensor.

    Satellites have no row: a scene can be taken anywhere.

    Returns:
        Frame with ``COLUMNS``: lon and lat [degrees, -180 to 180], radius_nm as ``missions.reach_nm`` [nm].
    """
    place = {base.base_id: (base.lon, base.lat) for base in records(case.bases)}
    rows = []
    for asset in records(case.assets):
        radius = reach_nm(
            asset.transit_speed_kn,
            asset.search_speed_kn,
            asset.endurance_h,
            asset.range_nm,
            asset.reserve,
            asset.min_on_station_h,
        )
        rows += [(asset.asset_id, base, *place[base], radius) for base in asset.bases]
    for sensor in records(case.sensors):
        if sensor.kind == "fixed":
            rows.append((sensor.sensor_id, "", sensor.lon, sensor.lat, sensor.radius_nm))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(lon=signed_lon(table["lon"].to_numpy(dtype="float64")))
