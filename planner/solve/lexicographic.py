"""Fair plans: leximin over coverage / target, up to the targets; then the coverage.

Level:  max t  with  covered_i >= t target_i  for every area i that is free, and every other area at its level
Last:   the best coverage with every area at its level, as hard goals

Every level is certified. For weights mu_i >= 0 with sum mu_i target_i = 1 every plan has t <= sum mu_i
covered_i, whose best value splits into nodes (``planner.core.certificate``). So with a bound b no plan in
which all free areas keep t has more of area i than

    covered_i / target_i <= t + (b - t) / (mu_i target_i)

Areas for which that is as good as t leave with it, at least the one with the largest weight; the others,
which may have more, are levelled on. An area that meets its target is done: levels end at 1, and what is
beyond is coverage. This is the scheme for convex problems of Ogryczak, Luss, Pioro, Nace and Tomaszewski
(2014, Fair optimization and networks: a survey, Journal of Applied Mathematics) and Luss (2012, Equitable
Resource Allocation).

The linear programs of levels are very degenerate: most things have no price there. So those of many nodes
learn from a sample's which areas limit a level, and where to start. A level made for these areas alone has a
bound that holds whatever the others have; when the others have been levelled, none of them below it, they are
shown to have as much. Where one is below, it limits the level, too, which is made again. The smallest problem
begins with the prices of a rough plan in which coverage counts, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from planner.core.certificate import best_bound, goal_worth
from planner.core.fairness import FairLevel, FairShares
from planner.core.prices import KnownPrices, Prices
from planner.core.problem import FULL, Booleans, Problem
from planner.errors import NoPlanError
from planner.solve.hard_goals import with_hard_goals
from planner.solve.samples import SAMPLE_TOLERANCE, samples
from planner.solve.solver import Status
from planner.solve.warm_start import WarmStart

if TYPE_CHECKING:
    from planner.solve.solution import Solution

COVERAGE_WORTH = 1.0
"""What all coverage counts beside a smallest ratio of 1 in the rough plan before the first level."""
ROUGH = 1e-2
"""Gap at which that plan is good enough to begin with."""
TIED = 10.0
"""What is as good as a level is at most so many tolerances above it."""
MOST_HINTED, MOST_LEVELS = 20, 40
"""After so many levels, those that were made again included, a sample is no longer asked; in the last of so
many all areas leave that are still free."""


@dataclass(frozen=True, eq=False)
class _Hint:
    """What a sample, whose goals are those of the whole, says of a level.

    Attributes:
        limiting: goals whose ratios have a price: the others do not keep it where it is, shape (goals,).
        leaving: goals that leave with it, shape (goals,).
        start: where to start from.
    """

    limiting: Booleans
    leaving: Booleans
    start: WarmStart


@dataclass(frozen=True, eq=False)
class _Known:
    """What the fair plan of a sample says: its levels, and where to start the last stage from."""

    levels: tuple[_Hint, ...]
    last: WarmStart

    def changed(self, change: Callable[[WarmStart], WarmStart]) -> _Known:
        """The same with other starts."""
        return _Known(tuple(replace(one, start=change(one.start)) for one in self.levels), change(self.last))


@dataclass(frozen=True, eq=False)
class _Level(_Hint):
    """A level that was found.

    Attributes:
        asked: goals that it was made for, shape (goals,).
        complete: whether these were all that were free.
        ratio, bound: the smallest ratio of these, and what no plan has more of.
        keeps: what those that leave are held at.
        tied: what another ratio may be larger by and as good.
        status: how it ended.
    """

    asked: Booleans
    complete: bool
    ratio: float
    bound: float
    keeps: float
    tied: float
    status: Status


@dataclass(frozen=True, eq=False)
class FairProof:
    """What proves that no plan is fairer than the one that was found.

    Attributes:
        fair: goals that it is fair to, shape (goals,).
        levels: its levels, with their prices.
    """

    fair: Booleans
    levels: tuple[_Level, ...]

    def held(self, problem: Problem) -> Problem | None:
        """The last stage of a similar problem, all goals at their ratios; None where one may have more.

        Level by level, at its prices no plan that keeps all before it has a larger ratio (weak duality), but
        for the gap to which it is known. A goal that nothing could reach and now something can may have more.

        Args:
            problem: a problem with the same goals, in which the plan that was found is possible.
        """
        fair, left_out = fair_goals(problem)
        if not np.array_equal(fair, self.fair):
            return None
        for number, one in enumerate(self.levels):
            stage, _ = _stage(problem, fair, self.levels[:number], one.asked)
            prices, gap = one.start.prices.for_problem(stage), one.tied / TIED
            if -best_bound(stage, prices, -one.ratio, gap)[0] > one.ratio + gap:
                return None
        return _with_some_goals(_holding(problem, self.levels), ~left_out)


@dataclass(eq=False)
class _Levelling:
    """Levels all areas that a plan is fair to.

    Attributes:
        problem: the problem.
        fair: goals that it is fair to, shape (goals,).
        solve: solves a problem with finite penalties.
        tolerance: largest relative gap of a level.
        levels: those that were found.
        solved, seconds: how many levels were made, and the time in the solver [s].
    """

    problem: Problem
    fair: Booleans
    solve: Callable[..., Solution]
    tolerance: float
    levels: list[_Level] = field(default_factory=list)
    solved: int = 0
    seconds: float = 0.0

    def run(self, start: WarmStart | None, hints: tuple[_Hint, ...], feasible: bool) -> None:
        """Level until no goal is free; ``feasible``: the hard goals are known to hold together."""
        always = self.fair.copy()  # goals that levels are made for, whatever the sample says
        for one in hints:
            always &= ~one.leaving
        while (free := self.fair & ~_left(self.problem, self.levels)).any():
            some = hints if self.solved < MOST_HINTED else ()
            hint = next((one for one in some if (one.leaving & free).any()), None)
            asked = free
            if hint is not None:
                start, asked = hint.start, free & (hint.limiting | always)
            new = self._level(asked if asked.any() else free, free, start, feasible or bool(self.levels))
            start = new.start
            above = (at for at, one in enumerate(self.levels) if new.ratio < one.keeps and not one.complete)
            first = next(above, None)
            if first is None:
                self.levels.append(new)
                continue
            always |= new.limiting if (new.limiting & ~self.levels[first].asked).any() else self.fair
            del self.levels[first:]

    def _level(self, asked: Booleans, free: Booleans, start: WarmStart | None, feasible: bool) -> _Level:
        """The best smallest ratio of some goals, with every level kept."""
        stage, some = _stage(self.problem, self.fair, self.levels, asked)
        # half of the tolerance for the ratio that is found, half for what later stages may give up of it
        part = 0.5 * self.tolerance
        found = with_hard_goals(stage, self.solve, part, start, feasible)
        self.solved, self.seconds = self.solved + 1, self.seconds + found.solver_seconds
        proof = found.certificate
        ratio, bound, tied = -proof.value, -proof.bound, TIED * self.tolerance * proof.scale
        # a ratio that is as good as 0 beside what could be thought of asks for nothing
        keeps = max(0.0, ratio - part * proof.scale)
        weight = np.zeros(len(free))
        weight[some] = goal_worth(stage, found.prices) * stage.ratio_km2
        leaving = asked if found.status is Status.OPTIMAL and self.solved < MOST_LEVELS else free
        if ratio < FULL and leaving is asked:
            leaving = asked & ((bound - keeps <= tied * weight) | (weight >= weight[asked].max()))
        return _Level(
            limiting=asked & (weight > 0.0),
            leaving=leaving,
            start=found.start,
            asked=asked,
            complete=bool((asked == free).all()),
            ratio=ratio,
            bound=bound,
            keeps=keeps,
            tied=tied,
            status=found.status,
        )

    def fair_levels(self) -> list[FairLevel]:
        """The levels, those that are tied as one."""
        area_ids = self.problem.goals["area_id"].astype(str).to_numpy()
        found: list[FairLevel] = []
        for one in self.levels:
            names = tuple(area_ids[one.leaving])
            if found and one.ratio <= found[-1].ratio + one.tied:
                found[-1] = replace(found[-1], areas=(*found[-1].areas, *names))
            else:
                found.append(FairLevel(one.ratio, one.bound, names))
        return found


def fair_plan(
    problem: Problem, solve: Callable[..., Solution], tolerance: float, of_sample: Callable[..., Solution]
) -> Solution:
    """The plan of a problem with ratios; hard goals hold in all stages, soft ones count in the last.

    Args:
        problem: the problem; the weights of its nodes are those of the last stage.
        solve: solves a problem with finite penalties, to a tolerance if one is given.
        tolerance: largest relative gap of every level, and of the last stage.
        of_sample: as ``solve``, for samples of the nodes.

    Raises:
        LimitsError: the hard goals cannot all hold.
        NoPlanError: as ``with_hard_goals``.
    """
    known: _Known | None = None
    for part in samples(problem):
        if known is not None:
            known = known.changed(partial(WarmStart.of_sample, problem=part.problem, share=part.share))
        with suppress(NoPlanError):  # some of the nodes may be too few for hard goals
            known = _planned(part.problem, of_sample, max(SAMPLE_TOLERANCE, tolerance), known)[1]
        if known is not None:
            known = known.changed(partial(WarmStart.scaled, factor=part.share))
    return _planned(problem, solve, tolerance, known)[0]


def _planned(
    problem: Problem, solve: Callable[..., Solution], tolerance: float, known: _Known | None
) -> tuple[Solution, _Known]:
    """The fair plan of a problem or of a sample, and what it says of the next larger one."""
    fair, left_out = fair_goals(problem)
    levelling = _Levelling(problem, fair, solve, tolerance)
    first: WarmStart | None = None
    last = None if known is None else known.last
    if known is None and fair.any():
        total = float(problem.weight.sum())
        worth = COVERAGE_WORTH / total if total > 0.0 else 0.0
        ratios = _with_some_goals(problem, fair | problem.hard)
        rough = with_hard_goals(_weighted(ratios, worth), solve, ROUGH)
        first = last = rough.start
        levelling.seconds = rough.solver_seconds
        if worth > 0.0:
            prices = KnownPrices.of(ratios, _scaled(rough.prices, worth)).for_problem(problem)
            last = rough.start.with_prices(problem, prices)
    levelling.run(first, () if known is None else known.levels, feasible=first is not None)
    shared = _with_some_goals(_holding(problem, levelling.levels), ~left_out)
    found = with_hard_goals(shared, solve, tolerance, last, feasible=bool(fair.any()))
    ends = (found.status, *(level.status for level in levelling.levels))
    goal = np.zeros(len(problem.goals))  # those that are left out have no price
    goal[~left_out] = found.prices.goal
    names = tuple(problem.goals["area_id"].astype(str)[left_out])
    found = replace(
        found,
        status=next((one for one in ends if one is not Status.OPTIMAL), Status.OPTIMAL),
        solver_seconds=levelling.seconds + found.solver_seconds,
        fairness=FairShares.of(levelling.fair_levels(), names),
        fair_proof=FairProof(
            fair, tuple(replace(one, start=WarmStart(one.start.prices)) for one in levelling.levels)
        ),
        prices=replace(found.prices, goal=goal),
    )
    hints = tuple(_Hint(one.limiting, one.leaving, one.start) for one in levelling.levels)
    return found, _Known(hints, found.start)


def fair_goals(problem: Problem) -> tuple[Booleans, Booleans]:
    """Goals with a ratio that something can reach, and those that nothing can, each of shape (goals,)."""
    able = np.flatnonzero(~problem.slight & (problem.n_effects > 0))
    reached = np.zeros(len(problem.nodes))
    reached[problem.effect[:, able].indices] = 1.0
    if problem.answers is not None:  # where answers are all that counts
        unanswered = problem.response >= FULL
        unanswered[problem.answers[:, ~problem.slight].indices] = False
        reached[unanswered] = 0.0
    share = problem.ratio_km2 > 0.0
    can = np.asarray(problem.cover @ reached) > 0.0
    return share & can, share & ~can


def _left(problem: Problem, levels: Sequence[_Level]) -> Booleans:
    """Goals that have left with some level, shape (goals,)."""
    left = np.zeros(len(problem.goals), dtype=bool)
    for one in levels:
        left |= one.leaving
    return left


def _holding(problem: Problem, levels: Sequence[_Level]) -> Problem:
    """The problem with the ratios of levels as hard goals, each at what it is held at."""
    left, held = _left(problem, levels), np.zeros(len(problem.goals))
    for one in levels:
        held[one.leaving] = one.keeps
    return problem.with_goals(
        problem.goals.assign(
            wanted=np.where(left, held * problem.ratio_km2, problem.wanted),
            ratio_km2=np.where(left, 0.0, problem.ratio_km2),
            hard=problem.hard | left,
            at_stake=problem.goals["at_stake"] & ~left,
            penalty=np.where(left, np.inf, problem.penalty),
        )
    )


def _stage(
    problem: Problem, fair: Booleans, levels: Sequence[_Level], asked: Booleans
) -> tuple[Problem, Booleans]:
    """The problem of the level after some, for the goals that it is asked for; and the goals that it has."""
    some = asked | (fair & _left(problem, levels)) | problem.hard
    return _weighted(_with_some_goals(_holding(problem, levels), some), 0.0), some


def _with_some_goals(problem: Problem, some: Booleans) -> Problem:
    keep = np.flatnonzero(some)
    return problem.with_goals(problem.goals.iloc[keep], problem.cover[keep])


def _weighted(problem: Problem, worth: float) -> Problem:
    return problem.changed(nodes=problem.nodes.assign(weight=worth * problem.weight))


def _scaled(prices: Prices, worth: float) -> Prices:
    """Prices of a smallest ratio beside which coverage counts as prices of the last stage."""
    return Prices(prices.resource / worth, prices.goal / worth, prices.node / worth)
