"""Studies of cases with limits, and of fair plans: what holds there and what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import planner
from planner.case.new import write_new_case
from planner.page.study import study_html
from planner.results.plain_text import plain
from planner.results.sentences import HELD
from planner.studies.edits import with_access, with_one_unit_more
from planner.studies.kinds.sweep import axis_of, contradictions
from planner.studies.workbook import write_workbook
from tests.studies.conftest import TINY, one

LIMITS = """\
limit_id,kind,programme,areas,least,penalty,currency,source
watch,least_coverage,,west;east,0.1,,,
west_half,least_coverage,,west,0.6,0.25,,
eyes_east,least_share,eyes,east,0.5,,,
patrols_spend,least_spending,patrols,,200000,,AUD,
"""
GAP = 1e-6


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases") / "small"
    write_new_case(folder)
    (folder / "limits.csv").write_text(LIMITS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["shortfall"])
def case(request: pytest.FixtureRequest, limited: Path) -> planner.Case:
    changes = {"cells.spacing_nm": 150, "objective": request.param, "solver.gap_tolerance": GAP}
    return planner.read_case(limited, changes)


def test_every_figure_of_limits_and_of_what_is_scarce_has_its_unit(limited: Path, tmp_path: Path) -> None:
    compared = planner.compare(
        limited, ["half_budgets"], changes={"cells.spacing_nm": 150, "objective": "fair"}
    )
    units = compared.differences.drop_duplicates(["id", "metric"]).set_index(["id", "metric"])["unit"]
    known = {
        ("west_half::west", "limit_least"): "share",
        ("west_half::west", "limit_shortfall"): "km2",
        ("west_half::west", "limit_penalty"): "km2 per km2",
        ("eyes_east:eyes:east", "limit_reached"): "share",
        ("eyes_east:eyes:east", "limit_shortfall"): "money",
        ("patrols_spend:patrols:", "limit_least"): "money",
        ("patrols_spend:patrols:", "limit_shadow_price"): "km2 per million USD",
        ("patrols_spend:patrols:", "limit_paid"): "km2",
        ("budget:eyes", "scarce_limit"): "money",
        ("asset_hours:patrol_boat", "scarce_used"): "h",
        ("asset_hours:patrol_boat", "scarce_shadow_price"): "km2 per h",
        ("all", "objective"): "risk-weighted km2",
    }
    assert units[list(known)].to_dict() == known
    bare = compared.differences[compared.differences["unit"] == ""]["metric"]
    assert set(bare) <= {"asset_missions"}, "missions are counted"
    write_workbook(compared, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    head, *rows = book["limits"].iter_rows(values_only=True)
    at = [head.index(one) for one in ("limit_id", "figure", "unit")]
    assert ["patrols_spend", "least", "USD"] in [[row[n] for n in at] for row in rows]
    about = [row[:2] for row in book["about"].iter_rows(values_only=True)]
    assert ("Shadow prices of fair plans", HELD) in about


@pytest.mark.parametrize("case", ["shortfall", "fair"], indirect=True)
def test_a_sweep_within_limits(case: planner.Case) -> None:
    swept = planner.sweep(case, all_programmes=True, stop=2, steps=3)
    points, base = swept["points"], swept.base
    assert base is not None
    # without money nobody spends 200,000
    assert points["status"].tolist() == ["infeasible", "optimal", "optimal"]
    assert points["plan_value"].isna().tolist() == [True, False, False]
    text = " ".join(plain(swept.summary).split())
    assert "NO PLAN: point 1 (infeasible)." in text
    for point in swept.results.values():
        hard = point.limits[point.limits["hard"]]
        assert (hard["reached"] >= hard["least"] * (1 - 1e-6)).all()
    assert not list(contradictions(axis_of(swept), base, points))
    solved = points.dropna(subset="plan_value")
    if swept.objective == "fair":
        assert (np.diff(solved["least_target_met"]) >= -2 * GAP).all()
        assert "Only the least target met is sure not to fall" in text
        assert "Every area keeps the share of its target that it has" in text  # in shadow prices
    else:
        value, bound = solved["plan_value"].to_numpy(), solved["bound"].to_numpy()
        assert all((bound[i:] <= value[i] * (1 + 1e-9)).all() for i in range(len(value)))
        assert "Every further one gains less or as much" in text


def test_next_steps_within_limits(case: planner.Case) -> None:
    table = planner.next_steps(case, amount=5e5)["steps"]
    assert (table["status"] == "optimal").all()
    assert (table["gain"] >= 0).all()
    assert (table["gain_most"] <= table["predicted"] + 1e-6 * table["plan_value"].max()).all()


@pytest.mark.parametrize(("objective", "gap"), [("shortfall", 1e-6), ("fair", 1e-5)])
def test_changes_are_planned_as_tightly_as_the_objective_can_be_proven(objective: str, gap: float) -> None:
    changes = {"objective": objective, "solver.gap_tolerance": 1e-4}
    found = planner.stress(TINY, changes=changes)
    assert found.document["gap_tolerance"] == gap
    tolerance = found.variants.set_index("variant")["gap_tolerance"]
    assert tolerance["as it stands"] == pytest.approx(gap / 10)
    assert tolerance["asset plane"] == pytest.approx(gap)


def test_what_fair_plans_raise_first_is_told_of_steps_and_losses() -> None:
    """The smallest coverage/target, over areas that nothing reaches any more, too."""
    changes = {"objective": "fair"}

    def smallest(**more: object) -> float:
        areas = planner.plan(planner.read_case(TINY, {**changes, **more}), causes=False).areas
        return float((areas["coverage"] / areas["target_coverage"]).min())

    stands = smallest()
    losses = planner.stress(TINY, changes=changes)
    lost = losses["losses"].set_index("variant")["least_target_met"]
    assert lost["asset plane"] == pytest.approx(-stands, rel=1e-6), "nobody else may work in the east"
    assert lost["asset boat"] == pytest.approx(smallest(**{"assets.boat.units": 0}) - stands, rel=1e-4)
    steps = planner.next_steps(TINY, changes=changes)
    won = steps["steps"].set_index("variant")["least_target_met"]
    assert won["unit plane"] == pytest.approx(smallest(**{"assets.plane.units": 3}) - stands, rel=1e-4)
    for study in (losses, steps):
        text = " ".join(plain(study.summary).split())
        assert "Least target met: change of the smallest coverage/target, in percentage points." in text
        assert "of plans that are as fair as those that were found" in text
        assert "By shadow price" not in text


def test_draws_of_fair_plans_tell_the_smallest_share_of_a_target(tiny: Path) -> None:
    header = "table,id,field,low,high,source\n"
    (tiny / "uncertainty.csv").write_text(
        f"{header}assets,boat,hours_per_unit,600,1800,assumption\n", "utf-8"
    )
    fair, other = (
        planner.sensitivity(tiny, 3, changes={"objective": objective}) for objective in ("fair", "coverage")
    )
    target = planner.read_case(tiny).areas.set_index("area_id")["target_coverage"]
    draws = fair["draws"]
    ratios = [draws[f"area_coverage.{one}"] / wanted for one, wanted in target.items()]
    assert draws["least_target_met"].tolist() == pytest.approx(np.min(ratios, axis=0).clip(max=1.0))
    row = one(fair["outcomes"], outcome="least_target_met")
    stands = planner.plan(planner.read_case(tiny, {"objective": "fair"}), causes=False)
    assert stands.fairness is not None
    assert row["base"] == pytest.approx(stands.fairness.smallest_ratio, rel=1e-4)
    assert row["median"] == pytest.approx(draws["least_target_met"].median())
    own = one(fair.differences, variant="draw_1", metric="least_target_met")  # as every figure of a plan
    assert own["value"] == draws["least_target_met"][0]
    assert own["difference"] == pytest.approx(draws["least_target_met"][0] - row["base"])
    assert f"smallest coverage/target {row['base']:.1%}" in " ".join(plain(fair.summary).split())
    assert "smallest coverage/target" not in plain(other.summary)
    assert "Smallest coverage/target" in study_html(fair)


def test_next_steps_of_a_fair_plan() -> None:
    """Plans are only saved where prices prove that no share of a target rises, and no more is covered."""
    fair = {"objective": "fair"}
    found = planner.next_steps(TINY, amount=1e4, changes=fair)
    table = found["steps"]
    assert (table["status"] == "optimal").all()
    saved = table[table["how"] == "price"]
    assert saved["variant"].tolist() == ["access kir eastern", "unit boat"]  # the boat has hours left
    assert (saved["gain_most"] < 1e-3).all()
    case = planner.read_case(TINY, fair)
    stands = planner.plan(case, causes=False)
    assert stands.fairness is not None
    for changed in (with_access(case, {"kir": ["eastern"]}), with_one_unit_more(case, "boat")):
        plan = planner.plan(changed, causes=False)
        assert plan.certificate.value == pytest.approx(stands.certificate.value, rel=1e-6)
        assert plan.fairness is not None
        assert plan.fairness.smallest_ratio == pytest.approx(stands.fairness.smallest_ratio, rel=1e-6)
    assert table["predicted"].isna().all()
    text = " ".join(plain(found.summary).split())
    assert "no shadow price foretells it" in text
    assert "and that no area's share of its target can be raised" in text


def test_what_limits_do_not_allow_to_lose_comes_first(case: planner.Case) -> None:
    found = planner.stress(case)
    losses = found["losses"]
    without = losses[losses["status"] == "infeasible"]
    assert without["rank"].tolist() == list(range(1, len(without) + 1))
    assert {"eyes", "patrol_boat"} <= set(without["id"])
    assert "patrols" not in set(without["id"])  # what it must spend at least is lost with it
    assert without["lost_reoptimised"].isna().all()
    assert np.isfinite(losses["lost"]).all()
    assert (losses["lost"] >= -1e-6 * found.variants["plan_value"][0]).all()
    text = " ".join(plain(found.summary).split())
    assert "NO PLAN: " in text
    assert "A dash: no plan was found without it, as where hard limits cannot hold; it ranks first" in text
    page = study_html(found)  # and not that the worst is one of those that have a plan
    assert "There is no proven plan if one of these is lost: " in page
    assert "The worst loss would be" not in page
    assert f"Not shown: {len(without)} without which no plan was found." in page


def test_the_ladder_leaves_limits_with_the_choice(case: planner.Case) -> None:
    found = planner.ladder(case)
    free = planner.ladder(replace(case, limits=case.limits.iloc[:0]))["ladder"]["shortfall_km2"]
    rungs, base = found["ladder"], found.base
    assert base is not None
    assert rungs["step_km2"].min() >= 0.0
    assert rungs["step_km2"].sum() == pytest.approx(base.areas["shortfall_km2"].sum(), abs=1e-6)
    assert rungs["shortfall_km2"].tolist()[1:] == pytest.approx(free.tolist()[1:], rel=1e-4, abs=1.0)


def test_a_least_coverage_that_may_vary(limited: Path) -> None:
    (limited / "uncertainty.csv").write_text(
        "table,id,field,low,high,source\nlimits,watch,least,0.02,0.99,assumption\n"
        "limits,patrols_spend,least,50000,200000,assumption\n",
        encoding="utf-8",
    )
    found = planner.sensitivity(limited, 4, changes={"cells.spacing_nm": 150})
    assert found["draws"]["limits.watch.least"].between(0.02, 0.99).all()
    # draws spread over the range: the upper ones cannot be had, and are told
    failures = found["failures"]
    assert 1 <= len(failures) < 4
    assert failures["message"].str.contains("hard limit").all()
    assert (failures["status"] == "infeasible").all()
