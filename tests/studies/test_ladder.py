"""The ladder: the run's causes and rungs as tables, words and files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import planner
from planner.results.plain_text import plain
from planner.studies.kinds.ladder import STEPS, TITLES
from planner.studies.study import require_proofs
from tests.studies.conftest import TINY, missing_of_readme, same_tables, written


@pytest.fixture(scope="module")
def tiny(tiny_plan: planner.Results) -> planner.Study:
    return planner.ladder(planner.read_case(TINY), tiny_plan)


def test_it_says_what_the_run_says(tiny: planner.Study, tiny_plan: planner.Results) -> None:
    rungs = tiny["ladder"].set_index("rung")
    causes = tiny_plan.causes[tiny_plan.causes["level"] == "all"].set_index("cause")["km2"]
    assert rungs["step_km2"].drop("plan").tolist() == pytest.approx(causes.tolist())
    assert rungs["step_km2"].sum() == pytest.approx(rungs["shortfall_km2"].iloc[0])
    assert rungs["share"].sum() == pytest.approx(1.0)
    assert set(rungs.index) <= set(TITLES)
    for name, owner, table in (
        ("area", "area_id", tiny_plan.areas),
        ("programme", "programme_id", tiny_plan.programmes),
    ):
        found = tiny[f"ladder_{name}s"]
        steps = [
            column for column in map(str, found) if column.endswith("_km2") and column != "shortfall_km2"
        ]
        assert {column.removesuffix("_km2") for column in steps} <= set(STEPS)
        assert found[owner].tolist() == table[owner].tolist()
        assert found[steps].sum(axis=1).tolist() == pytest.approx(found["shortfall_km2"].tolist())
        assert found["shortfall_km2"].tolist() == pytest.approx(table["shortfall_km2"].tolist(), abs=1e-6)
    require_proofs(tiny)


def test_the_excerpt_of_the_readme(tiny: planner.Study) -> None:
    assert missing_of_readme("ladder", tiny) == []


def test_it_plans_where_no_plan_is_given(tiny: planner.Study) -> None:
    same_tables(tiny, planner.ladder(planner.read_case(TINY)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"assets.*.units": 0}, "Why the coverage gap is there"),
        (
            {"areas.*.target_coverage": 0},
            "There is no coverage gap to explain: no area falls short of a target.",
        ),
    ],
)
def test_empty_cases(changes: dict[str, object], said: str) -> None:
    found = planner.ladder(planner.read_case(TINY, changes))
    assert said in plain(found.summary)


def test_results_of_another_case_are_refused(tiny_plan: planner.Results) -> None:
    with pytest.raises(ValueError, match="areas differ"):
        planner.ladder(planner.read_case(TINY), replace(tiny_plan, areas=tiny_plan.areas.iloc[:1]))


def test_the_folder(tiny: planner.Study, tmp_path: Path) -> None:
    document, text = written(replace(tiny, title="[red]\x1b[31mX"), tmp_path / "out")
    assert set(document["columns"]) == {"variants", "differences", *tiny.tables}
    for name in tiny.tables:
        assert list(tiny[name]) == list(document["columns"][name]), name
    assert "response_km2" not in tiny["ladder_areas"], "its detections need no answer"
    assert "never add these rows" in text
    assert "[red]" in text
    assert "\x1b" not in text
