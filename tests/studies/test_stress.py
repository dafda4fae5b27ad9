"""Contingencies: the tiny case by hand, laws, equality with cases without what is lost, files."""

from __future__ import annotations

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
from planner.case import read_case
from planner.case.new import write_new_case
from planner.case.scenarios import Stress
from planner.errors import NoPlanError
from planner.features.fleet import fleet_table
from planner.jobs import Jobs
from planner.results.plain_text import plain
from planner.studies.contingencies import Plan, contingencies, contingency
from planner.studies.edits import with_rows
from planner.studies.engine import base_plan
from planner.studies.kinds.stress import TABLES
from planner.studies.study import require_proofs
from tests import pacific
from tests.studies.conftest import (
    BOAT,
    DATELINE,
    EASTERN,
    PLANE_DATELINE,
    PLANE_EASTERN,
    SMALL,
    TINY,
    VALUE,
    missing_of_readme,
    one,
    same_tables,
    water_filling,
    written,
)

CLOSED = """
[stress.closed]
title = "Airfield closed for half of the year"
bases = ["airfield"]
share = 0.5
"""


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases") / "tiny"
    shutil.copytree(TINY, folder)
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(CLOSED)
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stress") / "part"


@pytest.fixture(scope="module")
def tiny(closed: Path, store: Path) -> planner.Study:
    return planner.stress(closed, jobs=Jobs(store=store))


def loss_of(found: planner.Study, kind: str, key: str, row: int = 0) -> pd.Series:
    return one(found["losses"], kind=kind, id=key, row=row)


def held(row: pd.Series, as_planned: float, best: float) -> None:
    assert row["lost"] == pytest.approx(as_planned - VALUE, rel=1e-3)
    assert row["lost_reoptimised"] == pytest.approx(best - VALUE, rel=1e-3)
    assert row["saved"] == pytest.approx(as_planned - best, rel=1e-2, abs=2.0)


def test_without_the_plane_by_hand(tiny: planner.Study) -> None:
    # As planned the boat sails its 4 missions; re-optimised the five that its hours allow. The plane's only
    # base and the operator's only access take it away as well.
    as_planned = DATELINE * math.exp(-4 * BOAT) + EASTERN
    best = DATELINE * math.exp(-5 * BOAT) + EASTERN
    for kind, key, row in (("asset", "plane", 0), ("base", "airfield", 0), ("access", "air_company", 1)):
        held(loss_of(tiny, kind, key, row), as_planned, best)


def test_without_the_boat_by_hand(tiny: planner.Study) -> None:
    # As planned the plane's coverage factors stay: 0.70453 - 0.22284 and 0.88793. Re-optimised its 160 h are
    # split without the boat.
    as_planned = DATELINE * math.exp(-(0.70453 - 4 * BOAT)) + EASTERN * math.exp(-0.88793)
    for kind, key in (("asset", "boat"), ("base", "harbour")):
        held(loss_of(tiny, kind, key), as_planned, water_filling(160, 0))


def test_without_a_programme_by_hand(tiny: planner.Study) -> None:
    # boat_fund pays 200,000 of the boat's 400,000 and open_fund the rest: each takes half of its missions
    # away. Without boat_fund 1,000,000 still pay for 160 h of the plane and two missions.
    as_planned = DATELINE * math.exp(-(0.70453 - 2 * BOAT)) + EASTERN * math.exp(-0.88793)
    held(loss_of(tiny, "programme", "boat_fund"), as_planned, water_filling(160, 2))
    # open_fund pays for all of the plane too; what is left, either way, are boat_fund's two missions
    left = DATELINE * math.exp(-2 * BOAT) + EASTERN
    row = loss_of(tiny, "programme", "open_fund")
    held(row, left, left)
    assert row["saved_share"] == pytest.approx(0, abs=1e-6)
    assert row["rank"] == 1


def test_half_a_year_by_hand(tiny: planner.Study) -> None:
    # Half of the plane's hours fall away in both zones. Re-optimised it has 80 h, and its money sails the
    # boat for the five missions that its hours allow.
    dateline = 4 * BOAT + (0.70453 - 4 * BOAT) / 2
    as_planned = DATELINE * math.exp(-dateline) + EASTERN * math.exp(-0.88793 / 2)
    row = loss_of(tiny, "named", "closed")
    held(row, as_planned, water_filling(80, 5))
    assert (row["title"], row["share"]) == ("Airfield closed for half of the year", 0.5)


def test_where(tiny: planner.Study) -> None:
    areas = tiny["areas"]
    rows = areas[(areas["kind"] == "asset") & (areas["id"] == "plane")].set_index("area_id")
    assert rows.loc["eastern", "covered_km2"] == pytest.approx(-14_487, rel=1e-3)
    assert rows.loc["eastern", "covered_reoptimised_km2"] == pytest.approx(-14_487, rel=1e-3)
    assert rows.loc["eastern", "shortfall_km2"] == pytest.approx(14_487, rel=1e-3)
    # the dateline zone has 49,235.7 (1 - exp(-4 x 0.055710)) left as planned, with a fifth mission after
    for column, missions in (("covered_km2", 4), ("covered_reoptimised_km2", 5)):
        left = DATELINE * -math.expm1(-missions * BOAT)
        assert rows.loc["dateline", column] == pytest.approx(left - 24_896, rel=1e-3)
    for name, contract in TABLES.items():
        assert list(tiny[name]) == list(contract.contract)


def test_losses_are_ranked_and_ordered(tiny: planner.Study) -> None:
    table = tiny["losses"]
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert table["lost_reoptimised"].is_monotonic_decreasing
    assert (table["lost_reoptimised_least"] <= table["lost_reoptimised"]).all()
    assert (table["lost_reoptimised"] <= table["lost_reoptimised_most"]).all()
    assert (table["lost"] >= table["lost_reoptimised"]).all()
    assert (table["lost_reoptimised"] >= 0).all()


SCENARIOS = """
[scenarios.no_programme]
remove.programmes = ["eyes"]

[scenarios.no_asset]
remove.assets = ["second_boat"]

[scenarios.no_base]
remove.bases = ["west_port"]
remove.assets = ["patrol_boat"]

[scenarios.no_access]
remove.access = ["fji"]

[stress.all_of_it]
programmes = ["eyes"]
assets = ["second_boat"]
access = ["fji:east"]
"""
CHANGES = SMALL
RADAR = """sensor_id,name,kind,operator,service,units,hours_per_unit,cost_per_hour,lon,lat,radius_nm,\
coverage_factor,swept_km2_per_scene,hours_per_scene,cost_per_scene,currency,source
radar,Radar,fixed,air_company,police,1,8000,1,-176.5,0,190,0.5,,,,USD,here
"""


@pytest.fixture(scope="module")
def case_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = tmp_path_factory.mktemp("cases") / "small"
    write_new_case(case)
    assets = case / "assets.csv"
    text = assets.read_text("utf-8")
    # a second boat, so that no programme or base is left without anything
    boat = next(line for line in text.splitlines() if line.startswith("patrol_boat"))
    second = boat.replace("patrol_boat", "second_boat").replace("fji,west_port", "ton,east_port")
    assets.write_text(text + second + "\n")
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write(SCENARIOS)
    return case


@pytest.fixture(scope="module")
def lost(case_folder: Path) -> planner.Study:
    return planner.stress(case_folder, changes=CHANGES)


@pytest.mark.parametrize(
    ("kind", "key", "row", "scenario"),
    [
        ("programme", "eyes", 0, "no_programme"),
        ("asset", "second_boat", 0, "no_asset"),
        ("base", "west_port", 0, "no_base"),
        ("access", "fji", 1, "no_access"),
        ("named", "all_of_it", 0, "no_programme,no_asset,no_access"),
    ],
)
def test_a_loss_equals_the_plan_of_the_case_without_it(
    lost: planner.Study, case_folder: Path, kind: str, key: str, row: int, scenario: str
) -> None:
    case = read_case(case_folder, {**CHANGES, "solver.gap_tolerance": 1e-7}, scenario)
    own, found = planner.plan(case, causes=False).certificate, loss_of(lost, kind, key, row)
    assert found["bound"] <= own.value * (1 + 1e-9)
    assert own.bound <= found["plan_value"] * (1 + 1e-9)
    base = lost.variants.iloc[0]
    assert found["lost_reoptimised_least"] <= own.value - base["bound"]
    assert found["lost_reoptimised_most"] >= own.bound - base["plan_value"]


@pytest.mark.parametrize(("objective", "share"), [("coverage", 1.0), ("shortfall", 0.3)])
def test_a_new_plan_is_never_worse_than_the_one_that_stays(objective: str, share: float) -> None:
    """The plan that stays is a plan of the case without what is lost: it cannot beat that case's bound."""
    case = read_case(TINY, {"objective": objective, "solver.gap_tolerance": 1e-7})
    base = base_plan(case)
    plan, random = Plan(base), np.random.default_rng(5)
    for kind in ("programmes", "assets", "bases", "all"):
        lists = {
            name: [str(key) for key in table if random.random() < 0.5 and kind in (name, "all")]
            for name, table in (
                ("programmes", case.programmes["programme_id"]),
                ("assets", case.assets["asset_id"]),
                ("bases", case.bases["base_id"]),
            )
        }
        gone = contingency("named", kind, kind, share=share, **lists)
        stays = base.results.certificate.value + plan.without(gone).lost
        own = planner.plan(gone.case_of(case), causes=False).certificate
        assert own.bound <= stays + 1e-6 * own.stake, kind


def test_what_the_plan_makes_no_use_of() -> None:
    found = planner.stress(TINY, changes={"assets.boat.units": 0})
    row = loss_of(found, "asset", "boat")
    assert (row["how"], row["lost"], row["lost_reoptimised"], row["rounds"]) == ("not used", 0, 0, 0)
    assert math.isnan(row["saved_share"])
    assert row["plan_value"] == found.variants["plan_value"][0]


def test_a_radar_that_loses_access_to_some_of_its_water_costs_what_it_did(tmp_path: Path) -> None:
    # a radar between the zones, 2.5 degrees from either: without access to the east it still watches the west
    case = tmp_path / "case"
    shutil.copytree(TINY, case)
    (case / "sensors.csv").write_text(RADAR, encoding="utf-8")
    whole = read_case(case, {"solver.gap_tolerance": 1e-6})
    base = base_plan(whole)
    plan, missions = Plan(base), base.results.missions
    assert len(set(missions.loc[missions["asset_id"] == "radar", "cell_id"])) == 2, "it watches both zones"
    west = whole.access.assign(areas=pd.Series([("dateline",)], dtype=object))
    left = plan.without(contingency("named", "x", "x", edits={"access": west}))
    of_planes = plan.without(contingency("asset", "plane", "x", assets=["plane"]))
    everything = plan.without(contingency("named", "x", "x", assets=["plane", "radar"]))
    # in the west nothing is lost; in the east what plane and radar did
    assert left.covered_km2[0] == 0
    assert left.covered_km2[1] == pytest.approx(everything.covered_km2[1])
    assert left.covered_km2[1] < of_planes.covered_km2[1] < 0
    assert everything.covered_km2[0] < of_planes.covered_km2[0] < 0


def test_losses_from_a_store_are_those_that_were_planned(
    tiny: planner.Study, closed: Path, store: Path
) -> None:
    said: list[str] = []
    again = Jobs(store=store, resume=True)
    same_tables(tiny, planner.stress(closed, jobs=again, progress=said.append))
    assert "8 of 8 are there from before" in said


def test_the_excerpt_of_the_readme(tiny: planner.Study) -> None:
    def unnamed(table: pd.DataFrame) -> pd.DataFrame:
        left = table[table["kind"] != "named"]
        return left.assign(rank=left["rank"].rank(method="dense").astype(int))

    own = {name: unnamed(tiny[name]) for name in ("losses", "areas")}
    assert missing_of_readme("stress", replace(tiny, tables={**tiny.tables, **own})) == []


@pacific.TOGETHER
def test_the_cyclone_of_the_pacific_case_is_that_of_its_scenario() -> None:
    """The scenario writes down what the closing of four places for a quarter of the year means here."""
    case, scenario = pacific.coarse(), pacific.case_with("cyclone", **pacific.COARSE)
    storm = replace(case.stress["cyclone_season"], assets=("fji_guardian", "fji_osa_boats", "vut_guardian"))
    (first, *_) = contingencies(replace(case, stress={"storm": storm}))
    ours = first.case_of(case)
    for table, column in (("bases", "capacity_hours"), ("programmes", "budget")):
        mine, theirs = getattr(ours, table)[column], getattr(scenario, table)[column]
        assert mine.tolist() == pytest.approx(theirs.tolist()), table
    hours = [fleet_table(one)["capacity_hours"].tolist() for one in (ours, scenario)]
    assert hours[0] == pytest.approx(hours[1])


def test_access_that_another_row_gives_too_is_not_lost() -> None:
    case = with_agreements([{}, {}])
    base = base_plan(replace(case, stress={"all": Stress("all", "All", access=(("air_company", ()),))}))
    left = {gone.name: Plan(base).without(gone) for gone in contingencies(base.case)}
    for row in ("access air_company row 1", "access air_company row 2"):
        assert (left[row].used, left[row].lost) == (False, 0)
    # the named loss takes both rows away, and the plane with them
    assert left["named all"].used
    assert left["named all"].lost == pytest.approx(left["asset plane"].lost)


HALVES = "period_id,name,start,end\nfirst,First half,01-01,06-30\nsecond,Second half,07-01,12-31\n"
RESPONSE = """
[response]
share = 0.5
boarding_share = 1
response_time_h = 1000
boarding_h = 4
"""


def with_agreements(rows: list[dict[str, tuple[str, ...]]], folder: Path = TINY) -> planner.Case:
    """The tiny case with agreements of the plane's operator, each for kinds, periods or tasks."""
    every: dict[str, Any] = {"operator": "air_company", "areas": ("dateline", "eastern")}
    every |= {"kinds": (), "periods": (), "tasks": ()}
    case = read_case(folder, {"solver.gap_tolerance": 1e-7})
    return replace(case, access=with_rows(case.access.iloc[:0], [{**every, **row} for row in rows]))


def test_an_agreement_for_one_kind_is_lost_with_that_kind() -> None:
    # what the agreement for aircraft is worth is what the plane is worth, see above
    found = planner.stress(with_agreements([{"kinds": ("aircraft",)}, {"kinds": ("vessel",)}]))
    as_planned = DATELINE * math.exp(-4 * BOAT) + EASTERN
    held(loss_of(found, "access", "air_company", 1), as_planned, DATELINE * math.exp(-5 * BOAT) + EASTERN)
    row = loss_of(found, "access", "air_company", 2)
    assert (row["how"], row["lost"], row["lost_reoptimised"]) == ("not used", 0, 0)


def test_an_agreement_for_one_period_is_lost_in_that_period(tmp_path: Path) -> None:
    # the plane alone, 181 and 184 days of 365: as planned each agreement loses its part of what it does
    folder = tmp_path / "case"
    shutil.copytree(TINY, folder)
    (folder / "periods.csv").write_text(HALVES, encoding="utf-8")
    case = with_agreements([{"periods": ("first",)}, {"periods": ("second",)}], folder)
    base = base_plan(replace(case, assets=case.assets.assign(units=[0.0, 2.0])))
    left = {gone.name: Plan(base).without(gone) for gone in contingencies(base.case)}
    whole = DATELINE + EASTERN - water_filling(160, 0)
    for number, days in ((1, 181), (2, 184)):
        row = left[f"access air_company row {number}"]
        assert row.used
        assert row.lost == pytest.approx(whole * days / 365, rel=1e-3)


def with_boardings(folder: Path, plane_units: float) -> planner.Study:
    """Losses of the tiny case with answers: the boat may watch by one agreement, and board by another."""
    shutil.copytree(TINY, folder)
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(RESPONSE)
    assets = (folder / "assets.csv").read_text("utf-8").splitlines()
    rows = [f"{line},{says}" for line, says in zip(assets, ("boards", "yes", "no"), strict=True)]
    (folder / "assets.csv").write_text("\n".join(rows), encoding="utf-8")
    access = (
        "operator,areas,tasks,basis,source\nair_company,*,,consent,here\n"
        "kir,eastern,watch,consent,here\nkir,eastern,board,consent,here\n"
    )
    (folder / "access.csv").write_text(access, encoding="utf-8")
    changes = {"areas.*.visits_per_year": 0.5, "assets.plane.units": plane_units}
    return planner.stress(folder, changes={**changes, "assets.boat.min_on_station_h": 24 + 176 * plane_units})


def test_boats_that_only_answer_are_made_use_of(tmp_path: Path) -> None:
    # The boat has no time for patrols of 200 h and more; the plane sees, and a handful of trips answers all
    # of it. Without the boat half of what the plane sees does not count: w (1 - pod / 2).
    found = with_boardings(tmp_path / "case", 1)
    seen = water_filling(80, 0)
    unanswered = (DATELINE + EASTERN + seen) / 2
    assert found.variants["plan_value"].iloc[0] == pytest.approx(seen, rel=1e-4)
    for kind, key in (("asset", "boat"), ("base", "harbour")):
        row = loss_of(found, kind, key)
        assert row["how"] == "re-solved"
        for figure in ("lost", "lost_reoptimised"):
            assert row[figure] == pytest.approx(unanswered - seen, rel=1e-3)
        assert row["saved"] == pytest.approx(0, abs=5)
    # an hour of the plane gains as much in either zone: W g exp(-g t) = V h exp(-h (80 - t))
    g, h = PLANE_DATELINE, PLANE_EASTERN
    hours = 80 - (math.log(DATELINE * g / (EASTERN * h)) + 80 * h) / (g + h)
    board = loss_of(found, "access", "kir", 2)
    assert board["lost"] == pytest.approx(EASTERN * -math.expm1(-h * hours) / 2, rel=1e-3)
    watch = loss_of(found, "access", "kir", 1)
    assert (watch["how"], watch["lost"]) == ("not used", 0)


def test_a_patrol_that_may_no_longer_board_still_watches(tmp_path: Path) -> None:
    # The boat alone: its five missions as in the agreement of the next steps; it answers all that it sees.
    found = with_boardings(tmp_path / "case", 0)
    h = 0.066756
    x = (math.log(DATELINE * BOAT / (EASTERN * h)) + 5 * h) / (BOAT + h)
    missed = DATELINE * math.exp(-BOAT * x) + EASTERN * math.exp(-h * (5 - x))
    assert found.variants["plan_value"].iloc[0] == pytest.approx(missed, rel=1e-4)
    east = EASTERN * -math.expm1(-h * (5 - x))
    assert loss_of(found, "access", "kir", 1)["lost"] == pytest.approx(east, rel=1e-3)
    assert loss_of(found, "access", "kir", 2)["lost"] == pytest.approx(east / 2, rel=1e-3)


def test_the_folder(tiny: planner.Study, tmp_path: Path) -> None:
    document, text = written(tiny, tmp_path / "out")
    assert document["certificates"][0]["variant"] == "as it stands"
    assert "Airfield closed for half of" in text
    assert "year (50.0%) " in text
    assert "air company (row 1)" in text


def test_a_contingency_without_a_plan_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline.solve

    def refuse(prepared: pipeline.Prepared, *given: Any, **named: Any) -> Any:
        if (prepared.case.programmes["budget"] == 0).any():
            raise NoPlanError("infeasible", "no plan")
        return real(prepared, *given, **named)

    monkeypatch.setattr(pipeline, "solve", refuse)
    found = planner.stress(TINY)
    table = found["losses"]
    assert table["status"].tolist()[:2] == ["infeasible", "infeasible"]
    assert table["lost_reoptimised"].isna().tolist()[:3] == [True, True, False]
    assert table["lost"].notna().all()
    assert set(found.failures) == {"programme open_fund", "programme boat_fund"}
    text = " ".join(plain(found.summary).split())
    assert "NO PLAN: programme open_fund (infeasible), programme boat_fund (infeasible)" in text
    with pytest.raises(NoPlanError, match="2 of 8 plans: programme open_fund: no plan"):
        require_proofs(found)


def test_what_a_lost_programme_must_spend_is_lost_with_it(tmp_path: Path) -> None:
    # boat_fund pays 200,000 USD anyway: that it must pay 150,000 changes no plan, and is no rule without it
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    rule = (
        "limit_id,kind,programme,areas,least,penalty,currency\nrule,least_spending,boat_fund,,150000,,USD\n"
    )
    (folder / "limits.csv").write_text(rule, "utf-8")
    found = planner.stress(folder)
    assert set(found.failures) == {"asset boat", "base harbour"}  # which it alone may pay for
    as_planned = DATELINE * math.exp(-(0.70453 - 2 * BOAT)) + EASTERN * math.exp(-0.88793)
    held(loss_of(found, "programme", "boat_fund"), as_planned, water_filling(160, 2))
    # nor is there a penalty for it: 100,000 for each million that is not spent
    (folder / "limits.csv").write_text(rule.replace("150000,,", "150000,100000,"), "utf-8")
    found = planner.stress(folder)
    held(loss_of(found, "programme", "boat_fund"), as_planned, water_filling(160, 2))
    # without the boat, which it alone may pay for, there is: 15,000
    best = DATELINE * math.exp(-0.70453 + 4 * BOAT) + EASTERN * math.exp(-0.88793) + 15_000
    assert loss_of(found, "asset", "boat")["lost"] == pytest.approx(best - VALUE, rel=1e-3)


def test_nothing_to_lose(tiny_empty: planner.Case) -> None:
    found = planner.stress(tiny_empty)
    assert (found["losses"]["how"] == "not used").all()
    assert found["areas"].empty
    assert "The plan makes no use of any of the 2." in plain(found.summary)


@pytest.fixture
def tiny_empty() -> planner.Case:
    return read_case(TINY, {"assets.*.units": 0})


def test_a_plan_that_uses_nothing_loses_nothing() -> None:
    found = planner.stress(planner.read_case(TINY, {"programmes.*.budget": 0}))
    text = plain(found.summary)
    assert "The only plan is optimal within the tolerance (optimality gap 0.0e+00)." in text
    assert text.count("The plan makes no use of any of the 2.") == 3, "programmes, assets, bases"
    assert "The plan makes no use of the only one." in text, "agreement"
