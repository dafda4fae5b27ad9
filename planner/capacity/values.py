"""What orders, and more crews and berths, are worth, and what is left out lacks: by other plans.

Each is a question to the master first: its bound, with all cuts that are known, is certified, and costs no
plan of a year. Then, the most important first, the years of the best decisions are planned, which gives the
other end of the interval; and again, as long as the interval does not say whether there is anything to gain.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.capacity.alternatives import with_rows, without
from planner.capacity.model import CapitalProgram, lever_of, value_of
from planner.capacity.program import capital_program, tail
from planner.capacity.results import BERTHS, CREWS, NEEDED_FOR, OUT_OF_TIME, frame, units_of
from planner.case.capital import BASE, CREW
from planner.core.certificate import Certificate
from planner.core.problem import Array
from planner.errors import NoPlanError
from planner.frames import records
from planner.pipeline import Progress
from planner.results.plain_text import listed
from planner.solve.decomposition import Decomposition, Incumbent, Master
from planner.solve.mixed_integer import MixedSolution, solve_mixed
from planner.solve.solver import Status
from planner.units import MILLION

PROVEN, WITHIN_GAP = "proven", "within the gap"
"""Answers: it gains something for certain; no more than the optimality gap, or next to it."""

OF_KIND = {CREWS: ("recipient", "crew", "people"), BERTHS: ("base_id", "length_m", "metres")}
"""Whose they are and what a unit needs, columns of candidates; what there is, of their own table."""
BOUNDS_SHARE = 0.3
"""Of the time for questions, the part in which masters alone answer."""
TOLD = 0.25
"""A figure is told where its certified interval is no wider than this part of its high end."""


@dataclass
class Question:
    """What the best plan by another master comes to.

    Attributes:
        search: its search.
        plan: certificate of the plan that it is compared with.
        without: whether something is taken away, which makes it worse; else added.
        next: decisions whose years are to be planned.
        impossible: whether there is no such plan.
    """

    search: Decomposition
    plan: Certificate
    without: bool
    next: MixedSolution | None = None
    impossible: bool = False

    def bounded(self, seconds: float) -> None:
        """Ask the master alone: with fractions of units first, which is quick to find the cuts that count."""
        self.search.deadline = time.monotonic() + seconds
        with self._noted():
            self.search.propose(whole=False)
            self.next = self.search.propose()

    def planned(self, seconds: float) -> None:
        """Plan the years of the decisions until the answer is known or the time is over."""
        self.search.deadline = time.monotonic() + seconds
        before = -1
        with self._noted():
            while (
                not self.answered and self.search.solved > before and time.monotonic() < self.search.deadline
            ):
                before = self.search.solved
                self.search.plan_at(self.next or self.search.propose())
                self.next = None

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Goes on where no plan was found, and knows it where there is none."""
        try:
            yield
        except NoPlanError as error:
            self.impossible = error.status == Status.INFEASIBLE

    @property
    def interval(self) -> tuple[float, float, float]:
        """What it gains by the plans that were found; at least and at most, certified.

        Without something no plan is better, and with more of it none is worse: nothing is gained below 0, and
        a plan with more that is worse than the plan itself says nothing.
        """
        found, plan = self.search, self.plan
        value = np.inf if found.best is None else found.best.value
        if self.without:
            least = max(found.bound, plan.bound) - plan.value
            return max(0.0, value - plan.value), max(0.0, least), value - plan.bound
        value = value if value <= plan.value else np.inf
        return plan.value - value, max(0.0, plan.bound - value), plan.value - min(found.bound, plan.value)

    @property
    def importance(self) -> float:
        """What is lost at least without it, or gained at most with it; 0 where that is not known."""
        end = self.interval[1 if self.without else 2]
        return end if np.isfinite(end) else 0.0

    @property
    def settled(self) -> bool:
        """Whether the best plan that was found tells what there is to gain, not only what it is at most.

        The interval is no wider than the gap that is asked for and that of the plan leave open, or narrow.
        """
        found, (_, low, high) = self.search, self.interval
        if found.best is None or not np.isfinite(high):
            return False
        gaps = found.gap * abs(found.best.value) + self.plan.value - self.plan.bound
        return bool(high - low <= max(gaps, TOLD * high))

    def known(self, figure: str) -> dict[str, float]:
        """The interval as columns of a table: blank where an end, or the figure itself, is not known."""
        names = (figure, f"{figure}_low", f"{figure}_high")
        gains, *ends = self.interval
        known = (one if np.isfinite(one) else np.nan for one in (gains if self.settled else np.nan, *ends))
        return dict(zip(names, known, strict=True))

    @property
    def answer(self) -> str:
        """One of ``NEEDED_FOR``, ``PROVEN``, ``WITHIN_GAP``, ``OUT_OF_TIME``."""
        if self.impossible:
            return NEEDED_FOR
        _, low, high = self.interval
        if low > 0.0:
            return PROVEN
        close = self.search.best is not None and self.search.relative_gap() <= self.search.gap
        return WITHIN_GAP if close or high <= self.plan.value - self.plan.bound else OUT_OF_TIME

    @property
    def answered(self) -> bool:
        """Whether enough is known: that it gains something, and about how much; or nothing much."""
        return self.answer in (NEEDED_FOR, WITHIN_GAP) or (self.answer == PROVEN and self.settled)


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
    best: Incumbent,
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
    if seconds <= 0.0:
        return frame("option_values"), frame("scarce")
    less, more = {}, {}
    for option in orders["option_id"].unique():
        again = search.again(without(search.master, made.orders_of(option)), search.gap, np.inf)
        less[option] = Question(again, proof, without=True)
    for kind, one, size in _scarce(made, best):
        again = search.again(_with_more(made, search, kind, one, size), search.gap, np.inf)
        more[kind, one, size] = Question(again, proof, without=False)
    questions = {f"without {option}": each for option, each in less.items()}
    questions |= {f"with {kind} for {size:g} more, {one}": each for (kind, one, size), each in more.items()}
    answered(questions, seconds, progress)
    rows = [
        {"kind": kind, "id": one, "more": size, **each.known("gain"), "answer": each.answer}
        for (kind, one, size), each in more.items()
    ]
    scarce = frame("scarce", rows).sort_values("gain_high", ascending=False, kind="stable", ignore_index=True)
    return _option_values(made, orders, less), scarce


def _option_values(
    made: CapitalProgram, orders: pd.DataFrame, questions: dict[str, Question]
) -> pd.DataFrame:
    running = made.case.candidates.groupby("option_id")["running_cost"].first()
    capital_of = (orders["capital"] * orders["future"].map(made.chance)).groupby(orders["option_id"]).sum()
    rows = []
    for option, units in units_of(orders).items():
        capital, one = float(capital_of[option]), questions[option]
        known = {"option_id": option, "units": units, "capital": capital, "running": running[option] * units}
        each = one.known("worth")["worth"] / capital * MILLION if capital > 0.0 else np.nan
        rows.append({**known, **one.known("worth"), "per_million_capital": each, "answer": one.answer})
    table = frame("option_values", rows)
    return table.sort_values("worth_low", ascending=False, kind="stable", ignore_index=True)


def _scarce(made: CapitalProgram, best: Incumbent) -> Iterator[tuple[str, str, float]]:
    """Kind, state or base, and the size of the largest crew or boat that may be ordered there.

    Where a year of some future has no room for the smallest one.
    """
    case = made.case
    vessels = case.candidates[~case.candidates["adds"].isin([BASE, CREW])]
    spare: dict[tuple[str, str], float] = {}
    for one in records(case.crews):
        terms = [made.people(one.recipient, one.year, future.name) for future in case.futures]
        least = float(one.people) - max(value_of(each, best.decisions) for each in terms)
        spare[CREWS, one.recipient] = min(least, spare.get((CREWS, one.recipient), np.inf))
    for one in records(case.berths):
        terms = [made.metres(one.base_id, *moment) for moment in made.moments]
        spare[BERTHS, one.base_id] = float(one.metres) - max(value_of(each, best.decisions) for each in terms)
    for (kind, one), left in spare.items():
        key, size, _ = OF_KIND[kind]
        sizes = vessels.loc[vessels[key].eq(one) & vessels[size].gt(0.0), size]
        if len(sizes) and left < sizes.min():
            yield kind, one, float(sizes.max())


def _with_more(made: CapitalProgram, search: Decomposition, kind: str, one: str, more: float) -> Master:
    """The master of a case with more people of a state, or more metres of berths at a base."""
    key, _, amount = OF_KIND[kind]
    table: pd.DataFrame = getattr(made.case, kind)
    table = table.assign(**{amount: table[amount] + more * table[key].eq(one)})
    other = replace(made.case, **{kind: table})  # type: ignore[arg-type]
    return capital_program(other, list(search.templates), made.template_of, search.gap)[1]


ASKING_S = 10.0
"""Time for the question whether one more unit can be had [s]."""
ROUNDING = 1e-6


def left_out(
    search: Decomposition, made: CapitalProgram, best: Incumbent, orders: pd.DataFrame
) -> pd.DataFrame:
    """Options that are not ordered: what a unit could gain at most, and what it lacks.

    At the plan's prices a unit gains no more than the price of its hours over its years (what is missed is
    convex in them); what it costs is not taken off.
    """
    slopes = _slopes(made, search, best)
    rows = []
    for option, some in made.case.candidates.groupby("option_id", sort=False):
        if option in set(orders["option_id"]):
            continue
        gains = {number: _most_worth(made, number, slopes) for number in some.index}
        number = max(gains, key=lambda one: gains[one])
        lacks = _lacks(made, number, best)
        rows.append({"option_id": option, "reduced_worth": gains[number], "lacks": lacks})
    return frame("left_out", rows).sort_values("reduced_worth", ascending=False, ignore_index=True)


def _slopes(made: CapitalProgram, search: Decomposition, best: Incumbent) -> dict[tuple[int, str], Array]:
    """What a unit of each lever gains in each block at the plan's prices, in the objective.

    Where the worst futures count more, it is those that are the worst of the plan: the tail mean is convex.
    """
    years, chance = made.case.years, np.array([one.probability for one in made.case.futures])
    weight, found = 0.0 if years.objective == "cost" else years.tail_weight, {}
    by_year = np.array([plan.value for plan in best.plans]).reshape(len(years.years), -1)
    of_tail = np.concatenate([tail(values, chance, years.tail_share) for values in by_year])
    for block, plan, worst in zip(search.blocks, best.plans, of_tail, strict=True):
        cut = search.templates[block.template].cut(plan.prices, len(block.offset))
        share = (1.0 - weight) * block.weight + weight * made.weights[block.key[0]] * float(worst)
        found[block.key] = share * cut.slope
    return found


def _most_worth(made: CapitalProgram, number: int, slopes: dict[tuple[int, str], Array]) -> float:
    """The most that a unit of a candidate could gain, over the years in which it may be ordered."""
    one, years, lever = made.candidates[number], made.case.years, lever_of(made.candidates[number])
    if lever is None:
        return 0.0
    at, units = made.position[lever[0]], lever[1]
    survival = float(made.case.survival[number])
    best = 0.0
    for year in range(max(one.first_year, years.first), min(one.last_year, years.last_order) + 1):
        gain = 0.0
        for (of_year, _), slope in slopes.items():
            age = of_year - year - int(one.lead_years)
            if 0 <= age < one.life_years:
                gain += survival**age * units * float(slope[at])
        best = max(best, gain)
    return best


def _lacks(made: CapitalProgram, number: int, best: Incumbent) -> str:
    """What one unit of a candidate lacks beside all that is ordered and in service, in words.

    Whether it is possible is asked of the master, with one kind of limit lifted after the other; where none
    is enough, with no more of them together than it takes.
    """
    one, case = made.candidates[number], made.case
    if not any(key[0] == number for key in made.columns.of["order"]):
        paying = case.payers["candidate_id"].eq(one.candidate_id).any()
        if one.capital_cost > 0.0 and not paying:
            return "nobody may pay for it"
        return f"it would not be in service by {case.years.last}"
    if _possible(made, number, best, frozenset()):
        gains = "lowers the cost by" if case.years.objective == "cost" else "gains"
        return f"it could be had beside all that is ordered, and {gains} no more than the optimality gap"
    kinds = [kind for kind in dict.fromkeys(made.columns.lacks) if kind]
    lacks = [kind for kind in kinds if _possible(made, number, best, frozenset({kind}))][:1]
    if not lacks:
        if not _possible(made, number, best, frozenset(kinds)):
            return "no unit of it can be had beside all that is ordered"
        lacks = kinds
        for kind in kinds:
            fewer = [one for one in lacks if one != kind]
            lacks = fewer if _possible(made, number, best, frozenset(fewer)) else lacks
    return f"beside all that is ordered it lacks {listed(lacks)}"


def _possible(made: CapitalProgram, number: int, best: Incumbent, lifted: frozenset[str]) -> bool:
    """Whether a unit of a candidate can be had, and be in service once, beside a plan's orders and stock."""
    columns, lp = made.columns, made.columns.program()
    wanted: list[tuple[dict[int, float], float]] = []
    new: dict[str, dict[int, float]] = {}
    for kind in ("order", "service"):
        for key, column in columns.of[kind].items():
            units = float(best.decisions[column])
            if key[0] == number:
                new.setdefault("" if kind == "order" else key[2], {})[column] = 1.0
            elif units > ROUNDING:
                wanted.append(({column: 1.0}, units - ROUNDING))
    served = float(made.case.survival[number]) ** len(made.case.years.years)
    wanted += [(terms, served if future else 1.0) for future, terms in new.items()]
    kept = np.array([kind not in lifted for kind in columns.lacks], dtype=bool)
    rows, least = columns.matrix([terms for terms, _ in wanted]), np.array([units for _, units in wanted])
    program = replace(lp, matrix=lp.matrix[kept], lower=lp.lower[kept], most=lp.most[kept])
    program = with_rows(program, rows, least, np.full(len(least), np.inf))
    program = replace(program, cost=np.zeros(len(lp.cost)))
    try:
        solve_mixed(program, columns.integer, 1.0, ASKING_S)
    except NoPlanError:
        return False
    return True
