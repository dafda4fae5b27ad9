"""Files of a case that have the wrong name or come from another program: what they may be meant to be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Sequence
from pathlib import Path

from planner.case.areas import AREA_FILES
from planner.case.files import CASE_FILE
from planner.case.outlines import LAND_FILE
from planner.case.place import Place
from planner.errors import Problem
from planner.schema.tables import RISK, WHOLE
from planner.schema.wording import show

NEAR_MISS = 0.82
"""How alike (difflib's ratio) the name of an unknown file must be to a known one to be remarked on."""
TABLE_ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".numbers", ".toml")
OTHER_ENDINGS = (*TABLE_ENDINGS, ".txt", ".json", ".geojson", ".gpkg", ".shp", ".kml", ".kmz", ".zip")
"""Endings that tables and outlines may have in other programs."""
_COPY = re.compile(r"^copy of |( - copy| ?\(\d+\)| copy)(?=\.)")
CASE_FILES = (CASE_FILE, *AREA_FILES, *(table.file for table in (*WHOLE, RISK)), LAND_FILE)
"""Every file that a case may have."""


def misnamed(names: Sequence[str], missing: Container[str]) -> tuple[list[Problem], list[Problem]]:
    """Hints on files that are not read but look as if they should be.

    Args:
        names: The names in a folder.
        missing: The files of a case that are missing.

    Returns:
        Hints on files that may be missing ones, which are problems; and warnings.
    """
    hints, warnings = list[Problem](), list[Problem]()
    for name in names:
        ending = Path(name).suffix.lower()
        beside = Path(name).stem.lower() == "areas" and ending not in OTHER_ENDINGS
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
    found = difflib.get_close_matches(plain, CASE_FILES, n=1, cutoff=NEAR_MISS)
    if not found and Path(name).suffix.lower() in OTHER_ENDINGS:
        stems = {Path(file).stem: file for file in reversed(CASE_FILES)}
        near = difflib.get_close_matches(plain.split(".")[0], stems, n=1, cutoff=NEAR_MISS)
        found = [stems[stem] for stem in near]
    return found[0] if found else ""


def _how(name: str, right: str) -> str:
    ending = Path(name.lower().removesuffix(".txt")).suffix
    if ending in (Path(right).suffix, ".json", ""):
        return "rename it to"
    return "run `planner import-areas` on it to make" if right in AREA_FILES else "save it as"
