from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from planner.capacity.results import read_capacity_plan
from planner.capacity.write import write_capacity_plan
from planner.cli import app
from tests.capacity.made_up import block, make_invest
from tests.capital_case import write_capital_case


def planner(*words: object) -> Result:
    done = CliRunner().invoke(app, [str(one) for one in words], prog_name="planner")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the engine is asked for, which answers at once with the plan under "answer"."""
    asked: dict[str, Any] = {"answer": make_invest()}

    def invest(case: object, **how: Any) -> object:
        asked.update(how, case=case)
        return asked["answer"]

    def read(folder: Path, changes: object, scenario: object) -> SimpleNamespace:
        return SimpleNamespace(read=(folder, changes, scenario), case=None)

    monkeypatch.setattr("planner.capacity.plan.invest", invest)
    monkeypatch.setattr("planner.case.read_capital_case", read)
    monkeypatch.chdir(tmp_path)
    return asked


def test_a_true_case_is_planned_and_told(tmp_path: Path) -> None:
    write_capital_case(tmp_path / "case")
    out = tmp_path / "out"
    done = planner("invest", tmp_path / "case", "--out", out, "--no-values", "--no-alternatives")
    assert done.exit_code == 0, done.stderr
    assert f"Results are written to {out}" in done.stdout
    assert "write\n" in done.stderr
    plan = read_capacity_plan(out)
    # 3,000,000 USD in 2029 from what open_fund has and carries on: only one more aircraft is worth it
    assert plan["orders"][["option_id", "year", "units"]].to_numpy().tolist() == [["second_plane", 2029, 1]]
    assert list(plan.run["plans"]) == ["plans/2030_calm", "plans/2030_busy"]
    assert "Order 1 x Another aircraft (Airfield) in 2029" in (out / "summary.txt").read_text()


def test_an_earlier_plan_of_another_version_is_refused(found: dict[str, Any], tmp_path: Path) -> None:
    earlier = write_capacity_plan(make_invest(), tmp_path / "earlier")
    table = pd.read_csv(earlier / "alternatives.csv", dtype="str", keep_default_na=False)
    table.drop(columns="future").to_csv(earlier / "alternatives.csv", index=False)
    for words in (("invest", "mycase", "--near", earlier), ("report", earlier), ("figures", earlier)):
        done = planner(*words)
        assert done.exit_code == 2
        assert f"alternatives.csv, future: {earlier} was written by another version" in done.stderr
    assert "case" not in found


def test_options_reach_the_engine(found: dict[str, Any]) -> None:
    words = ("--set", "cells.spacing_nm=90", "--scenario", "poor", "--gap", "0.01", "--time-limit", "60")
    done = planner("invest", "mycase", *words, "--jobs", "2", "--no-values", "--no-alternatives", "--quiet")
    assert done.exit_code == 0
    assert (done.stdout, done.stderr) == ("", "")
    assert found["case"].read == (Path("mycase"), {"cells.spacing_nm": "90"}, "poor")
    asked = (
        found["gap"],
        found["time_limit_s"],
        found["jobs"].workers,
        found["values"],
        found["alternatives"],
    )
    assert asked == (0.01, 60.0, 2, False, False)
    assert Path("results/mycase_invest/orders.csv").is_file()


def test_plans_beside_are_made_as_asked_for(found: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    class Recorder:
        def __init__(self, plan: object, *_: object) -> None:
            self.results = lambda: plan

        def __getattr__(self, name: str) -> Any:
            return lambda *what: asked.append((name, *what))

    monkeypatch.setattr("planner.capacity.variants.Variants", Recorder)
    monkeypatch.setattr("planner.capacity.variants.check_ranges", lambda _: None)
    assert planner("invest", "mycase", "--out", "first", "--quiet").exit_code == 0
    words = ("--near", "first", "--sweep", "running", "--beside", "poor", "--draws", "3", "--seed", "7")
    assert planner("invest", "mycase", "--out", "second", "--quiet", *words).exit_code == 0
    assert found["near"]["units"].tolist() == [2, 1]
    poor = SimpleNamespace(read=(Path("mycase"), {}, "poor"), case=None)
    draws = ("draws", Path("mycase"), 3, 7, {}, None)
    assert asked == [("frontier", "running"), ("scenario", "poor", poor), draws]


def test_a_plan_that_is_not_proven_is_written_and_ends_with_3(found: dict[str, Any]) -> None:
    found["answer"] = make_invest(status="time_limit")
    done = planner("invest", "mycase", "--out", "out")
    assert done.exit_code == 3
    assert "NOT PROVEN" in done.stdout
    assert "No proven plan (time_limit)" in done.stderr
    assert read_capacity_plan("out").run["status"] == "time_limit"


def test_what_is_there_is_refused_before_the_work(found: dict[str, Any]) -> None:
    assert planner("invest", "mycase", "--out", "out", "--quiet").exit_code == 0
    found.pop("case")
    done = planner("invest", "mycase", "--out", "out", "--quiet")
    assert done.exit_code == 2
    assert "replace a former capacity plan with --overwrite" in done.stderr
    assert "case" not in found


def test_report_and_figures_of_a_capacity_plan(found: dict[str, Any], tmp_path: Path) -> None:
    found["answer"] = make_invest(plans={(2030, "calm"): block()})
    assert planner("invest", "mycase", "--out", "out", "--quiet", "--report").exit_code == 0
    again = planner("report", "out", "--out", "again.html")
    assert again.exit_code == 0, again.stderr
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()
    drawn = planner("figures", "out", "--format", "svg", "--only", "capital_timeline,capital_worth")
    assert drawn.exit_code == 0, drawn.stderr
    assert {file.name for file in (tmp_path / "out_figures").iterdir()} == {
        *("capital_timeline.svg", "capital_worth.svg", "figures.json")
    }
    wrong = planner("explain", "out", "eastern")
    assert wrong.exit_code == 2
