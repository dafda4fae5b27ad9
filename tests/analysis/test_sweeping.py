"""Sweeps: the tiny case by hand, the frontier's laws, its files, what is refused."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner
from planner.analysis.jobs import Jobs
from planner.analysis.sweeping import moved
from planner.case import Case
from planner.case.new import write_new_case
from planner.errors import AuditError, InputError
from planner.report import sweep as report
from planner.report.study import write_study
from planner.report.sweep import TABLES, Sweep, contradictions
from planner.report.sweep_text import SWEEP, sweep_study

TINY = Path(__file__).parents[2] / "inputs" / "tiny"
BOAT, PLANE_DATELINE, PLANE_EASTERN = 0.055710, 0.0064753, 0.0103716
"""Coverage factors of inputs/tiny/README.md: of a boat mission, and of a plane hour in each zone."""
DATELINE, EASTERN = 49_235.7, 36_926.8
"""Risk weight x area of the two zones [km²]."""


@pytest.fixture(scope="module")
def hours() -> Sweep:
    return planner.sweep(TINY, assets=["plane"], stop=2, steps=9)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("cases") / "small"
    write_new_case(folder)
    return planner.read_case(folder, {"cells.spacing_nm": 90})


def test_hours_of_the_plane_by_hand(hours: Sweep) -> None:
    points = hours.points.set_index("factor")
    assert points["amount"].tolist() == [0, 40, 80, 120, 160, 200, 240, 280, 320]
    # Without the plane: the boat's 1200 h are five missions of 240 h, and the eastern zone gets nothing.
    # Missed: 49,235.7 exp(-5 x 0.055710) + 36,926.8 = 37,265.5 + 36,926.8.
    assert points.loc[0, "plan_value"] == pytest.approx(DATELINE * math.exp(-5 * BOAT) + EASTERN, rel=1e-5)
    assert points.loc[0, "spent"] == pytest.approx(500_000)
    # A first hour goes where it gains most: W r = 36,926.8 x 0.0103716 = 383.0 in the east; it takes no money
    # from the boat, which has money to spare.
    assert points.loc[0, "price"] == pytest.approx(EASTERN * PLANE_EASTERN, rel=1e-4)
    # At 160 h the README's plan: 39,534.9 missed, an hour worth 89.806.
    assert points.loc[1, "plan_value"] == pytest.approx(39_534.9, rel=1e-5)
    assert points.loc[1, "price"] == pytest.approx(89.806, rel=1e-3)
    # From 200 h on open_fund's 1,000,000 at 5,000 an hour are spent, so that more hours bring nothing.
    assert points.loc[[1.5, 1.75, 2.0], "price"].tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert points.loc[1.5, "plan_value"] == pytest.approx(points.loc[2.0, "plan_value"], rel=1e-8)


def test_80_hours_of_the_plane_by_hand(hours: Sweep) -> None:
    # 80 h cost 400,000, the boat's five missions 500,000: money is not scarce, the boat's hours are.
    # Water filling with C0 = 5 x 0.055710 in the dateline zone: ln l = [(ln(W r) - C0) / r + ln(W' r') / r'
    # - 80] / [1 / r + 1 / r'], and the plane's last hour is worth l.
    start = 5 * BOAT
    inverse = 1 / PLANE_DATELINE + 1 / PLANE_EASTERN
    log = (math.log(DATELINE * PLANE_DATELINE) - start) / PLANE_DATELINE
    log += math.log(EASTERN * PLANE_EASTERN) / PLANE_EASTERN - 80
    last = math.exp(log / inverse)
    row = hours.points.set_index("amount").loc[80]
    assert row["price"] == pytest.approx(last, rel=1e-4)
    assert row["plan_value"] == pytest.approx(last / PLANE_DATELINE + last / PLANE_EASTERN, rel=1e-4)
    assert row["spent"] == pytest.approx(900_000)
    boat = hours.results[3].prices.set_index("id").loc["boat", "price"]
    # a boat hour is a 240th of a mission, which gains W exp(-C) 0.055710 = l / r x 0.055710
    assert boat == pytest.approx(last / PLANE_DATELINE * BOAT / 240, rel=1e-4)


def test_what_becomes_scarce_on_the_way(hours: Sweep) -> None:
    found = [
        (row.factor_from, row.factor_to, row.id, row.change) for row in hours.scarce.itertuples(index=False)
    ]
    # The boat's five missions and the plane's 5,000 an hour use up 1,200,000 at 140 h. From there the boat
    # gives way, and at 200 h (between 1.25 and, at the latest, 1.5) open_fund can pay for no more.
    assert [one for one in found if one[0] == 0.75] == [
        (0.75, 1.0, "boat", "is no longer scarce"),
        (0.75, 1.0, "open_fund", "becomes scarce"),
        (0.75, 1.0, "boat_fund", "becomes scarce"),
    ]
    (last,) = [one for one in found if one[0] != 0.75]
    assert last[0] in (1.0, 1.25)
    assert last[2:] == ("plane", "is no longer scarce")


def frontier(swept: Sweep) -> tuple[np.ndarray, ...]:
    columns = ("amount", "plan_value", "bound", "price")
    return tuple(swept.points[name].to_numpy() for name in columns)


@pytest.fixture(scope="module", params=["coverage", "shortfall"])
def swept(request: pytest.FixtureRequest, small: Case) -> Sweep:
    settings = small.settings.model_copy(update={"objective": request.param})
    return planner.sweep(replace(small, settings=settings), all_programmes=True, steps=9, gap=1e-6)


def test_the_frontier_is_concave_and_the_price_its_supergradient(swept: Sweep) -> None:
    amount, value, bound, price = frontier(swept)
    rounding = 1e-7 * swept.base.certificate.idle_value
    assert value[0] > value[-1] + 1000
    assert price[0] > price[-1]
    for i in range(len(amount)):
        for j in range(len(amount)):
            assert value[j] >= bound[i] - price[i] * (amount[j] - amount[i]) - rounding
    for i, j, k in combinations(range(len(amount)), 3):
        share = (amount[k] - amount[j]) / (amount[k] - amount[i])
        assert bound[j] <= share * value[i] + (1 - share) * value[k] + rounding
    # so the slope lies between the prices at its ends, as exactly as the certificates are
    width, step = value - bound + rounding, amount[1] - amount[0]
    slope = swept.points["slope"].to_numpy()[:-1]
    assert slope == pytest.approx((value[:-1] - value[1:]) / step, rel=1e-12, abs=1e-15)
    assert (slope <= price[:-1] + width[:-1] / step).all()
    assert (slope >= price[1:] - width[1:] / step).all()
    assert not list(contradictions(swept))


def test_more_is_never_worse(swept: Sweep) -> None:
    _, value, bound, _ = frontier(swept)
    rounding = 1e-7 * swept.base.certificate.idle_value
    for i in range(len(value)):
        assert (bound[i:] <= value[i] + rounding).all()


def test_every_point_equals_its_own_plan(swept: Sweep, small: Case) -> None:
    assert (swept.points["status"] == "optimal").all()
    assert (swept.points["gap"] <= 1e-6).all()
    for point, factor in ((1, 0.0), (3, 0.75), (9, 3.0)):
        programmes = small.programmes.assign(budget=small.programmes["budget"] * factor)
        settings = small.settings.model_copy(update={"objective": swept.objective})
        own = planner.plan(replace(small, programmes=programmes, settings=settings)).certificate
        row = swept.points.set_index("point").loc[point]
        assert row["factor"] == factor
        assert row["bound"] <= own.plan_value * (1 + 1e-9)
        assert own.bound <= row["plan_value"] * (1 + 1e-9)


def test_tables_agree_with_the_plans_of_the_points(swept: Sweep, small: Case) -> None:
    for name, contract in TABLES.items():
        assert list(getattr(swept, name)) == list(contract), name
    assert list(swept.results) == list(range(1, 10))
    one = swept.results[4]
    areas = swept.areas[swept.areas["point"] == 4].reset_index(drop=True)
    assert areas["covered_km2"].tolist() == one.areas["covered_km2"].tolist()
    mine = swept.programmes[swept.programmes["point"] == 4]
    assert mine["budget"].tolist() == pytest.approx((small.programmes["budget"] * 1.125).tolist())
    assert mine["spent"].sum() == pytest.approx(swept.points["spent"][3])
    parts = mine[[f"{cause}_km2" for cause in ("out_of_range", "no_access", "asset_hours", "budget")]]
    assert (parts.sum(axis=1) <= mine["shortfall_km2"] + 1e-6).all()
    cells = swept.cells[swept.cells["point"] == 4]
    assert cells["pod"].tolist() == one.cells["pod"].tolist()
    assert len(one.cell_geometry) == len(one.cells)
    assert len(one.assumptions) == len(swept.base.assumptions) > 0


def test_the_price_of_several_programmes_is_that_of_their_shares(swept: Sweep) -> None:
    one, total = swept.results[5], sum(swept.axis.shares)
    assert total == pytest.approx(1.0)
    prices = one.prices[one.prices["limit_kind"] == "budget"]
    assert swept.points["price"][4] == pytest.approx(
        float(prices["price"].to_numpy() @ np.array(swept.axis.shares)), rel=1e-12
    )
    assert swept.points["price_per_million"][4] == pytest.approx(1e6 * swept.points["price"][4])


def test_jobs_do_not_matter(small: Case) -> None:
    one = planner.sweep(small, programmes=["eyes"], steps=4)
    two = planner.sweep(small, programmes=["eyes"], steps=4, jobs=Jobs(2))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)
    # nor does what else is swept: 1.0 is the second of these and the fourth of those
    more = planner.sweep(small, programmes=["eyes"], start=0, stop=2, steps=5)
    figures = [name for name in one.points if name not in ("point", "slope")]
    pd.testing.assert_frame_equal(
        one.points[figures].iloc[[1]].reset_index(drop=True),
        more.points[figures].iloc[[2]].reset_index(drop=True),
        check_exact=True,
    )


def test_amounts_and_factors_are_the_same_thing(small: Case) -> None:
    by_factor = planner.sweep(small, programmes=["eyes"], start=0.5, stop=1.5, steps=2)
    by_amount = planner.sweep(small, programmes=["eyes"], start=1.25e6, stop=3.75e6, steps=2, amount=True)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(by_factor, name), getattr(by_amount, name))
    # several: the total, each with its share; patrols has AUD 1.2M = 780,000 USD, eyes 2,500,000
    both = planner.sweep(small, programmes=["patrols", "eyes"], start=0, stop=1.64e6, steps=2, amount=True)
    assert both.axis.present == pytest.approx(3_280_000)
    budgets = both.programmes[both.programmes["point"] == 2].set_index("programme_id")["budget"]
    assert budgets.to_dict() == pytest.approx({"patrols": 390_000, "eyes": 1_250_000})
    assert both.points["factor"][1] == pytest.approx(0.5)


def test_what_stands_at_nothing_is_swept_by_amounts(small: Case) -> None:
    none = replace(small, assets=small.assets.assign(units=0))
    swept = planner.sweep(none, assets=["patrol_boat", "patrol_boat"][:1], stop=1900, steps=2, amount=True)
    assert swept.points["factor"].isna().all()
    assert swept.points["plan_value"][1] < swept.points["plan_value"][0]
    # the same hours as the case's own one boat of 1,900 h, without its plane
    own = planner.plan(replace(small, assets=small.assets.assign(units=[1, 0])))
    assert swept.points["plan_value"][1] == pytest.approx(own.certificate.plan_value, rel=1e-4)
    with pytest.raises(InputError, match="stands at 0, so that no factor moves it; sweep it by amounts"):
        planner.sweep(none, assets=["patrol_boat"])
    with pytest.raises(InputError, match="sweep one of them by amounts"):
        planner.sweep(none, assets=["patrol_boat", "survey_plane"], amount=True)


def test_hours_of_sensors(small: Case) -> None:
    swept = planner.sweep(small, assets=["radar_scenes"], steps=2, stop=1)
    assert swept.axis.present == 500
    case = moved(small, swept.axis, 100.0)
    assert case.sensors["hours_per_unit"].tolist() == [100]
    assert case.assets.equals(small.assets)


def test_spacing(small: Case) -> None:
    swept = planner.sweep(small, spacing=True, start=90, stop=180, steps=2)
    assert swept.points["unit"].tolist() == ["nm", "nm"]
    assert swept.points[["price", "slope"]].isna().all(axis=None)
    own = planner.plan(small)
    assert swept.points["plan_value"][0] == own.certificate.plan_value
    pd.testing.assert_frame_equal(swept.results[1].cells, own.cells)


def test_a_frontier_that_contradicts_itself_is_found(
    swept: Sweep, small: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    bent = swept.points.copy()
    bent.loc[1, ["plan_value", "bound"]] = bent["plan_value"][[0, 2]].mean() + 1000
    found = list(contradictions(replace(swept, points=bent)))
    assert any("is above the chord" in one for one in found)
    steep = swept.points.assign(price=swept.points["price"] * 0.5)
    assert any("the price at point" in one for one in contradictions(replace(swept, points=steep)))
    assert not list(contradictions(replace(swept, points=bent, objective="fair")))
    monkeypatch.setattr("planner.analysis.sweeping.contradictions", lambda _: iter(["bent"]))
    with pytest.raises(AuditError, match="the frontier does not stand up to its audit:\nbent"):
        planner.sweep(small, programmes=["eyes"], steps=2)


def test_a_point_without_a_plan_is_named(small: Case, tmp_path: Path) -> None:
    swept = planner.sweep(small, programmes=["eyes"], steps=3)
    plans = {point: one for point, one in swept.results.items() if point != 2}
    holed = report.sweep_of(swept.axis, swept.base, plans, {2: "infeasible"})
    assert holed.points["status"].tolist() == ["optimal", "infeasible", "optimal"]
    assert holed.points["plan_value"].isna().tolist() == [False, True, False]
    assert not list(contradictions(holed))
    folder = write_study(sweep_study(holed), tmp_path / "out")
    assert "NOT PROVEN at point 2 (infeasible)" in (folder / "summary.txt").read_text("utf-8")
    assert len(pd.read_csv(folder / "points.csv")) == 3


def test_the_folder(hours: Sweep, tmp_path: Path) -> None:
    folder = write_study(sweep_study(hours), tmp_path / "out")
    assert sorted(file.name for file in folder.iterdir()) == sorted(SWEEP.files)
    read = pd.read_csv(folder / "points.csv")
    pd.testing.assert_frame_equal(read, hours.points, check_dtype=False)
    document = json.loads((folder / "sweep.json").read_text("utf-8"))["sweep"]
    assert document["swept"] == {
        "kind": "hours",
        "ids": ["plane"],
        "shares": [1.0],
        "unit": "h",
        "present": 160.0,
    }
    assert document["concave"] is True
    assert document["as_it_stands"]["status"] == "optimal"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "nothing to sweep is named; name programmes, or assets, or the spacing"),
        ({"programmes": ["eyes"], "spacing": True}, "sweeps one kind of thing at a time"),
        ({"programmes": ["eye"]}, "--programme: eye is no programme; write eyes"),
        ({"assets": ["patrol_boats"]}, "--asset: patrol_boats is no asset or sensor; write patrol_boat"),
        ({"programmes": ["eyes", "eyes"]}, "eyes is named twice"),
        ({"programmes": ["eyes"], "start": 3}, "3 to 3 is no range"),
        ({"programmes": ["eyes"], "start": -1}, "-1 to 3 is no range"),
        ({"programmes": ["eyes"], "stop": math.inf}, "0 to inf is no range"),
        ({"programmes": ["eyes"], "steps": 1}, "1 is too few points for a frontier"),
        ({"spacing": True, "start": 3, "stop": 60}, "give --from and --to between 5 and 300 nautical miles"),
    ],
)
def test_what_cannot_be_swept(small: Case, given: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        planner.sweep(small, **given)
    assert message in str(caught.value)


def test_a_case_takes_no_scenario(small: Case) -> None:
    with pytest.raises(ValueError, match="give read_case them"):
        planner.sweep(small, all_programmes=True, scenario="half_budgets")


def test_an_interrupted_sweep_goes_on(tmp_path: Path) -> None:
    store = tmp_path / "sweep.part"

    def stop_after_two(step: str) -> None:
        if step.startswith("2 of 3"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        planner.sweep(TINY, assets=["plane"], steps=4, jobs=Jobs(store=store), progress=stop_after_two)
    kept = sorted(file.name for file in store.rglob("*") if file.is_file())
    said: list[str] = []
    again = planner.sweep(
        TINY, assets=["plane"], steps=4, jobs=Jobs(store=store, resume=True), progress=said.append
    )
    assert kept
    assert sum(step.startswith("2 of 3") for step in said) <= 1
    pd.testing.assert_frame_equal(again.points, planner.sweep(TINY, assets=["plane"], steps=4).points)
