"""A wheel holds the whole program and nothing else, and works where it is unpacked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
HIDDEN = shutil.ignore_patterns("__pycache__")
WORKS = """
import importlib.metadata, sys
from pathlib import Path
(wheel,) = importlib.metadata.distributions(path=[sys.argv[1]])
(command,) = wheel.entry_points.select(group="console_scripts", name="planner")
main = command.load()
for words in (["new", "case"], ["run", "case", "--out", "out", "--no-causes", "--no-range"]):
    sys.argv = ["planner", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, end.code
import planner
print(planner.__file__)
print("Loaded:", *sys.modules)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the project, so that nothing is left in the project itself."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(PROJECT / name, source / name)
    shutil.copytree(PROJECT / "planner", source / "planner", ignore=HIDDEN)
    run("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", out, source)
    (built,) = out.glob("*.whl")
    return built


def run(*arguments: object, path: Path | None = None, folder: Path | None = None) -> str:
    environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_the_program_only(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {file for file in (PROJECT / "planner").rglob("*") if "__pycache__" not in file.parts}
    files -= set((PROJECT / "planner").glob("*/README.md"))  # of packages: for who reads the source
    assert names == {file.relative_to(PROJECT).as_posix() for file in files if file.is_file()}


def test_it_works_where_it_is_unpacked_and_plans_without_plotting(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "place"
    zipfile.ZipFile(wheel).extractall(place)
    *_, where, loaded = run("-c", WORKS, place, path=place, folder=tmp_path).splitlines()
    assert Path(where).is_relative_to(place)
    assert (tmp_path / "out" / "gaps.csv").exists()
    assert {"altair", "vl_convert"}.isdisjoint(loaded.split())
