"""The rungs: plans of least shortfall, each with one more limit lifted than the one before.

No area's shortfall may be above that of the rung before, so what a rung takes away is what its limit is the
cause of: causes are plans, none is negative, and they add up. Coverage beyond a target may be given up.

The rungs of one programme make the shortfall of its mandate least, then that of all areas: what its own money
could close there while nobody loses. They start from the same choice as those of all, which no mandate can be
better off than while no area is worse off (else all areas together would have less shortfall).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.causes.checked import checked_plan
from planner.causes.lifted import Remit, Situation, unlimited
from planner.causes.names import RESPONSE
from planner.core.certificate import Certificate, best_bound
from planner.core.prices import KnownPrices
from planner.core.problem import Array, Booleans, Problem
from planner.errors import NoPlanError
from planner.solve.solver import Status

FALLING_BEHIND = (100.0, 1e4)
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
        certificate: of the weighted shortfall, ``Situation.weighted``, of a mandate where there is one.
        status: OPTIMAL where it is proven.
        method: ``plan`` (linear programs, certified), ``same`` (the rung before, which is proven to be as
            good as any plan here), or ``closed_form`` (unlimited hours).
        covered: the share of each node that counts as covered, without effort that has no end, shape
            (nodes,).
        mandate: areas whose shortfalls came first when it was planned, shape (areas,); all if not given.
        prices: prices that are known from it, or from a rung before.
    """

    name: str
    shortfall_km2: Array
    certificate: Certificate
    status: Status
    method: str
    covered: Array
    mandate: Booleans | None = None
    prices: KnownPrices | None = None


@dataclass(frozen=True, eq=False)
class Ladder:
    """Plans rungs of one case; can be pickled.

    Attributes:
        situation: the planned case.
        tolerance: largest relative optimality gap of a rung.
    """

    situation: Situation
    tolerance: float

    def all_programmes(self, choice: Rung) -> list[Rung]:
        """The rungs of all programmes together above the best choice: earmarks to hours."""
        world = self.situation
        everywhere = np.ones_like(world.seasons[0].access)
        programmes = list(world.case.programmes["programme_id"])
        pool = world.problem(pooled=True)
        earmarks = self.planned("earmarks", pool, choice)
        money = self.planned("money", unlimited(pool, "programme_id", programmes), earmarks)
        access = _same("access", money)
        if money.shortfall_km2.any() and world.barred(everywhere):
            pool = world.problem(pooled=True, access=everywhere)
            access = self.planned("access", unlimited(pool, "programme_id", programmes), money)
        rungs = [earmarks, money, access]
        if world.case.settings.answers is not None:
            pool = world.problem(pooled=True, access=everywhere, answers=False)
            rungs.append(self.planned(RESPONSE, unlimited(pool, "programme_id", programmes), access))
        seen = world.shortfall_km2(world.reached(everywhere, opened=True))
        short = np.minimum(seen, rungs[-1].shortfall_km2)
        return [*rungs, self._endless("hours", short, rungs[-1])]

    def one_programme(self, remit: Remit, choice: Rung, problem: Problem) -> list[Rung]:
        """The rungs of one programme above the best choice: own_money, hours, access.

        Args:
            remit: what it may fund.
            choice: the rung before.
            problem: ``Situation.problem`` of the case.
        """
        world = self.situation
        own, mandate = [remit.programme_id], remit.mandate
        rungs = [self.planned("own_money", unlimited(problem, "programme_id", own), choice, mandate)]
        for name in ("hours", "access"):
            last = rungs[-1]
            endless_km2 = world.endless_km2(remit.pairs, name == "access", last.covered)
            short = np.minimum(last.shortfall_km2, endless_km2)
            if not short[mandate].any():
                rungs.append(self._endless(name, short, last, mandate))
                continue
            if name == "access" and not world.barred(remit.pairs):
                rungs.append(_same(name, last))
                continue
            opened = world.problem(access=remit.pairs) if name == "access" else problem
            opened = unlimited(opened, "programme_id", own)
            opened = unlimited(opened, "asset_id", remit.asset_ids)
            opened = unlimited(opened, "base_id", remit.base_ids)
            rungs.append(self.planned(name, opened, last, mandate))
        return rungs

    def planned(self, name: str, problem: Problem, before: Rung, mandate: Booleans | None = None) -> Rung:
        """The rung of a problem, unless known prices prove that nothing is better than the rung before.

        Args:
            name: the rung.
            problem: ``Situation.problem``, with limits lifted.
            before: the rung before.
            mandate: areas whose shortfalls come first, shape (areas,); all if not given.

        Returns:
            The rung; the one before, and why nothing better is known, where no plan was found that keeps its
            own limits.
        """
        world, short = self.situation, before.shortfall_km2
        some = slice(None) if mandate is None else mandate
        if not short[some].any():
            return replace(_same(name, before), mandate=mandate)
        value = world.weighted(short, mandate)
        part = world.with_most_short(problem, short, FALLING_BEHIND[0], mandate)
        proof = self._same_as(problem, before, Certificate(value, 0.0, part.stake, 0, self.tolerance))
        failed = replace(before, name=name, certificate=proof, mandate=mandate)
        if proof.proven:
            return replace(failed, status=Status.OPTIMAL, method="same")
        failed = replace(failed, status=Status.NUMERICAL, method="plan")
        for penalty in FALLING_BEHIND:
            part = world.with_most_short(problem, short, penalty, mandate)
            try:
                rung = self._solved(name, part, before, mandate)
            except NoPlanError as error:
                return replace(failed, status=Status(error.status))
            if rung is not None:
                return rung
        return failed

    def _solved(self, name: str, problem: Problem, before: Rung, mandate: Booleans | None) -> Rung | None:
        """The plan of a problem, none where an area falls behind."""
        world = self.situation
        found = checked_plan(world.case, problem, self.tolerance)
        shortfall = world.shortfall_km2(found.covered)
        if (shortfall > before.shortfall_km2 + KEPT * world.target_km2).any():
            return None
        shortfall = np.minimum(before.shortfall_km2, shortfall)
        value, proof = world.weighted(shortfall, mandate), found.certificate
        proof = replace(proof, value=value, bound=min(proof.bound, value))
        status = Status.OPTIMAL if proof.proven else found.status
        return Rung(name, shortfall, proof, status, "plan", found.covered, mandate, found.start.prices)

    def _same_as(self, problem: Problem, before: Rung, proof: Certificate) -> Certificate:
        """What the prices of the rung before prove of it where more limits are lifted.

        With no area worse off, a mandate gains no more than all areas together: what they may is as the rung
        before counts it.
        """
        if before.prices is None:
            return proof
        world, mandate = self.situation, before.mandate
        value = world.weighted(before.shortfall_km2, mandate)
        whole = world.with_most_short(problem, before.shortfall_km2, FALLING_BEHIND[0], mandate)
        bound = best_bound(whole, before.prices.for_problem(whole), value, self.tolerance)[0]
        return replace(proof, bound=min(proof.value, proof.value - value + bound))

    def _endless(self, name: str, short: Array, before: Rung, mandate: Booleans | None = None) -> Rung:
        """The rung of unlimited hours, in closed form: what is reached is covered."""
        value = self.situation.weighted(short, mandate)
        stake = self.situation.weighted(self.situation.target_km2, mandate)
        proof = Certificate(value, value, stake, 0, self.tolerance)
        last = replace(before, name=name, shortfall_km2=short, certificate=proof, mandate=mandate)
        return replace(last, status=Status.OPTIMAL, method="closed_form")


def _same(name: str, before: Rung) -> Rung:
    """The rung before, which is as good as any plan here."""
    return replace(before, name=name, method="same")
