"""What can be planned with but is probably not meant: above all rows that can have no effect."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from planner.case.files import CASE_FILE, CHANGES
from planner.case.known import EVERY, Known, Mandate, Use
from planner.case.periods import days_of
from planner.case.place import Place
from planner.case.rows import Row
from planner.case.rules import names
from planner.errors import Problem
from planner.schema.settings import DAYS, SHORTEST_YEAR_DAYS
from planner.schema.tables import COVERAGE, SHARE, SPENDING
from planner.schema.wording import listed
from planner.units import days_to_hours

DECIDING = ("units", "hours_per_unit", "operator", "kind", "service")
"""What decides whether an asset can work: a change of one of these has put it there."""
SAME = ("period", "kinds", "assets", "bases", "areas", "share", "hours_per_unit")
"""The columns of availability.csv in which a row that is there twice is the same."""
EXAMPLE_TITLE, EXAMPLE_SOURCE = "Example: two zones, two donors", "example of planner new"
EXAMPLE_AREAS = {"west", "east"}
"""What `planner new` calls its case, cites, and has as areas."""
COSTS = ("cost_per_hour", "cost_per_mission", "cost_per_scene")


def remarks(known: Known, sound: AbstractSet[str]) -> list[Problem]:
    """The warnings on the tables that have no problems (``sound``)."""
    return [problem for check, tables in _CHECKS if sound >= set(tables.split()) for problem in check(known)]


def unintended(found: Iterable[Problem], before: Container[Problem]) -> Iterator[Problem]:
    """The warnings on a changed case, without assets that the change has taken the money or access of.

    Args:
        found: The warnings on the changed case.
        before: Those on the case before.
    """
    for problem in found:
        if problem.code != "idle_asset" or problem in before or problem.file in (CASE_FILE, CHANGES):
            yield problem


def _idle_operators(known: Known) -> Iterator[Problem]:
    """Rows of access.csv that nobody needs."""
    given: dict[tuple[str, Use], set[str]] = {}
    for row in known.rows("access"):
        operator, uses = row["operator"], known.uses_of(row)
        if operator not in known.uses:
            yield row.problem("operator", "idle_operator", right=sorted(known.uses), word=operator)
            continue
        if not uses:
            column = "kinds" if row["kinds"] != EVERY else "tasks"
            yield row.problem(column, "idle_access.use", operator=operator)
            continue
        own = known.own.get(operator, set())
        if all(known.areas(row) <= given.get((operator, use), set()) | own for use in uses):
            yield row.problem("areas", "idle_access", row["areas"], operator=operator)
        for use in uses:
            given.setdefault((operator, use), set()).update(known.areas(row))


def _closed_areas(known: Known) -> Iterator[Problem]:
    open_areas: set[str] = set().union(*(known.working(row) for row in known.watchers))
    for row in known.rows("areas"):
        if row["area_id"] not in open_areas:
            yield row.problem("area_id", "closed_area", operator=row["coastal_state"].lower())


def _idle_programmes(known: Known) -> Iterator[Problem]:
    for mandate in known.mandates:
        fundable = [row for row in known.watchers if mandate.funds(row)]
        operators = sorted({row["operator"] for row in fundable})
        if all(known.working(row).isdisjoint(mandate.areas) for row in fundable):
            key = "idle_programme.access" if operators else "idle_programme"
            yield mandate.row.problem("programme_id", key, operators=listed(operators))
        elif not any(row[cost] for row in fundable for cost in COSTS):
            yield mandate.row.problem("programme_id", "idle_programme.free")


def _idle_watchers(known: Known) -> Iterator[Problem]:
    """Assets and sensors that have no hours, that may work nowhere, or that nobody may pay for."""
    for row in known.watchers:
        own = "asset_id" if row["asset_id"] else "sensor_id"
        column = next((name for name in DECIDING if name in row.changed), own)
        areas = known.working(row)
        payers = [mandate for mandate in known.mandates if mandate.funds(row)]
        there = [payer for payer in payers if not areas.isdisjoint(payer.areas)]
        if row["plans"]:
            continue
        if not row["units"] or not row["hours_per_unit"]:
            yield row.problem(column, "idle_asset.hours")
        elif not areas:
            yield row.problem(column, "idle_asset.access", operator=row["operator"])
        elif not any(row[cost] for cost in COSTS):
            continue
        elif not payers:
            yield row.problem(column, "idle_asset")
        elif not there:
            yield row.problem(column, "idle_asset.mandate", payers=_ids(payers), operator=row["operator"])
        elif not any(payer.row["budget"] for payer in there):
            yield row.problem(column, "idle_asset.money", payers=_ids(there))


def _ids(mandates: Sequence[Mandate]) -> str:
    return listed([mandate.row["programme_id"] for mandate in mandates])


def _idle_bases(known: Known) -> Iterator[Problem]:
    assets = known.rows("assets")
    everywhere = {row["kind"] for row in assets if row["bases"] == EVERY}
    used = {base for row in assets for base in row["bases"]}
    for row in known.rows("bases"):
        if row["base_id"] not in used and not everywhere.intersection(row["kinds"]):
            yield row.problem("base_id", "idle_base")


def _idle_availability(known: Known) -> Iterator[Problem]:
    """Rows of availability.csv that take nothing away, that speak of nobody, or that are there twice."""
    seen: dict[tuple[object, ...], Row] = {}
    days = {row["period_id"]: len(days_of(row)) for row in known.rows("periods")}
    for row in known.rows("availability"):
        share, hours, most = row["share"], row["hours_per_unit"], days_to_hours(days[row["period"]])
        meant = [one for one in known.watchers if _is_meant(row, one)]
        earlier = seen.setdefault(tuple(row.values.get(name) for name in SAME), row)
        if not row["bases"] and not meant:
            yield row.problem("assets" if row["assets"] else "kinds", "idle_row.nobody")
        elif (row["areas"] and share == 1.0) or (hours is not None and hours >= most):
            column = "share" if hours is None else "hours_per_unit"
            yield row.problem(column, "idle_row.availability")
        elif earlier is not row:
            yield row.problem("period", "row_twice", row=earlier.number)


def _is_meant(row: Row, watcher: Row) -> bool:
    """Whether a row of availability.csv speaks of an asset or sensor."""
    own = watcher["asset_id"] or watcher["sensor_id"]
    return all(
        not row[name] or names(row[name], one) for name, one in (("kinds", watcher["kind"]), ("assets", own))
    )


def _no_risk(known: Known) -> Iterator[Problem]:
    areas = known.rows("areas")
    if areas and not known.has_risk_map and all(row["risk_weight"] == 0 for row in areas):
        yield Place(known.state.tables["areas"].file, 0, "risk_weight").problem("no_risk")


def _of_the_example(known: Known) -> Iterator[Problem]:
    """Title and sources that are left of the example, in a case that has none of its areas."""
    if known.settings is None or known.everywhere & EXAMPLE_AREAS:
        return
    if known.settings.title == EXAMPLE_TITLE:
        yield Place(CASE_FILE, 0, "title").problem("left_of_example", EXAMPLE_TITLE)
    for row in known.rows("sources"):
        if row["source"] == EXAMPLE_SOURCE:
            yield row.problem("source", "left_of_example")
            return


def _short_horizon(known: Known) -> Iterator[Problem]:
    settings = known.settings
    if settings is not None and settings.horizon_days < SHORTEST_YEAR_DAYS:
        place = known.state.changed.get("horizon_days") or Place(CASE_FILE, 0, "horizon_days")
        key = "short_horizon" if settings.scale_to_horizon else "short_horizon.whole"
        yield place.problem(key, settings.horizon_days, share=settings.horizon_days / DAYS)


def _vain_limits(known: Known) -> Iterator[Problem]:
    """Limits on money outside a programme's mandate or above its budget; limits that ask for nothing."""
    programmes = {row["programme_id"]: row for row in known.rows("programmes")}
    for row in known.rows("limits"):
        name, programme = row["programme"], programmes.get(row["programme"])
        if row["kind"] == SHARE and programme is not None:
            outside = tuple(sorted(known.areas(row) - known.areas(programme)))
            if outside and row["areas"] != EVERY:
                yield row.problem("areas", "outside_mandate", outside, programme=name)
        if row["kind"] == SPENDING and programme is not None and known.settings is not None:
            currency, rates = row["currency"], known.settings.rates
            budget = programme["budget"] * rates[programme["currency"]] / rates[currency]
            if row["least"] > budget * (1.0 + 1e-9):
                yield row.problem("least", "above_budget", programme=name, budget=budget, currency=currency)
        if not row["least"] or row["penalty"] == 0:
            yield row.problem("least" if not row["least"] else "penalty", "idle_limit")
    yield from _weaker_limits(known)


def _weaker_limits(known: Known) -> Iterator[Problem]:
    """Least coverages that hard limits of the same areas ask for anyway."""
    rows = [row for row in known.rows("limits") if row["kind"] == COVERAGE and row["least"]]
    most: dict[str, tuple[float, int, str]] = {}
    for row in rows:
        for area in known.areas(row) if row["penalty"] is None else ():
            this = (row["least"], -row.number, row["limit_id"])
            most[area] = max(this, most.get(area, this))
    for row in rows:
        above = [most.get(area, (0.0, 0, "")) for area in sorted(known.areas(row))]
        if all(each > (row["least"], -row.number, row["limit_id"]) for each in above):
            yield row.problem("least", "idle_limit.weaker", limit=above[0][2], other=above[0][0])


_FUNDING = "assets sensors programmes areas access periods"
_CHECKS: tuple[tuple[Callable[[Known], Iterator[Problem]], str], ...] = (
    (_idle_operators, "assets sensors access areas periods"),
    (_closed_areas, "assets sensors access areas periods"),
    (_idle_programmes, _FUNDING),
    (_idle_watchers, _FUNDING),
    (_idle_bases, "assets bases"),
    (_vain_limits, "limits programmes areas"),
    (_no_risk, "areas"),
    (_idle_availability, "availability periods assets sensors"),
    (_of_the_example, "areas sources"),
    (_short_horizon, ""),
)
"""Each check, and the tables that it needs to be sound."""
