"""A plan may start from another one's solution; that changes its time, never its value."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from planner.core.problem import Problem
from planner.solve.optimise import optimise
from planner.solve.samples import every, sample
from planner.solve.solver import Status
from planner.solve.warm_start import Known, WarmStart
from tests.small_case import SmallCase, least_coverage, random_case
from tests.solve.test_aggregation import line, meet, sift

GAP = 1e-5


def changed(case: SmallCase, kind: str) -> SmallCase:
    """The case with something else than it had; assets keep their ids whatever is added or removed."""
    random, effort = np.random.default_rng(3), case.effort
    changes = {
        "nothing": {},
        "budgets": {"budgets": [0.0, 4e5, 2e4]},
        "hours": {"hours": np.array(case.hours) * random.choice([0.0, 1.0, 5.0], len(case.hours))},
        "access": {"effort": effort.assign(access=random.random(len(effort)) < 0.7)},
        "costs": {"effort": effort.assign(cost=effort["cost"] * 2.0)},
        "no costs": {"effort": effort.assign(cost=0.0)},
        "no limits at bases": {"places": [np.inf, np.inf]},
        "payers": {"pays": case.pays[::2]},
        "asset gone": {"effort": effort[effort["asset"] != 1]},
        "asset added": {
            "effort": effort,
            "hours": [*case.hours[:-1], 4000.0, 900.0],
        },
        "targets": {"objective": "shortfall"},
        "a limit": {"limits": (least_coverage(1, 0.3, penalty=2.0),)},
    }
    return replace(case, **changes[kind])


@cache
def started(sifted: bool) -> tuple[SmallCase, WarmStart]:
    """A case and what its plan leaves to start from, as another process gets it."""
    case = random_case(2, n_cells=80 if sifted else 20)
    return case, pickle.loads(pickle.dumps(optimise(case.problem(), GAP).start))


@pytest.mark.parametrize("sifted", [False, True])
@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize(
    "kind",
    ["nothing", "budgets", "hours", "access", "costs", "payers", "no costs", "no limits at bases",
     "asset gone", "asset added", "targets", "a limit"],
)  # fmt: skip
def test_a_start_changes_no_value(
    kind: str, sifted: bool, near: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sifted:
        sift(monkeypatch)
    case, start = started(sifted)
    other = changed(case, kind).problem()
    meet(optimise(other, GAP), optimise(other, GAP, start=replace(start, near=near)), GAP)


def test_a_near_start_needs_fewer_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    sift(monkeypatch)
    case = random_case(2, n_cells=200)
    start = optimise(case.problem(), 1e-6).start
    richer = replace(case, budgets=[budget * 1.001 for budget in case.budgets]).problem()
    far, near = (optimise(richer, 1e-6, start=replace(start, near=near)) for near in (False, True))
    meet(far, near, 1e-6)
    assert near.certificate.rounds < far.certificate.rounds


def test_the_same_problem_is_proven_at_once() -> None:
    problem = random_case(4, n_cells=100).problem()
    first = optimise(problem, GAP)
    again = optimise(problem, GAP, start=first.start)
    assert first.certificate.rounds > 1
    assert again.certificate.rounds == 1


def test_cbc_has_no_basis_and_starts_from_prices() -> None:
    problem = random_case(4).problem()
    start = optimise(problem, 1e-4, solver="cbc").start
    assert start.columns == {}
    assert optimise(problem, 1e-4, start=start).status is Status.OPTIMAL


def by_ids(problem: Problem, values: np.ndarray) -> dict[tuple[str, ...], float]:
    ids = problem.resources[["kind", "asset_id", "base_id", "area_id", "programme_id"]].astype(str)
    return dict(zip(map(tuple, ids.to_numpy()), values, strict=True))


def test_prices_by_keys_survive_removed_and_added_assets() -> None:
    case = random_case(1)
    problem = case.problem()
    known = optimise(problem, GAP).start.prices
    prices = by_ids(problem, known.prices.resource)
    for kind in ("asset gone", "asset added", "budgets"):
        other = changed(case, kind).problem()
        found = by_ids(other, known.for_problem(other).resource)
        assert set(found) != set(prices) or kind == "budgets"
        assert {ids: found[ids] for ids in set(found) & set(prices)} == {
            ids: prices[ids] for ids in set(found) & set(prices)
        }
        assert all(found[ids] == 0.0 for ids in set(found) - set(prices))


def test_the_start_of_a_sample_is_that_of_its_nodes_in_the_whole() -> None:
    problem = line(90).problem()
    part = sample(problem, every(3.0, 90))
    start = optimise(part.problem, 1e-3).start
    whole = start.scaled(part.share)
    of_nodes = whole.prices.for_problem(problem).node
    kept = every(3.0, 90)
    assert of_nodes[kept] == pytest.approx(start.prices.prices.node * part.share, rel=1e-12)
    assert np.isinf(np.delete(of_nodes, kept)).all()
    back = whole.of_sample(part.problem, part.share)
    assert back.prices.prices.node == pytest.approx(start.prices.prices.node, rel=1e-12)


def test_statuses_are_found_by_key_in_any_order() -> None:
    known = Known(np.array([7, 3, 9], dtype=np.uint64), np.array([1, 2, 0], dtype=np.int8))
    status, there = known.of(np.array([3, 4, 7], dtype=np.uint64), 1)
    assert (status.tolist(), there.tolist()) == ([2, 1, 1], [True, False, True])


@pytest.mark.parametrize("left", [0, 20])
def test_a_price_that_nobody_pays_any_more_is_forgotten(left: int) -> None:
    """Whoever's hours are scarcest loses all access, or all but one row in so many."""
    case = random_case(2, n_cells=60)
    problem = case.problem()
    first = optimise(problem, GAP)
    worth = (first.prices.resource * problem.capacity)[
        problem.find("hours", asset_id=[f"asset_{n}" for n in range(5)])
    ]
    mine = case.effort["asset"].to_numpy() == np.argmax(worth)
    kept = np.arange(len(mine)) % left == 0 if left else np.zeros(len(mine), dtype=bool)
    other = replace(case, effort=case.effort.assign(access=~mine | kept)).problem()
    cold, warm = optimise(other, GAP), optimise(other, GAP, start=first.start)
    meet(cold, warm, GAP)
    assert warm.certificate.rounds <= cold.certificate.rounds + 2
