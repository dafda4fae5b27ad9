"""A wheel holds the program and nothing else, and works where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the project, so that nothing is left in the project itself."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md"):
        (source / name).write_bytes((PROJECT / name).read_bytes())
    for file in (PROJECT / "planner").rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            copy = source / file.relative_to(PROJECT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    run("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", out, source)
    (built,) = out.glob("*.whl")
    return built


def run(*arguments: object, path: Path | None = None, folder: Path | None = None) -> str:
    environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_the_program_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "planner",
        "maritime_surveillance_planner",
    }
    assert "planner/py.typed" in names


def test_it_works_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "place"
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", place, wheel)
    where = run("-c", "import planner; print(planner.__file__)", path=place, folder=tmp_path)
    assert Path(where.strip()).is_relative_to(place)
    run("-m", "planner.cli", "new", "case", path=place, folder=tmp_path)
    run(
        "-m",
        "planner.cli",
        "run",
        "case",
        "--out",
        "results",
        "--report",
        "--no-causes",
        "--no-range",
        path=place,
        folder=tmp_path,
    )
    assert (tmp_path / "results" / "gaps.csv").exists()
    assert "</html>" in (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
