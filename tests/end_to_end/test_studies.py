"""The commands of the studies: what they write and say, what they refuse, and that a killed run goes on."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner import pipeline
from tests.end_to_end.conftest import Planner, edit

STUDIES = {
    "compare": ("comparison", "compared", []),
    "sweep": ("sweep", "sweep", ["--programme", "eyes", "--to", "2", "--steps", "3"]),
    "next": ("next", "next", ["--amount", "5e5"]),
    "stress": ("stress", "stress", []),
    "ladder": ("ladder", "ladder", []),
    "sensitivity": ("sensitivity", "sensitivity", ["--draws", "2", "--seed", "3"]),
}
"""Kind and folder of what each command writes, and options that make it short."""


@pytest.fixture
def one_area(case: Path) -> Path:
    """The case with its western area alone and one programme."""
    areas = json.loads((case / "areas.geojson").read_text("utf-8"))
    areas["features"] = [one for one in areas["features"] if one["properties"]["area_id"] == "west"]
    (case / "areas.geojson").write_text(json.dumps(areas), encoding="utf-8")
    edit(case / "access.csv", "fji,east,", "fji,west,")
    head, _, eyes = (case / "programmes.csv").read_text("utf-8").splitlines()
    (case / "programmes.csv").write_text(f"{head}\n{eyes}\n", encoding="utf-8")
    edit(case / "case.toml", "programmes.patrols.budget = 600000\n", "")
    return case


@pytest.mark.parametrize("command", STUDIES)
def test_a_study_is_written_whole_and_only_once(
    command: str, one_area: Path, planner: Planner, tmp_path: Path
) -> None:
    """Of one area whose target is met and one programme: the least that there is to show."""
    kind, name, options = STUDIES[command]
    arguments = (command, one_area, *options, "--set", "target_coverage=0.01", "--scenario", "half_budgets")
    done = planner(*arguments, "--report")
    assert done.returncode == 0, done.stderr
    assert "half_budgets: Half of every budget" in done.stdout
    assert "plans are optimal within the tolerance" in done.stdout
    folder = tmp_path / "results" / f"small_{name}"
    assert not folder.with_name(f"{folder.name}.part").exists()
    document = json.loads((folder / "study.json").read_text("utf-8"))
    assert document["kind"] == kind
    assert {file.name for file in folder.iterdir()} == set(document["files"])
    variants = pd.read_csv(folder / "variants.csv")
    assert (variants["status"] == "optimal").all()
    assert (variants["bound"] <= variants["plan_value"] * (1 + 1e-12)).all()
    assert set(pd.read_csv(folder / "differences.csv")["variant"]) <= set(variants["variant"])
    assert (folder / "summary.txt").read_text("utf-8").splitlines()[0] in done.stdout
    assert "<html" in (folder / "report.html").read_text("utf-8")
    again = planner(*arguments)
    assert again.returncode == 2
    assert f"replace a former {kind} with --overwrite" in again.stderr
    drawn = planner("figures", folder, "--only", "map_pod")
    assert "map_pod is not a figure of this folder" in drawn.stderr, "it was read, and its figures were made"


NO_ASSETS = ("--set", "assets.*.units=0", "--set", "sensors.*.units=0")


@pytest.mark.parametrize("command", STUDIES)
def test_a_study_without_assets_holds(command: str, one_area: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner(command, one_area, *STUDIES[command][2], *NO_ASSETS, "--report")
    assert done.returncode == 0, done.stderr
    variants = pd.read_csv(tmp_path / "results" / f"small_{STUDIES[command][1]}" / "variants.csv")
    assert (variants["status"] == "optimal").all()
    assert (
        "is not a figure of this folder"
        in planner("figures", f"results/small_{STUDIES[command][1]}", "--only", "map_pod").stderr
    )


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (("sweep", "--all", "--from", "1e-300", "--to", "1"), "is above 0 but less than 0.01 USD"),
        (("sweep", "--asset", "survey_plane", "--from", "1e-300", "--to", "1"), "less than 0.001 h"),
        (("sweep", "--all", "--steps", "100000000000"), "There is too little memory"),
        (("sensitivity", "--draws", "100000000000"), "There is too little memory"),
    ],
)
def test_amounts_that_no_plan_can_be_made_of(
    arguments: tuple[str, ...], rule: str, case: Path, planner: Planner, tmp_path: Path
) -> None:
    done = planner(arguments[0], case, *arguments[1:])
    assert done.returncode in (2, 3)
    assert rule in done.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("amount", ["1e300", "1e-9"])
def test_next_steps_with_odd_amounts(amount: str, one_area: Path, planner: Planner) -> None:
    done = planner("next", one_area, "--amount", amount)
    assert done.returncode in (0, 2, 3), "a plan, or a sentence; the fixture lets no traceback pass"


@pytest.mark.parametrize("command", ["next", "stress"])
def test_plans_that_fail_for_a_fault_do_not_lose_the_others(
    command: str, one_area: Path, planner: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = pipeline.solve, []

    def sometimes(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise ValueError("shape mismatch")
        return real(*given, **named)

    monkeypatch.setattr(pipeline, "solve", sometimes)
    done = planner(command, one_area, *STUDIES[command][2], "--report")
    assert done.returncode == 3
    assert "ValueError: shape mismatch" in done.stderr
    variants = pd.read_csv(tmp_path / "results" / f"small_{STUDIES[command][1]}" / "variants.csv")
    assert variants["status"].value_counts()["fault"] == 1
    assert (variants["status"] == "optimal").any()


@pytest.mark.parametrize("command", ["compare", "sweep"])
def test_what_is_not_proven_is_written_and_ends_with_3(
    command: str, one_area: Path, planner: Planner, tmp_path: Path
) -> None:
    _, name, options = STUDIES[command]
    rounds = ["--set", "solver.max_rounds=1", "--set", "solver.gap_tolerance=1e-12"]
    gap = ["--gap", "1e-9"] if command == "sweep" else []
    done = planner(command, one_area, *options, *gap, *rounds)
    assert done.returncode == 3
    assert "NOT PROVEN" in done.stdout
    assert "No proven plan (round_limit)" in done.stderr
    assert "round_limit" in (tmp_path / "results" / f"small_{name}" / "variants.csv").read_text("utf-8")


@pytest.mark.parametrize("command", STUDIES)
def test_without_any_plan_nothing_is_written(
    command: str, case: Path, planner: Planner, tmp_path: Path
) -> None:
    done = planner(command, case, *STUDIES[command][2], "--set", "solver.time_limit_s=0.000001")
    assert done.returncode == 3
    assert not (tmp_path / "results").exists() or not list((tmp_path / "results").glob("*/study.json"))


def test_a_scenario_without_a_plan_does_not_lose_the_others(
    case: Path, planner: Planner, tmp_path: Path
) -> None:
    (case / "limits.csv").write_text(
        "limit_id,kind,programme,areas,least,penalty,currency,source\nwatch,least_coverage,,west,0.01,,,\n"
    )
    edit(
        case / "case.toml", "[scenarios.half_budgets]", "[scenarios.half_budgets]\nlimits.watch.least = 0.99"
    )
    done = planner("compare", case)
    assert done.returncode == 3
    assert "FAILED: half_budgets" in done.stdout
    variants = pd.read_csv(tmp_path / "results" / "small_compared" / "variants.csv", index_col="variant")
    assert variants["status"].to_dict() == {"baseline": "optimal", "half_budgets": "infeasible"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "--scenario", "half_budget"], "write half_budgets, if that is meant"),
        (["compare", "--set", "cells.spacing=3"], "spacing_nm"),
        (["sweep"], "planner sweep: nothing to sweep is named"),
        (["sweep", "--programme", "eye"], "eye is not a programme; write eyes, if that is meant"),
        (["sweep", "--all", "--from", "2", "--to", "1"], "2 to 1 is not a range"),
        (["sweep", "--all", "--gap", "0.5"], "--gap"),
        (["next", "--amount", "0"], "planner next, --amount: 0 must be greater than 0"),
        (["stress", "--gap", "1"], "--gap"),
        (["ladder", "--scenario", "half_budget"], "write half_budgets, if that is meant"),
        (["sensitivity", "--draws", "1"], "--draws"),
        (["sensitivity", "--jobs", "2", "--scheduler", "tcp://localhost:1"], "give --jobs or --scheduler"),
        (["ladder", "--scheduler", "nowhere"], "the Dask scheduler nowhere does not answer"),
        *(
            ([command, *options, "--out", "small", "--overwrite"], f"is not the folder of a former {kind}")
            for command, (kind, _, options) in STUDIES.items()
        ),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = planner(arguments[0], case.name, *arguments[1:])
    assert done.returncode == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_a_named_contingency_that_leads_nowhere_is_told_with_its_line(case: Path, planner: Planner) -> None:
    stress = '[stress.x]\nbases = ["wst_port"]\n\n[scenarios.half_budgets]'
    edit(case / "case.toml", "[scenarios.half_budgets]", stress)
    row = (case / "case.toml").read_text("utf-8").splitlines().index("[stress.x]") + 2
    for command in ("stress", "check"):
        done = planner(command, case)
        assert done.returncode == 2
        assert f"case.toml row {row}, stress.x.bases: wst_port" in done.stderr


def test_names_from_the_case_are_no_markup_and_quiet_is_quiet(
    one_area: Path, planner: Planner, tmp_path: Path
) -> None:
    edit(one_area / "case.toml", 'title = "Example: two zones, two donors"', 'title = "[red]Example[/red]"')
    arguments = ("sweep", one_area, "--spacing", "--from", "200", "--to", "300", "--steps", "2")
    done = planner(*arguments)
    assert done.returncode == 0, done.stderr
    assert "[red]Example[/red]" in done.stdout
    assert (tmp_path / "results" / "small_sweep" / "points.csv").exists()
    again = planner(*arguments, "--overwrite", "--quiet")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_run_that_is_killed_at_any_moment_goes_on_to_the_same_bytes(
    case: Path, planner: Planner, tmp_path: Path
) -> None:
    arguments = ("sensitivity", case, "--draws", 4)
    store = tmp_path / "results" / "small_sensitivity.part"
    while not store.exists():  # a run on a busy machine may come to its end before it is killed
        command = [sys.executable, "-m", "planner.cli", *map(str, arguments), "--jobs", "2", "--overwrite"]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and len(list(store.glob("task_*"))) < 2:
                time.sleep(0.005)
            time.sleep(random.random() * 0.3)
            process.kill()
    refused = planner(*arguments, "--out", "results/small_sensitivity")
    assert refused.returncode == 2
    assert "with --resume, or start again with --overwrite" in refused.stderr
    other = planner(*arguments, "--resume", "--seed", 2)
    assert other.returncode == 2
    assert "cannot be resumed" in other.stderr
    resumed = planner(*arguments, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "of 4 are there from before" in resumed.stderr
    assert not store.exists()
    assert planner(*arguments, "--out", "whole").returncode == 0
    for file in (tmp_path / "whole").iterdir():
        assert file.read_bytes() == (tmp_path / "results" / "small_sensitivity" / file.name).read_bytes()
