"""What summary and page say of a plan, each claim against a plan made for the purpose, on three cases.

| sentence | claim | test |
|---|---|---|
| summary ``status_line``, page ``_proven``, ``in_words`` | no plan goes below the bound; the share reached | test_no_plan_is_below_the_bound |
| page ``_covered``, ``_short``; summary ``assumption_text``, ``MANDATES`` | sums of missions and cells | test_sums |
| summary "next million", page ``_scarce``, ``programme_rows`` | what a million more gains | test_a_million_more |
| summary ``_largest_gaps``, page ``_why``, explain ``_causes`` | limits lifted, no area worse off | test_money_lifted |
| programmes' largest cause, explain of a programme | own money lifted; doubled it closes less | test_own_money |
| page ``_scarce`` (hours), "the next dollar", explain ``_million``, ``_price`` | slope over a range | test_the_next_unit |
| explain ``_why_little``: an area gets nothing | the area dropped: the others keep what they have | test_dropped |
| explain ``access_sentence`` | access given | test_access_given |
| explain ``_fair`` | the objective changed | test_fair |
| explain ``_why_uncounted`` | more coverage asked for costs nothing | test_more_of_what_does_not_count |
| summary ``fairness_line`` | all areas asked for a little more than the bound: no plan | test_fair_shares |
| summary ``LIMIT_UNITS`` | the limit a little lower | test_a_limit_a_little_lower |

``range_in_words`` is in tests/studies/test_coverage_range.py; ``_kept``, ``increase``, ``with_unit``, ``_worth`` and the
figures of explanations in test_sentences.py.
"""  # noqa: E501

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner
from planner import pipeline
from planner.case import Case
from planner.case.new import write_new_case
from planner.causes.lifted import ELSEWHERE, Situation
from planner.charts.data import Plan
from planner.core.certificate import Certificate
from planner.errors import LimitsError
from planner.explanation.plans import situation
from planner.features.space import Space
from planner.frames import records
from planner.page.answer import answer
from planner.page.plan import programme_rows
from planner.results.goodness import SCALE_OF, goodness
from planner.results.plain_text import count, figure, percent
from planner.results.results import Results
from planner.results.summary import summary_text
from planner.solve.solution import Solution
from planner.studies import edits
from planner.studies.kinds import next as next_kind
from planner.studies.kinds.next import POOLED, with_pooled
from tests import pacific
from tests.explanation.test_sentences import holds, situation_of, told

INPUTS = Path(__file__).parents[2] / "inputs"
CHANGES: dict[str, dict[str, object]] = {
    "tiny": {},
    "made_up": {"cells.spacing_nm": 90},
    "pacific": pacific.COARSE,
}
FINE = 1e-6
ENDLESS = 1e13
pytestmark = pacific.TOGETHER


@dataclass(frozen=True)
class Planned:
    """A case with its plan, and all that is said of it."""

    folder: Path
    changes: dict[str, object]
    case: Case
    space: Space
    results: Results
    summary: str
    page: list[str]

    def solved(self, case: Case, gap: float = FINE) -> Solution:
        """Another case with the same cells, planned without anything of what is tested."""
        return pipeline.solve(pipeline.prepare(edits.with_gap(case, gap), [self.space]))

    @cached_property
    def finest(self) -> Certificate:
        """Of the case itself, to a gap that does not count beside those of plans to compare with it."""
        return self.solved(self.case, 0.1 * FINE).certificate

    @property
    def budgets(self) -> pd.Series:
        return self.case.programmes.set_index("programme_id")["budget"]

    def shortfalls(self, case: Case, least_km2: pd.Series, programme: str = "") -> float:
        """The least weighted shortfall, of a mandate first, where no area has less than a coverage."""
        mandate = None
        if programme:
            own = self.case.programmes.set_index("programme_id")["areas"][programme]
            mandate = case.areas["area_id"].isin(own).to_numpy()
            weight = case.areas["risk_weight"] * np.where(mandate, 1.0, ELSEWHERE)
            case = replace(case, areas=case.areas.assign(risk_weight=weight))
        settings = case.settings.model_copy(update={"objective": "shortfall", "coverage_worth": 0.0})
        case = replace(case, settings=settings, limits=case.limits.iloc[:0])
        km2 = self.results.areas.set_index("area_id")["area_km2"]
        for area, share in ((least_km2 / km2) * (1 - 1e-5)).items():
            if share > 0.0:
                case = edits.with_least_coverage(case, str(area), float(share))
                rows = case.limits["limit_id"].where(case.limits["limit_id"] != "asked_for_here", str(area))
                case = replace(case, limits=case.limits.assign(limit_id=rows))
        world = Situation.of(self.case, self.space)
        return world.weighted(world.shortfall_km2(self.solved(case, 1e-5).covered), mandate)

    def kept_km2(self, level: str, programme: str, lifted: list[str]) -> pd.Series:
        """Coverage of each area that counts for its target, once some causes are lifted [km²]."""
        areas = self.results.areas.set_index("area_id")
        rows = self.results.causes
        rows = rows[(rows["level"] == level) & (rows["programme_id"] == programme)]
        closed = rows[rows["cause"].isin(lifted)].groupby("area_id")["km2"].sum()
        short = areas["shortfall_km2"].sub(closed, fill_value=0.0)
        return areas["target_coverage"] * areas["area_km2"] - short


@pytest.fixture(scope="module", params=list(CHANGES))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = tmp_path_factory.mktemp("claims") / "case"
    if request.param == "made_up":
        write_new_case(folder)
    else:
        shutil.copytree(INPUTS / request.param, folder)
    case = planner.read_case(folder, CHANGES[request.param])
    if request.param == "pacific":
        space, results = pacific.space(), pacific.results()
    else:
        space = pipeline.prepare(case).space
        results = planner.plan(case, before=[space])
    page = ["".join(piece for piece, _ in one) for one in answer(Plan(results))]
    return Planned(
        folder, CHANGES[request.param], case, space, results, " ".join(summary_text(results).split()), page
    )


def test_no_plan_is_below_the_bound(made: Planned) -> None:
    proof, finer = made.results.certificate, made.finest
    assert f"no plan can go below {count(proof.bound)} (optimality gap" in made.summary
    assert "within the same limits no plan is better" in made.page[-1]
    assert proof.bound <= finer.value * (1 + 1e-9)
    assert finer.bound <= proof.value * (1 + 1e-9)
    share = goodness(made.results)[SCALE_OF[made.results.objective]]
    assert percent(share) in made.summary.split("no plan can go below")[0]
    areas = made.results.areas
    if made.results.objective == "shortfall":
        km2 = areas["area_km2"] * areas["risk_weight"] * areas["target_coverage"]
        short = (areas["risk_weight"] * areas["shortfall_km2"]).sum()
        assert share == pytest.approx(1 - short / km2.sum())


def test_sums(made: Planned) -> None:
    results = made.results
    cells, areas = results.cells, results.areas
    covered = float((cells["area_km2"] * (1 - np.exp(-cells["coverage_factor"]))).sum())
    assert f"cover {percent(covered / cells['area_km2'].sum())} of " in made.page[0]
    assert results.missions["cost"].sum() == pytest.approx(results.programmes["spent"].sum(), rel=1e-6)
    met = int((areas["covered_km2"] >= areas["target_coverage"] * areas["area_km2"] - 1e-6).sum())
    assert re.search(f"^{met} of {len(areas)} areas meets? |^Every area meets", made.page[2])
    assert f"{len(made.case.sources):,} figures: " in made.summary
    for programme in made.case.programmes.itertuples():
        inside = results.gaps.loc[results.gaps["programme_id"] == programme.programme_id, "area_id"]
        assert sorted(inside) == sorted(programme.areas), "an area counts in every programme"


def next_steps_of_programmes(case: Case, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, float]]:
    """What ``planner next`` says of a million more for each programme; no other steps are planned."""
    every = next_kind._steps
    monkeypatch.setattr(
        next_kind, "_steps", lambda *of: [step for step in every(*of) if step.kind == "programme"]
    )
    steps: dict[str, dict[str, float]] = (
        planner.next_steps(case)["steps"].set_index("variant").to_dict("index")
    )
    return steps


def test_a_million_more(made: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    gains = made.results.gains.set_index("programme_id")
    page = programme_rows(Plan(made.results))
    page = page[page["area_id"] == ""].set_index("programme_id")["gain"]
    before = made.finest
    written = pd.read_csv(made.folder / "programmes.csv").set_index("programme_id")["budget"]
    found = next_steps_of_programmes(made.case, monkeypatch)
    for programme, budget in made.budgets.items():
        more = written[programme] * (1 + 1e6 / budget)
        changes = {**made.changes, f"programmes.{programme}.budget": more}
        after = made.solved(planner.read_case(made.folder, changes)).certificate
        by_hand = before.value - after.value
        row, step = gains.to_dict("index")[programme], found[f"programme {programme}"]
        assert before.bound - after.value <= row["most_km2"] * (1 + 1e-9)
        assert row["least_km2"] <= (before.value - after.bound) * (1 + 1e-9) + 1e-9
        apart = row["most_km2"] - row["least_km2"] + (after.value - after.bound)
        assert page[programme] == row["gain_of_next_million_km2"]
        assert page[programme] == pytest.approx(by_hand, abs=apart + 1e-6)
        assert apart <= 1e-2 * by_hand + 2e-6 * before.value, "so that 1 % is told"
        assert figure(page[programme]) in made.summary
        assert step["gain_least"] <= row["most_km2"] * (1 + 1e-6) + 1e-6
        assert row["least_km2"] <= step["gain_most"] * (1 + 1e-6) + 1e-6
    best = gains["gain_of_next_million_km2"].max()
    assert f"the objective is {figure(best)} risk-weighted km² less" in made.page[4] or best <= 0.0


def test_money_lifted(made: Planned) -> None:
    """The money of everybody, for anything anywhere and without end, and no area worse off."""
    rungs = made.results.rungs[made.results.rungs["programme_id"] == "all"].set_index("rung").to_dict("index")
    pooled = with_pooled(made.case)
    rich = edits.with_budgets(pooled, {POOLED: ENDLESS})
    found = made.shortfalls(rich, made.kept_km2("area", "all", ["choice", "earmarks"]))
    slack = 1e-4 * max(1.0, rungs["plan"]["value"])
    assert rungs["money"]["bound"] <= found + slack
    assert found <= rungs["money"]["value"] + slack + 2e-3 * rungs["money"]["value"]
    causes = made.results.causes
    whole = causes[causes["level"] == "all"].set_index("cause")["km2"]
    share = whole["money"] / max(1e-9, whole.sum())
    assert share < 5e-4 or f"{percent(share)} takes more money" in made.page[3]


def test_own_money(made: Planned) -> None:
    """A programme's own money without end closes what is said of its mandate; twice of it no more."""
    for programme in made.budgets.index:
        rungs = (
            made.results.rungs[made.results.rungs["programme_id"] == programme]
            .set_index("rung")
            .to_dict("index")
        )
        kept = made.kept_km2("area", "all", ["choice"])
        slack = 1e-4 * max(1.0, rungs["plan"]["value"])
        found = [
            made.shortfalls(edits.with_budgets(made.case, {programme: budget}), kept, programme)
            for budget in (2.0 * made.budgets[programme], ENDLESS)
        ]
        assert rungs["own_money"]["bound"] <= min(found) + slack
        assert found[1] <= rungs["own_money"]["value"] * (1.0 + 2e-3) + slack


def test_the_next_unit(made: Planned) -> None:
    """With as much more as a price is said to hold for, a unit gains nine tenths to all of it."""
    prices = made.results.prices
    held = prices[(prices["holds_least"] > 0.0) & (prices["shadow_price"] > 0.0)]
    assert len(held)
    before = made.finest
    for row in records(held.groupby("limit_kind").head(2)):
        if row.limit_kind == "budget":
            case = edits.with_budgets(made.case, {row.id: made.budgets[row.id] + row.holds_least})
        else:
            longer = 1.0 + row.holds_least / row.limit
            tables = {
                name: table.assign(
                    hours_per_unit=table["hours_per_unit"].where(
                        table[key] != row.id, table["hours_per_unit"] * longer
                    )
                )
                for name, key in (("assets", "asset_id"), ("sensors", "sensor_id"))
                if len(table := getattr(made.case, name))
            }
            case = replace(made.case, **tables)
            assert f"which holds for at least {figure(row.holds_least)}" in made.page[4] or np.isfinite(
                row.holds_most
            )
        after = made.solved(case).certificate
        whole = row.shadow_price * row.holds_least
        assert before.value - after.bound >= 0.9 * whole * (1 - 2e-2)
        assert before.bound - after.value <= whole * (1 + 2e-2)


def test_dropped() -> None:
    """Niue gets nothing because others are worth more: without it they have what they had."""
    now = situation_of("pacific")
    assert "It gets nothing because" in told(now, "area", "niue")[1]
    case = now.case

    def without(table: pd.DataFrame) -> pd.DataFrame:
        kept = [tuple(one for one in areas if one != "niue") for areas in table["areas"]]
        return table.assign(areas=pd.Series(kept, index=table.index, dtype=object))

    areas = case.areas[case.areas["area_id"] != "niue"].reset_index(drop=True)
    left = replace(case, areas=areas, programmes=without(case.programmes), access=without(case.access))
    proof = pipeline.solve(pipeline.prepare(edits.with_gap(left, 1e-5))).certificate
    before = now.plan.solution.certificate
    lost = before.stake - proof.stake
    assert proof.bound <= before.value - lost
    assert before.bound - lost <= proof.value


@pytest.mark.parametrize(("name", "area"), [("tiny", "eastern"), ("pacific", "kiribati_gilbert")])
def test_access_given(name: str, area: str) -> None:
    now = situation_of(name)
    facts, text = told(now, "area", area)
    access = now.case.access
    new = access.iloc[[0] * len(facts["access"]["operators"])].assign(operator=facts["access"]["operators"])
    new = new.assign(areas=pd.Series([(area,)] * len(new), index=new.index, dtype=object))
    case = replace(now.case, access=pd.concat([access, new], ignore_index=True))
    holds(now, facts["with_access"], case, text, "had access everywhere in it, the best plan would ")


def test_fair() -> None:
    now = situation_of("pacific")
    facts, _ = told(now, "area", "niue")
    settings = now.case.settings.model_copy(update={"objective": "fair"})
    case = replace(now.case, settings=settings)
    prepared = pipeline.prepare(case, [now.plan.prepared.space])
    world = Situation.of(now.case, prepared.space)
    niue = now.case.areas["area_id"].tolist().index("niue")
    found = world.target_km2 - world.shortfall_km2(pipeline.solve(prepared).covered)
    assert facts["with_fair_shares"].of_area("niue", "covered_km2") == pytest.approx(found[niue], rel=1e-2)


def test_more_of_what_does_not_count() -> None:
    changes = {"objective": "shortfall", "coverage_worth": 0, "areas.*.target_coverage": 0.1}
    now = situation(planner.read_case(INPUTS / "tiny", changes))
    area = now.results.areas.set_index("area_id").loc["dateline"]
    assert area["met"]
    more = edits.with_least_coverage(now.case, "dateline", float(area["coverage"]) + 0.01)
    proof = pipeline.solve(pipeline.prepare(more)).certificate
    assert proof.bound <= now.plan.solution.certificate.value
    assert proof.value == pytest.approx(now.plan.solution.certificate.value, abs=1e-4 * proof.stake)


def test_fair_shares() -> None:
    results = planner.plan(planner.read_case(INPUTS / "tiny", {"objective": "fair"}), causes=False)
    shares, case = results.fairness, planner.read_case(INPUTS / "tiny", {"solver.gap_tolerance": 1e-5})
    assert shares is not None
    assert shares.bound < 1.0
    said = f"at least {shares.smallest_ratio:.2%} of its target before coverage counts; no plan can"
    assert said in " ".join(summary_text(results).split())

    def asked(ratio: float) -> Case:
        asking = case
        for row in case.areas.itertuples():
            asking = edits.with_least_coverage(asking, row.area_id, ratio * row.target_coverage)
        return replace(
            asking, limits=asking.limits.assign(limit_id=[f"l{n}" for n in range(len(case.areas))])
        )

    pipeline.solve(pipeline.prepare(asked(shares.smallest_ratio * (1 - 1e-3))))
    with pytest.raises(LimitsError):
        pipeline.solve(pipeline.prepare(asked(shares.bound * (1 + 1e-3))))


def test_a_limit_a_little_lower() -> None:
    case = planner.read_case(INPUTS / "tiny", {"solver.gap_tolerance": 1e-7})
    results = planner.plan(edits.with_least_coverage(case, "eastern", 0.5), causes=False)
    (price,) = results.limits["shadow_price"]
    assert f"{figure(price)}" in summary_text(results)
    km2 = results.areas.set_index("area_id").loc["eastern", "area_km2"]
    lower = pipeline.solve(pipeline.prepare(edits.with_least_coverage(case, "eastern", 0.49))).certificate
    gain = (results.certificate.value - lower.value) / (0.01 * km2)
    # each km² less gains a little less than the one before
    assert 0.8 * price <= gain <= price * (1 + 1e-3)
