"""Risk weights: the area's, or that of the nearest point on the ground, also across 180 degrees."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.features.risk import risk_weights
from tests.features.by_hand import make_case


def weights(case: Case, cells: pd.DataFrame) -> np.ndarray:
    return risk_weights(case.areas, case.risk, cells)


def cells(*points: tuple[float, float]) -> pd.DataFrame:
    lon, lat = np.array(points, dtype=float).T
    return pd.DataFrame({"area": np.arange(len(points)) % 3, "lon": lon, "lat": lat})


def test_without_points_the_areas_weight_counts() -> None:
    # west, east, south weigh 1, 2, 3
    assert weights(make_case(), cells((0, 0), (0, 0), (0, 0), (0, 0))).tolist() == [1.0, 2.0, 3.0, 1.0]


def test_nearest_point_across_180() -> None:
    # a point at 179 E (7) and one at 185 E, which is 175 W (9); 181 E is 2 from the one and 4 from the other
    case = make_case(
        risk=[{"lon": 179.0, "lat": 0.0, "weight": 7.0}, {"lon": 185.0, "lat": 0.0, "weight": 9.0}]
    )
    found = weights(case, cells((181.0, 0.0), (-179.0, 0.0), (183.0, 0.0), (177.0, 0.0)))
    assert found.tolist() == [7.0, 7.0, 9.0, 7.0]


def test_nearest_point_across_greenwich() -> None:
    case = make_case(
        risk=[{"lon": 359.0, "lat": 0.0, "weight": 7.0}, {"lon": 5.0, "lat": 0.0, "weight": 9.0}]
    )
    assert weights(case, cells((1.0, 0.0), (3.0, 0.0))).tolist() == [7.0, 9.0]


def test_nearest_is_on_the_ground_and_not_in_degrees() -> None:
    # at 60 S a degree of longitude is half a degree of latitude: 3 degrees east (1.5) beat 2 degrees north
    case = make_case(
        risk=[{"lon": 183.0, "lat": -60.0, "weight": 7.0}, {"lon": 180.0, "lat": -58.0, "weight": 9.0}]
    )
    assert weights(case, cells((180.0, -60.0))).tolist() == [7.0]


def test_a_weight_of_zero_is_kept() -> None:
    case = make_case(risk=[{"lon": 0.0, "lat": 0.0, "weight": 0.0}])
    assert weights(case, cells((10.0, 10.0))).tolist() == [0.0]
