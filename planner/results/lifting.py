"""What would close the coverage gaps: plans in which limits are lifted one after the other (design, 2.6).

Each rung is the plan of least shortfall, at the areas' weights, with one more limit lifted and no area's
shortfall above that of the rung before; coverage beyond a target may be given up. What a rung takes away from
an area's shortfall is what its limit is the cause of, so causes are plans, not negative, and add up.

    all programmes   choice -> earmarks -> money -> access -> hours -> what is out of reach
    one programme    choice -> its own money -> hours of what it may fund -> access of that -> the rest
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.case.limits import no_limits
from planner.core.certificate import Certificate, lower_bound
from planner.core.prices import Prices
from planner.core.problem import Array, Booleans, Problem
from planner.core.search_theory import pod
from planner.features.assemble import problem_of
from planner.features.coverage_goal import COVERAGE
from planner.features.fleet import fleet_table
from planner.features.funding import eligibility_table
from planner.features.space import Space, Stage
from planner.frames import numbers, sum_by
from planner.solve2.optimise import optimise
from planner.solve2.solution import Solution
from planner.solve2.solver import Status

ALL_RUNGS = ("choice", "earmarks", "money", "access", "hours")
"""Limits in the order in which they are lifted for all programmes together."""
PROGRAMME_RUNGS = ("choice", "own_money", "own_hours", "own_access")
"""Limits in the order in which they are lifted for one programme."""
TOLERANCE = 1e-3
"""Largest relative optimality gap of a rung."""
SERVED = 1e-6
"""A node with less coverage factor than this is not served [-]."""
LARGEST_FACTOR = 40.0


@dataclass(frozen=True, eq=False)
class Rung:
    """The plan of a rung.

    Attributes:
        name: the limit that is lifted, beside those of the rungs before.
        shortfall_km2: of each area, shape (areas,).
        certificate: of the weighted shortfall; its bound holds for every plan of the rung.
        status: OPTIMAL where it is proven.
        solution: the solution; none where the rung is the plan before, or a closed form.
    """

    name: str
    shortfall_km2: Array
    certificate: Certificate
    status: Status
    solution: Solution | None = None


@dataclass(frozen=True, eq=False)
class _Way:
    """What a rung may do: an edited case and space, and resources without limit.

    Attributes:
        case: the case of the rung.
        space: its space.
        unlimited: resources without a limit, by kind and id column.
    """

    case: Case
    space: Space
    unlimited: Mapping[str, tuple[str, tuple[str, ...]]]

    def problem(self, covered_km2: Array) -> Problem:
        """The problem of least shortfall in which no area is covered less than given, up to its target [km²]."""
        problem = problem_of(_with_floors(self.case, self.space, covered_km2), self.space)
        capacity = problem.capacity.copy()
        for kind, (column, ids) in self.unlimited.items():
            some = (problem.resources["kind"] == kind) & problem.resources[column].isin(ids)
            capacity[some.to_numpy()] = np.inf
        return replace(problem, resources=problem.resources.assign(capacity=capacity))


def _with_floors(case: Case, space: Space, covered_km2: Array) -> Case:
    """The case with the objective "shortfall" and hard least coverages instead of its limits."""
    km2 = _area_km2(case, space)
    target = numbers(case.areas["target_coverage"])
    least = np.minimum(target, covered_km2 / km2) * (1.0 - 1e-9)
    some = np.flatnonzero(least > 0.0)
    floors = pd.DataFrame(
        {
            "limit_id": case.areas["area_id"].to_numpy()[some],
            "kind": COVERAGE,
            "programme": "",
            "areas": [(one,) for one in case.areas["area_id"].to_numpy()[some]],
            "least": least[some],
            "penalty": np.inf,
            "currency": "",
            "source": "",
            "file": "",
            "row": 0,
        }
    )
    limits = floors[list(no_limits().columns)] if len(floors) else no_limits()
    settings = case.settings.model_copy(update={"objective": "shortfall"})
    return replace(case, settings=settings, limits=limits)


def _area_km2(case: Case, space: Space) -> Array:
    return sum_by(space.cells["area"], space.cells["area_km2"], len(case.areas))


def rungs_of_all(case: Case, space: Space, plan: Solution, covered_km2: Array) -> list[Rung]:
    """The rungs of all programmes together, from the best choice to unlimited hours."""
    everywhere = _space_with(space, np.ones(len(space.effort), dtype=bool))
    pool = pooled(case)
    programmes = tuple(case.programmes["programme_id"])
    money = {"budget": ("programme_id", programmes)}
    ways = {
        "choice": _Way(case, space, {}),
        "earmarks": _Way(pool, space, {}),
        "money": _Way(pool, space, money),
        "access": _Way(pool, everywhere, money),
    }
    rungs = _climb(ways, case, space, plan, covered_km2)
    rungs.append(_unlimited_hours(case, space, rungs[-1] if rungs else None))
    return rungs


def rungs_of_programme(case: Case, space: Space, programme_id: str, choice: Rung) -> list[Rung]:
    """The rungs of one programme above the best choice, which is that of all."""
    fleet = fleet_table(case)
    number = int(np.flatnonzero(case.programmes["programme_id"] == programme_id)[0])
    eligible = eligibility_table(case, fleet)
    own = eligible[eligible["programme"] == number]
    assets = fleet["asset_id"].to_numpy()[np.unique(own["asset"])]
    effort = space.effort
    may = np.zeros((len(fleet), len(case.areas)), dtype=bool)
    may[own["asset"], own["area"]] = True
    opened = effort["access"].to_numpy() | may[effort["asset"].to_numpy(), effort["area"].to_numpy()]
    money = {"budget": ("programme_id", (programme_id,))}
    bases = case.assets.loc[case.assets["asset_id"].isin(assets), "bases"]
    hours = {
        "hours": ("asset_id", tuple(assets)),
        "places": ("base_id", tuple({base for some in bases for base in some})),
    }
    ways = {
        "own_money": _Way(case, space, money),
        "own_hours": _Way(case, space, {**money, **hours}),
        "own_access": _Way(case, _space_with(space, opened), {**money, **hours}),
    }
    if choice.solution is None:
        raise ValueError("the rung of choice has no solution")
    target = numbers(case.areas["target_coverage"]) * _area_km2(case, space)
    return _climb(ways, case, space, choice.solution, target - choice.shortfall_km2)


def _climb(
    ways: Mapping[str, _Way], case: Case, space: Space, plan: Solution, covered_km2: Array
) -> list[Rung]:
    target = numbers(case.areas["target_coverage"]) * _area_km2(case, space)
    rungs: list[Rung] = []
    covered, last = covered_km2, plan
    for name, way in ways.items():
        rung = _solved(name, way, case, target, covered, last)
        rungs.append(rung)
        covered = target - rung.shortfall_km2
        last = rung.solution or last
    return rungs


def _solved(name: str, way: _Way, case: Case, target: Array, covered: Array, last: Solution) -> Rung:
    """The plan of a rung, unless known prices prove that it can be no better than the one before."""
    before = np.maximum(0.0, target - covered)
    weight = numbers(case.areas["risk_weight"])
    value = float(weight @ before)
    problem = way.problem(covered)
    settings = case.settings.solver
    start = None
    solution = optimise(
        problem,
        max(TOLERANCE, settings.gap_tolerance),
        solver=settings.name,
        time_limit_s=settings.time_limit_s,
        max_rounds=settings.max_rounds,
        start=start,
    )
    area = way.space.cells["area"].to_numpy()
    now = target - sum_by(area, problem.km2 * pod(solution.factor), len(target))
    shortfall = np.minimum(before, np.maximum(0.0, now))
    proof = replace(solution.certificate, value=min(value, float(weight @ shortfall)))
    return Rung(name, shortfall, proof, solution.status, solution)


def _expected_prices(problem: Problem, last: Solution) -> Prices:
    """Prices of the plan before for a rung, with what its coverage says of goals that are new.

    A node that has the coverage factor C at the price pi is worth pi exp(C), to its goals together.
    """
    prices = last.start.prices.for_problem(problem)
    node = np.where(np.isfinite(prices.node), prices.node, 0.0)
    served = (last.factor > SERVED) & (node > 0.0)
    worth = np.where(served, node * np.exp(np.minimum(last.factor, LARGEST_FACTOR)), 0.0)
    goal = np.zeros(len(problem.goals))
    known = np.asarray(problem.cover @ served.astype(float))
    total = np.asarray((problem.cover > 0.0) @ worth)
    each = np.divide(total, known, out=np.zeros(len(goal)), where=known > 0.0)  # [objective per km²]
    own = problem.goals["at_stake"].to_numpy(dtype=bool)
    of_area = pd.Series(np.where(own, problem.penalty, 0.0)).groupby(problem.goals["area_id"].to_numpy())
    weight = of_area.transform("max").to_numpy()
    goal = np.where(own, np.minimum(problem.penalty, each), np.maximum(0.0, each - weight))
    return replace(prices, goal=goal)


def pooled(case: Case) -> Case:
    """The case in which every programme may fund everything everywhere: one pool of money."""
    programmes = case.programmes
    n = len(programmes)
    everything = {
        "asset_kinds": ("vessel", "aircraft", "uncrewed_aircraft", "fixed", "satellite"),
        "assets": tuple(fleet_table(case)["asset_id"]),
        "areas": tuple(case.areas["area_id"]),
        "services": ("civil", "police", "military"),
    }
    columns = {name: pd.Series([value] * n, index=programmes.index, dtype=object) for name, value in everything.items()}
    return replace(case, programmes=programmes.assign(**columns))


def _space_with(space: Space, access: Booleans) -> Space:
    effort = space.effort.assign(access=access)
    return replace(space, table=Stage((), effort))


def _unlimited_hours(case: Case, space: Space, before: Rung | None) -> Rung:
    """Shortfall = max(0, target - water that is reached), in every area: what endless effort tends to."""
    reached = np.zeros(len(space.cells), dtype=bool)
    reached[space.effort["cell"].to_numpy()] = True
    km2 = sum_by(space.cells["area"], numbers(space.cells["area_km2"]) * reached, len(case.areas))
    target = numbers(case.areas["target_coverage"]) * _area_km2(case, space)
    shortfall = np.maximum(0.0, target - km2)
    if before is not None:
        shortfall = np.minimum(shortfall, before.shortfall_km2)
    value = float(numbers(case.areas["risk_weight"]) @ shortfall)
    proof = Certificate(value, value, float(numbers(case.areas["risk_weight"]) @ target), 0, 0.0)
    return Rung("hours", shortfall, proof, Status.OPTIMAL)
