"""How far each asset can work: circles over the sea for aircraft and sensors, round land for vessels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely

from planner.charts.data import Plan
from planner.frames import Array, numbers, records
from planner.geometry.distance import GEOD
from planner.geometry.polygons import Geometries, as_array, one_of
from planner.geometry.sea import sea_rings
from planner.units import nm_to_m

AZIMUTHS = 180
SEA = "sea"
Ring = tuple[float, float, float]


def sails(plan: Plan) -> pd.Series:
    """Whether each row of ``reach`` is of a vessel that sails round land."""
    kind = plan["reach"]["asset_id"].map(plan["fleet"].set_index("asset_id")["kind"])
    return (kind == "vessel") & (plan.run.get("routing") == SEA) & (not plan.coarse)


def rings(plan: Plan, drawn: Callable[[Geometries], Geometries]) -> tuple[list[str], Geometries]:
    """Ids of assets, and an outline of the greatest distance at which each can work from each of its bases.

    Args:
        plan: the plan.
        drawn: makes lines of longitude and latitude lines on the sheet.
    """
    reach = plan["reach"].assign(by_sea=sails(plan))
    reach = reach[reach["radius_nm"] > 0.0].drop_duplicates(["asset_id", "lon", "lat", "radius_nm"])
    lines: dict[Ring, Array] = {}
    some = reach.loc[reach["by_sea"], ["lon", "lat", "radius_nm"]].drop_duplicates()
    if len(some):
        lines = dict(zip(some.itertuples(index=False, name=None), _by_sea(plan, some), strict=True))
    shapes = []
    for row in records(reach):
        ring = (row.lon, row.lat, row.radius_nm)
        line = lines[ring] if row.by_sea else _circle(*ring)
        shapes.append(drawn(as_array([shapely.LineString(line)]))[0])
    kept = [at for at, shape in enumerate(shapes) if not shape.is_empty]
    return reach["asset_id"].iloc[kept].tolist(), as_array([shapes[at] for at in kept])


def _circle(lon: float, lat: float, radius_nm: float) -> Array:
    """Points at a geodesic distance, lon and lat [degrees]."""
    azimuth = np.linspace(0.0, 360.0, AZIMUTHS + 1)
    start = np.full(len(azimuth), lon), np.full(len(azimuth), lat)
    east, north, _ = GEOD.fwd(*start, azimuth, np.full(len(azimuth), nm_to_m(radius_nm)))
    return np.column_stack([east, north])


def _by_sea(plan: Plan, some: pd.DataFrame) -> list[Array]:
    """Contours of the distance by sea, in the box that the plan's own sea routes are found in."""
    cells, places = (
        np.column_stack([np.mod(each["lon"], 360.0), each["lat"]]) for each in (plan["cells"], some)
    )
    every = np.concatenate([cells, places])
    (west, south), (east, north) = np.floor(every.min(axis=0)), np.ceil(every.max(axis=0))
    land = one_of(plan.land)
    return sea_rings(land, places, numbers(some["radius_nm"]), cells, (west, south, east, north))
