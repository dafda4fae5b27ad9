"""Shares of a mission gathered: an asset that would sail to an area less than once sails once or never.

A plan is a yearly average, and the best one may send an asset to an area 0.008 times a year. Such shares are
raised to one mission or dropped, and what hours and money that takes or frees comes from, or goes to, the
asset's missions from the same base to another area. Close to the optimum this costs next to nothing: what
the next hour earns is the same everywhere. It is done as long as it costs but a part of the tolerance and
the plan stays within the tolerance of the bound, which is that of the problem and does not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.core.certificate import coverage_factors, coverage_of, true_value
from planner.core.problem import Array, Integers, Problem
from planner.solve.solution import Solution

WHOLE = 1.0
"""Missions below which they are gathered."""
ALLOWED = 0.25
"""Part of the tolerance that whole missions may cost at most, all together."""
MOST_PARTNERS = 5
"""Groups, the largest first, that are tried to give or take what a share needs or leaves."""
HALF = 0.5
TRACE = 1e-9
"""What rounding may make of a capacity, as a part of it."""


@dataclass(frozen=True, eq=False)
class _Plan:
    """A plan on the way.

    Attributes:
        x: units of each activity, shape (activities,).
        factor: coverage factor of each node, shape (nodes,).
        used: use of each resource, shape (resources,).
        value: its objective.
    """

    x: Array
    factor: Array
    used: Array
    value: float


@dataclass(frozen=True, eq=False)
class _Group:
    """Missions of an asset from a base to an area, with what pays for them.

    Attributes:
        at: positions of missions and payments, shape (entries,).
        x: how much of each, shape (entries,).
        missions: sum of the missions.
    """

    at: Integers
    x: Array
    missions: float


def gathered(problem: Problem, solution: Solution, counted: npt.NDArray[np.bool_]) -> Solution:
    """The solution with as few shares of a mission as its tolerance allows.

    Args:
        problem: what was solved.
        solution: its solution; one that is not proven, is fair, or keeps goals for money stays as it is.
        counted: activities that are counted in missions, shape (activities,); those of one node are gathered.
    """
    proof, x = solution.certificate, solution.x
    if solution.fairness or not proof.proven or problem.hard.any() or not problem.for_coverage.all():
        return solution
    plan = _Plan(x, solution.factor, np.asarray(problem.usage @ x), proof.value)
    most = proof.value + ALLOWED * proof.tolerance * proof.scale
    by_base = list(_by_base(problem, x, counted))
    shares = [(at, own) for own in by_base for at in own if x[at].sum() < WHOLE - TRACE]
    for at, own in sorted(shares, key=lambda one: float(x[one[0]].sum())):
        share = _group(problem, plan.x, at)
        if not TRACE < share.missions < WHOLE - TRACE:
            continue
        others = [_group(problem, plan.x, each) for each in own if each is not at]
        others = sorted((one for one in others if one.missions >= WHOLE), key=lambda one: -one.missions)
        new = _best(problem, plan, share, others[:MOST_PARTNERS])
        if new is not None and new.value <= most and replace(proof, value=new.value).proven:
            plan = new
    factor = coverage_factors(problem, plan.x)
    value, covered = true_value(problem, plan.x, factor), coverage_of(problem, plan.x, factor)
    proof = replace(proof, value=value)
    return replace(solution, x=plan.x, factor=factor, covered=covered, certificate=proof)


def _by_base(problem: Problem, x: Array, counted: npt.NDArray[np.bool_]) -> Iterator[list[Integers]]:
    """For each asset and base the positions of its missions to each area."""
    at, node, _ = problem.singles
    some = counted[at] & (x[at] > 0.0)
    at, node = at[some], node[some]
    ids = problem.activities.iloc[at][["asset_id", "base_id"]].assign(at=at)
    ids["area_id"] = problem.nodes["area_id"].to_numpy()[node]
    for _, rows in ids.groupby(["asset_id", "base_id"], sort=True, observed=True):
        yield [part["at"].to_numpy() for _, part in rows.groupby("area_id", sort=True, observed=True)]


def _group(problem: Problem, x: Array, at: Integers) -> _Group:
    """Missions with their share of the payments into the account that they draw from."""
    account, amount = problem.exact_of
    missions, own = float(x[at].sum()), account[at[0]]
    if own < 0:
        return _Group(at, x[at], missions)
    into = np.flatnonzero((account == own) & (amount < 0.0) & (x > 0.0))
    given = float(-(amount[into] * x[into]).sum())
    share = float((amount[at] * x[at]).sum()) / given if given > 0.0 else 0.0
    return _Group(np.append(at, into), np.append(x[at], share * x[into]), missions)


def _best(problem: Problem, plan: _Plan, share: _Group, partners: Sequence[_Group]) -> _Plan | None:
    """The best plan with a share brought to a whole number, None where there is none."""
    for whole in (0.0, WHOLE) if share.missions < HALF else (WHOLE, 0.0):
        change = whole / share.missions - 1.0
        found = [_traded(problem, plan, share, change, one) for one in (None, *partners)]
        plans = [one for one in found if one is not None]
        if plans:
            return min(plans, key=lambda one: one.value)
    return None


def _traded(
    problem: Problem, plan: _Plan, share: _Group, change: float, partner: _Group | None
) -> _Plan | None:
    """A share changed by a part of it, and a partner by as much as the resources then allow."""
    new, at = plan.x.copy(), share.at
    new[at] += change * share.x
    free = problem.exact  # payments are as large as what they pay
    room = np.where(free, 0.0, problem.capacity - plan.used - change * (problem.usage[:, at] @ share.x))
    if partner is not None:
        use = np.where(free, 0.0, problem.usage[:, partner.at] @ partner.x)
        most = float((room[use > 0.0] / use[use > 0.0]).min(initial=np.inf))
        if not WHOLE / partner.missions - 1.0 <= most < np.inf:  # it stays a mission, too
            return None
        new[partner.at] += most * partner.x
        room, at = room - most * use, np.union1d(at, partner.at)
    new[at] = np.maximum(new[at], 0.0)  # but for rounding they are
    trace = TRACE * np.where(np.isfinite(problem.capacity), np.abs(problem.capacity), 0.0)
    if (room < -trace).any() or (new[at] > problem.activities["upper"].to_numpy()[at]).any():
        return None
    factor = plan.factor + problem.effect[:, at] @ (new - plan.x)[at]
    used = plan.used + problem.usage[:, at] @ (new - plan.x)[at]
    return _Plan(new, factor, used, true_value(problem, new, factor))
