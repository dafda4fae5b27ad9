"""What the rest of the program gets: resolved lists, canonical longitudes, types, and sources of figures."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import planner.case
from planner.case import Case, read_case
from planner.schema.settings import Settings
from tests.case.conftest import Folder


def test_lists_are_resolved(folder: Folder) -> None:
    case = folder.read()
    assert list(case.programmes["asset_kinds"]) == [("vessel",), ("aircraft", "satellite")]
    assert case.programmes["assets"][0] == ("patrol_boat", "survey_plane", "radar_scenes")
    assert case.programmes["areas"][0] == ("west", "east")
    assert list(case.programmes["services"]) == [("police", "civil"), ("civil",)]
    assert list(case.access["areas"]) == [("west", "east"), ("east",)]
    assert list(case.bases["kinds"]) == [("vessel",), ("vessel", "aircraft")]


def test_stars_and_missing_services_are_everything(folder: Folder) -> None:
    folder.write(
        "programmes.csv",
        "programme_id,name,donor,budget,currency,asset_kinds,assets,areas\n"
        "patrols,P,D,1,USD,*,*,*\neyes,E,D,1,USD,*,*,*\n",
    )
    programmes = folder.read().programmes
    assert programmes["asset_kinds"][0] == ("vessel", "aircraft", "uncrewed_aircraft", "fixed", "satellite")
    assert programmes["services"][0] == planner.case.SERVICES == ("civil", "police", "military")


def test_columns_and_types(folder: Folder) -> None:
    case = folder.read()
    assert list(case.areas.columns) == [
        "area_id", "name", "short_name", "coastal_state", "risk_weight", "target_coverage", "visits_per_year",
        "source", "geometry",
    ]  # fmt: skip
    assert list(case.bases.columns) == [
        "base_id", "name", "country", "lon", "lat", "kinds", "capacity_hours", "source",
    ]  # fmt: skip
    assert list(case.access.columns) == ["operator", "areas", "periods", "tasks", "kinds", "basis", "source"]
    figures, texts = ["lon", "lat", "weight", "visits", "reach_nm"], ["period", "layer", "mode", "future"]
    assert list(case.risk.columns) == [*figures, *texts]
    assert set(case.risk[figures].dtypes) == {np.dtype("float64")}
    for frame in (
        case.areas,
        case.bases,
        case.assets,
        case.sensors,
        case.programmes,
        case.access,
        case.sources,
    ):
        for name, dtype in frame.dtypes.items():
            assert dtype in ("float64", "str") or name in (
                "geometry", "kinds", "bases", "areas", "assets", "asset_kinds", "services", "periods",
                "tasks",
            )  # fmt: skip
            if dtype == "str":
                assert not frame[name].isna().any()
    assert not any(name.endswith("_low") for name in case.programmes.columns)
    assert {"sweep_width_nm_low", "sweep_width_nm_high"} <= set(case.assets.columns)
    assert isinstance(case.settings, Settings)


def test_blanks_mean_what_they_should(folder: Folder) -> None:
    case = folder.read()
    assert list(case.bases["capacity_hours"]) == [np.inf, 4000]
    assert list(case.areas["target_coverage"]) == [0.2, 0.3]
    assert case.sensors[["lon", "lat", "radius_nm", "coverage_factor"]].isna().all(axis=None)


def test_longitudes_are_canonical(folder: Folder) -> None:
    folder.append("sensors.csv", "radar,Radar,fixed,fji,1,8000,10,USD,police,-179.5,-16,20,3,,,,\n")
    folder.write("risk.csv", "lon,lat,weight\n-170,0,1\n360,0,1\n190,1,1\n")
    case = folder.read()
    assert list(case.bases["lon"]) == pytest.approx([178.42, 184.8])
    assert case.sensors["lon"][1] == pytest.approx(180.5)
    assert list(case.risk["lon"]) == [190, 0, 190]
    assert np.isnan(case.sensors["hours_per_scene"][1])


def test_the_order_of_columns_and_spaces_do_not_matter(folder: Folder) -> None:
    table = pd.read_csv(folder.path / "assets.csv", dtype=str)
    expected = folder.read().assets
    rows = [
        " , ".join(reversed([str(cell) for cell in row]))
        for row in [list(table.columns), *table.to_numpy().tolist()]
    ]
    folder.write("assets.csv", "\n".join(rows))
    assert folder.read().assets.equals(expected)


def test_a_case_is_frozen(folder: Folder) -> None:
    case = folder.read()
    with pytest.raises(FrozenInstanceError):
        case.land = None  # type: ignore[misc]
    with pytest.raises(Exception, match="frozen"):
        case.settings.title = "x"  # type: ignore[misc]


def test_a_path_may_be_text_or_relative(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.path)
    assert isinstance(read_case("."), Case)
    assert isinstance(read_case(Path()), Case)


def _source(case: Case, table: str, key: str, field: str) -> pd.Series:
    sources = case.sources
    found = sources[(sources["table"] == table) & (sources["id"] == key) & (sources["field"] == field)]
    assert len(found) == 1
    return found.iloc[0]


def test_the_most_specific_source_wins(folder: Folder) -> None:
    folder.write(
        "sources.csv",
        "table,id,field,basis,source,note\n"
        "assets,patrol_boat,units,stated,named row and column,\n"
        "assets,*,*,assumed,all,\n"
        "assets,*,units;range_nm,derived,all rows of a column,3 x 4\n"
        "assets,patrol_boat,*,stated,named row,\n"
        "assets,patrol_boat;survey_plane,reserve,derived,first,\n"
        "assets,survey_plane,reserve,stated,later,\n",
    )
    case = folder.read()
    assert _source(case, "assets", "patrol_boat", "units")["source"] == "named row and column"
    assert _source(case, "assets", "patrol_boat", "range_nm")["source"] == "named row"
    assert _source(case, "assets", "survey_plane", "range_nm")["source"] == "all rows of a column"
    assert _source(case, "assets", "survey_plane", "range_nm")["note"] == "3 x 4"
    assert _source(case, "assets", "survey_plane", "endurance_h")["source"] == "all"
    assert _source(case, "assets", "survey_plane", "reserve")["source"] == "later"
    assert _source(case, "assets", "patrol_boat", "reserve")["source"] == "first"


def test_a_figure_without_a_source_is_assumed_and_keeps_the_rows_source(folder: Folder) -> None:
    folder.replace("programmes.csv", "police;civil,assumed", "police;civil,a newspaper").remove("sources.csv")
    budget = _source(folder.read(), "programmes", "patrols", "budget")
    assert (budget["basis"], budget["source"]) == ("assumed", "a newspaper")
    assert (budget["value"], budget["currency"]) == (1_200_000, "AUD")


def test_every_figure_that_was_handed_in_has_one_row(folder: Folder) -> None:
    sources = folder.read().sources
    assert list(sources.columns) == ["table", "id", "field", "value", "currency", "basis", "source", "note"]
    assert not sources.duplicated(["table", "id", "field"]).any()
    assert sources["value"].notna().all()
    # case: 2 times, the target that west relies on, 1 rate
    # areas: 2 weights, 1 target; bases: 4 positions, 1 capacity; assets: 2 x 11; satellite: 6; budgets: 2
    assert sources["table"].value_counts().to_dict() == {
        "case": 4, "areas": 3, "bases": 5, "assets": 22, "sensors": 6, "programmes": 2,
    }  # fmt: skip


def test_the_figures_of_the_whole_case_have_sources(folder: Folder) -> None:
    folder.write(
        "sources.csv",
        "table,id,field,basis,source,note\n"
        "case,*,dwell_days;target_coverage,derived,a study,3 x 4\n"
        "case,*,horizon_days,stated,a choice,\n",
    )
    case = folder.read({"dwell_days": "7"})
    sources = case.sources[case.sources["table"] == "case"]
    columns = ["id", "field", "value", "currency", "basis", "source", "note"]
    assert sources[columns].to_numpy().tolist() == [
        ["", "horizon_days", 365, "", "stated", "a choice", ""],
        ["", "dwell_days", 7, "", "assumed", "set by the change dwell_days", ""],
        ["", "target_coverage", 0.2, "", "derived", "a study", "3 x 4"],
        ["", "fx.rates.AUD", 0.65, "USD", "stated", "assumed, for the example", "dated 2025-06-30"],
    ]


def test_figures_of_the_case_without_a_row(folder: Folder) -> None:
    folder.replace("areas.geojson", '"risk_weight": 1.0', '"risk_weight": 1.0, "target_coverage": 0.1')
    case = folder.remove("sources.csv").read()
    sources = case.sources[case.sources["table"] == "case"].set_index("field")
    assert sources["basis"].to_dict() == {  # every area has its own target: the case's does nothing
        "horizon_days": "assumed", "dwell_days": "assumed", "fx.rates.AUD": "stated",
    }  # fmt: skip


@pytest.mark.parametrize("field", ["fx.rates", "*"])
def test_rates_have_the_basis_of_their_row_and_the_source_of_fx(folder: Folder, field: str) -> None:
    folder.write(
        "sources.csv", f"table,id,field,basis,source,note\ncase,*,{field},assumed,mine,a round figure\n"
    )
    rate = _source(folder.read(), "case", "", "fx.rates.AUD")
    assert (rate["basis"], rate["source"], rate["note"]) == (
        "assumed",
        "assumed, for the example",
        "a round figure",
    )


def test_a_case_in_one_currency_has_no_rates(folder: Folder) -> None:
    folder.write("case.toml", folder.without_scenarios().text("case.toml").replace("AUD = 0.65", ""))
    for file in ("assets.csv", "programmes.csv"):
        folder.replace(file, "AUD", "USD")
    assert list(folder.read().sources.query("table == 'case'")["field"]) == [
        "horizon_days",
        "dwell_days",
        "target_coverage",
    ]


def test_what_is_no_number_has_a_source_only_if_it_is_named(folder: Folder) -> None:
    folder.append("sources.csv", "access,fji,areas,stated,treaty series,\naccess,*,*,stated,x,\n")
    sources = folder.read().sources
    access = sources[sources["table"] == "access"]
    assert access[["id", "field", "basis", "source"]].to_numpy().tolist() == [
        ["fji", "areas", "stated", "treaty series"]
    ]
    assert access["value"].isna().all()


def test_the_figures_of_the_risk_map_have_sources(folder: Folder) -> None:
    folder.write("risk.csv", "lon,lat,weight,visits\n178,-18,2,30\n179,-18,2,\n").append(
        "sources.csv", "risk,*,weight,derived,a table of catches,by area\n"
    )
    last = folder.read().sources.iloc[-2:]
    assert last[["table", "field", "basis", "source", "note"]].to_numpy().tolist() == [
        ["risk", "weight", "derived", "a table of catches", "places: 2; by area"],
        ["risk", "visits", "assumed", "risk.csv", "places: 1"],
    ]
