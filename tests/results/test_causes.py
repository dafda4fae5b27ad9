"""The causes of coverage gaps one by one, where each is the only one, and mixes worked out by hand.

Shadow prices are given by hand: what counts is what hours and money have in the price of the cheapest effort.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.core.prices import Prices
from planner.core.problem import Problem
from planner.features.effort import effort_rows
from planner.results.causes import Causes, find_causes, gap_causes, largest_causes
from planner.results.contract import CAUSES, TABLES
from planner.results.coverage import coverage
from planner.results.ledger import make_ledger
from tests.results import small


@dataclass(frozen=True)
class Situation:
    """One cell of 1000 km², target 0.9, covered as C says; a mission of 1 h costs 5 and adds 0.1.

    Programme p0 pays for asset a0; hours and money have no price.
    """

    asset: Sequence[int] = (0,)
    cell: Sequence[int] = (0,)
    factor: Sequence[float] = (0.1,)
    base: Sequence[int] | int = 0
    hours: Sequence[float] | float = 1.0
    cost: Sequence[float] | float = 5.0
    access: Sequence[bool] | bool = True
    activity: Sequence[int] | None = None
    cell_km2: Sequence[float] = (1000.0,)
    cell_area: Sequence[int] | None = None
    risk: float = 1.0
    targets: Sequence[float] = (0.9,)
    covered: Sequence[float] = (0.5,)
    programmes: Sequence[tuple[Sequence[int], Sequence[int]]] = (((0,), (0,)),)
    hour_price: Mapping[int, float] = field(default_factory=dict)
    base_price: float = 0.0
    money_price: Mapping[int, float] = field(default_factory=dict)
    payments: Sequence[tuple[int, int, float]] = ()


def find(given: Situation) -> Causes:
    area = np.zeros(len(given.cell_km2), dtype=int) if given.cell_area is None else np.array(given.cell_area)
    cells = pd.DataFrame({"area": area, "area_km2": given.cell_km2, "risk_weight": given.risk})
    extra = {} if given.activity is None else {"activity": given.activity}
    effort = effort_rows(
        asset=given.asset, cell=given.cell, factor=given.factor, base=given.base, area=area[list(given.cell)],
        mission_hours=given.hours, cost=given.cost, access=given.access,
        distance_nm=0.0, paid_in=area[list(given.cell)] if given.activity is None else 0, **extra,
    )  # fmt: skip
    case = make_case(given)
    found = coverage(case.areas, cells, np.array(given.covered), -np.expm1(-np.array(given.covered)))
    problem, prices = make_problem(given, cells)
    ledger = make_ledger(problem, np.zeros(len(problem.activities)), found.factor, prices)
    return find_causes(case, SimpleNamespace(cells=cells, effort=effort), problem, ledger, found)


def make_case(given: Situation) -> Any:
    fleet = {
        "name": "",
        "kind": "vessel",
        "operator": "",
        "service": "police",
        "units": 1.0,
        "hours_per_unit": 1.0,
    }
    programmes = [
        {
            "programme_id": f"p{n}",
            "assets": tuple(f"a{a}" for a in assets),
            "areas": tuple(f"area_{a}" for a in areas),
            **small.EVERYTHING,
        }
        for n, (assets, areas) in enumerate(given.programmes)
    ]
    return SimpleNamespace(
        areas=pd.DataFrame(
            {"area_id": [f"area_{n}" for n in range(len(given.targets))], "target_coverage": given.targets}
        ),
        bases=pd.DataFrame({"base_id": ["port"]}),
        assets=pd.DataFrame([{"asset_id": f"a{n}", **fleet} for n in range(2)]),
        sensors=pd.DataFrame(columns=["sensor_id"]),
        programmes=pd.DataFrame(programmes, columns=["programme_id", "assets", "areas", *small.EVERYTHING]),
    )


def make_problem(given: Situation, cells: pd.DataFrame) -> tuple[Problem, Prices]:
    """Resources with their prices; payments only where limits on spending change what money is worth."""
    priced = [
        (small.resource("hours", 1.0, asset_id=f"a{n}"), price) for n, price in given.hour_price.items()
    ]
    priced += [(small.resource("places", 1.0, base_id="port"), given.base_price)]
    budgets = len(priced)
    priced += [
        (small.resource("budget", 1.0, programme_id=f"p{n}"), price) for n, price in given.money_price.items()
    ]
    payments, usage = [], []
    for n, (programme, area, worth) in enumerate(given.payments):
        payments.append(small.activity("payment", "a0", "", f"area_{area}", f"p{programme}", float("nan")))
        priced.append((small.resource("spending", -1.0, limit_id=f"l{n}"), worth))
        usage += [(budgets + programme, n, 1.0), (len(priced) - 1, n, -1.0)]
    columns = list(small.activity("", "", "", "", "", 0.0))
    nodes = pd.DataFrame(
        {"cell_id": range(len(cells)), "area_id": "", "period_id": "year", "km2": 1.0, "weight": 1.0}
    )
    problem = Problem(
        nodes,
        pd.DataFrame(payments, columns=columns),
        pd.DataFrame([row for row, _ in priced]),
        small.matrix(len(cells), len(payments), ()),
        small.matrix(len(priced), len(payments), usage),
        small.goals(),
        small.matrix(0, len(cells), ()),
    )
    return problem, Prices(np.array([price for _, price in priced]), np.zeros(0), np.zeros(len(cells)))


def parts(found: Causes, programme: str = "p0", area: str = "area_0") -> dict[str, float]:
    """The causes that have a part, in km²; for "all" of one area or all areas."""
    level = "programme" if programme != "all" else "all" if area == "all" else "area"
    rows = found.table[found.table["level"] == level]
    rows = rows[(rows["programme_id"] == programme) & (rows["area_id"] == area)]
    assert rows["cause"].tolist() == list(CAUSES)
    return {row.cause: row.km2 for row in rows.itertuples() if row.km2 > 0.0}


SHORT = 1000 * exp(-0.5) - 100  # 900 wanted, 1000 (1 - e^-0.5) covered
BOTH: Any = {"programmes": (((0, 1), (0,)),)}
PRICED: Any = {"hour_price": {0: 1.0, 1: 1.0}}
ALONE = [
    ("nothing there", Situation(asset=(), cell=(), factor=()), {"out_of_range": SHORT}),
    ("no access", Situation(access=False), {"no_access": SHORT}),
    ("hours of the asset", Situation(**PRICED), {"asset_hours": SHORT}),
    ("hours at the base", Situation(base_price=1.0), {"asset_hours": SHORT}),
    ("money", Situation(money_price={0: 1.0}), {"budget": SHORT}),
    ("hours and money are left", Situation(), {"not_prioritised": SHORT}),
    ("target met", Situation(targets=(0.3,)), {}),
    (
        "access for one of two assets is access",
        Situation((0, 1), (0, 0), (0.1, 0.1), access=(False, True), **BOTH, **PRICED),
        {"asset_hours": SHORT},
    ),
    # 2 h of a0 at 0.1 and 5 of money at 0.02 for 0.1 of C: two thirds hours
    (
        "a price of hours and money is split",
        Situation(hours=2.0, hour_price={0: 0.1}, money_price={0: 0.02}),
        {"asset_hours": SHORT * 2 / 3, "budget": SHORT / 3},
    ),
    # a0: 0.1 of hours, 0.1 of money for 0.2; a1: 0.1 of money for 0.1: both cost 1 a unit of C
    (
        "effort of one price counts alike",
        Situation((0, 1), (0, 0), (0.2, 0.1), hour_price={0: 0.1}, money_price={0: 0.02}, **BOTH),
        {"asset_hours": SHORT / 4, "budget": SHORT * 3 / 4},
    ),
    (
        "dearer effort does not count",
        Situation((0, 1), (0, 0), (0.2, 0.1), hour_price={0: 0.0, 1: 9.0}, money_price={0: 1.0}, **BOTH),
        {"budget": SHORT},
    ),
    # the limit is worth what money costs: it is free, and only hours are scarce
    (
        "money that must be spent",
        Situation(hour_price={0: 1.0}, money_price={0: 0.5}, payments=((0, 0, 0.5),)),
        {"asset_hours": SHORT},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), [case[1:] for case in ALONE], ids=[case[0] for case in ALONE])
def test_causes_of_one_cell(given: Situation, expected: dict[str, float]) -> None:
    found = find(given)
    assert list(found.table) == list(TABLES["causes"])
    for row in (("p0", "area_0"), ("all", "area_0"), ("all", "all")):
        assert parts(found, *row) == pytest.approx(expected, rel=1e-9), row
    largest = max(expected, key=lambda cause: expected[cause]) if expected else "none"
    assert found.cell.tolist() == [largest]
    assert largest_causes(found.table, "area").tolist() == [largest]


def test_each_programme_sees_what_it_may_fund_at_its_own_price() -> None:
    # p0 pays for a0 and lacks money; p1 for a1, whose hours are used up; both cost 0.5 a mission
    given = Situation(
        (0, 1), (0, 0), (0.1, 0.1), programmes=(((0,), (0,)), ((1,), (0,))),
        hour_price={1: 0.5}, money_price={0: 0.1},
    )  # fmt: skip
    found = find(given)
    assert parts(found, "p0") == pytest.approx({"budget": SHORT})
    assert parts(found, "p1") == pytest.approx({"asset_hours": SHORT})
    assert parts(found, "all") == pytest.approx({"asset_hours": SHORT / 2, "budget": SHORT / 2})


def test_what_only_others_may_fund_is_out_of_a_programme_s_range() -> None:
    found = find(Situation(programmes=(((0,), (0,)), ((1,), (0,))), money_price={0: 1.0}))
    assert parts(found, "p1") == pytest.approx({"out_of_range": SHORT})
    assert parts(found, "all") == pytest.approx({"budget": SHORT})


def test_free_effort_is_in_everyone_s_range() -> None:
    found = find(Situation(cost=0.0, programmes=(((1,), (0,)),), **PRICED))
    assert parts(found, "p0") == pytest.approx({"out_of_range": SHORT})
    assert parts(found, "all") == pytest.approx({"asset_hours": SHORT})


def test_no_programmes_leave_the_areas() -> None:
    found = find(Situation(cost=0.0, programmes=(), **PRICED))
    assert set(found.table["level"]) == {"all", "area"}
    assert parts(found, "all", "all") == pytest.approx({"asset_hours": SHORT})


def test_cells_have_their_own_causes_in_proportion_to_what_they_miss() -> None:
    # C = ln 2, 0 and 0: 500, 1000 and 1000 km² missed; of 3000, 0.8 wanted and 500 covered: 1900 short
    given = Situation(
        (0, 1), (0, 1), (0.1, 0.1), access=(True, False), cell_km2=(1000.0,) * 3, targets=(0.8,),
        covered=(log(2), 0.0, 0.0), programmes=(((0, 1), (0,)),), **PRICED,
    )  # fmt: skip
    found = find(given)
    assert parts(found) == pytest.approx({"asset_hours": 380.0, "no_access": 760.0, "out_of_range": 760.0})
    assert found.cell.tolist() == ["asset_hours", "no_access", "out_of_range"]
    assert largest_causes(found.table, "area").tolist() == ["out_of_range"], "the first of equal ones"


def test_a_sensor_of_many_cells_shares_its_price_by_the_water_it_adds_to() -> None:
    # an hour of the sensor costs 1 of hours and 5 of money at 0.2; cell 0 bears a quarter, by the water:
    # 0.5 / 0.1 = 5 a unit of C; 15 in cell 1, which a free hour of other effort covers for 0.05 / 0.1
    given = Situation(
        (0, 0, 1), (0, 1, 1), (0.1, 0.1, 0.1), activity=(0, 0, 1),
        hours=(1.0, 1.0, 0.05), cost=(5.0, 5.0, 0.0), cell_km2=(1000.0, 3000.0), covered=(0.5, 0.5),
        hour_price={0: 1.0, 1: 1.0}, money_price={0: 0.2},
    )  # fmt: skip
    found = find(given)
    short = 4000 * exp(-0.5) - 400
    # half hours and half money; but everyone has the other effort, all hours, in cell 1
    assert parts(found) == pytest.approx({"asset_hours": short / 2, "budget": short / 2})
    assert parts(found, "all") == pytest.approx({"asset_hours": short * 7 / 8, "budget": short / 8})


def test_mandates_overlap_and_the_total_counts_an_area_once() -> None:
    given = Situation(
        cell_km2=(1000.0, 500.0), cell_area=(0, 1), targets=(0.9, 0.4), covered=(0.5, 0.0),
        programmes=(((0,), (0,)), ((0,), (0,))), **PRICED,
    )  # fmt: skip
    found = find(given)
    assert set(found.table.loc[found.table["level"] == "programme", "area_id"]) == {"area_0"}
    assert parts(found, "p0") == parts(found, "p1") == pytest.approx({"asset_hours": SHORT})
    assert parts(found, "all", "all") == pytest.approx({"asset_hours": SHORT, "out_of_range": 200.0})
    gaps = pd.DataFrame({"programme_id": ["p0", "p1", "total"], "area_id": ["area_0", "area_0", "total"]})
    assert gap_causes(gaps, found.table).tolist() == ["asset_hours"] * 3
