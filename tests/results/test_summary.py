from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from planner.case import read_case
from planner.core.fairness import FairLevel, FairShares
from planner.errors import NoPlanError, Problem
from planner.results.contract import conform, empty
from planner.results.goodness import goodness
from planner.results.limits import limit_rows
from planner.results.plain_text import count, figure, percent, safe
from planner.results.results import Results
from planner.results.sentences import response_in_words
from planner.results.summary import OF_PERIODS, TRIPS_NOTE, require_proof, summary_text
from planner.solve.solver import MESSAGES, Status
from tests.results.conftest import Planned, make_certificate, make_results, plan

INPUTS = Path(__file__).parents[2] / "inputs"
UNPROVEN = [status for status in Status if status is not Status.OPTIMAL]


def line(text: str, start: str) -> list[str]:
    """The words of the first line that starts so."""
    return next(found for found in text.splitlines() if found.startswith(start)).split()


def test_certificate(results: Results) -> None:
    text = " ".join(summary_text(results).split())
    assert (
        "Optimal within the tolerance: risk-weighted coverage 28.0%. 1,500,000 risk-weighted km² missed"
        in text
    )
    assert "no plan can go below 1,499,900 (optimality gap 6.7e-05, tolerance 1.0e-04, 3 rounds)" in text
    require_proof(results)


@pytest.mark.parametrize("status", UNPROVEN)
def test_plan_that_is_not_proven_is_never_called_optimal(status: Status) -> None:
    worse = make_results(status=status, certificate=make_certificate(1_500_000.0, 1_000_000.0, rounds=1))
    text = " ".join(summary_text(worse).split())
    assert "NOT PROVEN, best plan so far" in text
    assert "optimality gap 3.3e-01" in text
    assert "1 round)" in text
    assert MESSAGES[status] in text
    assert "Optimal" not in text
    with pytest.raises(NoPlanError) as caught:
        require_proof(worse)
    assert caught.value.exit_code == 3
    assert str(caught.value) == MESSAGES[status]


def test_areas_and_their_total(results: Results) -> None:
    text = summary_text(results)
    assert line(text, "Fiji") == ["Fiji", "1,200,000", "50.0%", "30.0%", "360,000", "240,000", "money"]
    # (0.3 x 1.2 + 0.12 x 0.75) / 1.95 = 0.45 / 1.95 = 23.1%
    total = ["all", "areas", "1,950,000", "50.0%", "23.1%", "450,000", "525,000", "access"]
    assert line(text, "all areas") == total


def test_programmes(results: Results) -> None:
    text = summary_text(results)
    fund = ["Pacific", "Fund", "1,000,000", "540,000", "1,100", "525,000", "access"]
    assert line(text, "Pacific Fund") == fund
    assert line(text, "Island Aid")[-1] == "beyond"
    assert "money in USD" in text
    assert "Never add these rows" in text


def test_largest_gaps_with_causes_and_mandates(results: Results) -> None:
    lines = summary_text(results).splitlines()
    start = lines.index("Largest coverage gaps")
    assert lines[start + 3 : start + 7] == [
        "Tuvalu: shortfall 285,000 km²; access 100.0%",
        "    in the mandate of Pacific Fund; Island Aid",
        "Fiji: shortfall 240,000 km²; money 75.0%, hours 25.0%",
        "    in the mandate of Pacific Fund",
    ]


def test_only_three_largest_gaps_are_told(results: Results) -> None:
    rows = [
        results.areas.assign(area_id=f"a{n}", name=f"Area {n}", shortfall_km2=float(n)) for n in range(1, 6)
    ]
    text = summary_text(make_results(areas=pd.concat([row.iloc[:1] for row in rows], ignore_index=True)))
    told = text[text.index("Largest coverage gaps") : text.index("Effort")]
    assert [told.count(f"Area {n}:") for n in range(1, 6)] == [0, 0, 1, 1, 1]
    assert "no programme" in told


def test_no_gaps(results: Results) -> None:
    full = results.areas.assign(shortfall_km2=0.0, met=True)
    assert "Every area meets its target." in summary_text(make_results(areas=full))


def test_effort_by_kind_and_in_all(results: Results) -> None:
    text = summary_text(results)
    assert line(text, "aircraft") == ["aircraft", "10", "80", "50", "90,000", "500,000"]
    assert line(text, "all  ") == ["all", "20", "1", "100", "180,000", "540,000"]
    without = summary_text(make_results(run={}))
    assert "aircraft" not in without
    assert line(without, "all  ") == line(text, "all  ")


def test_assumptions_are_counted(results: Results) -> None:
    text = " ".join(summary_text(results).split())
    assert "5 figures: 1 stated, 1 derived, 3 assumed" in text
    assert "Assumed: assets.sweep_width_nm 2, assets.cost_per_hour 1." in text
    none = summary_text(make_results(assumptions=results.assumptions.iloc[:0]))
    assert "No figures were counted." in none


def test_a_scenario_without_a_title_is_not_called_twice(results: Results) -> None:
    named = [{"name": "half", "title": "Half of every budget"}, {"name": "storm", "title": "storm"}]
    text = summary_text(make_results(run={**results.run, "scenarios": named}))
    assert "\nScenario half: Half of every budget\nScenario storm\n" in text


def test_first_ten_warnings() -> None:
    many = tuple(Problem("assets.csv", row, "", "", f"rule {row};", "remedy") for row in range(1, 14))
    text = summary_text(make_results(warnings=many))
    assert "Warnings (13)" in text
    assert "rule 10;" in text
    assert "rule 11;" not in text
    assert "and 3 more in run.json" in text
    assert "Warnings" not in summary_text(make_results(warnings=()))


HOSTILE = "[red]x[/red] \x1b[31m\x07\r\n\u202e:boom: [link=http://a]b"


def test_text_from_the_input_is_shown_as_it_is(results: Results) -> None:
    hostile = make_results(
        title=HOSTILE,
        currency=HOSTILE,
        areas=results.areas.assign(name=HOSTILE),
        programmes=results.programmes.assign(name=HOSTILE),
        assumptions=results.assumptions.assign(field=HOSTILE),
        warnings=(Problem(HOSTILE, 1, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        run={"effort_by_kind": {HOSTILE: results.run["effort_by_kind"]["aircraft"]}},
    )
    text = summary_text(hostile)
    assert "[red]x[/red] �[31m��; �:boom: [link=http://a]b" in text
    assert not set(text) & {"\x1b", "\x07", "\r", "\u202e"}


@pytest.mark.parametrize("width", [80, 110])
def test_long_names_give_way_and_figures_never_do(results: Results, width: int) -> None:
    name = "Federated States of an Archipelago with a very long Name indeed " * 3
    million = {column: results.areas[column] * 10 for column in ("area_km2", "covered_km2", "shortfall_km2")}
    text = summary_text(
        make_results(
            areas=results.areas.assign(name=name, **million),
            programmes=results.programmes.assign(name=name, budget=123_456_789.0, spent=123_456_789.0),
        ),
        width,
    )
    assert max(map(len, text.splitlines())) <= width
    assert "12,000,000   50.0%     30.0%" in text
    assert text.count("123,456,789") == 4
    assert "…" in text


def test_figures() -> None:
    shown = [figure(value) for value in (0.0, 0.01234, 1.234, 12.34, 1234.5, -5.0, float("inf"))]
    assert shown == ["0", "0.012", "1.23", "12.3", "1,234", "-5.00", "-"]
    assert (count(1234567.8), percent(0.1234), percent(float("nan"))) == ("1,234,568", "12.3%", "-")
    assert safe("a\u2028b\u00a0é日") == "a�b\u00a0é日"
    assert safe("they cannot hold:\n  least, east\nlower one") == "they cannot hold: least, east; lower one"


@pytest.mark.parametrize(
    ("detected", "answered", "said"),
    [
        (4_000.0, 3_999.9, "4,000 are detected, and all of these can be answered"),
        (4_000.0, 3_999.0, "4,000 are detected, and 3,999 of these (100.0%) can be answered"),
        (0.0, 0.0, "0 are detected, and 0 of these (-) can be answered"),
        (1.2, 0.2, "1 is detected, and 0 of these (16.7%) can be answered"),
    ],
)
def test_all_are_answered_only_where_none_is_left(detected: float, answered: float, said: str) -> None:
    figures = {"visits": 5_000.0, "detected": detected, "answered": answered, "boardings": 0.0}
    table = pd.DataFrame([{"level": "all", **figures, "trips": 0.0, "trip_cost": 0.0}])
    text = response_in_words(table, {}, "USD")
    assert said in text
    assert text.endswith("with 0 boardings.")
    need = {"boarding_share": 0.1, "response_time_h": 48.0, "stays_in_time": 0.939}
    assert response_in_words(table, {"response": need}, "USD") == (
        f"{text} Of detections, 10.0% call for a boarding, and all are answered where these are boarded: by "
        f"boats on patrol, or within 48 hours, in which boats could be there for 93.9% of all stays, "
        f"detected or not."
    )


def test_without_stays_of_vessels_nothing_needs_an_answer() -> None:
    need = {"share": 0.5, "boarding_share": 0.1, "response_time_h": 1, "boarding_h": 4}
    changes = {f"response.{name}": value for name, value in need.items()} | {"areas.*.visits_per_year": 0}
    results = plan(read_case(INPUTS / "tiny", changes))
    assert results.cells["coverage"].tolist() == results.cells["pod"].tolist()
    assert "\nNo stays of vessels are expected, so that every detection counts in full.\n" in summary_text(
        results
    )


def test_fair_plans_that_reach_all_targets_say_so() -> None:
    low = {"objective": "fair", "areas.*.target_coverage": 0.05, "solver.gap_tolerance": 1e-6}
    results = plan(read_case(INPUTS / "tiny", low))
    assert results.areas["met"].all()
    assert "tolerance: every area with a target meets it. " in " ".join(summary_text(results).split())


def test_trips_are_not_boardings() -> None:
    # weather takes a fifth of the time of 15 trips: 12 boardings
    figures = {"visits": 500.0, "detected": 120.0, "answered": 120.0, "boardings": 12.0}
    table = pd.DataFrame([{"level": "all", **figures, "trips": 15.0, "trip_cost": 30_000.0}])
    assert response_in_words(table, {}, "USD").endswith(
        "with 12 boardings, for which boats go out on 15 trips of their own at 2,000 USD each."
    )


def test_trips_that_are_not_made_have_no_cost() -> None:
    made = {"visits": 100.0, "detected": 20.0, "answered": 10.0, "unanswered": 10.0, "boardings": 1.0}
    none = {"trips": 0.0, "trip_hours": 0.0, "trip_cost": 0.0, "cost_per_trip": 0.0, "shadow_price": 0.0}
    some = {**none, "trips": 2.0, "trip_cost": 5_000.0}
    blank = {"period_id": "year", "asset_id": "", "programme_id": ""}
    rows = [
        {**blank, "level": "all", "area_id": "", **{name: 2 * value for name, value in made.items()}, **some},
        {**blank, "level": "area", "area_id": "fiji", **made, **some},
        {**blank, "level": "area", "area_id": "tuvalu", **made, **none},
    ]
    text = summary_text(make_results(response=conform("response", pd.DataFrame(rows))))
    text = text[text.index("Detection and response") :]
    assert line(text, "Fiji") == ["Fiji", "100", "20", "10", "10", "1", "2,500", "0"]
    assert line(text, "Tuvalu") == ["Tuvalu", "100", "20", "10", "10", "1", "-", "0"]
    assert line(text, "all areas") == ["all", "areas", "200", "40", "20", "20", "2", "2,500", "0"]


LEFT_OUT = FairShares.of([FairLevel(0.6, 0.6, ("fiji",))], ["tuvalu"])


def test_what_fair_shares_leave_out_has_no_ratio() -> None:
    # Fiji has 30% of 50%; Tuvalu, with 12% of 50%, is left out
    fair = make_results(objective="fair", fairness=LEFT_OUT)
    assert goodness(fair)["smallest_ratio"] == pytest.approx(0.6)
    assert goodness(make_results())["smallest_ratio"] == pytest.approx(0.24)
    assert "every area with a target has at least 60.0% of it covered (1 area left out)" in " ".join(
        summary_text(fair).split()
    )


def test_prices_of_limits_of_fair_plans_say_what_they_hold(
    planned_by: Callable[[str], Planned],
) -> None:
    said = "Every area keeps the share of its target that it has: a fair plan with more would raise"
    for objective in ("fair", "shortfall"):
        text = " ".join(summary_text(planned_by(objective)[1]).split())
        assert (said in text) == (objective == "fair")


def test_penalties_that_are_only_rounding_are_none() -> None:
    # 0.7 x 780,000 is 546,000; sums of payments may be off by the rounding of the machine
    case = read_case(INPUTS / "tiny")
    rows = pd.DataFrame([{"limit_id": "share", "kind": "least_share", "programme": "boat_fund"}])
    rows = rows.assign(areas=[("dateline",)], least=0.7, penalty=5.0, period="")
    case, areas = replace(case, limits=rows), make_results().areas
    paid = pd.DataFrame({"programme_id": "boat_fund", "period_id": "", "area_id": ["dateline", "eastern"]})
    for there, short in ((546_000.0 - 1e-9, 0.0), (545_000.0, 1_000.0)):
        amount = [there, 780_000 - there]
        found = limit_rows(case, areas, empty("area_periods"), paid.assign(amount=amount))
        assert found["shortfall"].tolist() == pytest.approx([short])
        assert (found["paid"] > 0.0).tolist() == [short > 0.0]


def test_what_hours_and_square_kilometres_are_of_is_said() -> None:
    trip = {"asset_id": "p8", "base_id": "suva", "cell_id": "fiji_1", "period_id": "year", "distance_nm": 9.0}
    trips = conform("boardings", pd.DataFrame([{**trip, "trips": 2.0, "trip_hours": 9.0, "trip_cost": 1.0}]))
    limit = {"limit_id": "wet", "kind": "least_coverage", "programme_id": "", "area_id": "fiji", "hard": True}
    figures = {
        "least": 0.5,
        "reached": 0.3,
        "shortfall": 1.0,
        "penalty": 0.0,
        "paid": 0.0,
        "shadow_price": 0.0,
    }
    of_year = {**limit, **figures, "unit": "km2 per km2", "period_id": ""}
    said = [
        " ".join(summary_text(made).split())
        for made in (
            make_results(limits=conform("limits", pd.DataFrame([of_year]))),
            make_results(
                limits=conform("limits", pd.DataFrame([{**of_year, "period_id": "year"}])), boardings=trips
            ),
        )
    ]
    for note in (TRIPS_NOTE, OF_PERIODS):
        assert [note in text for text in said] == [False, True]
