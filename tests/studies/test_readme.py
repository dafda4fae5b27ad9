"""The excerpts of the README of studies are what the commands say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import planner
from planner.results.plain_text import plain
from tests.studies.conftest import TINY

README = Path(planner.__file__).parent / "studies" / "README.md"
STUDIES = {
    "sweep": lambda: planner.sweep(TINY, all_programmes=True, stop=2, steps=3),
    "next": lambda: planner.next_steps(TINY, amount=10_000),
    "stress": lambda: planner.stress(TINY),
    "ladder": lambda: planner.ladder(planner.read_case(TINY)),
}


@pytest.mark.parametrize("command", STUDIES)
def test_an_excerpt(command: str) -> None:
    text = README.read_text("utf-8")
    block = re.search(rf"`planner {command} inputs/tiny.*?\n\n((?:    .*\n)+)", text)
    assert block
    said = {_words(line) for line in plain(STUDIES[command]().summary).splitlines()}
    assert [line for line in block[1].splitlines() if _words(line) not in said] == []


def _words(line: str) -> tuple[str, ...]:
    """The words of a line but for digits of the solver, such as 1.2e-10."""
    return tuple(word for word in line.split() if not re.fullmatch(r"[\d.]+e[-+]\d+|─+", word))
