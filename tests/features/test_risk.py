"""Risk weights: the area's times the mean of the map's places in a cell, or the nearest within reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely

from planner.case import Case
from planner.case.risk import of_future
from planner.features.risk import area_weights, risk_warnings, risk_weights, served, weighed
from planner.features.risk_map import MOST_REACH_NM, risk_map
from tests.features.by_hand import make_case

Array = npt.NDArray[np.float64]
Places = list[tuple[float, float, float]]
SPACING_NM = 60.0


def case_with(*places: tuple[float, float, float]) -> Case:
    # west, east, south weigh 1, 2, 3
    return make_case(risk=[dict(zip(("lon", "lat", "weight"), place, strict=True)) for place in places])


def cells(*points: tuple[float, float], areas: tuple[int, ...] = (0,)) -> pd.DataFrame:
    """Cells of one degree around points, of the areas in turn, each of 100 km2."""
    lon, lat = np.array(points, dtype=float).T
    return pd.DataFrame(
        {
            "area": np.resize(areas, len(points)),
            "lon": lon % 360.0,
            "lat": lat,
            "area_km2": 100.0,
            "geometry": shapely.box(lon % 360.0 - 0.5, lat - 0.5, lon % 360.0 + 0.5, lat + 0.5),
        }
    )


def weights(case: Case, made: pd.DataFrame) -> list[float]:
    return risk_weights(case.areas, case.risk, made, SPACING_NM)[0].tolist()


def test_without_a_map_the_areas_weight_counts() -> None:
    made = cells((5, 0), (5, 0), (5, 0), (5, 0), areas=(0, 1, 2))
    assert weights(make_case(), made) == [1.0, 2.0, 3.0, 1.0]


def test_the_areas_weight_multiplies_the_map() -> None:
    assert weights(case_with((5, 0, 7)), cells((5, 0), (5, 0), areas=(0, 2))) == [7.0, 21.0]


def test_rows_of_one_place_are_added_and_places_of_one_cell_averaged() -> None:
    # one row for each flag: 1 + 9 at one place, which two longitudes name; 4 at another: (10 + 4) / 2
    rows = [(185.05, 0.1, 1), (-174.95, 0.1, 9), (185.3, 0.3, 4)]
    assert weights(case_with(*rows), cells((185, 0))) == [7.0]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_never_matters(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = [(float(lon), 0.25, float(random.random())) for lon in random.integers(0, 40, 60) / 4]
    made = cells(*[(lon, 0.0) for lon in range(11)])
    one = weights(case_with(*rows), made)
    assert weights(case_with(*[rows[at] for at in random.permutation(len(rows))]), made) == one


def test_a_cell_without_places_takes_the_nearest_within_reach() -> None:
    # the map's places are a degree (60 nm) apart: the cell a degree and a half away keeps its area's weight
    places: Places = [(10, 0, 5), (11, 0, 5), (12, 0, 8)]
    made = cells((12, 0), (12.9, 0), (13.5, 0), areas=(1,))
    assert weights(case_with(*places), made) == [16.0, 16.0, 2.0]


def test_a_map_of_five_degrees_speaks_for_all_of_its_squares() -> None:
    places: Places = [(lon, lat, 1 + lon + lat) for lon in (10, 15, 20) for lat in (0, 5, 10)]
    # the corner of four squares is 3.5 degrees from their places, which are 5 degrees apart
    assert weights(case_with(*places), cells((17.4, 7.4), (17.6, 7.6))) == [21.0, 31.0]


def test_no_place_speaks_for_water_beyond_the_greatest_reach() -> None:
    # 20 degrees apart; 4.9 degrees are 294 nm, 5.1 are 306 nm
    found = risk_map(case_with((10, 0, 5), (30, 0, 5)).risk, cells((14.9, 0), (15.1, 0)), SPACING_NM)
    assert (found.reach_nm, found.weight.tolist()) == (MOST_REACH_NM, [5.0, 1.0])


@pytest.mark.parametrize(("lon", "place"), [(180.4, 179.6), (-179.6, 179.6), (0.4, 359.6), (359.6, 0.4)])
def test_the_nearest_place_lies_across_180_or_greenwich(lon: float, place: float) -> None:
    made = cells((lon, 0)).assign(geometry=shapely.box(0, 50, 1, 51))
    assert weights(case_with((place, 0, 7)), made) == [7.0]


def test_nearest_is_on_the_ground_and_not_in_degrees() -> None:
    # at 60 S a degree of longitude is half a degree of latitude: 1.5 degrees east (0.75) beat 0.9 north
    made = cells((180.0, -60.0)).assign(geometry=shapely.box(0, 50, 1, 51))
    assert weights(case_with((181.5, -60.0, 7), (180.0, -59.1, 9)), made) == [7.0]


def test_a_weight_of_zero_is_kept() -> None:
    assert weights(case_with((10, 10, 0)), cells((10, 10))) == [0.0]


def test_the_mean_of_an_area_is_weighed_by_water() -> None:
    made = cells((5, 0), (6, 0), (7, 0), areas=(0, 0, 1)).assign(
        area_km2=[100.0, 300.0, 50.0], risk_weight=[1.0, 5.0, 2.0]
    )
    assert area_weights(made, 2).tolist() == [4.0, 2.0]


def layered(*rows: dict[str, object]) -> Case:
    return make_case(risk=[{"lat": 0.0, **row} for row in rows])


def test_layers_multiply_each_other_and_the_areas_weight() -> None:
    fish = [{"layer": "fish", "lon": lon, "weight": 4.0} for lon in (10, 11)]
    reefs = {"layer": "reefs", "lon": 11, "weight": 0.5, "reach_nm": 30.0}
    # area east weighs 2: 2 x 4 where fish alone speaks, 2 x 4 x 0.5 where both do, 2 where neither does
    made = cells((10, 0), (11, 0), (30, 0), areas=(1,))
    assert weights(layered(*fish, reefs), made) == [8.0, 4.0, 2.0]


def test_a_layer_that_replaces_stands_for_the_areas_weight_where_it_speaks() -> None:
    own = {"layer": "own", "mode": "replace", "lon": 10, "weight": 7.0, "reach_nm": 60.0}
    fish = [{"layer": "fish", "lon": lon, "weight": 4.0} for lon in (10, 11, 12)]
    # 7 x 4 at its place; a degree away, 60.04 nm on the sphere, 2 x 4 with a reach of 60 and 7 x 4 with 61
    made = cells((10, 0), (11, 0), (12, 0), areas=(1,))
    assert weights(layered(own, *fish), made) == [28.0, 8.0, 8.0]
    assert weights(layered({**own, "reach_nm": 61.0}, *fish), made) == [28.0, 28.0, 8.0]


def test_how_many_cells_each_rule_serves() -> None:
    case = layered({"lon": 10, "weight": 5.0, "reach_nm": 70.0})
    made = cells((10, 0), (10.9, 0), (9.1, 0), (30, 0))
    (row,) = served(weighed(case.areas, case.risk, made, SPACING_NM, {"": 1.0}).layers)
    assert row == {
        **{"layer": "", "mode": "multiply", "period": "", "places": 1, "reach_nm": 70.0},
        **{"cells_with_places": 1, "cells_by_nearest": 2, "weights": True, "visits": False},
        "cells_without": 1,
    }


def test_rows_of_a_future_are_left_out_of_a_plan() -> None:
    rows = [{"lon": 10, "weight": 3.0}, {"lon": 10, "weight": 2.0, "future": "el_nino"}]
    assert weights(layered(*rows), cells((10, 0))) == [3.0]
    case = layered(*rows)
    case = replace(case, risk=of_future(case.risk, "el_nino"))
    assert weights(case, cells((10, 0))) == [5.0]  # rows of one place are added


def said(case: Case, made: pd.DataFrame) -> dict[str, str]:
    found = weighed(case.areas, case.risk, made, SPACING_NM, {"year": 1.0})
    made = made.assign(risk_weight=found.weight[0])
    return {warning.code: str(warning) for warning in risk_warnings(case, made, found.unmapped)}


def test_what_no_cell_takes_and_water_without_a_place_are_counted() -> None:
    # a place in the Atlantic; two in one cell, a third cell 30 degrees away
    case = case_with((5, 0, 1), (5.2, 0, 1), (330, 40, 9))
    found = said(case, cells((5, 0), (35, 0)))
    assert found.keys() == {"unused_places", "no_places"}
    assert "has 1 of 3 places that no cell takes" in found["unused_places"]
    assert "within 60 nm of 1 cells (50% of the water)" in found["no_places"]


def test_a_sparse_map_is_said() -> None:
    found = said(case_with((5, 0, 1)), cells((5, 0), (5.9, 0), (5, 0.9)))
    assert found.keys() == {"sparse_map"}
    assert "only 1 of the 3 cells" in found["sparse_map"]


def test_weights_that_are_all_zero_are_said_however_they_come_about() -> None:
    assert said(case_with((5, 0, 0)), cells((5, 0))).keys() == {"no_risk"}
    case = case_with((5, 0, 4))
    case = replace(case, areas=case.areas.assign(risk_weight=0.0))
    assert said(case, cells((5, 0))).keys() == {"no_risk"}


def test_a_good_map_needs_no_warning() -> None:
    assert said(case_with((5, 0, 2), (6, 0, 3)), cells((5, 0), (6, 0))) == {}


def test_a_factor_on_the_map_counts_once_however_many_layers_speak() -> None:
    case = case_with((5, 0, 7), (5, 0, 2))
    risk = case.risk.assign(layer=["boats", "nights"])
    made = cells((5, 0), (90, 0))
    before = np.array(risk_weights(case.areas, risk, made, SPACING_NM)[0])
    drawn = risk_weights(case.areas, risk.assign(factor=1.5), made, SPACING_NM)[0]
    assert before.tolist() == [14.0, 1.0]
    assert drawn.tolist() == [21.0, 1.0], "water that the map says nothing of keeps its weight"


def test_of_a_year_that_is_one_a_weight_is_the_mean_of_its_periods() -> None:
    # area east weighs 2. The layer "night" says 4 in a quarter of the year and nothing in the rest of it, so
    # that weights are 8 and 2; "fish" says 3 in the quarter, 5 else: 8 x 3 and 2 x 5. A product of the means,
    # (4 / 4 + 3 / 4) and (3 / 4 + 15 / 4), would give other weights, and so would what is said taken alone
    night = {"layer": "night", "lon": 10, "weight": 4.0, "period": "q1", "share": 0.25}
    fish = [
        {"layer": "fish", "lon": 10, "weight": weight, "period": period, "share": share}
        for weight, period, share in ((3.0, "q1", 0.25), (5.0, "rest", 0.75))
    ]
    made = cells((10, 0), areas=(1,))

    def year(*rows: dict[str, object]) -> float:
        case = layered(*rows)
        risk = case.risk.assign(share=[row["share"] for row in rows])
        return float(risk_weights(case.areas, risk, made, SPACING_NM, ["year"])[0, 0])

    assert year(night) == pytest.approx(0.25 * 8 + 0.75 * 2)
    assert year({**night, "mode": "replace"}) == pytest.approx(0.25 * 4 + 0.75 * 2)
    assert year(night, *fish) == pytest.approx(0.25 * 2 * 4 * 3 + 0.75 * 2 * 5)
    by_period = risk_weights(
        layered(night, *fish).areas, layered(night, *fish).risk, made, SPACING_NM, ["q1", "rest"]
    )
    assert by_period[:, 0].tolist() == [24.0, 10.0]


def stays(case: Case, made: pd.DataFrame, periods: dict[str, float]) -> tuple[Array, Array]:
    found = weighed(case.areas, case.risk, made, SPACING_NM, periods)
    return found.visits, found.unmapped


def test_visits_of_a_place_are_shared_out_over_its_cells_as_their_water() -> None:
    # the place of 40 lies in the first cell and is the nearest of the second, which has three times the
    # water: 10 and 30; two rows of one place are added, in the third cell; the fourth is out of reach
    rows = [(10, 40.0), (20, 5.0), (20, 7.0)]
    case = layered(*({"lon": lon, "weight": 1.0, "visits": visits, "reach_nm": 70.0} for lon, visits in rows))
    made = cells((10, 0), (10.9, 0), (20, 0), (30, 0)).assign(area_km2=[100.0, 300.0, 100.0, 100.0])
    visits, unmapped = stays(case, made, {"": 1.0})
    assert visits.tolist() == [[10.0, 30.0, 12.0, 0.0]]
    assert unmapped.tolist() == [[0.0, 0.0, 0.0, 1.0]]


def test_a_place_on_the_border_of_two_cells_counts_once() -> None:
    visits, _ = stays(
        layered({"lon": 10.5, "weight": 1.0, "visits": 8.0}), cells((10, 0), (11, 0)), {"": 1.0}
    )
    assert visits.tolist() == [[4.0, 4.0]]


def test_visits_of_layers_are_added_and_a_layer_without_any_says_nothing_of_them() -> None:
    fish = [{"layer": "fish", "lon": 10, "weight": 1.0, "visits": 3.0}]
    fish += [{"layer": "fish", "lon": 11, "weight": 1.0}]  # a blank beside others: none
    cargo = {"layer": "cargo", "lon": 10, "weight": 1.0, "visits": 20.0, "reach_nm": 30.0}
    reefs = {"layer": "reefs", "lon": 12, "weight": 5.0, "reach_nm": 30.0}
    visits, unmapped = stays(layered(*fish, cargo, reefs), cells((10, 0), (11, 0), (13, 0)), {"": 1.0})
    assert visits.tolist() == [[23.0, 0.0, 0.0]]
    assert unmapped.tolist() == [[0.0, 0.0, 1.0]]


def test_a_layer_of_visits_alone_leaves_the_weights_as_they_are() -> None:
    # area east weighs 2: 2 x 4 where fish speaks, and 2 where only ports does
    fish = {"layer": "fish", "lon": 10, "weight": 4.0, "reach_nm": 30.0}
    ports = [{"layer": "ports", "lon": lon, "visits": 9.0, "reach_nm": 30.0} for lon in (10, 11)]
    case, made = layered(fish, *ports), cells((10, 0), (11, 0), (12, 0), areas=(1,))
    assert weights(case, made) == [8.0, 2.0, 2.0]
    drawn = replace(case, risk=case.risk.assign(factor=3.0))  # of the weights that the map gives
    assert weights(drawn, made) == [24.0, 2.0, 2.0]
    visits, unmapped = stays(case, made, {"": 1.0})
    assert (visits.tolist(), unmapped.tolist()) == ([[9.0, 9.0, 0.0]], [[0.0, 0.0, 1.0]])
    alone = layered(*({**one, "reach_nm": np.nan} for one in ports))
    found = said(alone, cells((10, 0), (11, 0), (30, 0)))
    assert found.keys() == {"no_places"}
    assert "there the area's visits_per_year hold" in found["no_places"]
    (row,) = served(weighed(alone.areas, alone.risk, made, SPACING_NM, {"": 1.0}).layers)
    assert (row["weights"], row["visits"]) == (False, True)


def test_visits_of_a_period_are_its_own_and_those_of_the_year_are_in_all_by_their_days() -> None:
    rows: list[dict[str, object]] = [{"lon": 10, "weight": 1.0, "visits": 40.0}]
    rows += [{"lon": 10, "weight": 1.0, "visits": 7.0, "period": "q1"}]
    made = cells((10, 0))
    visits, _ = stays(layered(*rows), made, {"q1": 0.25, "rest": 0.75})
    assert visits[:, 0].tolist() == [0.25 * 40.0 + 7.0, 0.75 * 40.0]
    # a layer that speaks of the quarter alone leaves the rest to the area
    visits, unmapped = stays(layered(rows[1]), made, {"q1": 0.25, "rest": 0.75})
    assert visits[:, 0].tolist() == [7.0, 0.0]
    assert unmapped[:, 0].tolist() == [0.0, 1.0]
    # planned as one, the year has them all
    year = layered(*rows)
    visits, unmapped = stays(replace(year, risk=year.risk.assign(share=[1.0, 0.25])), made, {"year": 1.0})
    assert (visits.tolist(), unmapped.tolist()) == ([[47.0]], [[0.0]])
    only = layered(rows[1])
    visits, unmapped = stays(replace(only, risk=only.risk.assign(share=0.25)), made, {"year": 1.0})
    assert (visits.tolist(), unmapped.tolist()) == ([[7.0]], [[0.75]])
