"""The Pacific case, read once, and in large cells planned once; tests that use it are of one xdist group."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

import planner
from planner import pipeline
from planner.case.folder import RawCase, read_folder
from planner.case.read import case_of
from planner.features.space import Space

PACIFIC = Path(__file__).parents[1] / "inputs" / "pacific"
COARSE = {"cells.spacing_nm": 300, "routing": "geodesic"}
"""Large cells and straight ways: those round land, and lines of equal distance by them, take longer than all
else. They have tests of their own, and the README's run in tests/inputs/test_readme.py takes them."""
TOGETHER = pytest.mark.xdist_group("pacific")


@cache
def raw() -> RawCase:
    return read_folder(PACIFIC)


def case_with(scenario: str | None, **changes: Any) -> planner.Case:
    return case_of(raw(), changes, scenario)


@cache
def coarse() -> planner.Case:
    return case_with(None, **COARSE)


@cache
def space() -> Space:
    """Its cells, distances and effort."""
    return pipeline.prepare(coarse()).space


@cache
def results() -> planner.Results:
    """Its plan, with its causes."""
    return planner.plan(coarse(), before=[space()])
