"""What the README prints of the Pacific is what the run says: words to the letter, figures nearly."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import planner
from planner.results.plain_text import plain
from planner.results.summary import summary

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"\d[\d,]*\.?\d*(?:e[-+]\d+)?")
MOVES = 0.03
"""Plans move within their certificates, and with the version of the solver: figures by up to this part."""


def test_the_excerpt_is_what_the_run_says() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- excerpt: run -->")[2].split("```")[1].removeprefix("text\n")
    results = planner.plan(planner.read_case(ROOT / "inputs" / "pacific"))
    said = [line.rstrip() for line in plain(summary(results)).splitlines()]
    by_words = {NUMBER.sub("#", line).split("#")[0].strip(): line for line in reversed(said)}
    for line in block.splitlines():
        if line.strip() in ("", "…"):
            continue
        words = NUMBER.sub("#", line).split("#")[0].strip()
        assert words in by_words, line
        printed, now = (
            [float(n.replace(",", "")) for n in NUMBER.findall(one)] for one in (line, by_words[words])
        )
        if "optimality" in line or line.startswith("gap"):
            continue  # the certificate's own figures
        assert printed == pytest.approx(now, rel=MOVES, abs=0.3), line
