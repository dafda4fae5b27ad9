"""A run that is killed at any moment leaves the whole old folder, the whole new one, or nothing new."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from planner.errors import OutputError
from planner.report.target import check_target
from planner.report.write import write
from tests.report.killed_writer import VERSIONS, version

ROOT = Path(__file__).parents[2]
LARGE, SMALL = 10_000, 2
KILLS = 8
MOST_STEPS = 100

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be forked")
Kill = Callable[[Path, int, str, str], str]


def manifest(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def write_both(folder: Path, rows: int) -> list[dict[str, str]]:
    """What the older and the newer version hold when they are whole."""
    whole = [manifest(write(version(name, rows), folder / name)) for name in VERSIONS]
    assert whole[0] != whole[1]
    return whole


@pytest.fixture(scope="module")
def kill() -> Iterator[Kill]:
    """Have a process write to a folder and kill it; says "killed", or "ended 0" if it was done before."""
    command = [sys.executable, "-m", "tests.report.killed_writer"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:

        def run(folder: Path, rows: int, way: str, when: str) -> str:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(f"{folder}\t{rows}\t{way}\t{when}\n")
            server.stdin.flush()
            return server.stdout.readline().strip()

        yield run
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(timeout=30) == 0


@pytest.mark.parametrize("rows", [LARGE, SMALL])
def test_killed_at_random_moments(tmp_path: Path, kill: Kill, rows: int) -> None:
    whole = write_both(tmp_path, rows)
    folder = write(version("old", rows), tmp_path / "results")
    chance = random.Random(rows)
    for _ in range(KILLS):
        assert kill(folder, rows, "swap", f"after {chance.uniform(0.05, 0.7)}") == "killed"
        assert folder.is_dir(), "the name always stands for a folder"
        assert manifest(folder) in whole
    write(version("old", rows), folder, overwrite=True)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["new", "old", "results"]


def test_killed_at_random_moments_before_the_first_folder(tmp_path: Path, kill: Kill) -> None:
    whole = write_both(tmp_path, LARGE)
    chance = random.Random(1)
    for number in range(KILLS // 2):
        folder = tmp_path / f"results_{number}"
        kill(folder, LARGE, "swap", f"after {chance.uniform(0.05, 0.6)}")
        assert not folder.exists() or manifest(folder) in whole


@pytest.mark.parametrize("way", ["swap", "two_renames"])
def test_killed_before_every_step_on_the_file_system(tmp_path: Path, kill: Kill, way: str) -> None:
    whole = write_both(tmp_path, SMALL)
    folder = tmp_path / "results"
    found = []
    for step in range(1, MOST_STEPS):
        # Clean every time: removing what a killed run left would take steps, and hide one that counts.
        write(version("old", SMALL), folder, overwrite=True)
        if kill(folder, SMALL, way, f"step {step}") == "ended 0":
            break
        if way == "two_renames" and not folder.exists():
            found.append("aside")
            with pytest.raises(OutputError, match="exists"):
                check_target(folder)  # the next run puts the old folder back
        found.append(VERSIONS[whole.index(manifest(folder))])
    assert found[0] == "old"
    assert found[-1] == "new"
    assert found.count("aside") == (1 if way == "two_renames" else 0)
    changes = sum(before != after for before, after in pairwise(found))
    assert changes == (3 if way == "two_renames" else 1), "old until a moment, new from then on"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["new", "old", "results"]
