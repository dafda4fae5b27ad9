"""Tasks side by side: same bits in any order, killed workers, failures, stores that resume, Ctrl-C."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import planner
from planner.errors import OUT_OF_MEMORY, Interrupted, OutputError, PlannerError
from planner.jobs import Failure, Jobs, pool, run_tasks
from planner.jobs import store as stores
from planner.jobs.digest import digest
from planner.jobs.store import check_store, remove_store, store_of
from planner.jobs.worker import identity
from planner.solve.solver import Status
from tests.jobs.some_work import FORM, counted, dies_once, fails_at_two, interrupted, slow, sums, until

ROOT = Path(__file__).parents[2]
TASKS = {str(number): (number, 0.1 * number) for number in range(8)}
SHARED = [0.1 * number for number in range(50)]


def test_one_process_several_and_any_order_give_the_same_bits() -> None:
    alone = run_tasks(sums, SHARED, TASKS)
    names = list(TASKS)
    random.Random(5).shuffle(names)
    shuffled = run_tasks(sums, SHARED, {name: TASKS[name] for name in names}, Jobs(workers=2))
    assert list(alone) == list(TASKS)
    assert list(shuffled) == names
    assert digest({name: shuffled[name] for name in TASKS}) == digest(alone)


def test_a_killed_worker_costs_no_task_and_a_deadly_task_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MOST_DEATHS", 2)
    names = ["a", "dies", "b", "always", "c"]
    found = run_tasks(dies_once, tmp_path, {name: name for name in names}, Jobs(workers=2))
    assert list(found) == names
    for name in ("a", "dies", "b", "c"):
        assert found[name] == name
    deadly = found["always"]
    assert isinstance(deadly, Failure)
    assert deadly.status == "worker lost"
    assert "died 2 times" in deadly.message


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_task_is_an_answer(workers: int) -> None:
    said: list[str] = []
    tasks = {str(n): n for n in range(1, 5)}
    found = run_tasks(fails_at_two, "x", tasks, Jobs(workers=workers), said.append)
    assert (found["1"], found["4"]) == (1, 4)
    assert found["2"] == Failure("x: no time", "time_limit", "NoPlanError")
    fault = found["3"]
    assert isinstance(fault, Failure)
    assert (fault.message, fault.status) == ("ZeroDivisionError: a fault", "fault")
    assert "fails_at_two" in fault.trace
    assert any(re.fullmatch(r"\d of 4: 2 failed: x: no time(, about .* left)?", line) for line in said)


def test_a_failure_can_be_raised_again() -> None:
    error = Failure("no time", "time_limit", "NoPlanError").error("scenario a")
    assert (str(error), error.status) == ("scenario a: no time", "time_limit")
    limits = planner.LimitsError("infeasible", "too much", [], [])
    assert type(Failure("too much", no_plan=limits).error("scenario a")) is planner.LimitsError


def test_little_memory_is_a_sentence() -> None:
    found = run_tasks(_too_large, None, {"a": 1})["a"]
    assert isinstance(found, Failure)
    assert (found.message, found.status) == (OUT_OF_MEMORY, "out of memory")


def _too_large(_: None, task: int) -> int:
    return len(bytearray(task * 10**18))


def test_progress_counts_and_tells_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    # Every look at the clock is a minute later; 200 tasks, so after the 12th 188 minutes are left.
    clock = iter(range(0, 60_000, 60))
    monkeypatch.setattr("planner.jobs.tasks.monotonic", lambda: float(next(clock)))
    said: list[str] = []
    run_tasks(_same, None, {f"draw_{n:03}": n for n in range(1, 201)}, progress=said.append)
    assert said[11] == "12 of 200: draw_012, about 3 h 8 min left"
    assert said[150] == "151 of 200: draw_151, about 49 min left"
    assert said[199] == "200 of 200: draw_200"


def _same(_: None, task: int) -> int:
    return task


def test_no_tasks_and_no_workers() -> None:
    assert run_tasks(_same, None, {}, Jobs(workers=4)) == {}
    with pytest.raises(PlannerError, match="0 worker processes cannot work; give 1 or more"):
        run_tasks(_same, None, {"a": 1}, Jobs(workers=0))


def test_a_store_keeps_what_is_done_and_only_the_rest_is_done_again(tmp_path: Path) -> None:
    marks, store = tmp_path / "marks", tmp_path / "run.part"
    marks.mkdir()
    tasks = {name: name for name in "abcdef"}
    run_tasks(counted, marks, tasks, Jobs(store=store), form=FORM)
    kept = sorted(store.glob("task_*"))
    assert json.loads((kept[0] / "result.json").read_text("utf-8")) == "a", "plain JSON that anyone can read"
    shutil.rmtree(kept[1])
    (kept[2] / "result.json").write_text("{", encoding="utf-8")  # a disk that lost half of it
    (kept[3] / "result.json").write_text('"x"', encoding="utf-8")  # somebody has changed the figure
    (kept[4] / "task.json").write_text("[" * 100_000, encoding="utf-8")
    (store / ".planner-task-00ff").mkdir()  # killed while it was written
    said: list[str] = []
    again = Jobs(store=store, resume=True)
    found = run_tasks(counted, marks, tasks, again, said.append, form=FORM)
    assert found == tasks
    assert said[0] == "2 of 6 are there from before"
    times = {file.name: len(file.read_text("utf-8")) for file in marks.iterdir()}
    assert times == {"a": 1, "b": 2, "c": 2, "d": 2, "e": 2, "f": 1}
    assert run_tasks(counted, marks, tasks, again, form=FORM) == tasks, "all of them are there now"
    remove_store(store)
    assert not store.exists()


@pytest.mark.parametrize(
    "kept",
    [
        "5",
        "null",
        '{"made_from": 1}',
        '{"$": "record", "of": "planner.cli.__main__:main", "fields": {}}',
        '{"task": "a", "made_from": "x", "files": {"../../outside.txt": "0"}}',
    ],
)
def test_what_a_store_says_never_decides_what_is_run(kept: str, tmp_path: Path) -> None:
    marks, store = tmp_path / "marks", tmp_path / "run.part"
    marks.mkdir()
    run_tasks(counted, marks, {"a": "a"}, Jobs(store=store), form=FORM)
    (folder,) = store.glob("task_*")
    (folder / "task.json").write_text(kept, encoding="utf-8")
    assert run_tasks(counted, marks, {"a": "a"}, Jobs(store=store, resume=True), form=FORM) == {"a": "a"}
    assert (marks / "a").read_text("utf-8") == "xx", "done again, and nothing else"


def test_failures_are_not_kept_but_tried_again(tmp_path: Path) -> None:
    store = tmp_path / "run.part"
    run_tasks(fails_at_two, "x", {"1": 1, "2": 2}, Jobs(store=store), form=FORM)
    assert len(list(store.glob("task_*"))) == 1
    again = run_tasks(fails_at_two, "x", {"1": 1, "2": 2}, Jobs(store=store, resume=True), form=FORM)
    assert isinstance(again["2"], Failure)


def test_a_stale_store_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, tasks = tmp_path / "run.part", {str(n): n for n in range(8)}
    run_tasks(_same, None, tasks, Jobs(store=store), form=FORM, made_from=["case", 1])
    with pytest.raises(OutputError, match="holds 8 finished tasks of a run that did not end"):
        run_tasks(_same, None, tasks, Jobs(store=store), form=FORM, made_from=["case", 1])
    again = Jobs(store=store, resume=True)
    with pytest.raises(OutputError, match="cannot be resumed: 0 was made with other inputs or options"):
        run_tasks(_same, None, tasks, again, form=FORM, made_from=["case", 2])
    with pytest.raises(OutputError, match="cannot be resumed: 3 was made with other inputs"):
        run_tasks(_same, None, {**tasks, "3": 33}, again, form=FORM, made_from=["case", 1])
    other = {**identity(), "planner": "9.9"}
    monkeypatch.setattr(stores, "identity", lambda: other)
    with pytest.raises(OutputError, match=r"0 was made with planner \S+ instead of 9\.9"):
        run_tasks(_same, None, tasks, again, form=FORM, made_from=["case", 1])


def test_only_a_store_is_ever_removed(tmp_path: Path) -> None:
    store = store_of(tmp_path / "results")
    assert store.name == "results.part"
    check_store(store, resume=False)
    check_store(store, resume=True)
    run_tasks(_same, None, {"a": 1}, Jobs(store=store), form=FORM)
    check_store(store, resume=True)
    with pytest.raises(OutputError, match="holds 1 finished tasks"):
        check_store(store, resume=False)
    (store / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"holds 'thesis\.txt', which no run wrote"):
        check_store(store, resume=False, overwrite=True)
    (store / "thesis.txt").unlink()
    check_store(store, resume=False, overwrite=True)
    assert not store.exists()
    store.mkdir()
    check_store(store, resume=False)  # killed before it had begun
    remove_store(store)
    (store / "sub").mkdir(parents=True)
    with pytest.raises(OutputError, match="holds 'sub', which no run wrote"):
        check_store(store, resume=True)


@dataclass(frozen=True)
class Foreign:
    """A type that is not the planner's."""

    number: int = 0


def test_a_digest_is_of_contents_and_of_all_of_them() -> None:
    table = pd.DataFrame({"a": [1.0, 2.0]})
    assert digest(table) == digest(table.copy())
    different = [1, 1.0, True, "1", b"1", None, [1], (1,), {1}, {1: 1}, np.array([1]), np.array([1.0]), table]
    different += [table * 2, table.rename(columns={"a": "b"}), shapely.Point(1, 1), ["a", "b"], ["ab"]]
    different += [Foreign(1), Foreign(2), Status.OPTIMAL, _same, {"a": Foreign(1)}]
    assert len({digest(one) for one in different}) == len(different)


def test_ctrl_c_tells_what_is_kept(tmp_path: Path) -> None:
    store = tmp_path / "run.part"
    with pytest.raises(Interrupted) as caught:
        run_tasks(interrupted, None, {str(n): n for n in range(4)}, Jobs(store=store), form=FORM)
    assert caught.value.partial == {"0": 0, "1": 1}
    assert str(caught.value) == (
        f"Interrupted: 2 of 4 are done and kept in {store}; "
        "the same command with --resume goes on from there."
    )
    with pytest.raises(Interrupted, match="2 of 4 are done; nothing is kept"):
        run_tasks(interrupted, None, {str(n): n for n in range(4)})


SCRIPT = """
import sys
from pathlib import Path
from planner.jobs import Jobs, run_tasks
from tests.jobs.some_work import FORM, slow

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    tasks = {str(number): number for number in range(8)}
    run_tasks(slow, folder, tasks, Jobs(workers=2, store=folder / "run.part", resume=True), print, form=FORM)
"""


def test_a_run_that_is_interrupted_goes_on(tmp_path: Path) -> None:
    # Tasks 0, 1, 2 end at once; the others wait for the file "go".
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, script, tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    until(lambda: len(list((tmp_path / "run.part").glob("task_*"))) == 3)
    until(lambda: sum((tmp_path / f"began_{number}").exists() for number in range(3, 8)) == 2)
    before = _processes_of(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
    said = process.communicate(timeout=120)[1]
    assert "Interrupted: 3 of 8 are done and kept in" in said
    assert said.count("Traceback") <= 2, "of the parent alone"
    until(lambda: not any(_alive(pid) for pid in before))
    (tmp_path / "go").touch()
    said_now: list[str] = []
    tasks = {str(number): number for number in range(8)}
    again = Jobs(store=tmp_path / "run.part", resume=True)
    found = run_tasks(slow, tmp_path, tasks, again, said_now.append, form=FORM)
    assert said_now[0] == "3 of 8 are there from before"
    assert found == {str(number): number * number for number in range(8)}


def _processes_of(group: int) -> list[int]:
    """Processes of a session, by what Linux says of them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == group:
            found.append(int(entry.parent.name))
    return found


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
