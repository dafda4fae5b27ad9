"""Explanations: their numbers are those of the run, their bounds hold, every subject has its sentences."""

from __future__ import annotations

import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.errors import InputError
from planner.explaining.explain import as_kind, explain_in, resolve, subjects
from planner.explaining.explanation import AreaFacts, AssetFacts, Explanation, ProgrammeFacts
from planner.explaining.situation import Situation, situation
from planner.explaining.text import explanation_document
from planner.explaining.ways import best, everyones_ways, most_added, stand, times_elsewhere
from planner.report.contract import CAUSES
from planner.solve.optimise import optimise
from tests.problems import make_problem, simple_effort
from tests.solve.random_problems import random_problem

INPUTS = Path(__file__).parents[2] / "inputs"
BAD_WORDS = re.compile(r"\bnan\b|\binf\b|\bNone,|\{|  |\(\)| ,|\.\.|_km2|, and none|: ;")


@pytest.fixture(scope="module", params=["tiny", "pacific"])
def now(request: pytest.FixtureRequest) -> Situation:
    return situation(planner.read_case(INPUTS / request.param, {"solver.gap_tolerance": 1e-6}))


@pytest.fixture(scope="module")
def tiny() -> Situation:
    return situation(planner.read_case(INPUTS / "tiny"))


def area(now: Situation, subject: str) -> AreaFacts:
    facts = explain_in(now, "area", subject).facts
    assert isinstance(facts, AreaFacts)
    return facts


def programme(now: Situation, subject: str) -> ProgrammeFacts:
    facts = explain_in(now, "programme", subject).facts
    assert isinstance(facts, ProgrammeFacts)
    return facts


def sound(found: Explanation) -> None:
    assert 3 <= len(found.sentences) <= 10, found.sentences
    for sentence in found.sentences:
        assert sentence.endswith("."), sentence
        assert not BAD_WORDS.search(sentence), sentence
    assert len(set(found.sentences)) == len(found.sentences)
    explanation_document(found)


def test_everything_is_explained_in_three_to_ten_sentences(now: Situation) -> None:
    for kind, names in subjects(now.case).items():
        for subject in names:
            sound(explain_in(now, kind, subject))


def test_areas_have_the_numbers_of_the_run(now: Situation) -> None:
    results = now.results
    for row in results.areas.to_dict("records"):
        facts = area(now, row["area_id"])
        assert facts.area == row
        assert facts.causes_km2 == {cause: row[f"{cause}_km2"] for cause in CAUSES}
        done = results.allocation[results.allocation["area_id"] == row["area_id"]]
        assert facts.work["mission_hours"].sum() == pytest.approx(done["mission_hours"].sum())
        paid = results.funding[results.funding["area_id"] == row["area_id"]]
        assert facts.payers["paid_here"].sum() == pytest.approx(paid["amount"].sum())
        mandates = results.gaps[results.gaps["area_id"] == row["area_id"]]["programme_id"]
        assert set(facts.payers["programme_id"]) == set(mandates)
        assert set(facts.work["asset_id"]) <= set(facts.reach["asset_id"])
        reached = facts.reach["reached_km2"]
        assert (reached <= row["area_km2"] * (1 + 1e-9)).all()
        unreached = row["out_of_range_km2"] > 0
        assert not (unreached and facts.reach["payable"].any() and reached.max() >= row["area_km2"])


def test_programmes_have_the_numbers_of_the_run(now: Situation) -> None:
    results = now.results
    for row in results.programmes.to_dict("records"):
        facts = programme(now, row["programme_id"])
        assert facts.programme == row
        gaps = results.gaps[results.gaps["programme_id"] == row["programme_id"]]
        assert facts.mandate["shortfall_km2"].sum() == pytest.approx(gaps["shortfall_km2"].sum())
        assert sum(facts.causes_km2.values()) == pytest.approx(row["shortfall_km2"])
        assert facts.spending["amount"].sum() == pytest.approx(row["spent"])


def test_assets_have_the_numbers_of_the_run(now: Situation) -> None:
    prices = now.results.prices
    for row in prices[prices["limit_kind"] == "asset_hours"].to_dict("records"):
        facts = explain_in(now, "asset", row["id"]).facts
        assert isinstance(facts, AssetFacts)
        assert facts.asset["hours"] == row["limit"]
        assert facts.asset["price_km2_per_hour"] == row["price"]
        assert facts.work["mission_hours"].sum() == pytest.approx(row["used"])
        paid = now.results.funding[now.results.funding["asset_id"] == row["id"]]["amount"].sum()
        assert facts.payers["amount"].sum() == pytest.approx(paid)


def test_no_way_with_consent_and_payer_is_better_than_the_plan(now: Situation) -> None:
    """At the optimum every way costs elsewhere what it brings, or more (complementary slackness)."""
    ways = now.ways[now.ways["access"] & now.ways["payable"]]
    times = times_elsewhere(ways)
    fixed = now.fleet["kind"].eq("fixed").to_numpy()[ways["asset"].to_numpy()]
    assert np.nanmin(times[~fixed]) >= 1 - 1e-6
    # what a sensor adds is read off the plan, which keeps to prices up to its gap only
    assert np.nanmin(times[fixed], initial=1.0) >= 0.98


def test_the_next_way_of_the_tiny_case_by_hand(tiny: Situation) -> None:
    # README of the case: the plan leaves 1 - 0.50565 of the dateline zone of 49,235.7 km² unseen; a boat's
    # mission (240 h, 100,000 USD) adds 0.055710 to C: 49,235.7 x 0.49435 x 0.05571 = 1,356 km²
    ways = tiny.ways
    boat = ways[(ways["asset"] == 0) & (ways["area"] == 0)].iloc[0]
    assert boat["gain_km2"] == pytest.approx(49_235.7 * (1 - 24_896 / 49_235.7) * 0.055710, rel=1e-3)
    assert (boat["hours"], boat["cost"]) == pytest.approx((240, 100_000))
    # its hours are not scarce; 100,000 USD are worth 0.0135595 km² each elsewhere: 1,356 km²
    assert boat["price"] == pytest.approx(1_355.95, rel=1e-3)
    way = programme(tiny, "boat_fund").next_way
    assert way is not None
    assert way.hours_per_1000_km2 == pytest.approx(240 / 1.35595, rel=1e-3)
    assert way.cost_per_1000_km2 == pytest.approx(100_000 / 1.35595, rel=1e-3)
    assert way.times_elsewhere == pytest.approx(1, abs=1e-3)
    assert way.hours_left == pytest.approx(240)
    assert way.budget_left == pytest.approx(0, abs=1e-6)
    found = area(tiny, "eastern").consents
    assert [(one.operator, one.area_ids) for one in found] == [("kir", ("eastern",))]
    assert found[0].only_km2 == 0, "the plane reaches all of it"
    assert found[0].most_added == 0
    assert found[0].way.times_elsewhere > 1


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 2))
def test_consent_adds_no_more_than_is_said(seed: int, asset: int) -> None:
    problem = random_problem(seed, n_cells=9, n_assets=3)
    solution = optimise(problem, 1e-7)
    at = stand(problem, solution.prices, solution.factor)
    ways = everyones_ways(at)
    missing = ways[(ways["asset"] == asset) & ~ways["access"] & ways["payable"]]
    most = most_added(missing, problem.assets["capacity_hours"].to_numpy())
    of = problem.effort["asset"] == asset
    allowed = problem.effort.assign(access=problem.effort["access"] | of)
    after = optimise(replace(problem, effort=allowed), 1e-7).certificate
    assert solution.certificate.plan_value - after.plan_value <= most + 3e-7 * after.idle_value


def test_the_best_way_is_cheap_for_what_it_brings_then_in_money() -> None:
    # one cell; asset 0 is paid 1 for an hour, asset 1 is paid 3, both cover the same: 0 is best. Asset 2 is
    # paid nothing and its hours are idle, but it has no consent.
    problem = make_problem(
        simple_effort([0, 1, 2], [0, 0, 0], [0.1, 0.1, 0.1], cost=[1, 3, 0], access=[True, True, False]),
        cell_km2=[1000],
        hours=[5, 5, 5],
        budgets=[10],
        eligibility=[(0, 0, 0), (1, 0, 0)],
    )
    solution = optimise(problem, 1e-6)
    ways = everyones_ways(stand(problem, solution.prices, solution.factor))
    assert best(ways[ways["access"]]) == 0
    assert best(ways[~ways["access"]]) == 0
    assert best(ways[ways["asset"] == 7]) is None
    # what is left of 10 after five hours at 1 is 5: 5/3 of an hour of asset 1; both have the same C
    factor = 0.1 * (5 + 5 / 3)
    gain = 1000 * math.exp(-factor) * 0.1
    assert ways["gain_km2"].tolist() == pytest.approx([gain] * 3, rel=1e-3)


EDGES = {
    "no target": {"areas.eastern.target_coverage": 0},
    "no risk": {"areas.*.risk_weight": 0},
    "shortfall": {"objective": "shortfall"},
    "shortfall, met": {"objective": "shortfall", "areas.*.target_coverage": 0.1},
    "no money": {"programmes.*.budget": 0},
    "free": {"assets.*.cost_per_hour": 0, "assets.*.cost_per_mission": 0},
    "plenty of money": {"programmes.*.budget": 1e9},
    "no units": {"assets.*.units": 0},
    "out of reach": {"assets.*.min_on_station_h": 8000},
    "one may pay for nothing": {"programmes.boat_fund.asset_kinds": "uncrewed_aircraft"},
    "boats are paid in one zone": {"programmes.open_fund.asset_kinds": "aircraft"},
    "no consent": {"access.air_company.areas": "dateline"},
}


@pytest.mark.parametrize("changes", EDGES.values(), ids=EDGES.keys())
def test_odd_cases_have_sentences_too(changes: dict[str, object]) -> None:
    now = situation(planner.read_case(INPUTS / "tiny", changes))
    for kind, names in subjects(now.case).items():
        for subject in names:
            sound(explain_in(now, kind, subject))


def words(changes: dict[str, object], subject: str) -> str:
    case = planner.read_case(INPUTS / "tiny", changes)
    return " ".join(planner.explain(case, subject).sentences)


def test_sentences_of_odd_cases() -> None:
    text = words(EDGES["no target"], "eastern")
    assert "a target of 0%: no coverage is asked of it" in text
    assert "gap" not in text
    assert "its risk weight is 0" in words(EDGES["no risk"], "dateline")
    text = words(EDGES["shortfall, met"], "dateline")
    assert "the target is met." in text
    assert "More would not count" in text
    assert "open_fund) of Donor A has no money." in words(EDGES["no money"], "open_fund")
    text = words(EDGES["free"], "dateline")
    assert ", at no cost" in text
    assert "and no money for 1,000 km² more" in text
    text = words(EDGES["plenty of money"], "open_fund")
    assert "More" in text
    assert "would bring nothing." in text
    assert "Hours limit it, not money" in text
    text = words(EDGES["no units"], "dateline")
    assert "The plan sends nothing there." in text
    assert "with no hours." in words(EDGES["no units"], "boat")
    text = words(EDGES["out of reach"], "dateline")
    assert "Of 2 assets and sensors none reaches it with time left to search; the nearest base in use" in text
    assert "Only another asset, a longer range or a nearer base would change that." in text
    assert "it reaches none" in words(EDGES["out of reach"], "boat")
    assert "There is nothing that it may fund anywhere." in words(
        EDGES["one may pay for nothing"], "boat_fund"
    )
    text = words(EDGES["no consent"], "eastern")
    assert "None of them has consent to work there (operators air_company and kir)." in text
    assert "Consent for operator air_company could help: Patrol aircraft from Airfield could watch" in text
    assert "could watch 24,618 km² of it, which nobody else may, at about" in text


def test_names_and_ids(tiny: Situation) -> None:
    case = tiny.case
    assert resolve(case, "eastern") == ("area", "eastern")
    assert resolve(case, " eastern zone ") == ("area", "eastern")
    assert resolve(case, "Boats only") == ("programme", "boat_fund")
    assert resolve(case, "plane", "asset") == ("asset", "plane")
    for subject, kind, rule, remedy in [
        ("estern", None, "is no area, programme, asset or sensor", "write eastern, if that is meant"),
        ("Anything everywhere", None, "is no area", 'write "Anything anywhere", if that is meant'),
        ("plane", "area", "is no area", "see areas for the ids"),
        ("qqqq", None, "is no area, programme", "see areas, programmes, assets for the ids"),
        ("\x1b[31m", None, "is no area", "see"),
    ]:
        with pytest.raises(InputError) as error:
            resolve(case, subject, as_kind(kind))
        message = str(error.value)
        assert rule in message
        assert remedy in message
        assert "\x1b" not in message
    with pytest.raises(InputError, match="write area, if that is meant"):
        as_kind("areas")
    assert as_kind(None) is None


def test_an_id_that_stands_for_several(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(INPUTS / "tiny", folder)
    for name in ("programmes.csv", "assets.csv"):
        file = folder / name
        text = file.read_text("utf-8").replace("boat_fund,", "both,").replace("plane,", "both,", 1)
        file.write_text(text, "utf-8")
    for name in ("sources.csv", "case.toml"):
        assert "boat_fund" not in (folder / name).read_text("utf-8")
    case = planner.read_case(folder)
    with pytest.raises(InputError, match="say which with --kind"):
        resolve(case, "both")
    assert resolve(case, "both", "asset") == ("asset", "both")


def test_results_of_another_case_are_refused(tiny: Situation) -> None:
    other = replace(tiny.results, cells=tiny.results.cells.iloc[:1])
    with pytest.raises(ValueError, match="cells differ"):
        planner.explain(tiny.case, "eastern", results=other)
    assert planner.explain(tiny.case, "eastern", results=tiny.results).status == "optimal"


def test_the_document_is_json_with_all_tables(tiny: Situation) -> None:
    document = explanation_document(explain_in(tiny, "area", "eastern"))
    assert document["kind"] == "area"
    assert document["facts"]["area"]["area_id"] == "eastern"
    assert {row["asset_id"] for row in document["facts"]["reach"]} == {"boat", "plane"}
    assert document["facts"]["next_way"]["asset_id"] == "plane"
    assert document["plan"]["status"] == "optimal"
    assert isinstance(document["facts"]["reach"][0]["access"], bool)
