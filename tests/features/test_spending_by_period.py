"""Limits on the money of one period: plans worked out by hand, laws, and what the audit sees of them.

The worked example (inputs/tiny) without its boat: the plane is paid by open_fund alone, 400,000 at 5000 an
hour, H = 80 of its 160 h. In a period that is the share s of the horizon an hour in zone z adds r_z / s to
the coverage factor C of a node that weighs W_z s, so that it gains W_z r_z exp(-C). Hours go where they gain
most until the last of the period gains the same in both zones, l. With B = 1 / r_1 + 1 / r_2 and
K = (W_1 r_1)^(1 / (r_1 B)) (W_2 r_2)^(1 / (r_2 B)), the hours H_p of a period make

    l_p = K exp(-H_p / (s_p B)),   C_z = ln(W_z r_z / l_p),   missed: s_p (l_p / r_1 + l_p / r_2) = s_p l_p B
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

import planner
from planner import pipeline
from planner.case import Case
from planner.core.problem import ACTIVITY_IDS, RESOURCE_IDS
from planner.errors import AuditError, LimitsError
from planner.features.assembly import Parts
from planner.features.funding import Payments
from planner.features.spending_goal import add_spending_goals
from planner.results.audit import audit
from planner.results.limits import limit_rows
from planner.results.results import Results
from planner.results.summary import summary_text
from planner.solve.merging import merged
from tests.features.tiny import tiny_with

Table = pd.DataFrame
HEADER = "limit_id,kind,programme,areas,period,least,penalty,currency,source\n"
HALVES = "period_id,name,start,end\ndry,Dry,01-01,01-30\nwet,Wet,01-31,03-01\n"
THIRDS = "period_id,name,start,end\ndry,Dry,01-01,01-20\nwet,Wet,01-21,03-01\n"
"""Thirty days each; twenty and forty."""
SIXTY = {"horizon_days": 60, "dwell_days": 2, "scale_to_horizon": False}
ALONE = {**SIXTY, "assets.boat.hours_per_unit": 0, "programmes.open_fund.budget": 400_000}
ANSWERS = {
    **{"response.share": 0.5, "response.boarding_share": 0.1, "response.response_time_h": 48},
    **{"response.boarding_h": 6, "areas.*.visits_per_year": 400, "assets.boat.boards": "yes"},
    "solver.gap_tolerance": 1e-7,
}
YEAR = "period_id,name,start,end\ndry,Dry,04-01,09-30\nwet,Wet,10-01,03-31\n"
R = {"dateline": 0.0064753, "eastern": 0.0103716}
W = {"dateline": 49_235.7, "eastern": 36_926.8}
HOURLY, H = 5000.0, 80.0
"""From inputs/tiny/README.md: coverage factors of an hour of the plane, weights, its cost."""
GAIN = {zone: W[zone] * R[zone] for zone in R}
B = sum(1 / r for r in R.values())
K = exp(sum(log(GAIN[zone]) / R[zone] for zone in R) / B)
PRICE = 1e6 / HOURLY
"""A price per hour as one per million."""


def case(tmp_path: Path, limits: str, periods: str = HALVES, **changes: object) -> Case:
    return tiny_with(tmp_path, changes, periods=periods, limits=HEADER + limits)


def plan(case: Case) -> Results:
    """Planned and audited."""
    return planner.plan(case, causes=False)


def value(case: Case) -> float:
    return pipeline.solve(pipeline.prepare(case)).certificate.value


def spent(found: Results) -> dict[tuple[str, str], float]:
    table = found.programme_periods
    return {(one, when): amount for one, when, amount in table.itertuples(index=False)}


def test_a_hard_least_spending_of_a_period(tmp_path: Path) -> None:
    # 80 h would be 26.7 in the dry third and 53.3 in the wet rest, 266,667 dollars; asked for are 350,000
    # there, 70 h, so that 10 h are left. A dollar less asked for is an hour moved: l_dry - l_wet
    found = plan(case(tmp_path, "wet,least_spending,open_fund,,wet,350000,,USD,\n", THIRDS, **ALONE))
    l_dry, l_wet = K * exp(-10 / (B / 3)), K * exp(-70 / (2 * B / 3))
    assert found.certificate.value == pytest.approx(B * (l_dry / 3 + 2 * l_wet / 3), rel=1e-5)
    assert spent(found) == {
        ("open_fund", "dry"): pytest.approx(50_000.0, rel=1e-6),
        ("open_fund", "wet"): pytest.approx(350_000.0, rel=1e-6),
    }
    for period, gain in (("dry", l_dry), ("wet", l_wet)):
        rows = found.area_periods[found.area_periods["period_id"] == period].set_index("area_id")
        for zone, first in GAIN.items():
            assert rows.loc[zone, "coverage"] == pytest.approx(1 - gain / first, abs=1e-4)
    row = found.limits.iloc[0]
    assert (row["period_id"], row["reached"]) == ("wet", pytest.approx(350_000.0, rel=1e-6))
    assert row["shadow_price"] == pytest.approx((l_dry - l_wet) * PRICE, rel=1e-3)
    assert row["shadow_price"] > 10_000.0
    assert "wet: open_fund (Wet)" in summary_text(found)


def test_a_soft_least_spending_of_a_period(tmp_path: Path) -> None:
    # l_dry - l_wet = p: with z = exp(H_wet / (s B)) and s = 1/2 that is K exp(-H / (s B)) z - K / z = p
    p = 20.0
    found = plan(case(tmp_path, f"wet,least_spending,open_fund,,wet,380000,{p * PRICE},USD,\n", **ALONE))
    a = K * exp(-H / (B / 2))
    wet_h = B / 2 * log((p + sqrt(p**2 + 4 * a * K)) / (2 * a))
    assert 40.0 < wet_h < 76.0
    l_dry, l_wet = K * exp(-(H - wet_h) / (B / 2)), K * exp(-wet_h / (B / 2))
    assert l_dry - l_wet == pytest.approx(p)
    short = 380_000.0 - HOURLY * wet_h
    row = found.limits.iloc[0]
    assert row["shortfall"] == pytest.approx(short, rel=1e-3)
    assert row["paid"] == pytest.approx(p * PRICE * short / 1e6, rel=1e-3)
    assert row["shadow_price"] == pytest.approx(p * PRICE, rel=1e-6)
    assert found.certificate.value == pytest.approx(
        B / 2 * (l_dry + l_wet) + p * PRICE * short / 1e6, rel=1e-6
    )


def test_a_hard_least_share_of_a_period(tmp_path: Path) -> None:
    # asked for in the wet part: the share q = r_2 / (r_1 + r_2) of its money in the first zone, so that both
    # zones get C = H_wet / (s B). There the next hour gains M exp(-C), M = q W_1 r_1 + (1 - q) W_2 r_2, in
    # the dry part l_dry: H_wet / s_wet - H_dry / s_dry = B ln(M / K). A dollar less asked for in the first
    # zone is part of an hour that goes to the second one: it gains W_2 r_2 exp(-C) for W_1 r_1 exp(-C)
    q = R["eastern"] / (R["dateline"] + R["eastern"])
    least = f"wet,least_share,open_fund,dateline,wet,{q},,,\n"
    made = case(tmp_path, least, THIRDS, **ALONE)
    found = plan(made)
    m = q * GAIN["dateline"] + (1 - q) * GAIN["eastern"]
    wet_h = (B * log(m / K) + H * 3) / (3 / 2 + 3)
    c, l_dry = wet_h / (2 / 3 * B), K * exp(-(H - wet_h) / (B / 3))
    assert m * exp(-c) == pytest.approx(l_dry)
    hand = sum(W.values()) * exp(-c) * 2 / 3 + B * l_dry / 3
    assert found.certificate.value == pytest.approx(hand, rel=1e-5)
    paid = found.funding.set_index(["period_id", "area_id"])["amount"]
    assert paid["wet", "dateline"] == pytest.approx(q * HOURLY * wet_h, rel=1e-4)
    assert paid["wet", "eastern"] == pytest.approx((1 - q) * HOURLY * wet_h, rel=1e-4)
    dry_h = log(GAIN["dateline"] / l_dry) / R["dateline"] / 3
    assert paid["dry", "dateline"] == pytest.approx(HOURLY * dry_h, rel=1e-3)
    assert dry_h / (H - wet_h) < 0.5 < q
    row = found.limits.iloc[0]
    assert (row["reached"], row["shortfall"]) == (pytest.approx(q, rel=1e-6), pytest.approx(0.0, abs=1e-3))
    assert row["shadow_price"] == pytest.approx(
        (GAIN["eastern"] - GAIN["dateline"]) * exp(-c) * PRICE, rel=1e-3
    )
    (words,) = pipeline.prepare(made).problem.goals["words"]
    assert words == "at least {least} of what open_fund spends in wet goes to dateline"


def test_a_soft_least_share_of_a_period(tmp_path: Path) -> None:
    # a penalty of p an hour: in the wet half the first zone goes on until an hour gains l - (1 - q) p, the
    # second until it gains l + q p, where l is what the last hour gains in the dry half; all hours are 80
    q, p = 0.7, 10.0
    found = plan(case(tmp_path, f"wet,least_share,open_fund,dateline,wet,{q},{p * PRICE},USD,\n", **ALONE))

    def hours(gain: float) -> tuple[float, float, float]:
        last = {"dateline": gain - (1 - q) * p, "eastern": gain + q * p}
        wet = (0.5 * log(GAIN[zone] / last[zone]) / R[zone] for zone in R)
        return (*wet, 0.5 * B * log(K / gain))  # type: ignore[return-value]

    gain = brentq(lambda one: sum(hours(one)) - H, 150.0, 300.0)
    first, second, dry = hours(gain)
    short = HOURLY * (q * (first + second) - first)
    assert short > 0.0
    paid = found.funding.set_index(["period_id", "area_id"])["amount"]
    assert paid["wet", "dateline"] == pytest.approx(HOURLY * first, rel=1e-3)
    assert paid["wet", "eastern"] == pytest.approx(HOURLY * second, rel=1e-3)
    assert paid["dry"].sum() == pytest.approx(HOURLY * dry, rel=1e-3)
    missed = 0.5 * ((gain - (1 - q) * p) / R["dateline"] + (gain + q * p) / R["eastern"] + gain * B)
    assert found.certificate.value == pytest.approx(missed + p * short / HOURLY, rel=1e-6)
    row = found.limits.iloc[0]
    assert row["shortfall"] == pytest.approx(short, rel=1e-2)
    assert row["shadow_price"] == pytest.approx(p * PRICE, rel=1e-6)


def test_who_pays_for_which_period_is_the_plan_s_choice(tmp_path: Path) -> None:
    # the boat sails on boat_fund's 200,000 and as much of open_fund. Nearly all that boat_fund has can be
    # asked for in either half and costs nothing: open_fund then pays for the boat in the other one
    free = plan(case(tmp_path, "", YEAR))
    assert free.funding["period_id"].unique().tolist() == [""]
    for when in ("dry", "wet"):
        found = plan(case(tmp_path, f"x,least_spending,boat_fund,,{when},190000,,USD,\n", YEAR))
        assert found.certificate.value == pytest.approx(free.certificate.value, rel=2e-9)
        assert spent(found)["boat_fund", when] >= 190_000.0 * (1 - 1e-6)
        assert found.funding["period_id"].unique().tolist() == ["dry", "wet"]
        own = found.missions.groupby(["asset_id", "period_id"])["cost"].sum()
        paid = found.funding.groupby(["asset_id", "period_id"])["amount"].sum()
        assert paid[own.index].tolist() == pytest.approx(own.tolist(), rel=1e-6)


@pytest.mark.parametrize(
    ("limit", "binds"),
    [
        ("least_spending,open_fund,,{},900000,,USD", False),
        ("least_spending,open_fund,,{},1100000,3000,USD", True),  # of 1,000,000
        ("least_share,open_fund,dateline,{},0.9,,", True),
        ("least_share,open_fund,dateline,{},0.9,3000,USD", True),
    ],
)
def test_a_limit_of_the_only_period_is_one_of_the_year(tmp_path: Path, limit: str, binds: bool) -> None:
    whole = "period_id,name,start,end\nwhole,Whole,01-01,12-31\n"
    free = value(case(tmp_path, "", whole))
    year, only = (plan(case(tmp_path, f"x,{limit.format(when)},\n", whole)) for when in ("", "whole"))
    assert only.certificate.value == pytest.approx(year.certificate.value, rel=2e-9)
    for figure in ("reached", "shortfall", "shadow_price"):
        assert only.limits[figure].tolist() == pytest.approx(year.limits[figure].tolist(), rel=1e-4)
    assert (only.certificate.value > free * 1.0001) is binds


def test_what_the_plan_spends_anyway_can_be_asked_for(tmp_path: Path) -> None:
    free = plan(case(tmp_path, "", YEAR))
    rows = [
        f"{payer}_{when},least_spending,{payer},,{when},{amount * (1 - 1e-9)},,USD,\n"
        for (payer, when), amount in spent(free).items()
    ]
    assert len(rows) >= 3
    found = plan(case(tmp_path, "".join(rows), YEAR))
    assert found.certificate.value == pytest.approx(free.certificate.value, rel=2e-9)
    # and of what open_fund spends in each half as much in the eastern zone as the year's plan does
    cost = free.calendar[free.calendar["area_id"] == "eastern"].groupby("period_id")["cost"].sum()
    part = {when: cost[when] / spent(free)["open_fund", when] * (1 - 1e-9) for when in ("dry", "wet")}
    rows = [f"{when},least_share,open_fund,eastern,{when},{part[when]},,,\n" for when in part]
    found = plan(case(tmp_path, "".join(rows), YEAR))
    assert found.certificate.value == pytest.approx(free.certificate.value, rel=2e-9)


def test_dividing_another_period_changes_nothing(tmp_path: Path) -> None:
    limits = "wet,least_spending,open_fund,,wet,600000,,USD,\nfar,least_share,open_fund,eastern,wet,0.6,,,\n"
    three = YEAR.replace("dry,Dry,04-01,09-30", "dry,Dry,04-01,06-30\nmid,Mid,07-01,09-30")
    two = plan(case(tmp_path, limits, YEAR))
    parts = plan(case(tmp_path, limits, three))
    assert parts.certificate.value == pytest.approx(two.certificate.value, rel=2e-9)
    assert spent(parts)["open_fund", "wet"] == pytest.approx(spent(two)["open_fund", "wet"], rel=1e-5)


def test_more_asked_for_is_never_better(tmp_path: Path) -> None:
    asked = [
        f"wet,least_spending,open_fund,,wet,{least},,USD,\n" for least in (0, 550_000, 800_000, 1_000_000)
    ]
    found = [value(case(tmp_path, one, YEAR)) for one in asked]
    assert all(later >= earlier * (1 - 2e-9) for earlier, later in pairwise(found))
    assert found[-1] > found[0] * 1.001
    year = value(case(tmp_path, "wet,least_spending,open_fund,,,1000000,,USD,\n", YEAR))
    assert year <= found[-1] * (1 + 2e-9)


def test_the_rows_of_a_problem_with_payments_by_period(tmp_path: Path) -> None:
    rows = "wet,least_share,open_fund,dateline,wet,0.75,,,\nyear,least_spending,open_fund,,,5,,USD,\n"
    problem = pipeline.prepare(case(tmp_path, rows, **ALONE)).problem
    index, columns = (
        ["_".join(filter(None, row)) for row in table[list(ids)].astype(str).to_numpy()]
        for table, ids in ((problem.resources, RESOURCE_IDS), (problem.activities, ACTIVITY_IDS))
    )
    usage = pd.DataFrame(problem.usage.toarray(), index, columns)

    def uses(activity: str) -> dict[str, float]:
        column = usage[activity]
        return column[column != 0.0].to_dict()

    paid = {"budget_open_fund": 1.0, "spending_open_fund_year": -1.0}
    assert uses("payment_plane_dateline_open_fund_dry") == {**paid, "account_plane_dateline_dry": -1.0}
    for zone, named in (("dateline", -0.25), ("eastern", 0.75)):
        own = {f"account_plane_{zone}_wet": -1.0, "spending_open_fund_wet_wet": named}
        assert uses(f"payment_plane_{zone}_open_fund_wet") == {**paid, **own}
    flown = uses("patrol_plane_airfield_eastern_wet")
    assert {name: amount for name, amount in flown.items() if name.startswith("account")} == {
        "account_plane_eastern_wet": pytest.approx(39_580.0, rel=1e-4)
    }
    assert uses("unmet_spending_open_fund_wet_wet") == {"spending_open_fund_wet_wet": -1.0}


def test_accounts_of_different_periods_are_never_merged(tmp_path: Path) -> None:
    # of what is spent all goes to both zones anyway: no payment counts in the limit, but a message on it says
    # what is spent in the wet half
    rows = "wet,least_share,open_fund,dateline;eastern,wet,1,,,\n"
    problem = pipeline.prepare(case(tmp_path, rows, **ALONE)).problem
    small = merged(problem, worth=1)
    accounts = small.problem.resources.query("kind == 'account'")
    assert accounts.groupby(["asset_id", "period_id"], observed=True).size().tolist() == [1] * 4
    period = small.problem.activities["period_id"].astype(str).to_numpy()
    assert period[small.activity].tolist() == problem.activities["period_id"].astype(str).tolist()


def test_a_period_in_which_nothing_can_be_paid_for(tmp_path: Path) -> None:
    case(tmp_path, "wet,least_spending,open_fund,,wet,1000,,USD,\n", YEAR)
    closed = "period,kinds,assets,bases,areas,share,hours_per_unit\nwet,*,,,,0,\n"
    (tmp_path / "tiny" / "availability.csv").write_text(closed, encoding="utf-8")
    with pytest.raises(LimitsError, match=r"open_fund spends at least 1,000 in wet; at most 0 can be had"):
        plan(planner.read_case(tmp_path / "tiny"))


def test_a_conflict_of_a_share_counts_the_money_of_its_period(tmp_path: Path) -> None:
    # in the wet half the plane has 20 h, 100,000, so that of the 300,000 asked for there no more than a third
    # goes to the eastern zone: 50,000 short of half of it. That is a tenth of what may be asked for, half of
    # the budget; to spend as little as 200,000 there would give up a third
    limits = "far,least_share,open_fund,eastern,wet,0.5,,,\nwet,least_spending,open_fund,,wet,300000,,USD,\n"
    case(tmp_path, limits + "dry,least_spending,open_fund,,dry,600000,,USD,\n", YEAR)
    hours = "period,kinds,assets,bases,areas,share,hours_per_unit\nwet,,plane,,,,10\n"
    (tmp_path / "tiny" / "availability.csv").write_text(hours, encoding="utf-8")
    with pytest.raises(LimitsError) as caught:
        plan(planner.read_case(tmp_path / "tiny"))
    assert {one.limit_id for one in caught.value.conflict} == {"far", "wet"}
    assert "at least 50.00% of what open_fund spends in wet goes to eastern" in str(caught.value)
    (given,) = caught.value.relaxation
    assert (given.limit_id, given.at_most) == ("far", pytest.approx(1 / 3, rel=1e-3))


def test_a_programme_has_made_the_boardings_that_it_pays_for_in_the_period(tmp_path: Path) -> None:
    # boat_fund has 50,500 dollars, nearly all of which is asked for: 40,000 in the wet half, 10,000 in the
    # dry one
    limits = "wet,least_spending,boat_fund,,wet,40000,,USD,\ndry,least_spending,boat_fund,,dry,10000,,USD,\n"
    poor = {**ANSWERS, "programmes.boat_fund.budget": 101_000}
    found = plan(case(tmp_path, limits, YEAR, **poor))
    paid = found.funding[found.funding["asset_id"] == "boat"].pivot_table(
        "amount", "period_id", "programme_id"
    )
    part = paid["boat_fund"] / paid.sum(axis=1)
    assert part["wet"] > 3 * part["dry"] > 0.1
    boarded = found.response.pivot_table("boardings", "period_id", "programme_id", aggfunc="sum")
    whole = boarded["open_fund"] + boarded["boat_fund"]
    by_asset = found.response[found.response["level"] == "asset"].groupby("period_id")["boardings"].sum()
    assert whole.to_dict() == pytest.approx(by_asset.to_dict())
    assert (boarded["boat_fund"] / whole).to_dict() == pytest.approx(part.to_dict())


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Results]:
    """A plan in which both programmes pay for the boat in either half: it has no more than 500 h in each."""
    limits = "wet,least_spending,boat_fund,,wet,120000,,USD,\ndry,least_spending,boat_fund,,dry,60000,,USD,\n"
    limits += "far,least_share,open_fund,eastern,wet,0.6,9000,USD,\n"
    folder = tmp_path_factory.mktemp("planned")
    case(folder, limits, YEAR)
    docked = "period,kinds,assets,bases,areas,share,hours_per_unit\ndry,,boat,,,,500\nwet,,boat,,,,500\n"
    (folder / "tiny" / "availability.csv").write_text(docked, encoding="utf-8")
    made = planner.read_case(folder / "tiny")
    return made, plan(made)


def moved(*payers: tuple[str, float]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Money that programmes pay for the boat in the dry half instead of the wet one."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        keys = ["programme_id", "asset_id", "period_id"]
        amount = table.set_index(keys)["amount"].copy()
        for payer, money in payers:
            amount[payer, "boat", "dry"] += money
            amount[payer, "boat", "wet"] -= money
        return table.assign(amount=amount.to_numpy())

    return change


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (moved(("boat_fund", 40_000.0)), r"funding\.csv amount: boat, dateline, dry: missions cost"),
        (
            moved(("boat_fund", 40_000.0), ("open_fund", -40_000.0)),
            r"limits\.csv wet, : the shortfall of the hard limit is",
        ),
        (
            lambda table: table.assign(period_id=""),
            r"funding\.csv amount: boat, dateline, dry: missions cost",
        ),
        (
            lambda table: table.assign(period_id=np.where(table["period_id"] == "wet", "monsoon", "dry")),
            r"funding\.csv period_id: monsoon is not known",
        ),
    ],
)
def test_payments_of_another_period_do_not_pass(
    planned: tuple[Case, Results], change: Callable[[pd.DataFrame], pd.DataFrame], found: str
) -> None:
    made, results = planned
    with pytest.raises(AuditError, match=found):
        audit(made, replace(results, funding=change(results.funding)))


@pytest.mark.parametrize(
    ("limit", "column", "other"),
    [("wet", "period_id", "dry"), ("far", "shortfall", 1000.0), ("wet", "reached", 250_000.0)],
)
def test_a_limit_told_otherwise_does_not_pass(
    planned: tuple[Case, Results], limit: str, column: str, other: object
) -> None:
    made, results = planned
    table = results.limits.copy()
    table.loc[table["limit_id"] == limit, column] = other
    with pytest.raises(AuditError, match=rf"limits\.csv (\w+ )?{column}"):
        audit(made, replace(results, limits=table))


def test_payments_of_periods_do_not_pass_where_the_year_s_are_meant(planned: tuple[Case, Results]) -> None:
    made, results = planned
    with pytest.raises(
        AuditError, match=r"funding\.csv amount: boat, dateline: missions cost .*, programmes pay 0"
    ):
        audit(replace(made, limits=made.limits.assign(period="")), results)


def test_a_plan_that_keeps_the_limit_in_the_year_only_fails_its_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_the_year(parts: Parts, case: Case, payments: Payments) -> None:
        add_spending_goals(parts, replace(case, limits=case.limits.assign(period="")), payments)

    monkeypatch.setattr("planner.features.assemble.add_spending_goals", of_the_year)
    with pytest.raises(AuditError, match="the shortfall of the hard limit is"):
        plan(case(tmp_path, "wet,least_spending,open_fund,,wet,900000,,USD,\n", YEAR))


def test_a_report_that_counts_all_payments_in_a_period_fails_its_audit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_the_year(case: Case, areas: Table, area_periods: Table, funding: Table) -> Table:
        return limit_rows(case, areas, area_periods, funding.assign(period_id="wet"))

    for module in ("limits", "audit_checks"):
        monkeypatch.setattr(f"planner.results.{module}.limit_rows", of_the_year)
    with pytest.raises(AuditError, match=r"limits\.csv x shortfall: reported 0\.0, should be 3"):
        plan(case(tmp_path, "x,least_spending,open_fund,,wet,900000,100,USD,\n", YEAR))
