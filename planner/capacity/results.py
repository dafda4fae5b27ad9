"""The results of a capacity plan, as frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planner.capacity.alternatives import NOT_ASKED
from planner.case.capital import CapitalCase
from planner.core.certificate import Certificate
from planner.results.results import Results


@dataclass(frozen=True, eq=False)
class InvestResults:
    """What to order, who pays, what it brings.

    Attributes:
        capital_case: what was planned.
        status: "optimal" where the certificate is within its tolerance, else why the search ended.
        certificate: value and bound of the objective: discounted, over years and futures.
        nothing: value and bound of the best plan in which nothing is ordered, in the same objective.
        orders: year, candidate_id, option_id, name, adds, target_id, recipient, base_id, future ("" =
            whatever the future), units, capital, arrives (first year in service), leaves (last).
        capital: year, programme_id, candidate_id, future, amount.
        capital_budgets: year, programme_id, future, budget, carried_in, spent, carried_out.
        running: year, future, programme_id, budget, fixed (running cost of stock), hours (of missions), left.
        stock: year, future, asset_id, name, recipient, base_id, existing, ordered, units, crew (people of new
            units).
        coverage_by_year: year, future, probability, area_km2, covered_km2, shortfall_km2, target_km2,
            share_of_targets, objective, bound, and of the plan without orders: covered_without_km2,
            shortfall_without_km2, objective_without.
        area_by_year: year, future, area_id, name, area_km2, coverage, covered_km2, shortfall_km2,
            shortfall_without_km2.
        futures: future, title, probability, objective (discounted sum), bound, covered_km2 and shortfall_km2
            of the last year.
        alternatives: plan (0 is the plan itself), objective, gap_to_best, option_id, recipient, base_id,
            year, units: one row for each order of each near-optimal plan.
        standing: candidate_id, option_id, units (of the plan), least, most: units over all alternatives.
        option_values: option_id, name, units, capital, running, worth, worth_low, worth_high (objective
            without it, re-optimised, less with it: certified interval), per_million_capital, answer
            ("proven", "within the gap", "out of time").
        left_out: option_id, name, reduced_worth (objective that one unit would gain at the plan's prices at
            most), lacks (words).
        scarce: kind ("crews", "berths"), id (of the state, the base), more (people, metres), gain, gain_low,
            gain_high (the plan's objective less that of the best plan with more: certified interval), answer.
        alternatives_ended: why no more near-optimal plans were looked for.
        plans: results of the blocks by (year, future).
        changes: year, candidate_id, option_id, before, after: orders that an earlier plan, which this one was
            to be near to, does not share.
        variants: other plans that were asked for: more and less money, scenarios, orders held in them;
            kind, variant, title, status, objective, bound, gap, capital, running, covered_km2,
            shortfall_km2 and share_of_targets of the last year, regret_low, regret_high (of orders held).
        choices: kind, variant, option_id, units.
        seconds: time of each stage [s].
        counts: sizes, passes, blocks solved.
        worked: what it was made with, ``planner.capacity.plan.Worked``; None when read back.
    """

    capital_case: CapitalCase
    status: str
    certificate: Certificate
    nothing: Certificate
    orders: pd.DataFrame
    capital: pd.DataFrame
    capital_budgets: pd.DataFrame
    running: pd.DataFrame
    stock: pd.DataFrame
    coverage_by_year: pd.DataFrame
    area_by_year: pd.DataFrame
    futures: pd.DataFrame
    alternatives: pd.DataFrame
    standing: pd.DataFrame
    option_values: pd.DataFrame
    left_out: pd.DataFrame
    scarce: pd.DataFrame = field(default_factory=pd.DataFrame)
    alternatives_ended: str = NOT_ASKED
    plans: dict[tuple[int, str], Results] = field(default_factory=dict)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)
    choices: pd.DataFrame = field(default_factory=pd.DataFrame)
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    worked: Any = field(default=None, repr=False)
