import numpy as np
import pytest

from planner.geometry.distance import distances_nm


def test_a_meridian_quadrant_has_its_published_length() -> None:
    # WGS84: 10 001 965.729 m from the equator to a pole; a nautical mile is 1852 m.
    assert distances_nm(12.0, 0.0, 12.0, 90.0) == pytest.approx(10_001_965.729 / 1852, abs=1e-6)


def test_a_degree_of_the_equator_is_an_arc_of_the_semi_major_axis() -> None:
    assert distances_nm(179.5, 0.0, -179.5, 0.0) == pytest.approx(6_378_137 * np.pi / 180 / 1852, rel=1e-12)


def test_a_published_geodesic_is_reproduced() -> None:
    # Karney (2013), section 4: JFK (40.6 N, 73.8 W) to LHR (51.6 N, 0.5 W), 5551.759 400 km.
    assert distances_nm(-73.8, 40.6, -0.5, 51.6) == pytest.approx(5_551_759.400 / 1852, abs=1e-3 / 1852)


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
def test_conventions_of_longitude_have_the_same_distances(turn: float) -> None:
    assert distances_nm(178.4 + turn, -18.1, 190.0, -14.0) == pytest.approx(
        distances_nm(178.4, -18.1, -170.0, -14.0), rel=1e-12
    )


def test_bases_and_cells_are_broadcast() -> None:
    bases, cells = np.array([170.0, 180.0, 190.0]), np.array([175.0, 185.0])
    found = distances_nm(bases[:, None], 0.0, cells[None, :], np.array([1.0, 2.0]))
    assert found.shape == (3, 2)
    for base, cell in np.ndindex(3, 2):
        assert found[base, cell] == distances_nm(bases[base], 0.0, cells[cell], [1.0, 2.0][cell])


def test_no_points_have_no_distances() -> None:
    assert distances_nm([], [], 170.0, 0.0).shape == (0,)
