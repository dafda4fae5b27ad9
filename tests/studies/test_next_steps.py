"""Next steps: the tiny case by hand, laws of gains and prices, equality with the changed case, files."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import planner
from planner.case import read_case
from planner.errors import InputError
from planner.jobs import Jobs
from planner.results.plain_text import plain
from planner.studies.edits import with_rows
from planner.studies.kinds.next import POOLED, TABLES, with_pooled
from planner.studies.ranked import proven
from tests.studies.conftest import (
    BOAT,
    SMALL,
    TINY,
    missing_of_readme,
    one,
    same_tables,
    water_filling,
    written,
)

CHANGES = {**SMALL, "access.partner_air.areas": "west", "access.fji.areas": "west"}
KEYS = ("kind", "id", "in_area")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("next") / "part"


@pytest.fixture(scope="module")
def tiny(store: Path) -> planner.Study:
    return planner.next_steps(TINY, amount=10_000, jobs=Jobs(store=store))


@pytest.fixture(scope="module")
def steps(folder: Path) -> planner.Study:
    return planner.next_steps(folder, amount=5e5, changes=CHANGES)


def step(found: planner.Study, kind: str, key: str = "", area: str = "") -> pd.Series:
    return one(found["steps"], kind=kind, id=key, in_area=area)


def test_the_tiny_case_by_hand(tiny: planner.Study) -> None:
    # README, section 4: 10,000 dollars more in either fund gain 135.36, price x move is 135.59. Money without
    # an earmark is as good as open_fund's, which pays for anything anywhere.
    for kind, key in (("programme", "open_fund"), ("programme", "boat_fund"), ("pooled", "")):
        row = step(tiny, kind, key)
        assert row["gain"] == pytest.approx(135.36, abs=0.05)
        assert row["predicted"] == pytest.approx(135.59, abs=0.05)
        assert row["gain_per_million"] == pytest.approx(13_536, rel=1e-3)
        assert row["how"] == "re-solved"
    # A third plane is 80 h more; open_fund pays for 200 h in all, boat_fund for 2 missions of the boat.
    plane = step(tiny, "unit", "plane")
    assert plane["gain"] == pytest.approx(39_534.9 - water_filling(200, 2), rel=1e-3)
    # by price 89.806 an hour; 40 h more are flown, at 5,000
    assert plane["predicted"] == pytest.approx(80 * 89.806, rel=1e-3)
    assert plane["cost"] == pytest.approx(200_000, rel=1e-3)
    # The boat has hours left, and in the east its hour would gain less than it does at home.
    for row in (step(tiny, "unit", "boat"), step(tiny, "access", "kir", "eastern")):
        assert (row["how"], row["gain"], row["rounds"]) == ("price", 0, 0)
        assert row["gain_most"] < 1e-3
        assert math.isnan(row["cost"])
    assert tiny["steps"]["kind"].tolist()[0] == "unit"
    assert tiny["steps"]["rank"].tolist() == list(range(1, 7))
    assert len(tiny.variants) == 5, "the case as it stands, and the four that were planned"


def test_where_the_gain_is(tiny: planner.Study) -> None:
    # more money lets the boat sail a tenth of a mission more in the dateline zone, and hours of the plane
    # move from there to the eastern zone
    areas = tiny["areas"]
    rows = areas[(areas["kind"] == "programme") & (areas["id"] == "open_fund")]
    assert rows["area_id"].tolist() == ["dateline", "eastern"]
    assert (rows["covered_km2"] > 0).all()
    # risk weights 1 and 1.5
    assert rows["covered_km2"].to_numpy() @ np.array([1, 1.5]) == pytest.approx(135.36, abs=0.05)
    assert rows["shortfall_km2"].tolist()[0] == 0
    assert rows["shortfall_km2"].tolist()[1] == pytest.approx(-rows["covered_km2"].tolist()[1])
    assert set(areas["kind"]) == {"programme", "pooled", "unit"}


def test_an_agreement_by_hand() -> None:
    # Without the plane the boat's 1,200 h are five missions. With access in the east, x of them stay in the
    # dateline zone: 2,742.9 exp(-0.055710 x) = 2,465.1 exp(-0.066756 (5 - x)) where W g = 49,235.7 x 0.055710
    # and 36,926.8 x 0.066756.
    w, g, v, h = 49_235.7, BOAT, 36_926.8, 0.066756
    x = (math.log(w * g / (v * h)) + 5 * h) / (g + h)
    missed = w * math.exp(-g * x) + v * math.exp(-h * (5 - x))
    found = planner.next_steps(TINY, changes={"assets.plane.units": 0})
    row = step(found, "access", "kir", "eastern")
    assert row["gain"] == pytest.approx(w * math.exp(-5 * g) + v - missed, rel=1e-3)
    assert row["gain"] < row["predicted"]
    assert math.isnan(row["cost"])
    assert pd.isna(row["rank_per_cost"])
    # the first unit of the plane: 80 h beside the boat's five missions, 52,551.9 missed (tests of the sweep)
    assert step(found, "unit", "plane")["gain"] == pytest.approx(74_192.2 - 52_551.9, rel=1e-3)
    # the boat's hours are scarce, money is not
    assert step(found, "programme", "open_fund")["how"] == "price"


@pytest.mark.parametrize("partial", [{"tasks": ("board",)}, {"kinds": ("aircraft",)}])
def test_an_agreement_that_lacks_something_is_a_step_too(partial: dict[str, Any]) -> None:
    # as above, where the boat's operator may only board in the east, or only fly there
    w, g, v, h = 49_235.7, BOAT, 36_926.8, 0.066756
    x = (math.log(w * g / (v * h)) + 5 * h) / (g + h)
    missed = w * math.exp(-g * x) + v * math.exp(-h * (5 - x))
    case = read_case(TINY, {"assets.plane.units": 0})
    every = {"operator": "kir", "areas": ("eastern",), "periods": (), "tasks": (), "kinds": ()}
    case = replace(case, access=with_rows(case.access, [{**every, **partial}]))
    gain = step(planner.next_steps(case), "access", "kir", "eastern")["gain"]
    assert gain == pytest.approx(w * math.exp(-5 * g) + v - missed, rel=1e-3)


def test_gains_lie_within_their_intervals_and_below_the_price(steps: planner.Study) -> None:
    table, base = steps["steps"], steps.variants.iloc[0]
    assert (table["gain_least"] <= table["gain"]).all()
    assert (table["gain"] <= table["gain_most"]).all()
    assert (table["gain_least"] >= 0).all()
    width = base["plan_value"] - base["bound"]
    assert (table["gain_most"] <= table["predicted"] + width + 1e-9 * base["plan_value"]).all()
    assert (table["bound"] <= base["plan_value"] * (1 + 1e-9)).all()
    assert table["gain"].is_monotonic_decreasing
    assert (table["status"] == "optimal").all()
    per_cost = table.dropna(subset="rank_per_cost").sort_values("rank_per_cost")
    assert len(per_cost) >= 3
    assert per_cost["gain_per_million"].is_monotonic_decreasing
    for name, contract in TABLES.items():
        assert list(steps[name]) == list(contract.contract)


def test_what_certificates_allow_a_change_to_be() -> None:
    # below nothing by chance; above what is known to be the most; worse for sure; without a plan; as it is
    change, least, most, ceiling = (
        pd.Series(each)
        for each in (
            [-1.0, 5.0, -5.0, math.nan, 2.0],
            [-3.0, 1.0, -7.0, math.nan, 1.0],
            [2.0, 6.0, -2.0, math.nan, 3.0],
            [9.0, 4.0, 9.0, 9.0, 9.0],
        )
    )
    found = pd.DataFrame(proven(change, least, most, ceiling)).T.to_numpy().tolist()
    assert found[:3] == [[0, 0, 2], [4, 1, 6], [-5, -7, -2]]
    assert np.isnan(found[3]).all()
    assert found[4] == [2, 1, 3]


@pytest.mark.parametrize(
    ("kind", "key", "area", "changes"),
    [
        ("programme", "eyes", "", {"programmes.eyes.budget": 3_000_000}),
        ("unit", "patrol_boat", "", {"assets.patrol_boat.units": 2}),
        ("unit", "radar_scenes", "", {"sensors.radar_scenes.units": 2}),
        ("access", "partner_air", "east", {"access.partner_air.areas": "west;east"}),
        ("access", "fji", "east", {"access.fji.areas": "west;east"}),
    ],
)
def test_a_step_equals_the_plan_of_the_changed_case(
    steps: planner.Study, folder: Path, kind: str, key: str, area: str, changes: dict[str, object]
) -> None:
    given = {**CHANGES, **changes, "solver.gap_tolerance": 1e-7}
    own = planner.plan(planner.read_case(folder, given), causes=False).certificate
    row, base = step(steps, kind, key, area), steps.variants.iloc[0]
    assert base["bound"] - own.value <= row["gain_most"]
    assert base["plan_value"] - own.bound >= row["gain_least"]
    assert row["bound"] <= own.value * (1 + 1e-9)
    assert own.bound <= row["plan_value"] * (1 + 1e-9)


def test_the_programme_without_an_earmark_has_no_effect_without_money(worked: planner.Case) -> None:
    with_it = with_pooled(worked)
    assert with_it.programmes["programme_id"].tolist() == [*worked.programmes["programme_id"], POOLED]
    own, other = (planner.plan(one, causes=False).certificate for one in (worked, with_it))
    assert own.bound <= other.value * (1 + 1e-9)
    assert other.bound <= own.value * (1 + 1e-9)
    nobody = replace(worked, programmes=worked.programmes.iloc[:0])
    assert with_pooled(nobody).programmes["assets"].tolist() == [tuple(worked.assets["asset_id"])]


def test_steps_from_a_store_are_those_that_were_planned(tiny: planner.Study, store: Path) -> None:
    said: list[str] = []
    again = Jobs(store=store, resume=True)
    same_tables(tiny, planner.next_steps(TINY, amount=10_000, jobs=again, progress=said.append))
    assert "4 of 4 are there from before" in said


def test_the_excerpt_of_the_readme(tiny: planner.Study) -> None:
    assert missing_of_readme("next", tiny) == []


def test_the_terminal_has_names_that_tell_records_apart(tiny: planner.Study) -> None:
    text = " ".join(plain(tiny.summary).split())
    assert "Boats only" in text
    assert "Dateline zone 2,114, Eastern zone 880" in text
    ids = {*tiny["steps"]["id"], *tiny["areas"]["area_id"]} - {"", "plane"}  # "eastern" is no word of it
    assert not any(re.search(rf"\b{one}\b", text) for one in ids)
    assert tiny.base is not None
    twins = replace(tiny.base, programmes=tiny.base.programmes.assign(name="Money"))
    both = " ".join(plain(replace(tiny, base=twins).summary).split())
    assert "Money (open_fund) " in both
    assert "Money (boat_fund) " in both
    short = replace(tiny.base, run={**tiny.base.run, "short_names": {"areas": {"dateline": "DLZ"}}})
    long = short.areas["name"].replace("Dateline zone", "The zone on both sides of the dateline " * 2)
    long = replace(short, areas=short.areas.assign(name=long))
    assert "DLZ 2,114, Eastern zone 880" in " ".join(plain(replace(tiny, base=long).summary).split())


def test_a_wider_gap_widens_the_intervals_only(tiny: planner.Study) -> None:
    loose = {"solver.gap_tolerance": 1e-3}
    wide = planner.next_steps(TINY, amount=10_000, changes=loose, gap=1e-4)
    # a case's own gap is kept where it is smaller
    assert (wide.document["gap_tolerance"], tiny.document["gap_tolerance"]) == (1e-4, 1e-9)
    both = tiny["steps"].merge(wide["steps"], on=list(KEYS), suffixes=("", "_wide"))
    assert len(both) == len(tiny["steps"])
    assert (both["gain_least_wide"] <= both["gain_most"] + 1e-6).all()
    assert (both["gain_most_wide"] >= both["gain_least"] - 1e-6).all()


@pytest.mark.parametrize("amount", [0.0, -1.0, math.inf, math.nan])
def test_no_amount(folder: Path, amount: float) -> None:
    with pytest.raises(InputError, match="must be greater than 0; give an amount of money"):
        planner.next_steps(folder, amount=amount)


def test_the_folder(tiny: planner.Study, tmp_path: Path) -> None:
    document, summary = written(tiny, tmp_path / "out")
    assert document["amount"] == 10_000
    assert document["certificates"][0]["status"] == "optimal"
    text = " ".join(summary.split())
    assert "What 10,000 USD more would add" in text
    assert "2 steps add nothing" in text
    assert "were not planned again" in text


def test_a_step_without_proof_is_named(steps: planner.Study) -> None:
    variants = steps.variants.assign(status=["optimal", "time_limit", *steps.variants["status"][2:]])
    text = plain(replace(steps, variants=variants).summary)
    assert f"NOT PROVEN: {variants['variant'][1]} (time limit)" in " ".join(text.split())
