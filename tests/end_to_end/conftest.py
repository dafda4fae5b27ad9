"""The command line in this process, in an empty folder; a few tests start processes of their own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

import planner as package
from planner.case.new import write_new_case
from planner.cli import app


@dataclass(frozen=True)
class Finished:
    """What a command has come to."""

    returncode: int
    stdout: str
    stderr: str


Planner = Callable[..., Finished]


@pytest.fixture
def planner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planner:
    """Run ``planner`` in the test's folder; what would end in a traceback fails the test with it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("planner.studies.coverage_range.DRAWS", 2)  # a test pays for no more

    def run(*arguments: object) -> Finished:
        words = [str(one) for one in arguments]
        monkeypatch.setattr(sys, "argv", ["planner", *words])
        done = CliRunner().invoke(app, words, prog_name="planner")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Finished(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """The small case that ``planner new`` writes, in cells so large that plans take no time."""
    return _small(tmp_path / "small")


@pytest.fixture(scope="session")
def _ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of that case, from Python."""
    place = tmp_path_factory.mktemp("ran")
    plan = package.plan(package.read_case(_small(place / "small")), causes=False)
    return package.write(plan, place / "out")


@pytest.fixture
def ran(tmp_path: Path, _ran: Path) -> Path:
    """A copy of the folder of a run of that case: ``out`` in the test's folder."""
    return Path(shutil.copytree(_ran, tmp_path / "out"))


def _small(folder: Path) -> Path:
    write_new_case(folder)
    edit(folder / "case.toml", "spacing_nm = 60", "spacing_nm = 150")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Replace text that stands in a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
