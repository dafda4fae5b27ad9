"""The ladder: a problem whose rungs are worked out by hand, laws on random ones, the tiny case, the files."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.analysis import rungs as module
from planner.analysis.ladder import over_mandates, reached_share
from planner.analysis.rungs import Rung, climb, pooled, rung_table, steps_km2
from planner.case.settings import SolverSettings
from planner.errors import NoPlanError
from planner.groundwork import groundwork
from planner.model.problem import PlanningProblem
from planner.planning import planning_problem
from planner.report.ladder import RUNGS, STEPS, TABLES
from planner.report.ladder_text import LADDER, ladder_study, ladder_summary, require_proof
from planner.report.plain_text import plain
from planner.report.study import write_study
from planner.solve.certificate import Certificate, shortfall_km2
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from tests.limits import least_coverage, limits_table
from tests.problems import make_problem, simple_effort
from tests.solve.random_problems import random_problem

TINY = Path(__file__).parents[2] / "inputs" / "tiny"
FINE = SolverSettings(gap_tolerance=1e-8)
ALIKE = {"rel": 1e-6, "abs": 0.01}


def own_plan(problem: PlanningProblem) -> Rung:
    solution = optimise(problem, 1e-8)
    short = shortfall_km2(problem, solution.factor)
    return Rung("plan", problem.objective, short, 0.0, solution.certificate, solution.status)


def rungs_of(problem: PlanningProblem, reached: np.ndarray | None = None) -> list[Rung]:
    if reached is None:
        reached = np.bincount(problem.effort["cell"], minlength=len(problem.cells)) > 0
    return climb(problem, own_plan(problem), reached.astype(float), FINE)


def by_hand() -> PlanningProblem:
    """Every mission takes an hour and costs 1, and halves what is missed of a cell of 1,000 km².

    Asset 0 has 6 hours; asset 1 has 2, and no consent. Programme 0 has 1 for area 0, programme 1 has 3 for
    areas 1 and 2. Area 2 wants nothing but is risky; 100 km² of area 0 (cell 3) are out of reach.
    """
    return make_problem(
        simple_effort(
            asset=[0, 0, 0, 1, 1],
            cell=[0, 1, 2, 0, 1],
            area=[0, 1, 2, 0, 1],
            factor=[math.log(2)] * 5,
            cost=1.0,
            access=[True, True, True, False, False],
        ),
        cell_km2=[1000, 1000, 1000, 100],
        cell_area=[0, 1, 2, 0],
        risk=[1, 1, 100, 1],
        targets=[1.0, 1.0, 0.0],
        hours=[6, 2],
        budgets=[1, 3],
        eligibility=[(0, 0, 0), (0, 1, 1), (0, 2, 1), (1, 0, 0), (1, 1, 1)],
    )


def test_a_ladder_by_hand() -> None:
    # plan: programme 1 sends its three missions to risky area 2: 500 + 100 km² short in area 0, 1,000 in 1
    # choice: those three go to area 1: 600 + 1000/8;  pool: two missions each: 350 + 250
    # money: the six hours, three each: 225 + 125;     access: eight hours, four each: 162.5 + 62.5
    # hours: all that is reached: 100 + 0;             out of reach: 100 km² of area 0
    rungs = rungs_of(by_hand())
    expected = {
        "plan": [600, 1000, 0],
        "choice": [600, 125, 0],
        "earmarking": [350, 250, 0],
        "money": [225, 125, 0],
        "access": [162.5, 62.5, 0],
        "hours": [100, 0, 0],
    }
    assert [rung.name for rung in rungs] == list(expected)
    for rung in rungs:
        assert rung.shortfall_km2 == pytest.approx(expected[rung.name], abs=0.05), rung.name
        assert rung.status is Status.OPTIMAL
    table = rung_table(rungs).set_index("rung")
    steps = {"plan": 0, "choice": 875, "earmarking": 125, "money": 250, "access": 125, "hours": 125}
    steps["out_of_reach"] = 100
    assert table["step_km2"].to_dict() == pytest.approx(steps, abs=0.05)
    assert table["shortfall_km2"].tolist() == pytest.approx([1600, 725, 600, 350, 225, 100, 0], abs=0.05)
    assert steps_km2(rungs)["earmarking"] == pytest.approx([250, -125, 0], abs=0.05), "either sign"
    # programme 0 has area 0 as its mandate, programme 1 areas 1 and 2
    assert over_mandates(by_hand(), rungs[0].shortfall_km2) == pytest.approx([600, 1000], abs=0.05)


def test_every_proven_step_holds_the_true_one() -> None:
    table = rung_table(rungs_of(by_hand())).set_index("rung")
    true = {"choice": 875, "earmarking": 125, "money": 250, "access": 125, "hours": 125, "out_of_reach": 100}
    for name, step in true.items():
        row = table.loc[name]
        assert row["step_least_km2"] - 1e-4 <= step <= row["step_most_km2"] + 1e-4, name
        assert 0 <= row["step_least_km2"] <= row["step_km2"] <= row["step_most_km2"], name


def test_a_plan_that_keeps_to_targets_has_nothing_to_choose() -> None:
    table = rung_table(rungs_of(replace(by_hand(), objective="shortfall"))).set_index("rung")
    assert table.loc["choice", "step_km2"] == pytest.approx(0, abs=1e-4)


def test_what_a_limit_of_the_planner_costs_is_choice() -> None:
    # two areas of 1,000 km², ln 2 of coverage factor an hour and one hour in all; each wants half. For
    # coverage the hour goes where risk is higher: C0 - C1 = ln 2, so all of it to area 0, 500 km² are missing
    # in area 1. A least coverage of 0.4 there takes ln(5/3) / ln 2 = 0.737 h and leaves 0.263 h: 1 - e^-0.182
    # = 0.1667 in area 0, 100 + 333.3 are missing
    problem = make_problem(
        simple_effort([0, 0], [0, 1], [math.log(2.0)] * 2, area=[0, 1]),
        cell_km2=[1000.0, 1000.0],
        cell_area=[0, 1],
        risk=[1.0, 0.5],
        targets=[0.5, 0.5],
        hours=[1.0],
    )
    asked = replace(problem, limits=limits_table(least_coverage(1, 0.4)))
    free, bound = rungs_of(problem), rungs_of(asked)
    assert free[0].total_km2 == pytest.approx(500.0, rel=1e-3)
    assert bound[0].total_km2 == pytest.approx(100.0 + 1000.0 / 3.0, rel=1e-3)
    for mine, other in zip(free[1:], bound[1:], strict=True):
        assert mine.total_km2 == pytest.approx(other.total_km2, **ALIKE)
    assert sum(step.sum() for step in steps_km2(bound).values()) == pytest.approx(bound[0].total_km2, **ALIKE)


def test_no_programmes_and_nothing_that_reaches() -> None:
    # no money, a free asset with one hour over one of two cells of 100 km²: 50 km² missed of the first
    free = make_problem(simple_effort([0], [0], [math.log(2)]), cell_km2=[100, 100], targets=[1.0], hours=[1])
    assert pooled(free) is free
    assert [rung.total_km2 for rung in rungs_of(free)] == pytest.approx([150] * 5 + [100])
    nothing = make_problem(simple_effort([], [], []), cell_km2=[100], targets=[0.5], hours=[1])
    assert [rung.total_km2 for rung in rungs_of(nothing)] == pytest.approx([50] * 6)
    assert steps_km2(rungs_of(nothing))["out_of_reach"] == pytest.approx([50])


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["coverage", "shortfall"]), st.booleans())
def test_laws_on_random_problems(seed: int, objective: str, free: bool) -> None:
    problem = random_problem(seed, n_cells=7, n_assets=3, objective=objective, free=free)  # type: ignore[arg-type]
    problem = replace(problem, areas=problem.areas.assign(risk_weight=[0.3, 1.0, 2.0]))
    rungs = rungs_of(problem)
    table = rung_table(rungs)
    assert table["rung"].tolist() == list(RUNGS)
    assert (table["step_km2"] >= 0).all(), "never negative in total"
    assert table["step_km2"].sum() == pytest.approx(rungs[0].total_km2)
    # a plan may use up to 1e-7 more of a limit than there is: rounding of the solver
    assert (table["bound"] <= table["plan_value"] * (1.0 + 1e-7) + 1e-9).all()
    steps = steps_km2(rungs)
    assert list(steps) == list(STEPS)
    assert sum(steps.values()) == pytest.approx(rungs[0].shortfall_km2)
    for name, km2 in steps.items():
        assert km2.sum() == pytest.approx(table.set_index("rung").loc[name, "step_km2"], **ALIKE)
    for programme in range(3):
        areas = problem.mandate.loc[problem.mandate["programme"] == programme, "area"]
        whole = sum(over_mandates(problem, km2)[programme] for km2 in steps.values())
        assert whole == pytest.approx(rungs[0].shortfall_km2[areas].sum(), **ALIKE)


@settings(derandomize=True, max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_pooling_never_hurts(seed: int) -> None:
    problem = random_problem(seed, n_cells=6, n_assets=3)
    alone, together = optimise(problem, 1e-6).certificate, optimise(pooled(problem), 1e-6).certificate
    assert together.bound <= alone.plan_value + 1e-7 * alone.idle_value
    assert together.plan_value <= alone.plan_value + 2e-6 * alone.idle_value


def test_a_worse_plan_gives_way_to_that_of_the_rung_above() -> None:
    def rung(name: str, km2: float, bound: float) -> Rung:
        proof = Certificate(km2, bound, 1000.0, 2, 0.1)
        return Rung(name, "shortfall", np.array([km2]), bound, proof, Status.ROUND_LIMIT)

    above, below = rung("choice", 100.0, 80.0), rung("earmarking", 103.0, 99.0)
    kept = module._better(above, below)
    assert kept.shortfall_km2.tolist() == [100.0]
    assert kept.certificate.plan_value == 100.0
    assert kept.status is Status.OPTIMAL, "its gap is 1 of 100 now"
    # what no pooled plan can beat, no plan with earmarked money can
    assert [one.least_km2 for one in module._with_bounds_from_below([above, kept])] == [99.0, 99.0]


def test_a_rung_without_a_plan_is_named() -> None:
    with pytest.raises(NoPlanError, match="rung choice"):
        climb(by_hand(), own_plan(by_hand()), np.ones(4), SolverSettings(time_limit_s=1e-9))


@pytest.fixture(scope="module")
def tiny() -> planner.Ladder:
    return planner.ladder(planner.read_case(TINY))


def test_the_tiny_case(tiny: planner.Ladder) -> None:
    case = planner.read_case(TINY)
    own = planner.plan(case)
    rungs = tiny.rungs.set_index("rung")
    assert rungs.loc["plan", "shortfall_km2"] == pytest.approx(own.areas["shortfall_km2"].sum())
    # weights of 1 already: the first rung is the case's plan with the other objective
    keeps = planner.plan(planner.read_case(TINY, {"objective": "shortfall"}))
    assert rungs.loc["choice", "shortfall_km2"] == pytest.approx(keeps.areas["shortfall_km2"].sum(), rel=1e-6)
    again = planner.ladder(case, own)
    pd.testing.assert_frame_equal(again.rungs, tiny.rungs)
    pd.testing.assert_frame_equal(again.areas, tiny.areas)
    assert tiny.areas["shortfall_km2"].tolist() == pytest.approx(own.areas["shortfall_km2"].tolist())
    assert tiny.programmes["shortfall_km2"].tolist() == pytest.approx(
        own.programmes["shortfall_km2"].tolist()
    )
    assert tiny.status is Status.OPTIMAL
    require_proof(tiny)


def test_results_of_another_case_are_refused() -> None:
    case = planner.read_case(TINY)
    own = planner.plan(case)
    with pytest.raises(ValueError, match="areas differ"):
        planner.ladder(case, replace(own, areas=own.areas.iloc[:1]))


RADAR = """sensor_id,name,kind,operator,service,units,hours_per_unit,cost_per_hour,lon,lat,radius_nm,\
coverage_factor,swept_km2_per_scene,hours_per_scene,cost_per_scene,currency,source
radar,Radar,fixed,kir,police,1,8000,1,179.9,0,20,3,,,,USD,here
"""


def test_a_radar_alone_reaches_its_footprint_only(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(TINY, folder)
    (folder / "sensors.csv").write_text(RADAR, encoding="utf-8")
    # assets that cannot stay out long enough to reach anything
    case = planner.read_case(folder, {"assets.*.min_on_station_h": 8000})
    ground = groundwork(case)
    problem = planning_problem(case, ground.cells, ground.effort)
    share = ground.reach.result.sensor_share[0]
    reached = reached_share(case, problem, ground)
    assert reached == pytest.approx(share)
    # 20 nm are 37.04 km: 4,310 km² (a geodesic disc, 1 in 1,000 less than pi r^2 at most)
    assert float(reached @ problem.cell_km2) == pytest.approx(math.pi * 37.04**2, rel=2e-3)
    found = planner.ladder(case)
    short = found.areas.set_index("area_id")
    target = problem.target_km2.sum()
    assert short["out_of_reach_km2"].sum() == pytest.approx(target - reached @ problem.cell_km2)
    assert (found.rungs["step_km2"] >= 0).all()


def test_the_folder_reads_back(tiny: planner.Ladder, tmp_path: Path) -> None:
    folder = write_study(ladder_study(tiny), tmp_path / "out")
    assert sorted(file.name for file in folder.iterdir()) == sorted(LADDER.files)
    rungs = pd.read_csv(folder / "ladder.csv")
    assert rungs["rung"].tolist() == list(RUNGS)
    for name, contract in TABLES.items():
        assert list(pd.read_csv(folder / f"{name}.csv")) == list(contract), name
    document = json.loads((folder / "ladder.json").read_text(encoding="utf-8"))["ladder"]
    assert document["status"] == "optimal"
    assert document["plan"]["status"] == "optimal"
    assert set(document["columns"]) == set(TABLES)
    text = (folder / "summary.txt").read_text(encoding="utf-8")
    assert "Why the gap is there" in text
    assert "never add these rows" in text


def test_names_are_text_and_what_is_not_proven_is_said(tiny: planner.Ladder) -> None:
    areas = tiny.areas.assign(name="[red]\x1b[31mX")
    rungs = tiny.rungs.assign(status=["optimal", "time_limit", *["optimal"] * 5])
    odd = replace(tiny, areas=areas, rungs=rungs)
    text = plain(ladder_summary(odd))
    assert "NOT PROVEN: choice" in text
    assert "[red]" in text
    assert "\x1b" not in text
    with pytest.raises(NoPlanError, match="rung choice: the time limit"):
        require_proof(odd)
