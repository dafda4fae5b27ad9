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
    """A radar of 3 cells whose hour of cost 20 is shared 0.5, 0.3, 0.2, funded in the eligible areas."""
    return make_problem(
        simple_effort(
            asset=[0, 0, 0],
            cell=[0, 1, 2],
            area=areas,
            factor=[1e-4, 2e-4, 3e-4],
            hours=[0.5, 0.3, 0.2],
            cost=[10.0, 6.0, 4.0],
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
    """Whatever is left of the radar's hour is an hour of 20."""
    assert usable["mission_hours"].sum() == pytest.approx(1.0, rel=1e-15)
    assert usable["on_station_hours"].sum() == pytest.approx(1.0, rel=1e-15)
    assert usable["cost"].sum() == pytest.approx(20.0, rel=1e-15)


def test_all_of_a_joint_activity() -> None:
    usable = radar([True] * 3, [0, 0, 0], [0]).usable
    assert usable["mission_hours"].tolist() == [0.5, 0.3, 0.2]
    one_hour(usable)


def test_what_is_left_of_a_joint_activity_takes_all_of_its_hours_and_cost() -> None:
    # cells 0 and 2 are left: 0.5 and 0.2 of an hour become 5/7 and 2/7, the factors stay
    usable = radar([True, False, True], [0, 0, 0], [0]).usable
    assert usable["cell"].tolist() == [0, 2]
    assert usable["mission_hours"].tolist() == pytest.approx([5 / 7, 2 / 7], rel=1e-15)
    assert usable["cost"].tolist() == pytest.approx([100 / 7, 40 / 7], rel=1e-15)
    assert usable["factor"].tolist() == [1e-4, 3e-4]
    one_hour(usable)


def test_a_single_cell_left_of_a_joint_activity_takes_all_of_its_hours_and_cost() -> None:
    usable = radar([False, True, False], [0, 0, 0], [0]).usable
    assert usable["cell"].tolist() == [1]
    assert usable["factor"].tolist() == [2e-4]
    one_hour(usable)


def test_a_joint_activity_that_is_funded_in_one_area_only() -> None:
    usable = radar([True, True, True], [0, 1, 1], [1]).usable
    assert usable["cell"].tolist() == [1, 2]
    assert usable["mission_hours"].tolist() == pytest.approx([0.6, 0.4], rel=1e-15)
    one_hour(usable)


def test_the_effort_table_is_not_changed() -> None:
    problem = radar([True, False, True], [0, 0, 0], [0])
    before = problem.effort.copy()
    assert len(problem.usable) == 2
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
