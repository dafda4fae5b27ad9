"""The variables of the linear program, as handles; nothing is ever looked up by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp

from planner.model.breakpoints import Breakpoints
from planner.model.problem import PlanningProblem


@dataclass(frozen=True)
class Variables:
    """Handles, in the order of the tables that they belong to.

    Attributes:
        missions: x, missions in the horizon, per activity [missions].
        money: f, per row of ``PlanningProblem.funding`` [Scale.money].
        factor: coverage factor gained in each interval of the breakpoints, between 0 and its width [-].
            A cell's C is the sum over its intervals, its u is 1 - sum(slope x factor).
        shortfall: per demand for coverage, what is short of it [Scale.demand].
        money_short: per demand for money, what is short of it [Scale.money_demand].
        ratio: the smallest ratio of coverage to target, only for "smallest_ratio" [Scale.objective].
    """

    missions: list[pulp.LpVariable]
    money: list[pulp.LpVariable]
    factor: list[pulp.LpVariable]
    shortfall: list[pulp.LpVariable]
    money_short: list[pulp.LpVariable]
    ratio: list[pulp.LpVariable]

    def kinds(self) -> dict[str, list[pulp.LpVariable]]:
        """All handles by kind, in the order in which the program's columns are made."""
        return {
            "missions": self.missions,
            "money": self.money,
            "factor": self.factor,
            "shortfall": self.shortfall,
            "money_short": self.money_short,
            "ratio": self.ratio,
        }

    def all(self) -> list[pulp.LpVariable]:
        """All handles, in the order of ``kinds``."""
        return [variable for variables in self.kinds().values() for variable in variables]


def add_variables(lp: pulp.LpProblem, problem: PlanningProblem, breakpoints: Breakpoints) -> Variables:
    """Add every variable; names are made of positions only, so that none can be mangled."""
    pairs = problem.pairs.to_numpy()[problem.funding["pair"].to_numpy()]
    payers = problem.funding["programme"].to_numpy()
    interval = _number_within(breakpoints)
    ratios = range(1) if problem.objective == "smallest_ratio" else ()
    return Variables(
        missions=[lp.add_variable(f"x_{n}", 0) for n in range(problem.n_activities)],
        money=[
            lp.add_variable(f"f_{asset}_{area}_{payer}", 0)
            for (asset, area), payer in zip(pairs, payers, strict=True)
        ],
        factor=[
            lp.add_variable(f"c_{cell}_{n}", 0, width)
            for cell, n, width in zip(
                breakpoints.cell.tolist(), interval.tolist(), breakpoints.width.tolist(), strict=True
            )
        ],
        shortfall=[
            lp.add_variable(f"s_{n}", 0, most) for n, most in enumerate(_most_short(problem.demands.penalty))
        ],
        money_short=[
            lp.add_variable(f"m_{n}", 0, most)
            for n, most in enumerate(_most_short(problem.money_demands.penalty))
        ],
        ratio=[lp.add_variable("t", 0) for _ in ratios],
    )


def _most_short(penalty: np.ndarray) -> list[float | None]:
    """No bound where there is a penalty; nothing where that is infinite."""
    return [None if np.isfinite(each) else 0.0 for each in penalty]


def _number_within(breakpoints: Breakpoints) -> np.ndarray:
    cell = breakpoints.cell
    first = np.searchsorted(cell, cell, side="left")
    return np.asarray(np.arange(len(cell)) - first)
