"""A run that is killed at any moment leaves the whole old folder or the whole new one for the next run."""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from planner.errors import OutputError
from planner.results import write as write_module
from planner.results.target import check_target
from planner.results.whole_file import STAGING
from planner.results.write import write
from tests.results.killed_writer import LESS, ROWS, VERSIONS, version

ROOT = Path(__file__).parents[2]
KILLS = 4
MOST_STEPS = 100

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be forked")
Kill = Callable[[Path, str], str]


def manifest(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def recovered(folder: Path) -> bool:
    """Whether the old folder had to be put back; the next run does so before anything else."""
    missing = not folder.exists()
    with pytest.raises(OutputError, match="exists"):
        check_target(folder)
    return missing


@pytest.fixture
def _less(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the child does, so that many steps take little time."""
    for name, one in LESS.items():
        monkeypatch.setattr(write_module, name, one)


def whole(place: Path, rows: int = ROWS) -> list[dict[str, str]]:
    """What the older and the newer version hold when they are whole."""
    return [manifest(write(version(name, rows), place / name)) for name in VERSIONS]


@pytest.fixture(scope="module")
def kill() -> Iterator[Kill]:
    """Have a process write to a folder and kill it; says "killed", or "ended 0" if it was done before."""
    command = [sys.executable, "-m", "tests.results.killed_writer"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:

        def run(folder: Path, when: str) -> str:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(f"{folder}\t{when}\n")
            server.stdin.flush()
            return server.stdout.readline().strip()

        yield run
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(timeout=60) == 0


def test_killed_at_random_moments(tmp_path: Path, kill: Kill) -> None:
    known, folder = whole(tmp_path), write(version("old"), tmp_path / "results")
    chance = random.Random(1)
    for _ in range(KILLS):
        assert kill(folder, f"after {chance.uniform(0.05, 0.7)}") == "killed"
        recovered(folder)
        assert manifest(folder) in known
    write(version("old"), folder, overwrite=True)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["new", "old", "results"]
    first = tmp_path / "first"
    kill(first, "after 0.3")
    assert not first.exists() or manifest(first) in known


@pytest.mark.usefixtures("_less")
def test_killed_before_every_step_on_the_file_system(tmp_path: Path, kill: Kill) -> None:
    known, older = whole(tmp_path, 1), version("old", 1)
    folder, found, put_back = tmp_path / "results", [], 0
    for step in range(1, MOST_STEPS):
        # clean every time: removing what a killed run left would take steps, and hide one that counts
        for left in tmp_path.glob(f"{STAGING}*"):
            shutil.rmtree(left)
        if not found or found[-1] == "new":
            write(older, folder, overwrite=True)
        if kill(folder, f"step {step}") == "ended 0":
            break
        put_back += recovered(folder)
        found.append(VERSIONS[known.index(manifest(folder))])
    assert found[0] == "old"
    assert found[-1] == "new"
    assert sum(before != after for before, after in pairwise(found)) == 1, "old until a moment, then new"
    assert put_back == 1, "between the two renames"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["new", "old", "results"]
