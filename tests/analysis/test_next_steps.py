"""Next steps: the tiny case by hand, laws of gains and prices, equality with the changed case, files."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner
from planner.analysis.jobs import Jobs
from planner.analysis.next_steps import POOLED, with_pooled
from planner.case import Case
from planner.case.new import write_new_case
from planner.errors import InputError
from planner.report.next_steps import TABLES, NextSteps
from planner.report.next_steps_text import NEXT, next_study
from planner.report.study import write_study
from planner.solve.optimise import optimise
from tests.solve.random_problems import random_problem

TINY = Path(__file__).parents[2] / "inputs" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> NextSteps:
    return planner.next_steps(TINY, amount=10_000)


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases") / "small"
    write_new_case(folder)
    return folder


CHANGES = {"cells.spacing_nm": 90, "access.partner_air.areas": "west", "access.fji.areas": "west"}


@pytest.fixture(scope="module")
def small(small_folder: Path) -> NextSteps:
    return planner.next_steps(small_folder, amount=5e5, changes=CHANGES)


def step(found: NextSteps, kind: str, name: str = "", area: str = "") -> pd.Series:
    rows = found.steps
    rows = rows[(rows["kind"] == kind) & (rows["id"] == name) & (rows["in_area"] == area)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_tiny_case_by_hand(tiny: NextSteps) -> None:
    # README, section 4: 10,000 dollars more in either fund gain 135.36, price x move is 135.59. Money without
    # an earmark is as good as open_fund's, which pays for anything anywhere.
    for kind, name in (("programme", "open_fund"), ("programme", "boat_fund"), ("pooled", "")):
        row = step(tiny, kind, name)
        assert row["gain"] == pytest.approx(135.36, abs=0.05)
        assert row["predicted"] == pytest.approx(135.59, abs=0.05)
        assert row["gain_per_million"] == pytest.approx(13_536, rel=1e-3)
        assert row["how"] == "re-solved"
    # A third plane is 80 h more; open_fund pays for 200 h in all, boat_fund for 2 missions of the boat.
    # Water filling of 200 h with C0 = 2 x 0.055710: missed 36,101 (tests of the sweep); gain 39,534.9 - that.
    inverse = 1 / 0.0064753 + 1 / 0.0103716
    log = (math.log(318.815) - 2 * 0.055710) / 0.0064753 + math.log(382.989) / 0.0103716 - 200
    missed = math.exp(log / inverse) * inverse
    plane = step(tiny, "unit", "plane")
    assert plane["gain"] == pytest.approx(39_534.9 - missed, rel=1e-3)
    # by price 89.806 an hour
    assert plane["predicted"] == pytest.approx(80 * 89.806, rel=1e-3)
    # 40 h more are flown, at 5,000
    assert plane["cost"] == pytest.approx(200_000, rel=1e-3)
    # The boat has hours left, and in the east its hour would gain less than it does at home.
    for row in (step(tiny, "unit", "boat"), step(tiny, "access", "kir", "eastern")):
        assert row["how"] == "price"
        assert (row["gain"], row["rounds"]) == (0, 0)
        assert row["gain_most"] < 1e-3
        assert math.isnan(row["cost"])
    assert tiny.steps["kind"].tolist()[0] == "unit"
    assert tiny.steps["rank"].tolist() == list(range(1, 7))


def test_where_the_gain_is(tiny: NextSteps) -> None:
    # more money lets the boat sail a tenth of a mission more in the dateline zone, and hours of the plane
    # move from there to the eastern zone
    rows = tiny.areas[(tiny.areas["kind"] == "programme") & (tiny.areas["id"] == "open_fund")]
    assert rows["area_id"].tolist() == ["dateline", "eastern"]
    assert (rows["covered_km2"] > 0).all()
    # risk weights 1 and 1.5
    assert rows["covered_km2"].to_numpy() @ np.array([1, 1.5]) == pytest.approx(135.36, abs=0.05)
    assert rows["shortfall_km2"].tolist()[0] == 0
    assert rows["shortfall_km2"].tolist()[1] == pytest.approx(-rows["covered_km2"].tolist()[1])
    assert set(tiny.areas["kind"]) == {"programme", "pooled", "unit"}


def test_an_agreement_by_hand() -> None:
    # Without the plane the boat's 1,200 h are five missions. With consent in the east, x of them stay in the
    # dateline zone: 2,742.9 exp(-0.055710 x) = 2,465.1 exp(-0.066756 (5 - x)) where W g = 49,235.7 x 0.055710
    # and 36,926.8 x 0.066756.
    w, g, v, h = 49_235.7, 0.055710, 36_926.8, 0.066756
    x = (math.log(w * g / (v * h)) + 5 * h) / (g + h)
    missed = w * math.exp(-g * x) + v * math.exp(-h * (5 - x))
    found = planner.next_steps(TINY, changes={"assets.plane.units": 0})
    row = step(found, "access", "kir", "eastern")
    assert row["gain"] == pytest.approx(w * math.exp(-5 * g) + v - missed, rel=1e-3)
    assert row["gain"] < row["predicted"]
    assert math.isnan(row["cost"])
    assert pd.isna(row["rank_per_cost"])
    # the first unit of the plane: 80 h beside the boat's five missions, 52,551.9 missed (tests of the sweep)
    assert step(found, "unit", "plane")["gain"] == pytest.approx(74_192.2 - 52_551.9, rel=1e-3)
    # the boat's hours are scarce, money is not
    assert step(found, "programme", "open_fund")["how"] == "price"


def test_gains_lie_within_their_intervals_and_below_the_price(small: NextSteps) -> None:
    steps = small.steps
    assert (steps["gain_least"] <= steps["gain"]).all()
    assert (steps["gain"] <= steps["gain_most"]).all()
    assert (steps["gain_least"] >= 0).all()
    base = small.base.iloc[0]
    width = base["plan_value"] - base["bound"]
    assert (steps["gain_most"] <= steps["predicted"] + width + 1e-9 * base["plan_value"]).all()
    assert (steps["bound"] <= base["plan_value"] * (1 + 1e-9)).all()
    assert steps["gain"].is_monotonic_decreasing
    assert (steps["status"] == "optimal").all()
    per_cost = steps.dropna(subset="rank_per_cost").sort_values("rank_per_cost")
    assert len(per_cost) >= 3
    assert per_cost["gain_per_million"].is_monotonic_decreasing
    for name, contract in TABLES.items():
        assert list(getattr(small, name)) == list(contract)


@pytest.mark.parametrize(
    ("kind", "name", "area", "changes"),
    [
        ("programme", "eyes", "", {"programmes.eyes.budget": 3_000_000}),
        ("unit", "patrol_boat", "", {"assets.patrol_boat.units": 2}),
        ("unit", "radar_scenes", "", {"sensors.radar_scenes.units": 2}),
        ("access", "partner_air", "east", {"access.partner_air.areas": "west;east"}),
        ("access", "fji", "east", {"access.fji.areas": "west;east"}),
    ],
)
def test_a_step_equals_the_plan_of_the_changed_case(
    small: NextSteps, small_folder: Path, kind: str, name: str, area: str, changes: dict[str, object]
) -> None:
    given = {**CHANGES, **changes, "solver.gap_tolerance": 1e-7}
    own = planner.plan(planner.read_case(small_folder, given)).certificate
    row, base = step(small, kind, name, area), small.base.iloc[0]
    assert base["bound"] - own.plan_value <= row["gain_most"]
    assert base["plan_value"] - own.bound >= row["gain_least"]
    assert row["bound"] <= own.plan_value * (1 + 1e-9)
    assert own.bound <= row["plan_value"] * (1 + 1e-9)


def test_a_programme_of_the_pooled_kind_equals_one_in_the_case(small: NextSteps, small_folder: Path) -> None:
    case = planner.read_case(small_folder, {**CHANGES, "solver.gap_tolerance": 1e-7})
    new = case.programmes.iloc[[0]].assign(programme_id="pool", budget=5e5)
    new["assets"] = [(*case.assets["asset_id"], *case.sensors["sensor_id"])]
    new["areas"] = [tuple(case.areas["area_id"])]
    new["asset_kinds"] = [("vessel", "aircraft", "uncrewed_aircraft", "fixed", "satellite")]
    new["services"] = [("civil", "police", "military")]
    pooled = replace(case, programmes=pd.concat([case.programmes, new], ignore_index=True))
    own = planner.plan(pooled).certificate
    row = step(small, "pooled")
    assert row["bound"] <= own.plan_value * (1 + 1e-9)
    assert own.bound <= row["plan_value"] * (1 + 1e-9)
    assert row["gain"] >= step(small, "programme", "eyes")["gain_least"]


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_programme_without_money_changes_nothing(seed: int, objective: str) -> None:
    problem = replace(random_problem(seed, n_cells=6, n_assets=3), objective=objective)
    one, two = optimise(problem, 1e-6).certificate, optimise(with_pooled(problem), 1e-6).certificate
    slack = 1e-7 * one.idle_value
    assert one.bound <= two.plan_value + slack
    assert two.bound <= one.plan_value + slack
    assert with_pooled(problem).programmes["programme_id"].tolist()[-1] == POOLED


def test_jobs_do_not_matter(small: NextSteps, small_folder: Path) -> None:
    again = planner.next_steps(small_folder, amount=5e5, changes=CHANGES, jobs=Jobs(2))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)


def test_a_wider_gap_widens_the_intervals_only(small: NextSteps, small_folder: Path) -> None:
    wide = planner.next_steps(small_folder, amount=5e5, changes=CHANGES, gap=1e-4)
    assert wide.gap == 1e-4
    assert small.gap == 1e-6
    keys = ["kind", "id", "in_area"]
    both = small.steps.merge(wide.steps, on=keys, suffixes=("", "_wide"))
    assert len(both) == len(small.steps)
    assert (both["gain_least_wide"] <= both["gain_most"] + 1e-6).all()
    assert (both["gain_most_wide"] >= both["gain_least"] - 1e-6).all()


@pytest.mark.parametrize("amount", [0.0, -1.0, math.inf, math.nan])
def test_no_amount(small_folder: Path, amount: float) -> None:
    with pytest.raises(InputError, match="is no amount of money; give an amount above 0"):
        planner.next_steps(small_folder, amount=amount)


def test_the_folder(tiny: NextSteps, tmp_path: Path) -> None:
    folder = write_study(next_study(tiny), tmp_path / "out")
    assert sorted(file.name for file in folder.iterdir()) == sorted(NEXT.files)
    steps = pd.read_csv(folder / "steps.csv", keep_default_na=False, na_values=[""])
    assert steps["id"].fillna("").tolist() == tiny.steps["id"].tolist()
    assert steps["gain"].tolist() == tiny.steps["gain"].tolist()
    document = json.loads((folder / "next.json").read_text("utf-8"))["next"]
    assert document["amount"] == 10_000
    assert document["as_it_stands"]["status"] == "optimal"
    text = (folder / "summary.txt").read_text("utf-8")
    assert "What 10,000 USD more would add" in text
    assert "2 steps add nothing (1 units, 1 agreements)" in text or "(1 agreements, 1 units)" in text


def test_a_step_without_proof_is_named(small: NextSteps) -> None:
    broken = replace(small, steps=small.steps.assign(status=["time_limit", *small.steps["status"][1:]]))
    lines = next_study(broken).summary.renderables  # type: ignore[attr-defined]
    assert any("NOT PROVEN" in str(line) and "(time limit)" in str(line) for line in lines)


def test_a_case_takes_the_solver_gap_where_it_is_smaller() -> None:
    case: Case = planner.read_case(TINY)
    assert planner.next_steps(case, amount=1.0).gap == 1e-9
