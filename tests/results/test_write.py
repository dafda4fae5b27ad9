from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from planner.errors import OutputError
from planner.results import whole_file as place
from planner.results import write as write_module
from planner.results.contract import TABLES
from planner.results.results import Results
from planner.results.run_json import FILES, json_types, run_document
from planner.results.target import check_model_files, check_target
from planner.results.write import write
from tests.results.conftest import make_results


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_writes_every_file_and_nothing_else(tmp_path: Path, results: Results) -> None:
    folder = write(results, tmp_path / "deep" / "er" / "results")
    assert folder == (tmp_path / "deep" / "er" / "results").resolve()
    assert {file.name for file in folder.iterdir()} == set(FILES)
    assert [entry.name for entry in folder.parent.iterdir()] == ["results"]


def test_csv_has_shortest_digits_lower_case_flags_and_unix_lines(tmp_path: Path, results: Results) -> None:
    folder = write(results, tmp_path / "results")
    assert b",0.30000000000000004," in (folder / "missions.csv").read_bytes()
    assert b",false," in (folder / "areas.csv").read_bytes()
    assert not any(b"\r" in (folder / f"{name}.csv").read_bytes() for name in TABLES)


def test_equal_results_give_equal_files(tmp_path: Path) -> None:
    assert contents(write(make_results(), tmp_path / "a")) == contents(write(make_results(), tmp_path / "b"))


def test_run_json(tmp_path: Path, results: Results) -> None:
    run = json.loads((write(results, tmp_path / "results") / "run.json").read_text(encoding="utf-8"))
    assert run["status"] == "optimal"
    assert run["certificate"] == {
        "value": 1_500_000.0,
        "bound": 1_499_900.0,
        "stake": 1_950_000.0,
        "rounds": 3,
        "tolerance": 1e-4,
        "slack": 0.0,
        "gap": 100.0 / 1_500_000.0,
    }
    assert (run["title"], run["objective"], run["currency"]) == ("Two zones", "coverage", "USD")
    libraries = {"planner", "python", "pulp", "highspy", "shapely", "pyproj", "pandas", "numpy"}
    assert set(run["versions"]) == libraries
    assert "unknown" not in run["versions"].values()
    assert run["inputs"] == {"case.toml": "ab" * 32}
    assert run["seconds"] == {"cells": 0.5, "solver": 1.25}
    assert run["counts"] == {"cells": 3}
    assert run["unbounded"] is None, "what is not finite is null"
    assert run["warnings"] == [
        {
            "file": "assets.csv",
            "row": 3,
            "column": "bases",
            "value": "suva",
            "rule": "reaches nothing",
            "remedy": "check its range",
            "code": "",
        }
    ]


def test_json_types() -> None:
    mixed = {1: (True, None, float("nan")), "path": Path("a"), "frame": pd.Series([1, 2]).to_numpy()}
    assert json_types(mixed) == {"1": [True, None, None], "path": "a", "frame": [1, 2]}


def test_own_keys_of_the_document_win(results: Results) -> None:
    liar = make_results(run={**results.run, "status": "optimal", "files": ["notes.txt"]})
    assert run_document(liar)["files"] == list(FILES)


def test_overwrite_replaces_a_former_run(former: Path) -> None:
    write(make_results(title="newer"), former, overwrite=True)
    assert json.loads((former / "run.json").read_text(encoding="utf-8"))["title"] == "newer"
    assert [entry.name for entry in former.parent.iterdir()] == ["results"]


def test_former_run_stays_without_overwrite(former: Path) -> None:
    before = contents(former)
    with pytest.raises(OutputError, match=r"exists; name another --out.*--overwrite"):
        write(make_results(), former)
    assert contents(former) == before


def test_empty_folder_is_refused_and_may_be_overwritten(tmp_path: Path, results: Results) -> None:
    with pytest.raises(OutputError, match="exists"):
        write(results, tmp_path / ".")
    (tmp_path / "empty").mkdir()
    assert write(results, tmp_path / "empty", overwrite=True).is_dir()


@pytest.mark.parametrize(
    "files",
    [
        {"thesis.txt": "years of work"},
        {"run.json": "years of work"},
        {"run.json": "{}"},
        {"run.json": "[]"},
        {"run.json": '{"certificate": 1, "files": 1}'},
        {"run.json": "[" * 100_000},
        {"areas.csv": "area_id\n"},
    ],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_folder_of_the_user_is_never_replaced(
    tmp_path: Path, results: Results, files: dict[str, str], overwrite: bool
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    before = contents(tmp_path)
    with pytest.raises(OutputError, match="name another --out"):
        write(results, tmp_path, overwrite)
    assert contents(tmp_path) == before


def test_file_of_the_user_in_a_former_run_is_never_removed(former: Path) -> None:
    (former / "notes.txt").write_text("years of work")
    before = contents(former)
    with pytest.raises(OutputError, match=r"holds 'notes\.txt', which no run wrote; move it away"):
        write(make_results(), former, overwrite=True)
    assert contents(former) == before


def test_file_that_the_user_adds_while_the_run_is_written(
    former: Path, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> None:
        (former / "notes.txt").write_text("years of work")

    monkeypatch.setattr(write_module, "write_geopackage", slow)
    with pytest.raises(OutputError, match=r"notes\.txt"):
        write(results, former, overwrite=True)
    assert (former / "notes.txt").exists()
    assert [entry.name for entry in former.parent.iterdir()] == ["results"]


def test_side_files_of_an_open_geopackage_do_not_matter(former: Path) -> None:
    (former / "results.gpkg-wal").touch()
    assert write(make_results(), former, overwrite=True) == former


def test_file_in_the_way(tmp_path: Path, results: Results) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        write(results, tmp_path / "file", overwrite=True)
    with pytest.raises(OutputError, match=r"cannot be (made|used)"):
        write(results, tmp_path / "file" / "results")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["a" * 300, "nul\0", "/"])
def test_impossible_names(tmp_path: Path, results: Results, name: str) -> None:
    with pytest.raises(OutputError, match="name"):
        write(results, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_long_name_that_is_possible(tmp_path: Path, results: Results) -> None:
    folder = write(results, tmp_path / ("é" * 127))
    assert write(results, folder, overwrite=True).is_dir()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_right_to_write(tmp_path: Path, results: Results) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="no right"):
        write(results, tmp_path / "results")


@pytest.mark.parametrize("existing", [False, True])
def test_disk_full(former: Path, results: Results, monkeypatch: pytest.MonkeyPatch, existing: bool) -> None:
    def full(_: Results, file: Path) -> None:
        file.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    target = former if existing else former.with_name("new")
    before = contents(former)
    monkeypatch.setattr(write_module, "write_geopackage", full)
    with pytest.raises(OutputError, match=r"No space left on device; make room"):
        write(results, target, overwrite=True)
    assert [entry.name for entry in former.parent.iterdir()] == ["results"]
    assert contents(former) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_nothing_is_left_behind_after(
    tmp_path: Path, results: Results, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def stop(_: Results) -> str:
        raise error

    monkeypatch.setattr(write_module, "summary_text", stop)
    with pytest.raises(error):
        write(results, tmp_path / "results")
    assert list(tmp_path.iterdir()) == []


def test_symbolic_link_to_a_former_run_stays_a_link(former: Path, results: Results) -> None:
    link = former.parent / "latest"
    link.symlink_to(former)
    assert write(results, link, overwrite=True) == former
    assert link.is_symlink()
    assert json.loads((link / "run.json").read_text(encoding="utf-8"))["title"] == "Two zones"


def test_folders_of_killed_runs_are_removed_and_those_of_live_ones_are_not(
    tmp_path: Path, results: Results
) -> None:
    killed, live = tmp_path / f"{place.STAGING}1", tmp_path / f"{place.STAGING}2"
    for folder in (killed, live):
        folder.mkdir()
        (folder / "areas.csv").touch()
    handle = os.open(live, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        write(results, tmp_path / "results")
    finally:
        os.close(handle)
    assert not killed.exists()
    assert (live / "areas.csv").exists()


def test_without_locks_only_old_folders_count_as_left_behind(
    tmp_path: Path, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "fcntl", None)
    old, young = tmp_path / f"{place.STAGING}1", tmp_path / f"{place.STAGING}2"
    old.mkdir()
    young.mkdir()
    os.utime(old, (0.0, 0.0))
    write(results, tmp_path / "results")
    assert not old.exists()
    assert young.exists()


def test_second_rename_that_fails_is_undone(
    former: Path, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename: Callable[[Path, Path], Path] = Path.rename

    def failing(source: Path, target: Path) -> Path:
        if source.name.startswith(place.STAGING):
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(source, target)

    before = contents(former)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="Permission denied"):
        write(results, former, overwrite=True)
    assert contents(former) == before
    assert [entry.name for entry in former.parent.iterdir()] == ["results"]


def test_folder_moved_aside_by_a_killed_run_is_put_back(former: Path) -> None:
    before = contents(former)
    former.rename(place.aside_of(former))
    with pytest.raises(OutputError, match="exists"):
        check_target(former)
    assert contents(former) == before


def test_folder_left_aside_after_its_successor_came_is_removed(former: Path) -> None:
    aside = place.aside_of(former)
    aside.mkdir()
    check_target(former, overwrite=True)
    assert [entry.name for entry in former.parent.iterdir()] == ["results"]


def test_model_files_are_checked_before_the_work(former: Path, tmp_path: Path) -> None:
    (tmp_path / "old.mps").touch()
    target = tmp_path / "new"
    check_model_files([tmp_path / "a.mps", tmp_path / "a.lp"], target)
    check_model_files([tmp_path / "old.mps"], target, overwrite=True)
    for file, rule in {
        tmp_path / "a.txt": r"\.mps or \.lp",
        tmp_path / "old.mps": "exists",
        tmp_path / "absent" / "a.mps": "does not exist",
    }.items():
        with pytest.raises(OutputError, match=rule):
            check_model_files([file], target)
    with pytest.raises(OutputError, match="lies in the folder of results"):
        check_model_files([former / "a.mps"], former, overwrite=True)
