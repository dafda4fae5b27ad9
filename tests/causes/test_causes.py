"""Causes: rungs worked out by hand, laws, what programmes may and may not fund, a radar's footprint."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner import pipeline
from planner.case import Case
from planner.case.new import write_new_case
from planner.causes.find import Causes, find_causes
from planner.causes.lifted import LEAST_WEIGHT, Remit, Situation, unlimited
from planner.causes.names import CAUSES_OF_ALL, CAUSES_OF_PROGRAMME
from planner.causes.payments import repaid
from planner.causes.rungs import Ladder, Rung
from planner.core.certificate import Certificate
from planner.errors import NoPlanError
from planner.frames import numbers
from planner.solve.solver import Status
from planner.studies.study import require_proofs
from tests.features.tiny import tiny_with
from tests.studies.conftest import BOAT, PLANE_DATELINE, PLANE_EASTERN, SMALL, TINY


def causes_of(case: Case) -> tuple[Causes, np.ndarray]:
    """The causes of a case's plan, and its shortfalls, shape (areas,) [km²]."""
    prepared = pipeline.prepare(case)
    solution = pipeline.solve(prepared)
    short = Situation.of(case, prepared.space).shortfall_km2(solution.covered)
    return find_causes(case, prepared.space, solution), short


def of_all(found: Causes) -> pd.Series:
    """What each cause is of the shortfall of all areas [km²]."""
    rows = found.table[found.table["level"] == "all"]
    return rows.set_index("cause")["km2"]


@pytest.fixture(scope="module")
def small_case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The case that ``planner new`` writes, with coarse cells."""
    folder = tmp_path_factory.mktemp("new") / "case"
    write_new_case(folder)
    return planner.read_case(folder, SMALL)


@pytest.fixture(scope="module")
def of_small(small_case: Case) -> tuple[Causes, np.ndarray]:
    return causes_of(small_case)


@pytest.fixture(scope="module")
def tiny() -> tuple[Causes, np.ndarray]:
    return causes_of(planner.read_case(TINY))


def test_the_tiny_case_by_hand(tiny: tuple[Causes, np.ndarray]) -> None:
    found, short = tiny
    case = planner.read_case(TINY)
    steps = of_all(found)
    # money is not tied up: open_fund pays for anything, and boat_fund's goes into the boat anyway
    assert steps["earmarks"] == pytest.approx(0.0, abs=0.01)
    # with free money all 160 h of the plane and five missions of the boat: the target of the dateline zone is
    # kept with C = 5 x 0.055710 + r h, and the rest of the hours goes to the east
    target = case.areas.set_index("area_id")["target_coverage"]
    wanted = -math.log(1 - target["dateline"])
    hours = 160 - max(0.0, (wanted - 5 * BOAT) / PLANE_DATELINE)
    east_km2 = 24_618.0
    left = max(0.0, east_km2 * (target["eastern"] - (1 - math.exp(-PLANE_EASTERN * hours))))
    assert short.sum() - steps[["choice", "earmarks", "money"]].sum() == pytest.approx(left, rel=2e-3)
    assert steps["access"] == pytest.approx(0.0, abs=1e-6)
    assert steps["hours"] == pytest.approx(left, rel=2e-3)
    assert steps["out_of_reach"] == 0.0


def check_laws(found: Causes, case: Case, short: np.ndarray) -> None:
    """Steps are not negative, sum to the shortfalls in every row, and are differences of proven plans."""
    table, areas = found.table, case.areas["area_id"].tolist()
    assert (table["km2"] >= 0.0).all()
    sums = table.groupby(["level", "programme_id", "area_id"])["km2"].sum()
    assert sums["all", "all", "all"] == pytest.approx(short.sum(), rel=1e-9)
    for area, km2 in zip(areas, short, strict=True):
        assert sums["area", "all", area] == pytest.approx(km2, rel=1e-9, abs=1e-6)
    for programme, mandate in zip(case.programmes["programme_id"], case.programmes["areas"], strict=True):
        for area in mandate:
            assert sums["programme", programme, area] == pytest.approx(short[areas.index(area)], abs=1e-6)
    by_level = table.groupby("level")["cause"].unique().map(list).to_dict()
    assert by_level["all"] == by_level["area"] == list(CAUSES_OF_ALL)
    if len(case.programmes):
        assert by_level["programme"] == list(CAUSES_OF_PROGRAMME)
    assert (found.rungs["bound"] <= found.rungs["value"]).all()
    assert (found.rungs["gap"] <= found.rungs["tolerance"]).all()
    assert (found.rungs["status"] == "optimal").all()


def test_laws(tiny: tuple[Causes, np.ndarray], small_case: Case, of_small: tuple[Causes, np.ndarray]) -> None:
    check_laws(tiny[0], planner.read_case(TINY), tiny[1])
    check_laws(of_small[0], small_case, of_small[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"assets.*.units": 0},
        {"programmes.*.budget": 0},
        {"target_coverage": 0, "areas.*.target_coverage": 0},
        {"areas.*.risk_weight": 0},
        {"areas.eastern.risk_weight": 0},
        {"objective": "fair"},
    ],
    ids=["no assets", "no money", "no targets", "no weights", "one weight", "fair"],
)
def test_laws_in_odd_cases(changes: dict[str, object]) -> None:
    case = planner.read_case(TINY, {**changes, "solver.gap_tolerance": 1e-5})
    found, short = causes_of(case)
    check_laws(found, case, short)
    if case.settings.objective == "fair":  # nothing can be covered without programmes
        return
    alone = one_area_without_programmes(case)
    found, short = causes_of(alone)
    check_laws(found, alone, short)


def one_area_without_programmes(case: Case) -> Case:
    area = case.areas.iloc[[0]]
    inside = [tuple(one for one in areas if one == area["area_id"].iloc[0]) for areas in case.access["areas"]]
    access = case.access.assign(areas=pd.Series(inside, index=case.access.index, dtype=object))
    return replace(case, areas=area, access=access, programmes=case.programmes.iloc[:0])


def test_a_plan_that_keeps_to_targets_has_nothing_to_choose() -> None:
    changes = {"solver.gap_tolerance": 1e-8, "objective": "shortfall", "coverage_worth": 0}
    assert of_all(causes_of(planner.read_case(TINY, changes))[0])["choice"] == pytest.approx(0, abs=0.01)


def test_what_a_limit_of_the_planner_costs_is_choice(tmp_path: Path, tiny: tuple[Causes, np.ndarray]) -> None:
    folder = tmp_path / "case"
    shutil.copytree(TINY, folder)
    free, short = tiny
    header = "limit_id,kind,programme,areas,least,penalty,currency,source\n"
    (folder / "limits.csv").write_text(f"{header}half,least_share,open_fund,dateline,0.9,,,\n", "utf-8")
    asked, more = causes_of(planner.read_case(folder))
    assert more.sum() > short.sum() + 100.0, "the limit binds"
    others = [cause for cause in CAUSES_OF_ALL if cause != "choice"]
    assert of_all(asked)[others].tolist() == pytest.approx(of_all(free)[others].tolist(), abs=1.0)
    assert of_all(asked)["choice"] - of_all(free)["choice"] == pytest.approx(
        more.sum() - short.sum(), abs=1.0
    )


def test_no_area_is_worse_off(of_small: tuple[Causes, np.ndarray]) -> None:
    table = of_small[0].table
    area = table[table["level"] == "area"]
    assert (area.pivot_table("km2", "area_id", "cause") >= 0.0).all(axis=None)


def test_lifting_one_programmes_money_is_no_more_than_lifting_all(
    small_case: Case, of_small: tuple[Causes, np.ndarray]
) -> None:
    rungs = of_small[0].rungs.set_index(["programme_id", "rung"])
    least = rungs.loc[("all", "money"), "bound"]
    for programme in small_case.programmes["programme_id"]:
        assert rungs.loc[(programme, "own_money"), "value"] >= least - 1e-6
        assert rungs.loc[(programme, "own_money"), "value"] <= rungs.loc[("all", "choice"), "value"] + 1e-6


def test_own_money_closes_what_doubled_money_closes_in_the_mandate(small_case: Case) -> None:
    prepared = pipeline.prepare(small_case)
    world, solution = Situation.of(small_case, prepared.space), pipeline.solve(prepared)
    ladder, problem = Ladder(world, 1e-3), world.problem()
    short = world.shortfall_km2(solution.covered)
    value = world.weighted(short)
    proof = Certificate(value, value, world.weighted(world.target_km2), 0, 1e-3)
    choice = ladder.planned(
        "choice", problem, Rung("plan", short, proof, Status.OPTIMAL, "plan", solution.covered)
    )
    budget = (problem.resources["kind"] == "budget").to_numpy()
    for one in small_case.programmes["programme_id"]:
        remit = Remit.of(world, one)
        own = budget & (problem.resources["programme_id"] == one).to_numpy()
        doubled = problem.with_capacity(np.where(own, 2.0, 1.0) * problem.capacity)
        twice = ladder.planned("own_money", doubled, choice, remit.mandate)
        whole, *_ = ladder.one_programme(remit, choice, problem)
        for rung in (twice, whole):
            assert rung.certificate.proven
            assert (rung.shortfall_km2 <= choice.shortfall_km2).all(), "no area is worse off, anywhere"
        assert whole.certificate.bound <= twice.certificate.value + 1e-9
        assert whole.certificate.value <= twice.certificate.value * (1.0 + 1e-3)


def test_a_remit_is_what_a_programme_may_fund(small_case: Case) -> None:
    world = Situation.of(small_case, pipeline.prepare(small_case).space)
    for programme in small_case.programmes.itertuples():
        remit = Remit.of(world, programme.programme_id)
        mandate = small_case.areas["area_id"].isin(programme.areas)
        assert remit.mandate.tolist() == mandate.tolist()
        fleet = small_case.assets[
            small_case.assets["kind"].isin(programme.asset_kinds)
            & small_case.assets["asset_id"].isin(programme.assets)
        ]
        assert set(fleet["asset_id"]) <= set(remit.asset_ids)
        assert not remit.pairs[:, ~mandate.to_numpy()].any(), "nothing outside of its mandate"


RADAR = """sensor_id,name,kind,operator,service,units,hours_per_unit,cost_per_hour,lon,lat,radius_nm,\
coverage_factor,swept_km2_per_scene,hours_per_scene,cost_per_scene,currency,source
radar,Radar,fixed,kir,police,1,8000,1,179.9,0,20,3,,,,USD,here
"""


def test_a_radar_alone_reaches_its_footprint_only(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(TINY, folder)
    (folder / "sensors.csv").write_text(RADAR, encoding="utf-8")
    # assets that cannot stay out long enough to reach anything
    case = planner.read_case(folder, {"assets.*.min_on_station_h": 8000, "solver.gap_tolerance": 1e-5})
    prepared = pipeline.prepare(case)
    world = Situation.of(case, prepared.space)
    everything = np.ones_like(world.seasons[0].access)
    reached = world.covered_km2(world.reached(everything, opened=True))
    # 20 nm are 37.04 km: 4,310 km² (a geodesic disc, 1 in 1,000 less than pi r^2 at most)
    assert float(reached.sum()) == pytest.approx(math.pi * 37.04**2, rel=2e-3)
    found, _ = causes_of(case)
    left = world.target_km2.sum() - reached.sum()
    assert of_all(found)["out_of_reach"] == pytest.approx(left)


def test_an_area_without_weight_counts_a_little(small_case: Case) -> None:
    weights = [0.0] + [2.0] * (len(small_case.areas) - 1)
    case = replace(small_case, areas=small_case.areas.assign(risk_weight=weights))
    world = Situation.of(case, pipeline.prepare(case).space)
    assert world.weight.tolist() == [LEAST_WEIGHT * 2.0, *weights[1:]]


def test_a_rung_without_a_plan_is_not_proven_and_loses_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Ladder._solved

    def refuse(self: Ladder, name: str, *others: Any) -> Rung | None:
        if name == "money":
            raise NoPlanError(Status.TIME_LIMIT, "the time limit was reached")
        return real(self, name, *others)

    monkeypatch.setattr(Ladder, "_solved", refuse)
    results = planner.plan(planner.read_case(TINY))
    rungs = results.rungs[results.rungs["programme_id"] == "all"].set_index("rung")
    assert rungs.loc["money", "status"] == "time_limit"
    assert rungs.loc["money", "shortfall_km2"] == rungs.loc["earmarks", "shortfall_km2"]
    assert rungs.loc["hours", "status"] == "optimal"
    with pytest.raises(NoPlanError, match="all: money"):
        require_proofs(planner.ladder(planner.read_case(TINY), results))


def test_owners_without_limit_have_none_in_any_period(tmp_path: Path) -> None:
    """The year and two halves: budgets and hours of the year and its parts are lifted, accounts never."""
    case = tiny_with(
        tmp_path,
        {},
        periods="period_id,name,start,end,source\ndry,Dry,04-01,09-30,\nwet,Wet,10-01,2026-03-31,\n",
        availability="period,kinds,assets,bases,areas,share,hours_per_unit,source\nwet,,boat,,,0.1,,\n",
        limits="limit_id,kind,programme,areas,least,penalty,currency,source\n"
        "much,least_spending,boat_fund,,1000,,USD,\n",
    )
    problem = pipeline.prepare(case).problem

    def lifted(column: str, *ids: str) -> dict[tuple[str, str], int]:
        now = unlimited(problem, column, ids)
        new = np.isinf(now.capacity) & np.isfinite(problem.capacity)
        return problem.resources[new].groupby(["kind", "period_id"], observed=True).size().to_dict()

    assert lifted("programme_id", "boat_fund", "open_fund") == {("budget", ""): 2}
    assert lifted("asset_id", "boat") == {("hours", ""): 1, ("period_hours", "wet"): 1}


def test_missions_are_paid_again_where_budgets_allow_it() -> None:
    case = planner.read_case(TINY)
    prepared = pipeline.prepare(case)
    problem, x = prepared.problem, pipeline.solve(prepared).x
    again = repaid(problem, x)
    assert again is not None
    assert np.asarray(problem.usage @ again)[problem.exact] == pytest.approx(0.0, abs=1e-3)
    budgets = (problem.resources["kind"] == "budget").to_numpy()
    used, has = np.asarray(problem.usage @ again)[budgets], problem.capacity[budgets]
    assert (used <= has * (1 + 1e-9)).all()
    poor = replace(
        problem, resources=problem.resources.assign(capacity=np.where(budgets, 1.0, problem.capacity))
    )
    assert repaid(poor, x) is None


def test_the_certificate_of_a_closed_form_is_exact(tiny: tuple[Causes, np.ndarray]) -> None:
    rungs = tiny[0].rungs
    closed = rungs[rungs["method"] == "closed_form"]
    assert len(closed)
    assert (closed["value"] == closed["bound"]).all()
    assert Certificate(0.0, 0.0, 1.0, 0, 1e-3).proven
    assert numbers(closed["gap"]).max() == 0.0
