"""The way from a folder to a case: read, change, check across files; every problem in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from planner.case.areas import LAND_FILE
from planner.case.case import Case
from planner.case.edits import State, edited
from planner.case.files import CASE_FILE, CHANGES
from planner.case.folder import RawCase, read_folder
from planner.case.frames import frames
from planner.case.known import Known
from planner.case.periods import check_risk_periods, tells_periods, without_periods, yearly
from planner.case.plausibility import implausible
from planner.case.ranges import ranges, ranges_frame
from planner.case.references import check_references
from planner.case.remarks import remarks, unintended
from planner.case.rows import Rows
from planner.case.rules import check_rules
from planner.case.scenarios import chosen, combined, from_pairs
from planner.case.sources import resolve_sources
from planner.case.stress import without_removed
from planner.case.toml_file import key_place
from planner.case.water import make_disjoint
from planner.errors import InputError, Problem
from planner.schema.tables import AREAS, WHOLE

GROUND = ("areas", "bases", "assets", "sensors")
"""The tables that say what is within reach."""
Outlines = Mapping[int, BaseGeometry]


def read_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Case:
    """The case in a folder, with scenarios of its ``case.toml`` and further changes made before its checks.

    Args:
        folder: The case folder.
        changes: Values by dotted key: "cells.spacing_nm" for a setting, "programmes.japan_osa.budget" for
            table, id and column ("*" for every id). They go before those of the scenarios.
        scenario: The name of a table ``[scenarios.NAME]`` of ``case.toml``, or several of them as "a,b".
            Where they contradict each other the later one wins, and a warning says so.

    Raises:
        InputError: with every problem of every file.
    """
    return case_of(read_folder(Path(folder)), changes, scenario)


@dataclass(frozen=True)
class Checked:
    """A case that was checked with all its scenarios.

    Attributes:
        case: The case; where it has problems only its areas, bases, assets and sensors, or None.
        scenarios: The same of each scenario on its own.
        problems, warnings: Of the case and of its scenarios.
    """

    case: Case | None
    scenarios: Mapping[str, Case | None]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def checked_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Checked:
    """As ``read_case``, with every scenario of the case checked in full, each on its own.

    Raises:
        InputError: The folder cannot be read.
    """
    raw = read_folder(Path(folder))
    case, problems, warnings = _made(raw, changes, scenario)
    plain = set(_made(raw)[1] if changes or scenario else problems)
    scenarios = {}
    for name in raw.scenarios:
        scenarios[name], wrong, remarkable = _made(raw, None, name)
        problems += [_of_scenario(name, problem) for problem in wrong if problem not in plain]
        warnings += [each for each in remarkable if each.column.startswith(f"scenarios.{name}.")]
    return Checked(case, scenarios, tuple(sorted(set(problems))), tuple(sorted(set(warnings))))


def _of_scenario(name: str, problem: Problem) -> Problem:
    """A problem that only a scenario has; where it is written elsewhere the scenario is named."""
    if problem.column.startswith(f"scenarios.{name}"):
        return problem
    return replace(problem, rule=f"{problem.rule} in the scenario {name}")


def case_of(raw: RawCase, changes: Mapping[str, object] | None = None, scenario: str | None = None) -> Case:
    """The case in what was read from a folder, which stays as it is; as ``read_case``."""
    case, problems, warnings = _made(raw, changes, scenario)
    if problems or case is None:
        raise InputError(problems, warnings)
    return case


def _made(
    raw: RawCase, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> tuple[Case | None, list[Problem], list[Problem]]:
    """The case, as that of ``Checked``; its problems and its warnings, in order."""
    problems, state = list(raw.problems), raw.state
    wanted, found = chosen(raw.scenarios, scenario)
    problems += found
    edits, warnings = combined(wanted)
    for batch in (edits, from_pairs(changes or {}, CHANGES)):
        state, found = edited(state, batch)
        problems += found
    problems += [*check_references(state), *check_rules(state), *check_risk_periods(raw.risk, state)]
    problems += _no_land(raw, state)
    likely, found, vain = ranges(state, raw.state, len(raw.risk))
    outlines, overlaps, notes = _disjoint(raw, state)
    problems += [*found, *overlaps]
    stress, removed = without_removed(raw.stress, state.tables, raw.text)
    warnings += [*raw.warnings, *removed, *vain, *notes, *implausible(state, raw.outlines)]
    settings, sound = state.settings, _sound(raw, state, problems)
    found = remarks(Known(state, settings, len(raw.risk) > 0), sound)
    if edits or changes:
        before = remarks(Known(raw.state, settings, len(raw.risk) > 0), sound)
        found = list(unintended(found, before))
    warnings += found
    case = None
    if settings is not None and sound.issuperset(GROUND):
        if problems:
            state = replace(state, tables=_ground_alone(state))
        state, periods = without_periods(state, settings), state.tables["periods"]
        sources, idle = resolve_sources(state, settings, len(raw.risk))
        warnings = sorted({*warnings, *idle})
        case = Case(
            settings=settings,
            **frames(state.tables, outlines, settings),
            risk=raw.risk if tells_periods(periods, settings) else yearly(raw.risk, periods),
            land=raw.land,
            sources=sources,
            hashes=dict(sorted(raw.hashes.items())),
            warnings=tuple(warnings),
            scenarios={each.name: each.title for each in wanted},
            stress=stress,
            uncertainty=ranges_frame(likely),
        )
    return case, sorted(set(problems)), sorted(set(warnings))


def _no_land(raw: RawCase, state: State) -> Iterator[Problem]:
    """Sea routes need land."""
    if state.settings is not None and state.settings.routing == "sea" and LAND_FILE not in raw.hashes:
        yield (state.changed.get("routing") or key_place(raw.text, "routing")).problem(
            "no_land", "sea", land=LAND_FILE
        )


def _sound(raw: RawCase, state: State, problems: Sequence[Problem]) -> set[str]:
    """The tables that have no problems; none at all if a change that was made has one."""
    others = {each for each in raw.problems if each.file == CASE_FILE}
    files = {problem.file for problem in problems if problem not in others}
    if files & {CASE_FILE, CHANGES}:
        return set()
    return {name for name, rows in state.tables.items() if rows.file not in files}


def _ground_alone(state: State) -> dict[str, Rows]:
    """The tables without the rows that say nothing of what is within reach."""
    return {
        table.name: state.tables[table.name] if table.name in GROUND else Rows(table, table.file)
        for table in (AREAS, *WHOLE)
    }


def _disjoint(raw: RawCase, state: State) -> tuple[Outlines, list[Problem], list[Problem]]:
    """The outlines of the areas without overlaps, by row; problems and warnings."""
    if "areas" not in state.tables:
        return {}, [], []
    rows = state.tables["areas"]
    numbers = tuple(row.number for row in rows.rows)
    if numbers not in raw.disjoint:
        raw.disjoint[numbers] = make_disjoint(rows, raw.outlines)
    return raw.disjoint[numbers]
