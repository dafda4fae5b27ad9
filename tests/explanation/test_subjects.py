"""What is explained is found by id or name, and results must be those of the case."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import planner
from planner.errors import InputError
from planner.explanation.explanation import explain, explain_in, explanation_document
from planner.explanation.plans import Situation, situation
from planner.explanation.subjects import resolve

TINY = Path(__file__).parents[2] / "inputs" / "tiny"


@cache
def tiny() -> Situation:
    return situation(planner.read_case(TINY))


@pytest.mark.parametrize(
    ("subject", "kind", "found"),
    [
        ("eastern", None, ("area", "eastern")),
        (" eastern zone ", None, ("area", "eastern")),
        ("Boats only", None, ("programme", "boat_fund")),
        ("plane", "asset", ("asset", "plane")),
    ],
)
def test_ids_and_names(subject: str, kind: str | None, found: tuple[str, str]) -> None:
    assert resolve(planner.read_case(TINY), subject, kind) == found


@pytest.mark.parametrize(
    ("subject", "kind", "rule", "remedy"),
    [
        ("estern", None, "is not an area, programme, asset or sensor", "did you mean eastern?"),
        ("Anything everywhere", None, "is not an area", 'did you mean "Anything anywhere"?'),
        ("plane", "area", "is not an area", "the ids are in areas"),
        ("boat", "programme", "is not a programme", "did you mean boat_fund?"),
        ("qqqq", None, "is not an area, programme", "the ids are in areas, programmes, assets"),
        ("\x1b[31m", None, "is not an area", "the ids are in"),
    ],
)
def test_unknown_ids(subject: str, kind: str | None, rule: str, remedy: str) -> None:
    with pytest.raises(InputError) as error:
        resolve(planner.read_case(TINY), subject, kind)
    message = str(error.value)
    assert rule in message
    assert remedy in message
    assert "\x1b" not in message


def test_an_id_of_several_kinds() -> None:
    case = planner.read_case(TINY)
    case = replace(case, programmes=case.programmes.replace({"programme_id": {"boat_fund": "plane"}}))
    with pytest.raises(InputError, match="say which with --kind"):
        resolve(case, "plane")
    assert resolve(case, "plane", "asset") == ("asset", "plane")


def test_results_of_another_case_are_refused() -> None:
    now = tiny()
    other = replace(now.results, cells=now.results.cells.iloc[:1])
    with pytest.raises(ValueError, match="cells differ"):
        explain(now.case, "eastern", results=other)
    assert explain(now.case, "eastern", results=now.results).status == "optimal"


def test_the_document_is_json_with_all_tables() -> None:
    now = tiny()
    document = explanation_document(explain_in(now, "area", "eastern"))
    assert document["kind"] == "area"
    assert document["facts"]["area"]["area_id"] == "eastern"
    assert {row["asset_id"] for row in document["facts"]["reach"]} == {"boat", "plane"}
    assert document["facts"]["increase"]["asset_id"] == "plane"
    assert document["facts"]["with_least_coverage"]["areas"][0]["area_id"] == "eastern"
    assert document["plan"]["status"] == "optimal"
    assert isinstance(document["facts"]["reach"][0]["access"], bool)
