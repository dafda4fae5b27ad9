"""Figures of studies: the numbers drawn are those of the CSV files, and what is no such folder is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import planner
from planner.charts.spec import Chart, printed
from planner.charts.write import rendered
from planner.errors import InputError
from planner.page.figures import STUDY_NAMES, of_folder, write_figures
from planner.results.palette import GAIN, KINDS, LESS_MORE, LOSS, TARGET
from planner.studies.kinds.comparison import coverage
from planner.studies.study import charts_of
from planner.studies.uncertainty import CHANCE, HIGH, LOW, MOST_DRIVERS, ranges, tornado
from tests.charts import made
from tests.charts.drawn import Spec, laid_out, near, overlapping, pixels, said, table, texts

pytestmark = pytest.mark.xdist_group("studies")  # what they share is made once


@dataclass
class Made:
    """A study from plain tables."""

    kind: str
    tables: dict[str, pd.DataFrame]
    document: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def chart(kind: str, tables: dict[str, pd.DataFrame], name: str = "", **document: Any) -> Chart:
    charts = charts_of(kind)
    return charts[name or next(iter(charts))](Made(kind, tables, document))


def csv(kind: str, name: str) -> pd.DataFrame:
    return pd.read_csv(made.folder(kind) / f"{name}.csv")


@cache
def figures(kind: str) -> dict[str, Spec]:
    source = of_folder(made.folder(kind))
    return {name: source.spec(name) for name in source.charts}


def rungs(*left: float) -> dict[str, pd.DataFrame]:
    names = ["plan", "choice", "earmarks"][: len(left)]
    return {"ladder": pd.DataFrame({"rung": names, "shortfall_km2": left})}


def steps(*gains: float) -> dict[str, pd.DataFrame]:
    rows = {"kind": "unit", "variant": [f"step {n}" for n in range(len(gains))], "gain": gains}
    table = pd.DataFrame({**rows, "gain_least": 0.0, "gain_most": gains, "predicted": gains})
    return {"steps": table, "variants": table.assign(title="one more of <boat>")}


def comparison(scenarios: int, target: float | None = None) -> pd.DataFrame:
    """Areas a, b, c, covered to 0.1, 0.2, 0.3 of their place and 0.05 more of it in each scenario."""
    rows: list[tuple[object, ...]] = []
    for number in range(scenarios):
        for place, (area, name) in enumerate([("a", "West"), ("b", "East"), ("c", "<script>")]):
            value = 0.1 * place + 0.05 * number * place
            rows.append((f"s{number}", area, name, "coverage", value))
            rows.append((f"s{number}", area, name, "target_coverage", target))
    return pd.DataFrame(rows, columns=["scenario", "area_id", "name", "figure", "value"])


DRIVERS = pd.DataFrame(
    {
        "driver": ["speed", "width", "dwell"],
        "low_mean": [90.0, 50.0, 100.0],
        "high_mean": [120.0, 180.0, 100.0],
    }
).assign(called=["Boats: speed", "Radars: width", "dwell days"], sure=[True, True, False], draws=40)
PERCENTILES = ["p5", "p25", "base", "p75", "p95"]
OUTCOMES = pd.DataFrame([["a", "West", 1.0, 2, 3, 4, 5]], columns=["id", "name", *PERCENTILES]).assign(
    median=3
)
SWEPT = {"kind": "budget", "unit": "USD", "present": 2e6, "ids": ["fund"]}
POINTS = pd.DataFrame(
    {
        **{"point": [3, 1, 2, 4], "amount": [3e6, 1e6, 2e6, 0.0], "covered_km2": [30.0, 10.0, 25.0, None]},
        **{"shadow_price": 0.0, "shadow_price_per_million": [1.0, 9.0, 5.0, None]},
    }
)


def test_comparison_has_the_figures_of_the_csv() -> None:
    shown = table(figures("comparison")["coverage"], "scenario", "value")
    areas = csv("comparison", "areas")
    areas = areas[areas["figure"] == "coverage"].set_index(["scenario", "area_id"])["value"]
    assert {(row["scenario"], row["area_id"]): row["value"] for row in shown} == areas.to_dict()


def test_sweep_has_the_figures_of_the_csv() -> None:
    shown = table(figures("sweep")["frontier"], "amount", "shadow_price")
    points = csv("sweep", "points").rename(
        columns={"shadow_price": "", "shadow_price_per_million": "shadow_price"}
    )
    for column in ("amount", "covered_km2", "shadow_price"):
        assert [row[column] for row in shown] == points[column].tolist()


def test_ladder_has_the_figures_of_the_csv() -> None:
    shown = table(figures("ladder")["ladder"], "low", "high", "kind")
    rows = csv("ladder", "ladder").set_index("rung")
    assert shown[0]["high"] == rows.loc["plan", "shortfall_km2"]
    for row, step in zip(shown[1:-1], rows["step_km2"][1:-1], strict=True):
        assert row["high"] - row["low"] == pytest.approx(step, abs=1e-6)
    assert shown[-1]["high"] == pytest.approx(rows.loc["out_of_reach", "step_km2"], abs=1e-6)


def test_next_steps_and_contingencies_have_the_figures_of_the_csv() -> None:
    expected = csv("next", "steps")
    expected = expected[expected["gain"] > 0.0]
    shown = table(figures("next")["gains"], "gain", "predicted")
    assert [row["gain"] for row in shown] == expected["gain"].tolist()
    expected = csv("stress", "losses")
    expected = expected[expected["how"] != "not used"]
    shown = table(figures("stress")["losses"], "kind", "km2")
    assert [row["km2"] for row in shown] == [*expected["lost"], *expected["lost_reoptimised"]]


def test_steps_and_drivers_have_names_instead_of_keys() -> None:
    assert [row["label"] for row in table(figures("next")["gains"], "gain", "predicted")] == [
        *("money for Civil surveillance", "money without any earmark", "money for Patrol support")
    ]
    named = {row["label"] for row in table(figures("sensitivity")["tornado"], "end", "kind")}
    assert {"dwell days", "Patrol support: budget", "radar"} <= named


def test_sensitivity_has_the_figures_of_the_csv() -> None:
    found, drivers, outcomes = (
        figures("sensitivity"),
        csv("sensitivity", "drivers"),
        csv("sensitivity", "outcomes"),
    )
    drivers = drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == "all")]
    ends = [row["end"] for row in table(found["tornado"], "end", "kind")]
    assert sorted(ends) == pytest.approx(sorted([*drivers["low_mean"], *drivers["high_mean"]]))
    shown_in = {"ranges_coverage": ["coverage", "area_coverage"], "ranges_gap": ["programme_gap_km2"]}
    for name, some in shown_in.items():
        expected = outcomes[outcomes["outcome"].isin(some)]
        if not expected[list(PERCENTILES)].any(axis=None):
            assert "All of them are 0" in json.dumps(found[name])
            continue
        shown = table(found[name], *PERCENTILES)
        for column in PERCENTILES:
            assert [row[column] for row in shown] == pytest.approx(expected[column].tolist())


@pytest.mark.parametrize("kind", made.KINDS)
def test_every_study_is_written_whole_and_says_what_it_shows(tmp_path: Path, kind: str) -> None:
    source = of_folder(made.folder(kind))
    assert set(source.charts) <= set(STUDY_NAMES)
    written = write_figures(source, tmp_path / "figures", "svg")
    files = {file.name for file in written.iterdir()}
    assert files == {*(f"{name}.svg" for name in source.charts), "figures.json"}
    document = json.loads((written / "figures.json").read_text(encoding="utf-8"))
    assert document["status"] == "optimal"
    assert set(document["inputs"]) >= {"case.toml", "areas.geojson"}
    assert all("plans optimal" in said(spec) for spec in figures(kind).values())


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda folder: (folder / "points.csv").unlink(), "points.csv: .* cannot be read"),
        (lambda folder: (folder / "points.csv").write_text("a,b\n"), "points.csv, point: .* another version"),
        (lambda folder: (folder / "study.json").write_text("{"), "study.json: .* is not as it was written"),
        (lambda folder: (folder / "study.json").write_text('{"kind": "sweep"}'), "is not as it was written"),
        (
            lambda folder: (folder / "study.json").write_text('{"kind": "sweep", "sweep": {"title": "x"}}'),
            "study.json, objective: .* another version",
        ),
        (lambda folder: (folder / "study.json").unlink(), "holds no run and no study"),
    ],
)
def test_folder_that_is_not_as_it_was(tmp_path: Path, spoil: Callable[[Path], object], rule: str) -> None:
    folder = shutil.copytree(made.folder("sweep"), tmp_path / "sweep")
    spoil(folder)
    with pytest.raises(InputError, match=rule):
        of_folder(folder)


def test_figures_that_a_folder_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="map_pod is not a figure of this folder; name one or several of"):
        write_figures(of_folder(made.folder("sweep")), tmp_path / "figures", only=["map_pod"])
    assert not (tmp_path / "figures").exists()


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [("comparison", "planner compare CASE --report"), ("ladder", "planner ladder CASE --report")],
)
def test_a_report_of_a_study_is_made_by_its_own_command(kind: str, remedy: str) -> None:
    with pytest.raises(InputError, match=remedy):
        planner.write_report(made.folder(kind))


def test_waterfall() -> None:
    drawn = printed(chart("ladder", rungs(1000.0, 400.0, 500.0)))
    shown = table(drawn, "low", "high", "kind")
    # 1000, down by 600 to 400, up by 100 to 500, which is left
    assert [(row["low"], row["high"]) for row in shown] == [(0, 1000), (400, 1000), (400, 500), (0, 500)]
    assert [row["kind"] for row in shown] == ["start", "less shortfall", "more shortfall", "what is left"]
    assert [row["text"] for row in shown] == ["1,000", "−600", "+100", "500"]
    image = pixels(drawn)
    assert near(image, GAIN).sum() > 200
    assert near(image, LOSS).sum() > 100


def test_dumbbell() -> None:
    drawn = printed(coverage(comparison(3, 0.5), {}))
    shown = {(row["scenario"], row["area_id"]): row["value"] for row in table(drawn, "scenario", "value")}
    assert len(shown) == 9
    assert shown["s2", "c"] == pytest.approx(0.4)
    assert [row["target"] for row in table(drawn, "target")] == [0.5] * 3
    assert ". Ticks: targets" in said(drawn)
    y = drawn["layer"][0]["encoding"]["y"]
    assert y["sort"] == ["<script>", "East", "West"], "the largest change first"
    image = pixels(drawn)
    assert all(near(image, colour).sum() > 20 for colour in KINDS[:3])


def test_a_target_that_scenarios_do_not_share_has_no_tick() -> None:
    frame = comparison(2, 0.5)
    other = (frame["figure"] == "target_coverage") & (frame["scenario"] == "s1") & (frame["area_id"] == "b")
    drawn = printed(coverage(frame.assign(value=frame["value"].mask(other, 0.3)), {}))
    assert sorted(row["label"] for row in table(drawn, "target")) == ["<script>", "West"]
    assert "targets that are the same in all scenarios" in " ".join(said(drawn).split())


def test_many_scenarios_are_a_table_of_differences() -> None:
    drawn = printed(coverage(comparison(9), {}))
    shown = {(row["scenario"], row["area_id"]): row["difference"] for row in table(drawn, "difference")}
    assert shown["s8", "c"] == pytest.approx(0.8)
    assert "60.0%" in said(drawn)
    image = pixels(drawn)
    assert near(image, LESS_MORE[-1]).sum() > near(image, LESS_MORE[3]).sum() > 100


def test_frontier() -> None:
    drawn = printed(chart("sweep", {"points": POINTS}, swept=SWEPT))
    shown = [tuple(row.values())[:3] for row in table(drawn, "amount", "covered_km2")]
    assert shown == [(1e6, 10.0, 9.0), (2e6, 25.0, 5.0), (3e6, 30.0, 1.0)]
    assert "budget [USD]" in [text for text, _ in texts(drawn)]
    assert near(pixels(drawn), TARGET).sum() > 50, "the shadow price"
    spacing = chart("sweep", {"points": POINTS}, swept={**SWEPT, "kind": "spacing", "ids": []})
    assert near(pixels(printed(spacing)), TARGET).sum() == 0, "has none"


def test_tornado_is_sorted_by_span() -> None:
    shown = table(printed(tornado(DRIVERS, 100.0, False, "What drives it")), "end", "kind")
    # spans 130, 30, 0
    assert [row["label"] for row in shown][:3] == ["Radars: width", "Boats: speed", "dwell days"]
    assert [row["end"] for row in shown] == [50.0, 90.0, 100.0, 180.0, 120.0, 100.0]
    assert [row["kind"] for row in shown] == [LOW, LOW, CHANCE, HIGH, HIGH, CHANCE], "the last is grey"
    chance = tornado(DRIVERS.assign(sure=False), 100.0, False, "x")
    assert "No driver stands out from chance in 40 draws." in chance.notes[0]
    assert near(pixels(printed(chance)), KINDS[0]).sum() == 0
    thirty = pd.concat([DRIVERS] * 10, ignore_index=True)
    thirty = thirty.assign(driver=[f"driver {n}" for n in range(30)])
    many = said(printed(tornado(thirty, 100.0, False, "x")))
    assert f"{30 - MOST_DRIVERS} assumptions with less effect are not shown." in many


@pytest.mark.parametrize(
    "drawn",
    [
        chart("ladder", rungs(1000.0, 400.0, 500.0)),
        chart("next", steps(100.0, 20.0)),
        coverage(comparison(3, 0.5), {}),
        coverage(comparison(9), {}),
        tornado(DRIVERS, 100.0, False, "What drives it"),
    ],
    ids=["waterfall", "gains", "dumbbell", "table", "tornado"],
)
def test_nothing_overlaps(drawn: Chart) -> None:
    spec = printed(drawn)
    found, (wide, _) = laid_out(spec)
    assert overlapping(found) == []
    assert wide < 545
    assert b"<script" not in rendered(spec, "svg")


@pytest.mark.parametrize(
    "drawn",
    [
        chart("ladder", rungs()),
        chart("ladder", rungs(0.0)),
        chart("next", steps(0.0)),
        coverage(comparison(0), {}),
        coverage(comparison(1), {}),
        chart("sweep", {"points": POINTS.iloc[3:]}, swept=SWEPT),
        chart("sweep", {"points": POINTS.iloc[:1]}, swept={**SWEPT, "kind": "hours"}),
        tornado(DRIVERS.iloc[:0], 0.0, True, "x"),
        tornado(DRIVERS.iloc[2:], 100.0, False, "x"),
        ranges(OUTCOMES.iloc[:0], False, "km²", "x"),
        ranges(OUTCOMES.assign(median=3.0), True, "", "x"),
    ],
)
def test_nothing_or_little_to_show(drawn: Chart) -> None:
    assert texts(printed(drawn))
