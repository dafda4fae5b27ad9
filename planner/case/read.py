"""The way from a folder to a case: read, change, check across files; every problem in one go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from planner.case.areas import make_disjoint
from planner.case.case import Case
from planner.case.edits import State, edited
from planner.case.folder import RawCase, read_folder
from planner.case.frames import frames
from planner.case.ranges import ranges, ranges_frame
from planner.case.references import check_references
from planner.case.remarks import remarks
from planner.case.rules import check_rules
from planner.case.scenarios import chosen, combined, from_pairs
from planner.case.sources import resolve_sources
from planner.case.stress import without_removed
from planner.errors import InputError, Problem

CHANGES = "--set"
"""What the changes are called in messages."""
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


def checked_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Case:
    """As ``read_case``, with every scenario of the case checked in full, each on its own.

    Raises:
        InputError: with every problem of every file, and of the case that any scenario makes.
    """
    raw, problems = read_folder(Path(folder)), set[Problem]()
    for name in raw.scenarios:
        try:
            case_of(raw, None, name)
        except InputError as error:
            problems.update(error.problems)
    try:
        case = case_of(raw, changes, scenario)
    except InputError as error:
        problems.update(error.problems)
    if problems:
        raise InputError(sorted(problems))
    return case


def case_of(raw: RawCase, changes: Mapping[str, object] | None = None, scenario: str | None = None) -> Case:
    """The case in what was read from a folder, which stays as it is; as ``read_case``."""
    problems, state = list(raw.problems), raw.state
    wanted, found = chosen(raw.scenarios, scenario)
    problems += found
    edits, warnings = combined(wanted)
    for batch in (edits, from_pairs(changes or {}, CHANGES)):
        state, found = edited(state, batch)
        problems += found
    problems += [*check_references(state), *check_rules(state)]
    likely, found = ranges(state, raw.state, len(raw.risk))
    outlines, overlaps, notes = _disjoint(raw, state)
    problems += [*found, *overlaps]
    if problems or state.settings is None:
        raise InputError(sorted(set(problems)))
    stress, found = without_removed(raw.stress, state.tables, raw.text)
    warnings = [*raw.warnings, *warnings, *found, *notes, *remarks(state, state.settings, len(raw.risk) > 0)]
    return Case(
        settings=state.settings,
        **frames(state.tables, outlines, state.settings),
        risk=raw.risk,
        land=raw.land,
        sources=resolve_sources(state, state.settings),
        hashes=dict(sorted(raw.hashes.items())),
        warnings=tuple(sorted(set(warnings))),
        scenarios={each.name: each.title for each in wanted},
        stress=stress,
        uncertainty=ranges_frame(likely),
    )


def _disjoint(raw: RawCase, state: State) -> tuple[Outlines, list[Problem], list[Problem]]:
    """The outlines of the areas without overlaps, by row; problems and warnings."""
    if "areas" not in state.tables:
        return {}, [], []
    rows = state.tables["areas"]
    numbers = tuple(row.number for row in rows.rows)
    if numbers not in raw.disjoint:
        raw.disjoint[numbers] = make_disjoint(rows, raw.outlines)
    return raw.disjoint[numbers]
