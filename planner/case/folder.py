"""Reading a case folder: every file that can be read, the problems of the others, all warnings."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.case.areas import AREA_FILES, LAND_FILE, Parted, areas_file, read_areas, read_land, take_out_land
from planner.case.csv_file import read_table
from planner.case.edits import LEFT_EMPTY, edited, idle_edits
from planner.case.files import CASE_FILE, decode, decode_table, read_bytes, reading, sha256
from planner.case.risk import no_risk, read_risk
from planner.case.rows import Rows
from planner.case.scenarios import (
    SCENARIOS,
    Scenario,
    Stress,
    of_futures,
    read_futures,
    read_scenarios,
    read_stress,
    with_probabilities,
)
from planner.case.state import State
from planner.case.toml_file import key_place, read_settings, read_toml
from planner.case.workbook import WORKBOOK, Sheet, as_rows, as_toml, read_workbook, sheet_file
from planner.errors import InputError, Problem
from planner.schema.messages import Place, show
from planner.schema.settings import Settings
from planner.schema.tables import CASE, RISK, TABLES, WHOLE, Table

NEAR_MISS = 0.82
"""How alike (difflib's ratio) the name of an unknown file must be to a known one to be warned of."""
TABLE_ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".numbers", ".toml")
OTHER_ENDINGS = (*TABLE_ENDINGS, ".txt", ".json", ".geojson", ".gpkg", ".shp", ".kml", ".kmz", ".zip")
"""Endings that tables and outlines may have in other programs."""
OF_OTHERS = ("~$", "._", ".~")
"""How the names of what spreadsheets and Macs put beside a file begin."""
_COPY = re.compile(r"^copy of |( - copy| ?\(\d+\)| copy)(?=\.)")
CASE_FILES = (CASE_FILE, WORKBOOK, *AREA_FILES, *(table.file for table in (*WHOLE, RISK)), LAND_FILE)
"""Every file that a case may have."""


@dataclass
class RawCase:
    """What was read from a folder, before any change; tables that could not be read are not there.

    Attributes:
        text: That of ``case.toml``.
        settings: The settings, if all of them are valid.
        outlines: The sound outline of each area by the number of its row.
        risk: the rows of the risk map (``planner.case.risk``).
        risk_unread: Whether there is a risk map that could not be read, which may have any figure.
        sheets: The sheets of the workbook, by the name of their table.
        sheets_unread: Whether there is a workbook that could not be read, which may have any table.
        hashes: SHA-256 of every file, by name.
        disjoint: The outlines without overlaps, by the rows that were asked for: worked out once.
    """

    folder: Path
    text: str = ""
    settings: Settings | None = None
    scenarios: dict[str, Scenario] = field(default_factory=dict)
    futures: dict[str, Scenario] = field(default_factory=dict)
    stress: dict[str, Stress] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)
    outlines: dict[int, BaseGeometry] = field(default_factory=dict)
    risk: pd.DataFrame = field(default_factory=no_risk)
    risk_unread: bool = False
    land: BaseGeometry | None = None
    sheets: dict[str, Sheet] = field(default_factory=dict)
    sheets_unread: bool = False
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    disjoint: dict[tuple[int, ...], Parted] = field(default_factory=dict)

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems in order, each once; those of the settings in the workbook, if that has them."""
        file = sheet_file(CASE) if CASE in self.sheets else CASE_FILE
        return sorted({replace(one, file=file) if one.file == CASE_FILE else one for one in problems})

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Notes what is wrong with a part of the case; the other parts are still read."""
        try:
            yield
        except InputError as error:
            self.problems += error.problems

    @property
    def state(self) -> State:
        """The case before any edit."""
        return State(self.settings, self.tables, self.text)


def case_folder(path: Path) -> Path:
    """The folder of a case, of which the settings or the workbook may be given instead."""
    named = path.name.lower() in (CASE_FILE, WORKBOOK)
    return path.parent if named and os.path.isfile(path) else path  # noqa: PTH113 (raises nothing)


def areas_in(path: Path) -> Path:
    """The file of areas of a case, or the path itself where it is none of a case."""
    folder = case_folder(path)
    return areas_file(folder) if folder.is_dir() else folder


def read_folder(path: Path) -> RawCase:
    """Reads every file of a case, whose folder, settings or workbook is given.

    Raises:
        InputError: the folder itself is missing, is not a folder, or cannot be read.
    """
    folder = case_folder(path)
    name = show(folder.name or str(folder))
    with reading(name, "missing_file.folder"), os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not _is_other_folder(entry))
    raw = RawCase(folder)
    for part in (_workbook, _areas, _tables, _risk, _land, _case_file):
        with raw.noting():
            part(raw, names)
    hints, warnings = misnamed(names, {each.file for each in raw.problems if each.code == "missing_file"})
    raw.problems += hints
    raw.warnings += warnings
    return raw


def _is_other_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a subfolder that nobody can take for a file of the case."""
    try:
        return entry.is_dir() and entry.name not in CASE_FILES
    except OSError:  # a loop of links
        return False


def _bytes(raw: RawCase, file: str) -> bytes:
    data = read_bytes(raw.folder / file, raw.folder)
    raw.hashes[file] = sha256(data)
    return data


def _bytes_of(raw: RawCase, name: str, file: str, names: Sequence[str]) -> bytes:
    """The file of a table, or of the settings, that has no sheet; no problem where an unread one may."""
    if file not in names and raw.sheets_unread:
        raise InputError([])
    if file not in names and raw.sheets:
        raise Place(file).error("missing_file.sheet", name=name, workbook=WORKBOOK)
    return _bytes(raw, file)


def _areas(raw: RawCase, _: Sequence[str]) -> None:
    areas = read_areas(areas_file(raw.folder), raw.folder)
    raw.tables["areas"], raw.outlines = areas.rows, areas.outlines
    raw.hashes |= areas.hashes
    raw.problems += areas.problems
    raw.warnings += areas.warnings


def _workbook(raw: RawCase, names: Sequence[str]) -> None:
    """Reads the sheets of the workbook; a table may be in it or in a file of its own."""
    if WORKBOOK in names:
        raw.sheets_unread = True
        raw.sheets, warnings = read_workbook(_bytes(raw, WORKBOOK))
        raw.sheets_unread = False
        raw.warnings += warnings
    for name in raw.sheets:
        file = CASE_FILE if name == CASE else TABLES[name].file
        if file in names:
            raw.problems.append(Place(sheet_file(name)).problem("sheet_twice.file", file=file))


def _rows(raw: RawCase, table: Table, names: Sequence[str]) -> tuple[Any, Table]:
    """The text of a table, or the rows of its sheet; and the table with the name of where it is."""
    if table.name in raw.sheets:
        return as_rows(raw.sheets[table.name]), replace(table, file=sheet_file(table.name))
    text, guessed = decode_table(_bytes_of(raw, table.name, table.file, names), table.file)
    if guessed:
        raw.warnings.append(Place(table.file).problem("guessed_encoding"))
    return text, table


def _tables(raw: RawCase, names: Sequence[str]) -> None:
    for table in WHOLE:
        if table.optional and table.file not in names and table.name not in raw.sheets:
            raw.tables[table.name] = Rows(table)
            continue
        with raw.noting():
            raw.tables[table.name], problems = read_table(*_rows(raw, table, names))
            raw.problems += problems


def _risk(raw: RawCase, names: Sequence[str]) -> None:
    if RISK.file in names or RISK.name in raw.sheets:
        raw.risk_unread = True
        raw.risk = read_risk(*_rows(raw, RISK, names))
        raw.risk_unread = False


def _land(raw: RawCase, names: Sequence[str]) -> None:
    if LAND_FILE not in names:
        return
    raw.land, hashes, warnings = read_land(raw.folder)
    raw.hashes |= hashes
    raw.warnings += warnings
    if "areas" in raw.tables:
        raw.outlines, problems, notes = take_out_land(raw.tables["areas"], raw.outlines, raw.land)
        raw.problems += problems
        raw.warnings += notes


def _case_file(raw: RawCase, names: Sequence[str]) -> None:
    """Reads case.toml; its scenarios and losses are checked against the tables."""
    sheet = raw.sheets.get(CASE)
    raw.text = as_toml(sheet) if sheet else decode(_bytes_of(raw, CASE, CASE_FILE, names), CASE_FILE)
    values = read_toml(raw.text)
    raw.scenarios, problems = read_scenarios(values, raw.text)
    raw.futures, unsure = read_futures(values, raw.text)
    raw.stress, found = read_stress(values, raw.text, raw.tables)
    raw.settings, wrong = read_settings(values, raw.text)
    for name, scenario in raw.scenarios.items():
        if not scenario.edits:
            raw.warnings.append(key_place(raw.text, SCENARIOS, name).problem("empty_scenario"))
        # one that only fits together with others is not a problem until it is chosen
        found += [each for each in _tried_out(raw, scenario) if each.code != LEFT_EMPTY]
        found += with_probabilities(raw.futures, scenario.edits)[1]
    for future in raw.futures.values():
        found += _tried_out(raw, future)
    raw.problems += [*problems, *unsure, *found, *wrong]


def _tried_out(raw: RawCase, scenario: Scenario) -> list[Problem]:
    """The problems of a scenario's edits; a warning is noted for each of them that does nothing."""
    edits = [edit for edit in scenario.edits if not of_futures(edit)]
    after, problems = edited(raw.state, edits)
    if not problems:
        raw.warnings += idle_edits(raw.state, after, edits)
    return problems


def misnamed(names: Sequence[str], missing: Container[str]) -> tuple[list[Problem], list[Problem]]:
    """Problems of names that are not read but may be a file that is missing, and warnings on others."""
    hints, warnings = list[Problem](), list[Problem]()
    for name in names:
        ending = Path(name).suffix.lower()
        beside = Path(name).stem.lower() == "areas" and ending not in OTHER_ENDINGS
        beside = beside or name.startswith(OF_OTHERS)
        if name in CASE_FILES or name.lower() in AREA_FILES or beside:
            continue
        right, place = _right_name(name), Place(show(name))
        if right in missing:
            hints.append(place.problem("misnamed_file.missing", right_name=right, how=_how(name, right)))
        elif right:
            warnings.append(place.problem("misnamed_file", right_name=right, how=_how(name, right)))
        elif ending in TABLE_ENDINGS and not name.startswith((".", "~")):
            warnings.append(place.problem("misnamed_file.unknown", files=", ".join(CASE_FILES)))
    return hints, warnings


def _right_name(name: str) -> str:
    """The file of a case that a file with another name may be meant to be, or ""."""
    plain = _COPY.sub("", name.lower().removesuffix(".txt"))
    files = CASE_FILES if plain == WORKBOOK else [name for name in CASE_FILES if name != WORKBOOK]
    found = difflib.get_close_matches(plain, files, n=1, cutoff=NEAR_MISS)
    if not found and Path(name).suffix.lower() in OTHER_ENDINGS:
        stems = {Path(file).stem: file for file in reversed(files)}
        near = difflib.get_close_matches(plain.split(".")[0], stems, n=1, cutoff=NEAR_MISS)
        found = [stems[stem] for stem in near]
    return found[0] if found else ""


def _how(name: str, right: str) -> str:
    ending = Path(name.lower().removesuffix(".txt")).suffix
    if ending in (Path(right).suffix, ".json", ""):
        return "rename it to"
    return "run `planner import-areas` on it to make" if right in AREA_FILES else "save it as"
