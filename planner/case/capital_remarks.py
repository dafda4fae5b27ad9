"""What can be planned with but is probably not meant in options, budgets and crews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.case.capital import BASE, CREW, Years
from planner.case.capital_funding import CAPITAL, Funding
from planner.case.capital_money import by_year
from planner.case.capital_options import Candidate
from planner.case.edits import State
from planner.case.remarks import COSTS
from planner.case.rows import Row
from planner.errors import Problem
from planner.schema.wording import listed

NEAREST = 3
"""Programmes that are named where nobody may pay."""


def offered(state: State, years: Years) -> tuple[list[Row], list[Problem]]:
    """The options that can be ordered and come into service, and a warning for each of the others."""
    found, warnings = list[Row](), list[Problem]()
    for row in state.tables["options"].rows:
        first, last = years_of(row, years)
        if not row["most_units"]:
            said = () if "most_units" in row.changed else (row.problem("most_units", "idle_option", None),)
            warnings += said
        elif first > last:
            column = (
                "first_year" if row["first_year"] and row["first_year"] > years.last_order else "last_year"
            )
            words = {"first": years.first, "last": years.last_order}
            warnings.append(row.problem(column, "idle_option.years", **words))
        elif first + row["lead_years"] > years.last:
            warnings.append(row.problem("lead_years", "idle_option.late", last=years.last))
        else:
            found.append(row)
    return found, warnings


def years_of(option: Row, years: Years) -> tuple[int, int]:
    """The first and the last year of orders of an option."""
    first, last = option["first_year"] or years.first, option["last_year"] or years.last_order
    return max(int(first), years.first), min(int(last), years.last_order)


def funded(
    candidates: Sequence[Candidate], funding: Funding
) -> tuple[list[Candidate], list[Problem], list[Problem]]:
    """The candidates that somebody may pay for; problems of options that nobody may, and warnings."""
    kept: list[Candidate] = []
    problems, warnings = list[Problem](), list[Problem]()
    for option in dict.fromkeys(one.option["option_id"] for one in candidates):
        own = [one for one in candidates if one.option["option_id"] == option]
        row = own[0].option
        bought = [one for one in own if not row["capital_cost"] or funding.payers(one)]
        run = [one for one in bought if not _costs(one, funding) or funding.runners(one)]
        if not bought:
            problems.append(row.problem("payers", "no_payer", nearest=_nearest(own, funding)))
        elif not run:
            warnings.append(row.problem("running_cost", "no_payer.running", payers=_ids(bought, funding)))
        elif len(run) < len(own) and row["recipients"] not in ((), ("*",)):
            lost = tuple(one.id for one in own if one not in run)
            warnings.append(row.problem("recipients", "no_payer.some", lost))
        kept += run
    return kept, problems, warnings


def required(candidates: list[Candidate]) -> tuple[list[Candidate], list[Problem]]:
    """The candidates whose option requires none that is never ordered; a warning for each of the others."""
    there = {one.option["option_id"] for one in candidates}
    rows = {one.option["option_id"]: one.option for one in candidates}
    lost = {key: row for key, row in rows.items() if not there.issuperset(row["requires"])}
    if not lost:
        return candidates, []
    warnings = [
        row.problem("requires", "idle_option.requires", tuple(sorted({*row["requires"]} - there)))
        for row in lost.values()
    ]
    kept, more = required([one for one in candidates if one.option["option_id"] not in lost])
    return kept, [*warnings, *more]


def _costs(one: Candidate, funding: Funding) -> bool:
    """Whether it costs anything to run."""
    watcher = funding.watcher(one)
    return bool(one.option["running_cost"]) or any(watcher is not None and watcher[cost] for cost in COSTS)


def _nearest(candidates: Sequence[Candidate], funding: Funding) -> str:
    """The programmes that lack least to pay the capital of an option, and what each lacks."""
    lacking = [
        (lacks, mandate.row["programme_id"])
        for mandate in funding.known.mandates
        for lacks in [min((funding.lacks(one, mandate) for one in candidates), key=len)]
    ]
    near = sorted(lacking, key=lambda each: len(each[0]))[:NEAREST]
    return "; ".join(f"{programme} {' and '.join(lacks)}" for lacks, programme in near)


def _ids(candidates: Sequence[Candidate], funding: Funding) -> str:
    """Who may pay the capital of some candidates."""
    found = {each.row["programme_id"] for one in candidates for each in funding.payers(one)}
    return listed(sorted(found))


def capital_remarks(
    state: State, years: Years, candidates: Sequence[Candidate], funding: Funding
) -> Iterator[Problem]:
    """Rows of options, budgets, crews and berths that can have no effect."""
    yield from _idle_years(state, years)
    yield from _idle_needs(state, candidates)
    yield from _money(state, years, candidates, funding)
    yield from _groups(state)


def _idle_years(state: State, years: Years) -> Iterator[Problem]:
    """Rows of budgets and crews that have no effect."""
    for name in ("budgets", "crews"):
        for row in state.tables[name].valid:
            if row["year"] is not None and not years.first <= row["year"] <= years.last:
                yield row.problem("year", "idle_row.year", first=years.first, last=years.last)
    for row in state.tables["budgets"].valid:
        if row["carry_over"] == "yes" and not row["capital"]:
            yield row.problem("carry_over", "idle_row.carry_over")


def _idle_needs(state: State, candidates: Sequence[Candidate]) -> Iterator[Problem]:
    """Crews and berths that nobody needs, and options that add to what has no limit."""
    manned = {one.recipient for one in candidates if one.option["adds"] != CREW and one.option["crew"]}
    limited = {row["operator"] for row in state.tables["crews"].valid}
    for row in state.tables["crews"].valid:
        if row["operator"] not in manned:
            yield row.problem("operator", "idle_row.crews")
    berthed = {one.base for one in candidates if one.option["adds"] != BASE and one.option["length_m"]}
    bases = {row["base_id"]: row for row in state.tables["bases"].rows}
    for base, row in bases.items():
        if row["berths_m"] is not None and base not in berthed:
            yield row.problem("berths_m", "idle_row.berths")
    for one in candidates:
        row, adds = one.option, one.option["adds"]
        if adds == CREW and one.recipient not in limited:
            yield row.problem("recipients", "idle_option.crew", one.recipient)
        if adds == BASE and row["length_m"] and bases[one.base]["berths_m"] is None:
            yield row.problem("length_m", "idle_option.berth", base=one.base)
        elif adds == BASE and row["length_m"] and one.base not in berthed:
            yield row.problem("length_m", "idle_option.no_boat", base=one.base)
        if adds == BASE and row["capacity_hours"] and bases[one.base]["capacity_hours"] is None:
            yield row.problem("capacity_hours", "idle_option.places", base=one.base)
        if adds not in (BASE, CREW) and row["length_m"] and not one.base:
            yield row.problem("length_m", "idle_option.several")


def _money(
    state: State, years: Years, candidates: Sequence[Candidate], funding: Funding
) -> Iterator[Problem]:
    """Options whose payers have no money for orders, and money for orders that nothing can take."""
    budgets = by_year(state.tables["budgets"], years.years)
    rich = {key for key, own in budgets.items() if any(row[CAPITAL] for row in own.values())}
    payers: dict[str, set[str]] = {}
    for one in candidates:
        found = {each.row["programme_id"] for each in funding.payers(one)}
        payers.setdefault(one.option["option_id"], set()).update(found)
    for row in state.tables["options"].rows:
        own = payers.get(row["option_id"])
        if own is not None and row["capital_cost"] and not own & rich:
            yield row.problem("payers", "idle_option.money", payers=listed(sorted(own)))
    able = set().union(*payers.values()) if payers else set()
    for row in state.tables["budgets"].valid:
        if row[CAPITAL] and row["programme_id"] not in able:
            yield row.problem(CAPITAL, "idle_row.capital", programme=row["programme_id"])


def _groups(state: State) -> Iterator[Problem]:
    """Groups of one option."""
    groups: dict[str, list[Row]] = {}
    for row in state.tables["options"].valid:
        groups.setdefault(row["group"], []).append(row)
    for group, rows in groups.items():
        if group and len(rows) == 1:
            yield rows[0].problem("group", "idle_option.group")
