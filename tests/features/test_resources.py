"""What features declare of the kinds of resources is what they add to problems."""

from __future__ import annotations

from pathlib import Path

from planner import pipeline
from planner.core.problem import RESOURCE_IDS, find
from planner.features.resources import BUDGET, RESOURCE_KINDS
from tests.features.tiny import tiny_with

LIMITS = (
    "limit_id,kind,programme,areas,least,currency,penalty,period,source\n"
    "spend,least_spending,boat_fund,,1000,USD,,wet,\n"
)
PERIODS = "period_id,name,start,end,source\ndry,Dry,04-01,09-30,\nwet,Wet,10-01,2026-03-31,\n"
AVAILABILITY = (
    "period,kinds,assets,bases,areas,share,hours_per_unit,source\n"
    "dry,,boat,,,0.5,,\nwet,,plane,,,0.5,,\nwet,,,harbour,,,300,\n"
)


def test_every_kind_has_its_owner_and_its_words(tmp_path: Path) -> None:
    changes = {"bases.airfield.capacity_hours": 100}
    tables = {"periods": PERIODS, "availability": AVAILABILITY, "limits": LIMITS}
    problem = pipeline.prepare(tiny_with(tmp_path, changes, **tables)).problem
    scarce = problem.resources[problem.resources["words"] != ""]
    assert set(scarce["kind"]) == set(RESOURCE_KINDS)
    for row in scarce.to_dict("records"):
        kind = RESOURCE_KINDS[row["kind"]]
        assert row["owner"] == row[kind.owner] != ""
        assert kind.of_period == (row["period_id"] != "")
        assert row["words"] == kind.words.format(period_id=row["period_id"])
        others = set(RESOURCE_IDS) - {"kind", kind.owner, "period_id"}
        assert not any(row[name] for name in others), "all of it is its owner's"
    (goal,) = problem.goals[problem.goals["limit_id"] == "spend"].to_dict("records")
    assert goal["paid_from"] == BUDGET
    assert find(problem.resources, goal["paid_from"], {"programme_id": goal["programme_id"]})[0] >= 0
