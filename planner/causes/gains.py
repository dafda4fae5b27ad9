"""What a million more for each programme would gain: a plan of its own for each, never a shadow price.

And how far a shadow price holds, as of the next dollar or the next hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.case import Case
from planner.causes.checked import checked_plan
from planner.causes.frontier import Point, explored
from planner.causes.lifted import Situation
from planner.causes.payments import repaid
from planner.core.certificate import best_bound
from planner.core.first_unit import with_first_units
from planner.core.prices import completed
from planner.core.problem import Problem
from planner.errors import NoPlanError
from planner.features.resources import HOURS, RESOURCE_KINDS
from planner.solve.recheck import findings
from planner.solve.solution import Solution
from planner.solve.solver import Status
from planner.solve.warm_start import WarmStart

GAP, TIGHTER = 1e-6, 0.1
"""Optimality gap of the plans whose difference is a gain, and the part of it to which the base is solved: a
million is worth some 1e-4 of what is missed, and plans to 1e-6 tell that to a per cent."""
SOME = 0.25
"""So much more of the scarcest hours is planned first, as a part of what there is: of twice as much far more
would change."""


@dataclass(frozen=True, eq=False)
class Base:
    """The plan that gains are measured from; can be pickled.

    Attributes:
        world: the case.
        problem: its problem.
        solution: its plan, solved to ``GAP`` x ``TIGHTER``.
    """

    world: Situation
    problem: Problem
    solution: Solution


@dataclass(frozen=True)
class Limit:
    """A limit of which there may be more.

    Attributes:
        kind: of its resource, as in ``RESOURCE_KINDS``.
        id: the programme or asset.
        more: as much more is planned first [money or h].
    """

    kind: str
    id: str
    more: float


def base_of(world: Situation, problem: Problem, start: WarmStart | None) -> Base:
    """The case's plan, solved finely enough.

    Raises:
        NoPlanError: there is none.
    """
    return Base(world, problem, _solved(world.case, problem, GAP * TIGHTER, start))


def of_one_price(base: Base, limits: Sequence[Limit]) -> list[list[Limit]]:
    """Limits by their shadow prices: those of one price may well gain the same by the same missions."""
    price = base.solution.prices.resource
    at = [_with_more(base.problem, limit, limit.more)[1] for limit in limits]
    keys = [
        float(f"{price[one]:.6g}") or (limit.kind, limit.id) for one, limit in zip(at, limits, strict=True)
    ]
    return [[limits[n] for n, one in enumerate(keys) if one == key] for key in dict.fromkeys(keys)]


def gains_and_ranges(base: Base, limits: Sequence[Limit]) -> list[dict[str, object]]:
    """``gain_and_range`` of limits of one shadow price."""
    found: list[tuple[dict[str, object], Solution | None]] = []
    for limit in limits:
        found.append(gain_and_range(base, limit, found[0][1] if found else None))
    return [row for row, _ in found]


def scarcest_asset(base: Base) -> Limit | None:
    """The hours of the asset whose next hour gains most, ``SOME`` more of them; none where none gains."""
    resources, price = base.problem.resources, base.solution.prices.resource
    own = np.flatnonzero((resources["kind"] == HOURS) & (price > 0.0) & (base.problem.capacity > 0.0))
    if not len(own):
        return None
    row = own[np.argmax(price[own])]
    name = str(resources["asset_id"].iloc[row])
    return Limit(HOURS, name, SOME * float(base.problem.capacity[row]))


def gain_and_range(
    base: Base, limit: Limit, other: Solution | None = None
) -> tuple[dict[str, object], Solution | None]:
    """What more of a limit gains, and how far its shadow price holds; not for fair plans.

    Args:
        base: the plan to measure from.
        limit: of what there is more.
        other: the plan with more of another limit, which may be as good here.

    Returns:
        ``kind`` and ``id`` of the limit, the figures of a row of the table ``gains``, and ``holds_least`` and
        ``holds_most`` of one of ``prices``: NaN where the price is 0, or where its end is not known. And the
        plan with more of it; none where it was not made.
    """
    before = base.solution.certificate
    row: dict[str, object] = {"kind": limit.kind, "id": limit.id, "holds_least": np.nan, "holds_most": np.nan}
    problem, at = _with_more(base.problem, limit, limit.more)
    prices = base.solution.start.prices.for_problem(problem)
    bound = best_bound(problem, prices, before.value, GAP)[0]
    if before.value - bound <= GAP * before.scale:  # no plan gains more than the gap
        most = max(0.0, before.value - bound)
        return row | _figures(0.0, 0.0, most, 0.0, 0.0, str(Status.OPTIMAL)), None

    def richer(problem: Problem) -> Solution:
        return _solved(base.world.case, problem, GAP, replace(base.solution.start, near=True))

    try:
        found = (None if other is None else _as_good(problem, other)) or richer(problem)
    except NoPlanError as error:
        return row | _figures(0.0, 0.0, before.value, 0.0, 0.0, str(error.status)), None
    after = found.certificate
    changes = [
        float((one(found.covered) - one(base.solution.covered)).sum())
        for one in (base.world.covered_km2, base.world.shortfall_km2)
    ]
    gain = max(0.0, before.value - after.value)
    least, most = max(0.0, before.bound - after.value), max(0.0, before.value - after.bound)
    figures = _figures(gain, least, most, changes[0], -changes[1], str(found.status))
    price = float(with_first_units(base.problem, base.solution.prices).resource[at])
    if price <= 0.0:
        return row | figures, found

    def plan(more: float) -> Point | None:
        try:
            found = richer(_with_more(base.problem, limit, more)[0])
        except NoPlanError:
            return None
        return _point(found, more, at)

    points = [Point(0.0, before.value, before.bound, price), _point(found, limit.more, at)]
    least, most = explored(points, plan)
    holds = {"holds_least": least, "holds_most": most if np.isfinite(most) else np.nan}
    return row | figures | holds, found


def _as_good(problem: Problem, other: Solution) -> Solution | None:
    """The missions of another plan where they can be paid for here, too, and are proven to be as good."""
    value, prices = other.certificate.value, other.start.prices.for_problem(problem)
    proof = replace(other.certificate, bound=min(value, best_bound(problem, prices, value, GAP)[0]))
    x = repaid(problem, other.x) if proof.proven else None
    if x is None:
        return None
    found = replace(other, x=x, certificate=proof, prices=completed(problem, prices))
    return None if any(findings(problem, found)) else found


def _with_more(problem: Problem, limit: Limit, more: float) -> tuple[Problem, int]:
    """The problem with more of a limit, and the position of its resource."""
    at = int(problem.find(limit.kind, **{RESOURCE_KINDS[limit.kind].owner: limit.id})[0])
    capacity = problem.capacity.copy()
    capacity[at] += more
    return problem.with_capacity(capacity), at


def _point(found: Solution, more: float, at: int) -> Point:
    proof = found.certificate
    return Point(more, proof.value, proof.bound, float(found.prices.resource[at]))


def _figures(*values: object) -> dict[str, object]:
    names = ("gain_of_next_million_km2", "least_km2", "most_km2", "more_covered_km2", "less_shortfall_km2")
    return dict(zip((*names, "status"), values, strict=True))


def _solved(case: Case, problem: Problem, gap: float, start: WarmStart | None) -> Solution:
    """The plan to a gap, or to the case's own where that is finer."""
    return checked_plan(case, problem, min(gap, case.settings.solver.gap_tolerance), start)
