"""The rungs: plans of least shortfall, each with one more limit lifted than the one before.

No area's shortfall may be above that of the rung before, so what a rung takes away is what its limit is the
cause of: causes are plans, none is negative, and they add up. Coverage beyond a target may be given up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.causes.checked import checked_plan
from planner.causes.lifted import Remit, Situation, unlimited, with_most_short
from planner.causes.names import RESPONSE
from planner.causes.paying import paid_anew
from planner.core.certificate import Certificate, best_bound
from planner.core.prices import KnownPrices
from planner.core.problem import Array, Booleans, Problem
from planner.errors import NoPlanError
from planner.solve.recheck import findings
from planner.solve.solution import Solution
from planner.solve.solver import Status

FALLING_BEHIND = (4.0, 100.0, 1e4)
"""What a km² by which an area falls behind the rung before costs, in km² of its shortfall: the next one where
an area still falls behind. That it may fall behind at a price only lowers the bound, which so stays valid."""
KEPT = 1e-6
"""A part of its target by which an area may seem to fall behind: rounding of the solver."""


@dataclass(frozen=True, eq=False)
class Rung:
    """The plan of a rung.

    Attributes:
        name: the limit that is lifted, beside those of the rungs before.
        shortfall_km2: of each area, shape (areas,) [km²].
        certificate: of the weighted shortfall of all areas; of those of a mandate where hours have no end.
        status: OPTIMAL where it is proven.
        method: ``plan`` (linear programs, certified), ``same`` (the rung before, which is proven to be as
            good as any plan here), or ``closed_form`` (hours without end).
        covered: the share of each node that counts as covered, without effort that has no end, shape
            (nodes,).
        solution: the solution; none where ``method`` is not ``plan``.
        prices: prices that are known from it, or from a rung before.
    """

    name: str
    shortfall_km2: Array
    certificate: Certificate
    status: Status
    method: str
    covered: Array
    solution: Solution | None = None
    prices: KnownPrices | None = None


@dataclass(frozen=True, eq=False)
class Climber:
    """Plans rungs of one case; can be pickled.

    Attributes:
        situation: the planned case.
        tolerance: largest relative optimality gap of a rung.
    """

    situation: Situation
    tolerance: float

    def all_programmes(self, choice: Rung) -> list[Rung]:
        """The rungs of all programmes together above the best choice: earmarks, money, access, hours."""
        world, effort = self.situation, self.situation.space.effort
        everywhere = np.ones(len(effort), dtype=bool)
        programmes = list(world.case.programmes["programme_id"])
        pool = world.problem(pooled=True)
        earmarks = self.planned("earmarks", pool, choice)
        money = self.planned("money", unlimited(pool, "budget", "programme_id", programmes), earmarks)
        access = _same("access", money)
        if money.shortfall_km2.any() and world.barred(everywhere):
            pool = world.problem(pooled=True, access=everywhere)
            access = self.planned("access", unlimited(pool, "budget", "programme_id", programmes), money)
        reached = np.maximum(0.0, world.target_km2 - world.reachable_km2(everywhere))
        hours = self._endless("hours", np.minimum(reached, access.shortfall_km2), access)
        rungs = [earmarks, money, access, hours]
        if world.case.settings.answers is not None:
            seen = world.shortfall_km2(world.reached(everywhere, opened=True))
            rungs.append(self._endless(RESPONSE, np.minimum(seen, hours.shortfall_km2), hours))
        return rungs

    def rich(self, remit: Remit, choice: Rung, problem: Problem, other: Rung | None = None) -> Rung:
        """A programme's money without limit."""
        without = unlimited(problem, "budget", "programme_id", [remit.programme_id])
        return self.planned("own_money", without, choice, other)

    def one_programme(self, remit: Remit, choice: Rung, problem: Problem, other: Rung | None) -> list[Rung]:
        """The rungs of one programme above the best choice: own_money, hours, access.

        Args:
            remit: what it may fund.
            choice: the rung before.
            problem: ``Situation.problem`` of the case.
            other: ``rich`` of another programme.
        """
        world, access = self.situation, self.situation.space.effort["access"].to_numpy()
        rungs = [self.rich(remit, choice, problem, other)]
        for name, rows in (("hours", remit.rows & access), ("access", remit.rows)):
            last = rungs[-1]
            short = np.minimum(last.shortfall_km2, world.endless_km2(rows, name == "access", last.covered))
            if not short[remit.mandate].any():
                rungs.append(self._endless(name, short, last, remit.mandate))
                continue
            if name == "access" and not world.barred(rows):
                rungs.append(_same(name, last))
                continue
            opened = world.problem(access=rows) if name == "access" else problem
            opened = unlimited(opened, "budget", "programme_id", [remit.programme_id])
            opened = unlimited(opened, "hours", "asset_id", remit.asset_ids)
            rungs.append(self.planned(name, unlimited(opened, "places", "base_id", remit.base_ids), last))
        return rungs

    def planned(self, name: str, problem: Problem, before: Rung, other: Rung | None = None) -> Rung:
        """The rung of a problem, unless known prices prove that nothing is better than the rung before.

        Args:
            name: the rung.
            problem: ``Situation.problem``, with limits lifted.
            before: the rung before.
            other: the rung of a problem that only differs in money, whose plan is tried.

        Returns:
            The rung; the one before, and why nothing better is known, where no plan was found that keeps its
            own limits.
        """
        world = self.situation
        if not before.shortfall_km2.any():
            return _same(name, before)
        most_short = before.shortfall_km2, world.case.areas["area_id"]
        value = world.weighted(before.shortfall_km2)
        whole = with_most_short(problem, world.target_km2, *most_short, FALLING_BEHIND[0])
        if before.prices is not None:
            proof = self._proof(whole, before.prices, value)
            if proof.proven:
                return replace(_same(name, before), certificate=proof, status=Status.OPTIMAL)
        found = None if other is None else self._other(name, whole, before, other)
        if found is not None:
            return found
        proof = Certificate(value, 0.0, problem.stake, 0, self.tolerance)
        for penalty in FALLING_BEHIND:
            part = with_most_short(problem, world.target_km2, *most_short, penalty)
            try:
                found = self._solved(name, part, before)
            except NoPlanError as error:
                return replace(
                    before, name=name, certificate=proof, status=Status(error.status), method="plan"
                )
            if found is not None:
                return found
        return replace(before, name=name, certificate=proof, status=Status.NUMERICAL, method="plan")

    def _solved(self, name: str, problem: Problem, before: Rung) -> Rung | None:
        """The plan of a problem, none where an area falls behind."""
        found = checked_plan(self.situation.case, problem, self.tolerance)
        return self._rung(name, found, before)

    def _rung(self, name: str, found: Solution, before: Rung) -> Rung | None:
        world = self.situation
        shortfall = world.shortfall_km2(found.covered)
        if (shortfall > before.shortfall_km2 + KEPT * world.target_km2).any():
            return None
        shortfall = np.minimum(before.shortfall_km2, shortfall)
        value, proof = world.weighted(shortfall), found.certificate
        proof = replace(proof, value=value, bound=min(proof.bound, value))
        status = Status.OPTIMAL if proof.proven else found.status
        return Rung(name, shortfall, proof, status, "plan", found.covered, found, found.start.prices)

    def _other(self, name: str, problem: Problem, before: Rung, other: Rung) -> Rung | None:
        """The plan of another rung where it can be paid for here, too, and is proven to be as good as any."""
        if other.solution is None or other.prices is None:
            return None
        proof = self._proof(problem, other.prices, other.certificate.value)
        x = paid_anew(problem, other.solution.x) if proof.proven else None
        if x is None:
            return None
        found = replace(other.solution, x=x, certificate=proof)
        return None if any(findings(problem, found)) else self._rung(name, found, before)

    def _proof(self, problem: Problem, known: KnownPrices, value: float) -> Certificate:
        """What known prices prove of a value."""
        bound = best_bound(problem, known.for_problem(problem), value, self.tolerance)[0]
        return Certificate(value, min(bound, value), problem.stake, 0, self.tolerance)

    def _endless(self, name: str, short: Array, before: Rung, mandate: Booleans | None = None) -> Rung:
        """The rung of hours without end, in closed form: what is reached is covered."""
        some = np.ones(len(short), dtype=bool) if mandate is None else mandate
        value = self.situation.weighted(np.where(some, short, 0.0))
        stake = self.situation.weighted(self.situation.target_km2)
        proof = Certificate(value, value, stake, 0, self.tolerance)
        last = replace(before, name=name, shortfall_km2=short, certificate=proof, solution=None)
        return replace(last, status=Status.OPTIMAL, method="closed_form")


def _same(name: str, before: Rung) -> Rung:
    """The rung before, which is as good as any plan here."""
    return replace(before, name=name, method="same", solution=None)
