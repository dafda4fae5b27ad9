"""What to order in which year, with whose money, under which futures: the whole way on a page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.capacity.alternatives import NO_ALTERNATIVES, changed_orders, near_optimal, nearest
from planner.capacity.audit import audit_capital
from planner.capacity.kept import contents, planner_of
from planner.capacity.left_out import left_out
from planner.capacity.masters import bounds_of, held, without_orders
from planner.capacity.model import CapitalProgram
from planner.capacity.program import capital_program
from planner.capacity.results import InvestResults
from planner.capacity.tables import Reader
from planner.capacity.values import worths
from planner.case import Case
from planner.case.capital import ASSET, BASE, SENSOR, CapitalCase
from planner.core.certificate import Certificate
from planner.core.problem import Array
from planner.errors import NoPlanError
from planner.features.fleet import fleet_table
from planner.frames import numbers, records
from planner.jobs import Jobs
from planner.jobs.digest import digest
from planner.pipeline import Prepared, prepare, report, solve
from planner.results.audit import audit
from planner.results.results import Results
from planner.solve.decomposition import Block, Decomposition, Incumbent, Template
from planner.solve.solver import Status

Progress = Callable[[str], None]
VALUES_SHARE = 0.7
"""Of the time for what things are worth and for near-optimal plans, the part that the first may take."""
HOURS, MONEY, PLACES = ("hours", "period_hours"), ("budget",), ("places", "period_places")
"""The kinds of resources that are so much a unit of the fleet, of money, of a base's capacity."""


def largest(case: CapitalCase) -> Array:
    """The most of every lever that any year of any future may have, shape (levers,)."""
    most = np.max([future.units.max(axis=1) for future in case.futures], axis=0)
    money = np.max([future.running.max(axis=1) for future in case.futures], axis=0)
    names = list(fleet_table(case.futures[0].case)["asset_id"])
    bases = list(case.case.bases["base_id"])
    places = np.max([numbers(future.case.bases["capacity_hours"]) for future in case.futures], axis=0)
    for one in records(case.candidates):
        if one.adds in (ASSET, SENSOR):
            most[names.index(one.target_id)] += min(one.most_units, one.most_each)
        elif one.adds == BASE and one.capacity_hours > 0.0:
            places[bases.index(one.target_id)] += min(one.most_units, one.most_each) * one.capacity_hours
    return np.concatenate([most, money, places])


def with_levers(case: Case, levers: Array) -> Case:
    """A case with other units of its fleet, budgets, and capacities of bases, in that order."""
    n_assets, n_sensors = len(case.assets), len(case.sensors)
    n_programmes = len(case.programmes)
    units, money, places = np.split(levers, np.cumsum([n_assets + n_sensors, n_programmes]))
    unlimited = np.isinf(numbers(case.bases["capacity_hours"]))
    sensors = case.sensors.assign(units=units[n_assets:]) if n_sensors else case.sensors
    return replace(
        case,
        assets=case.assets.assign(units=units[:n_assets]),
        sensors=sensors,
        programmes=case.programmes.assign(budget=money),
        bases=case.bases.assign(capacity_hours=np.where(unlimited, np.inf, places)),
    )


def template_of(prepared: Prepared, levers: Array, name: str) -> Template:
    """The template of a future's plan, prepared with the largest levers; ``name``: its contents'."""
    case, problem = prepared.case, prepared.problem
    fleet = {name: number for number, name in enumerate(fleet_table(case)["asset_id"])}
    payers = {name: len(fleet) + n for n, name in enumerate(case.programmes["programme_id"])}
    bases = {name: len(fleet) + len(payers) + n for n, name in enumerate(case.bases["base_id"])}
    lever = np.full(len(problem.resources), -1, dtype=np.int64)
    kinds = problem.resources["kind"].to_numpy(dtype=object)
    for some, column, position in (
        (HOURS, "asset_id", fleet),
        (MONEY, "programme_id", payers),
        (PLACES, "base_id", bases),
    ):
        at = np.isin(kinds, some)
        lever[at] = problem.resources[column].astype(object)[at].map(position).to_numpy(dtype=np.int64)
    at = np.where(lever >= 0, levers[lever], 0.0)
    lever[~np.isfinite(problem.capacity) | (at <= 0.0)] = -1
    per_unit = np.divide(problem.capacity, at, out=np.zeros(len(lever)), where=lever >= 0)
    return Template(problem, lever, per_unit, digest((name, lever, per_unit)))


@dataclass(frozen=True, eq=False)
class Worked:
    """What a plan was made with, for plans of cases whose futures are the same but for money and orders.

    Attributes:
        futures: the cases of its futures.
        levers: the largest levers, shape (levers,).
        templates: plans that years and futures have in common.
        template_of: the template of each future.
        prepared: each future's case at its largest.
        search: the search, with its cuts and plans.
    """

    futures: tuple[Case, ...]
    levers: Array
    templates: list[Template]
    template_of: tuple[int, ...]
    prepared: list[Prepared]
    search: Decomposition | None = None

    def fits(self, case: CapitalCase) -> bool:
        """Whether the plans of a case are among those that these templates stand for."""
        alike = len(self.futures) == len(case.futures) and all(
            one is each.case for one, each in zip(self.futures, case.futures, strict=True)
        )
        return alike and bool((largest(case) <= self.levers).all())


def worked(case: CapitalCase, levers: Array, progress: Progress) -> Worked:
    """The templates of a case: cells, effort and problem of each future at its largest."""
    templates: dict[str, Template] = {}
    number: list[int] = []
    prepared: list[Prepared] = []
    for future in case.futures:
        progress(f"cells and effort of the future {future.name}")
        made = prepare(with_levers(future.case, levers), [one.space for one in prepared])
        name = contents(made.problem)
        if name not in templates:
            templates[name] = template_of(made, levers, name)
        number.append(list(templates).index(name))
        prepared.append(made)
    cases = tuple(one.case for one in case.futures)
    return Worked(cases, levers, list(templates.values()), tuple(number), prepared)


def invest(
    case: CapitalCase,
    gap: float = 0.005,
    time_limit_s: float = 1800.0,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
    values: bool = True,
    alternatives: bool = True,
    orders: pd.DataFrame | None = None,
    near: pd.DataFrame | None = None,
    last_results: bool = True,
    like: InvestResults | None = None,
) -> InvestResults:
    """Plan what to order in which year, with whose money, under the futures of a case.

    Args:
        case: the case, from ``read_capital_case``.
        gap: relative gap between plan and bound at which to stop [-].
        time_limit_s: time for the search, and as much again for what things are worth and for alternatives.
        jobs: how plans of years and futures are made side by side, and the store in which each is kept; one
            after the other, and nothing kept, if not given.
        progress: told of every step in a sentence.
        values: whether to plan again without each option that is ordered, and with more crews and berths.
        alternatives: whether to look for near-optimal plans that differ most.
        orders: orders that are held, as ``InvestResults.orders`` (candidate_id, year, future, units); nothing
            else is ordered then.
        near: orders of an earlier plan: of all plans within the gap, the one that changes the fewest of them.
        last_results: whether to make and audit the full results of the last year of each future.
        like: the plan of a case like this one, whose cells, cuts and plans are taken over where they hold.

    Returns:
        The results as frames; ``status`` is OPTIMAL only where the certificate is within ``gap``.

    Raises:
        NoPlanError: no decisions are possible, or none was found in the time.
        AuditError: the plan does not pass its audit.
    """
    started = time.monotonic()
    seconds: dict[str, float] = {}
    base = like.worked if like is not None and like.worked is not None else None
    if base is None or not base.fits(case):
        base = worked(case, largest(case), progress)
    prepared = base.prepared
    made, master, blocks = capital_program(case, base.templates, base.template_of, gap)
    free = master
    if orders is not None:
        master = held(master, made, orders)
    seconds["prepare"] = time.monotonic() - started
    deadline = time.monotonic() + time_limit_s
    how = planner_of(jobs), jobs is not None and (jobs.workers > 1 or jobs.scheduler is not None)
    search = Decomposition(master, base.templates, blocks, gap, deadline, progress, *how)
    if base.search is not None:
        search.take_over(base.search)
    bare = None
    if orders is None and case.years.objective != "cost":
        progress("the plan without orders")
        bare = search.best = without_orders(search, made, free)
    try:
        status = search.run()
    except NoPlanError as error:
        said = impossible(case) if error.status == Status.INFEASIBLE else str(error)
        raise NoPlanError(error.status, said) from error
    best = search.best
    if best is None:
        raise NoPlanError(
            status, "no plan was found in the time; raise the time limit or the spacing of cells"
        )
    if near is not None:
        progress("the plan nearest to the earlier one")
        best = search.best = nearest(search, made, best, search.bound, near)
    seconds["search"] = time.monotonic() - started - seconds["prepare"]
    until = search.deadline = time.monotonic() + time_limit_s
    if bare is None:
        progress("the plan without orders")
        bare = without_orders(search, made, free)
    reader = Reader(made, blocks, [one.problem for one in prepared], best)
    proof = Certificate(best.value, search.bound, abs(best.value), search.passes, gap)
    ordered, capital = reader.orders(), reader.capital()
    asked = (VALUES_SHARE if alternatives else 1.0) * time_limit_s if values and orders is None else 0.0
    worth, scarce = worths(search, made, ordered, proof, asked, progress)
    rest = until - time.monotonic()
    others = near_optimal(search, made, rest, progress) if alternatives else NO_ALTERNATIVES
    areas = reader.areas(bare)
    years = reader.years(areas, bare)
    plans = last_plans(made, blocks, best, prepared, progress) if last_results else {}
    results = InvestResults(
        capital_case=case,
        status=status,
        certificate=proof,
        nothing=Certificate(*bounds_of(search, bare), abs(bare.value), 1, gap),
        orders=ordered,
        capital=capital,
        capital_budgets=reader.capital_budgets(capital),
        running=reader.running(),
        stock=reader.stock(),
        coverage_by_year=years,
        area_by_year=areas,
        futures=reader.futures(years),
        alternatives=others.plans,
        standing=others.standing,
        alternatives_ended=others.ended,
        option_values=worth,
        scarce=scarce,
        left_out=left_out(search, made, best, ordered),
        plans=plans,
        changes=pd.DataFrame() if near is None else changed_orders(near, ordered),
        seconds=seconds | {"all": time.monotonic() - started},
        counts={
            "years": len(case.years.years),
            "futures": len(case.futures),
            "candidates": len(case.candidates),
            "decisions": len(master.lp.cost),
            "whole_numbers": int(master.integer.sum()),
            "templates": len(base.templates),
            "passes": search.passes,
            "plans": search.solved,
            "cuts": len(search.rows),
        },
        worked=replace(base, search=search),
    )
    audit_capital(results)
    return results


def last_plans(
    made: CapitalProgram, blocks: list[Block], best: Incumbent, prepared: list[Prepared], progress: Progress
) -> dict[tuple[int, str], Results]:
    """The full results of the last year of each future, made and audited as those of any case."""
    case, found = made.case, {}
    for block in blocks:
        year, name = block.key
        if year != case.years.last:
            continue
        progress(f"results of {year}, {name}")
        number = next(n for n, one in enumerate(case.futures) if one.name == name)
        one = with_levers(case.futures[number].case, block.levers(best.decisions))
        ready = prepare(one, [prepared[number].space])
        results = report(ready, solve(ready))
        audit(one, results)
        found[block.key] = results
    return found


def impossible(case: CapitalCase) -> str:
    """Why there is no plan, in the planner's words."""
    if case.years.objective == "cost":
        wanted = ", ".join(f"{share:.0%} by {year}" for year, share in case.years.wanted)
        return (
            f"the coverage that is wanted ({wanted} of all targets) cannot be reached with all options and "
            "all money in every future: lower [years] wanted, or add options, capital or running money"
        )
    return (
        "no orders keep to capital, running money, crews and berths in every future: look for existing units "
        "that need more than there is"
    )
