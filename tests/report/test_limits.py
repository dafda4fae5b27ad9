"""Limits and fair shares in the results: reported as they are, audited, shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.case import Case, read_case
from planner.errors import AuditError
from planner.planning import plan, planning_problem
from planner.report.audit import audit
from planner.report.results import Results
from planner.report.run_json import run_document
from planner.report.summary import summary_text
from planner.studies.scenario_tables import scenario_tables, side_by_side
from tests.report.test_audit import make_folder, put, raised, twice, without

LIMITS = """\
limit_id,kind,programme,areas,least,penalty,currency,source
watch,least_coverage,,west;east,0.1,,,
west_half,least_coverage,,west,0.6,0.25,,
eyes_east,least_share,eyes,east,0.9,,,
eyes_west,least_share,eyes,west,0.5,100,AUD,
patrols_spend,least_spending,patrols,,200000,,AUD,
"""
Planned = tuple[Case, Results]


@pytest.fixture(scope="module", params=["coverage", "shortfall", "fair"])
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = make_folder(tmp_path_factory.mktemp("limits") / "case", request.param)
    (folder / "limits.csv").write_text(LIMITS, encoding="utf-8")
    case = read_case(folder)
    return case, plan(case)


def test_the_table(planned: Planned) -> None:
    case, results = planned
    table = results.limits.set_index(["limit_id", "area_id"])
    assert list(table.index) == [
        ("watch", "west"), ("watch", "east"), ("west_half", "west"), ("eyes_east", "east"),
        ("eyes_west", "west"), ("patrols_spend", ""),
    ]  # fmt: skip
    assert table["hard"].tolist() == [True, True, False, True, False, True]
    hard = table[table["hard"]]
    assert (hard["reached"] >= hard["least"] * (1 - 1e-6)).all()
    assert (hard[["penalty", "paid"]] == 0.0).all().all()
    assert table["penalty"].tolist() == pytest.approx([0, 0, 0.25, 0, 100 / 0.65, 0])
    coverage = results.areas.set_index("area_id")["coverage"]
    assert table.loc[("west_half", "west"), "reached"] == pytest.approx(coverage["west"])
    # beside 90 % for east a half for west cannot be had: short is 0.4 of what eyes spends, or more
    spent = results.programmes.set_index("programme_id")["spent"]
    missed = table.loc[("eyes_west", "west")]
    assert missed["short"] >= 0.4 * spent["eyes"] * (1 - 1e-6)
    assert missed["paid"] == pytest.approx(100 / 0.65 * missed["short"] / 1e6)
    assert missed["price"] == pytest.approx(100 / 0.65), "one million less would save the penalty"
    assert missed["unit"] == "km2 per million USD"
    assert table.loc[("patrols_spend", ""), "least"] == pytest.approx(130_000)
    assert len(case.limits) == 5


def test_penalties_are_part_of_the_value(planned: Planned) -> None:
    _, results = planned
    paid = float(results.limits["paid"].sum())
    cells, areas = results.cells, results.areas
    own = {
        "shortfall": float((areas["risk_weight"] * areas["shortfall_km2"]).sum()),
    }.get(results.objective, float((cells["area_km2"] * cells["risk_weight"] * (1 - cells["pod"])).sum()))
    assert paid > 0.0
    assert results.certificate.plan_value == pytest.approx(own + paid, rel=1e-9)


def test_the_audit_passes_and_the_summary_says_what_was_paid(planned: Planned) -> None:
    audit(*planned)
    text = summary_text(planned[1])
    assert "Limits (money in USD)" in text
    assert "eyes_west: eyes in west" in text
    assert "and penalties (of " in text
    assert ("Fair: every area gets at least" in text) == (planned[1].objective == "fair")


TAMPERED: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (raised(0, "least"), "limits.csv least"),
    (raised(0, "reached"), "limits.csv reached"),
    (raised(4, "short"), "limits.csv short"),
    (raised(4, "penalty"), "limits.csv penalty"),
    (raised(4, "paid"), "limits.csv paid"),
    (put(0, "hard", False), "limits.csv hard"),
    (put(0, "kind", "least_share"), "limits.csv kind"),
    (put(3, "programme_id", "patrols"), "limits.csv programme_id"),
    (put(3, "unit", "km2"), "limits.csv unit"),
    (put(4, "price", 1e9), "is above its penalty"),
    (put(4, "reached", np.nan), "not a finite number"),
    (without(0), "no row for watch, west"),
    (twice(0), "a row too many for watch, west"),
    (put(0, "area_id", "east"), "limits.csv limit_id, area_id"),
]


@pytest.mark.parametrize(("change", "said"), TAMPERED)
def test_the_audit_finds_what_was_changed(
    planned: Planned, change: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    case, results = planned
    with pytest.raises(AuditError) as caught:
        audit(case, replace(results, limits=change(results.limits)))
    assert said in str(caught.value)


def test_the_audit_finds_a_hard_limit_that_is_broken(planned: Planned) -> None:
    case, results = planned
    tighter = case.limits.assign(least=case.limits["least"].where(case.limits["limit_id"] != "watch", 0.99))
    asked = results.limits["least"].where(results.limits["limit_id"] != "watch", 0.99)
    with pytest.raises(AuditError, match="watch, west: the hard limit is short"):
        audit(replace(case, limits=tighter), replace(results, limits=results.limits.assign(least=asked)))


def test_fairness_is_audited(planned: Planned) -> None:
    case, results = planned
    shares = results.fairness
    if shares is None:
        assert results.objective != "fair"
        assert "fairness" not in run_document(results)
        return
    assert run_document(results)["fairness"]["smallest_ratio"] == shares.smallest_ratio
    assert shares.gap <= case.settings.solver.gap_tolerance
    for changed, said in (
        (replace(shares, smallest_ratio=shares.smallest_ratio * 1.001), "smallest_ratio"),
        (replace(shares, bound=shares.smallest_ratio * 0.9), "is below the ratio"),
        (replace(shares, bound=shares.bound * 1.1), "optimal, but the gap"),
        (replace(shares, areas=("west",)), "areas with a target are missing"),
    ):
        with pytest.raises(AuditError, match=said):
            audit(case, replace(results, fairness=changed))
    with pytest.raises(AuditError, match="fairness: missing"):
        audit(case, replace(results, fairness=None))


def test_areas_that_nothing_reaches_are_warned_of(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "case", "fair")
    far = folder / "sensors.csv"
    far.write_text(
        far.read_text("utf-8").replace("satellite,partner_air,1,100", "satellite,partner_air,0,100"), "utf-8"
    )
    for file, old, new in (
        ("assets.csv", "partner_air,east_port,1,700", "partner_air,east_port,0,700"),
        ("access.csv", "fji,east,Example of a boarding agreement between the two states,assumed\n", ""),
    ):
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), "utf-8")
    results = plan(read_case(folder))
    assert results.fairness is not None
    assert results.fairness.left_out == ("east",)
    warning = next(one for one in results.warnings if one.value == "east")
    assert warning.file == "areas.geojson"
    assert "is left out of the fair shares" in warning.rule
    assert "1 that nothing usable reaches left out" in summary_text(results).replace("\n", " ")


def test_limits_are_compared(planned: Planned) -> None:
    case, results = planned
    eased = replace(case, limits=case.limits.iloc[:1].assign(least=0.05))
    other = plan(eased)
    compared = scenario_tables({"strict": results, "eased": other}, "strict")
    wide = side_by_side(compared["limits"])
    row = ("watch", "", "west", "least_coverage", "km2 per km2", "least")
    assert wide.loc[row].tolist() == pytest.approx([0.1, 0.05])
    assert np.isnan(wide.xs("eyes_west", level="limit_id")["eased"]).all()


def test_a_problem_has_a_row_for_each_area_of_a_least_coverage(planned: Planned) -> None:
    case, results = planned
    cells = results.cells.assign(area=results.cells["area_id"].map({"west": 0, "east": 1}))
    effort = pd.DataFrame({name: [] for name in ("cell", "area")})
    limits = planning_problem(case, cells, effort).limits
    assert limits["area"].tolist() == [0, 1, 0, -1, -1, -1]
    assert limits["areas"].tolist() == [(), (), (), (1,), (0,), ()]
    assert limits["penalty"].tolist() == pytest.approx([np.inf, np.inf, 0.25, np.inf, 1e-4 / 0.65, np.inf])
    assert limits["row"].tolist() == [2, 2, 3, 4, 5, 6]
