"""The case that `planner new` writes, and the JSON Schema of every file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.case import read_case
from planner.case.new import README, example, write_new_case
from planner.cli import app
from planner.errors import OutputError
from planner.schema.documents import outputs_json, outputs_markdown, schemas
from planner.schema.settings import Settings
from planner.schema.tables import BY_TABLE, TABLES


def test_a_new_case_reads_without_a_problem_or_a_warning(tmp_path: Path) -> None:
    written = write_new_case(tmp_path / "deep" / "case")
    assert all(path.is_file() for path in written)
    case = read_case(tmp_path / "deep" / "case")
    assert case.warnings == ()
    assert (len(case.areas), len(case.bases), len(case.programmes)) == (2, 2, 2)
    assert set(case.assets["kind"]) == {"vessel", "aircraft"}
    assert set(case.sensors["kind"]) == {"satellite"}
    assert set(case.sources["basis"]) == {"assumed"}


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    write_new_case(tmp_path)
    assert (tmp_path / "case.toml").is_file()
    assert not [path for path in tmp_path.parent.iterdir() if path.name.startswith(".planner-new")]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(OutputError, match="is not an empty folder"):
        write_new_case(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("kind", ["file", "link", "below a file"])
def test_other_things_in_the_place(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "case"
    if kind == "file":
        place.write_text("x")
    elif kind == "link":
        place.symlink_to(tmp_path / "nowhere")
    else:
        (tmp_path / "file").write_text("x")
        place = tmp_path / "file" / "case"
    with pytest.raises(OutputError):
        write_new_case(place)


def test_a_place_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", denied)
    with pytest.raises(OutputError, match="Permission denied"):
        write_new_case(tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


def test_the_readme_explains_every_column() -> None:
    text = example()[README]
    for spec in TABLES.values():
        if spec.name == "risk":
            continue
        assert f"## {spec.file}" in text
        for name in spec.columns:
            assert f"`{name}`" in text or name.endswith(("_low", "_high"))


def test_every_file_has_a_schema_of_the_draft() -> None:
    found = schemas()
    assert set(found) == {"case.toml", *(spec.file for spec in TABLES.values())}
    assert json.loads(json.dumps(found)) == found
    assert {schema["$schema"] for schema in found.values()} == {
        "https://json-schema.org/draft/2020-12/schema"
    }


def test_every_column_says_what_it_is_with_unit_and_domain() -> None:
    fields = [(spec.file, name, field) for spec in TABLES.values() for name, field in spec.columns.items()]
    for file, name, field in fields:
        what, semicolon, domain = (field.description or "").partition("; ")
        assert all((what, semicolon, domain)), f"{file}, {name}: {field.description!r}"
    units = {
        "_kn": "knots",
        "_nm": "nautical miles",
        "_h": "hours",
        "_km2_per_scene": "km2",
        "lon": "degrees",
    }
    for _, name, field in fields:
        for ending, word in units.items():
            if name.endswith(ending):
                assert word in (field.description or ""), name


def test_schemas_are_closed_and_state_their_ranges() -> None:
    found = schemas()
    programme = found["programmes.csv"]
    assert programme["additionalProperties"] is False
    assert programme["properties"]["budget"]["minimum"] == 0
    assert "budget_low" in programme["properties"]
    assert "budget" in programme["required"]
    assert "FJI" in found["bases.csv"]["properties"]["country"]["enum"]
    assert set(found["case.toml"]["properties"]) == {*Settings.model_fields, "scenarios", "futures", "stress"}


def test_the_schema_of_sensors_allows_both_kinds_and_says_what_each_needs() -> None:
    sensors = schemas()["sensors.csv"]
    assert sensors["properties"]["kind"]["enum"] == ["fixed", "satellite"]
    assert {"sensor_id", "kind", "currency"} <= set(sensors["required"])
    assert not {"lon", "cost_per_scene"} & set(sensors["required"])
    kinds = [sensors["$defs"][option["$ref"].rpartition("/")[2]] for option in sensors["oneOf"]]
    fixed, satellite = kinds
    assert [kind["properties"]["kind"]["const"] for kind in kinds] == ["fixed", "satellite"]
    assert {"lon", "lat", "radius_nm", "coverage_factor"} == {*fixed["required"]} - {*satellite["required"]}
    assert "A row of kind fixed must fill lon, lat, radius_nm, coverage_factor." in sensors["description"]
    assert "kind satellite must fill swept_km2_per_scene, hours_per_scene, cost" in sensors["description"]


def test_the_readme_explains_both_kinds_of_sensors() -> None:
    lines = example()[README].splitlines()
    assert "- `kind`*: The kind of sensor; fixed or satellite" in lines
    assert any(
        line.startswith("- `radius_nm`:") and "(filled for fixed, else blank)" in line for line in lines
    )
    assert any(line.startswith("- `cost_per_scene`:") and "for satellite" in line for line in lines)


def test_the_schema_of_sources_takes_the_figures_of_the_case() -> None:
    field = schemas()["sources.csv"]["properties"]["field"]
    for good in ("*", "fx.rates", "dwell_days; fx.rates"):
        assert re.fullmatch(field["pattern"], good)
    for bad in ("fx.", "*;units", "Fx"):
        assert not re.fullmatch(field["pattern"], bad)


def test_outputs_are_shown_as_markdown_and_json() -> None:
    tables = {"areas": {"area_id": ("str", "area"), "coverage": ("float64", "mean POD [share]")}}
    assert "| `coverage` | float64 | mean POD [share] |" in outputs_markdown(tables).splitlines()
    assert json.loads(outputs_json(tables))["areas"]["area_id"] == {"type": "str", "text": "area"}


def test_the_command_shows_the_columns_of_every_table_of_results() -> None:
    found = CliRunner().invoke(app, ["schema", "--outputs", "--format", "json"])
    assert found.exit_code == 0
    assert {"areas", "programmes", "missions"} <= json.loads(found.stdout).keys()


def test_whatever_names_ids_names_those_of_tables_with_ids() -> None:
    for spec in TABLES.values():
        for column in spec.columns.values():
            assert all(name == BY_TABLE or TABLES[name].id for name in column.references)
            assert column.numeric or not (column.money or column.ranged or column.place)
