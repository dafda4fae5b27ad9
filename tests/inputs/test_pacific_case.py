"""The Pacific case: what its README says of it is so, and its outlines can be replaced by published ones."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from planner.case import Case, read_case
from planner.case.import_areas import import_areas
from planner.geometry.area import areas_km2
from planner.studies.draws import figure_table

CASE = Path(__file__).resolve().parents[2] / "inputs" / "pacific"
VARIABLE = "PLANNER_PUBLISHED_ZONES"
"""Names a file of published zones, as Marine Regions' World EEZ."""
README_COUNTS = re.compile(r"\| (\w+)[^|]*\| (\d+) \| (\d+) \| (\d+) \|")


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(CASE)


def test_it_reads_without_a_warning(case: Case) -> None:
    assert [(each.file, each.code) for each in case.warnings] == [("availability.csv", "undivided")]


def test_the_readme_counts_the_figures(case: Case) -> None:
    readme = (CASE / "README.md").read_text(encoding="utf-8")
    head, _, table = readme.partition("| table | stated | derived | assumed |\n")
    assert head != readme
    printed = {name: tuple(map(int, counts)) for name, *counts in README_COUNTS.findall(table)}
    counts = pd.crosstab(case.sources["table"], case.sources["basis"], margins=True, margins_name="all")
    counted = counts[["stated", "derived", "assumed"]].itertuples(name=None)
    assert printed == {name: tuple(of_basis) for name, *of_basis in counted}


def test_the_readme_counts_the_least_known_figures_of_the_assets(case: Case) -> None:
    said = re.search(r"(\d+) are the reserve of fuel", (CASE / "README.md").read_text(encoding="utf-8"))
    assumed = case.sources[(case.sources["table"] == "assets") & (case.sources["basis"] == "assumed")]
    fields = assumed["field"].value_counts()[["reserve", "min_on_station_h", "cost_per_mission"]]
    assert said
    assert int(said[1]) == fields.sum()


def test_every_figure_has_a_source(case: Case) -> None:
    assert (case.sources["source"] != "").all()


@pytest.mark.parametrize("phase", ["el_nino", "la_nina"])
def test_weights_of_other_years_are_as_well_founded_as_those_of_all(case: Case, phase: str) -> None:
    of_phase = read_case(CASE, scenario=phase).sources
    weights = of_phase[(of_phase["table"] == "areas") & (of_phase["field"] == "risk_weight")]
    assert set(weights["basis"]) == {"derived"}
    assert weights["source"].str.startswith(f"zones/risk.csv, weight_{phase}: ").all()
    assert of_phase["basis"].value_counts().to_dict() == case.sources["basis"].value_counts().to_dict()


def test_every_range_has_a_source_or_is_called_an_assumption(case: Case) -> None:
    assert case.uncertainty["source"].str.contains("^assumption|^ranges of the columns|:").all()
    drawn = figure_table(case.uncertainty, case.sources)
    said = re.search(
        r"draws (\d+) figures from their ranges, by (\d+) drivers", (CASE / "README.md").read_text("utf-8")
    )
    assert said
    assert (int(said[1]), int(said[2])) == (len(drawn), drawn["driver"].nunique())
    # Whatever a row says of the columns' ranges, none of them is left out.
    columns = case.uncertainty["field"].isin(("sweep_width_nm", "hours_per_unit", "cost_per_hour"))
    assert (columns & (case.uncertainty["table"] == "assets")).sum() == 3 * len(case.assets)
    assert set(case.uncertainty["distribution"]) == {"triangular", "loguniform"}


@pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"{VARIABLE} names no file")
def test_published_zones_take_the_place_of_the_outlines(case: Case, tmp_path: Path) -> None:
    collection, warnings = import_areas(os.environ[VARIABLE], like=CASE / "areas.geojson")
    assert {warning.code for warning in warnings} <= {"left_out", "area_changed"}
    shutil.copytree(CASE, tmp_path / "pacific")
    (tmp_path / "pacific" / "areas.geojson").write_text(json.dumps(collection), encoding="utf-8")
    other = read_case(tmp_path / "pacific")
    # the simplified file has islands in its zones, Vanua Levu among them
    assert [(each.code, each.value[:4]) for each in other.warnings if each.code != "undivided"] == [
        ("land_inside", "cook"),
        ("land_inside", "fiji"),
    ]
    kept = ["area_id", "name", "coastal_state", "risk_weight", "target_coverage"]
    pd.testing.assert_frame_equal(other.areas[kept], case.areas[kept])
    pd.testing.assert_frame_equal(other.sources, case.sources)
    own, published = areas_km2(list(case.areas["geometry"])), areas_km2(list(other.areas["geometry"]))
    assert list(published) == pytest.approx(list(own), rel=0.06)
    assert not (published == own).any()
