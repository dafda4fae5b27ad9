"""The scenarios of the Pacific case: all can be planned with, and what they say is what they do."""

from __future__ import annotations

import tomllib

import pytest

import planner
from planner import pipeline
from tests.pacific import COARSE, PACIFIC, TOGETHER, case_with, results, space

pytestmark = TOGETHER
OF_CAPITAL = ("osa_share_30", "osa_as_before", "one_boat_class", "aircraft_not_boats", "nippon_ends")
OF_CAPITAL += ("running_only", "losses_too")
NAMES = tuple(
    name
    for name in tomllib.loads((PACIFIC / "case.toml").read_text("utf-8"))["scenarios"]
    if name not in OF_CAPITAL
)


def planned(scenario: str) -> planner.Results:
    return planner.plan(case_with(scenario, **COARSE), causes=False, before=[space()])


@pytest.fixture(scope="module")
def base() -> planner.Case:
    return case_with(None)


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_is_a_case_and_changes_something(base: planner.Case, name: str) -> None:
    case = case_with(name)
    assert list(case.scenarios) == [name]
    assert case.scenarios[name] != name
    tables = ("areas", "bases", "assets", "sensors", "programmes", "access", "limits")
    changed = any(not getattr(case, table).equals(getattr(base, table)) for table in tables)
    assert changed or case.settings != base.settings
    assert not [warning for warning in case.warnings if warning not in base.warnings]


def test_the_money_of_the_scenarios(base: planner.Case) -> None:
    def budget(scenario: str) -> float:
        return float(case_with(scenario).programmes["budget"].sum())

    whole = float(base.programmes["budget"].sum())
    assert budget("japan_osa_doubled") - whole == pytest.approx(233e6 * 0.0071174)
    assert budget("pmsp_aerial_doubled") - whole == pytest.approx(12e6 * 0.6644), "1,440 h at A$8,333"
    assert whole - budget("no_japanese_funding") == pytest.approx((233e6 + 190e6 + 281e6) * 0.0071174)
    assert budget("satellites_at_scale") - whole == pytest.approx(1080 * 4000 + 800 * 8000)
    assert budget("all_donors_pooled") == whole


def test_the_cyclone_leaves_three_quarters(base: planner.Case) -> None:
    case = case_with("cyclone")
    hours = base.assets["units"] * base.assets["hours_per_unit"]
    for base_id in ("suva", "port_vila", "nausori_air", "port_vila_air"):
        users = [base_id in bases for bases in base.assets["bases"]]
        left = case.bases.set_index("base_id")["capacity_hours"][base_id]
        assert left == pytest.approx(0.75 * hours[users].sum())


def test_plans_have_the_right_sign() -> None:
    missed = {
        name: pipeline.solve(pipeline.prepare(case_with(name, **COARSE), [space()])).certificate
        for name in (None, "no_shiprider", "second_boat_palau,all_donors_pooled", "fuel_up_half")
    }
    plain = missed[None]
    assert missed["no_shiprider"].bound > plain.value, "less consent"
    assert missed["fuel_up_half"].bound > plain.value, "less for the money"
    assert missed["second_boat_palau,all_donors_pooled"].value < plain.bound, "more hours, one purse"


def test_fair_shares_and_a_least_coverage_everywhere() -> None:
    plain, fair, least = results(), planned("fair_shares"), planned("no_zone_below_6")

    def smallest_ratio(plan: planner.Results) -> float:
        return float((plan.areas["coverage"] / plan.areas["target_coverage"]).min())

    assert fair.fairness is not None
    assert fair.fairness.left_out == ()
    assert smallest_ratio(fair) == pytest.approx(fair.fairness.smallest_ratio)
    for other in (plain, least):
        assert smallest_ratio(other) < fair.fairness.bound
        assert smallest_ratio(other) < smallest_ratio(fair)
    assert (least.areas["coverage"] >= 0.06 * (1 - 1e-6)).all()
    assert plain.areas["coverage"].min() < 0.02
    assert len(least.limits) == 19
    # the dearest is the zone that only French money serves
    dearest = least.limits.loc[least.limits["shadow_price"].idxmax(), "area_id"]
    assert dearest in ("french_polynesia", "new_caledonia")
    for dearer in (fair, least):
        assert dearer.certificate.bound > plain.certificate.value


def test_a_promise_that_cannot_be_kept() -> None:
    changes = {**COARSE, "limits.every_zone.least": 0.3}
    assert case_with("no_zone_below_6").limits["least"].tolist() == [0.06]
    with pytest.raises(planner.LimitsError) as caught:
        planner.plan(case_with("no_zone_below_6", **changes), causes=False, before=[space()])
    (one,) = caught.value.conflict
    assert one.area_id in ("french_polynesia", "new_caledonia", "fiji", "cook_islands")
    assert 0.0 < one.at_most < 0.3
    assert one.file == "case.toml"
    assert len(caught.value.relaxation) > 1
