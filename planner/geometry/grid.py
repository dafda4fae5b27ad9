"""The global equal-area grid: parallels and meridians that are the same in every longitude convention."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.geometry.area import AUTHALIC_RADIUS_2_KM2, ECCENTRICITY_2, POLE_Q, authalic_q
from planner.geometry.polygons import Floats, Integers
from planner.units import nm2_to_km2

ITERATIONS = 6
"""Newton steps from the authalic to the geodetic latitude; four reach the last digit."""


@dataclass(frozen=True)
class Grid:
    """Rows between parallels, each divided by meridians from Greenwich into cells of one area.

    Attributes:
        spacing_nm: side of the square with a cell's area [nm].
        parallels: the rows' limits from the south pole to the north pole [degrees], one more than rows.
        columns: number of cells in each row.
    """

    spacing_nm: float
    parallels: Floats
    columns: Integers

    @property
    def cell_km2(self) -> float:
        """Area of a cell [km²]; the cells of the two polar rows may differ by up to a half."""
        return nm2_to_km2(self.spacing_nm**2)

    @cached_property
    def row_names(self) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
        """Name of each row, counted from the equator: ``n000`` northwards, ``s000`` southwards."""
        half = len(self.columns) // 2
        return np.array([f"s{row:03d}" for row in range(half)][::-1] + [f"n{row:03d}" for row in range(half)])

    def meridian(self, row: Integers, column: Integers) -> Floats:
        """Western limit of a column in its row [degrees, 0 to 360]."""
        return 360.0 * column / self.columns[row]


def equal_area_grid(spacing_nm: float) -> Grid:
    """The grid whose cells have the area spacing² and are about as wide as they are high.

    Row by row from the equator: the number of cells n is the parallel's length at the middle of the row
    divided by the spacing, rounded; the row's height follows from n cells of area A:
    Δ sin β = n A / (2 π R²), with the authalic latitude β and radius R (Snyder 1987, equations 3-11 to 3-13).
    The polar row is what is left.

    Args:
        spacing_nm: side of the square with a cell's area [nm], above 0.

    Raises:
        ValueError: the spacing is not a number above 0.
    """
    if not (math.isfinite(spacing_nm) and spacing_nm > 0):
        raise ValueError(f"spacing_nm: {spacing_nm} is not a number above 0")
    cell_km2 = nm2_to_km2(spacing_nm**2)
    cells_per_sine = 2 * math.pi * AUTHALIC_RADIUS_2_KM2 / cell_km2
    spacing_rad = math.sqrt(cell_km2 / AUTHALIC_RADIUS_2_KM2)
    sines, columns = [0.0], []
    while sines[-1] < 1.0:
        middle = min(math.asin(sines[-1]) + spacing_rad / 2, math.pi / 2)
        count = max(1, round(2 * math.pi * math.cos(middle) / spacing_rad))
        left = (1.0 - sines[-1]) * cells_per_sine
        if left - count < 1:  # less than one cell would remain for the next row
            count = max(1, round(left))
            sines.append(1.0)
        else:
            sines.append(sines[-1] + count / cells_per_sine)
        columns.append(count)
    north = _latitudes(np.array(sines))
    return Grid(
        spacing_nm=float(spacing_nm),
        parallels=np.concatenate([-north[:0:-1], north]),
        columns=np.array(columns[::-1] + columns, dtype=np.int64),
    )


def _latitudes(authalic_sines: Floats) -> Floats:
    """Geodetic latitudes [degrees] from sines of authalic latitudes, by Newton's method on q(sin φ)."""
    sine = authalic_sines
    for _ in range(ITERATIONS):
        slope = 2 * (1 - ECCENTRICITY_2) / (1 - ECCENTRICITY_2 * sine**2) ** 2
        sine = np.clip(sine - (authalic_q(sine) - POLE_Q * authalic_sines) / slope, -1.0, 1.0)
    latitudes = np.degrees(np.arcsin(sine))
    latitudes[0], latitudes[-1] = 0.0, 90.0
    return latitudes
