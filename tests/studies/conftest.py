"""Cases that the tests of studies share, and the figures of the tiny case, worked out in its README."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import planner
from planner.case.new import write_new_case
from planner.results.plain_text import plain
from planner.studies.study import write_study

TINY = Path(__file__).parents[2] / "inputs" / "tiny"
BOAT, PLANE_DATELINE, PLANE_EASTERN = 0.055710, 0.0064753, 0.0103716
"""Coverage factors: of a boat mission in the dateline zone, and of a plane hour in each zone."""
DATELINE, EASTERN = 49_235.7, 36_926.8
"""Risk weight x area of the two zones [km²]."""
VALUE = 39_534.9
"""What the plan misses."""
SMALL = {"cells.spacing_nm": 150}


def water_filling(hours: float, missions: float) -> float:
    """Missed with hours of the plane over boat missions in the dateline zone; its README, section 3."""
    inverse = 1 / PLANE_DATELINE + 1 / PLANE_EASTERN
    log = (math.log(DATELINE * PLANE_DATELINE) - missions * BOAT) / PLANE_DATELINE
    log += math.log(EASTERN * PLANE_EASTERN) / PLANE_EASTERN - hours
    return math.exp(log / inverse) * inverse


def one(table: pd.DataFrame, **where: object) -> pd.Series:
    """The only row of a table with these values."""
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    assert len(table) == 1
    return table.iloc[0]


def same_tables(a: planner.Study, b: planner.Study) -> None:
    """Two studies have found the same to the last digit."""
    for name in a.tables:
        pd.testing.assert_frame_equal(a[name], b[name], check_exact=True)
    pd.testing.assert_frame_equal(a.variants, b.variants, check_exact=True)
    pd.testing.assert_frame_equal(a.differences, b.differences, check_exact=True)


def written(study: planner.Study, place: Path) -> tuple[dict[str, Any], str]:
    """What manifest and summary of a study's folder say, which has just its files, and its tables."""
    folder = write_study(study, place)
    assert sorted(file.name for file in folder.iterdir()) == sorted(study.files)
    for name, table in study.tables.items():
        read = pd.read_csv(folder / f"{name}.csv")
        assert list(read) == list(table), name
        numbers = table.select_dtypes("number")
        pd.testing.assert_frame_equal(read[[*numbers]], numbers, check_dtype=False, check_exact=True)
    document = json.loads((folder / "study.json").read_text("utf-8"))
    assert document["kind"] == study.kind
    return document[study.kind], (folder / "summary.txt").read_text("utf-8")


def missing_of_readme(command: str, study: planner.Study) -> list[str]:
    """Lines of an excerpt of the README of studies that the command does not say."""
    text = (Path(planner.__file__).parent / "studies" / "README.md").read_text("utf-8")
    block = re.search(rf"`planner {command} inputs/tiny.*?\n\n((?:    .*\n)+)", text)
    assert block
    said = {_words(line) for line in plain(study.summary).splitlines()}
    return [line for line in block[1].splitlines() if _words(line) not in said]


def _words(line: str) -> tuple[str, ...]:
    """The words of a line but for digits of the solver, such as 1.2e-10."""
    return tuple(word for word in line.split() if not re.fullmatch(r"[\d.]+e[-+]\d+|─+", word))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case that ``planner new`` writes."""
    place = tmp_path_factory.mktemp("cases") / "small"
    write_new_case(place)
    return place


@pytest.fixture(scope="session")
def small(folder: Path) -> planner.Case:
    return planner.read_case(folder, SMALL)


@pytest.fixture(scope="session")
def worked() -> planner.Case:
    """The tiny case, which its README works out."""
    return planner.read_case(TINY)


@pytest.fixture(scope="session")
def tiny_plan(worked: planner.Case) -> planner.Results:
    """Its plan, with its causes."""
    return planner.plan(worked)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the tiny case, to be changed."""
    shutil.copytree(TINY, tmp_path / "tiny")
    return tmp_path / "tiny"
