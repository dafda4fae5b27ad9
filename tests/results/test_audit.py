"""The audit passes a true plan and names the table in which something was changed."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner.case import read_case
from planner.core.fairness import FairShares
from planner.errors import AuditError
from planner.frames import numbers
from planner.results.audit import TOLERANCE, audit
from planner.results.results import Results
from planner.results.summary import fairness_line, summary_text
from planner.solve.solver import Status
from tests.results.conftest import Planned, make_folder, plan, replace_in

Change = Callable[[pd.DataFrame], pd.DataFrame]
Row = int | dict[str, str]


def find(table: pd.DataFrame, row: Row) -> int:
    """Position of a row: a number, or the first with these values."""
    if isinstance(row, int):
        return range(len(table))[row]
    return int(np.flatnonzero((table[list(row)] == pd.Series(row)).all(axis=1))[0])


def raised(row: Row, column: str, by: float = 1e-3) -> Change:
    """One number of a table times 1 + by."""
    return lambda table: put(row, column, table[column].iloc[find(table, row)] * (1.0 + by))(table)


def put(row: Row, column: str, value: object) -> Change:
    """One value of a table replaced."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table, place = table.copy(), (find(table, row), table.columns.get_loc(column))
        assert table.iloc[place] != value, "nothing would change"
        table.iloc[place] = value
        return table

    return change


def without(row: int) -> Change:
    return lambda table: table.drop(index=row).reset_index(drop=True)


def twice(row: int) -> Change:
    return lambda table: pd.concat([table, table.iloc[[row]]], ignore_index=True)


def moved(cause: str) -> Change:
    """A part of a mandate's shortfall that moved to a cause, though the sum is the same."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        changed: Any = table.copy()
        ids = ["level", "programme_id", "area_id"]
        largest = table[table["level"] == "programme"]["km2"].idxmax()
        same = (changed[ids] == changed.loc[largest, ids]).all(axis=1) & (table["cause"] == cause)
        changed.loc[same, "km2"] += 0.4 * changed.loc[largest, "km2"]
        changed.loc[largest, "km2"] *= 0.6
        return changed

    return change


def moved_out_of_reach(table: pd.DataFrame) -> pd.DataFrame:
    """All of the areas' want of hours called out of reach, in every sum."""
    table = table.copy()
    some = table["level"].isin(["all", "area"])
    hours, beyond = (some & (table["cause"] == cause) for cause in ("hours", "out_of_reach"))
    table.loc[beyond, "km2"] = table["km2"][beyond].to_numpy() + table["km2"][hours].to_numpy()
    table.loc[hours, "km2"] = 0.0
    return table


SCENES, RADAR = {"asset_id": "radar_scenes"}, {"asset_id": "harbour_radar"}
SOFT = {"limit_id": "eyes_west"}
Tampered = tuple[str, Change, str]
FIGURES: list[Tampered] = [
    ("missions", raised(0, "distance_nm"), "missions.csv distance_nm"),
    ("missions", raised(0, "on_station_hours"), "missions.csv on_station_hours"),
    ("missions", raised(0, "cost"), "missions.csv cost"),
    ("missions", raised(SCENES, "swept_km2"), "missions.csv swept_km2: .* radar_scenes"),
    ("missions", raised(RADAR, "coverage_factor"), "missions.csv coverage_factor: .* harbour_radar"),
    ("missions", raised(RADAR, "mission_hours"), "missions.csv mission_hours: .* harbour_radar"),
    ("allocation", raised(0, "swept_km2"), "allocation.csv swept_km2"),
    ("programmes", raised(0, "spent"), "programmes.csv spent"),
    ("programmes", raised(0, "shadow_price_km2_per_million"), "programmes.csv shadow_price_km2_per_million"),
    ("programmes", put(0, "donor", "nobody"), "programmes.csv donor"),
    ("prices", raised({"limit_kind": "base_capacity"}, "used"), "prices.csv used"),
    ("prices", raised({"limit_kind": "budget"}, "limit"), "prices.csv limit"),
    ("cells", raised(0, "pod"), "cells.csv pod"),
    ("cells", raised(0, "risk_weight"), "cells.csv risk_weight"),
    ("cells", put(0, "cause", "bad_luck"), "cells.csv cause: reported bad_luck"),
    ("areas", put(0, "met", True), "areas.csv met"),
    ("areas", put(0, "largest_cause", "out_of_reach"), "areas.csv largest_cause"),
    ("gaps", raised(-1, "covered_km2"), "gaps.csv covered_km2"),
    ("gaps", put(0, "largest_cause", "beyond"), "gaps.csv largest_cause"),
    ("causes", raised({"level": "area", "cause": "hours"}, "km2"), "causes.csv km2: .* area, all"),
    ("rungs", raised({"rung": "money"}, "shortfall_km2"), "rungs.csv of all"),
    ("rungs", put({"rung": "money"}, "bound", 1e12), "rungs.csv: money of all is not proven"),
    ("rungs", put({"rung": "money"}, "gap", 0.5), "rungs.csv: money of all is not proven"),
    ("limits", raised(SOFT, "shortfall"), "limits.csv shortfall"),
    ("limits", raised(SOFT, "paid"), "limits.csv paid"),
    ("limits", put(SOFT, "shadow_price", 1e9), "is above its penalty"),
    ("limits", put(0, "hard", False), "limits.csv hard"),
]
"""Figures that no other figure is worked out from: each must be found, whatever else is wrong."""
BATCHES: list[list[Tampered]] = [
    [
        ("missions", raised(0, "missions"), "missions.csv mission_hours"),
        ("funding", raised(0, "amount"), "programmes pay"),
        ("prices", put(0, "shadow_price", -1.0), "prices.csv shadow_price: -1.0 is negative"),
        ("cells", put(0, "cause", "none"), "cells.csv cause: reported none"),
        ("areas", raised(0, "shortfall_km2"), "areas.csv shortfall_km2"),
        ("causes", moved("beyond"), "rungs.csv of"),
    ],
    [
        ("missions", raised(SCENES, "cost"), "missions.csv cost: .* radar_scenes"),
        ("funding", put(0, "programme_id", "eyes"), "eyes may not fund patrol_boat"),
        ("causes", moved_out_of_reach, "are out of reach"),
    ],
    [
        ("missions", put(0, "cost", float("inf")), "missions.csv cost: inf is not a finite number"),
        ("cells", put(0, "cause", "out_of_reach"), "cells.csv cause: reported out_of_reach"),
        ("causes", without(0), "causes.csv km2"),
    ],
    [("missions", without(0), "cells.csv coverage_factor")],
    [
        ("missions", twice(0), "missions.csv .* a row too many"),
        ("allocation", put(0, "area_id", "east"), "allocation.csv .* no row for"),
        ("prices", without(0), "prices.csv limit_kind, id: no row for asset_hours"),
        ("limits", put(0, "area_id", "east"), "limits.csv limit_id, area_id"),
    ],
    [("missions", put(0, "base_id", "east_port"), "may not use east_port")],
    [("missions", put(0, "asset_id", "ghost"), "missions.csv asset_id: ghost is not known")],
]
"""Changes that hide others, so that they are tried apart."""


@pytest.fixture(scope="module")
def tried(planned_by: Callable[[str], Planned]) -> Planned:
    return planned_by("coverage")


def test_a_true_plan_has_something_of_everything_and_passes(planned: Planned) -> None:
    case, results = planned
    audit(case, results)
    fleet = {"patrol_boat", "survey_plane", "radar_scenes", "harbour_radar"}
    assert set(results.missions["asset_id"]) == fleet
    assert results.areas["shortfall_km2"].min() > 0.0
    assert results.limits["paid"].max() > 0.0


@pytest.mark.parametrize("batch", [FIGURES, *BATCHES])
def test_every_value_that_was_changed_is_found(tried: Planned, batch: list[Tampered]) -> None:
    """Also by who reads a folder: without the ledger."""
    case, results = tried
    changed = replace(results, ledger=None)
    for name, change, _ in batch:
        changed = replace(changed, **{name: change(getattr(changed, name))})
    with pytest.raises(AuditError) as caught:
        audit(case, changed)
    assert [said for _, _, said in batch if not re.search(said, str(caught.value))] == []
    assert caught.value.exit_code == 3


def test_rounding_passes_more_does_not_and_all_findings_are_listed(tried: Planned) -> None:
    case, results = tried
    audit(case, replace(results, cells=raised(0, "pod", 0.5 * TOLERANCE)(results.cells), ledger=None))
    spent = raised(0, "spent", 3 * TOLERANCE)(results.programmes)
    with pytest.raises(AuditError) as caught:
        audit(case, replace(results, programmes=spent, cells=raised(0, "pod", 3 * TOLERANCE)(results.cells)))
    assert "programmes.csv spent" in str(caught.value)
    assert "cells.csv pod" in str(caught.value)


def test_rows_of_two_areas_exchanged(tried: Planned) -> None:
    """Every sum is right, and every figure is in the wrong row."""
    case, results = tried
    exchanged = results.gaps.copy()
    exchanged.loc[[0, 1], "area_id"] = exchanged.loc[[1, 0], "area_id"].to_numpy()
    with pytest.raises(AuditError, match=r"gaps\.csv target_km2"):
        audit(case, replace(results, gaps=exchanged))


def test_a_certificate_that_is_not_the_plan_s(tried: Planned) -> None:
    case, results = tried
    proof, names = results.certificate, ("value", "bound", "tolerance")
    more = {name: 1.001 * (proof.tolerance if name == "tolerance" else proof.value) for name in names}
    for changed in (dict.fromkeys(names, float("nan")), more):
        with pytest.raises(AuditError) as caught:
            audit(case, replace(results, certificate=replace(proof, **changed)))
        assert all(f"run.json {name}" in str(caught.value) for name in names)


def test_a_plan_is_optimal_only_with_its_proof(tried: Planned) -> None:
    case, results = tried
    proof = replace(results.certificate, bound=0.9 * results.certificate.value)
    with pytest.raises(AuditError, match=r"run\.json status: optimal"):
        audit(case, replace(results, certificate=proof))
    audit(case, replace(results, certificate=proof, status=Status.ROUND_LIMIT))


def test_the_same_plan_against_a_case_with_less(tried: Planned) -> None:
    case, results = tried
    used = results.missions.groupby("asset_id")["mission_hours"].sum()
    hours = numbers(case.assets["asset_id"].map(used)) * 0.999
    at_base = results.missions.groupby("base_id")["mission_hours"].sum()["east_port"] * 0.999
    tighter = case.limits["least"].where(case.limits["limit_id"] != "watch", 0.99)
    for changed, said in (
        ({"assets": case.assets.assign(units=1.0, hours_per_unit=hours)}, "asset_hours of patrol_boat"),
        ({"programmes": case.programmes.assign(budget=case.programmes["budget"] * 0.5)}, "budget of"),
        ({"bases": case.bases.assign(capacity_hours=[np.inf, at_base])}, "base_capacity of east_port"),
        ({"access": case.access.iloc[:0]}, "without access"),
        ({"limits": case.limits.assign(least=tighter)}, "watch, west: the shortfall of the hard limit"),
    ):
        with pytest.raises(AuditError, match=said):
            audit(replace(case, **changed), results)


def test_access_is_asked_of_the_missions_themselves(tried: Planned) -> None:
    """A mission in water without access is found though the allocation hides it in another area."""
    case, results = tried
    access = pd.DataFrame(
        {"operator": ["partner_air", "fji"], "areas": [("west",), ("east",)], "basis": "test"}
    ).assign(tasks=[()] * 2, kinds=[()] * 2)
    hidden = results.allocation.assign(area_id="west").groupby(["asset_id", "base_id", "area_id"]).sum()
    with pytest.raises(
        AuditError, match=r"radar_scenes works in east without access|no row for radar_scenes"
    ):
        audit(replace(case, access=access), replace(results, allocation=hidden.reset_index()))


def test_fairness(planned: Planned) -> None:
    case, results = planned
    shares = results.fairness
    assert (shares is None) == (results.objective != "fair")
    if shares is None:
        return
    assert shares.gap <= case.settings.solver.gap_tolerance
    wrong = replace(_last_level(shares, ratio=1.001), smallest_ratio=2.0, bound=shares.bound * 1.1)
    of_level = f"level {len(shares.levels)}: "
    for changed, said in (
        (wrong, ("smallest_ratio", "not that of the first level", f"{of_level}ratio")),
        (_last_level(shares, bound=0.9), ("is below the ratio",)),
        (_last_level(shares, bound=1.1), (f"{of_level}optimal, but the gap",)),
        (replace(shares, areas=("west",)), ("areas with a target are missing",)),
        (None, ("fairness: missing",)),
    ):
        with pytest.raises(AuditError) as caught:
            audit(case, replace(results, fairness=changed))
        assert [one for one in said if one not in str(caught.value)] == []


def _last_level(shares: FairShares, **factors: float) -> FairShares:
    """With figures of the last level times factors."""
    *others, last = shares.levels
    last = replace(last, **{name: getattr(last, name) * factor for name, factor in factors.items()})
    return replace(shares, levels=(*others, last))


LEDGER: list[tuple[str, Change, str]] = [
    ("resources", raised({"kind": "hours", "asset_id": "survey_plane"}, "used"), "ledger used"),
    ("usage", raised({"kind": "budget"}, "amount"), "ledger"),
    (
        "usage",
        raised({"kind": "account", "asset_id": "patrol_boat"}, "amount"),
        "ledger: account, patrol_boat",
    ),
    ("resources", put({"kind": "places"}, "capacity", 1.0), "ledger: places, east_port"),
    ("resources", put({"kind": "spending", "limit_id": "patrols_spend"}, "capacity", -1e9), "patrols_spend"),
    (
        "resources",
        put({"kind": "budget", "programme_id": "eyes"}, "shadow_price", 9.0),
        "prices.csv shadow_price",
    ),
    ("effect", raised(0, "factor"), "cells.csv coverage_factor against the ledger"),
]


def test_the_ledger_balances_and_the_tables_are_its_pivots(tried: Planned) -> None:
    case, results = tried
    changed = results.ledger
    assert changed is not None
    for frame, change, _ in LEDGER:
        changed = replace(changed, **{frame: change(getattr(changed, frame))})
    with pytest.raises(AuditError) as caught:
        audit(case, replace(results, ledger=changed))
    assert [said for _, _, said in LEDGER if not re.search(said, str(caught.value))] == []


def test_limits_are_reported_as_they_are(planned: Planned) -> None:
    _, results = planned
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
    # beside 90 % for east a half for west is out of the question: 0.4 of what eyes spends is missing, or more
    spent = results.programmes.set_index("programme_id")["spent"]
    missed = table.loc[("eyes_west", "west")]
    assert missed["shortfall"] >= 0.4 * spent["eyes"] * (1 - 1e-6)
    assert missed["paid"] == pytest.approx(100 / 0.65 * missed["shortfall"] / 1e6)
    assert missed["shadow_price"] == pytest.approx(100 / 0.65), "one million less would save the penalty"
    assert missed["unit"] == "km2 per million USD"
    assert table.loc[("patrols_spend", ""), "least"] == pytest.approx(130_000)
    text = " ".join(summary_text(results).split())
    assert "Limits (money in USD)" in text
    assert "eyes_west: eyes in west" in text
    assert "and penalties (of " in text
    assert ("Fair: every area gets at least" in text) == (results.objective == "fair")


def test_areas_that_nothing_reaches_are_left_out_with_a_warning(tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path / "case", "fair", limits="limit_id,kind,programme,areas,least,penalty,currency,source\n"
    )
    for file, old, new in (
        ("sensors.csv", "satellite,partner_air,1,100", "satellite,partner_air,0,100"),
        ("assets.csv", "partner_air,east_port,1,700", "partner_air,east_port,0,700"),
        ("access.csv", "fji,east,Example of a boarding agreement between the two states,assumed\n", ""),
    ):
        replace_in(folder / file, old, new)
    results: Results = plan(read_case(folder))
    assert results.fairness is not None
    assert results.fairness.left_out == ("east",)
    warning = next(one for one in results.warnings if one.value == "east")
    assert warning.file == "areas.geojson"
    assert "is left out of the fair shares" in warning.rule
    text = " ".join(summary_text(results).split())
    assert "1 area that nothing usable reaches left out" in text
    west = results.areas.set_index("area_id").loc["west"]
    least = west["coverage"] / west["target_coverage"]
    assert f"every area with a target has at least {least:.1%} of it covered (1 area left out)" in text
    whole = replace(results.fairness, smallest_ratio=1.0, bound=1.0, gap=0.0, levels=(), left_out=())
    assert fairness_line(whole) == (
        "Fair: every area gets its whole target before coverage counts (optimality gap 0.0e+00)"
    )


def test_a_fair_plan_where_nothing_can_be_covered_is_one_of_nothing(tmp_path: Path) -> None:
    header = "limit_id,kind,programme,areas,least,penalty,currency,source\n"
    folder = make_folder(tmp_path / "case", "fair", limits=header)
    results: Results = plan(read_case(folder, {"programmes.*.budget": 0}))
    assert results.status is Status.OPTIMAL
    assert results.fairness == FairShares(0.0, 0.0, 0.0, (), ("west", "east"))
    assert not results.areas["covered_km2"].any()
    text = " ".join(summary_text(results).split())
    assert "Optimal within the tolerance: nothing usable reaches any area with a target." in text
    assert "Fair: nothing usable reaches any of the 2 areas with a target" in text


@pytest.mark.parametrize("objective", ["shortfall", "coverage", "fair"])
@pytest.mark.parametrize("hard", [True, False])
def test_limits_are_all_that_counts_where_no_area_has_a_weight(
    tmp_path: Path, objective: str, hard: bool
) -> None:
    folder = tmp_path / "case"
    shutil.copytree(Path(__file__).parents[2] / "inputs" / "tiny", folder)
    header = "limit_id,kind,programme,areas,least,penalty,currency,source\n"
    rows = f"a,least_coverage,,eastern,0.9,3,,\nb,least_coverage,,dateline,0.1,{'' if hard else 3},,\n"
    (folder / "limits.csv").write_text(header + rows, "utf-8")
    changes = {"areas.*.risk_weight": 0, "objective": objective, "solver.gap_tolerance": 1e-4}
    results = planner.plan(read_case(folder, changes), causes=False)  # with its audit
    short = results.limits.set_index("limit_id")["shortfall"]
    assert results.certificate.proven
    assert results.certificate.value == pytest.approx(3.0 * short["a"], rel=1e-9)
    if objective != "fair":
        # 10 % of the dateline zone are the boat's, C = 2 x 0.0557 with half of its money; all 160 h of the
        # plane go to the eastern zone, of which exp(-160 x 0.01037161) stay unseen
        missing = 24_617.9 * (math.exp(-160 * 0.01037161) - 0.1)
        assert short["a"] == pytest.approx(missing, rel=1e-3)
