"""Odd surroundings: streams closed or full, names that are no text, little memory, hostile folders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner import pipeline
from planner.results.read_results import read_results
from tests.end_to_end.conftest import Planner, edit

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shells of other systems")


def in_shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    """A line of sh, with $P for the planner that takes warnings for errors."""
    planner = f"P='{sys.executable} -W error -m planner.cli'; {line}"
    return subprocess.run(
        ["sh", "-c", planner], cwd=folder, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize("streams", [">&- 2>&-", ">/dev/full", ">/dev/full 2>/dev/full"])
def test_results_are_kept_wherever_the_streams_lead(tmp_path: Path, streams: str) -> None:
    done = in_shell(tmp_path, f"$P run small --out out --no-causes --no-range {streams}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "run.json").exists()
    assert "Traceback" not in done.stderr
    if streams == ">/dev/full":
        said = "standard output cannot be written to (No space left on device)"
        assert done.stderr.splitlines()[-1].startswith(said)


def test_what_is_only_shown_fails_where_it_cannot_be_shown(tmp_path: Path) -> None:
    full = in_shell(tmp_path, "$P schema >/dev/full")
    assert full.returncode == 2
    assert full.stderr.startswith("standard output cannot be written to")
    assert "Traceback" not in full.stderr
    gone = in_shell(tmp_path, "($P schema; echo $? >&2) | head -n 1")
    assert gone.stderr == "0\n", "a reader that has seen enough is no fault"
    wrong = in_shell(tmp_path, "$P check nowhere 2>&-")
    assert wrong.returncode == 2


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize(
    "arguments",
    [("run", "small", "--out", "bad\udcff"), ("check", "bad\udcff"), ("run", "--set", "title=\udcff")],
)
def test_a_name_that_is_not_text(arguments: tuple[str, ...], planner: Planner) -> None:
    done = planner(*arguments)
    assert done.returncode == 2
    assert "is not UTF-8; rename the file or folder" in done.stderr


def test_a_working_folder_whose_name_is_not_text(
    case: Path, planner: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd\udcff").mkdir()
    monkeypatch.chdir(tmp_path / "odd\udcff")
    done = planner("run", case, "--out", "out")
    assert done.returncode == 2
    assert "is not UTF-8; rename that folder, or name another --out" in done.stderr


@pytest.mark.parametrize("stage", ["prepare", "solve", "report"])
def test_little_memory_is_a_sentence_and_leaves_nothing(
    stage: str, case: Path, planner: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(pipeline, stage, too_large)
    for command in ("run", "compare"):
        done = planner(command, case)
        assert done.returncode == 3
        assert "There is too little memory for this" in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


@pytest.mark.usefixtures("case")
def test_memory_that_is_too_little_for_the_libraries(tmp_path: Path) -> None:
    done = in_shell(tmp_path, "ulimit -v 250000; $P check small")
    assert done.returncode == 3
    assert done.stderr.startswith("There is too little memory for this")


@pytest.fixture
def run(case: Path, planner: Planner, tmp_path: Path) -> Path:
    edit(case / "areas.geojson", "Western zone", "=1+1")
    edit(case / "programmes.csv", "Donor A", "@SUM(1)")
    edit(case / "assets.csv", "Patrol boat", "-2+3|cmd")
    assert planner("run", case, "--out", "out", "--quiet", "--no-causes", "--no-range").returncode == 0
    return tmp_path / "out"


def test_no_text_of_a_csv_file_is_a_formula_and_numbers_stay(run: Path) -> None:
    for file in run.glob("*.csv"):
        table = pd.read_csv(file, dtype="str", keep_default_na=False)
        for name in table:
            cells = table[name]
            pd.to_numeric(cells[cells.str.match(r"[=+@\t\r-]")])  # only numbers begin so
    areas = pd.read_csv(run / "areas.csv")
    assert areas["name"].tolist() == ["'=1+1", "Eastern zone"]
    back = read_results(run)
    assert back.areas["name"].tolist() == ["=1+1", "Eastern zone"]
    assert "-2+3|cmd" in back.fleet["name"].tolist()
    assert (pd.read_csv(run / "cells.csv")["lon"] < 0).any()


HOSTILE: dict[str, list[object]] = {
    "scenarios": [5, [5], [{"name": 1}]],
    "inputs": [None, 5, {"case.toml": 5}],
    "certificate": [5, None, {"value": "x"}],
    "warnings": [None, {"a": 1}],
    "counts": ["x", {"cells": []}],
    "seconds": [[1], {"solve": None}],
    "effort_by_kind": [{"vessel": 5}],
    "command": [5, [5]],
    "versions": [5, {"numpy": 1}],
    "status": ["perfect"],
    "title": [None],
}


def test_a_run_folder_with_a_broken_manifest(ran: Path, planner: Planner) -> None:
    document = json.loads((ran / "run.json").read_text("utf-8"))
    for key, values in HOSTILE.items():
        for value in values:
            (ran / "run.json").write_text(json.dumps({**document, key: value}), encoding="utf-8")
            for command in ("report", "figures"):
                done = planner(command, ran)
                assert done.returncode == 2, (key, value)
                assert f"run.json: {ran} is not as it was written ({key}" in done.stderr
    for text in ("[" * 100_000, "[]", "5", ""):
        (ran / "run.json").write_text(text, encoding="utf-8")
        assert planner("report", ran).returncode == 2
