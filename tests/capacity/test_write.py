from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from planner.capacity.results import FILES, capacity_plan_of, read_capacity_plan
from planner.capacity.write import require_proof, write_capacity_plan
from planner.errors import InputError, NoPlanError, OutputError
from planner.page.write import report_html
from planner.results.contract import CAPACITY_TABLES
from planner.results.read_results import read_results
from planner.results.target import check_target
from planner.results.write import write
from tests.capacity.made_up import block, make_invest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_invest(plans={(2030, "storm"): block(), (2030, "calm"): block()})
    return write_capacity_plan(
        made, tmp_path_factory.mktemp("capacity") / "out", command=["planner", "invest"]
    )


@pytest.mark.parametrize(
    "keys",
    [
        *(
            ("years", key)
            for key in ("first", "last", "discount", "objective", "tail_weight", "recourse_from")
        ),
        *(("without_orders", key) for key in ("value", "bound")),
        *((key,) for key in ("coverage_worth", "short_names", "inputs", "scenarios", "near", "alternatives")),
    ],
)
def test_a_folder_of_another_version_lacks_what_is_told(
    folder: Path, keys: tuple[str, ...], tmp_path: Path
) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    document = json.loads((other / "run.json").read_text(encoding="utf-8"))
    part = document[keys[0]] if len(keys) > 1 else document
    del part[keys[-1]]
    (other / "run.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(
        InputError, match=rf"run.json, {'.'.join(keys)}: .* by another version of the planner"
    ):
        report_html(other)


def test_all_that_is_told_is_read_back_as_it_was(folder: Path) -> None:
    made, read = capacity_plan_of(make_invest()), read_capacity_plan(folder)
    for name in CAPACITY_TABLES:
        pd.testing.assert_frame_equal(made[name], read[name], check_exact=True)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert {"kind": run["kind"], "status": run["status"], "command": run["command"]} == {
        "kind": "invest",
        "status": "optimal",
        "command": ["planner", "invest"],
    }
    assert run["certificate"]["gap"] == pytest.approx(20.0 / run["certificate"]["value"])
    assert run["inputs"] == make_invest().capital_case.case.hashes
    assert run["names"]["candidates"]["boats__kir__harbour"] == "New patrol boat (Kiribati, Harbour)"
    written = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert written == set(run["files"])
    assert set(FILES) <= written


def test_plans_of_the_last_year_are_run_folders_the_likeliest_future_first(folder: Path) -> None:
    plan = read_capacity_plan(folder)
    assert plan.run["plans"] == {"plans/2030_calm": "2030, Calm seas", "plans/2030_storm": "2030, Storms"}
    pd.testing.assert_frame_equal(read_results(folder / "plans" / "2030_storm").areas, block().areas)


def test_a_candidate_is_called_by_its_option_and_place_once() -> None:
    case = make_invest().capital_case
    called = case.candidates.assign(name=["New patrol boat, Harbour (kir)", *case.candidates["name"][1:]])
    names = capacity_plan_of(make_invest(capital_case=replace(case, candidates=called))).run["names"]
    assert names["candidates"]["boats__kir__harbour"] == "New patrol boat (Kiribati, Harbour)"
    assert names["options"]["boats"] == "New patrol boat"


def test_neither_a_run_nor_a_capacity_plan_replaces_the_other(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is not the folder of a former run"):
        check_target(folder, overwrite=True)
    run = write(block(), tmp_path / "run")
    with pytest.raises(OutputError, match="is not the folder of a former capacity plan"):
        write_capacity_plan(make_invest(), run, overwrite=True)


def test_a_file_of_the_users_own_among_the_plans_is_never_removed(tmp_path: Path) -> None:
    made = make_invest(plans={(2030, "calm"): block()})
    place = write_capacity_plan(made, tmp_path / "out")
    (place / "plans" / "2030_calm" / "report.html").write_text("made from it")
    write_capacity_plan(made, place, overwrite=True)
    (place / "plans" / "2030_calm" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"'plans/2030_calm/notes\.txt', which no capacity plan wrote"):
        write_capacity_plan(made, place, overwrite=True)


def test_a_folder_that_is_not_one_or_is_broken_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not that of a capacity plan"):
        read_capacity_plan(write(block(), tmp_path / "run"))
    place = write_capacity_plan(make_invest(), tmp_path / "out")
    (place / "orders.csv").write_text("year\n2027\n")
    with pytest.raises(InputError, match=r"orders\.csv"):
        read_capacity_plan(place)


def test_a_plan_that_is_not_proven_is_an_error_after_writing() -> None:
    require_proof(make_invest())
    with pytest.raises(NoPlanError, match="--time-limit"):
        require_proof(make_invest(status="time_limit"))
