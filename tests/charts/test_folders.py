"""Figures of folders: the numbers drawn are those of the CSV files, and what is no such folder is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from planner.analysis.comparing import compare
from planner.results.ladder import STEPS
from planner.results.ladder_text import ladder_study
from planner.results.sweep_text import sweep_study

import planner
from planner.case.new import write_new_case
from planner.charts.folders import STUDY_NAMES, of_folder
from planner.charts.write import write_figures
from planner.errors import InputError
from tests.charts.drawn import Spec, said, table


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of every kind of study, of the small case that planner new writes."""
    place = tmp_path_factory.mktemp("figures")
    case = place / "small"
    write_new_case(case)
    planner.write_comparison(compare(case, ["half_budgets"], baseline=True), place / "comparison")
    programme = str(planner.read_case(case).programmes["programme_id"].iloc[0])
    sweep = planner.sweep(case, programmes=[programme], steps=5)
    planner.write_study(sweep_study(sweep), place / "sweep")
    planner.write_study(ladder_study(planner.ladder(planner.read_case(case))), place / "ladder")
    planner.write_sensitivity(planner.sensitivity(case, 12, 3), place / "sensitivity")
    return place


def figures(folder: Path) -> dict[str, Spec]:
    source = of_folder(folder)
    return {name: source.spec(name) for name in source.charts}


def test_comparison(folders: Path) -> None:
    folder = folders / "comparison"
    shown = table(figures(folder)["coverage"], "scenario", "value")
    areas = pd.read_csv(folder / "areas.csv")
    areas = areas[areas["figure"] == "coverage"]
    assert {(row["scenario"], row["area_id"]): row["value"] for row in shown} == {
        (scenario, area): value
        for scenario, area, value in areas[["scenario", "area_id", "value"]].to_numpy().tolist()
    }


def test_sweep(folders: Path) -> None:
    folder = folders / "sweep"
    shown = table(figures(folder)["frontier"], "amount", "shadow_price")
    points = pd.read_csv(folder / "points.csv")
    assert [row["amount"] for row in shown] == points["amount"].tolist()
    assert [row["covered_km2"] for row in shown] == points["covered_km2"].tolist()
    assert [row["shadow_price"] for row in shown] == points["price_per_million"].tolist()


def test_ladder(folders: Path) -> None:
    folder = folders / "ladder"
    drawn = figures(folder)["ladder"]
    shown = table(drawn, "low", "high", "kind")
    rungs = pd.read_csv(folder / "ladder.csv").set_index("rung")
    assert shown[0]["high"] == pytest.approx(rungs.loc["plan", "shortfall_km2"])
    steps = [step for step in STEPS if step != "out_of_reach"]
    for row, step in zip(shown[1:-1], steps, strict=True):
        assert row["high"] - row["low"] == pytest.approx(rungs.loc[step, "step_km2"], abs=1e-6)
    assert shown[-1]["high"] == pytest.approx(rungs.loc["out_of_reach", "step_km2"], abs=1e-6)


def test_sensitivity(folders: Path) -> None:
    folder = folders / "sensitivity"
    found = figures(folder)
    drivers = pd.read_csv(folder / "drivers.csv")
    drivers = drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == "all")]
    ends = [row["end"] for row in table(found["tornado"], "end", "kind")]
    assert sorted(ends) == pytest.approx(sorted([*drivers["low_mean"], *drivers["high_mean"]]))
    outcomes = pd.read_csv(folder / "outcomes.csv")
    for name, outcome in (
        ("ranges_coverage", ["coverage", "area_coverage"]),
        ("ranges_gap", ["programme_gap_km2"]),
    ):
        expected = outcomes[outcomes["outcome"].isin(outcome)]
        shown = table(found[name], "low", "value", "high")
        for drawn, column in (("low", "p5"), ("lower", "p25"), ("value", "base"), ("high", "p95")):
            assert [row[drawn] for row in shown] == pytest.approx(expected[column].tolist())


@pytest.mark.parametrize("kind", ["comparison", "sweep", "ladder", "sensitivity"])
def test_every_study_is_written_whole_and_says_what_it_shows(
    folders: Path, tmp_path: Path, kind: str
) -> None:
    source = of_folder(folders / kind)
    assert set(source.charts) <= set(STUDY_NAMES)
    written = write_figures(source, tmp_path / "figures", "svg")
    assert {file.name for file in written.iterdir()} == {
        *(f"{name}.svg" for name in source.charts),
        "figures.json",
    }
    document = json.loads((written / "figures.json").read_text(encoding="utf-8"))
    assert document["status"] == "optimal"
    assert set(document["inputs"]) >= {"case.toml", "areas.geojson"}
    for spec in figures(folders / kind).values():
        assert "plans optimal" in said(spec)


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda folder: (folder / "points.csv").unlink(), "points.csv: .* cannot be read"),
        (lambda folder: (folder / "points.csv").write_text("a,b\n"), "points.csv: .* cannot be understood"),
        (lambda folder: (folder / "sweep.json").write_text("{"), "sweep.json: .* is not JSON"),
        (lambda folder: (folder / "sweep.json").write_text("[]"), "sweep.json: .* is not as it was written"),
        (lambda folder: (folder / "sweep.json").unlink(), "holds no run.json"),
        (lambda folder: (folder / "sweep.json").rename(folder / "next.json"), "writes: it has no figures"),
    ],
)
def test_folder_that_is_not_as_it_was(
    folders: Path, tmp_path: Path, spoil: Callable[[Path], object], rule: str
) -> None:
    folder = tmp_path / "sweep"
    folder.mkdir()
    for file in (folders / "sweep").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    spoil(folder)
    with pytest.raises(InputError, match=rule):
        of_folder(folder)


def test_figures_that_a_folder_does_not_have(folders: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="map_pod is not a figure of this folder; name one or several of"):
        write_figures(of_folder(folders / "sweep"), tmp_path / "figures", only=["map_pod"])
    assert not (tmp_path / "figures").exists()


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("comparison", "planner compare CASE --report"),
        ("sweep", "planner sweep CASE --report"),
        ("sensitivity", "planner sensitivity CASE --report"),
        ("ladder", "planner report RUN --ladder"),
    ],
)
def test_a_report_of_a_study_is_made_by_its_own_command(folders: Path, kind: str, remedy: str) -> None:
    with pytest.raises(InputError, match=remedy):
        planner.write_report(folders / kind)
