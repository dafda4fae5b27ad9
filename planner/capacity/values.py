"""What orders are worth, and more crews and berths: by plans without the one, with the other.

Each is a question to the master first: its bound, with all cuts that are known, is certified, and costs no
plan of a year. Then, the most important first, the years of the best decisions are planned, which gives the
other end of the interval; and again, as long as the interval does not say whether there is anything to gain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.capacity.columns import value_of
from planner.capacity.masters import without
from planner.capacity.model import CapitalProgram
from planner.capacity.program import capital_program
from planner.case.capital import BASE, CREW
from planner.core.certificate import Certificate
from planner.errors import NoPlanError
from planner.frames import records
from planner.solve.decomposition import Decomposition, Incumbent, Master
from planner.solve.mixed_integer import MixedSolution
from planner.units import MILLION

Progress = Callable[[str], None]
PROVEN, WITHIN_GAP, OUT_OF_TIME = "proven", "within the gap", "out of time"
"""Answers: it gains something for certain; no more than the optimality gap, or next to it; not known."""
VALUE_COLUMNS = ["option_id", "name", "units", "capital", "running", "worth", "worth_low", "worth_high"]
NO_VALUES = pd.DataFrame(columns=[*VALUE_COLUMNS, "per_million_capital", "answer"])
SCARCE_COLUMNS = ["kind", "id", "more", "gain", "gain_low", "gain_high", "answer"]
NO_SCARCE = pd.DataFrame(columns=SCARCE_COLUMNS)
CREWS, BERTHS = "crews", "berths"
OF_KIND = {CREWS: ("recipient", "crew", "people"), BERTHS: ("base_id", "length_m", "metres")}
"""Whose they are and what a unit needs, columns of candidates; what there is, of their own table."""
BOUNDS_SHARE = 0.3
"""Of the time for questions, the part in which masters alone answer."""


@dataclass
class Question:
    """What the best plan by another master comes to.

    Attributes:
        search: its search.
        plan: certificate of the plan that it is compared with.
        without: whether something is taken away, which makes it worse; else added.
        next: decisions whose years are to be planned.
    """

    search: Decomposition
    plan: Certificate
    without: bool
    next: MixedSolution | None = None

    def bounded(self, seconds: float) -> None:
        """Ask the master alone: with fractions of units first, which is quick to find the cuts that count."""
        self.search.deadline = time.monotonic() + seconds
        with suppress(NoPlanError):
            self.search.propose(whole=False)
            self.next = self.search.propose()

    def planned(self, seconds: float) -> None:
        """Plan the years of the decisions until the answer is known or the time is over."""
        self.search.deadline = time.monotonic() + seconds
        before = -1
        with suppress(NoPlanError):
            while (
                not self.answered and self.search.solved > before and time.monotonic() < self.search.deadline
            ):
                before = self.search.solved
                self.search.plan_at(self.next or self.search.propose())
                self.next = None

    @property
    def interval(self) -> tuple[float, float, float]:
        """What it gains by the plans that were found; at least and at most, certified."""
        found, plan = self.search, self.plan
        value = np.inf if found.best is None else found.best.value
        if self.without:
            return value - plan.value, max(found.bound, plan.bound) - plan.value, value - plan.bound
        return plan.value - value, plan.bound - value, plan.value - min(found.bound, plan.value)

    @property
    def importance(self) -> float:
        """What is lost at least without it, or gained at most with it; 0 where that is not known."""
        end = self.interval[1 if self.without else 2]
        return end if np.isfinite(end) else 0.0

    @property
    def known(self) -> tuple[float, ...]:
        """The interval for a table: blank where an end is not known."""
        return tuple(one if np.isfinite(one) else np.nan for one in self.interval)

    @property
    def answer(self) -> str:
        """One of ``PROVEN``, ``WITHIN_GAP``, ``OUT_OF_TIME``."""
        _, low, high = self.interval
        if low > 0.0:
            return PROVEN
        close = self.search.best is not None and self.search.apart() <= self.search.gap
        return WITHIN_GAP if close or high <= self.plan.value - self.plan.bound else OUT_OF_TIME

    @property
    def answered(self) -> bool:
        """Whether enough is known: that it gains something, and about how much; or nothing much."""
        return self.answer == WITHIN_GAP or (self.answer == PROVEN and self.search.best is not None)


def answered(questions: dict[str, Question], seconds: float, progress: Progress) -> None:
    """Answer questions in a time: all by their masters first, then by plans, what may gain most first."""
    end = time.monotonic() + seconds
    for left, (name, one) in zip(range(len(questions), 0, -1), questions.items(), strict=True):
        progress(f"the bound {name}")
        one.bounded(max(0.0, (end - time.monotonic()) - (1.0 - BOUNDS_SHARE) * seconds) / left)
    ranked = sorted(questions.items(), key=lambda each: -each[1].importance)
    waiting = [(name, one) for name, one in ranked if not one.answered]
    for left, (name, one) in zip(range(len(waiting), 0, -1), waiting, strict=True):
        progress(f"the plan {name}")
        one.planned((end - time.monotonic()) / left)


def worths(
    search: Decomposition,
    made: CapitalProgram,
    orders: pd.DataFrame,
    proof: Certificate,
    seconds: float,
    progress: Progress,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each option that is ordered is worth, and what more crews and berths would gain, within a time.

    Returns:
        ``option_values`` and ``scarce`` of the results: the best plan without the option less the plan; the
        plan less the best one with one more crew of a state, or one more berth at a base, of those of which
        its new units use all.
    """
    if search.best is None or seconds <= 0.0:
        return NO_VALUES, NO_SCARCE
    options, scarce = orders["option_id"].unique(), list(_scarce(made, search.best))
    questions = {}
    for option in options:
        columns = [
            column
            for (number, *_), column in made.columns.of("order").items()
            if made.candidates[number].option_id == option
        ]
        again = search.again(without(search.master, columns), search.gap, np.inf)
        questions[f"without {option}"] = Question(again, proof, without=True)
    for what in scarce:
        again = search.again(_with_more(made, search, what), search.gap, np.inf)
        questions[_more(what)] = Question(again, proof, without=False)
    answered(questions, seconds, progress)
    rows = [(*what, *questions[_more(what)].known, questions[_more(what)].answer) for what in scarce]
    table = pd.DataFrame(rows, columns=SCARCE_COLUMNS)
    ranked = table.sort_values("gain_high", ascending=False, kind="stable", ignore_index=True)
    return _option_values(made, orders, questions), ranked


def _more(what: tuple[str, str, float]) -> str:
    kind, one, more = what
    return f"with {kind} for {more:g} more, {one}"


def _option_values(
    made: CapitalProgram, orders: pd.DataFrame, questions: dict[str, Question]
) -> pd.DataFrame:
    rows = []
    running_cost = made.case.candidates.groupby("option_id")["running_cost"].first().to_dict()
    for option, mine in orders.groupby("option_id", sort=False):
        one = questions[f"without {option}"]
        capital, units = float(mine["capital"].sum()), int(mine["units"].sum())
        each = one.known[0] / capital * MILLION if capital > 0.0 else np.nan
        known = (option, mine["name"].iloc[0], units, capital, float(running_cost[option]) * units)
        rows.append((*known, *one.known, each, one.answer))
    table = pd.DataFrame(rows, columns=NO_VALUES.columns)
    return table.sort_values("worth_low", ascending=False, kind="stable", ignore_index=True)


def _scarce(made: CapitalProgram, best: Incumbent) -> Iterator[tuple[str, str, float]]:
    """Kind, state or base, and the size of the largest crew or boat that may be ordered there.

    Where a year of some future has no room for the smallest one.
    """
    case = made.case
    vessels = case.candidates[~case.candidates["adds"].isin([BASE, CREW])]
    every = [(year, future.name) for year in case.years.years for future in case.futures]
    spare: dict[tuple[str, str], float] = {}
    for one in records(case.crews):
        terms = [made.people(one.recipient, one.year, future.name) for future in case.futures]
        least = float(one.people) - max(value_of(each, best.decisions) for each in terms)
        spare[CREWS, one.recipient] = min(least, spare.get((CREWS, one.recipient), np.inf))
    for one in records(case.berths):
        terms = [made.metres(one.base_id, *key) for key in every]
        spare[BERTHS, one.base_id] = float(one.metres) - max(value_of(each, best.decisions) for each in terms)
    for (kind, one), left in spare.items():
        key, size, _ = OF_KIND[kind]
        sizes = vessels.loc[vessels[key].eq(one) & vessels[size].gt(0.0), size]
        if len(sizes) and left < sizes.min():
            yield kind, one, float(sizes.max())


def _with_more(made: CapitalProgram, search: Decomposition, what: tuple[str, str, float]) -> Master:
    """The master of a case with more people of a state, or more metres of berths at a base."""
    kind, one, more = what
    case, (key, _, amount) = made.case, OF_KIND[kind]
    table = case.crews if kind == CREWS else case.berths
    table = table.assign(**{amount: table[amount] + more * table[key].eq(one)})
    other = replace(case, crews=table) if kind == CREWS else replace(case, berths=table)
    return capital_program(other, list(search.templates), made.template_of, search.gap)[1]
