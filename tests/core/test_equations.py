"""Every equation that the code names has its number in the page of the mathematics, once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import planner

ROOT = Path(planner.__file__).parent
DEFINED = re.findall(r"^ {4}\((\d+)\) ", (ROOT / "core" / "README.md").read_text("utf-8"), re.MULTILINE)
NAMED = re.compile(r"[Ee]quations? ((?:\(\d+\)(?:, | and | to )?)+)")


def test_every_number_is_given_once() -> None:
    assert sorted(map(int, DEFINED)) == list(range(1, len(DEFINED) + 1))
    assert max(Counter(DEFINED).values()) == 1


def test_equations_that_are_named_are_there() -> None:
    named: set[str] = set()
    for file in ROOT.rglob("*.py"):
        text = file.read_text("utf-8")
        found = {number for some in NAMED.findall(text) for number in re.findall(r"\d+", some)}
        assert found <= set(DEFINED), file
        assert "design, section" not in text.lower(), file
        named |= found
    assert {"1", "6", "8", "10", "12", "17"} <= named, "the pattern finds what is written"
