"""The pictures that READMEs show are those that the command named beside them makes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from planner.cli import app
from planner.report.results import Results
from planner.report.write import write

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "inputs" / "pacific" / "pictures"
COMMAND = re.compile(r"planner (figures results/pacific [^`\n]*--out inputs/pacific/pictures[^`\n]*)")
SHOWN = re.compile(r"inputs/pacific/pictures/(\w+\.png)")
MOST_BYTES = 200_000


def commands() -> set[str]:
    pages = (ROOT / "README.md", ROOT / "inputs" / "pacific" / "README.md")
    return {found.strip() for page in pages for found in COMMAND.findall(page.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("command", sorted(commands()))
def test_the_command_makes_the_pictures(
    command: str, plan: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(plan, "results/pacific")
    done = CliRunner().invoke(app, shlex.split(command))
    assert done.exit_code == 0, done.output
    made = {file.name for file in (tmp_path / "inputs/pacific/pictures").iterdir()}
    assert made == {file.name for file in PICTURES.iterdir()}


def test_a_command_is_named() -> None:
    assert commands()


def test_pictures_that_are_shown_are_there_and_small() -> None:
    shown = set(SHOWN.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    there = {file.name for file in PICTURES.glob("*.png")}
    assert shown <= there
    for name in there:
        assert (PICTURES / name).stat().st_size < MOST_BYTES
        with Image.open(PICTURES / name) as image:
            assert image.width > 600
