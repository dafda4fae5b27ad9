"""How far some hard goals can hold together: a certified least relaxation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.core.certificate import KEPT, short_of_goals
from planner.core.problem import Array, Integers, Problem
from planner.solve.solution import Solution


@dataclass(frozen=True, eq=False)
class Relaxation:
    """How far some hard goals can hold together.

    Attributes:
        goals: positions among the goals of the problem, shape (goals of the set,).
        problem: the problem that was solved: these goals alone, all soft.
        solution: its certified solution.
    """

    goals: Integers
    problem: Problem
    solution: Solution

    @property
    def holds(self) -> bool:
        """Whether a plan keeps them all, but for rounding."""
        return self.solution.certificate.value <= KEPT

    @property
    def conflicts(self) -> bool:
        """Whether no plan does: proven by the bound."""
        return not self.holds and self.solution.certificate.bound > 0.0

    @property
    def part(self) -> Array:
        """The part of each that is given up, shape (goals of the set,)."""
        short = short_of_goals(self.problem, self.solution.x, self.solution.factor)
        return short / self.problem.wanted

    @property
    def weight(self) -> Array:
        """What each adds to the proof, price x all that it asks for, shape (goals of the set,)."""
        price = self.solution.prices.goal.copy()
        unmet = self.problem.goals["unmet"].to_numpy()
        of_money = np.flatnonzero(unmet >= 0)
        if len(of_money):
            resource = self.problem.usage[:, unmet[of_money]].indices
            price[of_money] = self.solution.prices.resource[resource]
        return price * self.problem.wanted
