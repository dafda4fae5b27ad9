"""A run folder read back is what was written."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.errors import InputError
from planner.results.read_results import read_results
from planner.results.results import Results
from planner.results.run_json import versions
from planner.results.write import write
from tests.results.conftest import make_results

ISLANDS = shapely.MultiPolygon([shapely.box(177, -18, 178, -17), shapely.box(181, -17, 182, -16)])


def test_a_folder_read_back_is_what_was_written(tmp_path: Path) -> None:
    names = ["NA", 'Wallis, "Uvea"; <script> Τόνγκα 日本']
    written = make_results(land=ISLANDS)
    written = make_results(land=ISLANDS, areas=written.areas.assign(name=names))
    back = read_results(write(written, tmp_path / "run"))
    for field in fields(Results):
        was, now = getattr(written, field.name), getattr(back, field.name)
        if isinstance(was, pd.DataFrame):
            pd.testing.assert_frame_equal(now, was, check_exact=True, check_dtype=field.name != "bases")
        elif isinstance(was, np.ndarray):
            assert shapely.equals(was, now).all()
        elif field.name == "land":
            assert now.equals(was)
        elif field.name == "run":
            more = {"unbounded": None, "versions": versions()}
            assert now == {**was, **more}, "what is not finite is null in JSON"
        else:
            assert now == was, field.name


def test_a_folder_read_back_is_written_as_it_was(tmp_path: Path) -> None:
    one = write(make_results(land=ISLANDS), tmp_path / "one")
    two = write(read_results(one), tmp_path / "two")
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes(), file.name


def test_versions_are_those_that_made_the_plan(former: Path, tmp_path: Path) -> None:
    manifest = json.loads((former / "run.json").read_text(encoding="utf-8"))
    manifest["versions"]["planner"] = "0.0.1"
    (former / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    again = write(read_results(former), tmp_path / "again")
    assert json.loads((again / "run.json").read_text(encoding="utf-8"))["versions"]["planner"] == "0.0.1"


def test_outlines_follow_the_order_of_their_table(former: Path) -> None:
    head, *rows = (former / "areas.csv").read_text(encoding="utf-8").splitlines()
    (former / "areas.csv").write_text("\n".join([head, *rows[::-1]]), encoding="utf-8")
    back = read_results(former)
    west = [outline.bounds[0] for outline in back.area_geometry]
    assert list(zip(back.areas["area_id"], west, strict=True)) == [("tuvalu", 174), ("fiji", 175)]


def test_nothing_on_the_map_but_areas(tmp_path: Path) -> None:
    written = make_results()
    nothing = {
        name: getattr(written, name).iloc[:0] for name in ("missions", "funding", "allocation", "bases")
    }
    back = read_results(write(make_results(**nothing), tmp_path / "run"))
    assert back.land is None
    assert all(len(getattr(back, name)) == 0 for name in nothing)
    assert list(back.bases) == list(written.bases)


@pytest.mark.parametrize(
    ("file", "text", "rule"),
    [
        ("run.json", None, "name a folder that planner run or planner invest has written"),
        ("run.json", "{", "is not as it was written"),
        ("run.json", "[]", "is not as it was written"),
        ("run.json", '{"title": "x"}', "run.json, currency: .* by another version of the planner"),
        ("areas.csv", None, "areas.csv: .* cannot be read"),
        (
            "areas.csv",
            "area_id\nfiji\n",
            "areas.csv, name: .* another version of the planner, .* no such column; run the command",
        ),
        (
            "funding.csv",
            "programme_id,asset_id,area_id,period_id,amount\na,b,c,,much\n",
            "cannot be understood",
        ),
        ("cells.csv", "", "cannot be understood"),
        ("results.gpkg", None, "cannot be read"),
        ("results.gpkg", "nonsense", "cannot be read"),
    ],
)
def test_folder_that_is_not_as_it_was(former: Path, file: str, text: str | None, rule: str) -> None:
    (former / file).unlink() if text is None else (former / file).write_text(text)
    with pytest.raises(InputError, match=rule):
        read_results(former)


def test_folders_of_another_version_lack_columns_keys_and_files(former: Path) -> None:
    def said() -> str:
        with pytest.raises(InputError) as caught:
            read_results(former)
        (problem,) = caught.value.problems
        assert (problem.code, problem.value) == ("other_version", str(former))
        assert problem.remedy == "run the command that wrote it again, with --overwrite"
        return f"{problem.file}, {problem.column}: {problem.rule.rpartition(' ')[2]}"

    manifest, cells = json.loads((former / "run.json").read_text("utf-8")), former / "cells.csv"
    for key in ("coverage_worth", "currency", "certificate"):
        less = {name: value for name, value in manifest.items() if name != key}
        (former / "run.json").write_text(json.dumps(less), encoding="utf-8")
        assert said() == f"run.json, {key}: key"
    (former / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    table = pd.read_csv(cells, dtype="str", keep_default_na=False)
    for column in table:
        table.drop(columns=column).to_csv(cells, index=False)
        assert said() == f"cells.csv, {column}: column"
    cells.unlink()
    with pytest.raises(InputError, match=r"cells.csv: .* cannot be read"):  # it was there
        read_results(former)
    manifest["files"].remove("cells.csv")
    (former / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert said() == "cells.csv, : file"


def test_tables_and_layers_that_do_not_belong_together(
    former: Path, tmp_path: Path, results: Results
) -> None:
    other = write(
        make_results(cells=results.cells[:2], cell_geometry=results.cell_geometry[:2]), tmp_path / "other"
    )
    (former / "cells.csv").write_bytes((other / "cells.csv").read_bytes())
    with pytest.raises(InputError, match=r"has 3 cells, cells.csv has 2"):
        read_results(former)
    text = (former / "areas.csv").read_text(encoding="utf-8")
    (former / "areas.csv").write_text(text.replace("tuvalu,", "tokelau,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"has no outline of tokelau, which is in areas.csv"):
        read_results(former)
