"""Draws of uncertain figures: the hypercube, a case worked out by hand, laws, failures, places."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import planner
from planner import pipeline
from planner.errors import InputError, Interrupted, NoPlanError, OutputError, PlannerError
from planner.jobs import Jobs
from planner.results.plain_text import plain
from planner.studies.draws import driver_table, figure_table, quantiles, ranking_table, ranks, values
from planner.studies.study import require_proofs, write_study
from tests.studies.conftest import same_tables, written

TINY = Path(__file__).parents[2] / "inputs" / "tiny"
HEADER = "table,id,field,low,high,low_factor,high_factor,distribution,together,source\n"
HOURS = "assets,boat,hours_per_unit,600,1800,,,,,assumption\n"
MONEY = "programmes,open_fund,budget,,,0.95,1.05,,,assumption\n"
NO_PLANE = {"assets.plane.units": 0}
FACTOR = 0.055710
"""Coverage factor of a boat's mission in the dateline zone, from the README of the tiny case."""


def tiny(folder: Path, *rows: str) -> Path:
    case = folder / "tiny"
    if not case.exists():
        shutil.copytree(TINY, case)
    (case / "uncertainty.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    return case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The boat's hours and the open fund vary; names that look like markup."""
    case = tiny(tmp_path_factory.mktemp("sensitivity"), HOURS, MONEY)
    for file, old, new in (
        ("programmes.csv", "Boats only", "[red]Boats[/red]"),
        ("case.toml", 'title = "Worked', 'title = "[bold]Worked'),
    ):
        text = (case / file).read_text("utf-8")
        assert old in text
        (case / file).write_text(text.replace(old, new), "utf-8")
    return case


@pytest.fixture(scope="module")
def drawn(case: Path) -> planner.Study:
    return planner.sensitivity(case, 3, seed=9)


@pytest.fixture(scope="module")
def no_plane(case: Path) -> planner.Study:
    return planner.sensitivity(case, 4, changes=NO_PLANE)


def drivers_of(found: planner.Study, outcome: str, key: str = "all") -> pd.DataFrame:
    rows = found["drivers"][(found["drivers"]["outcome"] == outcome) & (found["drivers"]["id"] == key)]
    return rows.set_index("driver")


def test_the_boats_hours_alone_by_hand(no_plane: planner.Study) -> None:
    # Without the plane the boat works h / 240 missions in the dateline zone and has money for twelve, more or
    # less: the zone has 49,235.7 km2, covered to 1 - exp(-0.05571 h / 240). Coverage rises with h alone.
    hours = no_plane["draws"]["assets.boat.hours_per_unit"]
    assert no_plane["figures"]["figure"].tolist() == [
        *("assets.boat.hours_per_unit", "programmes.open_fund.budget")
    ]
    assert hours.between(600, 1800).all()
    covered = no_plane["draws"]["covered_km2"]
    assert np.allclose(covered, 49_235.7 * -np.expm1(-FACTOR * hours / 240), rtol=1e-4)
    # One draw in each quarter of the range.
    assert sorted((hours.to_numpy() - 600) // 300) == list(range(4))
    row = drivers_of(no_plane, "coverage").loc["assets.boat.hours_per_unit"]
    assert row["rank_correlation"] == pytest.approx(1, abs=1e-12)
    coverage = no_plane["draws"]["coverage"]
    assert row["low_mean"] == pytest.approx(coverage.min(), rel=1e-12)
    assert row["swing"] == pytest.approx(coverage.max() - coverage.min(), rel=1e-12)
    gap = drivers_of(no_plane, "programme_gap_km2", "boat_fund").loc["assets.boat.hours_per_unit"]
    assert gap["rank_correlation"] == pytest.approx(-1, abs=1e-12), (
        "the zone's target is missed in every draw"
    )
    base = no_plane["outcomes"].set_index(["outcome", "id"])
    assert base.loc[("covered_km2", "all"), "base"] == pytest.approx(
        49_235.7 * -math.expm1(-5 * FACTOR), rel=1e-4
    )
    assert base.loc[("covered_km2", "all"), "mean"] == pytest.approx(covered.mean())
    assert base.loc[("covered_km2", "all"), "median"] == pytest.approx(covered.median())
    # The price of an hour: what one more adds, weight exp(-C) factor / 240.
    price = 49_235.7 * np.exp(-FACTOR * hours / 240) * FACTOR / 240
    assert np.allclose(no_plane["draws"]["asset_shadow_price.boat"], price, rtol=1e-3)


def test_a_figure_that_decides_nothing_has_no_swing(tmp_path: Path, no_plane: planner.Study) -> None:
    # Five missions cost 500,000 of 1,200,000 USD: a little more or less in the fund changes nothing.
    found = planner.sensitivity(tiny(tmp_path, MONEY), 2, changes=NO_PLANE)
    row = drivers_of(found, "coverage").loc["programmes.open_fund.budget"]
    assert row["swing"] == 0
    assert math.isnan(row["rank_correlation"])
    first = found["ranking"].set_index(["kind", "id"])["share_first"]
    # An hour of the plane, if there were one, would add 383 km2 (README, v of the eastern zone).
    assert first["asset", "plane"] == 1
    assert found["ranking"].set_index("id").loc["plane", "base_price"] == pytest.approx(382.989, rel=1e-3)
    assert first["programme", "open_fund"] == 0, "money that is left over is nobody's next step"
    # What the fund seems to do is what its draws have in common with those of the hours, by chance.
    draws = no_plane["draws"]
    common = stats.spearmanr(
        draws["assets.boat.hours_per_unit"], draws["programmes.open_fund.budget"]
    ).statistic
    table = drivers_of(no_plane, "coverage")["rank_correlation"]
    assert table["programmes.open_fund.budget"] == pytest.approx(common, abs=1e-12)


def test_every_driver_has_one_draw_in_each_part() -> None:
    figures = pd.DataFrame({"driver": ["a", "b", "b", "c"]})
    table = quantiles(figures, 25, seed=3)
    assert list(table) == ["a", "b", "c"]
    for name in table:
        assert sorted((table[name] * 25).astype(int)) == list(range(25))
    assert quantiles(figures, 25, seed=3).equals(table)
    assert not quantiles(figures, 25, seed=4).equals(table)


def test_values_follow_their_distributions_and_stay_in_their_ranges() -> None:
    kinds = ["uniform", "triangular", "loguniform", "triangular"]
    figures = pd.DataFrame(
        {
            "figure": ["u", "t", "g", "e"],
            "driver": ["a", "a", "a", "a"],
            "base": [2.0, 3.0, 10.0, 8.0],
            "low": [1.0, 2.0, 1.0, 2.0],
            "high": [4.0, 8.0, 1000.0, 8.0],
            "distribution": kinds,
        }
    )
    u = np.r_[0.0, np.linspace(0.01, 0.99, 50), 1.0]
    table = values(figures, pd.DataFrame({"a": u}))
    assert np.allclose(table["u"], stats.uniform(1, 3).ppf(u))
    assert np.allclose(table["t"], stats.triang(1 / 6, 2, 6).ppf(u))
    assert np.allclose(table["g"], stats.loguniform(1, 1000).ppf(u))
    assert np.allclose(table["e"], stats.triang(1, 2, 6).ppf(u))
    for row in figures.to_dict("records"):
        assert table[row["figure"]].between(row["low"], row["high"]).all()


def test_figures_that_are_drawn_together_are_high_together(tmp_path: Path) -> None:
    rows = "assets,*,sweep_width_nm,,,0.5,2,,radar,x\n", "programmes,*,budget,,,0.5,2,,,x\n"
    case = planner.read_case(tiny(tmp_path, *rows))
    figures = figure_table(case.uncertainty, case.sources)
    assert figures["driver"].tolist() == [
        *("radar", "radar"),
        *("programmes.open_fund.budget", "programmes.boat_fund.budget"),
    ]
    table = values(figures, quantiles(figures, 10, 1))
    # The boat's width is 12 nm, the plane's 20 nm.
    assert np.allclose(table["assets.boat.sweep_width_nm"] / 12, table["assets.plane.sweep_width_nm"] / 20)
    assert figures["currency"].tolist() == ["", "", "USD", "AUD"]
    assert figures["high"].tolist() == [24, 40, 2_000_000, 800_000]
    assert set(figures["basis"]) == {"assumed"}


def test_a_draw_is_the_plan_of_a_run_with_its_figures(tmp_path: Path) -> None:
    case = tiny(tmp_path, HOURS, MONEY, "case,*,dwell_days,6,24,,,,,x\n", "bases,harbour,lon,174,176,,,,,x\n")
    found = planner.sensitivity(case, 2, seed=7)
    names = found["figures"]["figure"]
    (case / "uncertainty.csv").unlink()
    for draw in found["draws"].to_dict("records"):
        results = planner.plan(planner.read_case(case, {name: draw[name] for name in names}), causes=False)
        assert draw["plan_value"] == results.certificate.value
        assert draw["coverage"] == results.areas["covered_km2"].sum() / results.areas["area_km2"].sum()
        assert draw["status"] == "optimal"
        assert draw["gap"] <= results.certificate.tolerance


def test_ranks_and_their_ties_by_hand() -> None:
    # 100 and 99.95 differ by less than a thousandth; 0 is never first.
    price = np.array([[100.0, 99.95, 50.0, 0.0], [1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0]])
    assert ranks(price).tolist() == [[1, 1, 3, 4], [4, 3, 2, 1], [1, 1, 1, 1]]
    drawn = pd.DataFrame(price)
    drawn.columns = pd.Index([("programme_shadow_price", name) for name in "abcd"], tupleize_cols=False)
    base = dict(zip(drawn.columns, price[0], strict=True))
    table = ranking_table(base, drawn, {("programme", "a"): "A"}).set_index("id")
    assert table["share_first"].to_dict() == {"a": 1 / 3, "b": 1 / 3, "c": 0, "d": 1 / 3}
    assert table.loc["a", ["name", "base_rank", "rank_best", "rank_worst", "rank_median"]].tolist() == [
        *("A", 1, 1, 4, 1)
    ]


def test_correlations_and_swings_are_those_of_scipy() -> None:
    random = np.random.default_rng(11)
    u = pd.DataFrame(random.random((40, 3)), columns=["a", "b", "c"])
    drawn = pd.DataFrame({"x": u["a"] ** 3 + 0.1 * u["b"], "y": np.round(u["c"] * 4), "z": 1.0})
    drawn.columns = pd.Index([("coverage", "all"), ("spent", "p"), ("spent", "q")], tupleize_cols=False)
    table = driver_table(u, drawn, pd.DataFrame({"driver": ["a", "b", "b", "c"]}))
    assert table["figures"].tolist() == [{"a": 1, "b": 2, "c": 1}[name] for name in table["driver"]]
    for row in table.to_dict("records"):
        y, x = drawn[(row["outcome"], row["id"])].to_numpy(), u[row["driver"]].to_numpy()
        if row["id"] == "q":
            assert math.isnan(row["rank_correlation"])
            assert row["swing"] == 0
            continue
        assert row["rank_correlation"] == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
        order = np.argsort(x)
        assert row["low_mean"] == pytest.approx(y[order[:10]].mean())
        assert row["high_mean"] == pytest.approx(y[order[-10:]].mean())
    sizes = table[table["id"] == "all"]["rank_correlation"].abs().tolist()
    assert sizes == sorted(sizes, reverse=True)


def test_the_draws_are_those_of_the_seed(drawn: planner.Study, case: Path) -> None:
    """That one process and two plan them to the same bits is in tests/end_to_end/test_studies.py."""
    read = planner.read_case(case)
    figures = figure_table(read.uncertainty, read.sources)
    for seed, same in ((9, True), (8, False)):
        table = values(figures, quantiles(figures, 3, seed))
        assert drawn["draws"][list(table)].equals(table) == same


def test_a_draw_that_fails_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = pipeline.solve, []

    def sometimes(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise NoPlanError("time_limit", "the time limit was reached")
        return real(*given, **named)

    monkeypatch.setattr(pipeline, "solve", sometimes)
    found = planner.sensitivity(tiny(tmp_path, HOURS), 3)
    assert found["failures"].to_dict("records") == [
        {"draw": "draw_2", "status": "time_limit", "message": "the time limit was reached", "trace": ""}
    ]
    assert found["draws"]["status"].tolist() == ["optimal", "failed", "optimal"]
    assert found["draws"]["coverage"].notna().tolist() == [True, False, True]
    assert found["draws"]["assets.boat.hours_per_unit"].notna().all()
    assert found["outcomes"]["mean"].notna().all()
    text = plain(found.summary)
    assert "FAILED: draw_2: the time limit was reached" in text
    assert "FAILED draws: 1, in no statistic" in text
    with pytest.raises(NoPlanError, match="1 of 4 plans: draw_2: the time limit"):
        require_proofs(found)


def test_when_every_draw_fails_that_is_all_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = pipeline.solve, []

    def only_once(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise NoPlanError("infeasible", "no plan")
        return real(*given, **named)

    monkeypatch.setattr(pipeline, "solve", only_once)
    found = planner.sensitivity(tiny(tmp_path, HOURS), 2)
    assert len(found["failures"]) == 2
    assert found["outcomes"]["mean"].isna().all()
    assert "It does not vary." in plain(found.summary)
    out = write_study(found, tmp_path / "out")
    assert json.loads((out / "study.json").read_text("utf-8"))["sensitivity"]["failed"] == 2


def test_a_plan_that_is_not_proven_is_named(tmp_path: Path) -> None:
    rounds = {"solver.max_rounds": 1, "solver.gap_tolerance": 1e-13}
    found = planner.sensitivity(tiny(tmp_path, HOURS), 2, changes=rounds)
    assert (found["draws"]["status"] == "round_limit").all()
    assert "NOT PROVEN: as it stands (round limit), draw_1 (round limit)" in plain(found.summary)
    with pytest.raises(NoPlanError, match="3 of 3 plans: as it stands: the largest number of rounds"):
        require_proofs(found)


def test_a_case_without_a_range_says_how_to_state_one() -> None:
    with pytest.raises(
        InputError, match=r"uncertainty\.csv: states no range.*add columns such as sweep_width_nm_"
    ):
        planner.sensitivity(TINY)
    with pytest.raises(PlannerError, match="1 draws show no spread; ask for 2 or more"):
        planner.sensitivity(TINY, 1)


def test_ctrl_c_leaves_the_draws_that_are_done(
    drawn: planner.Study, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "run.part"
    real, calls = pipeline.solve, []

    def interrupted(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*given, **named)

    monkeypatch.setattr(pipeline, "solve", interrupted)
    with pytest.raises(Interrupted, match="1 of 3 are done and kept in"):
        planner.sensitivity(case, 3, seed=9, jobs=Jobs(store=store))
    monkeypatch.setattr(pipeline, "solve", real)
    left = pd.read_csv(store / "draws.csv")
    pd.testing.assert_frame_equal(left, drawn["draws"].head(1), check_exact=True)
    again = Jobs(store=store, resume=True)
    same_tables(planner.sensitivity(case, 3, seed=9, jobs=again), drawn)
    for other, seed in ((case, 2), (tiny(tmp_path, HOURS), 9)):
        with pytest.raises(OutputError, match="resumed: draw_1 was made with other inputs or options"):
            planner.sensitivity(other, 3, seed=seed, jobs=again)


def test_the_folder_holds_what_the_study_found(drawn: planner.Study, tmp_path: Path) -> None:
    told, text = written(drawn, tmp_path / "out")
    assert (told["seed"], told["draws"], told["failed"], told["figures_drawn"]) == (9, 3, 0, 2)
    assert told["base"]["status"] == "optimal"
    assert [plan["variant"] for plan in told["certificates"][1:]] == ["draw_1", "draw_2", "draw_3"]
    assert all(plan["bound"] <= plan["plan_value"] for plan in told["certificates"])
    # Of 12 + 10 figures of the assets, 2 + 1 of each area, base, programme and of the case two are drawn.
    assert (
        told["figures_held_fixed"]["assumed"] + told["figures_held_fixed"]["stated"]
        == len(planner.read_case(TINY).sources) - 2
    )
    assert text == plain(drawn.summary)
    assert "3 draws (Latin hypercube, seed 9) of 2 figures that have a range, each on its own." in text
    assert "All 4 plans are optimal within the tolerance" in text


def test_names_of_the_input_are_data(drawn: planner.Study) -> None:
    assert "[bold]Worked" in plain(drawn.summary)
    assert "[red]Boats[/red]" in set(drawn["ranking"]["name"])
