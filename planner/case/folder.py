"""Reading a case folder into raw tables: every file that can be read, the problems of the others."""

from __future__ import annotations

import copy
import difflib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.case.areas import AREA_FILES, LAND_FILE, read_areas, read_land
from planner.case.csv_file import RawTable, read_table
from planner.case.files import decode, problem, read_bytes, reason, sha256
from planner.case.risk import empty_risk, read_risk
from planner.case.tables import CSV_TABLES, RISK, TableSpec
from planner.case.toml_file import read_toml
from planner.case.validate import CASE_FILE
from planner.case.wording import show
from planner.errors import InputError, Problem

NEAR_MISS = 0.82
"""How alike (difflib's ratio) the name of an unknown file must be to a known one to be remarked on."""
CASE_FILES = (CASE_FILE, *AREA_FILES, *(spec.file for spec in (*CSV_TABLES, RISK)), LAND_FILE)
"""Every file that a case may have."""

T = TypeVar("T")


@dataclass
class RawCase:
    """What stands in a folder, unchecked; tables that could not be read are not there."""

    folder: Path
    values: dict[str, object] | None = None
    text: str = ""
    tables: dict[str, RawTable] = field(default_factory=dict)
    outlines: dict[int, BaseGeometry] = field(default_factory=dict)
    risk: pd.DataFrame = field(default_factory=empty_risk)
    land: BaseGeometry | None = None
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def copy(self) -> RawCase:
        """A copy whose tables may be changed; outlines, risk and land are shared, nothing changes those."""
        tables = {name: table.copy() for name, table in self.tables.items()}
        return replace(self, values=copy.deepcopy(self.values), tables=tables)


def read_folder(folder: Path) -> RawCase:
    """Reads every file of a case folder.

    Raises:
        InputError: the folder itself is missing, is no folder, or cannot be read.
    """
    names = _names(folder)
    raw = RawCase(folder)
    if _tried(raw, lambda: _settings(raw)):
        raw.values = _tried(raw, lambda: read_toml(raw.text, CASE_FILE))
    areas = _tried(raw, lambda: read_areas(folder))
    if areas:
        raw.tables["areas"], raw.outlines = areas.table, areas.outlines
        raw.hashes |= areas.hashes
        raw.warnings += areas.warnings
    for spec in CSV_TABLES:
        table = _tried(raw, lambda spec=spec: _table(raw, spec, names))  # type: ignore[misc]
        if table:
            raw.tables[spec.name] = table
    if RISK.file in names:
        points = _tried(raw, lambda: read_risk(_text(raw, RISK.file)))
        raw.risk = raw.risk if points is None else points
    if LAND_FILE in names:
        _tried(raw, lambda: _land(raw))
    raw.warnings += _near_misses(names)
    return raw


def _names(folder: Path) -> list[str]:
    """The names in the folder, subfolders left out."""
    name = show(folder.name or str(folder))
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if not _is_folder(entry))
    except FileNotFoundError:
        raise problem(
            name, "is no such folder", "give the path of a case folder (`planner new` makes one)"
        ) from None
    except NotADirectoryError:
        raise problem(name, "is a file, not a folder", "give the folder that holds case.toml") from None
    except PermissionError:
        remedy = "give yourself the right to list and read it"
        raise problem(name, "is a folder that cannot be read for lack of rights", remedy) from None
    except (OSError, ValueError) as error:
        raise problem(name, f"cannot be read ({reason(error)})", "check the path") from None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _tried(raw: RawCase, read: Callable[[], T]) -> T | None:
    """What ``read`` returns, or None with its problems noted."""
    try:
        return read()
    except InputError as error:
        raw.problems += error.problems
        return None


def _text(raw: RawCase, file: str) -> str:
    data = read_bytes(raw.folder / file, raw.folder)
    raw.hashes[file] = sha256(data)
    return decode(data, file)


def _settings(raw: RawCase) -> bool:
    raw.text = _text(raw, CASE_FILE)
    return True


def _table(raw: RawCase, spec: TableSpec, names: list[str]) -> RawTable:
    if spec.optional and spec.file not in names:
        return RawTable(spec, spec.file, spec.required)
    return read_table(_text(raw, spec.file), spec, spec.file)


def _land(raw: RawCase) -> None:
    raw.land, raw.hashes[LAND_FILE], warnings = read_land(raw.folder)
    raw.warnings += warnings


def _near_misses(names: list[str]) -> list[Problem]:
    """Warnings for files whose name is nearly that of a file that a case may have."""
    warnings = []
    for name in names:
        known = difflib.get_close_matches(name.lower(), CASE_FILES, n=1, cutoff=NEAR_MISS)
        beside = Path(name).stem == "areas" and Path(name).suffix.lower() != ".json"
        if name not in CASE_FILES and known and not beside:
            remedy = f"rename it to {known[0]}, if that is meant"
            warnings.append(
                Problem(show(name), 0, "", "", "is not read: a case has no file of this name", remedy)
            )
    return warnings
