"""Which effort a plan may use, who pays for it, and the bounds that follow."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planner.model.problem import PlanningProblem
from tests.model.small import small_problem
from tests.problems import make_problem, simple_effort

PER_MISSION = ["mission_hours", "on_station_hours", "cost"]


def radar(access: list[bool], areas: list[int], eligible: list[int]) -> PlanningProblem:
    """A radar of 3 cells whose hour of cost 20 stands in the first; it is funded in the eligible areas."""
    return make_problem(
        simple_effort(
            asset=[0, 0, 0],
            cell=[0, 1, 2],
            area=areas,
            factor=[1e-4, 2e-4, 3e-4],
            hours=[1.0, 0.0, 0.0],
            cost=[20.0, 0.0, 0.0],
            access=access,
            activity=[0, 0, 0],
        ),
        cell_km2=[1.0, 1.0, 1.0],
        cell_area=areas,
        targets=[1.0] * (max(areas) + 1),
        hours=[1000.0],
        budgets=[1e6],
        eligibility=[(0, area, 0) for area in eligible],
    )


def one_hour(usable: pd.DataFrame) -> None:
    """Whatever is left of the radar's hour is one activity, an hour of 20."""
    assert set(usable["activity"]) == {0}
    assert usable["mission_hours"].sum() == 1.0
    assert usable["on_station_hours"].sum() == 1.0
    assert usable["cost"].sum() == 20.0


def test_all_of_a_joint_activity() -> None:
    usable = radar([True] * 3, [0, 0, 0], [0]).usable
    assert usable["cell"].tolist() == [0, 1, 2]
    assert usable["pair"].tolist() == [0, -1, -1]
    one_hour(usable)


@pytest.mark.parametrize(
    ("access", "gains"),
    [
        ([True, False, True], {0: 1e-4, 2: 3e-4}),
        # without consent at home the hour is paid for all the same, and adds nothing there
        ([False, True, False], {0: 0.0, 1: 2e-4}),
        ([True, False, False], {0: 1e-4}),
    ],
)
def test_a_joint_activity_costs_its_hour_whatever_it_may_watch(
    access: list[bool], gains: dict[int, float]
) -> None:
    usable = radar(access, [0, 0, 0], [0]).usable
    assert dict(zip(usable["cell"], usable["factor"], strict=True)) == gains
    one_hour(usable)


def test_a_joint_activity_without_any_consent_is_left_out() -> None:
    assert radar([False] * 3, [0, 0, 0], [0]).usable.empty


def test_a_joint_activity_is_paid_for_in_its_home_area() -> None:
    usable = radar([True] * 3, [0, 1, 1], [0]).usable
    assert usable["cell"].tolist() == [0, 1, 2]
    one_hour(usable)
    assert radar([True] * 3, [0, 1, 1], [1]).usable.empty


def test_the_effort_table_is_not_changed() -> None:
    problem = radar([True, False, True], [0, 0, 0], [0])
    before = problem.effort.copy()
    assert problem.usable["factor"].tolist() != problem.effort["factor"].tolist()
    pd.testing.assert_frame_equal(problem.effort, before)


def test_rows_without_access_or_payer_are_left_out_unless_they_are_free() -> None:
    # row 0: no access; 1: costs, nobody pays; 2: costs, payer; 3: free, nobody pays; 4: free without access
    problem = make_problem(
        simple_effort(
            asset=[0, 1, 0, 1, 1],
            cell=[0, 0, 1, 1, 0],
            factor=[1.0] * 5,
            cost=[5.0, 5.0, 5.0, 0.0, 0.0],
            access=[False, True, True, True, False],
        ),
        cell_km2=[1.0, 1.0],
        hours=[10.0, 10.0],
        budgets=[100.0],
        eligibility=[(0, 0, 0)],
    )
    usable = problem.usable
    assert usable[["asset", "cell"]].to_numpy().tolist() == [[0, 1], [1, 1]]
    assert usable["pair"].tolist() == [0, -1]
    assert usable["activity"].tolist() == [0, 1]
    assert usable.index.tolist() == [0, 1]
    assert problem.n_activities == 2


def test_a_patrol_that_stands_alone_keeps_its_figures() -> None:
    problem = small_problem()
    pd.testing.assert_frame_equal(problem.usable[PER_MISSION], problem.effort[PER_MISSION])


def test_payer_in_one_area_does_not_open_another() -> None:
    problem = make_problem(
        simple_effort([0, 0], [0, 1], [1.0, 1.0], area=[0, 1], cost=5.0),
        cell_km2=[1.0, 1.0],
        cell_area=[0, 1],
        targets=[1.0, 1.0],
        hours=[10.0],
        budgets=[100.0],
        eligibility=[(0, 1, 0)],
    )
    assert problem.usable["area"].tolist() == [1]


def test_pairs_and_funding() -> None:
    problem = small_problem()
    assert problem.pairs.to_numpy().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2, 1]]
    # the radar does nothing in area 1, so nobody pays for it there
    assert problem.funding.to_numpy().tolist() == [[0, 0], [1, 0], [1, 1], [2, 1], [3, 1], [4, 0]]


def test_an_eligibility_that_is_listed_twice_counts_once() -> None:
    problem = small_problem()
    twice = pd.concat([problem.eligibility, problem.eligibility.iloc[::-1]], ignore_index=True)
    again = PlanningProblem(**{**_fields(problem), "eligibility": twice})
    pd.testing.assert_frame_equal(again.pairs, problem.pairs)
    pd.testing.assert_frame_equal(again.funding, problem.funding)


def _fields(problem: PlanningProblem) -> dict[str, object]:
    return {name: getattr(problem, name) for name in problem.__dataclass_fields__}


def test_most_missions_of_each_activity() -> None:
    # boat 3000 / 50, 3000 / 80; plane at base 1: min(400, 500) / 8, / 6; boat at base 1: min(3000, 500) / 60;
    # radar: 8760 h of one hour
    expected = [60.0, 37.5, 50.0, 400 / 6, 500 / 60, 8760.0]
    assert small_problem().activity_bound == pytest.approx(np.array(expected), rel=1e-15)


def test_activities_that_take_no_hours_have_no_bound() -> None:
    problem = make_problem(
        simple_effort([0, 0], [0, 0], [1.0, 1.0], hours=[0.0, 2.0]), cell_km2=[1.0], hours=[0.0]
    )
    assert problem.activity_bound.tolist() == [np.inf, 0.0]


def test_weights_and_targets() -> None:
    problem = small_problem()
    assert problem.weight.tolist() == [1000.0, 4000.0, 2000.0]
    assert problem.area_km2.tolist() == [3000.0, 4000.0]
    assert problem.target_km2.tolist() == [1500.0, 1000.0]
    assert problem.area_weight.tolist() == [1.0, 3.0]
    assert problem.least_missions.tolist() == [0.0, 0.0, 0.0]


def test_no_effort() -> None:
    problem = make_problem(simple_effort([], [], []), cell_km2=[1.0], hours=[1.0], budgets=[1.0])
    assert problem.usable.empty
    assert problem.n_activities == 0
    assert problem.pairs.empty
    assert problem.funding.empty
    assert problem.activity_bound.tolist() == []
