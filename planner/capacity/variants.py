"""Other capacity plans beside one: more and less money, scenarios, its orders held in them, draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from planner.capacity.draws import drawn_cases
from planner.capacity.plan import invest
from planner.capacity.results import InvestResults
from planner.case import read_capital_case
from planner.case.capital import CapitalCase
from planner.errors import PlannerError
from planner.jobs import Jobs

Progress = Callable[[str], None]
PLAN, CAPITAL, RUNNING, SCENARIO, HELD, DRAW = "plan", "capital", "running", "scenario", "held", "draw"
"""Kinds of variants: the plan itself, its capital or its running money times a factor, a scenario planned
anew, the plan's orders held in it, figures drawn from their ranges."""
FACTORS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Factors on money that a frontier is made from."""
VARIANT_COLUMNS = [
    *("kind", "variant", "title", "status", "objective", "bound", "gap", "capital", "running"),
    *("covered_km2", "shortfall_km2", "share_of_targets", "regret_low", "regret_high"),
]
CHOICE_COLUMNS = ["kind", "variant", "option_id", "units"]


class Variants:
    """Plans beside a plan, collected as two tables.

    Attributes:
        plan: the plan.
        rows, choices: what was found so far.
    """

    def __init__(
        self,
        plan: InvestResults,
        gap: float,
        time_limit_s: float = 600.0,
        jobs: Jobs | None = None,
        progress: Progress = lambda _: None,
    ) -> None:
        self.plan, self._gap, self._time_limit_s = plan, gap, time_limit_s
        self._jobs, self._progress = jobs, progress
        self.rows: list[tuple[object, ...]] = []
        self.choices: list[tuple[object, ...]] = []
        self._add(PLAN, "plan", "the plan", plan)

    def results(self) -> InvestResults:
        """The plan with the tables of what was found beside it."""
        variants = pd.DataFrame(self.rows, columns=VARIANT_COLUMNS)
        return replace(
            self.plan, variants=variants, choices=pd.DataFrame(self.choices, columns=CHOICE_COLUMNS)
        )

    def frontier(self, what: str, factors: Sequence[float] = FACTORS) -> None:
        """Plan with all capital, or all running money, times each of some factors."""
        base = self.plan.capital_case
        for factor in factors:
            futures = tuple(
                replace(one, capital=one.capital * factor)
                if what == CAPITAL
                else replace(one, running=one.running * factor)
                for one in base.futures
            )
            self._try(what, f"{factor:g}", f"{what} money x {factor:g}", replace(base, futures=futures))

    def scenario(self, name: str, case: CapitalCase) -> None:
        """Plan a scenario anew, and with the orders of the plan held: what they regret there."""
        title = case.case.scenarios.get(name, name)
        anew = self._try(SCENARIO, name, title, case)
        if anew is not None:
            self._try(HELD, name, f"{title}, orders held", case, self.plan.orders, anew)

    def draws(
        self,
        folder: str | Path,
        number: int,
        seed: int = 1,
        changes: Mapping[str, object] | None = None,
        scenario: str | None = None,
    ) -> None:
        """Draw every figure that has a range, and plan each draw: how often each option is chosen.

        Args:
            folder: the case's folder.
            number: of draws, a Latin hypercube as that of ``planner sensitivity``.
            seed: of the draws.
            changes: those that the plan was made with.
            scenario: the scenarios that it was made with.

        Raises:
            PlannerError: no figure of the case has a range.
        """
        case = self.plan.capital_case.case
        cases = drawn_cases(case, Path(folder), number, seed, changes, scenario)
        for count, (made, problems, _) in enumerate(cases, start=1):
            name = f"{count:0{len(str(number))}}"
            if made is None:
                said = f"not possible: {problems[0]}" if problems else "not possible"
                self.rows.append((DRAW, name, f"draw {name}", said, *[np.nan] * (len(VARIANT_COLUMNS) - 4)))
            else:
                self._try(DRAW, name, f"draw {count} of {number}", made)

    def _try(
        self,
        kind: str,
        variant: str,
        title: str,
        case: CapitalCase,
        orders: pd.DataFrame | None = None,
        against: InvestResults | None = None,
    ) -> InvestResults | None:
        self._progress(title)
        try:
            found = invest(
                *(case, self._gap, self._time_limit_s, self._jobs),
                values=False,
                alternatives=False,
                orders=orders,
                last_results=False,
                like=against or self.plan,
            )
        except PlannerError as error:
            status = getattr(error, "status", "not possible")
            self.rows.append((kind, variant, title, str(status), *[np.nan] * (len(VARIANT_COLUMNS) - 4)))
            return None
        self._add(kind, variant, title, found, against)
        return found

    def _add(
        self, kind: str, variant: str, title: str, found: InvestResults, against: InvestResults | None = None
    ) -> None:
        proof, years = found.certificate, found.coverage_by_year
        last = years[years["year"] == found.capital_case.years.last]
        chance = last["probability"]
        covered, short, target = (
            float((chance * last[name]).sum()) for name in ("covered_km2", "shortfall_km2", "target_km2")
        )
        spent = _expected(found.running.assign(amount=found.running["fixed"] + found.running["hours"]), found)
        regret = (np.nan, np.nan)
        if against is not None:
            other = against.certificate
            regret = max(0.0, proof.bound - other.value), proof.value - other.bound
        self.rows.append(
            (
                *(kind, variant, title, str(found.status), proof.value, proof.bound, proof.gap),
                *(_expected(found.capital, found), spent, covered, short),
                *(1.0 - short / target if target > 0.0 else np.nan, *regret),
            )
        )
        counts = found.orders.groupby("option_id")["units"].sum()
        self.choices += [(kind, variant, str(option), int(units)) for option, units in counts.items()]


def _expected(table: pd.DataFrame, found: InvestResults) -> float:
    """The sum of amounts over years, the mean over futures."""
    chance: Mapping[str, float] = {one.name: one.probability for one in found.capital_case.futures}
    return float((table["amount"] * table["future"].map(chance).fillna(1.0)).sum())


def scenarios_of(
    folder: str | Path, names: Sequence[str], changes: Mapping[str, object] | None = None
) -> dict[str, CapitalCase]:
    """The capital case of each of some scenarios of a folder.

    Raises:
        InputError: one of them cannot be read.
    """
    return {name: read_capital_case(folder, changes, name) for name in names}
