"""Where bases and sensors stand to the cells: distances and footprints; nothing of hours, money or access."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.frames import records
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import footprint_share

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reach:
    """The geography of the effort table.

    Attributes:
        base_nm: geodesic distance of each cell from each base, shape (bases, cells) [nm].
        sensor_share: share of each cell in the footprint of each fixed sensor, by position in the sensors.
        sensor_nm: distance of each cell from each fixed sensor, by position in the sensors [nm].
    """

    base_nm: Array
    sensor_share: dict[int, Array]
    sensor_nm: dict[int, Array]


def reach(case: Case, cells: pd.DataFrame) -> Reach:
    """Measure distances and footprints over the cells."""
    lon, lat = cells["lon"].to_numpy(), cells["lat"].to_numpy()
    share, away = {}, {}
    for number, sensor in enumerate(records(case.sensors)):
        if sensor.kind == "fixed":
            share[number] = footprint_share(cells, sensor.lon, sensor.lat, sensor.radius_nm, case.land)
            away[number] = distances_nm(sensor.lon, sensor.lat, lon, lat)
    return Reach(base_distances(case, cells), share, away)


def base_distances(case: Case, cells: pd.DataFrame) -> Array:
    """Geodesic distances from every base to every cell's representative point, shape (bases, cells) [nm]."""
    bases = case.bases
    return distances_nm(
        bases["lon"].to_numpy()[:, None],
        bases["lat"].to_numpy()[:, None],
        cells["lon"].to_numpy()[None, :],
        cells["lat"].to_numpy()[None, :],
    )
