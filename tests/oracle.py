"""Problems solved without the planner: chords or tangents of exp(-C) through scipy's linear programming, and
the exponential itself through scipy's constrained minimisation. Both read the matrices of the problem alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog, minimize

from planner.core.problem import Problem

Array = np.ndarray[Any, np.dtype[np.float64]]
DENSE = np.r_[
    np.arange(0.0, 0.5, 0.02), np.arange(0.5, 4.0, 0.05), np.arange(4.0, 10.0, 0.2), np.arange(10.0, 41.0)
]
"""Coverage factors of the dense chords: off by 0.05^2 / 8 = 3e-4 of what is missed at most, to C = 4."""


@dataclass(frozen=True)
class Optimum:
    """An optimum of chords or tangents: its value, activities and smallest ratio."""

    value: float
    x: Array
    ratio: float


def units(problem: Problem) -> Array:
    """A unit of each activity of which the limits allow about one, shape (activities,)."""
    usage, capacity = problem.usage.tocoo(), problem.capacity
    largest = np.asarray(problem.effect.max(axis=0).todense()).ravel() if len(problem.nodes) else 0.0
    unit = np.full(problem.usage.shape[1], np.inf)
    takes = (usage.data > 0.0) & (capacity[usage.row] > 0.0) & np.isfinite(capacity[usage.row])
    np.minimum.at(unit, usage.col[takes], capacity[usage.row[takes]] / usage.data[takes])
    with np.errstate(divide="ignore"):
        unit = np.minimum(unit, np.where(largest > 0.0, 50.0 / largest, np.inf))
    exact = problem.exact[usage.row]
    draws, fills = exact & (usage.data > 0.0), exact & (usage.data < 0.0)
    with np.errstate(invalid="ignore", over="ignore"):
        taken = np.bincount(usage.row[draws], (usage.data * unit[usage.col])[draws], len(capacity))
    np.minimum.at(unit, usage.col[fills], taken[usage.row[fills]] / -usage.data[fills])
    unmet = problem.goals["unmet"].to_numpy()
    unit[unmet[unmet >= 0]] = problem.wanted[unmet >= 0]
    return np.where(np.isfinite(unit) & (unit > 0.0), unit, 1.0)


def _upper(problem: Problem) -> Array:
    """Upper bounds of activities; 0 where one uses what there is nothing of, and nobody supplies."""
    usage, upper = problem.usage.tocoo(), problem.activities["upper"].to_numpy().copy()
    supplied = np.bincount(usage.row[usage.data < 0.0], minlength=len(problem.capacity)) > 0
    upper[usage.col[(usage.data > 0.0) & (problem.capacity[usage.row] == 0.0) & ~supplied[usage.row]]] = 0.0
    return upper


def chord_lines(points: Array) -> tuple[Array, Array]:
    """Slope and constant of the chords of exp(-C), and of the level beyond the last point."""
    miss = np.exp(-points)
    slope = np.diff(miss) / np.diff(points)
    return np.r_[slope, 0.0], np.r_[miss[:-1] - slope * points[:-1], miss[-1]]


def tangent_lines(points: Array) -> tuple[Array, Array]:
    """Slope and constant of the tangents of exp(-C)."""
    miss = np.exp(-points)
    return -miss, miss * (1.0 + points)


def linear_optimum(
    problem: Problem,
    lines: Callable[[Array], tuple[Array, Array]] = chord_lines,
    points: Array = DENSE,
    ratio: float | None = None,
) -> Optimum | None:
    """The optimum with u >= slope C + constant for every line; none where there is no plan.

    Where detections need an answer, (1 - beta) u + beta v is not covered, with v >= u and v >= 1 - H x.

    Args:
        problem: the problem.
        lines: ``chord_lines`` overstate what is missed, ``tangent_lines`` understate it.
        points: coverage factors where the lines meet the exponential.
        ratio: a smallest ratio that must be reached; then it is not part of the objective any more.
    """
    unit, stake = units(problem), problem.stake or 1.0
    n_x, n_nodes, n_goals = len(unit), len(problem.nodes), int(problem.for_coverage.sum())
    goals = np.flatnonzero(problem.for_coverage)
    maximin = problem.has_ratio and ratio is None
    weight = np.zeros(n_nodes) if maximin else problem.weight
    slope, constant = lines(points)
    effect, cover = problem.effect @ sparse.diags_array(unit), problem.cover[goals]
    missing = sparse.hstack(
        [
            sparse.kron(slope[:, None], effect),
            sparse.kron(-np.ones((len(slope), 1)), sparse.eye_array(n_nodes)),
            sparse.csc_array((len(slope) * n_nodes, n_goals + 1)),
        ]
    )
    size = np.maximum(np.asarray(cover.sum(axis=1)).ravel(), 1e-300)
    wanted = problem.wanted[goals] + (0.0 if ratio is None else ratio * problem.ratio_km2[goals])
    total = np.asarray(cover.sum(axis=1)).ravel()
    of_ratio = problem.ratio_km2[goals] if ratio is None else np.zeros(n_goals)
    part = sparse.diags_array(1.0 / size)
    wants = sparse.hstack(
        [sparse.csc_array((n_goals, n_x)), part @ cover, -sparse.eye_array(n_goals), part @ of_ratio[:, None]]
    )
    usage = problem.usage @ sparse.diags_array(unit)
    largest = np.asarray(abs(usage).max(axis=1).todense()).ravel() if n_x else np.zeros(usage.shape[0])
    of_row = np.where(
        np.isfinite(problem.capacity) & (problem.capacity != 0.0), abs(problem.capacity), largest
    )
    of_row = np.where(of_row > 0.0, of_row, 1.0)
    rows = sparse.hstack(
        [sparse.diags_array(1.0 / of_row) @ usage, sparse.csc_array((len(of_row), n_nodes + n_goals + 1))]
    )
    below = ~problem.exact & np.isfinite(problem.capacity)
    upper = _upper(problem) / unit
    penalty = problem.penalty[goals]
    hard = np.isinf(penalty)
    cost = np.where(upper > 0.0, problem.cost, 0.0) * unit * (0.0 if maximin else 1.0 / stake)
    given: dict[str, Any] = {
        "A_ub": sparse.vstack([missing, wants, rows.tocsr()[np.flatnonzero(below)]]).tocsr(),
        "b_ub": np.r_[
            np.repeat(-constant, n_nodes), (total - wanted) / size, (problem.capacity / of_row)[below]
        ],
        "bounds": np.column_stack(
            [
                np.zeros(n_x + n_nodes + n_goals + 1),
                np.r_[upper, np.ones(n_nodes), np.where(hard, 0.0, np.inf), np.inf],
            ]
        ),
    }
    if problem.exact.any():
        given |= {
            "A_eq": rows.tocsr()[np.flatnonzero(problem.exact)],
            "b_eq": (problem.capacity / of_row)[problem.exact],
        }
    worth = np.where(hard | maximin, 0.0, penalty) * size / stake
    costs = np.r_[cost, weight / stake, worth, -1.0 if maximin else 0.0]
    if problem.answers is not None:
        costs, given = _with_answers(problem, unit, costs, given, len(slope) * n_nodes)
    for presolve, method in product((True, False), ("highs-ds", "highs-ipm")):
        found = linprog(costs, **given, method=method, options={"presolve": presolve})
        if found.status in (0, 2):
            break
    if found.status == 2:
        return None
    assert found.status == 0, found.message
    value = -found.x[n_x + n_nodes + n_goals] if maximin else float(found.fun) * stake
    return Optimum(float(value), found.x[:n_x] * unit, float(found.x[n_x + n_nodes + n_goals]))


def _with_answers(
    problem: Problem, unit: Array, costs: Array, given: dict[str, Any], n_lines: int
) -> tuple[Array, dict[str, Any]]:
    """The program with a variable more for each node: what is not both seen and answered."""
    n_x, n_nodes = len(unit), len(problem.nodes)
    assert problem.answers is not None
    share, rest = problem.response, sparse.csr_array((n_nodes, len(costs) - n_x - n_nodes))
    missed = np.arange(n_x, n_x + n_nodes)
    counts = given["A_ub"].tocsc()
    counted = sparse.vstack([sparse.csr_array((n_lines, n_nodes)), counts[n_lines:, missed]])
    parts = sparse.diags_array(np.r_[np.ones(n_x), 1.0 - share, np.ones(rest.shape[1])])
    below = sparse.vstack([counts[:n_lines], counts[n_lines:] @ parts])
    eye = sparse.eye_array(n_nodes)
    seen = sparse.hstack([sparse.csr_array((n_nodes, n_x)), eye, rest, -eye])
    boarded = sparse.hstack(
        [-problem.answers @ sparse.diags_array(unit), sparse.csr_array((n_nodes, n_nodes)), rest, -eye]
    )
    more: dict[str, Any] = {
        "A_ub": sparse.vstack(
            [sparse.hstack([below, counted @ sparse.diags_array(share)]), seen, boarded]
        ).tocsr(),
        "b_ub": np.r_[given["b_ub"], np.zeros(n_nodes), -np.ones(n_nodes)],
        "bounds": np.vstack([given["bounds"], np.tile([0.0, 1.0], (n_nodes, 1))]),
    }
    if "A_eq" in given:
        none = sparse.csr_array((given["A_eq"].shape[0], n_nodes))
        more |= {"A_eq": sparse.hstack([given["A_eq"], none]).tocsr(), "b_eq": given["b_eq"]}
    return np.r_[parts.diagonal() * costs, share * costs[missed]], more


def smooth_optimum(problem: Problem, ratio: float | None = None) -> float:
    """The optimum of the exponential itself, by SLSQP; goals for coverage must be hard, or have a ratio.

    Without ``ratio`` the smallest ratio is maximised where goals have one (minus it is returned); with it, it
    must be reached.
    """
    unit, n_x = units(problem), problem.usage.shape[1]
    gain = (problem.effect @ sparse.diags_array(unit)).toarray()
    usage = (problem.usage @ sparse.diags_array(unit)).toarray()
    size = np.where(problem.capacity != 0.0, abs(problem.capacity), abs(usage).max(axis=1))
    usage, capacity = usage / size[:, None], problem.capacity / size
    below = ~problem.exact & np.isfinite(capacity)
    goals = np.flatnonzero(problem.for_coverage)
    cover = problem.cover[goals].toarray()
    total = cover.sum(axis=1)
    cover, wanted, shares = (
        cover / total[:, None],
        problem.wanted[goals] / total,
        problem.ratio_km2[goals] / total,
    )
    weight = problem.weight / problem.weight.sum()
    maximin = problem.has_ratio and ratio is None
    if ratio is not None:
        wanted, shares = wanted + ratio * shares, 0.0 * shares

    def linear(kind: str, matrix: Array, constant: Array) -> dict[str, Any]:
        whole = np.hstack([matrix, np.zeros((len(matrix), 1))])
        return {"type": kind, "fun": lambda z: whole @ z + constant, "jac": lambda _: whole}

    rules = [
        linear("ineq", -usage[below], capacity[below]),
        linear("eq", usage[problem.exact], -capacity[problem.exact]),
    ]
    if len(goals):
        rules.append(
            {
                "type": "ineq",
                "fun": lambda z: cover @ -np.expm1(-gain @ z[:-1]) - wanted - shares * z[-1],
                "jac": lambda z: np.hstack([(cover * np.exp(-gain @ z[:-1])) @ gain, -shares[:, None]]),
            }
        )
    last = np.eye(n_x + 1)[-1]
    found = minimize(
        (lambda z: -z[-1]) if maximin else (lambda z: weight @ np.exp(-gain @ z[:-1])),
        np.full(n_x + 1, 0.02),
        jac=(lambda _: -last)
        if maximin
        else (lambda z: np.r_[-(weight * np.exp(-gain @ z[:-1])) @ gain, 0.0]),
        bounds=[(0.0, most) for most in [*(problem.activities["upper"] / unit), np.inf]],
        constraints=rules,
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 2000},
    )
    assert found.success, found.message
    return float(found.fun) if maximin else float(found.fun) * float(problem.weight.sum())
