"""The way from a folder to what may be bought: options expanded, futures made, every problem in one go."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path

import pandas as pd

from planner.case.capital import CapitalCase, Future, Years
from planner.case.capital_options import Choices
from planner.case.capital_rules import capital_remarks, check_capital
from planner.case.capital_state import models
from planner.case.capital_tables import capital_tables, money_by_year, units_by_year
from planner.case.case import Case
from planner.case.edits import State
from planner.case.files import CASE_FILE, CHANGES
from planner.case.folder import RawCase, read_folder
from planner.case.read import Wanted, made, wanted
from planner.case.risk import of_future
from planner.case.scenarios import Scenario, with_probabilities
from planner.errors import InputError, Problem
from planner.schema.settings import SHORTEST_YEAR_DAYS
from planner.schema.tables import CAPITAL
from planner.schema.wording import Place

CERTAIN = "certain"
"""The future of a case that has no others."""
NEEDED = {"areas", "bases", "assets", "sensors", "programmes", *(table.name for table in CAPITAL)}
"""The tables that say together what may be bought."""
FILES = {table.file for table in CAPITAL}
Found = tuple[CapitalCase | None, list[Problem], list[Problem]]
"""What may be bought, problems, warnings."""


def read_capital_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> CapitalCase:
    """What may be bought in a case: its options, years and futures.

    Args:
        folder: The case folder.
        changes: As those of ``read_case``.
        scenario: As that of ``read_case``.

    Raises:
        InputError: with every problem of every file.
    """
    raw = read_folder(Path(folder))
    case, problems, warnings = capital_case_of(raw, wanted(raw, changes, scenario))
    if problems or case is None:
        raise InputError(problems, warnings)
    return case


def checked_capital(
    raw: RawCase, how: Wanted, state: State, *, futures: bool, sound: bool
) -> tuple[list[Problem], list[Problem]]:
    """The problems and warnings that only a capacity plan has; none if the case has nothing of it.

    ``state`` is the case after the changes ``how``, and ``sound`` whether it has no problems of its own;
    ``futures`` says whether the case of every future is checked, too.
    """
    years, idle = _years(state), []
    if state.settings is not None and years is None:
        files = [
            table.file for table in CAPITAL if table.name in state.tables if state.tables[table.name].rows
        ]
        idle = [Place(file).problem("no_years.rows") for file in files]
        if raw.futures:
            idle.append(Place(CASE_FILE, 0, "futures").problem("no_years.rows"))
    whole = state.tables.keys() >= NEEDED
    problems = check_capital(state) if whole else []
    if years is None or problems or not whole or not sound:
        return problems, idle
    if futures:
        return capital_case_of(raw, how)[1:]
    choice = _choose(state, years, _likely(raw.futures))
    return choice.problems, choice.warnings


def capital_case_of(raw: RawCase, how: Wanted) -> Found:
    """What may be bought, with every problem and what is remarkable."""
    case, problems, warnings = _capital_case(raw, how)
    return case, sorted({*map(raw.shown, problems)}), sorted({*map(raw.shown, warnings)})


def _capital_case(raw: RawCase, how: Wanted) -> Found:
    base = made(raw, how, capital=True)
    years, settings = _years(base.state), base.state.settings
    whole = base.state.tables.keys() >= NEEDED
    problems = [*base.problems, *(check_capital(base.state) if whole else ())]
    if years is None and settings is not None:
        problems.append(Place(CASE_FILE, 0, "years").problem("no_years"))
    if settings is not None and settings.horizon_days < SHORTEST_YEAR_DAYS:
        place = Place(CASE_FILE, 0, "horizon_days")
        problems.append(place.problem("no_years.horizon", settings.horizon_days))
    if problems or base.case is None or years is None:
        return None, problems, []
    changes, _ = with_probabilities(raw.futures, how.edits)
    choice, likes = _choose(base.state, years, _likely(changes)), models(base.state)
    problems += choice.problems
    warnings = [*choice.warnings, *(one for one in base.warnings if one.file in FILES)]
    if any(how.batches):
        before = _remarks(raw)
        warnings = [one for one in warnings if one in before or one.file in (CASE_FILE, CHANGES)]
    adds = [*likes, *(one.edit for one in choice.candidates if one.edit is not None)]
    futures = list[Future]()
    for change in changes.values() or (Scenario(CERTAIN, CERTAIN),):
        if change.probability:
            future, found = _future(raw, how.then(adds, change.edits), change, years)
            futures += [future] if future is not None else []
            problems += found
    if problems:
        return None, problems, warnings
    case = _without_assets(base.case, {edit.record[1] for edit in likes})
    case = replace(case, warnings=tuple(sorted({*case.warnings, *map(raw.shown, warnings)})))
    tables = capital_tables(choice, case.settings, years)
    return CapitalCase(case=case, years=years, futures=tuple(futures), **tables), [], warnings


def _choose(state: State, years: Years, n_futures: int) -> Choices:
    """What may be ordered in a case."""
    choices = Choices(state, years)
    choices.warnings += capital_remarks(choices, years, n_futures)
    return choices


def _likely(futures: Mapping[str, Scenario]) -> int:
    """Number of futures that are not left out."""
    return sum(one.probability > 0.0 for one in futures.values())


def _remarks(raw: RawCase) -> list[Problem]:
    """The warnings on the case before any change; none where it has problems."""
    years = _years(raw.state)
    broken = years is None or raw.problems or check_capital(raw.state)
    return [] if years is None or broken else _choose(raw.state, years, _likely(raw.futures)).warnings


def _years(state: State) -> Years | None:
    stated = state.settings.years if state.settings else None
    if stated is None:
        return None
    given = stated.model_dump() | {
        "last_order": stated.last if stated.last_order is None else stated.last_order,
        "wanted": tuple(sorted((int(year), share) for year, share in stated.wanted.items())),
        "recourse_from": stated.recourse_from or 0,
    }
    return Years(**given)


def _future(raw: RawCase, how: Wanted, change: Scenario, years: Years) -> tuple[Future | None, list[Problem]]:
    """The case in a future, or its problems; where they are written elsewhere the future is named."""
    found = made(raw, how, capital=True)
    if found.problems or found.case is None or found.state.settings is None:
        other = f" in the future {change.name}"
        return None, [
            each if change.name in each.column else replace(each, rule=each.rule + other)
            for each in found.problems
        ]
    capital, running = money_by_year(found.state, found.state.settings, years.years)
    case = replace(found.case, risk=of_future(found.case.risk, change.name))
    units = units_by_year(found.state, years.years)
    return Future(change.name, change.title, change.probability, case, units, running, capital), []


def _without_assets(case: Case, ids: Set[str]) -> Case:
    """A case without some assets and sensors, of which there are no units."""
    named = (tuple(key for key in listed if key not in ids) for listed in case.programmes["assets"])
    return replace(
        case,
        assets=case.assets[~case.assets["asset_id"].isin(ids)].reset_index(drop=True),
        sensors=case.sensors[~case.sensors["sensor_id"].isin(ids)].reset_index(drop=True),
        programmes=case.programmes.assign(assets=pd.Series(list(named), dtype=object)),
    )
