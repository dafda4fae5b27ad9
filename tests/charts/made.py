"""A study of every kind, of the small case that ``planner new`` writes in large cells, each made once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import planner
from planner.case.new import write_new_case
from planner.page.write import study_file
from planner.studies import kinds
from planner.studies.study import Study, write_study

PLACE = tempfile.TemporaryDirectory()
LARGE = {"cells.spacing_nm": "150"}
POINTS, DRAWS = 4, 10

KINDS = kinds.names()


@cache
def case() -> Path:
    place = Path(PLACE.name) / "small"
    write_new_case(place)
    return place


@cache
def study(kind: str) -> Study:
    made = case()
    if kind == "comparison":
        return planner.compare(made, ["half_budgets"], baseline=True, changes=LARGE)
    if kind == "sweep":
        return planner.sweep(made, all_programmes=True, steps=POINTS, changes=LARGE)
    if kind == "next":
        return planner.next_steps(made, changes=LARGE)
    if kind == "stress":
        return planner.stress(made, changes=LARGE)
    if kind == "ladder":
        return planner.ladder(planner.read_case(made, LARGE | {"programmes.eyes.budget": "300000"}))
    return planner.sensitivity(made, DRAWS, 3, changes=LARGE)


@cache
def folder(kind: str) -> Path:
    """Its folder, with its page."""
    return write_study(study(kind), Path(PLACE.name) / kind, report=study_file)
