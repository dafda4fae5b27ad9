"""Shares of a mission: fewer of them, at no more than the tolerance, and within every limit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.core.certificate import coverage_factors, true_value
from planner.pipeline import Prepared, prepare
from planner.solve.gather import gathered
from planner.solve.optimise import optimise
from planner.solve.recheck import findings
from planner.solve.solution import Solution
from tests import pacific

pytestmark = pacific.TOGETHER


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    changes = {**pacific.COARSE, "cells.spacing_nm": 200}
    return prepare(pacific.case_with("coverage_first", **changes))


@pytest.fixture(scope="module")
def solution(prepared: Prepared) -> Solution:
    found = optimise(prepared.problem, gap_tolerance=1e-4)
    return replace(found, certificate=replace(found.certificate, tolerance=1e-3))


def counted(prepared: Prepared) -> np.ndarray:
    return (prepared.problem.activities["feature"] != "fixed_sensor").to_numpy()


def missions(prepared: Prepared, solution: Solution) -> np.ndarray:
    """Missions of each asset from each base to each area."""
    at, node, _ = prepared.problem.singles
    ids = prepared.problem.activities.iloc[at][["asset_id", "base_id"]]
    ids = ids.assign(area_id=prepared.problem.nodes["area_id"].to_numpy()[node], missions=solution.x[at])
    ids = ids[counted(prepared)[at]]
    sums = ids.groupby(["asset_id", "base_id", "area_id"], observed=True)["missions"].sum().to_numpy()
    return sums[sums > 0]


def test_shares_become_whole_missions_within_the_tolerance(prepared: Prepared, solution: Solution) -> None:
    new = gathered(prepared.problem, solution, counted(prepared))
    before, after = missions(prepared, solution), missions(prepared, new)
    assert (before < 0.999).sum() > 3
    assert (after < 0.999).sum() < (before < 0.999).sum() / 2
    assert after.min() > 10 * before.min()
    assert new.certificate.proven
    assert new.certificate.bound == solution.certificate.bound
    assert new.certificate.value >= solution.certificate.bound
    assert list(findings(prepared.problem, new)) == []
    factor = coverage_factors(prepared.problem, new.x)
    assert new.certificate.value == true_value(prepared.problem, new.x, factor)


def test_a_tolerance_without_room_leaves_the_plan_as_it_is(prepared: Prepared, solution: Solution) -> None:
    tight = replace(solution.certificate, tolerance=solution.certificate.gap)
    new = gathered(prepared.problem, replace(solution, certificate=tight), counted(prepared))
    assert new.certificate.proven
    assert new.certificate.value <= solution.certificate.value


def test_hard_goals_and_plans_that_are_not_proven_are_left_alone(
    prepared: Prepared, solution: Solution
) -> None:
    open_ = replace(solution, certificate=replace(solution.certificate, tolerance=0.0))
    assert gathered(prepared.problem, open_, counted(prepared)) is open_
