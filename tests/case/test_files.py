"""Files that are missing, unreadable, of another encoding, too large, or not what their name says."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from planner.case import csv_file, files, read_case, rows
from planner.case.folder import CASE_FILES
from planner.case.new import example
from planner.errors import InputError
from planner.schema import tables
from tests.case.conftest import Folder

FILES = {name: text for name, text in example().items() if name != "README.md"}


@pytest.mark.parametrize(
    "file", ["case.toml", "areas.geojson", "bases.csv", "assets.csv", "programmes.csv", "access.csv"]
)
def test_a_required_file_that_is_missing_is_named(folder: Folder, file: str) -> None:
    folder.without_scenarios().remove(file)
    problems = [problem for problem in folder.problems() if problem.code == "missing_file"]
    assert [problem.file for problem in problems] == [file]


@pytest.mark.parametrize("file", ["sensors.csv", "sources.csv"])
def test_an_optional_file_may_be_missing(folder: Folder, file: str) -> None:
    case = folder.remove(file).read()
    assert file not in case.hashes
    assert len(case.sources) > 0


def test_a_table_without_sensors_keeps_its_columns(folder: Folder) -> None:
    full = folder.read().sensors
    empty = folder.remove("sensors.csv").read().sensors
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert list(empty.dtypes) == list(full.dtypes)


@pytest.mark.parametrize(
    ("content", "row", "code"),
    [
        (b"", 0, "empty_file"),
        ("operator,areas,basis\nfji,east,Noum\x81a\n".encode("latin-1"), 2, "not_utf8"),
        (b"\xef\xbb\xbfoperator,areas,basis\nfji,east,\xe9", 2, "not_utf8"),
        (b"operator,areas,basis\nfji,east," + b"x" * 140_000, 2, "cell_too_long"),
    ],
)
def test_a_broken_csv_file(folder: Folder, content: bytes, row: int, code: str) -> None:
    folder.write("access.csv", content)
    problems = folder.problems()
    assert {problem.file for problem in problems} == {"access.csv"}
    assert [problem.row for problem in problems if problem.code == code] == [row]


def test_rows_are_numbered_as_an_editor_does(folder: Folder) -> None:
    folder.write(
        "access.csv", 'operator,areas,basis\r\n\r\nfji,east,"two\r\nlines"\r\n,,\r\nfji,nowhere,x\r\n'
    )
    assert [(problem.row, problem.column) for problem in folder.problems()] == [(3, "basis"), (6, "areas")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_do_not_matter(folder: Folder, newline: str, mark: str) -> None:
    expected = folder.read()
    for file in folder.path.glob("*.csv"):
        folder.write(file.name, mark + folder.text(file.name).replace("\n", newline))
    case = folder.read()
    for name in ("bases", "assets", "sensors", "programmes", "access", "sources"):
        assert getattr(case, name).equals(getattr(expected, name))


def test_a_byte_order_mark_in_toml_and_json(folder: Folder) -> None:
    for file in ("case.toml", "areas.geojson"):
        folder.write(file, "\ufeff" + folder.text(file))
    assert len(folder.read().areas) == 2


def test_long_files_are_read_in_pieces_at_line_ends() -> None:
    row = "x" * 99 + "\n"
    text = row * 30_000 + '"' + "y" * 100_000 + '"'
    rows = list(csv_file.csv_rows(text, "f"))
    assert len(rows) == 30_001
    assert {len(cells[0]) for _, cells in rows[:-1]} == {99}
    assert rows[-1] == (30_001, ["y" * 100_000])


def test_a_file_above_the_limit_of_size(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 600)
    rules = {problem.file: problem.rule for problem in folder.problems()}
    assert "more than the 0.0 MB that are read" in rules["areas.geojson"]


def test_a_file_that_grows_while_it_is_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = os.stat_result((0o100644, 0, 0, 1, 0, 0, 10, 0, 0, 0))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", lambda *_, **__: stat)
        with pytest.raises(InputError, match="more than"):
            files.read_bytes(folder.path / "assets.csv", None, 20)


@pytest.mark.parametrize("name", ["bases", "risk"])
def test_a_table_above_the_limit_of_rows(folder: Folder, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("risk.csv", "lon,lat,weight\n1,2,3\n1,2,3\n")
    monkeypatch.setitem(tables.TABLES[name].__dict__, "most_rows", 1)
    problem = folder.only_problem()
    assert (problem.file, problem.row, problem.code) == (f"{name}.csv", 3, "too_many_rows")


def test_large_tables_are_read_in_pieces(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(rows, "ROWS_AT_ONCE", 3)
    folder.write(
        "risk.csv", "lat,weight,lon\n" + "".join(f"{at % 90},{at},{at - 100}\n" for at in range(100))
    )
    folder.append("bases.csv", "".join(f"b{at},B,FJI,{at},0,vessel,,\n" for at in range(11)))
    case = folder.read()
    assert list(case.risk["weight"]) == list(range(100))
    assert list(case.risk["lon"][:2]) == [260.0, 261.0]
    assert set(case.risk["mode"]) == {"multiply"}
    assert len(case.bases) == 13
    folder.append("bases.csv", "last,B,FJI,999,0,vessel,,\n")
    assert folder.only_problem().row == 15


def test_thousands_of_broken_points_are_cut_and_counted(folder: Folder) -> None:
    folder.write("risk.csv", "lon,lat,weight\n" + "x,0,1\n" * 5000)
    assert len(folder.problems()) == 1001


def test_a_file_without_rights(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is played."""
    real = Path.open

    def denied(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "assets.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", denied)
    rules = {problem.file: problem.rule for problem in folder.without_scenarios().problems()}
    assert rules["assets.csv"] == "cannot be read: permission denied"


def test_a_folder_without_rights(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", denied)
    assert "permission denied" in folder.only_problem().rule


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_real_rights(folder: Folder) -> None:
    (folder.path / "assets.csv").chmod(0)
    assert any("permission denied" in problem.rule for problem in folder.problems())


def test_a_folder_that_is_not_there_or_a_file(folder: Folder) -> None:
    for path, rule in (
        (folder.path / "nowhere", "is missing"),
        (folder.path / "assets.csv", "is a file, not a folder"),
        ("a\0b", "cannot be read"),
        ("x" * 5000, "cannot be read"),
    ):
        with pytest.raises(InputError, match=rule):
            read_case(path)


def test_a_link_out_of_the_folder_is_not_followed(folder: Folder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("password\nhunter2\n")
    folder.remove("access.csv")
    (folder.path / "access.csv").symlink_to(secret)
    problem = folder.only_problem()
    assert "is a link to a place outside the case's folder" in problem.rule
    assert "hunter2" not in str(problem)


def test_a_link_inside_the_folder_is_followed(folder: Folder) -> None:
    (folder.path / "access.csv").rename(folder.path / "agreements-2025.txt")
    (folder.path / "access.csv").symlink_to("agreements-2025.txt")
    assert len(folder.read().access) == 2


def test_a_loop_of_links(folder: Folder) -> None:
    folder.remove("access.csv")
    (folder.path / "access.csv").symlink_to("access.csv")
    assert folder.only_problem().file == "access.csv"


@pytest.mark.parametrize("file", [name for name in CASE_FILES if name not in ("areas.gpkg", "areas.shp")])
def test_a_folder_or_a_pipe_in_the_place_of_a_file(folder: Folder, file: str) -> None:
    folder.without_scenarios()
    path = folder.path / file
    path.unlink(missing_ok=True)
    path.mkdir()
    assert any(problem.code == "not_a_file" for problem in folder.problems())
    path.rmdir()
    os.mkfifo(path)
    assert any(problem.code == "not_a_file" for problem in folder.problems())


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("asset.csv", "assets.csv"),
        ("Risk.csv", "risk.csv"),
        ("areas.json", "areas.geojson"),
        ("Copy of limits.csv", "limits.csv"),
        ("risk (1).csv", "risk.csv"),
        ("risk.csv.txt", "risk.csv"),
        ("uncertainty.txt", "uncertainty.csv"),
    ],
)
def test_a_name_that_is_nearly_right_is_warned_of(folder: Folder, name: str, right: str) -> None:
    folder.write(name, "x")
    (warning,) = folder.read().warnings
    assert warning.file.strip('"') == name
    assert f"rename it to {right}" in warning.remedy


def test_what_others_put_beside_a_file_while_it_is_open_is_left_alone(folder: Folder) -> None:
    for name in ("~$assets.xlsx", "~$case.xlsx", "._assets.csv", ".~lock.assets.csv#"):
        folder.write(name, "x")
    assert folder.read().warnings == ()


@pytest.mark.parametrize(
    ("name", "right", "remedy"),
    [
        ("bases.csv.txt", "bases.csv", "rename it to bases.csv"),
        ("Assets.csv", "assets.csv", "rename it to assets.csv"),
        ("areas.json", "areas.geojson", "rename it to areas.geojson"),
        ("Bases.xlsx", "bases.csv", "save it as bases.csv"),
        ("programs.ods", "programmes.csv", "save it as programmes.csv"),
        ("areas.kml", "areas.geojson", "import-areas` on it to make areas.geojson"),
        ("Case.toml.txt", "case.toml", "rename it to case.toml"),
    ],
)
def test_the_hint_is_shown_above_all_where_the_file_is_missing(
    folder: Folder, name: str, right: str, remedy: str
) -> None:
    (folder.path / right).rename(folder.path / name)
    problems = {problem.file: problem for problem in folder.problems()}
    assert problems[right].code == "missing_file"
    assert problems[name].code == "misnamed_file"
    assert remedy in problems[name].remedy


def test_a_table_that_no_case_has_is_not_passed_over_without_a_word(folder: Folder) -> None:
    (warning,) = folder.write("seasons.csv", "x").read().warnings
    assert (warning.file, warning.code) == ("seasons.csv", "misnamed_file")


def test_reading_asks_for_no_more_memory_than_a_file_has(folder: Folder) -> None:
    tracemalloc.start()
    files.read_bytes(folder.path / "assets.csv", folder.path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_other_files_and_folders_are_left_alone(folder: Folder) -> None:
    folder.write("notes.txt", "x").write("areas.qmd", "x").write(".DS_Store", "x")
    (folder.path / "asset.csv").mkdir()
    case = folder.read()
    assert case.warnings == ()
    assert set(case.hashes) == set(FILES)


def test_hashes_are_those_of_the_files(folder: Folder) -> None:
    case = folder.read()
    for name, found in case.hashes.items():
        assert found == hashlib.sha256((folder.path / name).read_bytes()).hexdigest()


def test_a_case_needs_an_asset_or_a_sensor(folder: Folder) -> None:
    folder.remove("sources.csv").remove("sensors.csv")
    folder.write("assets.csv", folder.text("assets.csv").splitlines()[0])
    assert folder.only_problem().remedy == "add at least one asset, or a sensor"
