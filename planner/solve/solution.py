"""The plan that linear programs have led to so far, with its proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.core import certificate as cert
from planner.core.fairness import FairShares
from planner.core.prices import Prices, completed
from planner.core.problem import Array, Integers, Problem
from planner.core.program import Program
from planner.solve.aggregation import Aggregated
from planner.solve.solver import LpSolution, Status
from planner.solve.warm_start import WarmStart, start_of

if TYPE_CHECKING:
    from planner.solve.lexicographic import FairProof

NO_ACTIVITY = 1e-12
"""A part of an activity's most that is rounding of the solver."""
ROUNDING = 1e-6
"""A part of what fills an exact resource by which it may differ from what is taken."""


@dataclass(frozen=True, eq=False)
class Solution:
    """The best plan that was found, with its proof.

    Attributes:
        status: OPTIMAL when the certificate is within its tolerance; else why the rounds ended before.
        x: units of each activity in the horizon, shape (activities,).
        factor: coverage factor of each node, shape (nodes,).
        covered: the share of each node that counts as covered, shape (nodes,).
        prices: prices that the bound rests on.
        certificate: value, bound and gap.
        program: the linear program of the final round.
        group: the group in that program of each node, shape (nodes,).
        lp_objective: its optimum [Units.objective].
        solver_seconds: time inside the solver, all rounds [s].
        start: where the solution of a similar problem may start from.
        fairness: where ratios come first: their levels.
        fair_proof: what proves these.
    """

    status: Status
    x: Array
    factor: Array
    covered: Array
    prices: Prices
    certificate: cert.Certificate
    program: Program
    group: Integers
    lp_objective: float
    solver_seconds: float
    start: WarmStart
    fairness: FairShares | None = None
    fair_proof: FairProof | None = None


def better_of(best: Solution | None, new: Solution) -> Solution:
    """The new round, with the best plan and the best bound of all rounds."""
    if best is None:
        return new
    plan = min(best, new, key=lambda solution: solution.certificate.value)
    bounded = max(new, best, key=lambda solution: solution.certificate.bound)
    proof = replace(
        new.certificate,
        value=plan.certificate.value,
        bound=bounded.certificate.bound,
        rounds=best.certificate.rounds + 1,
    )
    return replace(
        new,
        x=plan.x,
        factor=plan.factor,
        covered=plan.covered,
        prices=bounded.prices,
        certificate=proof,
        solver_seconds=best.solver_seconds + new.solver_seconds,
    )


def read_solution(
    groups: Aggregated,
    active: npt.NDArray[np.bool_],
    program: Program,
    result: LpSolution,
    known: Prices | None,
    tolerance: float,
) -> Solution:
    """Activities, prices and proof of one linear program for the whole problem, in natural units.

    Args:
        groups: the problem, and the groups of its nodes.
        active: activities of the groups that the program was built from.
        program: the program.
        result: its optimum.
        known: prices of the groups that were known before, for what the program has no row of.
        tolerance: the gap that is wanted.
    """
    problem, part = groups.whole, program.problem
    values = program.split_columns(result.values)["x"]
    of_part = np.zeros(len(part.activities))
    of_part[program.x] = np.where(values > NO_ACTIVITY, values, 0.0) * program.units.activity[program.x]
    of_groups = np.zeros(len(active))
    of_groups[active] = of_part
    x = filled(problem, groups.disaggregated(of_groups))
    factor = cert.coverage_factors(problem, x)
    prices = read_prices(program, result, known)
    of_nodes = groups.prices_of_nodes(prices)
    value = cert.true_value(problem, x, factor)
    bound, rests_on = cert.best_bound(problem, of_nodes, value, tolerance)
    return Solution(
        status=Status.ROUND_LIMIT,
        x=x,
        factor=factor,
        covered=cert.coverage_of(problem, x, factor),
        prices=completed(problem, rests_on),
        certificate=cert.Certificate(value, bound, problem.stake, 1, tolerance, cert.slack_of(problem)),
        program=program,
        group=groups.group,
        lp_objective=result.objective,
        solver_seconds=result.seconds,
        start=start_of(program, result, cert.valuation(part, prices), problem, of_nodes),
    )


def read_prices(program: Program, solution: LpSolution, known: Prices | None = None) -> Prices:
    """Turn duals into prices in natural units.

    What the program has no row for keeps the price that is known, else it is free (a resource) or unknown (a
    node). A row "<= bound" of a minimisation has a dual below or at 0; its price is what relaxing it gains.
    Values of the wrong sign are rounding and become 0.
    """
    problem, units = program.problem, program.units
    duals = program.split_rows(solution.duals)
    resource = np.zeros(len(problem.resources)) if known is None else known.resource.copy()
    in_program = np.zeros(len(resource), dtype=bool)
    in_program[program.resources] = True
    if known is not None:
        used = np.bincount(problem.usage.indices, minlength=len(resource)) > 0
        resource[used & ~in_program] = 0.0
    price = -duals["resource"]
    price = np.where(problem.exact[program.resources], price, np.maximum(0.0, price))
    resource[program.resources] = price * units.objective / units.resource[program.resources] + 0.0
    node = np.full(len(problem.nodes), np.inf)
    of_node = np.maximum(0.0, -duals["node"]) * units.objective
    node[program.nodes] = of_node / units.node[program.nodes]
    goal = np.zeros(len(problem.goals))
    goal[program.goals] = np.maximum(0.0, duals["goal"]) * units.objective / units.goal[program.goals]
    return Prices(resource, goal, node)


def filled(problem: Problem, x: Array) -> Array:
    """Scale what fills each exact resource to what is taken from it: payments to what missions cost.

    What is short of goals for money is worked out from them.
    """
    exact, amount = problem.exact_of
    some = exact >= 0
    fills = some & (amount < 0.0) & (problem.most > 0.0)
    n_resources = len(problem.resources)
    flow = np.where(some, x * amount, 0.0)
    draws = some & (amount > 0.0)
    taken = np.bincount(exact[draws], flow[draws], n_resources)
    given = np.bincount(exact[fills], -flow[fills], n_resources)
    at = np.flatnonzero(fills)
    near = taken <= (1.0 + ROUNDING) * given
    scale = np.divide(taken, given, out=np.zeros(n_resources), where=near & (given > 0.0))
    paid = np.where(near[exact[at]], scale[exact[at]], 1.0) * -flow[at]
    # the solver keeps the row to a part of its largest fill, which may be more than another can give
    largest = at[np.argsort(problem.most[at], kind="stable")]
    main = np.full(n_resources, -1, dtype=np.int64)
    main[exact[largest]] = largest
    paid += np.where((main[exact[at]] == at) & ~near[exact[at]], (taken - given)[exact[at]], 0.0)
    result = x.copy()
    result[some & (amount < 0.0)] = 0.0
    result[at] = paid / -amount[at]
    return with_unmet(problem, result)


def with_unmet(problem: Problem, x: Array) -> Array:
    """What is short of goals for money, worked out from the payments (in place)."""
    unmet = problem.goals["unmet"].to_numpy()[~problem.for_coverage]
    x[unmet] = 0.0
    if len(unmet):
        short = problem.usage @ x - problem.capacity
        resource = problem.usage[:, unmet].indices
        x[unmet] = np.maximum(0.0, short[resource])
    return x
