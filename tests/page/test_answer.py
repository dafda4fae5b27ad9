"""What the answer says where there is little to say: read whole, as it stands on the page."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.case import Case
from planner.charts.data import Plan
from planner.page.answer import answer
from planner.results.results import Results
from planner.results.summary import summary_text
from planner.solve.solver import Status
from tests.features.tiny import tiny_with

TINY = Path(__file__).parents[2] / "inputs" / "tiny"
LIMITS = "limit_id,kind,programme,areas,least,penalty,currency,source\n"
EAST_ONLY = "{} areas meet{} target; the shortfall is {} km², all in Eastern zone."


HALVES = "period_id,name,start,end\ndry,Dry months,04-01,09-30\nwet,Wet months,10-01,03-31\n"
AVAILABLE = "period,kinds,assets,bases,areas,share,hours_per_unit\n{}"


def planned(changes: dict[str, Any], causes: bool = False) -> Results:
    return planner.plan(planner.read_case(TINY, changes), causes=causes)


def page_of(results: Results) -> list[str]:
    return ["".join(piece for piece, _ in one) for one in answer(Plan(results))]


def first_words(results: Results) -> str:
    return " ".join(summary_text(results).split()).split("tolerance: ")[1]


def one_of_everything() -> Case:
    case = planner.read_case(TINY, {"assets.plane.hours_per_unit": 20})
    access, programmes = (
        table.assign(areas=table["areas"].map(lambda _: ("dateline",)))
        for table in (case.access, case.programmes)
    )
    return replace(
        case, areas=case.areas[case.areas["area_id"] == "dateline"].reset_index(drop=True),
        assets=case.assets[case.assets["asset_id"] == "plane"], programmes=programmes.iloc[:1], access=access,
    )  # fmt: skip


def test_one_area_one_programme_and_one_asset() -> None:
    results = planner.plan(one_of_everything(), causes=False)
    found, (area,) = page_of(results), results.areas.to_dict("records")
    # 40 h at 5,000 USD, C = 40 x 0.00647525
    assert found[0] == (
        "With 200,000 USD of the 1.00 million USD that 1 programme has, 1 asset covers 22.8% of 49,236 km² "
        "of water in 1 area, where 40.0% is wanted."
    )
    assert (
        found[2]
        == f"Dateline zone does not meet its target: the shortfall is {area['shortfall_km2']:,.0f} km²."
    )
    assert "Mandates overlap" not in summary_text(results)


def test_the_areas_named_are_not_said_to_have_most_of_the_shortfall() -> None:
    assert page_of(planned({}))[2] == EAST_ONLY.format("1 of 2", "s its", "3,976")
    none = page_of(planned({"programmes.*.budget": 0}))
    assert none[0].startswith("Without any money, 0 of 2 assets and sensors cover 0.0% of ")
    assert none[2] == (
        "0 of 2 areas meet their target; the shortfall is 38,158 km², the largest parts of it in Dateline "
        "zone (19,694 km²) and Eastern zone (18,463 km²)."
    )


@pytest.mark.parametrize("objective", ["shortfall", "coverage"])
def test_without_targets(objective: str) -> None:
    results = planned({"target_coverage": 0, "areas.*.target_coverage": 0, "objective": objective})
    assert page_of(results)[2] == "No area has a target."
    assert "\nNo area has a target.\n" in summary_text(results)
    if objective == "shortfall":
        assert first_words(results).startswith("no area with a risk weight above 0 has a target. ")


def test_without_weights() -> None:
    assert first_words(planned({"areas.*.risk_weight": 0})).startswith(
        "no water has a risk weight above 0, so that no coverage counts. 0 risk-weighted km² missed;"
    )


def test_fair_plans_speak_of_areas_with_a_target_alone() -> None:
    results = planned({"objective": "fair", "areas.eastern.target_coverage": 0})
    east = results.areas.set_index("area_id").loc["eastern"]
    assert east["target_coverage"] == 0.0
    assert first_words(results).startswith("every area with a target meets it. ")
    assert page_of(results)[2] == "Every area meets its target."
    assert "within the same limits no plan that is as fair is better" in page_of(results)[-1]
    lost = replace(results, status=Status.ROUND_LIMIT, run={**results.run, "status": "round_limit"})
    assert page_of(lost)[-1] == "The plan is not proven: another might be fairer, or better and as fair."


def test_a_million_more_that_spares_penalties_is_not_said_to_be_seen(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(TINY, folder)
    (folder / "limits.csv").write_text(f"{LIMITS}a,least_coverage,,eastern,0.95,3,,\n", "utf-8")
    before = planner.plan(planner.read_case(folder))
    best = before.gains.nlargest(1, "gain_of_next_million_km2").iloc[0]
    richer = planner.read_case(folder, {f"programmes.{best['programme_id']}.budget": {"factor": 1e3}})
    assert planner.plan(richer, causes=False).certificate.value < before.certificate.value
    assert (
        f"the objective is {best['gain_of_next_million_km2']:,.0f} risk-weighted km² less"
        in page_of(before)[4]
    )
    after = planner.read_case(
        folder,
        {f"programmes.{best['programme_id']}.budget": 2e6 if best["programme_id"] == "open_fund" else 2.4e6},
    )
    proof = planner.plan(after, causes=False).certificate
    gain = before.certificate.value - proof.value
    assert best["gain_of_next_million_km2"] == pytest.approx(gain, rel=1e-3)
    assert before.limits["paid"].sum() > 0.0


def test_the_next_hour_may_be_one_of_a_period(tmp_path: Path) -> None:
    # each of the two planes has 40 of its 80 h in either half of the year: an hour of the year alone is none
    rows = AVAILABLE.format("wet,,plane,,,,40\ndry,,plane,,,,40\nwet,,boat,,,0,\n")
    results = planner.plan(tiny_with(tmp_path, {}, periods=HALVES, availability=rows), causes=False)
    hours = results.period_prices[results.period_prices["id"] == "plane"].set_index("period_id")
    assert hours["shadow_price"]["wet"] > hours["shadow_price"]["dry"] > 50.0
    assert not results.prices[results.prices["limit_kind"] == "asset_hours"]["shadow_price"].any()
    price = f"{hours['shadow_price']['wet']:.0f} risk-weighted km² (its shadow price)."
    (told,) = (one for one in page_of(results) if "next hour" in one)
    assert told.endswith(f"the next hour counts most with Patrol aircraft in Wet months: {price}")


def test_hours_of_bases_are_told_of_as_such() -> None:
    # a base with room for 30 h: ten times the boats and planes cover no more
    few = {"programmes.*.budget": 1e9, "bases.*.capacity_hours": 30, "areas.*.target_coverage": 0.9}
    results = planned(few, causes=True)
    assert page_of(results)[3].endswith("100.0% takes more hours of assets and bases.")
    more = planned({**few, "assets.*.units": 20})
    assert more.areas["covered_km2"].sum() == pytest.approx(results.areas["covered_km2"].sum())
    room = planned({**few, "bases.*.capacity_hours": 60})
    assert room.areas["covered_km2"].sum() > 1.5 * results.areas["covered_km2"].sum()


def test_a_gap_of_next_to_nothing_is_no_part_of_it() -> None:
    results = planned({})
    proof = results.certificate
    assert page_of(results)[-1].split(" is better by more than ")[1].split(".")[1].endswith("% of its value")
    # the plan misses 2e-6 of what doing nothing does, and the bound is 0: all of its value may be missed less
    small = replace(proof, value=2e-6 * proof.stake, bound=0.0)
    said = page_of(replace(results, certificate=small))[-1]
    assert small.value - small.bound == pytest.approx(0.02 * 1e-4 * proof.stake)
    assert "is better by more than 2% of a ten-thousandth of what doing nothing misses. " in said


def test_a_million_more_whose_plan_was_not_found_is_not_said_to_add_nothing() -> None:
    results = planned({"programmes.*.budget": 1e9}, causes=True)
    assert "A million more USD in any programme would add nothing;" in page_of(results)[4]
    gains = results.gains.assign(status="time_limit", most_km2=results.certificate.value)
    lost = replace(results, gains=gains)
    assert page_of(lost)[4].startswith(
        "What a million more USD would add was not found out for every programme; "
    )
    for text, shown in ((summary_text(results), "0"), (summary_text(lost), "-")):
        row = next(line for line in text.splitlines() if line.startswith("Boats only"))
        assert row.split()[4] == shown


def test_mandates_that_do_not_overlap_are_not_said_to() -> None:
    apart = {"programmes.open_fund.areas": ["dateline"], "programmes.boat_fund.areas": ["eastern"]}
    text = " ".join(summary_text(planned(apart)).split())
    assert "Mandates overlap" not in text
    assert "an area counts in every programme that may fund it. Never add these rows." in text
