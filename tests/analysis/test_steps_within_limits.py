"""Sweeps, next steps and losses of cases with limits, and of fair plans: what holds there and what not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import planner
from planner.analysis.resolving import base_plan, valued
from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.report.next_steps import NextSteps
from planner.report.next_steps_text import next_study
from planner.report.plain_text import plain
from planner.report.stress import Losses
from planner.report.stress_text import stress_study
from planner.report.sweep import Sweep, contradictions
from planner.report.sweep_text import sweep_study
from planner.solve.certificate import true_value

LIMITS = """\
limit_id,kind,programme,areas,least,penalty,currency,source
watch,least_coverage,,west;east,0.1,,,
west_half,least_coverage,,west,0.6,0.25,,
eyes_east,least_share,eyes,east,0.5,,,
patrols_spend,least_spending,patrols,,200000,,AUD,
"""
GAP = 1e-6


@pytest.fixture(scope="module", params=["coverage", "shortfall", "fair"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder: Path = tmp_path_factory.mktemp("cases") / "small"
    write_new_case(folder)
    (folder / "limits.csv").write_text(LIMITS, encoding="utf-8")
    return read_case(
        folder, {"cells.spacing_nm": 150, "objective": request.param, "solver.gap_tolerance": GAP}
    )


@pytest.fixture(scope="module")
def swept(case: Case) -> Sweep:
    return planner.sweep(case, all_programmes=True, stop=2, steps=5)


@pytest.fixture(scope="module")
def steps(case: Case) -> NextSteps:
    return planner.next_steps(case, amount=5e5)


@pytest.fixture(scope="module")
def lost(case: Case) -> Losses:
    return planner.stress(case)


def test_the_certificate_is_of_the_objective_that_is_recomputed(case: Case) -> None:
    base = base_plan(case)
    again = true_value(valued(base.problem), base.solution.factor, base.solution.money)
    assert again == pytest.approx(base.solution.certificate.plan_value, rel=1e-6)


def test_a_point_whose_limits_conflict_has_no_plan(swept: Sweep) -> None:
    # without money nobody spends 200,000
    assert swept.points["status"].tolist() == ["infeasible", "optimal", "optimal", "optimal", "optimal"]
    assert swept.points["plan_value"].isna().tolist() == [True, False, False, False, False]
    assert swept.axis.amounts[0] == 0
    assert "NOT PROVEN at point 1 (infeasible)" in plain(sweep_study(swept).summary)
    for point in swept.results.values():
        limits = point.limits[point.limits["hard"]]
        assert (limits["reached"] >= limits["least"] * (1 - 1e-6)).all()


def test_what_the_frontier_is_sure_of(swept: Sweep) -> None:
    points = swept.points.dropna(subset="plan_value")
    assert not list(contradictions(swept))
    value, bound = points["plan_value"].to_numpy(), points["bound"].to_numpy()
    text = plain(sweep_study(swept).summary)
    if swept.objective == "fair":
        met = points["least_target_met"].to_numpy()
        assert (np.diff(met) >= -2 * GAP).all()
        assert "only least_target_met" in text
    else:
        for i in range(len(value)):
            assert (bound[i:] <= value[i] * (1 + 1e-9)).all()
        assert "Every further one gains less or as much" in " ".join(text.split())


def test_prices_only_save_plans_where_they_prove_something(steps: NextSteps) -> None:
    table = steps.steps
    assert (table["status"] == "optimal").all()
    if steps.objective == "fair":
        assert (table["how"] == "re-solved").all()
        assert table["predicted"].isna().all()
        assert "no price foretells it" in " ".join(plain(next_study(steps).summary).split())
    else:
        slack = 1e-6 * steps.base["plan_value"][0]
        assert (table["gain"] >= 0).all()
        assert (table["gain_most"] <= table["predicted"] + slack).all()


def test_what_limits_do_not_allow_to_lose_comes_first(lost: Losses) -> None:
    assert lost.losses["status"].tolist()[0] == "infeasible"
    without = lost.losses[lost.losses["status"] == "infeasible"]
    assert "patrols" in without["id"].tolist()
    assert without["lost_anew"].isna().all()
    assert np.isfinite(lost.losses["lost"]).all()
    assert (lost.losses["lost"] >= -1e-6 * lost.base["plan_value"][0]).all()
    assert "NOT PROVEN" in plain(stress_study(lost).summary)
