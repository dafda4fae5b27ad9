"""Reading a case folder: every file that can be read, the problems of the others, all warnings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.case.areas import areas_file, read_areas, read_land
from planner.case.cascade import LEFT_EMPTY
from planner.case.csv_file import read_table
from planner.case.edits import State, edited, idle_edits
from planner.case.files import CASE_FILE, decode, decode_table, read_bytes, reading, sha256
from planner.case.futures import FutureChange, of_futures, read_futures, with_probabilities
from planner.case.misnamed import CASE_FILES, misnamed
from planner.case.outlines import LAND_FILE, take_out_land
from planner.case.place import Place
from planner.case.risk import no_risk, read_risk
from planner.case.rows import Rows
from planner.case.scenarios import SCENARIOS, Scenario, read_scenarios
from planner.case.stress import Stress, read_stress
from planner.case.toml_file import key_place, read_settings, read_toml
from planner.errors import InputError, Problem
from planner.schema.settings import Settings
from planner.schema.table import Table
from planner.schema.tables import RISK, WHOLE
from planner.schema.wording import show

T = TypeVar("T")


@dataclass
class RawCase:
    """What was read from a folder, before any change; tables that could not be read are not there.

    Attributes:
        folder: The folder.
        values: The values of ``case.toml``; None if it could not be read.
        text: Its text.
        settings: The settings, if all of them are valid.
        scenarios, stress: The named changes and losses of ``case.toml``.
        futures: The states of the world of a capacity plan.
        tables: The rows of each table.
        outlines: The sound outline of each area by the number of its row.
        risk: the rows of the risk map (``planner.case.risk``).
        land: Land as one geometry, or None.
        hashes: SHA-256 of every file, by name.
        problems, warnings: What was found in reading.
        disjoint: The outlines without overlaps, by the rows that were asked for: worked out once.
    """

    folder: Path
    values: dict[str, object] | None = None
    text: str = ""
    settings: Settings | None = None
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    stress: dict[str, Stress] = field(default_factory=dict)
    futures: dict[str, FutureChange] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    outlines: dict[int, BaseGeometry] = field(default_factory=dict)
    risk: pd.DataFrame = field(default_factory=no_risk)
    land: BaseGeometry | None = None
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    disjoint: dict[tuple[int, ...], tuple[Mapping[int, BaseGeometry], list[Problem], list[Problem]]] = field(
        default_factory=dict
    )

    @property
    def state(self) -> State:
        """The case before any edit."""
        return State(self.settings, self.tables, self.text)


def read_folder(folder: Path) -> RawCase:
    """Reads every file of a case folder.

    Raises:
        InputError: the folder itself is missing, is no folder, or cannot be read.
    """
    names = _names(folder)
    raw = RawCase(folder)
    _tried(raw, lambda: _areas(raw))
    for table in WHOLE:
        _tried(raw, lambda table=table: _table(raw, table, names))  # type: ignore[misc]
    if RISK.file in names:
        points = _tried(raw, lambda: read_risk(_table_text(raw, RISK.file)))
        raw.risk = raw.risk if points is None else points
    if LAND_FILE in names:
        _tried(raw, lambda: _land(raw))
    _tried(raw, lambda: _case_file(raw))
    hints, warnings = misnamed(names, {each.file for each in raw.problems if each.code == "missing_file"})
    raw.problems += hints
    raw.warnings += warnings
    return raw


def _names(folder: Path) -> list[str]:
    """The names in the folder."""
    name = show(folder.name or str(folder))
    with reading(name, "missing_file.folder"), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if not _is_other_folder(entry))


def _is_other_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a subfolder that nobody can take for a file of the case."""
    try:
        return entry.is_dir() and entry.name not in CASE_FILES
    except OSError:  # a loop of links
        return False


def _tried(raw: RawCase, read: Callable[[], T]) -> T | None:
    """What ``read`` returns, or None with its problems noted."""
    try:
        return read()
    except InputError as error:
        raw.problems += error.problems
        return None


def _bytes(raw: RawCase, file: str) -> bytes:
    data = read_bytes(raw.folder / file, raw.folder)
    raw.hashes[file] = sha256(data)
    return data


def _table_text(raw: RawCase, file: str) -> str:
    text, guessed = decode_table(_bytes(raw, file), file)
    if guessed:
        raw.warnings.append(Place(file).problem("guessed_encoding"))
    return text


def _case_file(raw: RawCase) -> None:
    """Reads case.toml; its scenarios and losses are checked against the tables."""
    raw.text = decode(_bytes(raw, CASE_FILE), CASE_FILE)
    raw.values = read_toml(raw.text, CASE_FILE)
    values = dict(raw.values)
    raw.scenarios, problems = read_scenarios(values, raw.text)
    raw.futures, unsure = read_futures(values, raw.text)
    raw.stress, found = read_stress(values, raw.text, raw.tables)
    raw.settings, wrong = read_settings(values, raw.text)
    for name, scenario in raw.scenarios.items():
        if not scenario.edits:
            raw.warnings.append(key_place(raw.text, SCENARIOS, name).problem("empty_scenario"))
        # one that only fits together with others is no problem until it is chosen
        found += [each for each in _tried_out(raw, scenario) if each.code != LEFT_EMPTY]
        found += with_probabilities(raw.futures, scenario.edits)[1]
    for future in raw.futures.values():
        found += _tried_out(raw, future)
    raw.problems += [*problems, *unsure, *found, *wrong]


def _areas(raw: RawCase) -> None:
    areas = read_areas(areas_file(raw.folder), raw.folder)
    raw.tables["areas"], raw.outlines = areas.rows, areas.outlines
    raw.hashes |= areas.hashes
    raw.problems += areas.problems
    raw.warnings += areas.warnings


def _table(raw: RawCase, table: Table, names: list[str]) -> None:
    if table.optional and table.file not in names:
        raw.tables[table.name] = Rows(table, table.file)
        return
    raw.tables[table.name], problems = read_table(_table_text(raw, table.file), table)
    raw.problems += problems


def _tried_out(raw: RawCase, scenario: Scenario) -> list[Problem]:
    """The problems of a scenario's edits; a warning is noted for each of them that does nothing."""
    edits = [edit for edit in scenario.edits if not of_futures(edit)]
    after, problems = edited(raw.state, edits)
    if not problems:
        raw.warnings += idle_edits(raw.state, after, edits)
    return problems


def _land(raw: RawCase) -> None:
    raw.land, hashes, warnings = read_land(raw.folder)
    raw.hashes |= hashes
    raw.warnings += warnings
    if raw.land is not None and "areas" in raw.tables:
        raw.outlines, problems, notes = take_out_land(raw.tables["areas"], raw.outlines, raw.land)
        raw.problems += problems
        raw.warnings += notes
