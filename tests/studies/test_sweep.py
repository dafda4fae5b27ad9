"""Sweeps: the tiny case by hand, the frontier's laws, its folder, what is refused."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner.case import read_case
from planner.errors import AuditError, InputError
from planner.jobs import Failure, Jobs
from planner.results.goodness import value_in_words
from planner.results.plain_text import plain
from planner.results.summary import summary_text
from planner.studies.axis import Axis, moved, read_axis
from planner.studies.engine import variant_table
from planner.studies.kinds import sweep as module
from planner.studies.kinds.sweep import TABLES, axis_of, contradictions, describe, sweep_tables
from tests.studies.conftest import (
    BOAT,
    DATELINE,
    EASTERN,
    PLANE_DATELINE,
    PLANE_EASTERN,
    TINY,
    VALUE,
    missing_of_readme,
    same_tables,
    water_filling,
    written,
)


@pytest.fixture(scope="module")
def hours() -> planner.Study:
    return planner.sweep(TINY, assets=["plane"], stop=2, steps=9)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep") / "part"


@pytest.fixture(scope="module")
def frontier(store: Path) -> planner.Study:
    return planner.sweep(TINY, all_programmes=True, stop=2, steps=3, jobs=Jobs(store=store))


@pytest.fixture(scope="module", params=["coverage", "shortfall"])
def swept(request: pytest.FixtureRequest, worked: planner.Case) -> planner.Study:
    settings = worked.settings.model_copy(update={"objective": request.param})
    return planner.sweep(replace(worked, settings=settings), all_programmes=True, steps=5, gap=1e-6)


def test_hours_of_the_plane_by_hand(hours: planner.Study) -> None:
    points: Any = hours["points"].set_index("factor")
    assert points["amount"].tolist() == [0, 40, 80, 120, 160, 200, 240, 280, 320]
    # Without the plane: the boat's 1200 h are five missions of 240 h, and the eastern zone gets nothing.
    # Missed: 49,235.7 exp(-5 x 0.055710) + 36,926.8 = 37,265.5 + 36,926.8.
    assert points.loc[0, "plan_value"] == pytest.approx(DATELINE * math.exp(-5 * BOAT) + EASTERN, rel=1e-5)
    assert points.loc[0, "spent"] == pytest.approx(500_000)
    # A first hour goes where it gains most: W r = 36,926.8 x 0.0103716 = 383.0 in the east; it takes no money
    # from the boat, which has money to spare.
    assert points.loc[0, "shadow_price"] == pytest.approx(EASTERN * PLANE_EASTERN, rel=1e-4)
    # At 160 h the README's plan: 39,534.9 missed, an hour worth 89.806.
    assert points.loc[1, "plan_value"] == pytest.approx(VALUE, rel=1e-5)
    assert points.loc[1, "shadow_price"] == pytest.approx(89.806, rel=1e-3)
    # From 200 h on open_fund's 1,000,000 at 5,000 an hour are spent, so that more hours bring nothing.
    assert points.loc[[1.5, 1.75, 2.0], "shadow_price"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert points.loc[1.5, "plan_value"] == pytest.approx(points.loc[2.0, "plan_value"], rel=1e-8)


def test_80_hours_of_the_plane_by_hand(hours: planner.Study) -> None:
    # 80 h cost 400,000, the boat's five missions 500,000: money is not scarce, the boat's hours are.
    # Water filling with C0 = 5 x 0.055710 in the dateline zone: ln l = [(ln(W r) - C0) / r + ln(W' r') / r'
    # - 80] / [1 / r + 1 / r'], and the plane's last hour is worth l.
    inverse = 1 / PLANE_DATELINE + 1 / PLANE_EASTERN
    log = (math.log(DATELINE * PLANE_DATELINE) - 5 * BOAT) / PLANE_DATELINE
    log += math.log(EASTERN * PLANE_EASTERN) / PLANE_EASTERN - 80
    last = math.exp(log / inverse)
    row = hours["points"].set_index("amount").loc[80]
    assert row["shadow_price"] == pytest.approx(last, rel=1e-4)
    assert row["plan_value"] == pytest.approx(last / PLANE_DATELINE + last / PLANE_EASTERN, rel=1e-4)
    assert row["spent"] == pytest.approx(900_000)
    metrics = hours.differences.set_index(["variant", "metric", "id"])["value"]
    # a boat hour is a 240th of a mission, which gains W exp(-C) 0.055710 = l / r x 0.055710
    boat = metrics["point 3", "asset_shadow_price", "boat"]
    assert boat == pytest.approx(last / PLANE_DATELINE * BOAT / 240, rel=1e-4)


def test_hours_of_periods_grow_with_those_of_the_year(tmp_path: Path) -> None:
    """Half of the plane's hours fall away in each half of the year: of an hour more half an hour is left."""
    case = tmp_path / "case"
    shutil.copytree(TINY, case)
    (case / "periods.csv").write_text(
        "period_id,name,start,end\nfirst,First,01-01,06-30\nsecond,Second,07-01,12-31\n", encoding="utf-8"
    )
    (case / "availability.csv").write_text(
        "period,assets,share,source\nfirst,plane,0.5,here\nsecond,plane,0.5,here\n", encoding="utf-8"
    )
    swept = planner.sweep(case, assets=["plane"], start=1, stop=2, steps=3)
    points: Any = swept["points"].set_index("factor")
    # 80 h by hand, see above; 320 h, of which 160 are left, are the plan of the README
    inverse = 1 / PLANE_DATELINE + 1 / PLANE_EASTERN
    last = water_filling(80, 5) / inverse
    assert points.loc[1.0, "plan_value"] == pytest.approx(last * inverse, rel=1e-4)
    assert points.loc[1.0, "shadow_price"] == pytest.approx(last / 2, rel=1e-4)
    assert points.loc[2.0, "plan_value"] == pytest.approx(VALUE, rel=1e-4)
    assert "plane" not in swept["scarce"]["id"].tolist()
    (case / "uncertainty.csv").write_text(
        "table,id,field,low_factor,high_factor,source\nareas,eastern,risk_weight,0.99,1.01,here\n",
        encoding="utf-8",
    )
    ranking = planner.sensitivity(case, 2)["ranking"].set_index("id")
    assert ranking.loc["plane", "base_price"] == pytest.approx(last / 2, rel=1e-4)


def test_slopes_that_are_digits_of_two_plans_are_shown_as_none(hours: planner.Study) -> None:
    points: pd.DataFrame = hours["points"].copy()
    # between two points that are 40 h apart and known to 4e-4 km2 a slope is known to 1e-5
    points["bound"] = points["plan_value"] - 4e-4
    points["slope"] = [1.0, 2e-6, -3e-14, 9e-7, *[0.5] * 5]
    _, (frontier, _) = describe(replace(hours, tables={**hours.tables, "points": points}))
    assert frontier.table is not None
    assert frontier.table["to_next"].tolist() == [1.0, 2e-6, 0.0, 0.0, *[0.5] * 5]
    assert "on the way to the next point, known to 1e-05." in frontier.notes[0]


def test_what_becomes_scarce_on_the_way(hours: planner.Study) -> None:
    rows = hours["scarce"][["factor_from", "factor_to", "id", "change"]].to_numpy().tolist()
    # The boat's five missions and the plane's 5,000 an hour use up 1,200,000 at 140 h. From there the boat
    # gives way, and at 200 h (between 1.25 and, at the latest, 1.5) open_fund can pay for no more.
    assert [row for row in rows if row[0] == 0.75] == [
        [0.75, 1.0, "boat", "is no longer scarce"],
        [0.75, 1.0, "open_fund", "becomes scarce"],
        [0.75, 1.0, "boat_fund", "becomes scarce"],
    ]
    (last,) = [row for row in rows if row[0] != 0.75]
    assert last[0] in (1.0, 1.25)
    assert last[2:] == ["plane", "is no longer scarce"]


def test_differences_have_certified_intervals(hours: planner.Study) -> None:
    rows = hours.differences[hours.differences["metric"] == "objective"].set_index("variant")
    points, base = hours["points"], hours.base
    assert base is not None
    assert rows["value"].tolist() == points["plan_value"].tolist()
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["difference_low"] <= rows["difference"]).all()
    assert (rows["difference"] <= rows["difference_high"]).all()
    assert rows.loc["point 5", "difference"] == pytest.approx(0, abs=1e-3), "the case as it stands"
    assert rows.loc["point 1", "difference"] == pytest.approx(
        DATELINE * math.exp(-5 * BOAT) + EASTERN - VALUE, rel=1e-3
    )


def test_the_frontier_is_concave_and_the_price_its_supergradient(swept: planner.Study) -> None:
    points, base = swept["points"], swept.base
    assert base is not None
    amount, value, bound, price = (
        points[name].to_numpy() for name in ("amount", "plan_value", "bound", "shadow_price")
    )
    rounding = 1e-7 * base.certificate.stake
    assert value[0] > value[-1] + 1000
    assert price[0] > price[-1]
    for i in range(len(amount)):
        assert (value >= bound[i] - price[i] * (amount - amount[i]) - rounding).all()
        assert (bound[i:] <= value[i] + rounding).all(), "more is never worse"
    for i, j, k in combinations(range(len(amount)), 3):
        share = (amount[k] - amount[j]) / (amount[k] - amount[i])
        assert bound[j] <= share * value[i] + (1 - share) * value[k] + rounding
    # so the slope lies between the prices at its ends, as exactly as the certificates are
    width, step = value - bound + rounding, amount[1] - amount[0]
    slope = points["slope"].to_numpy()[:-1]
    assert slope == pytest.approx((value[:-1] - value[1:]) / step, rel=1e-12, abs=1e-15)
    assert (slope <= price[:-1] + width[:-1] / step).all()
    assert (slope >= price[1:] - width[1:] / step).all()
    assert not list(contradictions(axis_of(swept), base, points))


def test_every_point_equals_its_own_plan(swept: planner.Study, worked: planner.Case) -> None:
    assert (swept.variants["status"] == "optimal").all()
    assert (swept["points"]["gap"] <= 1e-6).all()
    for point, factor in ((1, 0.0), (2, 0.75), (5, 3.0)):
        programmes = worked.programmes.assign(budget=worked.programmes["budget"] * factor)
        settings = worked.settings.model_copy(update={"objective": swept.objective})
        own = planner.plan(
            replace(worked, programmes=programmes, settings=settings), causes=False
        ).certificate
        row = swept["points"].set_index("point").loc[point]
        assert row["factor"] == factor
        assert row["bound"] <= own.value * (1 + 1e-9)
        assert own.bound <= row["plan_value"] * (1 + 1e-9)


def test_tables_agree_with_the_plans_of_the_points(swept: planner.Study, worked: planner.Case) -> None:
    for name, contract in TABLES.items():
        assert list(swept[name]) == list(contract.contract), name
    plan, base = swept.results["point 4"], swept.base
    assert base is not None
    areas = swept["areas"][swept["areas"]["point"] == 4]
    assert areas["covered_km2"].tolist() == plan.areas["covered_km2"].tolist()
    mine = swept["programmes"][swept["programmes"]["point"] == 4]
    assert mine["budget"].tolist() == pytest.approx((worked.programmes["budget"] * 2.25).tolist())
    assert mine["spent"].sum() == pytest.approx(swept["points"]["spent"][3])
    assert len(plan.cell_geometry) == len(plan.cells) > 0
    assert len(plan.assumptions) == len(base.assumptions) > 0
    # the price of several programmes is that of their shares
    shares = axis_of(swept).shares
    assert sum(shares) == pytest.approx(1.0)
    metrics = swept.differences.set_index(["variant", "metric"])["value"]
    prices = metrics["point 5", "programme_shadow_price"].to_numpy() / 1e6
    assert swept["points"]["shadow_price"][4] == pytest.approx(float(prices @ np.array(shares)), rel=1e-12)


def test_points_from_a_store_are_those_that_were_planned(frontier: planner.Study, store: Path) -> None:
    said: list[str] = []
    again = Jobs(store=store, resume=True)
    resumed = planner.sweep(TINY, all_programmes=True, stop=2, steps=3, jobs=again, progress=said.append)
    same_tables(frontier, resumed)
    assert "2 of 2 are there from before" in said
    for name, results in frontier.results.items():
        pd.testing.assert_frame_equal(results.missions, resumed.results[name].missions, check_exact=True)


def test_other_points_and_a_store_do_not_matter(frontier: planner.Study) -> None:
    # 2.0 is the third of these and the second of those
    more = planner.sweep(TINY, all_programmes=True, start=1.5, stop=2, steps=2)["points"]
    figures = [name for name in more if name not in ("point", "slope")]
    assert frontier["points"][figures].iloc[2].tolist() == more[figures].iloc[1].tolist()


def test_the_excerpt_of_the_readme(frontier: planner.Study) -> None:
    assert missing_of_readme("sweep", frontier) == []


def test_a_shadow_price_is_the_rate_of_the_next_dollar_not_what_a_million_gains(
    frontier: planner.Study, hours: planner.Study
) -> None:
    text, of_hours = (" ".join(plain(one.summary).split()) for one in (frontier, hours))
    assert "what the next unit of money gains at that point, for a million. Slope: what each million" in text
    assert "what the next hour gains at that point. Slope: what each hour gains" in of_hours
    first, second = frontier["points"].iloc[:2].to_dict("records")
    gained = first["plan_value"] - second["plan_value"]
    assert gained < first["shadow_price_per_million"], "1.2 million gain less than a million at that rate"


def test_amounts_and_factors_are_the_same_thing(worked: planner.Case, small: planner.Case) -> None:
    money = {"programmes": ["open_fund"], "steps": 2}
    by_factor = planner.sweep(worked, start=0.5, stop=1.5, **money)
    by_amount = planner.sweep(worked, start=5e5, stop=1.5e6, amount=True, **money)
    for name in TABLES:
        pd.testing.assert_frame_equal(by_factor[name], by_amount[name])
    # several: the total, each with its share; patrols has AUD 1.2M = 780,000 USD, eyes 2,500,000
    both = axis(small, ["patrols", "eyes"], stop=1.64e6, amount=True)
    assert both.present == pytest.approx(3_280_000)
    budgets = moved(small, both, both.amounts[1])["programmes"].set_index("programme_id")["budget"]
    assert budgets[["patrols", "eyes"]].tolist() == pytest.approx([390_000, 1_250_000])


def axis(case: planner.Case, programmes: Sequence[str] = (), assets: Sequence[str] = (), **how: Any) -> Axis:
    return read_axis(
        case, programmes, assets, **{"spacing": False, "start": 0.0, "steps": 2, "amount": False, **how}
    )


def test_what_is_0_is_swept_by_amounts(worked: planner.Case, small: planner.Case) -> None:
    none = replace(worked, assets=worked.assets.assign(units=0))
    swept = planner.sweep(none, assets=["boat"], stop=1200, steps=2, amount=True)
    assert swept["points"]["factor"].isna().all()
    # the boat's 1,200 hours without the plane, as above
    value = DATELINE * math.exp(-5 * BOAT) + EASTERN
    assert swept["points"]["plan_value"][1] == pytest.approx(value, rel=1e-4)
    with pytest.raises(InputError, match="is 0, so that no factor moves it; sweep it by amounts"):
        axis(none, assets=["boat"], stop=3.0)
    with pytest.raises(InputError, match="sweep one of them by amounts"):
        axis(none, assets=["boat", "plane"], stop=3.0, amount=True)
    with_sensor = axis(small, assets=["radar_scenes"], stop=1.0)
    assert with_sensor.present == 500
    edits = moved(small, with_sensor, 100.0)
    assert edits["sensors"]["hours_per_unit"].tolist() == [100]
    assert edits["assets"] is small.assets


def test_hours_end_where_no_unit_can_work_more(small: planner.Case) -> None:
    # the boat has 1,900 h of the 365 x 24 = 8,760 of the year, and a radar of 8,000 h works 8,760 at most
    boat = axis(small, assets=["patrol_boat"], stop=None)
    assert (boat.amounts[-1], boat.full, boat.ends) == (3 * 1900, (), "")
    busy = replace(small, sensors=small.sensors.assign(hours_per_unit=8000.0, units=1.0))
    radar = axis(busy, assets=["radar_scenes"], stop=None)
    assert (radar.amounts[0], radar.amounts[-1]) == (0.0, pytest.approx(8760.0))
    (name,) = busy.sensors["name"]
    assert radar.ends == f" The last point, 1.095 x, is as far as the units of {name} can work."
    assert axis(busy, assets=["radar_scenes"], stop=None, amount=True).amounts == radar.amounts
    # together each grows by 8,760 / 8,000 at most
    both = axis(busy, assets=["patrol_boat", "radar_scenes"], stop=None)
    assert both.amounts[-1] == pytest.approx((1900 + 8000) * 8760 / 8000)
    assert both.full == (name,)
    with pytest.raises(InputError, match="8,770 h is more than the units of radar_scenes can work, 8,760 h"):
        axis(busy, assets=["radar_scenes"], stop=8770.0, amount=True)
    with pytest.raises(InputError, match="is 0 in the case, so that nothing says how far; say it with --to"):
        axis(
            replace(busy, sensors=busy.sensors.assign(units=0.0)),
            assets=["radar_scenes"],
            stop=None,
            amount=True,
        )


def test_spacing(small: planner.Case) -> None:
    swept = planner.sweep(small, spacing=True, start=150, stop=240, steps=2)
    assert swept["points"]["unit"].tolist() == ["nm", "nm"]
    assert swept["points"][["shadow_price", "slope"]].isna().all(axis=None)
    own = planner.plan(small, causes=False)
    assert swept["points"]["plan_value"][0] == own.certificate.value
    pd.testing.assert_frame_equal(swept.results["point 1"].cells, own.cells)


def test_a_frontier_that_contradicts_itself_is_found(
    swept: planner.Study, worked: planner.Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    along, base, points = axis_of(swept), swept.base, swept["points"]
    assert base is not None
    bent = points.copy()
    bent.loc[1, ["plan_value", "bound"]] = bent["plan_value"][[0, 2]].mean() + 1000
    assert any("is above the chord" in found for found in contradictions(along, base, bent))
    steep = points.assign(shadow_price=points["shadow_price"] * 0.5)
    assert any("the price at point" in found for found in contradictions(along, base, steep))
    assert not list(contradictions(along, replace(base, objective="fair"), bent))
    monkeypatch.setattr(module, "contradictions", lambda *_: iter(["bent"]))
    with pytest.raises(AuditError, match="the frontier does not pass its audit:\nbent"):
        planner.sweep(worked, programmes=["open_fund"], steps=2)


def test_a_point_without_a_plan_does_not_lose_the_others(hours: planner.Study) -> None:
    along, base = axis_of(hours), hours.base
    assert base is not None
    failed = {**hours.results, "point 2": Failure("no", "infeasible")}
    results = {name: one for name, one in hours.results.items() if name != "point 2"}
    found = replace(hours, results=results, variants=variant_table(failed, {}))
    tables = sweep_tables(read_case(TINY), along, base, found)
    assert tables["points"]["status"].tolist()[:3] == ["optimal", "infeasible", "optimal"]
    assert tables["points"]["plan_value"].isna().tolist()[:3] == [False, True, False]
    assert not list(contradictions(along, base, tables["points"]))


def test_the_folder(hours: planner.Study, tmp_path: Path) -> None:
    document, text = written(hours, tmp_path / "out")
    swept = document["swept"]
    assert (swept["kind"], swept["ids"], swept["shares"], swept["unit"]) == ("hours", ["plane"], [1.0], "h")
    assert document["concave"] is True
    assert [one["variant"] for one in document["certificates"]] == list(hours.results)
    assert "hours of Patrol boat are no longer scarce" in text
    assert "Every further one gains less or as much" in " ".join(text.split())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "nothing to sweep is named; name programmes, or assets, or the spacing"),
        ({"programmes": ["eyes"], "spacing": True}, "sweeps one kind of thing at a time"),
        ({"programmes": ["eye"]}, "--programme: eye is not a programme; write eyes"),
        ({"assets": ["patrol_boats"]}, "--asset: patrol_boats is not an asset or sensor; write patrol_boat"),
        ({"programmes": ["eyes", "eyes"]}, "eyes is named twice"),
        ({"assets": ["patrol_boat"], "stop": 5}, "9,500 h is more than the units of patrol_boat can work, 8"),
        ({"programmes": ["eyes"], "start": 3}, "3 to 3 is not a range"),
        ({"programmes": ["eyes"], "stop": math.inf}, "0 to inf is not a range"),
        ({"programmes": ["eyes"], "steps": 1}, "1 is too few points for a frontier"),
        ({"spacing": True, "start": 3, "stop": 60}, "give --from and --to between 5 and 300 nautical miles"),
    ],
)
def test_what_cannot_be_swept(small: planner.Case, given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        planner.sweep(small, **given)
    assert message in str(caught.value)


def test_a_case_takes_no_scenario(small: planner.Case) -> None:
    with pytest.raises(ValueError, match="give read_case them"):
        planner.sweep(small, all_programmes=True, scenario="half_budgets")


@pytest.mark.parametrize("changes", [{"objective": "fair"}, {"areas.*.target_coverage": 0}])
def test_shares_of_nothing_are_left_out(changes: dict[str, object]) -> None:
    # without money nothing reaches an area, and without targets nothing is asked for: there is no share of it
    found = planner.sweep(planner.read_case(TINY, changes), all_programmes=True, stop=1, steps=2)
    assert found["points"]["plan_value"][0] == pytest.approx(DATELINE + EASTERN)
    shares = found.differences[found.differences["variant"] == "point 1"]["metric"].tolist()
    assert ("smallest_ratio" in shares, "risk_weighted_coverage" in shares) == (False, True)


def test_the_value_is_told_as_the_summary_of_a_run_tells_it(tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(TINY, case)
    limit = "limit_id,kind,areas,least,penalty,source\nwatch,least_coverage,eastern,0.9,0.5,here\n"
    (case / "limits.csv").write_text(limit, encoding="utf-8")
    more = "\n[scenarios.more]\nprogrammes.open_fund.budget = 2e6\n"
    (case / "case.toml").write_text((case / "case.toml").read_text(encoding="utf-8") + more, encoding="utf-8")
    said = "risk-weighted km² (shortfall to the targets, and 0.2 x what is missed at all) and penalties"
    changes = {"objective": "shortfall", "coverage_worth": 0.2}
    assert f"{said} (of " in " ".join(
        summary_text(planner.plan(read_case(case, changes), causes=False)).split()
    )
    for study in (
        planner.sweep(case, all_programmes=True, steps=2, changes=changes),
        planner.next_steps(case, changes=changes),
        planner.stress(case, changes=changes),
        planner.compare(case, ["more"], changes=changes),
    ):
        assert study.value == said
        assert said in " ".join(plain(study.summary).split())
    assert value_in_words("shortfall", 0.0) == "risk-weighted km² (shortfall to the targets)"


def test_what_coverage_counts_where_detections_need_answers_is_said(tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(TINY, case)
    answers = "share = 0.5\nboarding_share = 0.1\nresponse_time_h = 48\nboarding_h = 4\n"
    more = f"\n[scenarios.answers.response]\n{answers}"
    (case / "case.toml").write_text((case / "case.toml").read_text(encoding="utf-8") + more, encoding="utf-8")
    ranges = "table,id,field,low_factor,high_factor,source\ncase,*,dwell_days,0.9,1.1,here\n"
    (case / "uncertainty.csv").write_text(ranges, encoding="utf-8")
    visits = {"areas.*.visits_per_year": 100}
    said = "counts a detection in full only where it can be answered."
    of_answers = {"changes": visits, "scenario": "answers"}
    for study, told in (
        (planner.sweep(case, all_programmes=True, steps=2, **of_answers), True),
        (planner.sweep(case, all_programmes=True, steps=2, changes=visits), False),
        (planner.sensitivity(case, 2, **of_answers), True),
        (planner.sensitivity(case, 2, changes=visits), False),
    ):
        assert (f"Coverage {said}" in " ".join(plain(study.summary).split())) == told
    compared = planner.compare(case, ["answers"], changes=visits)
    assert f"Coverage of answers {said}" in " ".join(plain(compared.summary).split())


def test_money_gains_nothing_where_there_are_no_hours_to_pay_for() -> None:
    found = planner.sweep(planner.read_case(TINY, {"assets.*.units": 0}), all_programmes=True, steps=2)
    assert (found["points"]["shadow_price"] == 0.0).all()
    assert found["scarce"].empty
    assert "Nothing changes: the same" in plain(found.summary)
