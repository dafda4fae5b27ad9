"""Limits and fair plans through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import planner as package
from tests.end_to_end.conftest import Planner

HEADER = "limit_id,kind,programme,areas,least,penalty,currency,source\n"


def with_limits(case: Path, *rows: str) -> None:
    (case / "limits.csv").write_text(HEADER + "".join(rows), encoding="utf-8")


def test_a_run_with_limits(case: Path, planner: Planner, tmp_path: Path) -> None:
    with_limits(case, "watch,least_coverage,,*,0.02,,,\n", "spend,least_spending,eyes,,1000000,10,USD,\n")
    done = planner("run", case, "--out", "out", "--no-causes", "--no-range")
    assert done.returncode == 0, done.stderr
    assert "Limits (money in USD)" in done.stdout
    limits = pd.read_csv(tmp_path / "out" / "limits.csv", keep_default_na=False)
    assert limits["limit_id"].tolist() == ["watch", "watch", "spend"]
    assert limits["hard"].tolist() == [True, True, False]
    assert "limits.csv" in json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["inputs"]


def test_a_run_without_limits_has_an_empty_table(ran: Path) -> None:
    assert len((ran / "limits.csv").read_text("utf-8").splitlines()) == 1
    assert "Limits" not in (ran / "summary.txt").read_text("utf-8")


def test_a_conflict(case: Path, planner: Planner, ran: Path) -> None:
    before = {file.name: file.read_bytes() for file in ran.iterdir()}
    with_limits(case, "watch,least_coverage,,west,0.99,,,\n", "spend,least_spending,eyes,,100,,USD,\n")
    done = planner("run", case, "--out", "out", "--overwrite")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "the hard limit watch (limits.csv row 2) cannot hold, even without all other limits" in done.stderr
    assert "at least 99.00% of west covered; at most " in done.stderr
    assert "watch (limits.csv row 2), west: " in done.stderr
    assert {file.name: file.read_bytes() for file in ran.iterdir()} == before, "what was there is untouched"


def test_a_conflict_from_python(case: Path) -> None:
    with_limits(case, "watch,least_coverage,,west,0.99,,,\n")
    with pytest.raises(package.LimitsError) as caught:
        package.plan(package.read_case(case))
    (one,) = caught.value.conflict
    assert (one.limit_id, one.area_id, one.file, one.row) == ("watch", "west", "limits.csv", 2)
    again = package.read_case(case, {"limits.watch.least": one.at_most * (1 - 1e-6)})
    assert package.plan(again, causes=False).limits["reached"].tolist() == pytest.approx(
        [one.at_most], rel=1e-4
    )


def test_a_conflict_in_a_comparison_names_the_scenario(case: Path, planner: Planner) -> None:
    with_limits(case, "spend,least_spending,eyes,,2000000,,USD,\n")
    done = planner("compare", case, "--scenario", "half_budgets")
    assert done.returncode == 3
    assert "half_budgets" in done.stderr
    assert "the hard limit spend" in done.stderr
    assert "the money of eyes comes to 1,250,000" in done.stderr


def test_a_broken_file(case: Path, planner: Planner) -> None:
    with_limits(case, "watch,least_coverage,,wst,0.2,,,\n", "more,least_coverage,,west,2,,,\n")
    done = planner("check", case)
    assert done.returncode == 2
    assert (
        "limits.csv row 2, areas: wst is not an id of areas.geojson; write west, if that is meant"
        in done.stderr
    )
    assert "limits.csv row 3, least: 2 is too large" in done.stderr


def test_a_fair_plan(case: Path, planner: Planner, tmp_path: Path) -> None:
    targets = ["--set", "areas.west.target_coverage=0.9", "--set", "areas.east.target_coverage=0.95"]
    done = planner(
        "run", case, "--set", "objective=fair", *targets, "--out", "out", "--no-causes", "--no-range"
    )
    assert done.returncode == 0, done.stderr
    assert "Fair: every area gets at least" in done.stdout
    run = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    areas = pd.read_csv(tmp_path / "out" / "areas.csv")
    ratio = (areas["coverage"] / areas["target_coverage"]).min()
    assert run["objective"] == "fair"
    assert run["fairness"]["levels"][0]["ratio"] == pytest.approx(ratio)
    assert run["fairness"]["smallest_ratio"] == pytest.approx(ratio)
    assert run["fairness"]["bound"] >= ratio
    assert run["fairness"]["gap"] <= 1e-4
    plain = planner("run", case, *targets, "--out", "plain", "--quiet", "--no-causes", "--no-range")
    assert plain.returncode == 0
    other = pd.read_csv(tmp_path / "plain" / "areas.csv")
    assert (other["coverage"] / other["target_coverage"]).min() <= ratio * (1 + 1e-4)
