"""Studies of cases with limits and of fair plans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner
from planner.analysis.situation import situation
from planner.case.new import write_new_case
from planner.solve.certificate import cheapest_factor

LIMITS = """\
limit_id,kind,programme,areas,least,penalty,currency,source
watch,least_coverage,,west,0.06,,,
eyes_west,least_share,eyes,west,0.5,,,
patrols_spend,least_spending,patrols,,100000,200,AUD,
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("studies") / "case"
    write_new_case(place)
    (place / "limits.csv").write_text(LIMITS, encoding="utf-8")
    return place


@pytest.fixture(scope="module", params=["coverage", "shortfall", "fair"])
def planned(request: pytest.FixtureRequest, folder: Path) -> tuple[planner.Case, planner.Results]:
    case = planner.read_case(folder, {"objective": request.param, "cells.spacing_nm": 120})
    return case, planner.plan(case)


def test_explanations_see_the_prices_of_limits(planned: tuple[planner.Case, planner.Results]) -> None:
    case, results = planned
    now = situation(case, results)
    prices, problem = now.at.prices, now.at.problem
    assert len(prices.shortfall) == len(problem.demands)
    limits = results.limits.set_index("limit_id")
    assert prices.spending * 1e6 == pytest.approx(
        limits.loc[["eyes_west", "patrols_spend"], "price"].to_numpy()
    )
    assert prices.shortfall[-1] == limits.loc["watch", "price"]
    # money of eyes is dearer in the east, where the share makes it less welcome
    money = prices.money(problem)[1]
    assert money[0] <= money[1]
    assert np.isfinite(cheapest_factor(problem, prices)).any()
    for subject in ("west", "patrols", "survey_plane"):
        assert planner.explain(case, subject, results=results).subject_id == subject


def test_the_ladder_leaves_limits_with_the_choice(planned: tuple[planner.Case, planner.Results]) -> None:
    case, results = planned
    found = planner.ladder(case, results).rungs
    assert found["step_km2"].min() >= 0.0
    assert found["shortfall_km2"].iloc[0] == pytest.approx(results.areas["shortfall_km2"].sum())


def test_a_run_with_limits_is_read_back(
    planned: tuple[planner.Case, planner.Results], tmp_path: Path
) -> None:
    _, results = planned
    back = planner.read_results(planner.write(results, tmp_path / "run"))
    pd.testing.assert_frame_equal(back.limits, results.limits)
    assert back.fairness == results.fairness
    assert "fairness" not in back.run


def test_a_least_coverage_that_may_vary(folder: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    for file in folder.iterdir():
        (case / file.name).write_bytes(file.read_bytes())
    (case / "uncertainty.csv").write_text(
        "table,id,field,low,high,source\nlimits,watch,least,0.02,0.99,assumption\n"
        "limits,patrols_spend,least,50000,200000,assumption\n",
        encoding="utf-8",
    )
    # the patrol boat's sweep width has columns of a range, too; of two figures one would do
    study = planner.sensitivity(case, draws=4, changes={"cells.spacing_nm": 120})
    drawn = study.draws["limits.watch.least"]
    assert drawn.between(0.02, 0.99).all()
    # draws spread over the range: the upper ones cannot be had, and are told
    assert 1 <= len(study.failures) < 4
    assert study.failures["message"].str.contains("hard limit").all()
    assert (study.failures["status"] == "infeasible").all()


def test_ranges_of_limits_keep_to_their_kind(folder: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    for file in folder.iterdir():
        (case / file.name).write_bytes(file.read_bytes())
    rows = "table,id,field,low,high,source\nlimits,watch,least,0.02,1.5,assumption\n"
    (case / "uncertainty.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(planner.InputError, match=r"limits\.watch\.least is above 1"):
        planner.read_case(case)


def test_a_conflict_in_a_comparison_carries_its_data(folder: Path) -> None:
    strict = planner.read_case(folder, {"limits.watch.least": 0.99, "cells.spacing_nm": 120})
    with pytest.raises(planner.LimitsError, match="scenario strict: the hard limit watch") as caught:
        planner.compare({"strict": strict, "as it is": planner.read_case(folder, {"cells.spacing_nm": 120})})
    assert caught.value.conflict[0].limit_id == "watch"
    assert caught.value.exit_code == 3
