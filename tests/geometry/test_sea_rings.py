"""Contours of equal distance by sea: a circle over open water, less behind land."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.geometry.distance import distances_nm
from planner.geometry.sea import BEARINGS, sea_rings
from tests.geometry.test_sea import OFF, WALL, along

PORT = (175.0, -12.0)
BOX = (160.0, -30.0, 200.0, 10.0)
CELLS = np.array([[170.0, -20.0], [178.0, 0.0]])
ROUND = along(PORT, (174.0 - OFF, -10.0 - OFF), (174.0 - OFF, -9.0 + OFF), (175.0, -7.0))
"""From south of the wall to 7 S, the same meridian north of it: round its two western corners."""


def away(radius_nm: float, land: object = WALL, port: tuple[float, float] = PORT) -> np.ndarray:
    """How far the ring is on each bearing."""
    (line,) = sea_rings(land, np.array([port]), np.array([radius_nm]), CELLS, BOX)
    assert line[0].tolist() == line[-1].tolist()
    return distances_nm(*port, *line[:-1].T)


def test_behind_a_wall_a_ship_gets_less_far() -> None:
    found = away(ROUND)
    # straight it is 12 - 7 = 5 degrees, less than the way round; between two shares of it, to 2%
    assert found[0] == pytest.approx(along(PORT, (175.0, -7.0)), rel=0.02)
    assert found[0] < 0.95 * ROUND
    # nothing lies south, east or west of the port: the circle
    assert found[BEARINGS // 4 : 3 * BEARINGS // 4 + 1] == pytest.approx(ROUND, rel=1e-6)


def test_over_open_water_it_is_the_circle_across_180() -> None:
    far = shapely.box(20.0, 20.0, 21.0, 21.0)
    assert away(500.0, far, (179.5, -12.0)) == pytest.approx(500.0, rel=1e-6)


def test_a_wall_out_of_reach_changes_nothing() -> None:
    assert away(100.0) == pytest.approx(100.0, rel=1e-6)  # the wall is 120 nm away


def test_rings_of_several_ports_are_those_of_each() -> None:
    ports, radii = np.array([PORT, (172.0, -4.0), PORT]), np.array([ROUND, 300.0, 400.0])
    together = sea_rings(WALL, ports, radii, CELLS, BOX)
    for line, port, radius in zip(together, ports, radii, strict=True):
        (alone,) = sea_rings(WALL, port[None], radius[None], CELLS, BOX)
        np.testing.assert_allclose(line, alone, atol=1e-9)
