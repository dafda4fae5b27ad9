"""The plan that linear programs have led to so far, with its proof."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.frames import sum_by
from planner.model.breakpoints import Breakpoints
from planner.model.build import LinearProgram
from planner.model.problem import PlanningProblem
from planner.solve import certificate as cert
from planner.solve.fair import Fairness
from planner.solve.grouping import Grouped
from planner.solve.lp import LpSolution, Status
from planner.solve.prices import Prices, by_kind, read_prices
from planner.solve.sifting import Restricted
from planner.solve.start import Start, start_of

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

NO_MISSION = 1e-9
"""Fewer missions in the horizon than this are rounding of the solver."""


@dataclass(frozen=True)
class Solution:
    """The best plan that was found, with its proof.

    Attributes:
        status: OPTIMAL when the certificate is within its tolerance; else why the rounds ended before.
        missions: missions in the horizon by activity, shape (activities,).
        money: amounts by row of ``PlanningProblem.funding`` [money].
        factor: coverage factor of each cell, shape (cells,).
        prices: prices that the bound stands on.
        certificate: value, bound and gap.
        program: the linear program of the final round.
        leader: the cell that stands for each cell in that program, shape (cells,); see
            ``planner.solve.grouping``.
        lp_objective: its optimum [Scale.objective].
        solver_seconds: time inside the solver, all rounds [s].
        start: where the solution of a similar problem may start from.
        fairness: of the objective "fair": the smallest ratio of coverage to target, and its proof.
    """

    status: Status
    missions: Array
    money: Array
    factor: Array
    prices: Prices
    certificate: cert.Certificate
    program: LinearProgram
    leader: Integers
    lp_objective: float
    solver_seconds: float
    start: Start
    fairness: Fairness | None = None

    @property
    def breakpoints(self) -> Breakpoints:
        """Those of the final round, for every cell: they are those of the cell that stands for it."""
        return self.program.breakpoints.given_to(self.leader)


def better(best: Solution | None, new: Solution) -> Solution:
    """The new round, with the best plan and the best bound of all rounds."""
    if best is None:
        return new
    plan = min(best, new, key=lambda solution: solution.certificate.plan_value)
    bounded = max(best, new, key=lambda solution: solution.certificate.bound)
    proof = replace(
        new.certificate,
        plan_value=plan.certificate.plan_value,
        bound=bounded.certificate.bound,
        rounds=best.certificate.rounds + 1,
    )
    return replace(
        new,
        missions=plan.missions,
        money=plan.money,
        factor=plan.factor,
        prices=bounded.prices,
        certificate=proof,
        solver_seconds=best.solver_seconds + new.solver_seconds,
    )


def read_solution(
    groups: Grouped,
    part: Restricted,
    program: LinearProgram,
    result: LpSolution,
    known: Prices | None,
    gap_tolerance: float,
) -> Solution:
    """Missions, money, prices and proof of one linear program for the whole problem, in natural units.

    Args:
        groups: the problem, and the groups that its cells stand in.
        part: of the groups, what the program was built from.
        program: the program.
        result: its optimum.
        known: prices that were known before, for what the program has no row of.
        gap_tolerance: the gap that is wanted.
    """
    problem = groups.whole
    values = by_kind(program.variables.kinds(), result.values)
    seen = values["missions"]
    missions = part.whole(np.where(seen > NO_MISSION, seen, 0.0), groups.problem.n_activities)
    missions = groups.missions(missions)
    paid = np.maximum(0.0, values["money"])
    factor = cert.coverage_factors(problem, missions)
    money = _matching(problem, missions, _money_of_whole(problem, part.problem, paid))
    prices = groups.prices_of_cells(read_prices(part.problem, program, result, known))
    bound = cert.lower_bound(problem, prices)
    return Solution(
        status=Status.ROUND_LIMIT,
        missions=missions,
        money=money,
        factor=factor,
        # a bound of nothing holds at no prices; those of the program may prove less
        prices=prices if bound != 0.0 else prices.free(),
        certificate=cert.Certificate(
            plan_value=cert.true_value(problem, factor, money),
            bound=bound,
            idle_value=cert.idle_value(problem),
            rounds=1,
            gap_tolerance=gap_tolerance,
        ),
        program=program,
        leader=groups.leader,
        lp_objective=result.objective,
        solver_seconds=result.seconds,
        start=start_of(part.problem, program, result, prices),
    )


def _money_of_whole(problem: PlanningProblem, part: PlanningProblem, paid: Array) -> Array:
    """Amounts by the funding rows of the whole problem, from those of its restricted part."""
    number = len(problem.programmes)
    amounts = np.zeros(len(problem.pairs) * number)
    amounts[part.funding["pair"].to_numpy() * number + part.funding["programme"].to_numpy()] = paid
    return np.asarray(amounts[problem.funding["pair"] * number + problem.funding["programme"]])


def _matching(problem: PlanningProblem, missions: Array, money: Array) -> Array:
    """Scale what programmes pay for each (asset, area) to what its missions cost, equation (9)."""
    rows = problem.usable
    paid_rows = rows[rows["pair"] >= 0]
    cost = paid_rows["cost"].to_numpy() * missions[paid_rows["activity"].to_numpy()]
    spent = sum_by(paid_rows["pair"], cost, len(problem.pairs))
    pair = problem.funding["pair"].to_numpy()
    paid = sum_by(pair, money, len(problem.pairs))
    first_payer = np.r_[True, pair[1:] != pair[:-1]] if len(pair) else np.zeros(0, dtype=bool)
    share = np.where(paid[pair] > 0.0, money / np.where(paid > 0.0, paid, 1.0)[pair], first_payer)
    return np.asarray(share * spent[pair])
