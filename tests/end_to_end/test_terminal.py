"""What a real terminal shows, through a pseudo-terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def run_in_terminal(folder: Path, *arguments: object) -> tuple[int, str]:
    """Exit code and everything that a terminal of 80 columns is sent."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "planner.cli", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    sent = b""
    try:
        while chunk := os.read(ours, 65536):
            sent += chunk
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    return process.wait(timeout=60), sent.decode("utf-8")


def test_steps_with_seconds_then_the_summary_in_80_columns(case: Path, tmp_path: Path) -> None:
    code, sent = run_in_terminal(tmp_path, "run", case, "--no-causes", "--no-range")
    assert code == 0
    lines = sent.replace("\r", "").splitlines()
    for step in ("read the case", "cells", "effort", "solve", "round 1", "report", "audit", "write"):
        assert any(f" s  {step}" in line for line in lines), step
    assert "working" in sent
    start = sent.index("Coverage by area")
    assert "Western zone" in sent[start:]
    assert "\x1b[31m" not in sent


def test_problems_are_red(case: Path, tmp_path: Path) -> None:
    (case / "bases.csv").unlink()
    code, sent = run_in_terminal(tmp_path, "check", case)
    assert code == 2
    assert "\x1b[31mbases.csv" in sent
