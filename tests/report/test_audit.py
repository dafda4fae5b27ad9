"""The audit passes a true plan and names the table in which something was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.errors import AuditError
from planner.frames import numbers
from planner.planning import plan
from planner.report.audit import TOLERANCE, audit
from planner.report.results import Results
from planner.solve.lp import Status

RADAR = "harbour_radar,Harbour radar,fixed,fji,1,8760,10,USD,police,178.42,-18.13,60,1.5,,,,assumed\n"
Planned = tuple[Case, Results]
Change = Callable[[pd.DataFrame], pd.DataFrame]


def make_folder(folder: Path, objective: str = "coverage") -> Path:
    """The case of `planner new`, with a radar, targets that are missed, and few satellite hours."""
    write_new_case(folder)
    for file, old, new in (
        ("areas.geojson", '"target_coverage": 0.3', '"target_coverage": 0.9'),
        ("case.toml", "target_coverage = 0.2", "target_coverage = 0.7"),
        ("case.toml", "spacing_nm = 60", "spacing_nm = 150"),
        ("case.toml", 'objective = "coverage"', f'objective = "{objective}"'),
        ("sensors.csv", "satellite,partner_air,1,500", "satellite,partner_air,1,100"),
        ("bases.csv", "vessel;aircraft,4000", "vessel;aircraft,300"),
        ("programmes.csv", "AUD,vessel,", "AUD,vessel;fixed,"),
    ):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new), encoding="utf-8")
    with (folder / "sensors.csv").open("a", encoding="utf-8") as file_object:
        file_object.write(RADAR)
    return folder


@pytest.fixture(scope="module", params=["coverage", "shortfall"])
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    case = read_case(make_folder(tmp_path_factory.mktemp("audit") / "case", request.param))
    return case, plan(case)


def test_the_case_has_something_of_everything(planned: Planned) -> None:
    _, results = planned
    used = set(results.missions["asset_id"])
    assert used == {"patrol_boat", "survey_plane", "radar_scenes", "harbour_radar"}
    assert results.areas["shortfall_km2"].min() > 0.0
    assert (results.prices.set_index("limit_kind")["price"].groupby(level=0).max() >= 0.0).all()


def test_a_true_plan_passes(planned: Planned) -> None:
    audit(*planned)


def raised(row: int, column: str, by: float = 1e-3) -> Change:
    """One number of a table times 1 + by."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.copy()
        column_number = table.columns.get_loc(column)
        assert table.iloc[row, column_number] != 0.0, f"{column} is zero in row {row}: nothing would change"
        table.iloc[row, column_number] *= 1.0 + by
        return table

    return change


def put(row: int, column: str, value: object) -> Change:
    """One value of a table replaced."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.copy()
        column_number = table.columns.get_loc(column)
        assert table.iloc[row, column_number] != value
        table.iloc[row, column_number] = value
        return table

    return change


def without(row: int) -> Change:
    return lambda table: table.drop(index=row).reset_index(drop=True)


def twice(row: int) -> Change:
    return lambda table: pd.concat([table, table.iloc[[row]]], ignore_index=True)


TAMPERED = [
    ("missions", raised(0, "distance_nm"), "distance_nm"),
    ("missions", raised(0, "mission_hours"), "mission_hours"),
    ("missions", raised(0, "on_station_hours"), "on_station_hours"),
    ("missions", raised(0, "swept_km2"), "swept_km2"),
    ("missions", raised(0, "coverage_factor"), "coverage_factor"),
    ("missions", raised(0, "cost"), "missions.csv cost"),
    ("missions", raised(0, "missions"), "missions.csv"),
    ("missions", without(0), "coverage_factor"),
    ("missions", put(0, "base_id", "east_port"), "may not use east_port"),
    ("allocation", raised(0, "missions"), "allocation.csv missions"),
    ("allocation", raised(0, "mission_hours"), "allocation.csv mission_hours"),
    ("allocation", raised(0, "on_station_hours"), "allocation.csv on_station_hours"),
    ("allocation", raised(0, "swept_km2"), "allocation.csv swept_km2"),
    ("allocation", raised(0, "cost"), "allocation.csv cost"),
    ("allocation", put(0, "area_id", "east"), "allocation.csv"),
    ("funding", raised(0, "amount"), "programmes pay"),
    ("funding", without(0), "programmes pay"),
    ("funding", put(0, "programme_id", "eyes"), "eyes may not fund patrol_boat"),
    ("programmes", raised(0, "spent"), "programmes.csv spent"),
    ("programmes", raised(0, "budget"), "programmes.csv budget"),
    ("programmes", raised(0, "target_km2"), "programmes.csv target_km2"),
    ("programmes", raised(0, "covered_km2"), "programmes.csv covered_km2"),
    ("programmes", raised(0, "shortfall_km2"), "programmes.csv shortfall_km2"),
    ("prices", raised(0, "used"), "prices.csv used"),
    ("prices", raised(0, "limit"), "prices.csv limit"),
    ("cells", raised(0, "coverage_factor"), "cells.csv coverage_factor"),
    ("cells", raised(0, "pod"), "cells.csv pod"),
    ("cells", raised(0, "area_km2"), "area_km2"),
    ("areas", raised(0, "area_km2"), "areas.csv area_km2"),
    ("areas", raised(0, "coverage"), "areas.csv coverage"),
    ("areas", raised(0, "covered_km2"), "areas.csv covered_km2"),
    ("areas", raised(0, "shortfall_km2"), "areas.csv shortfall_km2"),
    ("areas", put(0, "met", True), "areas.csv met"),
    ("gaps", raised(0, "shortfall_km2"), "gaps.csv"),
    ("gaps", raised(0, "target_km2"), "gaps.csv target_km2"),
    ("gaps", raised(0, "covered_km2"), "gaps.csv covered_km2"),
    ("gaps", raised(-1, "shortfall_km2"), "gaps.csv"),
    ("missions", put(0, "asset_id", "ghost"), "missions.csv asset_id: ghost is not known"),
    ("missions", put(0, "cell_id", "nowhere"), "missions.csv cell_id: nowhere is not known"),
    ("missions", twice(0), "missions.csv .* a row too many"),
    ("missions", put(0, "cost", float("inf")), "missions.csv cost: inf is not a finite number"),
    ("allocation", without(0), "allocation.csv .* no row for"),
    ("allocation", twice(0), "allocation.csv .* two rows for"),
    ("programmes", raised(0, "price_km2_per_million"), "programmes.csv price_km2_per_million"),
    ("programmes", put(0, "donor", "nobody"), "programmes.csv donor"),
    ("programmes", without(0), "programmes.csv programme_id: no row"),
    ("prices", put(0, "price", -1.0), "prices.csv price: -1.0 is negative"),
    ("prices", put(0, "price", float("nan")), "prices.csv price: nan is not a finite number"),
    ("prices", put(0, "limit", float("inf")), "prices.csv limit: inf is not a finite number"),
    ("prices", put(0, "unit", "km2 per day"), "prices.csv unit"),
    ("prices", without(0), "prices.csv limit_kind, id: no row for asset_hours"),
    ("cells", put(0, "gap_cause", "bad_luck"), "cells.csv gap_cause: bad_luck is not a cause"),
    ("cells", put(0, "gap_cause", "none"), "cells.csv gap_cause"),
    ("cells", put(0, "gap_cause", "out_of_range"), "cells.csv gap_cause out_of_range"),
    ("cells", raised(0, "risk_weight"), "cells.csv risk_weight"),
    ("areas", raised(0, "target_coverage"), "areas.csv target_coverage"),
    ("areas", raised(0, "risk_weight"), "areas.csv risk_weight"),
    ("areas", put(0, "coastal_state", "ATL"), "areas.csv coastal_state"),
    ("gaps", without(0), "gaps.csv programme_id, area_id: no row"),
    ("gaps", raised(-1, "covered_km2"), "gaps.csv covered_km2 of total"),
]


@pytest.mark.parametrize(
    ("name", "change", "named"),
    TAMPERED,
    ids=[f"{name}-{named}-{n}" for n, (name, _, named) in enumerate(TAMPERED)],
)
def test_a_change_of_one_value_is_found(planned: Planned, name: str, change: Change, named: str) -> None:
    case, results = planned
    with pytest.raises(AuditError, match=named) as caught:
        audit(case, replace(results, **{name: change(getattr(results, name))}))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(("kind", "number"), [("budget", 0), ("budget", 1), ("base_capacity", 0)])
def test_what_is_used_of_every_kind_of_limit(planned: Planned, kind: str, number: int) -> None:
    case, results = planned
    row = int(np.flatnonzero(results.prices["limit_kind"] == kind)[number])
    with pytest.raises(AuditError, match=r"prices\.csv used"):
        audit(case, replace(results, prices=raised(row, "used")(results.prices)))


@pytest.mark.parametrize("column", ["asset_hours_km2", "budget_km2"])
def test_causes_that_do_not_add_up(planned: Planned, column: str) -> None:
    case, results = planned
    row = int(np.flatnonzero(results.gaps[column] > 0.0)[0])
    with pytest.raises(AuditError, match=r"gaps\.csv causes"):
        audit(case, replace(results, gaps=raised(row, column)(results.gaps)))
    row = int(np.flatnonzero(results.areas[column] > 0.0)[0])
    with pytest.raises(AuditError, match=r"areas\.csv causes"):
        audit(case, replace(results, areas=raised(row, column)(results.areas)))


@pytest.mark.parametrize(
    ("asset", "column", "named"),
    [
        ("radar_scenes", "swept_km2", "satellite swept_km2"),
        ("radar_scenes", "coverage_factor", "satellite coverage_factor"),
        ("radar_scenes", "cost", "satellite cost"),
        ("radar_scenes", "mission_hours", "satellite mission_hours"),
        ("harbour_radar", "cost", "fixed sensor cost"),
        ("survey_plane", "cost", r"missions\.csv cost"),
    ],
)
def test_missions_of_every_kind(planned: Planned, asset: str, column: str, named: str) -> None:
    case, results = planned
    row = int(np.flatnonzero(results.missions["asset_id"] == asset)[0])
    with pytest.raises(AuditError, match=named):
        audit(case, replace(results, missions=raised(row, column)(results.missions)))


def test_a_radar_that_sees_more_than_it_can(planned: Planned) -> None:
    case, results = planned
    missions = results.missions.copy()
    of_radar = missions["asset_id"] == "harbour_radar"
    missions.loc[of_radar, "coverage_factor"] = 1.6  # 1.5 is what a year of one unit adds
    with pytest.raises(AuditError, match="coverage factor of harbour_radar"):
        audit(case, replace(results, missions=missions))


@pytest.mark.parametrize("column", ["coverage_factor", "swept_km2"])
@pytest.mark.parametrize("by", [0.999, 1.001])
def test_a_radar_that_sees_other_than_it_does(planned: Planned, column: str, by: float) -> None:
    """Its coverage factor in every cell is that of its hours and its footprint, no less and no more."""
    case, results = planned
    missions = results.missions.copy()
    missions.loc[missions["asset_id"] == "harbour_radar", column] *= by
    with pytest.raises(AuditError, match=f"missions.csv {column}: fixed sensor .* of harbour_radar"):
        audit(case, replace(results, missions=missions))


def test_the_rows_of_two_areas_exchanged(planned: Planned) -> None:
    """Every sum is right, and every figure stands in the wrong row."""
    case, results = planned
    exchanged = results.gaps.copy()
    assert exchanged.loc[0, "programme_id"] == exchanged.loc[1, "programme_id"]
    exchanged.loc[[0, 1], "area_id"] = exchanged.loc[[1, 0], "area_id"].to_numpy()
    with pytest.raises(AuditError, match=r"gaps\.csv target_km2"):
        audit(case, replace(results, gaps=exchanged))


@pytest.mark.parametrize(("cause", "other"), [("out_of_range", "asset_hours"), ("no_access", "budget")])
def test_causes_that_need_no_price_are_worked_out_again(planned: Planned, cause: str, other: str) -> None:
    """A part of the shortfall that moved from one cause to another is found though the sum is the same."""
    case, results = planned
    row = int(np.flatnonzero(results.gaps[f"{other}_km2"] > 0.0)[0])
    moved = results.gaps.copy()
    moved.loc[row, f"{cause}_km2"] += 0.5 * moved.loc[row, f"{other}_km2"]
    moved.loc[row, f"{other}_km2"] *= 0.5
    with pytest.raises(AuditError, match=rf"gaps\.csv {cause}_km2"):
        audit(case, replace(results, gaps=moved))


@pytest.mark.parametrize("name", ["plan_value", "bound", "idle_value", "gap_tolerance"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_certificate_of_no_numbers(planned: Planned, name: str, value: float) -> None:
    case, results = planned
    with pytest.raises(AuditError, match=rf"run\.json {name}"):
        audit(case, replace(results, certificate=replace(results.certificate, **{name: value})))


def test_a_plan_is_optimal_only_with_its_proof(planned: Planned) -> None:
    case, results = planned
    proof = replace(results.certificate, bound=0.9 * results.certificate.plan_value)
    with pytest.raises(AuditError, match=r"run\.json status: optimal"):
        audit(case, replace(results, certificate=proof))
    audit(case, replace(results, certificate=proof, status=Status.ROUND_LIMIT))


@pytest.mark.parametrize("end", ["plan_value", "bound"])
def test_a_certificate_that_is_not_the_plan_s(planned: Planned, end: str) -> None:
    case, results = planned
    proof = results.certificate
    changed = {"plan_value": proof.plan_value * 1.001, "bound": proof.plan_value * 1.001}[end]
    with pytest.raises(AuditError, match=end.replace("bound", "the bound")):
        audit(case, replace(results, certificate=replace(proof, **{end: changed})))


def test_limits_of_the_case_that_are_broken(planned: Planned) -> None:
    """The same plan against a case with a little less of everything."""
    case, results = planned
    less = 0.999
    used = results.missions.groupby("asset_id")["mission_hours"].sum()
    assets = case.assets.assign(units=1.0, hours_per_unit=numbers(case.assets["asset_id"].map(used)) * less)
    with pytest.raises(AuditError, match="hours of patrol_boat"):
        audit(replace(case, assets=assets), results)
    budgets = case.programmes.assign(budget=case.programmes["budget"] * less)
    with pytest.raises(AuditError, match="spending of"):
        audit(replace(case, programmes=budgets), results)
    at_base = results.missions.groupby("base_id")["mission_hours"].sum()["east_port"]
    bases = case.bases.assign(capacity_hours=[np.inf, at_base * less])
    with pytest.raises(AuditError, match="hours from base of east_port"):
        audit(replace(case, bases=bases), results)


def test_work_without_consent_is_found(planned: Planned) -> None:
    case, results = planned
    with pytest.raises(AuditError, match="without access"):
        audit(replace(case, access=case.access.iloc[:0]), results)


def test_consent_is_asked_of_the_missions_themselves(planned: Planned) -> None:
    """A mission in water without consent is found though the allocation hides it in another area."""
    case, results = planned
    access = pd.DataFrame(
        {"operator": ["partner_air", "fji"], "areas": [("west",), ("east",)], "basis": "test"}
    )
    placed = results.missions.merge(results.cells[["cell_id", "area_id"]])
    assert ((placed["asset_id"] == "radar_scenes") & (placed["area_id"] == "east")).any()
    hidden = results.allocation.assign(area_id="west")
    with pytest.raises(AuditError, match=r"radar_scenes works in .* without access"):
        audit(replace(case, access=access), replace(results, allocation=hidden))


def test_all_findings_are_listed(planned: Planned) -> None:
    case, results = planned
    with pytest.raises(AuditError) as caught:
        audit(
            case,
            replace(
                results,
                programmes=raised(0, "spent")(results.programmes),
                cells=raised(0, "pod")(results.cells),
            ),
        )
    assert "programmes.csv spent" in str(caught.value)
    assert "cells.csv pod" in str(caught.value)


def test_rounding_passes_and_more_does_not(planned: Planned) -> None:
    case, results = planned
    audit(case, replace(results, cells=raised(0, "pod", 0.5 * TOLERANCE)(results.cells)))
    with pytest.raises(AuditError, match=r"cells\.csv pod"):
        audit(case, replace(results, cells=raised(0, "pod", 3 * TOLERANCE)(results.cells)))


def test_not_a_number_is_a_difference(planned: Planned) -> None:
    case, results = planned
    with pytest.raises(AuditError, match=r"areas\.csv coverage"):
        audit(case, replace(results, areas=put(0, "coverage", float("nan"))(results.areas)))
