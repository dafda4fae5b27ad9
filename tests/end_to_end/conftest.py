"""The command line as a user has it: in a process of its own, in an empty folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.case.new import write_new_case

Finished = subprocess.CompletedProcess[str]
Planner = Callable[..., Finished]


@pytest.fixture
def planner(tmp_path: Path) -> Planner:
    """Run ``planner`` in the test's folder."""

    def run(*arguments: object) -> Finished:
        command = [sys.executable, "-m", "planner.cli", *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
        )

    return run


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """The small case that ``planner new`` writes."""
    write_new_case(tmp_path / "small")
    return tmp_path / "small"


def edit(file: Path, old: str, new: str) -> None:
    """Replace text that stands in a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
