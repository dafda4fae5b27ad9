"""Seasons of the worked example (inputs/tiny): what periods leave of hours, and plans worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

import planner
from planner import pipeline
from planner.case import Case
from planner.errors import AuditError
from planner.features.season import Season, seasons
from planner.results.audit_physics import seasons_again
from planner.results.results import Results
from planner.results.summary import summary_text
from tests.features.tiny import TINY, tiny_with

HALVES = "period_id,name,start,end,source\ndry,Dry,04-01,09-30,\nwet,Wet,10-01,2026-03-31,\n"
HEADER = "period,kinds,assets,bases,areas,share,hours_per_unit,source\n"
DRY, WET = 183.0 / 365.0, 182.0 / 365.0
"""April to September has 183 days."""
C0, R_DATELINE, R_EASTERN = 4 * 0.0557101, 0.0064753, 0.0103716
W_DATELINE, W_EASTERN = 49_235.7, 36_926.8
"""From inputs/tiny/README.md: the boat's coverage factor, those of a plane hour, the weights of the zones."""


def case(tmp_path: Path, periods: str = HALVES, availability: str = "", **changes: object) -> Case:
    return tiny_with(tmp_path, changes, periods=periods, availability=HEADER + availability)


def value(case: Case) -> float:
    return pipeline.solve(pipeline.prepare(case)).certificate.value


def plan(case: Case) -> Results:
    """Planned and audited."""
    return planner.plan(case, causes=False)


@pytest.fixture(scope="module")
def year() -> Results:
    return plan(planner.read_case(TINY))


def test_days_make_the_share_of_the_horizon(tmp_path: Path) -> None:
    found = case(tmp_path)
    assert found.periods["period_id"].tolist() == ["dry", "wet"]
    assert found.periods[["start", "end"]].to_numpy().tolist() == [["04-01", "09-30"], ["10-01", "03-31"]]
    assert found.periods["days"].tolist() == pytest.approx([360 * DRY, 360 * WET])
    assert [one.share for one in seasons(found)] == pytest.approx([DRY, WET])


def test_what_availability_leaves(tmp_path: Path) -> None:
    # 1200 h of the boat and 2 x 80 of the planes a year; at most 24 h a day
    rows = "wet,vessel,,,,0.5,,\nwet,,boat,,,0.5,,\ndry,,plane,,,,30,\nwet,aircraft,,,eastern,0.25,,\n"
    dry, wet = seasons(case(tmp_path, availability=rows))
    assert dry.hours.tolist() == pytest.approx([24 * 360 * DRY, 60.0])
    assert wet.hours.tolist() == pytest.approx([1200 * WET * 0.25, 2 * 24 * 360 * WET])
    assert dry.weather.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert wet.weather.tolist() == [[1.0, 1.0], [1.0, 0.25]]


@pytest.mark.parametrize("order", [1, -1])
def test_hours_of_a_base_and_hours_in_which_an_area_can_be_worked(tmp_path: Path, order: int) -> None:
    # the airfield takes 100 h a year: 50.1 in the dry half, half of that is left; the harbour has no limit
    rows = ["dry,,,harbour,,,300,\n", "dry,,,airfield,,0.5,,\n", "dry,,,airfield,,,60,\n"]
    rows += ["wet,,,airfield,,,20,\n", "dry,vessel,,,eastern,,1000,\n", "dry,*,,,eastern,0.5,,\n"]
    changes = {"bases.airfield.capacity_hours": 100}
    dry, wet = seasons(case(tmp_path, availability="".join(rows[::order]), **changes))
    assert dry.places.tolist() == pytest.approx([300.0, 100 * DRY * 0.5])
    assert wet.places.tolist() == [np.inf, 20.0]
    assert dry.weather.tolist() == [[1.0, pytest.approx(0.5 * 1000 / (24 * 360 * DRY))], [1.0, 0.5]]


def test_a_base_that_takes_so_many_hours_in_a_period_takes_no_more(tmp_path: Path) -> None:
    # the boat alone, which would be at sea as long in either half of the year, 600 h
    grounded = "dry,aircraft,,,,0,,\nwet,aircraft,,,,0,,\n"
    found = plan(case(tmp_path, availability=f"{grounded}dry,,,harbour,,,240,\n"))
    table = found.calendar[found.calendar["asset_id"] == "boat"].groupby("period_id")["mission_hours"].sum()
    assert table["dry"] == pytest.approx(240.0, rel=1e-6)
    prices = found.period_prices
    (row,) = prices[prices["limit_kind"] == "base_capacity"].to_dict("records")
    assert (row["id"], row["period_id"]) == ("harbour", "dry")
    assert row["used"] == pytest.approx(row["limit"]) == pytest.approx(240.0)


def test_the_audit_works_out_the_same_by_its_own_means(tmp_path: Path) -> None:
    rows = "wet,vessel,,,,0.5,,\nwet,,boat,,,0.5,,\ndry,,plane,,,,30,\nwet,aircraft,,,eastern,0.25,,\n"
    rows += "dry,,,harbour,,0,,\nwet,*,,,dateline,0.9,,\nwet,,,harbour,,,300,\ndry,,,airfield,,,90,\n"
    rows += "dry,vessel,,,dateline,,1000,\n"
    made = case(tmp_path, availability=rows)
    access = made.access.assign(periods=[("dry",)] * len(made.access))
    made = planner.case.Case(**{**vars(made), "access": access})
    for one, other in zip(seasons(made), seasons_again(made), strict=True):
        assert (one.period_id, one.access.tolist()) == (other.period_id, other.access.tolist())
        for name in ("share", "hours", "places", "weather"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "found"), [("hours", "hours of boat in wet"), ("access", "works in"), ("weather", "swept_km2")]
)
def test_a_plan_that_takes_more_of_a_season_than_there_is_fails_its_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, found: str
) -> None:
    rows = "wet,vessel,,,,0.5,,\nwet,aircraft,,,eastern,0.25,,\n"
    made = case(tmp_path, availability=rows)
    access = made.access.assign(periods=[("dry",)] * len(made.access))
    made = planner.case.Case(**{**vars(made), "access": access})
    if name != "access":
        made = planner.case.Case(**{**vars(made), "access": made.access.assign(periods=[()])})

    def generous(case: Case) -> list[Season]:
        more = {"hours": lambda one: 4.0 * one, "access": np.ones_like, "weather": np.ones_like}[name]
        return [replace(one, **{name: more(getattr(one, name))}) for one in seasons(case)]

    monkeypatch.setattr("planner.features.assemble.seasons", generous)
    with pytest.raises(AuditError, match=found):
        plan(made)


def test_access_may_hold_in_some_periods(tmp_path: Path) -> None:
    made = case(tmp_path)
    rows = made.access.assign(periods=[("dry",)] * len(made.access))
    dry, wet = seasons(planner.case.Case(**{**vars(made), "access": rows}))
    assert dry.access.tolist() == [[True, False], [True, True]]
    assert wet.access.tolist() == [[True, False], [False, False]]


def test_a_case_without_agreements_has_access_at_home(tmp_path: Path) -> None:
    made = case(tmp_path)
    alone = planner.case.Case(**{**vars(made), "access": made.access.iloc[:0]})
    assert [one.access.tolist() for one in seasons(alone)] == [[[True, False], [False, False]]] * 2


def test_periods_that_are_alike_give_the_plan_of_the_year(tmp_path: Path, year: Results) -> None:
    assert value(case(tmp_path)) == pytest.approx(year.certificate.value, rel=2e-9)
    quarters = "period_id,name,start,end\n" + "".join(
        f"q{n},Quarter {n},{start},{end}\n"
        for n, (start, end) in enumerate(
            [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")]
        )
    )
    assert value(case(tmp_path, quarters)) == pytest.approx(year.certificate.value, rel=2e-9)


def test_a_boat_in_dock_for_half_the_year_is_made_up_for_by_the_planes(tmp_path: Path, year: Results) -> None:
    # the boat's coverage factor in the dry half, C0 / share = 0.444, is below what planes fill up to, 0.705:
    # they fly less there and more in the wet half, and every hour gains what it did
    found = plan(case(tmp_path, availability="wet,,boat,,,0,,\n"))
    assert found.certificate.value == pytest.approx(year.certificate.value, rel=1e-8)
    table = found.calendar[found.calendar["asset_id"] == "boat"]
    assert table["period_id"].tolist() == ["dry"]
    assert table["mission_hours"].tolist() == pytest.approx([960.0], rel=1e-6)


def test_nothing_flies_or_sails_in_the_wet_half(tmp_path: Path) -> None:
    # all 160 plane hours and the boat in the dry half: each node has the weight W x share, an hour adds
    # r / share. Water filling: W r exp(-C) = l, share (C - C0 / share) / r + share C_e / r_e = 160
    found = plan(case(tmp_path, availability="wet,*,,,,0,,\n"))
    gains = {"dateline": W_DATELINE * R_DATELINE, "eastern": W_EASTERN * R_EASTERN}
    a = DRY * (log(gains["dateline"]) / R_DATELINE + log(gains["eastern"]) / R_EASTERN)
    b = DRY * (1 / R_DATELINE + 1 / R_EASTERN)
    lam = exp((a - C0 / R_DATELINE - 160.0) / b)
    missed = {zone: lam / gain for zone, gain in gains.items()}  # exp(-C)
    pods = found.area_periods.set_index(["period_id", "area_id"])["coverage"]
    for zone, part in missed.items():
        assert pods["dry", zone] == pytest.approx(1 - part, rel=1e-4)
        assert pods["wet", zone] == 0.0
    areas = found.areas.set_index("area_id")["coverage"]
    assert areas["eastern"] == pytest.approx(DRY * (1 - missed["eastern"]), rel=1e-4)
    hand = sum(w * (DRY * missed[z] + WET) for z, w in (("dateline", W_DATELINE), ("eastern", W_EASTERN)))
    assert found.certificate.value == pytest.approx(hand, rel=1e-5)
    spent = found.programme_periods
    assert spent["period_id"].unique().tolist() == ["dry"]
    assert spent["amount"].sum() == pytest.approx(1_200_000.0, rel=1e-6)
    rows = {line.split()[0]: line.split()[1:] for line in summary_text(found).splitlines() if line.strip()}
    assert rows["Dry"][2:] == ["1,120", "1,200,000"]  # four missions of 240 h, and the 160 h of the planes
    assert rows["Wet"][1:] == ["0.0%", "0", "0"]


def test_the_price_of_an_hour_in_a_period_is_what_it_gains_there_beyond_the_year_s(tmp_path: Path) -> None:
    # the planes have 160 x share x 0.5 h in the wet half and what is left of 160 h in the dry one. An hour
    # gains W r exp(-C) in a half, whose weight and factor are W x share and r / share; one more in the wet
    # half is one less in the dry half: its price is the difference
    found = plan(case(tmp_path, availability="wet,aircraft,,,,0.5,,\n"))
    (row,) = found.period_prices.to_dict("records")
    assert (row["limit_kind"], row["id"], row["period_id"]) == ("asset_hours", "plane", "wet")
    assert row["limit"] == pytest.approx(160.0 * WET * 0.5)
    assert row["used"] == pytest.approx(row["limit"], rel=1e-6)
    missed = 1.0 - found.area_periods.set_index(["period_id", "area_id"])["coverage"]
    more = missed["wet", "eastern"] - missed["dry", "eastern"]
    assert row["shadow_price"] == pytest.approx(W_EASTERN * R_EASTERN * more, rel=1e-3)
    assert row["shadow_price"] > 50.0


def test_weather_takes_from_what_is_swept_and_costs_the_same(tmp_path: Path) -> None:
    calm = plan(case(tmp_path))
    rough = plan(case(tmp_path, availability="wet,*,,,*,0.5,,\ndry,*,,,*,0.5,,\n"))
    # half of what every mission sweeps: as if all sweep widths were halved
    halved = planner.read_case(
        TINY, changes={"assets.boat.sweep_width_nm": 6, "assets.plane.sweep_width_nm": 10}
    )
    assert rough.certificate.value == pytest.approx(value(halved), rel=1e-8)
    assert rough.missions["cost"].sum() == pytest.approx(calm.missions["cost"].sum(), rel=1e-6)


def test_a_least_coverage_of_one_period(tmp_path: Path) -> None:
    made = case(tmp_path)
    folder = tmp_path / "tiny"
    (folder / "limits.csv").write_text(
        "limit_id,kind,programme,areas,period,least,penalty,currency,source\n"
        "wet_watch,least_coverage,,eastern,wet,0.8,,,\n",
        encoding="utf-8",
    )
    found = plan(planner.read_case(folder))
    pods = found.area_periods.set_index(["period_id", "area_id"])["coverage"]
    assert pods["wet", "eastern"] == pytest.approx(0.8, abs=1e-6)
    assert pods["dry", "eastern"] < plan(made).areas.set_index("area_id")["coverage"]["eastern"]
    row = found.limits.iloc[0]
    assert (row["period_id"], row["reached"]) == ("wet", pytest.approx(0.8, abs=1e-6))


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize("new", ["10-02", "12-31", "03-31"])
def test_a_season_in_two_parts_is_the_season(tmp_path: Path, objective: str, new: str) -> None:
    """Weather, docking, access, risk and hours of a season, in one period and in two: the same optimum."""
    day = date(2026, *map(int, new.split("-")))
    before = (day - timedelta(days=1)).strftime("%m-%d")
    first = (day - date(2026, 10, 1)).days % 365 / 182

    def best(wet: dict[str, float], periods: str) -> float:
        rows = "".join(
            f"{one},vessel,,,,0.6,,\n{one},*,,,eastern,0.7,,\n{one},,,airfield,,,{60 * part},\n"
            for one, part in wet.items()
        )
        case(tmp_path, periods, rows)
        risk = "lon,lat,weight,layer,period\n" + "".join(f"178,0,3,fish,{one}\n" for one in wet)
        (tmp_path / "tiny" / "risk.csv").write_text(f"{risk}178,0,1,fish,dry\n", encoding="utf-8")
        access = (
            f"operator,areas,periods,basis\nair_company,dateline,,x\nair_company,eastern,{';'.join(wet)},x\n"
        )
        (tmp_path / "tiny" / "access.csv").write_text(access, encoding="utf-8")
        changes = {"objective": objective, "solver.gap_tolerance": 1e-8}
        return value(planner.read_case(tmp_path / "tiny", changes))

    parts = HALVES.replace("2026-03-31", before) + f"rains,Rains,{new},2026-03-31,\n"
    one = best({"wet": 1.0}, HALVES)
    assert best({"wet": first, "rains": 1.0 - first}, parts) == pytest.approx(one, rel=2e-8)


@pytest.mark.parametrize("share", [0.0, 0.8])
def test_more_hours_in_a_period_never_hurt_and_free_ones_are_best(
    tmp_path: Path, share: float, year: Results
) -> None:
    tight = value(case(tmp_path, availability=f"wet,*,,,,{share},,\n"))
    looser = value(case(tmp_path, availability=f"wet,*,,,,{share + 0.2},,\n"))
    assert year.certificate.bound <= looser * (1 + 1e-9)
    assert looser <= tight * (1 + 2e-9)


def test_causes_by_period_add_up(tmp_path: Path) -> None:
    made = case(tmp_path, availability="wet,*,,,,0.2,,\n")
    found = planner.plan(made)
    parts = found.causes[found.causes["level"] == "area"].groupby("area_id")["km2"].sum()
    short = found.areas.set_index("area_id")["shortfall_km2"]
    assert parts[short.index].tolist() == pytest.approx(short.tolist(), abs=1e-3)
    assert np.all(found.causes["km2"] >= 0.0)


def test_without_periods_told_apart_the_files_change_nothing(tmp_path: Path, year: Results) -> None:
    found = plan(case(tmp_path, availability="wet,*,,,,0,,\n", use_periods=False))
    assert found.certificate.value == pytest.approx(year.certificate.value, rel=2e-9)
    assert found.calendar.empty
    assert found.period_prices.empty
