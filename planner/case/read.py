"""The way from a folder to a case: read, change, validate, check across files; every problem in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from planner.case.areas import make_disjoint
from planner.case.case import Case
from planner.case.changes import apply_edits, check_edits, check_scenarios, every_row
from planner.case.folder import RawCase, read_folder
from planner.case.frames import (
    access_frame,
    areas_frame,
    assets_frame,
    bases_frame,
    programmes_frame,
    sensors_frame,
)
from planner.case.limits import limits_frame
from planner.case.range_limits import Range
from planner.case.ranges import ranges, ranges_frame
from planner.case.references import Known, check_references
from planner.case.remarks import remarks
from planner.case.rules import check_rules
from planner.case.scenarios import Edit, Scenario, chosen, combined, from_pairs, read_scenarios
from planner.case.settings import Settings
from planner.case.sources import CASE, resolve_sources
from planner.case.stress import Stress, read_stress, without_removed
from planner.case.validate import Records, validate_settings, validate_table
from planner.case.wording import show
from planner.errors import InputError, Problem

CHANGES = "--set"
"""What the changes are called in messages."""


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


def case_of(raw: RawCase, changes: Mapping[str, object] | None = None, scenario: str | None = None) -> Case:
    """The case in what was read from a folder, which stays as it is; as ``read_case``."""
    before, raw = raw, raw.copy()
    settings, plan, problems = _settings(raw, from_pairs(changes or {}, CHANGES), scenario)
    records: dict[str, Records] = {}
    for name, table in raw.tables.items():
        records[name], found = validate_table(table, strict=name == "areas")
        problems += found
    known = Known(raw.tables, records, settings)
    problems += [*raw.problems, *check_references(known), *check_rules(known)]
    likely, found = ranges(known, before)
    problems += found
    outlines, found, warnings = _outlines(raw)
    problems += found
    if problems or settings is None:
        raise InputError(_in_order(_placed(raw, problems)))
    warnings = _placed(raw, [*raw.warnings, *warnings, *plan.warnings, *remarks(known)])
    return _case(raw, settings, records, outlines, warnings, plan, likely)


@dataclass
class _Plan:
    """The chosen scenarios, what they and ``--set`` do, where they contradict each other; named losses."""

    scenarios: list[Scenario]
    edits: list[Edit]
    warnings: list[Problem]
    stress: dict[str, Stress]


def _settings(
    raw: RawCase, changes: list[Edit], scenario: str | None
) -> tuple[Settings | None, _Plan, list[Problem]]:
    """The settings after all changes, which are made in the raw tables too."""
    values = dict(raw.values or {})
    scenarios, problems = read_scenarios(values, raw.text)
    stress, found = read_stress(values, raw.text, raw.tables)
    problems += found
    scenarios = {
        name: replace(one, edits=tuple(every_row(raw.tables, one.edits))) for name, one in scenarios.items()
    }
    problems += check_scenarios(raw.tables, scenarios)
    wanted, found = chosen(scenarios, scenario)
    problems += found
    edits, warnings = combined(wanted)
    plan = _Plan(wanted, edits, warnings, stress)
    if not problems:
        problems += apply_edits(values, raw.tables, edits)
    changes = every_row(raw.tables, changes)
    wrong = check_edits(raw.tables, changes)
    problems += wrong
    bad = {problem.column for problem in wrong}
    changes = [edit for edit in changes if show(edit.column) not in bad]
    problems += apply_edits(values, raw.tables, changes)
    plan.stress, found = without_removed(stress, raw.tables, raw.text)
    plan.warnings += found
    if raw.values is None:
        return None, plan, problems
    plan.edits = [*edits, *changes]
    origins = {edit.key: edit.origin for edit in plan.edits if edit.action == "set"}
    settings, found = validate_settings(values, raw.text, origins)
    return settings, plan, [*problems, *found]


def _placed(raw: RawCase, problems: list[Problem]) -> list[Problem]:
    """Problems of records that a scenario adds, at the place where it does."""
    added = {
        (table.file, number): place for table in raw.tables.values() for number, place in table.added.items()
    }
    placed = []
    for problem in problems:
        file, row, key = added.get((problem.file, problem.row), (problem.file, problem.row, ""))
        column = ".".join(part for part in (key, problem.column) if part)
        placed.append(replace(problem, file=file, row=row, column=column))
    return placed


def _outlines(
    raw: RawCase,
) -> tuple[dict[int, BaseGeometry], list[Problem], list[Problem]]:
    """The disjoint outlines of the areas by row, problems and warnings."""
    if "areas" not in raw.tables:
        return {}, [], []
    table = raw.tables["areas"]
    rows = [row for row in table.rows if row.number in raw.outlines]
    numbers = [row.number for row in rows]
    ids = [show(row.cells.get("area_id", f"feature_{row.number}")) for row in rows]
    parts, problems, warnings = make_disjoint(
        table.file, numbers, ids, [raw.outlines[number] for number in numbers]
    )
    return dict(zip(numbers, parts, strict=True)), problems, warnings


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(set(problems))


def _case(
    raw: RawCase,
    settings: Settings,
    records: Mapping[str, Records],
    outlines: Mapping[int, BaseGeometry],
    warnings: list[Problem],
    plan: _Plan,
    likely: list[Range],
) -> Case:
    areas = areas_frame(records["areas"], [outlines[number] for number in records["areas"].numbers], settings)
    bases = bases_frame(records["bases"])
    assets = assets_frame(records["assets"], bases, settings)
    sensors = sensors_frame(records["sensors"], settings)
    watchers = [*assets["asset_id"], *sensors["sensor_id"]]
    return Case(
        settings=settings,
        areas=areas,
        bases=bases,
        assets=assets,
        sensors=sensors,
        programmes=programmes_frame(records["programmes"], watchers, list(areas["area_id"]), settings),
        access=access_frame(records["access"], list(areas["area_id"])),
        risk=raw.risk,
        land=raw.land,
        sources=resolve_sources(settings, records, _origins(raw, plan)),
        hashes=dict(sorted(raw.hashes.items())),
        warnings=tuple(sorted(set(warnings))),
        scenarios={scenario.name: scenario.title for scenario in plan.scenarios},
        stress=plan.stress,
        uncertainty=ranges_frame(likely),
        limits=limits_frame(
            list(records["limits"]),
            settings,
            list(areas["area_id"]),
            records["limits"].file,
            raw.tables["limits"].added,
        ),
    )


def _origins(raw: RawCase, plan: _Plan) -> dict[tuple[str, str, str], str]:
    """What put each figure there that a scenario or ``--set`` did, by table, id and field."""
    origins = {(CASE, "", edit.key): edit.origin for edit in plan.edits if edit.action == "set"}
    for name, table in raw.tables.items():
        for row in table.rows:
            key = str(row.cells.get(table.spec.id_column, ""))
            origins |= {(name, key, column): origin for column, origin in row.changed.items()}
    return origins
