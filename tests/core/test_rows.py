"""Every row of the program, and its objective, against dictionaries written by hand, in natural units.

See ``tests.core.small`` for the case; "a0 from b1 in c2" are missions of asset 0 from base 1 in cell 2, "p0
pays
a1 z0" is what programme 0 pays for asset 1 in area 0, "c0 1" is the coverage factor of cell 0's second
interval.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pulp
import pytest

from planner.core.program import power_of_ten
from tests.core.small import SMALL, Row, column_units, names, objective, program_of, rows
from tests.small_case import SmallCase, least_coverage, least_share, least_spending, work

E1, E2 = exp(-1.0), exp(-2.0)
BOAT, PLANE, RADAR = (
    ("a0 from b0 in c0", "a0 from b0 in c2", "a0 from b1 in c0"),
    ("a1 from b1 in c1", "a1 from b1 in c2"),
    "a2 from b- in c0,1",
)
PAYMENTS = [
    "p0 pays a0 z0",
    "p0 pays a0 z1",
    "p0 pays a2 z0",
    "p1 pays a0 z1",
    "p1 pays a1 z0",
    "p1 pays a1 z1",
]
ROWS: dict[str, Row] = {
    # (8) sum m x <= hours
    "hours asset_0": (dict(zip(BOAT, [50.0, 80.0, 60.0], strict=True)), "<=", 3000.0),
    "hours asset_1": (dict(zip(PLANE, [8.0, 6.0], strict=True)), "<=", 100.0),
    "hours asset_2": ({RADAR: 1.0}, "<=", 8760.0),
    # base 0 has no limit and no resource; the radar has no base
    "places base_1": ({BOAT[2]: 60.0, PLANE[0]: 8.0, PLANE[1]: 6.0}, "<=", 500.0),
    # (9) sum c x = sum of payments, for every asset and area
    "account asset_0 area_0": ({BOAT[0]: 40_000.0, BOAT[2]: 48_000.0, "p0 pays a0 z0": -1.0}, "=", 0.0),
    "account asset_0 area_1": ({BOAT[1]: 64_000.0, "p0 pays a0 z1": -1.0, "p1 pays a0 z1": -1.0}, "=", 0.0),
    "account asset_1 area_0": ({PLANE[0]: 50_000.0, "p1 pays a1 z0": -1.0}, "=", 0.0),
    "account asset_1 area_1": ({PLANE[1]: 45_000.0, "p1 pays a1 z1": -1.0}, "=", 0.0),
    "account asset_2 area_0": ({RADAR: 20.0, "p0 pays a2 z0": -1.0}, "=", 0.0),
    # (10) sum of payments <= budget
    "budget programme_0": ({"p0 pays a0 z0": 1.0, "p0 pays a0 z1": 1.0, "p0 pays a2 z0": 1.0}, "<=", 2e6),
    "budget programme_1": ({"p1 pays a0 z1": 1.0, "p1 pays a1 z0": 1.0, "p1 pays a1 z1": 1.0}, "<=", 5e5),
    # (11) sum of the intervals' factors <= sum g x; the radar's one activity in both of its cells
    "cell_0": ({"c0 0": 1.0, "c0 1": 1.0, BOAT[0]: -0.02, BOAT[2]: -0.02, RADAR: -1e-4}, "<=", 0.0),
    "cell_1": ({"c1 0": 1.0, PLANE[0]: -0.05, RADAR: -3e-4}, "<=", 0.0),
    "cell_2": ({"c2 0": 1.0, BOAT[1]: -0.01, PLANE[1]: -0.03}, "<=", 0.0),
}  # fmt: skip


def same(found: Row, expected: Row) -> None:
    assert found[0] == pytest.approx(expected[0], rel=1e-12)
    assert found[1] == expected[1]
    assert found[2] == pytest.approx(expected[2], rel=1e-12, abs=0.0)


@pytest.fixture(scope="module")
def small_rows() -> dict[str, Row]:
    return rows(program_of(SMALL))


@pytest.mark.parametrize("about", list(ROWS))
def test_rows(small_rows: dict[str, Row], about: str) -> None:
    same(small_rows[about], ROWS[about])


def test_there_is_no_other_row(small_rows: dict[str, Row]) -> None:
    # the boat's hours and the budgets bind though one activity alone may use all; nothing else is there
    assert set(small_rows) == set(ROWS)


def test_variables_and_their_bounds() -> None:
    program = program_of(SMALL)
    assert names(program) == [
        *PAYMENTS, BOAT[0], BOAT[1], PLANE[0], PLANE[1], BOAT[2], RADAR, "c0 0", "c0 1", "c1 0", "c2 0",
    ]  # fmt: skip
    assert (program.lp.upper * column_units(program)).tolist() == [np.inf] * 12 + [1.0] * 3 + [2.0]
    lp, variables, _ = program.as_pulp()
    assert [(v.lowBound, v.upBound) for v in variables[11:13]] == [(0, None), (0, program.lp.upper[12])]
    assert {v.cat for v in variables} == {pulp.LpContinuous}
    assert lp.sense == pulp.LpMinimize


def test_objective() -> None:
    # 1000, 4000 and 2000 times the slopes; the tie-break: 0.01 x 0.7 / 2.5e6 money = 2.8e-9, the power of ten
    # below is 1e-9; money is worth at least 2000 x 0.01 / 64000 = 3e-4 elsewhere, so it stays
    program = program_of(SMALL)
    expected = {
        "c0 0": -1000 * (1 - E1),
        "c0 1": -1000 * (E1 - E2),
        "c1 0": -4000 * (1 - E1),
        "c2 0": -2000 * (1 - E2) / 2,
        **dict.fromkeys(PAYMENTS, 1e-9),
    }
    assert objective(program) == pytest.approx(expected, rel=1e-12)
    assert program.lp.constant * program.units.objective == pytest.approx(7000.0, rel=1e-12)


def test_the_objective_adds_up_to_the_chord_value() -> None:
    # C = 1.25 in cell 0 (a quarter up its second interval), 0.5 in cell 1, 1 in cell 2:
    # u = 3/4 e^-1 + 1/4 e^-2; 1/2 + 1/2 e^-1; 1/2 + 1/2 e^-2; 300,000 of money at 1e-9
    program = program_of(SMALL)
    at = {"c0 0": 1.0, "c0 1": 0.25, "c1 0": 0.5, "c2 0": 1.0, "p0 pays a0 z0": 2e5, "p1 pays a1 z1": 1e5}
    found = sum(objective(program)[name] * value for name, value in at.items()) + 7000.0
    missed = 1000 * (0.75 * E1 + 0.25 * E2) + 4000 * (0.5 + 0.5 * E1) + 2000 * (0.5 + 0.5 * E2)
    assert found == pytest.approx(missed + 3e5 * 1e-9, rel=1e-12)


def test_the_tie_break_counts_next_to_nothing_of_what_money_is_worth() -> None:
    # all that can be paid: 0.5, so 0.01 x 7 / 0.5 = 0.14 a unit of money; but money is worth 1000 x 0.02 /
    # 4e4
    # = 5e-4 or more, and 1e-4 of the least of all accounts, 2000 x 0.01 / 64000 = 3.1e-4, is 3.1e-8
    program = program_of(replace(SMALL, budgets=[0.3, 0.2]), allowed=7.0)
    assert program.tie_break == pytest.approx(1e-8, rel=1e-12)


def test_rows_of_the_shortfall() -> None:
    # targets: 0.5 x 3000 and 0.25 x 4000 km2; weights 1 and 3.
    # covered + short >= wanted; km2 x slopes 1 - 1/e, 1/e - 1/e2; 1 - 1/e; (1 - 1/e2) / 2
    program = program_of(replace(SMALL, objective="shortfall"))
    found = rows(program)
    in_0 = {"short area_0": 1.0, "c0 0": 1000 * (1 - E1), "c0 1": 1000 * (E1 - E2), "c1 0": 2000 * (1 - E1)}
    same(found["target area_0"], (in_0, ">=", 1500.0))
    same(found["target area_1"], ({"short area_1": 1.0, "c2 0": 2000 * (1 - E2)}, ">=", 1000.0))
    assert set(found) == {*ROWS, "target area_0", "target area_1"}
    terms = objective(program)
    assert {name: terms[name] for name in terms if name not in PAYMENTS} == pytest.approx(
        {"short area_0": 1.0, "short area_1": 3.0}, rel=1e-12
    )
    assert program.lp.constant == 0.0


def test_limits_on_money() -> None:
    # 300,000 of programme 1, wherever; 60 % of what programme 0 spends goes to area 1: what it pays there
    # less
    # 0.6 of all, at a penalty of 2000 a million, so 2e-3 a unit; a hard one has nothing that is unmet
    program = program_of(SMALL.limited(least_spending(1, 3e5), least_share(0, [1], 0.6, penalty=2000.0)))
    found = rows(program)
    spent = dict.fromkeys(["p1 pays a0 z1", "p1 pays a1 z0", "p1 pays a1 z1"], -1.0)
    same(found["spending programme_1 l0"], (spent, "<=", -3e5))
    shared = {"unmet l1": -1.0, "p0 pays a0 z1": -0.4, "p0 pays a0 z0": 0.6, "p0 pays a2 z0": 0.6}
    same(found["spending programme_0 l1"], (shared, "<=", 0.0))
    assert objective(program)["unmet l1"] == pytest.approx(2e-3, rel=1e-12)
    assert program.problem.wanted.tolist() == pytest.approx([3e5, 1.2e6])


def test_limits_on_coverage() -> None:
    # hard: 10 % of 3000 km2, nothing short; soft: 50 % of 4000 km2 at 2.5 a km2
    program = program_of(SMALL.limited(least_coverage(0, 0.1), least_coverage(1, 0.5, penalty=2.5)))
    found = rows(program)
    in_0 = {"c0 0": 1000 * (1 - E1), "c0 1": 1000 * (E1 - E2), "c1 0": 2000 * (1 - E1)}
    same(found["least_coverage area_0 l0"], ({"short l0": 1.0, **in_0}, ">=", 300.0))
    same(found["least_coverage area_1 l1"], ({"short l1": 1.0, "c2 0": 2000 * (1 - E2)}, ">=", 2000.0))
    most = dict(zip(names(program), program.lp.upper.tolist(), strict=True))
    assert (most["short l0"], most["short l1"]) == (0.0, np.inf)
    assert objective(program)["short l1"] == pytest.approx(2.5, rel=1e-12)
    assert "short l0" not in objective(program)


def test_fair_shares() -> None:
    # covered >= t x target: 1500 and 1000 km2; t is maximised, nothing may be short, money has no tie-break
    program = program_of(replace(SMALL, objective="fair"))
    found = rows(program)
    in_0 = {"c0 0": 1000 * (1 - E1), "c0 1": 1000 * (E1 - E2), "c1 0": 2000 * (1 - E1)}
    same(found["fair_share area_0"], ({"short area_0": 1.0, **in_0, "t": -1500.0}, ">=", 0.0))
    same(
        found["fair_share area_1"], ({"short area_1": 1.0, "c2 0": 2000 * (1 - E2), "t": -1000.0}, ">=", 0.0)
    )
    assert objective(program)["t"] == pytest.approx(-1.0, rel=1e-12)
    assert not set(PAYMENTS) & set(objective(program))


def test_resources_that_cannot_bind_have_no_row() -> None:
    # base 1: 60 h x 41.7 missions (2e6 / 48,000) + 8 x 10 (5e5 / 50,000) + 6 x 11.1 (5e5 / 45,000) = 2,647 h
    plenty = rows(program_of(replace(SMALL, places=[np.inf, 2650.0])))
    assert set(ROWS) - set(plenty) == {"places base_1"}
    assert "places base_1" in rows(program_of(replace(SMALL, places=[np.inf, 2640.0])))


def test_the_solver_sees_numbers_near_one() -> None:
    program = program_of(SMALL)
    entries = np.abs(program.lp.matrix.data)
    assert 1e-4 < entries.min() <= entries.max() < 1e3
    terms = np.abs(program.split_columns(program.lp.cost)["interval"])
    assert 1e2 < terms.min() <= terms.max() < 1e5


@pytest.mark.parametrize("currency", [1e-6, 1e3, 1e9])
def test_a_currency_moves_units_only(currency: float) -> None:
    effort = SMALL.effort.assign(cost=SMALL.effort["cost"] * currency)
    other = program_of(replace(SMALL, effort=effort, budgets=np.array(SMALL.budgets) * currency))
    here, there = program_of(SMALL).lp, other.lp
    assert there.matrix.toarray() == pytest.approx(here.matrix.toarray())
    assert there.lower == pytest.approx(here.lower)
    assert there.most == pytest.approx(here.most)


def test_activities_that_add_next_to_nothing_and_that_nobody_can_do_are_left_out() -> None:
    # 1e-14 of a coverage factor in all its hours; no hours at all; no money
    case = SmallCase(
        work([0, 1, 2, 2], [0, 0, 0, 1], [1e-15, 1.0, 1.0, 0.5], cost=[0.0, 0.0, 1.0, 0.0]),
        cell_km2=[5.0] * 3, hours=[10.0, 0.0, 7.0], budgets=[0.0], pays=[(2, 0, 0)],
    )  # fmt: skip
    program = program_of(case)
    assert [name for name in names(program) if name[0] == "a"] == ["a2 from b- in c1"]


@pytest.mark.parametrize(
    ("value", "power"),
    [(1.0, 1.0), (9.999, 1.0), (10.0, 10.0), (8760.0, 1000.0), (0.03, 0.01), (3e-9, 1e-9), (1e15, 1e15), (0.0, 1.0), (np.inf, 1.0)],  # noqa: E501
)  # fmt: skip
def test_power_of_ten(value: float, power: float) -> None:
    assert power_of_ten(np.array([value, value])) == pytest.approx([power] * 2, rel=1e-15)


def test_a_problem_of_nothing_has_units() -> None:
    program = program_of(SmallCase(work([], [], []), cell_km2=[5.0] * 3, risk=[0.0] * 3))
    assert np.isfinite(program.units.objective)
    assert (len(program.lp.cost) <= 4, program.resources.tolist()) == (True, [])
