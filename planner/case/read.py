"""The way from a folder to a case: read, change, validate, check across files; every problem in one go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from planner.case.areas import make_disjoint
from planner.case.case import Case
from planner.case.changes import apply_changes, check_scenarios, scenario_changes
from planner.case.folder import RawCase, read_folder
from planner.case.frames import (
    access_frame,
    areas_frame,
    assets_frame,
    bases_frame,
    programmes_frame,
    sensors_frame,
)
from planner.case.references import Known, check_references
from planner.case.remarks import remarks
from planner.case.rules import check_rules
from planner.case.settings import Settings
from planner.case.sources import resolve_sources
from planner.case.validate import Records, validate_settings, validate_table
from planner.case.wording import show
from planner.errors import InputError, Problem

CHANGES = "--set"
"""What the changes are called in messages."""


def read_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Case:
    """The case in a folder, with a scenario of its ``case.toml`` and further changes made before its checks.

    Args:
        folder: The case folder.
        changes: Values by dotted key: "cells.spacing_nm" for a setting, "programmes.japan_osa.budget" for
            table, id and column. They go before those of the scenario.
        scenario: The name of a table ``[scenarios.NAME]`` of ``case.toml``, which holds such changes.

    Raises:
        InputError: with every problem of every file.
    """
    raw = read_folder(Path(folder))
    settings, problems = _settings(raw, dict(changes or {}), scenario)
    records: dict[str, Records] = {}
    for name, table in raw.tables.items():
        records[name], found = validate_table(table, strict=name == "areas")
        problems += found
    known = Known(raw.tables, records, settings)
    problems += [*raw.problems, *check_references(known), *check_rules(known)]
    outlines, found, warnings = _outlines(raw)
    problems += found
    if problems or settings is None:
        raise InputError(_in_order(problems))
    return _case(raw, settings, records, outlines, [*raw.warnings, *warnings, *remarks(known)])


def _settings(
    raw: RawCase, changes: dict[str, object], scenario: str | None
) -> tuple[Settings | None, list[Problem]]:
    """The settings after all changes, which are made in the raw tables too."""
    values = dict(raw.values or {})
    chosen, scenarios, problems = scenario_changes(values, raw.text, scenario)
    problems += check_scenarios(raw.tables, scenarios, raw.text)
    if not problems:
        apply_changes(values, raw.tables, chosen, "")
    problems += apply_changes(values, raw.tables, changes, CHANGES)
    if raw.values is None:
        return None, problems
    settings, found = validate_settings(values, raw.text, (*chosen, *changes))
    return settings, [*problems, *found]


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
        sources=resolve_sources(settings, records),
        hashes=dict(sorted(raw.hashes.items())),
        warnings=tuple(sorted(set(warnings))),
    )
