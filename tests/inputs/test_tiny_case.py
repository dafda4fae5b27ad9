"""The tiny case: the plan of inputs/tiny/README.md, worked out with plain arithmetic, against the program.

Nothing of the planner is used for the expected figures. By the README's own steps they come from the numbers
of the case; the README's tables must show them, and the program must find them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from math import atanh, exp, log, pi, radians, sin, sqrt
from pathlib import Path

import pandas as pd
import pytest
import shapely
from pyproj import Geod

from planner import Results, plan, read_case
from planner.causes.names import CAUSES_OF_ALL, CAUSES_OF_PROGRAMME

CASE = Path(__file__).resolve().parents[2] / "inputs" / "tiny"
GAP = 1e-9
"""gap_tolerance of case.toml."""
NEAR = sqrt(8 * GAP)
"""Relative error allowed to a plan or its prices when the value is within GAP of the optimum.

The value is flat there. Plane hours moved between the zones so that the dateline zone's C changes by x cost
(p₁ + (r₂ / r₁)² p₂) x² / 2, with p and r as in the README: missions may be off by 1.7 sqrt(2 GAP). The bound,
likewise, loses (1 / r₁ + 1 / r₂) λ x² / 2 when λ is off by a share x: prices may be off by sqrt(2 GAP).
"""

Figures = dict[tuple[str, str], float]
"""Figures by row and column of the README's tables."""

PLANE_H, OPEN_USD, BOAT_USD = 2 * 80.0, 1_000_000.0, 400_000 * 0.5
WAYS = ("boat dateline", "boat eastern", "plane dateline", "plane eastern")
AREAS = ("dateline", "eastern")


def geometry() -> Figures:
    """WGS84: the equator is a circle of radius a; a box about it has a closed form (Snyder 1987, 3-12)."""
    a_km, flattening = 6378.137, 1 / 298.257223563
    e = sqrt(flattening * (2 - flattening))
    s = sin(radians(0.5))
    q = (1 - e * e) * (s / (1 - e * e * s * s) + atanh(e * s) / e)
    degree_nm = a_km * pi / 180 / 1.852
    figures = {"degree_nm": degree_nm, "q": q}
    figures |= {
        f"area_{area}": a_km**2 * radians(width) * q for area, width in zip(AREAS, (4, 2), strict=True)
    }
    for way, degrees in zip(WAYS, (4, 12, 3, 5), strict=True):
        figures["d " + way] = degrees * degree_nm
    return {(key, "value"): value for key, value in figures.items()}


def effort(geo: Figures) -> Figures:
    """Equations (1) to (6) for one mission of each way: an asset in a zone."""
    figures = {}
    for way in WAYS:
        boat, area = way.startswith("boat"), way.split()[1]
        d = geo["d " + way, "value"]
        transit_kn, search_kn, sweep_nm, range_nm, endurance_h = (
            (12, 10, 12, 0.9 * 3000, 240) if boat else (200, 180, 20, 0.9 * 1650, 8)
        )
        t = 2 * d / transit_kn
        by_endurance, by_range = endurance_h - t, (range_nm - 2 * d) / search_kn
        s = min(by_endurance, by_range)
        swept_km2 = sweep_nm * search_kn * s * 1.852**2
        g = swept_km2 / geo["area_" + area, "value"] * 12 / 360
        c = 400 * (t + s) + 4000 if boat else 5000 * (t + s)
        column = {"t": t, "s_endurance": by_endurance, "s_range": by_range, "s": s, "m": t + s}
        column |= {"A": swept_km2, "g": g, "c": c}
        figures |= {(key, way): value for key, value in column.items()}
    return figures


def optimum(plane_h: float = PLANE_H, open_usd: float = OPEN_USD, boat_usd: float = BOAT_USD) -> Figures:
    """The plan and its prices in closed form, valid while plane hours and both budgets are used up."""
    geo = geometry()
    way = effort(geo)
    weight = [1.0 * geo["area_dateline", "value"], 1.5 * geo["area_eastern", "value"]]
    rate = [way["g", w] / way["m", w] for w in ("plane dateline", "plane eastern")]
    boat_money = open_usd + boat_usd - 5000 * plane_h
    boat_missions = boat_money / way["c", "boat dateline"]
    given = [boat_missions * way["g", "boat dateline"], 0.0]
    value_per_h = [w * r for w, r in zip(weight, rate, strict=True)]
    hours_to_one = [(log(v) - c) / r for v, c, r in zip(value_per_h, given, rate, strict=True)]
    lam = exp((sum(hours_to_one) - plane_h) / sum(1 / r for r in rate))
    factor = [log(v / lam) for v in value_per_h]
    hours = [(c - c0) / r for c, c0, r in zip(factor, given, rate, strict=True)]
    price = [w * exp(-c) for w, c in zip(weight, factor, strict=True)]
    nu = price[0] * way["g", "boat dateline"] / way["c", "boat dateline"]
    mu = lam - 5000 * nu
    assert min(mu, nu, *hours) > 0, "the closed form does not hold"
    assert boat_money > boat_usd, "both programmes pay for the boat"
    assert boat_missions * way["m", "boat dateline"] < 1200, "the boat has hours to spare"
    bound = sum(p * (1 + c) for p, c in zip(price, factor, strict=True))
    bound -= mu * plane_h + nu * (open_usd + boat_usd)
    figures = {
        ("boat_money", "value"): boat_money,
        ("boat_missions", "value"): boat_missions,
        ("boat_hours", "value"): boat_missions * way["m", "boat dateline"],
        ("boat_factor", "value"): given[0],
        ("lambda", "value"): lam,
        ("value", "value"): sum(price),
        ("bound", "value"): bound,
        ("price_boat", "value"): 0.0,
        ("price_plane", "value"): mu,
        ("price_open_fund", "value"): nu,
        ("price_boat_fund", "value"): nu,
    }
    for n, area in enumerate(AREAS):
        km2, target = geo["area_" + area, "value"], (0.4, 0.75)[n]
        covered = km2 * (1 - exp(-factor[n]))
        column = {"weight": weight[n], "r": rate[n], "v": value_per_h[n], "C": factor[n], "price": price[n]}
        column |= {
            "hours": hours[n],
            "missions": hours[n] / way["m", f"plane {area}"],
            "cost": 5000 * hours[n],
        }
        column |= {"pod": 1 - exp(-factor[n]), "covered": covered, "target": target * km2}
        column |= {"shortfall": max(0.0, target * km2 - covered)}
        figures |= {(key, area): value for key, value in column.items()}
    return figures


def least_short(boat_missions: float) -> float:
    """Shortfall of the east when the plane keeps the dateline zone at its target first."""
    geo, way = geometry(), effort(geometry())
    rate = [way["g", w] / way["m", w] for w in ("plane dateline", "plane eastern")]
    hours = max(0.0, (-log(1 - 0.4) - boat_missions * way["g", "boat dateline"]) / rate[0])
    east = geo["area_eastern", "value"]
    return max(0.0, east * (0.75 - (1 - exp(-rate[1] * (PLANE_H - hours)))))


def gap_rows(plan_: Figures) -> Figures:
    """The rows of gaps.csv and their causes: the dateline zone meets its target, the east is short."""
    short = plan_["shortfall", "eastern"]
    by_choice = least_short(plan_["boat_missions", "value"])
    by_money = least_short(1200 / effort(geometry())["m", "boat dateline"])
    steps = {"choice": short - by_choice, "money": by_choice - by_money, "hours": by_money}
    own = {"own_money" if name == "money" else name: km2 for name, km2 in steps.items()}
    causes: dict[str, Mapping[str, float]] = {
        "open_fund dateline": {},
        "open_fund eastern": own,
        "boat_fund dateline": {},
        "boat_fund eastern": own,
        "total total": steps,
    }
    figures = {}
    for row, parts in causes.items():
        areas = AREAS if row == "total total" else (row.split()[1],)
        for column in ("target", "covered", "shortfall"):
            figures[row, f"{column}_km2"] = sum(plan_[column, area] for area in areas)
        for cause in CAUSES_OF_ALL if row == "total total" else CAUSES_OF_PROGRAMME:
            figures[row, f"{cause}_km2"] = parts.get(cause, 0.0)
    return figures


MOVES = {
    "one more hour of the plane": ({"plane_h": PLANE_H + 1}, "price_plane", 1.0),
    "10,000 dollars more in open_fund": ({"open_usd": OPEN_USD + 1e4}, "price_open_fund", 1e4),
    "10,000 dollars more in boat_fund": ({"boat_usd": BOAT_USD + 1e4}, "price_boat_fund", 1e4),
}


def moves() -> Figures:
    """What a little more of each scarce thing adds, beside its price."""
    here = optimum()
    figures = {}
    for move, (changes, price, step) in MOVES.items():
        value = optimum(**changes)["value", "value"]
        figures[move, "value after"] = value
        figures[move, "gained"] = here["value", "value"] - value
        figures[move, "price x move"] = here[price, "value"] * step
    return figures


def printed_figures() -> dict[tuple[str, str], str]:
    """The figures of the README's tables: columns whose head, and rows whose first cell, is in backticks."""
    figures, head = {}, None
    for line in (CASE / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            head = None
        elif head is None:
            head = cells
        elif key := re.fullmatch("`(.+)`", cells[0]):
            for name, cell in zip(head, cells, strict=True):
                if name.startswith("`"):
                    figures[key[1], name.strip("`")] = cell
    return figures


@pytest.fixture(scope="module")
def hand() -> Figures:
    return optimum()


@pytest.fixture(scope="module")
def results() -> Results:
    return plan(read_case(CASE))


def near(value: float) -> object:
    return pytest.approx(value, rel=NEAR, abs=1e-9)


def near_km2(value: float) -> object:
    """A shortfall or its part: a difference, so that it is off by as much as what is covered."""
    return pytest.approx(value, abs=NEAR * optimum()["covered", "eastern"])


def test_the_readme_shows_the_figures() -> None:
    printed = printed_figures()
    plan_ = optimum()
    expected = geometry() | effort(geometry()) | plan_ | gap_rows(plan_) | moves()
    assert printed.keys() == expected.keys()
    for place, text in printed.items():
        decimals = len(text.partition(".")[2])
        assert f"{expected[place]:,.{decimals}f}" == text, place


def test_geometry_agrees_with_pyproj() -> None:
    figures = geometry()
    geod = Geod(ellps="WGS84")
    lons = {"boat": 175, "plane": -178, "dateline": 179, "eastern": -173}
    for way in WAYS:
        asset, area = way.split()
        metres = geod.inv(lons[asset], 0, lons[area], 0)[2]
        assert metres / 1852 == pytest.approx(figures["d " + way, "value"], rel=1e-12)
    for area, (west, east) in {"dateline": (177, 181), "eastern": (186, 188)}.items():
        # pyproj's edges are geodesics: with an edge each thousandth of a degree they follow the parallels
        box = shapely.segmentize(shapely.box(west, -0.5, east, 0.5), 1e-3)
        km2 = abs(geod.geometry_area_perimeter(box)[0]) / 1e6
        assert km2 == pytest.approx(figures[f"area_{area}", "value"], rel=1e-9)


def test_the_plan_by_hand_is_optimal(hand: Figures) -> None:
    """The bound of the prices, which no plan can beat, is the plan's value; no limit is broken."""
    assert hand["bound", "value"] == pytest.approx(hand["value", "value"], rel=1e-12)
    assert hand["hours", "dateline"] + hand["hours", "eastern"] == pytest.approx(PLANE_H)
    spent = hand["boat_money", "value"] + hand["cost", "dateline"] + hand["cost", "eastern"]
    assert spent == pytest.approx(OPEN_USD + BOAT_USD)


def test_certificate(results: Results, hand: Figures) -> None:
    assert results.status == "optimal"
    assert results.certificate.tolerance == GAP
    assert results.certificate.value == pytest.approx(hand["value", "value"], rel=2 * GAP)
    assert results.certificate.bound == pytest.approx(hand["value", "value"], rel=2 * GAP)
    assert not results.warnings
    assert set(results.assumptions["basis"]) == {"assumed"}


def test_areas_and_cells(results: Results, hand: Figures) -> None:
    areas, cells = results.areas.set_index("area_id"), results.cells.set_index("area_id")
    assert list(areas.index) == list(AREAS)
    assert list(cells.index) == list(AREAS), "each zone is one cell"
    assert list(areas["met"]) == [True, False]
    assert list(cells["cause"]) == ["none", "choice"]
    assert list(cells["lon"]) == pytest.approx([179, -173], abs=1e-9)
    assert list(cells["lat"]) == pytest.approx([0, 0], abs=1e-9)
    for area in AREAS:
        km2 = geometry()[f"area_{area}", "value"]
        assert areas["area_km2"][area] == pytest.approx(km2, rel=1e-12)
        assert cells["area_km2"][area] == pytest.approx(km2, rel=1e-12)
        assert areas["coverage"][area] == near(hand["pod", area])
        assert cells["coverage_factor"][area] == near(hand["C", area])
        assert areas["covered_km2"][area] == near(hand["covered", area])
        assert areas["shortfall_km2"][area] == near_km2(hand["shortfall", area])


def test_missions(results: Results, hand: Figures) -> None:
    way = effort(geometry())
    missions = {
        "boat dateline": hand["boat_missions", "value"],
        "plane dateline": hand["missions", "dateline"],
        "plane eastern": hand["missions", "eastern"],
    }
    table = results.missions
    ways = table["asset_id"] + " " + table["cell_id"].str.partition("_")[0]
    assert list(ways) == list(missions)
    for row, name in zip(table.itertuples(index=False), ways, strict=True):
        n = missions[name]
        assert row.distance_nm == pytest.approx(geometry()["d " + name, "value"], rel=1e-12)
        assert row.missions == near(n)
        assert row.mission_hours == near(n * way["m", name])
        assert row.on_station_hours == near(n * way["s", name])
        assert row.swept_km2 == near(n * way["A", name])
        assert row.coverage_factor == near(n * way["g", name])
        assert row.cost == near(n * way["c", name])


def test_funding_and_spending(results: Results, hand: Figures) -> None:
    paid = {tuple(row[:3]): row[4] for row in results.funding.itertuples(index=False)}
    assert paid == {
        ("open_fund", "boat", "dateline"): near(hand["boat_money", "value"] - BOAT_USD),
        ("boat_fund", "boat", "dateline"): near(BOAT_USD),
        ("open_fund", "plane", "dateline"): near(hand["cost", "dateline"]),
        ("open_fund", "plane", "eastern"): near(hand["cost", "eastern"]),
    }
    programmes = results.programmes.set_index("programme_id")
    assert list(programmes["budget"]) == [OPEN_USD, BOAT_USD]
    assert list(programmes["spent"]) == [near(OPEN_USD), near(BOAT_USD)]
    assert (
        list(programmes["shadow_price_km2_per_million"]) == [near(1e6 * hand["price_open_fund", "value"])] * 2
    )
    assert list(programmes["shortfall_km2"]) == [near_km2(hand["shortfall", "eastern"])] * 2


def test_prices(results: Results, hand: Figures) -> None:
    kept = results.prices.drop(columns=["holds_least", "holds_most"])  # not sought here
    rows = [tuple(row) for row in kept.itertuples(index=False)]
    boat_h = hand["boat_hours", "value"]
    dollar = near(hand["price_open_fund", "value"])
    assert rows == [
        ("asset_hours", "boat", 1200.0, near(boat_h), 0.0, "km2 per h"),
        ("asset_hours", "plane", PLANE_H, near(PLANE_H), near(hand["price_plane", "value"]), "km2 per h"),
        ("budget", "open_fund", OPEN_USD, near(OPEN_USD), dollar, "km2 per USD"),
        ("budget", "boat_fund", BOAT_USD, near(BOAT_USD), dollar, "km2 per USD"),
    ]


def test_gaps(results: Results, hand: Figures) -> None:
    found = results.gaps.set_index(results.gaps["programme_id"] + " " + results.gaps["area_id"])
    expected = gap_rows(hand)
    assert list(found.index) == list(dict.fromkeys(row for row, _ in expected))
    long = results.causes[results.causes["level"] != "area"].replace({"all": "total"})
    causes = long.assign(row=long["programme_id"] + " " + long["area_id"], cause=long["cause"] + "_km2")
    found = found.join(causes.pivot_table(index="row", columns="cause", values="km2"))
    assert set(found.columns) >= {column for _, column in expected}
    for (row, column), value in expected.items():
        assert found[column][row] == near_km2(value), (row, column)


@pytest.mark.parametrize(
    ("figure", "less", "more", "move", "price"),
    [
        ("assets.plane.hours_per_unit", 79.5, 80.5, 2.0, "price_plane"),  # of two units
        ("assets.boat.hours_per_unit", 1190, 1210, 20.0, "price_boat"),
        ("programmes.open_fund.budget", 990_000, 1_010_000, 20_000.0, "price_open_fund"),
        ("programmes.boat_fund.budget", 380_000, 420_000, 20_000.0, "price_boat_fund"),  # of half a dollar
    ],
)
def test_prices_agree_with_new_plans_at_moved_limits(
    hand: Figures, figure: str, less: float, more: float, move: float, price: str
) -> None:
    low, high = (
        plan(read_case(CASE, {figure: limit}), causes=False).certificate.value for limit in (less, more)
    )
    rounding = 2 * GAP * hand["value", "value"] / move
    assert (low - high) / move == pytest.approx(hand[price, "value"], rel=1e-4, abs=rounding)


@pytest.mark.parametrize("move", MOVES)
def test_moved_plans_have_the_value_of_the_readme(move: str) -> None:
    changes, _, _ = MOVES[move]
    figure = {
        "plane_h": ("assets.plane.hours_per_unit", 0.5),
        "open_usd": ("programmes.open_fund.budget", 1.0),
        "boat_usd": ("programmes.boat_fund.budget", 2.0),
    }
    case = read_case(CASE, {figure[name][0]: figure[name][1] * limit for name, limit in changes.items()})
    assert plan(case, causes=False).certificate.value == pytest.approx(
        moves()[move, "value after"], rel=2 * GAP
    )


@pytest.mark.parametrize("shift", [0, 360])
def test_zones_beyond_180_and_in_0_to_360_give_the_same_plan(
    tmp_path: Path, results: Results, shift: int
) -> None:
    shutil.copytree(CASE, tmp_path / "tiny")
    file = tmp_path / "tiny" / "areas.geojson"
    zones = json.loads(file.read_text(encoding="utf-8"))
    for feature, west, east in zip(zones["features"], (177, -174 + shift), (181, -172 + shift), strict=True):
        feature["geometry"] = json.loads(shapely.to_geojson(shapely.box(west, -0.5, east, 0.5)))
    file.write_text(json.dumps(zones), encoding="utf-8")
    other = plan(read_case(tmp_path / "tiny"), causes=False)
    assert list(other.cells["cell_id"]) == list(results.cells["cell_id"])
    figures = [name for name in results.gaps if name != "largest_cause"]
    pd.testing.assert_frame_equal(other.gaps[figures], results.gaps[figures], rtol=NEAR)
    pd.testing.assert_frame_equal(other.missions, results.missions, rtol=NEAR)
