"""Explanations: every claim is checked against a plan made for it, on three cases; the tiny one by hand."""

from __future__ import annotations

import math
import re
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planner
from planner import pipeline
from planner.case import Case
from planner.case.new import write_new_case
from planner.explanation.area import AreaFacts
from planner.explanation.asset import AssetFacts
from planner.explanation.document import explanation_document
from planner.explanation.explanation import Explanation, explain_in
from planner.explanation.plans import Situation, situation
from planner.explanation.programme import ProgrammeFacts
from planner.explanation.subjects import Kind, subjects

INPUTS = Path(__file__).parents[2] / "inputs"
BAD_WORDS = re.compile(r"\bnan\b|\binf\b|\bNone\b,|\{|  |\(\)| ,|\.\.|_km2|: ;|;;")
CASES: dict[str, dict[str, Any]] = {"tiny": {}, "made_up": {}, "pacific": {"cells.spacing_nm": 150}}


pytestmark = pytest.mark.xdist_group("explanation")


@cache
def situation_of(name: str) -> Situation:
    """A case with its plan, made once for all tests."""
    folder = INPUTS / name
    with tempfile.TemporaryDirectory() as temporary:
        if name == "made_up":
            folder = Path(temporary) / "case"
            write_new_case(folder)
        return situation(planner.read_case(folder, CASES[name]), None, ())


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
        "asset": ["plw_radar_kayangel", "sar_wide"],
    }
    ids = list(subjects(now.case)[kind])
    return ids if len(now.case.areas) < 5 else [one for one in chosen[kind] if one in ids]


def name_of(now: Situation) -> str:
    """The name of a case in ``CASES``."""
    return next(name for name in CASES if situation_of(name) is now)


def sound(found: Explanation) -> str:
    assert 3 <= len(found.sentences) <= 12, found.sentences
    for sentence in found.sentences:
        assert sentence.endswith("."), sentence
        assert not BAD_WORDS.search(sentence), sentence
    assert len(set(found.sentences)) == len(found.sentences)
    explanation_document(found)
    return " ".join(found.sentences)


def area(now: Situation, subject: str) -> tuple[AreaFacts, str]:
    found = explained(name_of(now), "area", subject)
    assert isinstance(found.facts, AreaFacts)
    return found.facts, sound(found)


def programme(now: Situation, subject: str) -> tuple[ProgrammeFacts, str]:
    found = explained(name_of(now), "programme", subject)
    assert isinstance(found.facts, ProgrammeFacts)
    return found.facts, sound(found)


def asset(now: Situation, subject: str) -> tuple[AssetFacts, str]:
    found = explained(name_of(now), "asset", subject)
    assert isinstance(found.facts, AssetFacts)
    return found.facts, sound(found)


def plan(now: Situation, case: Case) -> tuple[float, float]:
    """Value and bound of an edited case, planned without anything of the explanation but its cells."""
    solution = pipeline.solve(pipeline.prepare(case, [now.plan.prepared.space]))
    return solution.certificate.value, solution.certificate.bound


def test_areas_have_the_figures_of_the_run_and_their_claims_hold(now: Situation) -> None:
    results = now.results
    for area_id in some_of(now, "area"):
        facts, text = area(now, area_id)
        row = results.areas.set_index("area_id", drop=False).loc[area_id]
        assert facts.area == row.to_dict()
        done = results.allocation[results.allocation["area_id"] == area_id]
        assert facts.work["mission_hours"].sum() == pytest.approx(done["mission_hours"].sum())
        paid = results.funding[results.funding["area_id"] == area_id]
        assert facts.payers["paid_here"].sum() == pytest.approx(paid["amount"].sum())
        assert set(facts.work["asset_id"]) <= set(facts.reach["asset_id"])
        assert (facts.reach["reached_km2"] <= row["area_km2"] * (1 + 1e-9)).all()
        more = facts.increase
        if more is not None:
            horizon = 24 * now.case.settings.horizon_days
            units = now.asset(more.asset_id)["units"]
            assert more.hours + now.asset(more.asset_id)["used_hours"] <= units * horizon * (1 + 1e-9)
            assert facts.with_increase is not None
            assert facts.with_increase.in_area(area_id) >= more.km2 * (1 - 1e-3)
            assert "A plan with that on top covers as much more there" in text
        if facts.asked is not None and "could be kept" in text:
            reached = facts.asked.change.areas.set_index("area_id")["covered_km2"][area_id]
            assert reached >= 0.985 * facts.asked.share * row["area_km2"]
            assert facts.asked.change.least <= 0.0, "no plan with a limit more is better"


def test_the_cheapest_step_is_the_least_money_of_all_assets(now: Situation) -> None:
    """The same money in a hundred even parts, each to the cell that gains most by it, covers no more."""
    for area_id in some_of(now, "area"):
        more = area(now, area_id)[0].increase
        if more is None or more.cost <= 0.0:
            continue
        rows = now.effort[(now.effort["area"] == now.area_number(area_id)) & now.effort["access"]]
        for _, own in rows[rows["payable"] & (rows["cost"] > 0.0)].groupby("asset"):
            hours = float(now.fleet["hours"].iloc[int(own["asset"].iloc[0])])
            if own["activity"].duplicated().any() or hours <= 0.0:
                continue
            missed, gain, part = now.missed_km2.copy(), 0.0, more.cost / 100
            cell, rate = own["cell"].to_numpy(), (own["factor"] / own["cost"]).to_numpy()
            for _ in range(100):
                gained = missed[cell] * -np.expm1(-rate * part)
                best = int(np.argmax(gained))
                missed[cell[best]] -= gained[best]
                gain += gained[best]
            assert gain <= more.km2 * (1 + 1e-9) or own["asset"].iloc[0] != now.asset(more.asset_id)["number"]
            horizon = 24 * now.case.settings.horizon_days * now.fleet["units"].iloc[int(own["asset"].iloc[0])]
            spare = horizon - now.fleet["used_hours"].iloc[int(own["asset"].iloc[0])]
            takes = more.cost * (own["mission_hours"] / own["cost"]).min()
            if takes < spare and float(now.missed_km2[own["cell"].unique()].sum()) > 2 * more.km2:
                assert gain <= more.km2 * (1 + 1e-6), "another asset covers more for the same money"


def test_programmes_and_a_million_more(now: Situation) -> None:
    for programme_id in some_of(now, "programme"):
        facts, text = programme(now, programme_id)
        row = now.results.programmes.set_index("programme_id", drop=False).loc[programme_id]
        assert facts.programme == row.to_dict()
        assert facts.spending["amount"].sum() == pytest.approx(row["spent"])
        assert facts.mandate["shortfall_km2"].sum() == pytest.approx(row["shortfall_km2"])
        assert facts.million is not None
        table = now.case.programmes
        budget = table["budget"] + np.where(table["programme_id"] == programme_id, 1e6, 0.0)
        value, bound = plan(now, replace(now.case, programmes=table.assign(budget=budget)))
        before = now.plan.solution.certificate
        # what is said lies in what can be gained by the certificates of a plan of its own
        assert before.bound - value <= facts.million.most
        assert facts.million.least <= before.value - bound
        if facts.million.least <= 0.0:
            assert "more would bring nothing" in text
        else:
            assert re.search(r"A million \w+ more would (add|close|raise)", text)


def test_assets_and_one_unit_more(now: Situation) -> None:
    prices = now.results.prices.set_index("id")
    for asset_id in some_of(now, "asset"):
        facts, text = asset(now, asset_id)
        assert facts.asset["hours"] == prices["limit"][asset_id]
        assert facts.work["mission_hours"].sum() == pytest.approx(prices["used"][asset_id])
        paid = now.results.funding[now.results.funding["asset_id"] == asset_id]["amount"].sum()
        assert facts.payers["amount"].sum() == pytest.approx(paid)
        if facts.unit is not None:
            case = now.case
            tables = {
                "assets": case.assets.assign(
                    units=case.assets["units"] + (case.assets["asset_id"] == asset_id)
                ),
                "sensors": case.sensors,
            }
            if len(case.sensors):
                one = case.sensors["sensor_id"] == asset_id
                tables["sensors"] = case.sensors.assign(units=case.sensors["units"] + one)
            value, bound = plan(now, replace(case, **tables))  # type: ignore[arg-type]
            before = now.plan.solution.certificate
            assert before.bound - value <= facts.unit.most
            assert facts.unit.least <= before.value - bound
            if facts.unit.least <= 0.0:
                assert "One unit more, paid from the money that there is, would bring nothing" in text


def test_an_area_that_gets_nothing_says_why_and_what_would_serve_it() -> None:
    facts, text = area(situation_of("pacific"), "niue")
    assert facts.area["covered_km2"] == 0.0
    assert facts.little
    assert facts.comparison is not None
    one = facts.comparison
    # the hours bring less here than where they are used: else the plan would not be the best
    assert one.here[0] / one.weight_here > one.there[0] / one.weight_there
    assert "where the plan uses it most" in text
    assert facts.asked is not None
    assert facts.asked.share == 0.05
    assert "a least coverage of 5.0%" in text
    assert re.search(r"paid by .* more\)", text)
    assert facts.fair is not None
    assert facts.fair.areas.set_index("area_id")["coverage"]["niue"] > 0.04
    assert 'With the objective "fair"' in text
    assert facts.fair.most < 0.0


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
    facts, text = programme(tiny, "open_fund")
    assert facts.million is not None
    assert facts.million.gain == pytest.approx(gain_by_hand(4, 160) - gain_by_hand(5, 160), rel=1e-3)
    assert "A million USD more would add 1,330 risk-weighted km² of coverage" in text
    assert "with Patrol boat in Dateline zone (240 h more)" in text
    assert "a rate of 13,560 risk-weighted km² a million (its shadow price)" in text
    assert "it would spend USD 1,300,000" in text
    # a third plane has 80 h, and open_fund's 200,000 USD of the boat for 40; boat_fund keeps 2 missions
    facts_of_plane, text = asset(tiny, "plane")
    assert facts_of_plane.unit is not None
    assert facts_of_plane.unit.gain == pytest.approx(gain_by_hand(4, 160) - gain_by_hand(2, 200), rel=1e-3)
    assert facts_of_plane.unit_with_money is not None
    assert facts_of_plane.unit_with_money.gain == pytest.approx(
        gain_by_hand(4, 160) - gain_by_hand(4, 240), rel=1e-3
    )
    assert "with USD 400,000 of new money for its hours" in text
    # the boat has 240 h left and no money
    assert (
        "One unit more, paid from the money that there is, would bring nothing; with USD 500,000"
        in asset(tiny, "boat")[1]
    )
    # 1,000 km² more of the dateline zone: 24,339.2 km² are unseen, so dC = -ln(1 - 1000 / 24,339.2)
    facts_of_area, text = area(tiny, "dateline")
    assert facts_of_area.increase is not None
    hours = -math.log(1 - 1000 / 24_339.2) / 0.00647525
    assert facts_of_area.increase.hours == pytest.approx(hours, rel=1e-3)
    assert facts_of_area.increase.cost == pytest.approx(5000 * hours, rel=1e-3)
    assert "about 6.48 h and USD 32,396 for 1,000 km² more" in text
    # with the same means these hours come from the eastern zone: C falls by 0.01037161 for each
    eastern = 15_195.7 * (math.exp(0.01037161 * hours) - 1)
    assert facts_of_area.asked is not None
    assert facts_of_area.asked.change.gain == pytest.approx(1000 - eastern, rel=2e-2)
    assert "Patrol aircraft (6.48 h more)" in text
    text = area(tiny, "eastern")[1]
    assert "Access for operator kir would change nothing now" in text


EDGES: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "no target": ({"areas.eastern.target_coverage": 0}, "eastern", ["no coverage is asked of it"]),
    "no risk": ({"areas.*.risk_weight": 0}, "dateline", ["its risk weight is 0"]),
    "shortfall": (
        {"objective": "shortfall"},
        "eastern",
        ["weighted km² of shortfall in all", "more in all, so"],
    ),
    "met": (
        {"objective": "shortfall", "areas.*.target_coverage": 0.1},
        "dateline",
        ["the target is met.", "its target is met, and only shortfalls count"],
    ),
    "fair": (
        {"objective": "fair"},
        "open_fund",
        ["raise the smallest coverage / target from 95.1% to 97.5%"],
    ),
    "no money": (
        {"programmes.*.budget": 0},
        "eastern",
        [
            "4.1% (1,000 km² more) cannot be kept: no more can be covered",
            "both programmes have no money left",
        ],
    ),
    "no money of its own": ({"programmes.*.budget": 0}, "open_fund", [") of Donor A has no money."]),
    "free": (
        {"assets.*.cost_per_hour": 0, "assets.*.cost_per_mission": 0},
        "dateline",
        [", at no cost", "and no money for 1,000 km² more"],
    ),
    "plenty of money": (
        {"programmes.*.budget": 1e9},
        "open_fund",
        ["A million USD more would bring nothing", "Hours limit it, not money"],
    ),
    "no units": ({"assets.*.units": 0}, "dateline", ["The plan sends nothing there.", "or more hours would"]),
    "an asset without units": ({"assets.*.units": 0}, "boat", ["with no hours.", "One unit more"]),
    "out of reach": (
        {"assets.*.min_on_station_h": 8000},
        "dateline",
        ["Of 2 assets and sensors none reaches it with time left to search; the nearest base in use"],
    ),
    "an asset out of reach": ({"assets.*.min_on_station_h": 8000}, "boat", ["it reaches none"]),
    "a programme out of reach": (
        {"assets.*.min_on_station_h": 8000},
        "boat_fund",
        ["has hours, reach and access"],
    ),
    "nothing to fund": (
        {"programmes.boat_fund.asset_kinds": "uncrewed_aircraft"},
        "boat_fund",
        ["There is nothing that it may fund anywhere.", "would bring nothing"],
    ),
    "no payer": (
        {"programmes.*.areas": ["dateline"]},
        "eastern",
        ["No programme may pay for work there.", "though no programme may pay for it"],
    ),
    "no access": (
        {"access.air_company.areas": "dateline"},
        "eastern",
        [
            "None of them has access (operators air_company and kir).",
            "Access for operator air_company would add",
            "could watch 24,618 km² of it, which nobody else may",
        ],
    ),
}


@pytest.mark.parametrize(("changes", "subject", "says"), EDGES.values(), ids=EDGES.keys())
def test_odd_cases(changes: dict[str, Any], subject: str, says: list[str]) -> None:
    text = sound(planner_explain(planner.read_case(INPUTS / "tiny", changes), subject))
    for part in says:
        assert part in text


def planner_explain(case: Case, subject: str) -> Explanation:
    now = situation(case, None, ())
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
    for subject in ("dateline", "open_fund", "plane"):
        sound(planner_explain(alone, subject))


def test_a_radar_never_takes_more_hours_than_the_year_has() -> None:
    facts, _ = asset(situation_of("pacific"), "plw_radar_kayangel")
    more = facts.increase
    assert more is not None
    assert more.km2 < 1000.0
    assert more.hours == pytest.approx(8760.0 - 7446.0)
