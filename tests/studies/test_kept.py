"""Plans as files: what is read back is the plan to the last digit, and no type comes from a file."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import planner
from planner.jobs.digest import digest
from planner.studies.engine import ALL_TABLES, PlanForm, slim

FAIR = {"objective": "fair", "cells.spacing_nm": 150}


@pytest.fixture(scope="module", params=["tiny", "small"])
def plan(request: pytest.FixtureRequest, folder: Path, tiny_plan: planner.Results) -> planner.Results:
    if request.param == "tiny":
        return tiny_plan
    return planner.plan(planner.read_case(folder, FAIR), causes=False)


@pytest.mark.parametrize("outlines", [True, False])
def test_a_plan_comes_back_to_the_last_digit(plan: planner.Results, outlines: bool, tmp_path: Path) -> None:
    odd = plan.missions.assign(cost=[0.1 + 0.2, *plan.missions["cost"][1:]], distance_nm=np.nan)
    plan = planner.Results(**{**vars(plan), "missions": odd})
    kept = slim(plan, ALL_TABLES, outlines)
    PlanForm().write(kept, tmp_path)
    back = PlanForm().read(tmp_path)
    for field in fields(plan):
        if field.name == "run":
            assert back.run == kept.run
            continue
        assert digest(getattr(back, field.name)) == digest(getattr(kept, field.name)), field.name
    assert len(back.cell_geometry) == (len(plan.cells) if outlines else 0)


def test_tables_that_are_not_wanted_are_not_kept(plan: planner.Results, tmp_path: Path) -> None:
    PlanForm().write(slim(plan, ("areas",), outlines=False), tmp_path)
    assert {file.stem for file in tmp_path.iterdir()} == {*ALL_TABLES, "run"}
    back = PlanForm().read(tmp_path)
    assert back.areas["coverage"].tolist() == plan.areas["coverage"].tolist()
    assert back.missions.empty
    assert back.certificate == plan.certificate


@pytest.mark.parametrize(
    "changed",
    [
        {"certificate": {"$": "record", "of": "planner.cli.__main__:main"}},
        {"certificate": 5},
        {"warnings": {"args": "true"}},
        {"scenarios": 5},
        {"inputs": None},
        {"counts": {"cells": "many"}},
        {"status": "perfect"},
    ],
)
def test_what_is_no_plan_is_an_error(
    plan: planner.Results, changed: dict[str, object], tmp_path: Path
) -> None:
    PlanForm().write(slim(plan, ("areas",), outlines=False), tmp_path)
    document = json.loads((tmp_path / "run.json").read_text("utf-8"))
    (tmp_path / "run.json").write_text(json.dumps(document | changed), encoding="utf-8")
    key = next(iter(changed))
    rule = rf"run.json(: .* is not as it was written \({key}|, {key}.value: .* by another version)"
    with pytest.raises(planner.InputError, match=rule):
        PlanForm().read(tmp_path)
