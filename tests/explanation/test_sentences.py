"""Explanations: every claim is checked against a plan made for it, on three cases; the tiny one by hand."""

from __future__ import annotations

import math
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner import pipeline
from planner.case import Case
from planner.case.new import write_new_case
from planner.errors import NoPlanError
from planner.explanation.area import _elsewhere, _work_in, area_sentences, most_used
from planner.explanation.explanation import Explanation, explain_in, explanation_document
from planner.explanation.plans import Change, Facts, Situation, record, situation
from planner.explanation.subjects import Kind, subjects
from planner.results.contract import conform
from planner.solve.solver import Status
from planner.studies import edits
from tests.features.tiny import tiny_with
from tests.pacific import COARSE, TOGETHER

INPUTS = Path(__file__).parents[2] / "inputs"
BAD_WORDS = re.compile(r"\bnan\b|\binf\b|\bNone\b,|\{|  |\(\)| ,|\.\.|_km2|: ;|;;")
CASES: dict[str, dict[str, Any]] = {"tiny": {}, "made_up": {}, "pacific": COARSE}


pytestmark = TOGETHER


@cache
def situation_of(name: str) -> Situation:
    """A case with its plan, made once for all tests."""
    folder = INPUTS / name
    with tempfile.TemporaryDirectory() as temporary:
        if name == "made_up":
            folder = Path(temporary) / "case"
            write_new_case(folder)
        return situation(planner.read_case(folder, CASES[name]))


@cache
def explained(name: str, kind: Kind, subject: str) -> Explanation:
    """An explanation, made once for all tests."""
    return explain_in(situation_of(name), kind, subject)


@pytest.fixture(params=list(CASES))
def now(request: pytest.FixtureRequest) -> Situation:
    return situation_of(request.param)


@pytest.fixture
def tiny() -> Situation:
    return situation_of("tiny")


def some_of(now: Situation, kind: Kind) -> list[str]:
    """Ids to explain: all of a small case, of the Pacific those that have something of their own."""
    chosen: dict[Kind, list[str]] = {
        "area": ["niue", "kiribati_gilbert"],
        "programme": ["japan_osa"],
        "asset": ["plw_radar_kayangel"],
    }
    ids = list(subjects(now.case)[kind])
    return ids if len(now.case.areas) < 5 else [one for one in chosen[kind] if one in ids]


def sound(found: Explanation) -> str:
    assert 3 <= len(found.sentences) <= 12, found.sentences
    for sentence in found.sentences:
        assert sentence.endswith("."), sentence
        assert not BAD_WORDS.search(sentence), sentence
    assert len(set(found.sentences)) == len(found.sentences)
    explanation_document(found)
    return " ".join(found.sentences)


def told(now: Situation, kind: Kind, subject: str) -> tuple[Facts, str]:
    """Facts and sentences."""
    name = next(name for name in CASES if situation_of(name) is now)
    found = explained(name, kind, subject)
    return found.facts, sound(found)


def plan(now: Situation, case: Case) -> tuple[float, float]:
    """Value and bound of an edited case, planned without anything of the explanation but its cells."""
    solution = pipeline.solve(pipeline.prepare(case, [now.plan.prepared.space]))
    return solution.certificate.value, solution.certificate.bound


def holds(now: Situation, change: Change, case: Case, text: str, says: str) -> None:
    """What is said of a change lies in what can be gained by the certificates of a plan of its own."""
    value, bound = plan(now, case)
    before = now.plan.solution.certificate
    assert before.bound - value <= change.most
    assert change.least <= before.value - bound
    more, less = change.least > 0.0, change.most < 0.0
    verb = r"(cover|miss) [\d,.]+" if more or less else "be about as good as now"
    assert re.search(says + verb, text), text


def test_areas_have_the_figures_of_the_run_and_their_claims_hold(now: Situation) -> None:
    results = now.results
    for area_id in some_of(now, "area"):
        facts, text = told(now, "area", area_id)
        assert facts["area"] == record(results.areas, "area_id", area_id)
        done = results.allocation[results.allocation["area_id"] == area_id]
        assert facts["work"]["mission_hours"].sum() == pytest.approx(done["mission_hours"].sum())
        paid = results.funding[results.funding["area_id"] == area_id]
        assert facts["payers"]["amount"].sum() == pytest.approx(paid["amount"].sum())
        assert set(facts["work"]["asset_id"]) <= set(facts["reach"]["asset_id"])
        kept = facts["with_least_coverage"]
        if kept is not None:
            assert kept.of_area(area_id, "coverage") >= facts["least_coverage"] * (1 - 1e-6)
            assert kept.least <= 0.0, "no plan with a limit more is better"
            assert "is possible" in text


def test_the_cheapest_increase_is_a_plan_and_no_mission_is_cheaper(now: Situation) -> None:
    """As many missions on top of the plan cover as much, and a km² of no other full step takes less money."""
    horizon = 24 * now.case.settings.horizon_days
    for area_id in some_of(now, "area"):
        more = told(now, "area", area_id)[0]["increase"]
        if more is None:
            continue
        asset = record(now.fleet, "asset_id", more.asset_id)
        assert more.hours + asset["used_hours"] <= asset["units"] * horizon * (1 + 1e-9)
        area = now.case.areas["area_id"].tolist().index(area_id)
        rows = now.effort[(now.effort["area"] == area) & now.effort["access"] & now.effort["payable"]]
        missed = now.missed_km2[0, rows["cell"].to_numpy()]
        covered = missed * -np.expm1(-rows["factor"].to_numpy() * more.missions)
        by_activity = (
            rows.assign(covered=covered)
            .groupby("activity")
            .agg({"covered": "sum", "asset": "first", "mission_hours": "first", "cost": "first"})
        )
        own = by_activity[by_activity["asset"] == asset["number"]]
        same = np.isclose(own["covered"], more.km2, rtol=1e-6)
        assert (same & np.isclose(own["cost"] * more.missions, more.cost)).any()
        if more.km2 == 1000.0:
            # m (1 - exp(-g x)) = 1000 in one cell of which m km² are unseen
            joint = rows["activity"].duplicated(keep=False)
            full = (missed >= 2000.0) & ~joint.to_numpy()
            full &= now.fleet["hours"].to_numpy()[rows["asset"]] > 0.0
            missions = -np.log1p(-1000.0 / np.where(full, missed, 2000.0)) / rows["factor"]
            enough = now.fleet["units"] * horizon - now.fleet["used_hours"]
            full &= missions * rows["mission_hours"] <= enough.to_numpy()[rows["asset"]]
            least = (missions * rows["cost"])[full].min()
            assert more.cost <= least * (1 + 1e-9)
            assert more.kind == "fixed" or more.cost == pytest.approx(least)


def test_programmes_and_a_million_more(now: Situation) -> None:
    for programme_id in some_of(now, "programme"):
        facts, text = told(now, "programme", programme_id)
        row = record(now.results.programmes, "programme_id", programme_id)
        assert facts["programme"] == row
        assert facts["spending"]["amount"].sum() == pytest.approx(row["spent"])
        assert facts["mandate"]["shortfall_km2"].sum() == pytest.approx(row["shortfall_km2"])
        table = now.case.programmes
        budget = table["budget"] + np.where(table["programme_id"] == programme_id, 1e6, 0.0)
        case = replace(now.case, programmes=table.assign(budget=budget))
        holds(now, facts["with_million"], case, text, r"1,000,000 more for it, the best plan would ")


def test_assets_and_one_unit_more(now: Situation) -> None:
    prices = now.results.prices.set_index("id")
    for asset_id in some_of(now, "asset"):
        facts, text = told(now, "asset", asset_id)
        assert facts["asset"]["hours"] == prices["limit"][asset_id]
        assert facts["work"]["mission_hours"].sum() == pytest.approx(prices["used"][asset_id])
        paid = now.results.funding[now.results.funding["asset_id"] == asset_id]["amount"].sum()
        assert facts["payers"]["amount"].sum() == pytest.approx(paid)
        if facts["with_unit"] is None:
            continue
        assets, sensors = now.case.assets, now.case.sensors
        assets = assets.assign(units=assets["units"] + (assets["asset_id"] == asset_id))
        if len(sensors):
            sensors = sensors.assign(units=sensors["units"] + (sensors["sensor_id"] == asset_id))
        case = replace(now.case, assets=assets, sensors=sensors)
        holds(now, facts["with_unit"], case, text, "With one unit more, .* the best plan would ")


@pytest.mark.parametrize(("area", "share"), [("niue", 0.05), ("marshall_islands", 0.15)])
def test_an_area_that_gets_nothing_or_little_says_why_and_what_would_serve_it(
    area: str, share: float
) -> None:
    facts, text = told(situation_of("pacific"), "area", area)
    nothing = facts["area"]["covered_km2"] == 0.0
    assert nothing == (area == "niue")
    # the hours bring less here than where they are used: else the plan would not be the best
    here, there = facts["elsewhere"]["here"], facts["elsewhere"]["there"]
    assert here["hours"] / here["risk_weight"] > there["hours"] / there["risk_weight"]
    assert "times as much risk-weighted water there as here" in text
    # what a km² takes elsewhere is proven: no plan that covers more here loses less
    worth, kept = facts["worth"], facts["with_least_coverage"]
    assert f"It gets {'nothing' if nothing else 'little'} because the next km² of it counts" in text
    assert worth["costs"] >= worth["counts"] * (1 - 1e-2)
    more = share * facts["area"]["area_km2"] - facts["area"]["covered_km2"]
    assert -kept.least >= more * (worth["costs"] - worth["counts"])
    assert facts["least_coverage"] == pytest.approx(share)
    assert (
        f"a coverage of {share:.1%} ({float(f'{more:.3g}'):,.0f} km² more than now) is possible with" in text
    )
    assert re.search(r"h more\), paid by .* \(USD [\d,]+ more\)", text)
    fair = facts["with_fair_shares"]
    assert fair.of_area(area, "coverage") > share
    assert f'With the objective "fair", {fair.of_area(area, "coverage"):.1%} of it would be covered' in text
    assert fair.most < 0.0


def gain_by_hand(boat_missions: float, plane_hours: float) -> float:
    """Missed water of inputs/tiny by water filling, as in its README, section 3 [risk-weighted km²]."""
    c0 = boat_missions * 0.0557097
    r = 0.00647525, 0.01037161
    weight = 49_235.7, 36_926.8
    top = (math.log(weight[0] * r[0]) - c0) / r[0] + math.log(weight[1] * r[1]) / r[1] - plane_hours
    rate = math.exp(top / (1 / r[0] + 1 / r[1]))
    return rate / r[0] + rate / r[1]


def test_the_tiny_case_by_hand(tiny: Situation) -> None:
    # a million more sails the boat all of its 1,200 h, a fifth mission for 100,000 USD, and no more
    facts, text = told(tiny, "programme", "open_fund")
    gain = gain_by_hand(4, 160) - gain_by_hand(5, 160)
    assert facts["with_million"].gain == pytest.approx(gain, rel=1e-3)
    assert "With USD 1,000,000 more for it, the best plan would cover 1,330 risk-weighted km² more" in text
    assert "It would use Patrol boat in Dateline zone (240 h more)" in text
    assert "a rate of 13,560 risk-weighted km² per million USD (its shadow price)" in text
    # a third plane has 80 h, and open_fund's 200,000 USD of the boat for 40; boat_fund keeps 2 missions
    gain = gain_by_hand(4, 160) - gain_by_hand(2, 200)
    assert told(tiny, "asset", "plane")[0]["with_unit"].gain == pytest.approx(gain, rel=1e-3)
    # the boat has 240 h left and no money
    text = told(tiny, "asset", "boat")[1]
    assert "money that there is, the best plan would be about as good as now" in text
    # 1,000 km² more of the dateline zone: 24,339.2 km² are unseen, so dC = -ln(1 - 1000 / 24,339.2)
    facts, text = told(tiny, "area", "dateline")
    hours = -math.log(1 - 1000 / 24_339.2) / 0.00647525
    assert facts["increase"].hours == pytest.approx(hours, rel=1e-3)
    assert facts["increase"].cost == pytest.approx(5000 * hours, rel=1e-3)
    assert "cover 1,000 km² more of it in one place is with Patrol aircraft" in text
    assert f"6.48 h and USD {facts['increase'].cost:,.0f}." in text
    # with the same means these hours come from the eastern zone: C falls by 0.01037161 for each
    eastern = 15_195.7 * (math.exp(0.01037161 * hours) - 1)
    assert facts["with_least_coverage"].gain == pytest.approx(1000 - eastern, rel=2e-2)
    assert "is possible with Patrol aircraft (6.48 h more)" in text
    text = told(tiny, "area", "eastern")[1]
    assert "If operator kir had access everywhere in it, the best plan would be about as good" in text


EDGES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "no target": ({"areas.eastern.target_coverage": 0}, "eastern", ["Its target is 0.0% (0 km²). The plan"]),
    "no risk": ({"areas.*.risk_weight": 0}, "dateline", ["its risk weight is 0"]),
    "shortfall": ({"objective": "shortfall"}, "eastern", ["risk-weighted km² more in the objective"]),
    "met": (
        {"objective": "shortfall", "coverage_worth": 0, "areas.*.target_coverage": 0.1},
        "dateline",
        ["the target is met.", "its target is met, and only shortfalls count"],
    ),
    "fair": (
        {"objective": "fair"},
        "open_fund",
        ["change the smallest coverage / target from 95.1% to 97.5%"],
    ),
    "fair, with an area that access brings in": (
        {"objective": "fair", "assets.plane.units": 0},
        "eastern",
        ["the best plan would change the smallest coverage / target from 0.0% to"],
    ),
    "fair, where nothing is left to level": (
        {"objective": "fair", "areas.*.target_coverage": 1e-3},
        "open_fund",
        ["the best plan would leave the smallest coverage / target at 100.0%."],
    ),
    "no money": (
        {"programmes.*.budget": 0},
        "eastern",
        [
            "a coverage of 5.0% (1,230 km² more than now) is out of reach.",
            "has nothing left",
            'With the objective "fair" it would get nothing either.',
        ],
    ),
    "no money of its own": ({"programmes.*.budget": 0}, "open_fund", [") of Donor A has no money."]),
    "free": (
        {"assets.*.cost_per_hour": 0, "assets.*.cost_per_mission": 0},
        "dateline",
        [", at no cost."],
    ),
    "plenty of money": (
        {"programmes.*.budget": 1e9},
        "open_fund",
        ["be about as good as now", "2 assets and sensors", "have no hours left"],
    ),
    "no units": ({"assets.*.units": 0}, "dateline", ["The plan sends nothing there.", "or more hours would"]),
    "an asset without units": (
        {"assets.*.units": 0},
        "boat",
        ["It has no hours.", "With one unit more, paid from"],
    ),
    "out of reach": (
        {"assets.*.min_on_station_h": 8000},
        "dateline",
        ["Within reach of it are 0 of the 2 assets and sensors."],
    ),
    "an asset out of reach": (
        {"assets.*.min_on_station_h": 8000},
        "boat",
        ["It reaches none of the 2 areas"],
    ),
    "a programme out of reach": (
        {"assets.*.min_on_station_h": 8000},
        "boat_fund",
        ["has hours, reach and access"],
    ),
    "nothing to fund": (
        {"programmes.boat_fund.asset_kinds": "uncrewed_aircraft"},
        "boat_fund",
        ["There is no asset or sensor that it may fund.", "be about as good"],
    ),
    "no payer": (
        {"programmes.*.areas": ["dateline"]},
        "eastern",
        ["No programmes may pay for work there.", "; no programme may pay for it."],
    ),
    "no access": (
        {"access.air_company.areas": "dateline"},
        "eastern",
        [
            "2 of the 2 assets and sensors, 2 of them without access (operators air_company and kir).",
            "If operators air_company and kir had access everywhere in it, the best plan would cover",
            "could then watch 24,618 km² there.",
        ],
    ),
}


@pytest.mark.parametrize(("changes", "subject", "says"), EDGES.values(), ids=EDGES.keys())
def test_odd_cases(changes: dict[str, Any], subject: str, says: list[str]) -> None:
    text = sound(planner_explain(planner.read_case(INPUTS / "tiny", changes), subject))
    for part in says:
        assert part in text


@pytest.mark.parametrize(
    ("area", "more", "never"),
    [
        ("eastern", {}, "a coverage of 100.0%"),
        ("dateline", {"programmes.*.budget": 1e9}, "would change that"),
    ],
)
def test_where_all_is_covered_no_more_is_asked_for(area: str, more: dict[str, Any], never: str) -> None:
    case = planner.read_case(INPUTS / "tiny", {"assets.*.sweep_width_nm": 900, **more})
    text = sound(planner_explain(case, area))
    assert "The plan covers 100.0% of it" in text
    assert never not in text


def test_what_spares_penalties_is_no_coverage(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(INPUTS / "tiny", folder)
    header = "limit_id,kind,programme,areas,least,penalty,currency,source\n"
    (folder / "limits.csv").write_text(f"{header}a,least_coverage,,eastern,0.95,3,,\n", "utf-8")
    found = planner_explain(planner.read_case(folder), "plane")
    change, areas = found.facts["with_unit"], planner.read_case(folder).areas.set_index("area_id")
    weight = change.areas["area_id"].map(areas["risk_weight"])
    assert change.gain > 1.3 * (weight * change.areas["change"]).sum(), "the rest are penalties"
    gain = f"{float(f'{change.gain:.3g}'):,.0f}"
    assert f"be better by {gain} risk-weighted km² in the objective and penalties" in sound(found)


def test_the_nearest_base_is_one_that_something_works_from() -> None:
    case = planner.read_case(INPUTS / "tiny")
    inside = case.bases.iloc[[0]].assign(base_id="islet", name="Islet", lon=179.5, lat=0.0)
    case = replace(case, bases=pd.concat([case.bases, inside], ignore_index=True))
    text = sound(planner_explain(case, "dateline"))
    assert "The nearest base that any of them works from is Airfield, 180 nm from" in text


def planner_explain(case: Case, subject: str) -> Explanation:
    now = situation(case)
    kind = next(kind for kind, names in subjects(case).items() if subject in names)
    return explain_in(now, kind, subject)


def test_one_area_alone() -> None:
    case = planner.read_case(INPUTS / "tiny", {"areas.eastern.target_coverage": 0})
    one = case.areas["area_id"] == "dateline"
    programmes, access = (
        table.assign(areas=table["areas"].map(lambda _: ("dateline",)))
        for table in (case.programmes, case.access)
    )
    alone = replace(case, areas=case.areas[one].reset_index(drop=True), programmes=programmes, access=access)
    now = situation(alone)
    subjects_of_all: dict[Kind, str] = {"area": "dateline", "programme": "open_fund", "asset": "plane"}
    told = {kind: sound(explain_in(now, kind, subject)) for kind, subject in subjects_of_all.items()}
    assert "It reaches the only area (Dateline zone), with access." in told["asset"]
    lone = replace(alone, assets=alone.assets[alone.assets["asset_id"] == "plane"])
    text = sound(explain_in(situation(lone), "area", "dateline"))
    assert "Within reach of it is the only asset or sensor, with access (operator air_company)" in text


def test_a_radar_never_takes_more_hours_than_the_year_has() -> None:
    more = told(situation_of("pacific"), "asset", "plw_radar_kayangel")[0]["increase"]
    assert more.km2 < 1000.0
    assert more.hours == pytest.approx(8760.0 - 7446.0)


def test_hours_of_boarding_trips_are_no_missions() -> None:
    now = situation_of("tiny")
    facts, work = explained("tiny", "area", "dateline").facts, now.results.allocation
    work = work[work["area_id"] == "dateline"]
    assert "The plan uses Patrol boat from Harbour (4.00 missions, 960 h) and " in next(_words_of(facts))
    cell = now.results.cells.set_index("area_id").loc["dateline", "cell_id"]
    trip = {
        "asset_id": "boat",
        "base_id": "harbour",
        "cell_id": cell,
        "period_id": "year",
        "distance_nm": 1.0,
    }
    trips = conform("boardings", pd.DataFrame([{**trip, "trips": 2.0, "trip_hours": 9.0, "trip_cost": 1.0}]))
    boarded = replace(now, results=replace(now.results, boardings=trips))
    none = work.assign(missions=work["missions"].where(work["asset_id"] != "boat", 0.0))
    for done, said in ((work, "4.00 missions and boarding trips"), (none, "boarding trips")):
        text = next(_words_of({**facts, "work": _work_in(boarded, done)}))
        assert f"The plan uses Patrol boat from Harbour ({said}, 960 h) and Patrol aircraft" in text


def _words_of(facts: Facts) -> Iterator[str]:
    return (one for one in area_sentences(facts) if one.startswith("The plan uses"))


def test_where_an_asset_is_used_instead_is_elsewhere() -> None:
    # the boat works in the dateline zone alone, the plane in both
    tiny = situation_of("tiny")
    rows = tiny.effort[tiny.effort["access"] & tiny.effort["payable"]]
    assert _elsewhere(tiny, rows[rows["area"] == 0], "dateline")["area"] == "Eastern zone"
    boat = rows[rows["asset"] == tiny.fleet["asset_id"].tolist().index("boat")]
    assert _elsewhere(tiny, boat, "dateline") == {}


def test_the_asset_that_is_used_most_is_so_over_all_areas() -> None:
    # 60 h and 80 h are more than 100 h
    areas = pd.DataFrame({"asset_id": ["boat", "plane", "plane"], "area_id": ["a", "a", "b"]})
    work = areas.assign(mission_hours=[100.0, 60.0, 80.0])
    assert most_used(work, "c") == ("plane", "b")
    assert most_used(work[work["area_id"] == "a"], "a") is None


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.INFEASIBLE, "With today's hours and money, a coverage of 5.0% ("),
        (Status.TIME_LIMIT, "Whether a coverage of 5.0% is possible was not found out: time limit."),
    ],
)
def test_what_was_not_found_in_time_is_not_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, status: Status, said: str
) -> None:
    now = situation(planner.read_case(INPUTS / "tiny", {"programmes.*.budget": 0}))

    def refused(*_: object, **__: object) -> Change:
        raise NoPlanError(status, "refused")

    monkeypatch.setattr(Situation, "changed", refused)
    text = " ".join(explain_in(now, "area", "eastern").sentences)
    assert said in text
    assert ("out of reach" in text) == (status is Status.INFEASIBLE)


def test_prices_of_a_fair_plan_are_not_told_as_what_the_next_unit_counts() -> None:
    changes = {"objective": "fair", "solver.gap_tolerance": 1e-6}
    now = situation(planner.read_case(INPUTS / "tiny", changes))
    prices = now.results.prices.set_index("id")["shadow_price"]
    assert prices["open_fund"] > 0.0
    assert prices["plane"] > 0.0
    for kind, subject in (("programme", "open_fund"), ("asset", "plane")):
        assert "shadow price" not in " ".join(explain_in(now, kind, subject).sentences)  # type: ignore[arg-type]
    assert "One more hour of it alone would bring nothing." in explain_in(now, "asset", "boat").sentences


def test_a_programme_that_may_fund_nothing_is_no_payer() -> None:
    both = explained("tiny", "area", "dateline").facts["payers"]
    assert set(both["programme_id"]) == {"open_fund", "boat_fund"}
    now = situation(planner.read_case(INPUTS / "tiny", {"programmes.boat_fund.asset_kinds": "fixed"}))
    assert "dateline" in now.case.programmes.set_index("programme_id")["areas"]["boat_fund"]
    assert explain_in(now, "area", "dateline").facts["payers"]["programme_id"].tolist() == ["open_fund"]
    sentences = explain_in(now, "programme", "boat_fund").sentences
    assert "There is no asset or sensor that it may fund." in sentences


def test_where_detections_need_an_answer_more_is_seen() -> None:
    # inputs/tiny, section 3: 1,000 of m km² that are unseen take the planes -ln(1 - 1000 / m) / 0.00647525 h,
    # whoever answers; what the plan covers is less than what it sees
    answers = {"share": 0.5, "boarding_share": 0.1, "response_time_h": 1, "boarding_h": 4}
    need = {f"response.{name}": value for name, value in answers.items()}
    now = situation(planner.read_case(INPUTS / "tiny", {**need, "areas.*.visits_per_year": 100}))
    cell = now.results.cells.set_index("area_id").loc["dateline"]
    assert cell["coverage"] < 0.9 * cell["pod"]
    found = explain_in(now, "area", "dateline")
    hours = -math.log(1 - 1000 / (49_235.7 * (1 - cell["pod"]))) / 0.00647525
    assert found.facts["increase"].hours == pytest.approx(hours, rel=1e-4)
    said = "the cheapest way to see 1,000 km² more of it in one place (what is seen counts in full only where"
    assert said in " ".join(found.sentences)


def test_a_fair_plan_that_is_not_proven_is_not_told() -> None:
    facts = explained("pacific", "area", "niue").facts
    assert facts["with_fair_shares"].proven
    loose = {**facts, "with_fair_shares": replace(facts["with_fair_shares"], proven=False)}
    told_of = [one for one in area_sentences(loose) if '"fair"' in one]
    assert told_of == [
        'What it would get with the objective "fair" was not found out: that plan is not proven.'
    ]


FAIR = {"objective": "fair", "solver.gap_tolerance": 1e-6, "areas.*.target_coverage": 0.9}


def test_an_area_without_weight_counts_in_a_fair_plan() -> None:
    case = planner.read_case(INPUTS / "tiny", {**FAIR, "areas.eastern.risk_weight": 0})
    now = situation(case)
    text = " ".join(explain_in(now, "area", "eastern").sentences)
    assert "does not count" not in text
    # 1,000 km² more of it leave less for the other, so that the smallest share of a target falls
    share = explain_in(now, "area", "eastern").facts["least_coverage"]
    more = planner.plan(edits.with_least_coverage(case, "eastern", share), causes=False)
    assert more.fairness.smallest_ratio < now.results.fairness.smallest_ratio - 0.01  # type: ignore[union-attr]
    assert "The plan would then change the smallest coverage / target from " in text


def test_little_money_that_is_shared_out_fairly_is_no_preference_for_others() -> None:
    now = situation(planner.read_case(INPUTS / "tiny", {**FAIR, "programmes.*.budget": 1e5}))
    ratio = now.results.areas["coverage"] / now.results.areas["target_coverage"]
    assert ratio.max() < 0.11
    assert ratio.max() - ratio.min() < 1e-4
    for area in ("dateline", "eastern"):
        text = " ".join(explain_in(now, "area", area).sentences)
        assert "because" not in text
        assert "most elsewhere" not in text


def test_the_only_area_that_is_served_gives_way_to_no_other() -> None:
    changes = {"programmes.*.budget": 1e5, "areas.dateline.target_coverage": 0.9}
    now = situation(planner.read_case(INPUTS / "tiny", {**changes, "access.air_company.areas": "dateline"}))
    assert set(now.results.allocation["area_id"]) == {"dateline"}
    text = " ".join(explain_in(now, "area", "dateline").sentences)
    assert "It gets little because the next km² of it counts " in text
    assert "elsewhere" not in text


def test_access_and_money_together_may_be_what_is_missing() -> None:
    shut = {"programmes.*.areas": ["dateline"], "access.air_company.areas": "dateline"}
    now = situation(planner.read_case(INPUTS / "tiny", shut))
    last = explain_in(now, "area", "eastern").sentences[-1]
    assert last == (
        "Only another asset, a longer range, a nearer base, or access together with a programme that may pay "
        "there would change that."
    )
    opened = planner.plan(planner.read_case(INPUTS / "tiny"), causes=False).areas.set_index("area_id")
    assert opened["covered_km2"]["eastern"] > 10_000.0


RADAR = (
    "sensor_id,name,kind,operator,units,hours_per_unit,cost_per_hour,currency,service,lon,lat,radius_nm,"
    "coverage_factor,swept_km2_per_scene,hours_per_scene,cost_per_scene,source\n"
    "radar,Radar,fixed,air_company,1,8640,1,USD,civil,-176.5,0,175,1,,,,assumed\n"
)


def test_hours_of_a_sensor_count_in_one_area(tmp_path: Path) -> None:
    # between the zones, of each of which it sees the nearer end
    now = situation(tiny_with(tmp_path, {}, sensors=RADAR))
    done = now.results.allocation[now.results.allocation["asset_id"] == "radar"].set_index("area_id")
    assert set(done.index) == {"dateline", "eastern"}
    free = str(done["mission_hours"].idxmin())
    assert done["mission_hours"][free] == 0.0
    assert done["swept_km2"][free] > 0.0
    name = now.names["area"][free]
    said = "whose hours count in another area"
    assert f" and {name} ({said}), paid by" in " ".join(explain_in(now, "asset", "radar").sentences)
    assert f"Radar ({said})" in " ".join(explain_in(now, "area", free).sentences)


def test_what_costs_more_but_takes_no_more_hours_is_told_in_one_clause() -> None:
    facts = explained("pacific", "area", "niue").facts
    change = facts["with_fair_shares"]
    alone = replace(change, hours=change.hours.iloc[:0])
    (text,) = (one for one in area_sentences({**facts, "with_fair_shares": alone}) if '"fair"' in one)
    assert "of it would be covered, paid by " in text
