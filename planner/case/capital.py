"""What may be bought: options resolved to candidates, budgets by year, crews, berths, and futures.

``read_capital_case`` makes it from options.csv, budgets.csv, crews.csv, [years] and [futures].
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.case.case import Case
from planner.frames import Array

ASSET, SENSOR, BASE, CREW = "asset", "sensor", "base", "crew"
"""What an option may add to."""


@dataclass(frozen=True)
class Years:
    """``[years]`` of case.toml, whose keys ``settings.toml`` explains.

    What may be left out is filled: the last year of orders, and 0 where no orders wait for the future.
    """

    first: int
    last: int
    last_order: int
    discount: float = 0.0
    objective: str = "shortfall"
    wanted: tuple[tuple[int, float], ...] = ()
    tail_weight: float = 0.0
    tail_share: float = 0.0
    shared_payment: bool = True
    recourse_from: int = 0

    @property
    def years(self) -> tuple[int, ...]:
        """All years that are planned."""
        return tuple(range(self.first, self.last + 1))


@dataclass(frozen=True, eq=False)
class Future:
    """A state of the world.

    Attributes:
        name, title, probability: of ``[futures.NAME]``; of a case without any: "certain", 1.
        case: the case in it, with every candidate's asset or sensor in its tables (new ones with 0 units).
        units: units of every asset and sensor that exist in each year, without orders, in the order of
            ``fleet_table(case)``, shape (fleet, years).
        running: running money of each programme of the case in each year, shape (programmes, years).
        capital: capital money likewise, shape (programmes, years).
    """

    name: str
    title: str
    probability: float
    case: Case
    units: Array
    running: Array
    capital: Array


@dataclass(frozen=True, eq=False)
class CapitalCase:
    """A case with what may be bought.

    Attributes:
        case: the case as it is, without what may be bought.
        years: the years.
        candidates: one row for each thing that may be ordered (an option, at one base, for one recipient):
            candidate_id, option_id, name, adds (``ASSET`` ...), target_id (the asset, sensor or base that a
            unit adds to, "" for crew), recipient (operator, "" where it has none), base_id ("" where several
            or none), group ("" for none: at most one option of a group is ordered), most_units (of the
            option, all candidates and years together), most_each (of the candidate, all years together),
            most_per_year (of the option; inf for no limit, as most_each), first_year, last_year (of orders),
            lead_years, life_years, capital_cost and running_cost (fixed, a unit and year; the case's
            currency), crew (people a unit needs; that it trains, of crew), length_m (berth that a unit needs;
            that it adds, of base), capacity_hours (that a unit of base adds [h a year]), source.
        survival: share of the units of each candidate that outlive a year, shape (candidates,) [-].
        requires: option_id, required: nothing of the first is in service without the second, at the same base
            and for the same recipient where both have one.
        excludes: option_id, excluded: not both are ordered.
        payers: candidate_id, programme_id: who may pay its capital. Its running cost may be paid by whoever
            may fund the asset's work in some area (``eligibility_table``) - for a base or crew, its payers.
        runners: candidate_id, programme_id: who may pay its fixed running cost.
        crews: recipient, year, people: that may man new units (no row: no limit).
        berths: base_id, metres: free for new boats (no row: no limit).
        carry_over: whether capital of each programme that is left may be spent in the next year of its cycle,
            programme_id, year, carry_over.
        futures: the futures, whose probabilities add up to 1; their cases have the same tables of assets,
            sensors, bases, programmes and areas in the same order.
    """

    case: Case
    years: Years
    candidates: pd.DataFrame
    survival: Array
    requires: pd.DataFrame
    excludes: pd.DataFrame
    payers: pd.DataFrame
    runners: pd.DataFrame
    crews: pd.DataFrame
    berths: pd.DataFrame
    carry_over: pd.DataFrame
    futures: tuple[Future, ...]
