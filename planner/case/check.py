"""Checking a case with all its scenarios and futures, and what only a capacity plan reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from planner.case.capital_read import capital_case_of, choices_of
from planner.case.case import Case
from planner.case.files import CASE_FILE
from planner.case.folder import RawCase, read_folder
from planner.case.read import FLEET, Changed, batches_of, changed
from planner.case.state import State
from planner.errors import Problem
from planner.schema.messages import Place
from planner.schema.tables import TABLES

FLEET_FILES = {TABLES[name].file for name in FLEET}


@dataclass(frozen=True)
class Checked:
    """A case that was checked with all its scenarios, each on its own; their problems and warnings together.

    Of a case with problems there are areas, bases and what is sound of the fleet alone, or None.
    """

    case: Case | None
    scenarios: Mapping[str, Case | None]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def doubts(self, warning: Problem) -> bool:
        """Whether a warning that a place is out of reach may only be there since assets have problems."""
        broken = any(each.file in FLEET_FILES for each in self.problems)
        return broken and warning.code == "no_reach" and warning.file not in FLEET_FILES


def checked_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Checked:
    """As ``read_case``, with every scenario of the case checked in full, each on its own.

    Raises:
        InputError: The folder cannot be read.
    """
    raw = read_folder(Path(folder))
    found = _checked(raw, changes, scenario)
    problems, warnings = found.problems, found.warnings
    plain = set(_checked(raw).problems if changes or scenario else problems)
    scenarios = {}
    for name in raw.scenarios:
        one, own = _checked(raw, None, name), f"scenarios.{name}"
        scenarios[name] = one.case
        problems += [  # one that is written elsewhere names the scenario
            each if each.column.startswith(own) else replace(each, rule=f"{each.rule} in the scenario {name}")
            for each in one.problems
            if each not in plain
        ]
        warnings += [each for each in one.warnings if each.column.startswith(f"{own}.")]
    return Checked(found.case, scenarios, tuple(raw.told(problems)), tuple(raw.told(warnings)))


def _checked(
    raw: RawCase, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Changed:
    """The case that is planned, with what is wrong with it and with its capacity plan."""
    how = batches_of(raw, changes, scenario)
    found = changed(raw, how, ground=True)
    choices, problems = choices_of(found.state, raw.futures, not found.problems)
    warnings = list(_without_years(raw, found.state))
    if choices is not None:
        problems, warnings = choices.problems, choices.warnings
    if choices is not None and scenario is None:
        _, problems, warnings = capital_case_of(raw, how)
    problems, warnings = [*found.problems, *problems], [*found.warnings, *warnings]
    return replace(found, problems=raw.told(problems), warnings=raw.told(warnings))


def _without_years(raw: RawCase, state: State) -> Iterator[Problem]:
    """Warnings on what only a capacity plan reads, in a case without the years of one."""
    if state.settings is not None and state.settings.years is None:
        files = [rows.file for rows in state.tables.values() if rows.table.capital and rows.rows]
        futures = [Place(CASE_FILE, 0, "futures")] if raw.futures else []
        yield from (place.problem("no_years.rows") for place in (*map(Place, files), *futures))
