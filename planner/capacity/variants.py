"""Other capacity plans beside one: more and less money, scenarios, its orders held in them, draws."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.capacity.plan import invest
from planner.capacity.results import InvestResults, frame, units_of
from planner.case import Case
from planner.case.capital import CapitalCase
from planner.case.capital_read import Found, capital_case_of
from planner.case.files import CHANGES
from planner.case.folder import read_folder
from planner.case.read import batches_of, with_drawn_map, without_ranges
from planner.case.scenarios import from_pairs
from planner.errors import PlannerError
from planner.frames import records
from planner.jobs import Jobs
from planner.pipeline import Progress
from planner.schema.tables import RISK_MAP, TABLES
from planner.studies.draws import drawn

PLAN, CAPITAL, RUNNING, SCENARIO, HELD, DRAW = "plan", "capital", "running", "scenario", "held", "draw"
"""Kinds of variants: the plan itself, its capital or its running money times a factor, a scenario
re-optimised, the plan's orders held in it, figures drawn from their ranges."""
FACTORS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Factors on money that a frontier is made from."""


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
        self.rows: list[dict[str, object]] = []
        self.choices: list[dict[str, object]] = []
        self._add(PLAN, "plan", "the plan", plan)

    def results(self) -> InvestResults:
        """The plan with the tables of what was found beside it."""
        variants, choices = frame("variants", self.rows), frame("choices", self.choices)
        return replace(self.plan, variants=variants, choices=choices)

    def frontier(self, what: str, factors: Sequence[float] = FACTORS) -> None:
        """Plan with all capital, or all running money, times each of some factors."""
        base = self.plan.capital_case
        for factor in factors:
            futures = tuple(replace(one, **{what: getattr(one, what) * factor}) for one in base.futures)
            self._try(what, f"{factor:g}", f"{what} money x {factor:g}", replace(base, futures=futures))

    def scenario(self, name: str, case: CapitalCase) -> None:
        """Re-optimise a scenario, and with the orders of the plan held: what they regret there."""
        title = case.case.scenarios.get(name, name)
        best = self._try(SCENARIO, name, title, case)
        if best is not None:
            self._try(HELD, name, f"{title}, orders held", case, self.plan.orders, best)

    def draws(
        self,
        folder: str | Path,
        number: int,
        seed: int = 1,
        changes: Mapping[str, object] | None = None,
        scenario: str | None = None,
    ) -> None:
        """Plan each draw of the figures that have ranges, see ``drawn_cases``: how often options are chosen.

        Raises:
            PlannerError: no figure of the case has a range.
        """
        case = self.plan.capital_case.case
        cases = drawn_cases(case, Path(folder), number, seed, changes, scenario)
        for count, (made, problems, _) in enumerate(cases, start=1):
            name = f"{count:0{len(str(number))}}"
            if made is None:
                said = f"not possible: {problems[0]}" if problems else "not possible"
                self._note(DRAW, name, f"draw {name}", said)
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
            self._note(kind, variant, title, str(getattr(error, "status", "not possible")))
            return None
        self._add(kind, variant, title, found, against)
        return found

    def _note(self, kind: str, variant: str, title: str, status: str, **figures: float) -> None:
        self.rows.append({"kind": kind, "variant": variant, "title": title, "status": status, **figures})

    def _add(
        self, kind: str, variant: str, title: str, found: InvestResults, against: InvestResults | None = None
    ) -> None:
        proof, years = found.certificate, found.coverage_by_year
        last = years[years["year"] == found.capital_case.years.last]
        km2 = last[["covered_km2", "shortfall_km2", "target_km2"]].mul(last["probability"], axis=0).sum()
        spent = found.running.assign(amount=found.running["fixed"] + found.running["hours"])
        regret = {}
        if against is not None:
            other = against.certificate
            regret["regret_low"] = max(0.0, proof.bound - other.value)
            regret["regret_high"] = proof.value - other.bound
        self._note(
            kind,
            variant,
            title,
            str(found.status),
            objective=proof.value,
            bound=proof.bound,
            gap=proof.gap,
            capital=_expected(found.capital, found),
            running=_expected(spent, found),
            covered_km2=float(km2["covered_km2"]),
            shortfall_km2=float(km2["shortfall_km2"]),
            share_of_targets=1.0 - km2["shortfall_km2"] / km2["target_km2"] if km2["target_km2"] else np.nan,
            **regret,
        )
        counts = units_of(found.orders)
        self.choices += [
            {"kind": kind, "variant": variant, "option_id": option, "units": units}
            for option, units in counts.items()
        ]


def _expected(table: pd.DataFrame, found: InvestResults) -> float:
    """The sum of amounts over years, the mean over futures."""
    chance: Mapping[str, float] = {one.name: one.probability for one in found.capital_case.futures}
    return float((table["amount"] * table["future"].map(chance).fillna(1.0)).sum())


def check_ranges(case: Case) -> None:
    """Refuse draws where nothing can be drawn.

    Raises:
        PlannerError: no figure of the case has a range.
    """
    if case.uncertainty.empty:
        raise PlannerError("no figure of the case has a range (X_low, X_high): there is nothing to draw")


def drawn_cases(
    case: Case,
    folder: Path,
    number: int,
    seed: int,
    changes: Mapping[str, object] | None = None,
    scenario: str | None = None,
) -> Iterator[Found]:
    """What may be bought in each draw, a Latin hypercube as that of ``planner sensitivity``.

    ``changes`` and ``scenario`` are those that the case was read with from its folder.

    Raises:
        PlannerError: no figure of the case has a range.
    """
    check_ranges(case)
    raw, (figures, _, values) = without_ranges(read_folder(folder)), drawn(case, number, seed)
    how = batches_of(raw, changes, scenario)
    for row in values.to_dict("records"):
        changed = how.then(from_pairs(_changes_of(figures, row), CHANGES))
        found, problems, warnings = capital_case_of(raw, changed)
        yield None if found is None else _with_drawn_map(found, row), problems, warnings


def _with_drawn_map(found: CapitalCase, row: Mapping[Any, float]) -> CapitalCase:
    """What may be bought, with the drawn figures of the risk map in every future."""
    futures = tuple(replace(one, case=with_drawn_map(one.case, row)) for one in found.futures)
    return replace(found, case=with_drawn_map(found.case, row), futures=futures)


def _changes_of(figures: pd.DataFrame, row: Mapping[Hashable, float]) -> dict[str, object]:
    """What a draw changes: whole numbers to whole ones, figures by year by a factor on all years."""
    found: dict[str, object] = {}
    for one in records(figures[figures["table"] != RISK_MAP]):
        table, value = TABLES.get(one.table), row[one.figure]
        if table is not None and one.field in table.columns and table.columns[one.field].whole:
            found[one.figure] = round(value)
        else:
            by_year = table is not None and table.capital and not table.unique
            found[one.figure] = {"factor": value} if by_year else value
    return found
