"""The ladder: steps worked out by hand, laws, a radar's footprint, rungs without a plan, the files."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner import pipeline
from planner.core.certificate import Certificate
from planner.errors import NoPlanError
from planner.jobs import Jobs
from planner.results.plain_text import plain
from planner.solve.solver import Status
from planner.studies.ladder import better, reachable_km2, rung_edits, with_bounds_from_below
from planner.studies.ladder_tables import RUNGS, STEPS, TABLES, Rung
from planner.studies.study import require_proofs, write_study
from tests.studies.conftest import BOAT, PLANE_DATELINE, PLANE_EASTERN, TINY, same_tables

FINE = {"solver.gap_tolerance": 1e-8}


@pytest.fixture(scope="module")
def tiny() -> planner.Study:
    return planner.ladder(planner.read_case(TINY))


def test_the_tiny_case_by_hand(tiny: planner.Study) -> None:
    rungs = tiny["ladder"].set_index("rung")
    own = planner.plan(planner.read_case(TINY))
    assert rungs.loc["plan", "shortfall_km2"] == pytest.approx(own.areas["shortfall_km2"].sum())
    # weights of the areas do not count on a rung: it is the case's plan with the other objective
    keeps = planner.plan(planner.read_case(TINY, {"objective": "shortfall", "areas.*.risk_weight": 1}))
    choice = rungs.loc["choice", "shortfall_km2"]
    assert choice == pytest.approx(keeps.areas["shortfall_km2"].sum(), rel=1e-6)
    # the funds' money is not tied up: open_fund pays for anything, and boat_fund's goes into the boat anyway
    assert rungs.loc["earmarking", "step_km2"] == pytest.approx(0, abs=0.01)
    # with free money all 160 h of the plane and five missions of the boat: the target of the dateline zone is
    # kept with C = 5 x 0.055710 + r h, and the rest of the hours goes to the east
    target = own.areas.set_index("area_id")["target_coverage"]
    wanted = -math.log(1 - target["dateline"])
    hours = 160 - max(0.0, (wanted - 5 * BOAT) / PLANE_DATELINE)
    east_km2 = float(own.areas.set_index("area_id").loc["eastern", "area_km2"])
    short = east_km2 * (target["eastern"] - (1 - math.exp(-PLANE_EASTERN * hours)))
    assert rungs.loc["money", "shortfall_km2"] == pytest.approx(max(0.0, short), rel=2e-3)
    assert rungs.loc["hours", "shortfall_km2"] == 0
    again = planner.ladder(planner.read_case(TINY), own)
    pd.testing.assert_frame_equal(again["ladder"], tiny["ladder"])
    require_proofs(tiny)


def test_steps_add_up(tiny: planner.Study, small: planner.Case) -> None:
    for found in (tiny, planner.ladder(small)):
        rungs = found["ladder"]
        assert rungs["rung"].tolist() == list(RUNGS)
        assert (rungs["step_km2"] >= 0).all(), "never negative in total"
        assert rungs["step_km2"].sum() == pytest.approx(rungs["shortfall_km2"].iloc[0])
        assert (rungs["bound"] <= rungs["plan_value"] * (1 + 1e-7) + 1e-9).all()
        assert (rungs["step_least_km2"] <= rungs["step_km2"] + 1e-9).all()
        assert (rungs["step_km2"] <= rungs["step_most_km2"] + 1e-9).all()
        areas, base = found["ladder_areas"], found.base
        assert base is not None
        columns = [f"{step}_km2" for step in STEPS]
        assert areas[columns].sum(axis=1).tolist() == pytest.approx(areas["shortfall_km2"].tolist())
        assert areas["shortfall_km2"].tolist() == pytest.approx(base.areas["shortfall_km2"].tolist())
        for name in columns:
            step = rungs.set_index("rung").loc[name.removesuffix("_km2"), "step_km2"]
            assert areas[name].sum() == pytest.approx(step, rel=1e-6, abs=0.01)
        money = found["ladder_programmes"]["shortfall_km2"].tolist()
        assert money == pytest.approx(base.programmes["shortfall_km2"].tolist())


def test_each_rung_is_an_edit_of_the_case(small: planner.Case) -> None:
    edits = rung_edits(small)
    assert list(edits) == ["choice", "earmarking", "money", "access"]
    pooled = edits["earmarking"]["programmes"]
    assert pooled["budget"].tolist() == [pytest.approx(small.programmes["budget"].sum())]
    assert pooled["areas"].tolist() == [tuple(small.areas["area_id"])]
    assert (edits["money"]["assets"]["cost_per_hour"] == 0).all()
    assert set(edits["access"]["access"]["operator"]) == {
        *small.assets["operator"],
        *small.sensors["operator"],
    }
    # what is lifted above stays lifted
    assert set(edits["choice"]) < set(edits["earmarking"]) < set(edits["money"]) < set(edits["access"])


def test_a_plan_that_keeps_to_targets_has_nothing_to_choose() -> None:
    case = planner.read_case(TINY, {**FINE, "objective": "shortfall", "areas.*.risk_weight": 1})
    rungs = planner.ladder(case)["ladder"].set_index("rung")
    assert rungs.loc["choice", "step_km2"] == pytest.approx(0, abs=0.01)


def test_what_a_limit_of_the_planner_costs_is_choice(folder: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(folder, case)
    free = planner.ladder(planner.read_case(case, {"cells.spacing_nm": 90}))["ladder"]
    header = "limit_id,kind,programme,areas,least,penalty,currency,source\n"
    (case / "limits.csv").write_text(f"{header}half,least_share,eyes,east,0.5,,,\n", encoding="utf-8")
    asked = planner.ladder(planner.read_case(case, {"cells.spacing_nm": 90}))["ladder"]
    assert asked["shortfall_km2"].tolist()[1:] == pytest.approx(
        free["shortfall_km2"].tolist()[1:], rel=1e-4, abs=1
    )
    assert asked["step_km2"].sum() == pytest.approx(asked["shortfall_km2"].iloc[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"assets.*.units": 0},
        {"programmes.*.budget": 0},
        {"target_coverage": 0.0001, "areas.*.target_coverage": 0.0001},
    ],
    ids=["no assets", "no money", "nothing is short"],
)
def test_empty_cases(changes: dict[str, object]) -> None:
    found = planner.ladder(planner.read_case(TINY, changes))
    rungs = found["ladder"]
    assert rungs["step_km2"].sum() == pytest.approx(rungs["shortfall_km2"].iloc[0], abs=1e-6)
    assert (rungs["step_km2"] >= 0).all()
    assert "Why the coverage gap is there" in plain(found.summary)
    assert len(planner.ladder(one_of_each(planner.read_case(TINY, changes)))["ladder_areas"]) == 1


def one_of_each(case: planner.Case) -> planner.Case:
    """The case with one area and no programme."""
    area = case.areas.iloc[[0]]
    inside = [tuple(one for one in areas if one == area["area_id"].iloc[0]) for areas in case.access["areas"]]
    access = case.access.assign(areas=pd.Series(inside, index=case.access.index, dtype=object))
    return replace(case, areas=area, access=access, programmes=case.programmes.iloc[:0])


RADAR = """sensor_id,name,kind,operator,service,units,hours_per_unit,cost_per_hour,lon,lat,radius_nm,\
coverage_factor,swept_km2_per_scene,hours_per_scene,cost_per_scene,currency,source
radar,Radar,fixed,kir,police,1,8000,1,179.9,0,20,3,,,,USD,here
"""


def test_a_radar_alone_reaches_its_footprint_only(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(TINY, folder)
    (folder / "sensors.csv").write_text(RADAR, encoding="utf-8")
    # assets that cannot stay out long enough to reach anything
    case = planner.read_case(folder, {"assets.*.min_on_station_h": 8000})
    reached = reachable_km2(pipeline.prepare(case))
    # 20 nm are 37.04 km: 4,310 km² (a geodesic disc, 1 in 1,000 less than pi r^2 at most)
    assert float(reached.sum()) == pytest.approx(math.pi * 37.04**2, rel=2e-3)
    found = planner.ladder(case)
    base = found.base
    assert base is not None
    target = float((base.areas["target_coverage"] * base.areas["area_km2"]).sum())
    assert found["ladder_areas"]["out_of_reach_km2"].sum() == pytest.approx(target - reached.sum())
    assert (found["ladder"]["step_km2"] >= 0).all()


def test_a_worse_plan_gives_way_to_that_of_the_rung_above() -> None:
    def rung(name: str, km2: float, bound: float) -> Rung:
        proof = Certificate(km2, bound, 1000.0, 2, 0.1)
        return Rung(name, "shortfall", np.array([km2]), bound, proof, Status.ROUND_LIMIT)

    above, below = rung("choice", 100.0, 80.0), rung("earmarking", 103.0, 99.0)
    kept = better(above, below)
    assert kept.total_km2 == kept.certificate.value == 100.0
    assert kept.status is Status.OPTIMAL, "its gap is 1 of 100 now"
    # what no pooled plan can beat, no plan with earmarked money can
    assert [one.least_km2 for one in with_bounds_from_below([above, kept])] == [99.0, 99.0]


def test_a_rung_without_a_plan_does_not_lose_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = pipeline.solve

    def refuse(prepared: pipeline.Prepared, *given: Any, **named: Any) -> Any:
        if len(prepared.case.programmes) == 1 and (prepared.case.assets["cost_per_hour"] > 0).any():
            raise NoPlanError("time_limit", "the time limit was reached")
        return real(prepared, *given, **named)

    monkeypatch.setattr(pipeline, "solve", refuse)
    found = planner.ladder(planner.read_case(TINY))
    rungs = found["ladder"].set_index("rung")
    assert rungs.loc["earmarking", "status"] == "time_limit"
    assert math.isnan(rungs.loc["earmarking", "step_km2"])
    assert rungs["step_km2"].sum() == pytest.approx(rungs["shortfall_km2"].iloc[0]), (
        "the next step has it too"
    )
    assert found["ladder_areas"]["earmarking_km2"].isna().all()
    write_study(found, tmp_path / "out")
    assert "FAILED: rung earmarking: the time limit was reached" in (
        tmp_path / "out" / "summary.txt"
    ).read_text("utf-8")
    with pytest.raises(NoPlanError, match="1 of 5 plans: earmarking: the time limit"):
        require_proofs(found)


def test_results_of_another_case_are_refused() -> None:
    case = planner.read_case(TINY)
    own = planner.plan(case)
    with pytest.raises(ValueError, match="areas differ"):
        planner.ladder(case, replace(own, areas=own.areas.iloc[:1]))


def test_jobs_do_not_matter(tiny: planner.Study, tmp_path: Path) -> None:
    case = planner.read_case(TINY)
    for how in (Jobs(2, store=tmp_path / "part"), Jobs(store=tmp_path / "part", resume=True)):
        same_tables(tiny, planner.ladder(case, jobs=how))


def test_the_folder(tiny: planner.Study, tmp_path: Path) -> None:
    folder = write_study(replace(tiny, title="[red]\x1b[31mX"), tmp_path / "out")
    assert sorted(file.name for file in folder.iterdir()) == sorted(tiny.files)
    for name, contract in TABLES.items():
        assert list(pd.read_csv(folder / f"{name}.csv")) == list(contract.contract), name
    document = json.loads((folder / "study.json").read_text(encoding="utf-8"))["ladder"]
    assert document["plan"]["status"] == "optimal"
    assert set(document["columns"]) == {"variants", "differences", *TABLES}
    text = (folder / "summary.txt").read_text(encoding="utf-8")
    assert "never add these rows" in text
    assert "[red]" in text
    assert "\x1b" not in text
