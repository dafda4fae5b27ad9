"""Plans beside a plan: frontiers of money, scenarios, orders held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.capacity.plan import invest
from planner.capacity.variants import CAPITAL, RUNNING, Variants
from tests.capital_case import OPTIONS, YEARS, capital_case

GAP = 1e-4


def test_frontier_and_regret(tmp_path: Path) -> None:
    """No capital is the plan without orders; more is never worse; orders for a better world are regretted."""
    case = capital_case(tmp_path / "case", years=YEARS)
    plan = invest(case, GAP, values=False, alternatives=False, last_results=False)
    beside = Variants(plan, GAP)
    beside.frontier(CAPITAL, (0.0, 1.0, 2.0))
    beside.frontier(RUNNING, (0.5,))
    poor = [replace(one, running=one.running * 0.2) for one in case.futures]
    beside.scenario("poor", replace(case, futures=tuple(poor)))
    found = beside.results()
    table = found.variants.set_index(["kind", "variant"]).sort_index()
    assert table.loc[("capital", "0"), "objective"] == pytest.approx(plan.nothing.value, rel=2 * GAP)
    assert table.loc[("capital", "1"), "objective"] == pytest.approx(plan.certificate.value, rel=2 * GAP)
    assert table.loc[("capital", "2"), "bound"] <= plan.certificate.value
    assert table.loc[("running", "0.5"), "bound"] >= plan.certificate.bound * (1 - GAP)
    held = table.loc[("held", "poor")]
    assert 0.0 <= held["regret_low"] <= held["regret_high"]
    same = found.choices.set_index(["kind", "variant", "option_id"])["units"].sort_index()
    assert same.loc[("held", "poor")].to_dict() == same.loc[("plan", "plan")].to_dict()


def test_orders_held_where_their_option_is_not_there_or_orders_wait(tmp_path: Path) -> None:
    """Orders of an option that a scenario has not cannot be held; where orders may wait they hold in all."""
    case = capital_case(tmp_path / "case")
    plan = invest(case, GAP, values=False, alternatives=False, last_results=False)
    assert plan.orders["option_id"].tolist() == ["second_plane"]
    beside = Variants(plan, GAP)
    none = OPTIONS.replace("Another aircraft,asset,plane,,,,1,", "Another aircraft,asset,plane,,,,0,")
    beside.scenario("none", capital_case(tmp_path / "none", options=none))
    beside.scenario("waits", capital_case(tmp_path / "waits", years=YEARS + "recourse_from = 2028\n"))
    table = beside.results().variants.set_index(["kind", "variant"]).sort_index()
    assert table.loc[("scenario", "none"), "objective"] == pytest.approx(plan.nothing.value, rel=2 * GAP)
    assert table.loc[("held", "none"), "status"] == "infeasible"
    assert table.loc[("held", "waits"), "objective"] == pytest.approx(plan.certificate.value, rel=2 * GAP)
