"""Benders decomposition of a plan over years and futures: a master of decisions, and blocks that they feed.

A block is a ``Problem`` whose capacities r are affine in the master's variables v: r = r0 + K z,
z = Z v + z0, where the *levers* z are units of assets, money, places. What its best plan misses, V(r), is
convex, and at any prices lambda the certificate's Lagrangian is affine in r, so that

    V(r) >= L(lambda) + lambda'(R - r)                                  for every r <= R

is a cut, whatever the solver did; L is worked out at the largest capacities R, where what still gains is
charged at its most. Blocks that differ in their capacities alone share their cuts. The bound of the whole is
the master's own dual bound, its value the exponentials of the plans of the blocks. Sources: Benders (1962);
Geoffrion, Generalized Benders decomposition (1972); Birge and Louveaux, Introduction to Stochastic
Programming.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import sparse

from planner.core.certificate import lagrangian
from planner.core.first_unit import with_first_units
from planner.core.linear import LinearProgram
from planner.core.prices import Prices, completed
from planner.core.problem import Array, Booleans, Integers, Matrix, Problem
from planner.errors import NoPlanError
from planner.solve.mixed_integer import MixedSolution, solve_mixed
from planner.solve.optimise import optimise
from planner.solve.recheck import findings
from planner.solve.solver import Status
from planner.solve.warm_start import WarmStart

Progress = Callable[[str], None]
Many = Callable[[Callable[[Any, Any], Any], Any, Mapping[str, Any]], Mapping[str, Any]]

IN_OUT = 0.5
"""While units are fractions, blocks are planned so far from the last point towards the master's own."""
FRACTIONAL = 1e-3
"""The gap of the blocks' plans then."""
MOST_TURNS, FEWEST_BLOCKS = 3, 2
"""Then a part of the blocks is planned in each pass: a third at least, at least two of each template."""
MASTER_SHARE = 0.25
"""The gap of the master's own search, as a part of the gap that is wanted."""
BLOCK_SHARE = 0.2
"""The gap of the blocks' plans, likewise."""
NOTHING = 1e-6
"""The gap at which the master counts as solved."""
FINEST = 2e-5
"""Blocks are never asked for less."""
VIOLATED = 1e-7
"""A cut that is violated by less, as a part of the objective, is not added."""
KEPT_STARTS = 8
"""Starts that are kept of each template."""
LITTLE = 1e-3
"""Where a pass with fractions raises the bound by a smaller part, whole units say more."""
MOST_FRACTIONAL = 15
"""Passes with fractions of units at most, before units are whole."""


@dataclass(frozen=True, eq=False)
class Template:
    """What blocks have in common that differ in capacities alone.

    Attributes:
        problem: the problem, its capacities the largest that any block may have.
        lever: the lever of each resource (-1: none), shape (resources,).
        per_unit: capacity for a unit of its lever, shape (resources,).
        name: what tells it from others of other contents.
    """

    problem: Problem
    lever: Integers
    per_unit: Array
    name: str = ""

    def capacity(self, levers: Array) -> Array:
        """The capacities that levers allow, no more than the largest, shape (resources,)."""
        at = np.where(self.lever >= 0, levers[self.lever], 0.0)
        found = np.where(self.lever >= 0, self.per_unit * at, self.problem.capacity)
        return np.asarray(np.minimum(found, self.problem.capacity))

    def cut(self, prices: Prices, n_levers: int) -> Cut:
        """The cut at some prices."""
        prices = completed(self.problem, prices)
        priced = (prices.resource != 0.0) & (self.lever >= 0) & (self.per_unit != 0.0)
        price = prices.resource[priced]
        slope = np.bincount(self.lever[priced], price * self.per_unit[priced], n_levers).astype(np.float64)
        most = float(price @ self.problem.capacity[priced])
        return Cut(lagrangian(self.problem, prices) + most, slope)


@dataclass(frozen=True, eq=False)
class Cut:
    """V >= constant - slope'z."""

    constant: float
    slope: Array

    def at(self, levers: Array) -> float:
        """What no plan with these levers goes below."""
        return self.constant - float(self.slope @ levers)


@dataclass(frozen=True, eq=False)
class Block:
    """A plan of one year in one future.

    Attributes:
        key: what it is called.
        template: position of its template.
        column: the master's variable for what it misses, in ``Master.missed_unit``.
        weight: what it counts in the objective [-].
        matrix, offset: its levers from the master's variables, z = matrix v + offset.
    """

    key: tuple[int, str]
    template: int
    column: int
    weight: float
    matrix: Matrix
    offset: Array

    def levers(self, values: Array) -> Array:
        """Its levers, none below 0, shape (levers,)."""
        return np.asarray(np.maximum(0.0, self.matrix @ values + self.offset))


@dataclass(frozen=True, eq=False)
class Master:
    """The decisions.

    Attributes:
        lp: the program without cuts, in units of its own; what blocks miss is among its variables.
        integer: variables that are whole numbers, shape (variables,).
        unit: natural units of the objective for one of the program's.
        missed_unit: natural units of what blocks miss for one of the program's.
        slack: what costs in its objective that are no part of the true one may add at most, natural units.
        objective: the true objective of some decisions and of what their blocks miss; None: the weighted sum.
    """

    lp: LinearProgram
    integer: Booleans
    unit: float
    missed_unit: float
    slack: float = 0.0
    objective: Callable[[Array, Array], float] | None = None


@dataclass(frozen=True, eq=False)
class Planned:
    """A block's plan at some levers.

    Attributes:
        value: what it misses and pays, with the exponential.
        gap: its certificate's.
        x, factor: activities, and coverage factor of the nodes, as of ``Solution``.
        prices: prices of its capacities, those of which there is nothing included.
        capacity: what it had, shape (resources,).
    """

    value: float
    gap: float
    x: Array
    factor: Array
    prices: Prices
    capacity: Array


@dataclass(frozen=True, eq=False)
class Task:
    """A block's plan that is to be made.

    Attributes:
        capacity: what it has, shape (resources,).
        tolerance: optimality gap.
        template: position of its template.
        seconds: time that it may take [s].
        start: where it may start from.
    """

    capacity: Array
    tolerance: float
    template: int = field(compare=False)
    seconds: float = field(compare=False)
    start: WarmStart | None = field(compare=False)


@dataclass(frozen=True, eq=False)
class Incumbent:
    """Decisions, the plans of their blocks, and what they come to."""

    decisions: Array
    plans: tuple[Planned, ...]
    value: float


def one_by_one(work: Callable[[Any, Any], Any], shared: Any, tasks: Mapping[str, Any]) -> Mapping[str, Any]:
    """One task after the other, here."""
    return {name: work(shared, task) for name, task in tasks.items()}


@dataclass
class Decomposition:
    """A search: its cuts and best plans so far. ``run`` goes on until plan and bound meet.

    Attributes:
        master, templates, blocks: what is planned.
        gap: relative gap between plan and bound that is wanted.
        deadline: when to stop, by ``time.monotonic`` [s].
        progress: told of every pass in a sentence.
        many: makes plans.
        together: whether it is given all plans of a pass at a time; else one after the other, each of which
            starts from the one most like it.
        near: decisions that whole units are searched near before any are planned.
    """

    master: Master
    templates: Sequence[Template]
    blocks: Sequence[Block]
    gap: float
    deadline: float
    progress: Progress = lambda _: None
    many: Many = one_by_one
    together: bool = False
    cuts: list[list[Cut]] = field(default_factory=list)
    rows: list[tuple[int, Cut]] = field(default_factory=list)
    best: Incumbent | None = None
    bound: float = -np.inf
    passes: int = 0
    solved: int = 0
    gap_of_parts: float = 1.0
    fractional: bool = True
    near: Array | None = None
    _known: dict[tuple[int, bytes], Planned] = field(default_factory=dict)
    _used: set[tuple[int, int]] = field(default_factory=set)
    _starts: dict[int, list[tuple[Array, WarmStart]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.cuts:
            self.cuts = [[] for _ in self.templates]

    @property
    def tolerance(self) -> float:
        """Gap of the plans of blocks."""
        return max(FINEST, BLOCK_SHARE * self.gap)

    def relative_gap(self) -> float:
        """The gap between the best plan and the bound so far."""
        if self.best is None:
            return np.inf
        return (self.best.value - self.bound) / max(abs(self.best.value), 1e-12)

    def objective(self, values: Array, missed: Array) -> float:
        """The true objective of decisions whose blocks miss so much."""
        if self.master.objective is not None:
            return self.master.objective(values, missed)
        return float(np.array([block.weight for block in self.blocks]) @ missed)

    def run(self) -> Status:
        """Search until the gap is closed or the time is over.

        Raises:
            NoPlanError: no decisions are possible, or none within the time.
        """
        try:
            if self.fractional:
                self._fractional()
            return self._whole()
        except NoPlanError as error:
            if self.best is None or error.status != Status.TIME_LIMIT:
                raise
            return Status.TIME_LIMIT

    def again(self, master: Master, gap: float, seconds: float) -> Decomposition:
        """A search for another master of the same variables, which knows all cuts and plans of this one."""
        return replace(
            self,
            master=master,
            gap=gap,
            deadline=min(self.deadline, time.monotonic() + seconds),
            progress=lambda _: None,
            rows=list(self.rows),
            best=None,
            bound=-np.inf,
            passes=0,
            solved=0,
            gap_of_parts=1.0,
            fractional=False,
            near=None if self.best is None else self.best.decisions,
            _used=set(self._used),
        )

    def take_over(self, other: Decomposition) -> None:
        """Take over the cuts and plans of a search with the same templates."""
        self.cuts, self._known, self._starts = other.cuts, other._known, other._starts

    def _fractional(self) -> None:
        """Cuts while units may be fractions, at points between the last one and the master's own.

        In each pass some of the blocks of each template are planned, in turn: what is learnt of one year
        serves the others.
        """
        point: Array | None = None
        ranks = self._ranks()
        turns = min(MOST_TURNS, max(1, len(self.blocks) // (FEWEST_BLOCKS * len(self.templates))))
        for number in range(MOST_FRACTIONAL):
            found = self.solve(whole=False)
            before = self.bound
            self.bound = max(self.bound, found.bound * self.master.unit - self.master.slack)
            point = found.decisions if point is None else point + IN_OUT * (found.decisions - point)
            some = [
                block
                for block, rank in zip(self.blocks, ranks, strict=True)
                if rank % turns == number % turns
            ]
            self.plans(point, some, FRACTIONAL)
            self.passes += 1
            self.progress(
                f"pass {self.passes}, fractions of units: bound {self.bound:,.0f}, {self.solved} plans"
            )
            if number >= turns and self.bound - before < max(self.gap, LITTLE) * abs(self.bound):
                break

    def _ranks(self) -> list[int]:
        """The position of each block among those of its template."""
        seen: dict[int, int] = {}
        ranks = []
        for block in self.blocks:
            ranks.append(seen.get(block.template, 0))
            seen[block.template] = ranks[-1] + 1
        return ranks

    def _whole(self) -> Status:
        """Whole units: the master's search, plans of what it finds, cuts there, until both meet."""
        while self.relative_gap() > self.gap:
            if time.monotonic() > self.deadline:
                return Status.TIME_LIMIT
            found, before = self.propose(), self.solved
            self.plan_at(found)
            found_so_far = "none yet" if self.best is None else f"{self.best.value:,.0f}"
            self.progress(
                f"pass {self.passes}: value {found_so_far}, bound {self.bound:,.0f}, "
                f"gap {self.relative_gap():.1e}, {self.solved} plans"
            )
            if self.solved == before and self.relative_gap() > self.gap:
                exact = found.objective - found.bound <= NOTHING * abs(found.objective)
                if exact and self.tolerance * self.gap_of_parts <= FINEST:
                    return Status.ROUND_LIMIT  # blocks and master are as exact as they get
                self.gap_of_parts *= 0.25
        return Status.OPTIMAL

    def propose(self, whole: bool = True) -> MixedSolution:
        """The master's own decisions, in whole units or in fractions, and its bound.

        Raises:
            NoPlanError: no decisions are possible, or none within the time.
        """
        found = self.solve(whole, self.near if self.best is None else self.best.decisions)
        self.bound = max(self.bound, found.bound * self.master.unit - self.master.slack)
        return found

    def plan_at(self, found: MixedSolution) -> None:
        """Plan the blocks at some decisions, which may be the best so far."""
        plans = self.plans(found.decisions)
        value = self.objective(found.decisions, np.array([plan.value for plan in plans]))
        if np.isfinite(value) and (self.best is None or value < self.best.value):
            self.best = Incumbent(found.decisions, tuple(plans), value)
        self.passes += 1

    def solve(self, whole: bool, near: Array | None = None) -> MixedSolution:
        """The master with all cuts that its own solution violates; whole units are searched near some."""
        integer = self.master.integer if whole else np.zeros(len(self.master.integer), dtype=bool)
        known = [] if near is None or not whole else [self._by_cuts(near)]
        while True:
            remaining = self.deadline - time.monotonic()
            if remaining <= 0.0:
                raise NoPlanError(Status.TIME_LIMIT, "the time limit was reached before any plan was found")
            gap = MASTER_SHARE * self.gap * self.gap_of_parts
            start = min(known, key=self.master.lp.cost.dot, default=None)
            found = solve_mixed(self._program(), integer, gap, remaining, start)
            if not self._add_violated(found.decisions):
                return found
            if whole:
                known.append(self._by_cuts(found.decisions))

    def _by_cuts(self, decisions: Array) -> Array:
        """Decisions that the master may start from: within its bounds, with what all cuts say is missed."""
        values = np.minimum(decisions, self.master.lp.upper)
        for block in self.blocks:
            levers = block.matrix @ values + block.offset
            missed = [cut.at(levers) for cut in self.cuts[block.template]]
            values[block.column] = max(missed, default=0.0) / self.master.missed_unit
        return values

    def _program(self) -> LinearProgram:
        lp = self.master.lp
        if not self.rows:
            return lp
        n = len(lp.cost)
        parts, least = [], []
        for number, cut in self.rows:
            block = self.blocks[number]
            row = block.matrix.T @ cut.slope / self.master.missed_unit
            parts.append(sparse.csr_array(row[None, :]))
            least.append((cut.constant - float(cut.slope @ block.offset)) / self.master.missed_unit)
        columns = np.array([self.blocks[number].column for number, _ in self.rows])
        at = np.arange(len(columns)), columns
        missed = sparse.csr_array((np.ones(len(columns)), at), (len(columns), n))
        added: Matrix = sparse.vstack(parts) + missed
        scale = 1.0 / np.maximum(1.0, np.asarray(abs(added).max(axis=1).todense()).ravel())
        added = sparse.diags_array(scale) @ added
        return replace(
            lp,
            matrix=sparse.vstack([lp.matrix, added]).tocsr(),
            lower=np.concatenate([lp.lower, scale * np.array(least)]),
            most=np.concatenate([lp.most, np.full(len(columns), np.inf)]),
        )

    def _add_violated(self, values: Array) -> bool:
        """Add the cut that each block's levers violate most; whether there was any."""
        added = False
        for number, block in enumerate(self.blocks):
            levers = block.matrix @ values + block.offset
            known = self.cuts[block.template]
            if not known:
                continue
            at = [cut.at(levers) for cut in known]
            one = int(np.argmax(at))
            missing = at[one] - values[block.column] * self.master.missed_unit
            least = VIOLATED * max(1.0, abs(at[one]))
            if missing > least and (number, one) not in self._used:
                self.rows.append((number, known[one]))
                self._used.add((number, one))
                added = True
        return added

    def plans(
        self, values: Array, blocks: Sequence[Block] | None = None, least: float = FINEST
    ) -> list[Planned]:
        """The plans of blocks, all if not given, at some decisions; the prices of new ones become cuts.

        ``least``: the optimality gap that they are made to at least.
        """
        tolerance = max(least, self.tolerance * self.gap_of_parts)
        keys, tasks = [], dict[str, Task]()
        for block in self.blocks if blocks is None else blocks:
            template = self.templates[block.template]
            capacity = template.capacity(block.levers(values))
            key = block.template, np.round(capacity, 6).tobytes()
            known = self._known.get(key)
            if (known is None or known.gap > tolerance) and key not in keys:
                seconds = max(1.0, self.deadline - time.monotonic())
                start = self._nearest(block.template, capacity)
                tasks[f"{block.key[0]} {block.key[1]}"] = Task(
                    capacity, tolerance, block.template, seconds, start
                )
                if not self.together:
                    self._make(tasks)
            keys.append(key)
        self._make(tasks)
        return [self._known[key] for key in keys]

    def _make(self, tasks: dict[str, Task]) -> None:
        """Make plans, and keep them."""
        for name, found in self.many(planned, self.templates, tasks).items() if tasks else ():
            self._keep(tasks[name], found)
        tasks.clear()

    def _nearest(self, template: int, capacity: Array) -> WarmStart | None:
        """The start of the plan whose capacities are nearest to these."""
        known = self._starts.get(template, [])
        size = np.maximum(1.0, np.where(np.isfinite(capacity), np.abs(capacity), 1.0))
        finite = np.isfinite(capacity)
        distance = [float((np.abs(one - capacity)[finite] / size[finite]).sum()) for one, _ in known]
        return known[int(np.argmin(distance))][1] if known else None

    def _keep(self, task: Task, found: tuple[Planned, WarmStart]) -> None:
        plan, start = found
        self.solved += 1
        starts = self._starts.setdefault(task.template, [])
        starts.append((task.capacity, start))
        del starts[:-KEPT_STARTS]
        self.cuts[task.template].append(self.templates[task.template].cut(plan.prices, self.n_levers))
        self._known[task.template, np.round(task.capacity, 6).tobytes()] = plan

    @property
    def n_levers(self) -> int:
        """Number of levers, which all blocks have in common."""
        return len(self.blocks[0].offset)


def planned(templates: Sequence[Template], task: Task) -> tuple[Planned, WarmStart]:
    """The plan of a block, checked, and where a similar one may start from.

    Raises:
        NoPlanError: there is none, or it does not hold when it is checked.
    """
    problem = templates[task.template].problem.with_capacity(task.capacity)
    solution = optimise(problem, task.tolerance, time_limit_s=task.seconds, start=task.start)
    wrong = next(iter(findings(problem, solution)), None)
    if wrong is not None:
        raise NoPlanError(Status.NUMERICAL, f"the plan of a year does not hold: {wrong}")
    prices, proof = with_first_units(problem, solution.prices), solution.certificate
    plan = Planned(proof.value, proof.gap, solution.x, solution.factor, prices, task.capacity)
    return plan, solution.start
