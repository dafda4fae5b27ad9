"""The commands that write a page."""

from __future__ import annotations

import json
from pathlib import Path

from tests.end_to_end.conftest import Planner


def test_run_with_report_and_report_make_the_same(planner: Planner, case: Path, tmp_path: Path) -> None:
    done = planner("run", case, "--out", "out", "--report", "--quiet", "--no-range")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == {file.name for file in (tmp_path / "out").iterdir()}
    assert "report.html" in manifest["files"]
    again = planner("report", "out", "--out", "again.html")
    assert again.returncode == 0, again.stderr
    assert "again.html" in again.stdout
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()


def test_a_run_folder_that_got_a_report_may_be_replaced(planner: Planner, case: Path, ran: Path) -> None:
    assert planner("report", "out").returncode == 0
    twice = planner("report", "out")
    assert twice.returncode == 2
    assert "--overwrite" in twice.stderr
    assert planner("report", "out", "--overwrite").returncode == 0
    assert (
        planner("run", case, "--out", "out", "--quiet", "--overwrite", "--no-causes", "--no-range").returncode
        == 0
    )
    assert not (ran / "report.html").exists()


def test_a_folder_that_is_no_run(planner: Planner, case: Path) -> None:
    done = planner("report", case)
    assert done.returncode == 2
    assert "run.json" in done.stderr
    assert "planner run" in done.stderr
    assert "Traceback" not in done.stderr


def test_compare_with_report(planner: Planner, case: Path, tmp_path: Path) -> None:
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write('\n[scenarios.fine]\ntitle = "Fine cells"\ncells.spacing_nm = 90\n')
    done = planner("compare", case, "--out", "out", "--report", "--quiet")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "study.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == {file.name for file in (tmp_path / "out").iterdir()}
    assert "report.html" in manifest["files"]
