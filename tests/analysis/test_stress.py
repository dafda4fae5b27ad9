"""Losses: the tiny case by hand, laws on random problems, equality with cases without what is lost, files."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner
from planner.analysis.jobs import Jobs
from planner.analysis.losing import Loss, losses
from planner.analysis.resolving import changed, resolve
from planner.case import read_case
from planner.case.new import write_new_case
from planner.errors import NoPlanError
from planner.groundwork import groundwork
from planner.planning import planning_problem
from planner.report.stress import TABLES, Losses
from planner.report.stress_text import STRESS, stress_study
from planner.report.study import write_study
from planner.solve.certificate import true_value
from planner.solve.optimise import optimise
from tests.solve.random_problems import random_problem

INPUTS = Path(__file__).parents[2] / "inputs"
BOAT, R_DATELINE, R_EASTERN = 0.055710, 0.0064753, 0.0103716
"""inputs/tiny/README.md: coverage factors of a boat mission, and of a plane hour in each zone."""
DATELINE, EASTERN = 49_235.7, 36_926.8
"""Risk weight x area of the two zones [km²]."""
VALUE = 39_534.9
"""What the README's plan misses."""
TINY_LOSS = """
[stress.closed]
title = "Airfield closed for half of the year"
bases = ["airfield"]
share = 0.5
"""


def water_filling(hours: float, missions: float) -> float:
    """Missed with hours of the plane over boat missions in the dateline zone; README, section 3."""
    inverse = 1 / R_DATELINE + 1 / R_EASTERN
    log = (math.log(DATELINE * R_DATELINE) - missions * BOAT) / R_DATELINE
    log += math.log(EASTERN * R_EASTERN) / R_EASTERN - hours
    return math.exp(log / inverse) * inverse


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Losses:
    folder = tmp_path_factory.mktemp("cases") / "tiny"
    shutil.copytree(INPUTS / "tiny", folder)
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(TINY_LOSS)
    return planner.stress(folder)


def loss_of(found: Losses, kind: str, name: str, row: int = 0) -> pd.Series:
    rows = found.losses
    rows = rows[(rows["kind"] == kind) & (rows["id"] == name) & (rows["row"] == row)]
    assert len(rows) == 1
    return rows.iloc[0]


def held(row: pd.Series, as_planned: float, anew: float) -> None:
    assert row["lost"] == pytest.approx(as_planned - VALUE, rel=1e-3)
    assert row["lost_anew"] == pytest.approx(anew - VALUE, rel=1e-3)
    assert row["saved"] == pytest.approx(as_planned - anew, rel=1e-2, abs=2.0)


def test_without_the_plane_by_hand(tiny: Losses) -> None:
    # As planned the boat sails its 4 missions; anew the five that its hours allow. The plane's only base and
    # the operator's only consent take it away as well.
    as_planned = DATELINE * math.exp(-4 * BOAT) + EASTERN
    anew = DATELINE * math.exp(-5 * BOAT) + EASTERN
    for kind, name, row in (("asset", "plane", 0), ("base", "airfield", 0), ("access", "air_company", 1)):
        held(loss_of(tiny, kind, name, row), as_planned, anew)


def test_without_the_boat_by_hand(tiny: Losses) -> None:
    # As planned the plane's coverage factors stay: 0.70453 - 0.22284 and 0.88793. Anew its 160 h are split
    # without the boat.
    as_planned = DATELINE * math.exp(-(0.70453 - 4 * BOAT)) + EASTERN * math.exp(-0.88793)
    for kind, name in (("asset", "boat"), ("base", "harbour")):
        held(loss_of(tiny, kind, name), as_planned, water_filling(160, 0))


def test_without_a_programme_by_hand(tiny: Losses) -> None:
    # boat_fund pays 200,000 of the boat's 400,000 and open_fund the rest: each takes half of its missions
    # away. Without boat_fund 1,000,000 still pay for 160 h of the plane and two missions.
    as_planned = DATELINE * math.exp(-(0.70453 - 2 * BOAT)) + EASTERN * math.exp(-0.88793)
    held(loss_of(tiny, "programme", "boat_fund"), as_planned, water_filling(160, 2))
    # open_fund pays for all of the plane too; what is left, anew as planned, are boat_fund's two missions
    left = DATELINE * math.exp(-2 * BOAT) + EASTERN
    row = loss_of(tiny, "programme", "open_fund")
    held(row, left, left)
    assert row["saved_share"] == pytest.approx(0, abs=1e-6)
    assert row["rank"] == 1


def test_half_a_year_by_hand(tiny: Losses) -> None:
    # Half of the plane's hours fall away in both zones. Anew it has 80 h, and its money sails the boat for
    # the five missions that its hours allow.
    as_planned = DATELINE * math.exp(-(4 * BOAT + (0.70453 - 4 * BOAT) / 2)) + EASTERN * math.exp(
        -0.88793 / 2
    )
    row = loss_of(tiny, "named", "closed")
    held(row, as_planned, water_filling(80, 5))
    assert (row["title"], row["share"]) == ("Airfield closed for half of the year", 0.5)


def test_where(tiny: Losses) -> None:
    rows = tiny.areas[(tiny.areas["kind"] == "asset") & (tiny.areas["id"] == "plane")].set_index("area_id")
    assert rows.loc["eastern", "covered_km2"] == pytest.approx(-14_487, rel=1e-3)
    assert rows.loc["eastern", "covered_anew_km2"] == pytest.approx(-14_487, rel=1e-3)
    assert rows.loc["eastern", "shortfall_km2"] == pytest.approx(14_487, rel=1e-3)
    # the dateline zone has 49,235.7 (1 - exp(-4 x 0.055710)) left as planned, with a fifth mission anew
    for column, missions in (("covered_km2", 4), ("covered_anew_km2", 5)):
        left = DATELINE * -math.expm1(-missions * BOAT)
        assert rows.loc["dateline", column] == pytest.approx(left - 24_896, rel=1e-3)
    for name, contract in TABLES.items():
        assert list(getattr(tiny, name)) == list(contract)


def test_losses_are_ranked_and_ordered(tiny: Losses) -> None:
    table = tiny.losses
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table["lost_anew"].is_monotonic_decreasing
    assert (table["lost_anew_least"] <= table["lost_anew"]).all()
    assert (table["lost_anew"] <= table["lost_anew_most"]).all()
    assert (table["lost"] >= table["lost_anew"]).all()
    assert (table["lost_anew"] >= 0).all()


def loss(seed: int, kind: str, share: float) -> tuple[object, Loss]:
    """A random problem, and a loss of some of its kind of things."""
    problem = random_problem(seed, n_cells=6, n_assets=3)
    random = np.random.default_rng(seed)
    based = np.full(2, problem.assets["capacity_hours"].iloc[:3].sum())
    masks = {
        "programmes": random.random(3) < 0.5,
        "assets": random.random(4) < 0.5,
        "bases": np.array([True, False]),
        "consent": (random.random((4, 3)) < 0.5)[problem.effort["asset"], problem.effort["area"]],
    }
    wanted = ("programmes", "assets", "bases") if kind == "all" else (kind,)
    given = {name: mask & (name in wanted) for name, mask in masks.items()}
    homeless = np.zeros(4, dtype=bool)
    return problem, Loss("named", "x", 0, "x", share, **given, homeless=homeless, based=based)


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize(
    ("kind", "share"),
    [("programmes", 1), ("programmes", 0.3), ("assets", 0.6), ("bases", 1), ("bases", 0.25), ("consent", 1),
     ("all", 0.5), ("all", 1)],
)  # fmt: skip
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planning_anew_is_never_worse_than_going_on_nor_better_than_before(
    seed: int, kind: str, share: float, objective: str
) -> None:
    problem, lost = loss(seed, kind, share)
    problem = replace(problem, objective=objective)
    before = optimise(problem, 1e-7)
    slack = 1e-6 * before.certificate.idle_value
    factor, money = lost.kept(problem, before)
    assert (factor <= before.factor + 1e-12).all()
    stays = true_value(problem, factor)
    paid = np.bincount(problem.funding["programme"], money, 3)
    budgets = problem.programmes["budget"].to_numpy()
    assert (paid <= budgets * np.where(lost.programmes, 1 - lost.share, 1) * (1 + 1e-9)).all()
    anew = optimise(changed(problem, lost.variant(problem)), 1e-7, start=before.start).certificate
    assert before.certificate.bound - slack <= anew.plan_value
    assert anew.bound <= stays + slack


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = tmp_path_factory.mktemp("cases") / "small"
    write_new_case(case)
    assets = case / "assets.csv"
    text = assets.read_text("utf-8")
    # a second boat, so that no programme or base is left without anything
    boat = next(line for line in text.splitlines() if line.startswith("patrol_boat"))
    assets.write_text(
        text + boat.replace("patrol_boat", "second_boat").replace("fji,west_port", "ton,east_port") + "\n"
    )
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write(SCENARIOS)
    return case


SCENARIOS = """
[scenarios.no_programme]
remove.programmes = ["eyes"]

[scenarios.no_asset]
remove.assets = ["second_boat"]

[scenarios.no_base]
remove.bases = ["west_port"]
remove.assets = ["patrol_boat"]

[scenarios.no_access]
remove.access = ["fji"]

[stress.all_of_it]
programmes = ["eyes"]
assets = ["second_boat"]
access = ["fji:east"]
"""
CHANGES = {"cells.spacing_nm": 90}


@pytest.fixture(scope="module")
def small(folder: Path) -> Losses:
    return planner.stress(folder, changes=CHANGES)


@pytest.mark.parametrize(
    ("kind", "name", "row", "scenario"),
    [
        ("programme", "eyes", 0, "no_programme"),
        ("asset", "second_boat", 0, "no_asset"),
        ("base", "west_port", 0, "no_base"),
        ("access", "fji", 1, "no_access"),
        ("named", "all_of_it", 0, "no_programme,no_asset,no_access"),
    ],
)
def test_a_loss_equals_the_plan_of_the_case_without_it(
    small: Losses, folder: Path, kind: str, name: str, row: int, scenario: str
) -> None:
    case = read_case(folder, {**CHANGES, "solver.gap_tolerance": 1e-7}, scenario)
    own, found = planner.plan(case).certificate, loss_of(small, kind, name, row)
    assert found["bound"] <= own.plan_value * (1 + 1e-9)
    assert own.bound <= found["plan_value"] * (1 + 1e-9)
    base = small.base.iloc[0]
    assert found["lost_anew_least"] <= own.plan_value - base["bound"]
    assert found["lost_anew_most"] >= own.bound - base["plan_value"]


def test_what_the_plan_makes_no_use_of(folder: Path) -> None:
    found = planner.stress(folder, changes={**CHANGES, "assets.second_boat.units": 0})
    row = loss_of(found, "asset", "second_boat")
    assert (row["how"], row["lost"], row["lost_anew"], row["rounds"]) == ("not used", 0, 0, 0)
    assert math.isnan(row["saved_share"])
    assert row["plan_value"] == found.base["plan_value"][0]


def test_jobs_do_not_matter(small: Losses, folder: Path) -> None:
    again = planner.stress(folder, changes=CHANGES, jobs=Jobs(2))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)


def test_the_cyclone_of_the_pacific_case_is_that_of_its_scenario() -> None:
    """The scenario writes down what the closing of four places for a quarter of the year means here."""
    case = read_case(INPUTS / "pacific", {"cells.spacing_nm": 200, "solver.gap_tolerance": 1e-6})
    scenario = read_case(
        INPUTS / "pacific", {"cells.spacing_nm": 200, "solver.gap_tolerance": 1e-6}, "cyclone"
    )
    storm = replace(case.stress["cyclone_season"], assets=("fji_guardian", "fji_osa_boats", "vut_guardian"))
    ground = groundwork(case)
    problem = planning_problem(case, ground.cells, ground.effort)
    (first, *_) = losses(replace(case, stress={"storm": storm}), problem)
    ours = changed(problem, first.variant(problem))
    theirs = planning_problem(scenario, ground.cells, ground.effort)
    for table, column in (
        ("assets", "capacity_hours"),
        ("bases", "capacity_hours"),
        ("programmes", "budget"),
    ):
        one, other = getattr(ours, table)[column], getattr(theirs, table)[column]
        assert one.tolist() == pytest.approx(other.tolist()), table


def test_consent_that_another_row_gives_too_is_not_lost(folder: Path) -> None:
    case = read_case(folder, CHANGES)
    twice = pd.concat([case.access, case.access.iloc[[1]]], ignore_index=True)
    case = replace(case, access=twice)
    ground = groundwork(case)
    problem = planning_problem(case, ground.cells, ground.effort)
    found = {one.label: one for one in losses(case, problem)}
    assert not found["access fji row 1"].consent.any()
    assert not found["access fji row 2"].consent.any()
    assert found["access partner_air row 1"].consent.any()
    # the named loss takes both rows of fji away
    assert found["named all_of_it"].consent.any()


def test_the_folder(tiny: Losses, tmp_path: Path) -> None:
    folder = write_study(stress_study(tiny), tmp_path / "out")
    assert sorted(file.name for file in folder.iterdir()) == sorted(STRESS.files)
    read = pd.read_csv(folder / "losses.csv")
    assert read["lost_anew"].tolist() == tiny.losses["lost_anew"].tolist()
    document = json.loads((folder / "stress.json").read_text("utf-8"))["stress"]
    assert document["as_it_stands"]["status"] == "optimal"
    text = (folder / "summary.txt").read_text("utf-8")
    assert "closed, 50.0% of the time" in text
    assert "air_company (row 1)" in text


def test_a_loss_that_leaves_no_plan_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(shared: object, variant: object) -> object:
        if variant.budgets is not None:  # type: ignore[attr-defined]
            raise NoPlanError("infeasible", "no plan")
        return resolve(shared, variant)  # type: ignore[arg-type]

    monkeypatch.setattr("planner.analysis.stress.resolve", refuse)
    found = planner.stress(INPUTS / "tiny")
    assert found.losses["status"].tolist()[:2] == ["infeasible", "infeasible"]
    assert found.losses["lost_anew"].isna().tolist()[:3] == [True, True, False]
    assert found.losses["lost"].notna().all()
    lines = stress_study(found).summary.renderables  # type: ignore[attr-defined]
    assert any("NOT PROVEN" in str(line) and "open_fund (infeasible)" in str(line) for line in lines)
