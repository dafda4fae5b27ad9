"""The range of coverage beside every plan: by hand on the tiny case, and what is said of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner
from planner.case.folder import read_folder
from planner.causes.checked import checked_plan
from planner.causes.find import one_by_one
from planner.errors import NoPlanError
from planner.results.contract import conform
from planner.results.sentences import range_in_words
from planner.solve.solver import Status
from planner.studies import coverage_range as module
from planner.studies.coverage_range import coverage_range
from planner.studies.draws import figure_table, quantiles, values
from tests.studies.conftest import BOAT, TINY

HEADER = "table,id,field,low,high,source\n"
WATER_KM2 = 49_235.7, 24_618.0


def with_hours(folder: Path) -> Path:
    shutil.copytree(TINY, folder)
    (folder / "uncertainty.csv").write_text(f"{HEADER}assets,boat,hours_per_unit,600,1800,assumed\n", "utf-8")
    return folder


def table_of(folder: Path, **changes: object) -> pd.DataFrame:
    return coverage_range(read_folder(folder), changes, None, one_by_one(lambda _: None))


def test_the_boats_hours_by_hand(tmp_path: Path) -> None:
    # without the plane the boat works h / 240 missions, which cover 49,235.7 (1 - exp(-0.05571 h / 240)) km²
    folder = with_hours(tmp_path / "tiny")
    without = {"assets.plane.units": 0}
    table = table_of(folder, **without).set_index("figure")
    case = planner.read_case(folder)
    figures = figure_table(case.uncertainty, case.sources)
    hours = values(figures, quantiles(figures, module.DRAWS, module.SEED)).iloc[:, 0].to_numpy()
    share = WATER_KM2[0] * -np.expm1(-BOAT * np.append(hours, 1200.0) / 240.0) / sum(WATER_KM2)
    p5, median, p95 = np.quantile(share[:-1], (0.05, 0.5, 0.95))
    row = table.loc["coverage"]
    assert row[["p5", "median", "p95"]].tolist() == pytest.approx([p5, median, p95], rel=1e-3)
    assert row["as_it_stands"] == pytest.approx(share[-1], rel=1e-3)
    assert row[["draws", "planned", "uncertain_figures", "spacing_nm"]].tolist() == [20, 20, 1, 300.0]
    assert list(table.index) == ["coverage", "risk_weighted_coverage"]


def test_what_fair_plans_leave_out_has_no_ratio(tmp_path: Path) -> None:
    # without the plane nothing reaches the eastern zone; 5 missions in the dateline zone, whose target is 50%
    fair = {"assets.plane.units": 0, "objective": "fair", "areas.dateline.target_coverage": 0.5}
    row = table_of(with_hours(tmp_path / "tiny"), **fair).set_index("figure").loc["smallest_ratio"]
    assert row["as_it_stands"] == pytest.approx(-np.expm1(-BOAT * 5.0) / 0.5, rel=1e-3)
    assert row["p5"] > 0.0


def test_draws_without_a_plan_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(99))

    def refuse(*given: object, **named: object) -> object:
        if next(calls) % 2:
            raise NoPlanError(Status.TIME_LIMIT, "")
        return checked_plan(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "checked_plan", refuse)
    monkeypatch.setattr(module, "DRAWS", 4)
    table = table_of(with_hours(tmp_path / "tiny"))
    assert table["planned"].tolist() == [2, 2]
    assert "2 have no plan" in range_in_words(table, {})


def test_without_a_plan_at_coarse_cells_there_is_no_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise NoPlanError(Status.INFEASIBLE, "")

    monkeypatch.setattr(module, "checked_plan", refuse)
    assert table_of(with_hours(tmp_path / "tiny")).empty


def test_what_is_said() -> None:
    none = conform("range", pd.DataFrame(columns=planner.plan(planner.read_case(TINY)).range.columns))
    assert range_in_words(none, {"uncertain_figures": 0}).startswith("How sure this is, is not known")
    said = range_in_words(none, {"uncertain_figures": 7})
    assert "with the 7 figures that have ranges is not known here" in said
    one = range_in_words(none, {"uncertain_figures": 1})
    assert "with the one figure that has a range is not known here" in one
    row = {
        "figure": "coverage", "as_it_stands": 0.13, "p5": 0.09, "median": 0.12, "p95": 0.3, "draws": 20,
        "planned": 20, "uncertain_figures": 1, "spacing_nm": 240.0, "tolerance": 5e-3,
    }  # fmt: skip
    assert range_in_words(conform("range", pd.DataFrame([row])), {}) == (
        "What this rests on: 1 figure has a range. In 20 draws from it, planned at cells of 240 nm, the 5th "
        "to 95th percentile is: 9.0% to 30.0% of all water covered (13.0% with the figures as they are)."
    )
    lost = range_in_words(conform("range", pd.DataFrame([{**row, "planned": 19}])), {})
    assert lost.endswith("(13.0% with the figures as they are); 1 has no plan.")
