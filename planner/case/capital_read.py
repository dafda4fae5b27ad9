"""From a folder to what may be bought: options expanded, futures made, tables; every problem in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.case.capital import CapitalCase, Future, Years
from planner.case.capital_options import Candidate, Choices, years_of
from planner.case.capital_rules import capital_warnings, check_capital
from planner.case.capital_state import by_year, models, money_by_year, units_by_year
from planner.case.case import Case
from planner.case.files import CASE_FILE, CHANGES
from planner.case.folder import RawCase, read_folder
from planner.case.read import Batches, batches_of, changed
from planner.case.risk import of_future
from planner.case.scenarios import Scenario, with_probabilities
from planner.case.state import Mandate, State
from planner.errors import InputError, Problem
from planner.schema.messages import Place
from planner.schema.settings import SHORTEST_YEAR_DAYS, Settings
from planner.schema.tables import CAPITAL

CERTAIN = "certain"
"""The future of a case that has no others."""
NEEDED = {"areas", "bases", "assets", "sensors", "programmes", *(table.name for table in CAPITAL)}
"""The tables that say together what may be bought."""
FILES = {table.file for table in CAPITAL}
TEXTS = ("candidate_id", "option_id", "name", "adds", "target_id", "recipient", "base_id", "group", "source")
WHOLE = ("first_year", "last_year", "lead_years", "life_years")
COLUMNS = (
    *TEXTS[:-1],
    *("most_units", "most_each", "most_per_year", *WHOLE),
    *("capital_cost", "running_cost", "crew", "length_m", "capacity_hours", "source"),
)
Found = tuple[CapitalCase | None, list[Problem], list[Problem]]
"""What may be bought, problems, warnings."""


def read_capital_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> CapitalCase:
    """What may be bought in a case: its options, years and futures; arguments as those of ``read_case``.

    Raises:
        InputError: with every problem of every file.
    """
    raw = read_folder(Path(folder))
    case, problems, warnings = capital_case_of(raw, batches_of(raw, changes, scenario))
    if problems or case is None:
        raise InputError(problems, warnings)
    return case


def capital_case_of(raw: RawCase, how: Batches) -> Found:
    """What may be bought, with every problem and warning."""
    case, problems, warnings = _capital_case(raw, how)
    return case, raw.told(problems), raw.told(warnings)


def _capital_case(raw: RawCase, how: Batches) -> Found:
    base = changed(raw, how, capital=True)
    changes, _ = with_probabilities(raw.futures, how.edits)
    choices, broken = choices_of(base.state, changes, not base.problems)
    problems, settings = [*base.problems, *broken], base.state.settings
    if settings is not None and settings.years is None:
        problems.append(Place(CASE_FILE, 0, "years").problem("no_years"))
    if settings is not None and settings.horizon_days < SHORTEST_YEAR_DAYS:
        place = Place(CASE_FILE, 0, "horizon_days")
        problems.append(place.problem("no_years.horizon", settings.horizon_days))
    if problems or base.case is None or choices is None:
        return None, problems, []
    likes, years = models(base.state), choices.years
    problems += choices.problems
    warnings = [*choices.warnings, *(one for one in base.warnings if one.file in FILES)]
    if any(how.batches):
        before, _ = choices_of(raw.state, raw.futures, not raw.problems)
        known = before.warnings if before else []
        warnings = [one for one in warnings if one in known or one.file in (CASE_FILE, CHANGES)]
    adds = [*likes, *(one.edit for one in choices.candidates if one.edit is not None)]
    futures = list[Future]()
    for change in changes.values() or (Scenario(CERTAIN, CERTAIN),):
        if change.probability:
            future, found = _future(raw, how.then(adds, change.edits), change, years)
            futures += [future] if future is not None else []
            problems += found
    if problems:
        return None, problems, warnings
    case = _without_assets(base.case, {edit.record[1] for edit in likes})
    case = replace(case, warnings=tuple(raw.told([*case.warnings, *warnings])))
    tables = _tables(choices, case.settings)
    return CapitalCase(case=case, years=years, futures=tuple(futures), **tables), [], warnings


def choices_of(
    state: State, futures: Mapping[str, Scenario], sound: bool
) -> tuple[Choices | None, list[Problem]]:
    """What may be ordered in a sound case with years, or None, and the problems of its rules."""
    stated, whole = state.settings.years if state.settings else None, state.tables.keys() >= NEEDED
    problems = check_capital(state) if whole else []
    if stated is None or problems or not whole or not sound:
        return None, problems
    given = stated.model_dump() | {
        "last_order": stated.last if stated.last_order is None else stated.last_order,
        "wanted": tuple(sorted((int(year), share) for year, share in stated.wanted.items())),
        "recourse_from": stated.recourse_from or 0,
    }
    choices = Choices(state, Years(**given))
    likely = sum(one.probability > 0.0 for one in futures.values())
    choices.warnings += capital_warnings(choices, likely)
    return choices, []


def _future(
    raw: RawCase, how: Batches, change: Scenario, years: Years
) -> tuple[Future | None, list[Problem]]:
    """The case in a future, or its problems; where they are written elsewhere the future is named."""
    found = changed(raw, how, capital=True)
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


def _tables(choices: Choices, settings: Settings) -> dict[str, Any]:
    """The other members of ``CapitalCase``: its tables."""
    state, candidates = choices.state, choices.candidates
    years, planned = choices.years, choices.years.years
    ids = {one.option["option_id"] for one in candidates}
    options = [row for row in state.tables["options"].rows if row["option_id"] in ids]
    excluded = ((row["option_id"], one) for row in options for one in row["excludes"] if one in ids)
    survival = [one.option["survival"] for one in candidates]
    crews = by_year(state.tables["crews"], planned).items()
    budgets = by_year(state.tables["budgets"], planned).items()
    people = ((key, year, own[year]["people"]) for key, own in crews for year in planned if year in own)
    kept = {key: {year: row["carry_over"] == "yes" for year, row in own.items()} for key, own in budgets}
    carried = ((key, year, own[year]) for key, own in kept.items() for year in planned if year in own)
    berths = [(row["base_id"], row["berths_m"]) for row in state.tables["bases"].rows]
    return {
        "candidates": _table(
            (_row(one, years, settings) for one in candidates),
            {name: "str" if name in TEXTS else "int64" if name in WHOLE else "float64" for name in COLUMNS},
        ),
        "survival": np.array([1.0 if one is None else one for one in survival], dtype=np.float64),
        "requires": _table(
            ((row["option_id"], one) for row in options for one in row["requires"]),
            {"option_id": "str", "required": "str"},
        ),
        "excludes": _table(
            dict.fromkeys(tuple(sorted(pair)) for pair in excluded), {"option_id": "str", "excluded": "str"}
        ),
        "payers": _programmes(candidates, choices.payers),
        "runners": _programmes(candidates, choices.runners),
        "crews": _table(people, {"recipient": "str", "year": "int64", "people": "float64"}),
        "berths": _table(
            (one for one in berths if one[1] is not None), {"base_id": "str", "metres": "float64"}
        ),
        "carry_over": _table(carried, {"programme_id": "str", "year": "int64", "carry_over": "bool"}),
    }


def _table(rows: Iterable[Any], types: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(types)).astype(dict(types))


def _row(one: Candidate, years: Years, settings: Settings) -> dict[str, Any]:
    option = one.option
    first, last = years_of(option, years)
    rate = settings.rates[option["currency"]]
    return {
        **{name: option[name] for name in COLUMNS},
        "candidate_id": one.id,
        "name": one.name,
        "target_id": one.target,
        "recipient": one.recipient,
        "base_id": one.base,
        **{name: np.inf if option[name] is None else option[name] for name in ("most_each", "most_per_year")},
        "first_year": first,
        "last_year": last,
        "capital_cost": option["capital_cost"] * rate,
        "running_cost": (option["running_cost"] or 0.0) * rate,
        **{name: option[name] or 0.0 for name in ("crew", "length_m", "capacity_hours")},
    }


def _programmes(candidates: Sequence[Candidate], who: Callable[[Candidate], list[Mandate]]) -> pd.DataFrame:
    rows = ((one.id, each.row["programme_id"]) for one in candidates for each in who(one))
    return _table(rows, {"candidate_id": "str", "programme_id": "str"})
