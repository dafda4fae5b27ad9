"""Every row of the linear program, and its objective, against dictionaries written by hand.

Scales: asset hours 1000, 100, 1000 (3000, 400, 8760 h); base 1: 100 (500 h); budgets 1e6, 1e5 (2e6, 5e5);
money variables 1e5, the power of ten at or below a tenth of the largest budget (2e5); objective "coverage":
sum of risk x area = 1000 + 4000 + 2000 = 7000, whose power of ten, 1000, is 1e4 units: 0.1.
"""

from __future__ import annotations

from math import exp

import numpy as np
import pulp
import pytest

from planner.model.build import build
from planner.model.rows import merged, terms
from tests.model.small import BREAKPOINTS, GAP, IDLE, small_problem, small_program, written

Row = tuple[dict[str, float], str, float]
E1, E2 = exp(-1.0), exp(-2.0)

ROWS: dict[str, dict[int, Row]] = {
    # (8) sum m x <= hours, over the unit: 50 / 1000, 80 / 1000, 60 / 1000; 8 / 100, 6 / 100; 1 / 1000
    "asset_hours": {
        0: ({"x_0": 0.05, "x_1": 0.08, "x_4": 0.06}, "<=", 3.0),
        1: ({"x_2": 0.08, "x_3": 0.06}, "<=", 4.0),
        2: ({"x_5": 0.001}, "<=", 8.76),
    },
    # base 0 has no limit and no row; the radar has no base; over 100 h
    "base_capacity": {1: ({"x_2": 0.08, "x_3": 0.06, "x_4": 0.6}, "<=", 5.0)},
    # (9) sum c x = sum f, over 1e5; pairs: boat in area 0 and 1, plane in area 0 and 1, radar in area 0
    "funding": {
        0: ({"x_0": 0.4, "x_4": 0.48, "f_0_0_0": -1.0}, "=", 0.0),
        1: ({"x_1": 0.64, "f_0_1_0": -1.0, "f_0_1_1": -1.0}, "=", 0.0),
        2: ({"x_2": 0.5, "f_1_0_1": -1.0}, "=", 0.0),
        3: ({"x_3": 0.45, "f_1_1_1": -1.0}, "=", 0.0),
        4: ({"x_5": 2e-4, "f_2_0_0": -1.0}, "=", 0.0),
    },
    # (10) sum f <= budget: 1e5 / 1e6 and 2e6 / 1e6; 1e5 / 1e5 and 5e5 / 1e5
    "budgets": {
        0: ({"f_0_0_0": 0.1, "f_0_1_0": 0.1, "f_2_0_0": 0.1}, "<=", 2.0),
        1: ({"f_0_1_1": 1.0, "f_1_0_1": 1.0, "f_1_1_1": 1.0}, "<=", 5.0),
    },
    # (11) sum of the intervals' factors <= sum g x; the radar's one activity in both of its cells
    "cells": {
        0: ({"c_0_0": 1.0, "c_0_1": 1.0, "x_0": -0.02, "x_4": -0.02, "x_5": -1e-4}, "<=", 0.0),
        1: ({"c_1_0": 1.0, "x_2": -0.05, "x_5": -3e-4}, "<=", 0.0),
        2: ({"c_2_0": 1.0, "x_1": -0.01, "x_3": -0.03}, "<=", 0.0),
    },
    "areas": {},
    "least_missions": {},
}


def same(found: Row, expected: Row) -> None:
    assert found[0] == pytest.approx(expected[0], rel=1e-14)
    assert found[1] == expected[1]
    assert found[2] == pytest.approx(expected[2], rel=1e-14, abs=0.0)


@pytest.mark.parametrize("family", list(ROWS))
def test_rows(family: str) -> None:
    handles = getattr(small_program(), family)
    assert set(handles) == set(ROWS[family])
    for number, expected in ROWS[family].items():
        same(written(handles[number]), expected)


def test_there_is_no_other_row() -> None:
    program = small_program()
    assert program.lp.numConstraints() == sum(len(rows) for rows in ROWS.values()) == 14


def test_rows_of_the_shortfall() -> None:
    # targets: 0.5 x 3000 = 1500 km2 and 0.25 x 4000 = 1000 km2; weights 1 and 3: 4500 in all, 0.1 a unit.
    # s >= target - sum area x slope x factor; slopes 1 - 1/e, 1/e - 1/e2; 1 - 1/e; (1 - 1/e2) / 2
    program = small_program("shortfall")
    assert program.scale.objective == pytest.approx(0.1, rel=1e-15)
    assert set(program.areas) == {0, 1}
    in_0 = {"s_0": 1.0, "c_0_0": 1e4 * (1 - E1), "c_0_1": 1e4 * (E1 - E2), "c_1_0": 2e4 * (1 - E1)}
    same(written(program.areas[0]), (in_0, ">=", 15_000.0))
    same(written(program.areas[1]), ({"s_1": 1.0, "c_2_0": 2e4 * (1 - E2)}, ">=", 10_000.0))
    assert program.lp.numConstraints() == 16


def test_rows_of_least_missions() -> None:
    # missions of any kind count one: cell 0 is reached by x_0, x_4 and the radar's x_5, cell 2 by x_1, x_3
    problem = small_problem()
    problem.cells["least_missions"] = [2.0, 0.0, 1.5]
    program = build(problem, BREAKPOINTS, GAP * IDLE["coverage"])
    assert set(program.least_missions) == {0, 2}
    same(written(program.least_missions[0]), ({"x_0": 1.0, "x_4": 1.0, "x_5": 1.0}, ">=", 2.0))
    same(written(program.least_missions[2]), ({"x_1": 1.0, "x_3": 1.0}, ">=", 1.5))


def test_variables_and_their_bounds() -> None:
    variables = small_program().variables
    assert [v.name for v in variables.missions] == [f"x_{n}" for n in range(6)]
    assert [v.name for v in variables.money] == [
        "f_0_0_0", "f_0_1_0", "f_0_1_1", "f_1_0_1", "f_1_1_1", "f_2_0_0",
    ]  # fmt: skip
    assert {(v.lowBound, v.upBound) for v in [*variables.missions, *variables.money]} == {(0, None)}
    assert [(v.name, v.lowBound, v.upBound) for v in variables.factor] == [
        ("c_0_0", 0, 1.0), ("c_0_1", 0, 1.0), ("c_1_0", 0, 1.0), ("c_2_0", 0, 2.0),
    ]  # fmt: skip
    assert variables.shortfall == []
    assert {v.cat for v in variables.all()} == {pulp.LpContinuous}


def test_variables_of_the_shortfall() -> None:
    program = small_program("shortfall")
    assert [(v.name, v.lowBound, v.upBound) for v in program.variables.shortfall] == [
        ("s_0", 0, None), ("s_1", 0, None),
    ]  # fmt: skip
    assert program.lp.numVariables() == len(program.variables.all()) == 6 + 6 + 4 + 2


def test_terms_of_the_objective() -> None:
    # weights 1000, 4000, 2000 over 0.1, times the slopes; thrift: 0.01 x 1e-4 x 7e4 / (2.5e6 / 1e5) = 0.0028,
    # and the power of ten below it is 0.001
    objective = small_program().lp.objective
    expected = {
        "c_0_0": -1e4 * (1 - E1),
        "c_0_1": -1e4 * (E1 - E2),
        "c_1_0": -4e4 * (1 - E1),
        "c_2_0": -2e4 * (1 - E2) / 2,
        **dict.fromkeys(["f_0_0_0", "f_0_1_0", "f_0_1_1", "f_1_0_1", "f_1_1_1", "f_2_0_0"], 0.001),
    }
    assert {v.name: value for v, value in objective.items()} == pytest.approx(expected, rel=1e-14)
    assert objective.constant == pytest.approx(7e4, rel=1e-14)


def test_terms_of_the_shortfall_objective() -> None:
    # thrift: 0.01 x 1e-4 x 4500 / 0.1 / 25 = 0.0018, so 0.001
    objective = small_program("shortfall").lp.objective
    money = dict.fromkeys(["f_0_0_0", "f_0_1_0", "f_0_1_1", "f_1_0_1", "f_1_1_1", "f_2_0_0"], 0.001)
    expected = {"s_0": 1.0, "s_1": 3.0, **money}
    assert {v.name: value for v, value in objective.items()} == pytest.approx(expected, rel=1e-14)
    assert objective.constant == 0.0


def test_the_objective_adds_up_to_the_chord_value() -> None:
    # C = 1.25 in cell 0 (a quarter up its second interval), 0.5 in cell 1, 1 in cell 2:
    # u = 3/4 e^-1 + 1/4 e^-2; 1/2 + 1/2 e^-1; 1/2 + 1/2 e^-2; money f_0_0_0 = 3, f_1_1_1 = 2 (x 0.001)
    program = small_program()
    at = {"c_0_0": 1.0, "c_0_1": 0.25, "c_1_0": 0.5, "c_2_0": 1.0, "f_0_0_0": 3.0, "f_1_1_1": 2.0}
    for variable in program.variables.all():
        variable.varValue = at.get(variable.name, 0.0)
    missed = 1000 * (0.75 * E1 + 0.25 * E2) + 4000 * (0.5 + 0.5 * E1) + 2000 * (0.5 + 0.5 * E2)
    assert pulp.value(program.lp.objective) == pytest.approx(missed / 0.1 + 5 * 0.001, rel=1e-14)


def test_all_money_together_costs_up_to_a_hundredth_of_the_tolerance() -> None:
    program = small_program()
    price = program.lp.objective[program.variables.money[0]]
    spent_whole = price * 2.5e6 / program.scale.money * program.scale.objective
    assert 0.1 < spent_whole / (0.01 * 1e-4 * 7000.0) <= 1.0  # a power of ten


def test_minimisation() -> None:
    assert small_program().lp.sense == pulp.LpMinimize


def test_coefficients_are_within_the_solver_s_range() -> None:
    # design section 2: between about 1e-3 and 1e4; the radar's hour is the smallest here
    program = small_program()
    values = np.abs([value for row in program.lp.constraints() for value in row.values()])
    assert values.max() <= 1e4
    assert values.min() >= 1e-4


def test_terms_collects_by_group_in_order() -> None:
    a, b, c = (pulp.LpProblem("t").add_variable(name) for name in "abc")
    assert terms([1, 0, 1], [a, b, c], [1.0, 2.0, 3.0], 3) == [[(b, 2.0)], [(a, 1.0), (c, 3.0)], []]


def test_terms_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        terms([0], [], [1.0], 1)


def test_merged_adds_equal_groups_and_activities() -> None:
    # (group, activity): (1, 4) twice
    group, activity, value = merged(activity=[4, 0, 4], group=[1, 1, 1], value=[0.25, 2.0, 0.5])
    assert (group.tolist(), activity.tolist(), value.tolist()) == ([1, 1], [0, 4], [2.0, 0.75])
    assert [part.tolist() for part in merged([], [], [])] == [[], [], []]
