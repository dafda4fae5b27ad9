"""Tasks on a real Dask cluster of two worker processes: same results, one of them killed on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planner.errors import PlannerError
from planner.jobs import Failure, Jobs, run_tasks
from planner.jobs import cluster as dask_side
from planner.jobs.digest import digest
from planner.jobs.worker import identity
from tests.jobs.clusters import Cluster, cluster
from tests.jobs.some_work import FORM, dies_once, fails_at_two, slow, sums, until


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Cluster]:
    """A cluster that has no workers before the first test that asks for ``running``."""
    with cluster(workers=0) as started:
        yield started


@pytest.fixture(scope="module")
def running(scheduler: Cluster) -> Cluster:
    for _ in range(2):
        scheduler.add_worker()
    return scheduler


TASKS = {str(number): (number, 0.1 * number) for number in range(8)}
SHARED = [0.1 * number for number in range(50)]


def test_a_scheduler_without_workers(scheduler: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_side, "FIRST_WORKER_S", 0.5)
    with pytest.raises(PlannerError, match="has no workers; start some"):
        run_tasks(sums, SHARED, TASKS, Jobs(scheduler=scheduler.address))


def test_a_cluster_gives_the_same_bits_as_this_process(running: Cluster) -> None:
    here = run_tasks(sums, SHARED, TASKS)
    there = run_tasks(sums, SHARED, TASKS, Jobs(scheduler=running.address))
    assert list(there) == list(TASKS)
    assert digest(there) == digest(here)


def test_a_failing_task_is_an_answer(running: Cluster) -> None:
    found = run_tasks(fails_at_two, "x", {str(n): n for n in range(4)}, Jobs(scheduler=running.address))
    assert found["1"] == 1
    assert found["2"] == Failure("x: no time", "time_limit", "NoPlanError")
    assert isinstance(found["3"], Failure)
    assert found["3"].status == "fault"
    assert "a fault" in found["3"].trace


def test_a_task_that_kills_every_worker_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The scheduler gives up a task after it has taken a worker down, here at once: allowed-failures.
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    monkeypatch.setattr(dask_side, "LOSSES_TOGETHER", 1)
    monkeypatch.setattr(dask_side, "MOST_LOSSES", 2)
    with cluster(workers=1) as started:
        stop = threading.Event()

        def replace() -> None:
            while not stop.is_set():
                if started.workers[-1].poll() is not None and len(started.workers) < 7:
                    started.add_worker()
                time.sleep(0.05)

        thread = threading.Thread(target=replace)
        thread.start()
        try:
            found = run_tasks(
                dies_once, tmp_path, {"a": "a", "always": "always"}, Jobs(scheduler=started.address)
            )
        finally:
            stop.set()
            thread.join()
    assert found["a"] == "a"
    assert isinstance(found["always"], Failure)
    assert found["always"].status == "worker lost"


def test_a_worker_with_other_software_is_refused(running: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {**identity(), "planner's code": "of tomorrow"}
    monkeypatch.setattr(dask_side, "identity", lambda: mine)
    with pytest.raises(PlannerError, match=r"planner's code .* instead of of tomorrow: results would differ"):
        run_tasks(sums, SHARED, TASKS, Jobs(scheduler=running.address))


def test_a_worker_with_another_library_is_named() -> None:
    class Client:
        def run(self, work: Any) -> dict[str, dict[str, str]]:
            return {"tcp://w": {**work(), "numpy": "1.0"}}

    with pytest.raises(PlannerError, match=r"tcp://w has numpy 1\.0 instead of .*: results would differ"):
        dask_side._check_software(Client())


def test_a_scheduler_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_side, "CONNECT_S", 0.5)
    with pytest.raises(PlannerError, match=r"the Dask scheduler tcp://127\.0\.0\.1:9 does not answer"):
        run_tasks(sums, SHARED, TASKS, Jobs(scheduler="tcp://127.0.0.1:9"))


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(PlannerError, match=r"pip install 'maritime-surveillance-planner\[distributed\]'"):
        run_tasks(sums, SHARED, TASKS, Jobs(scheduler="tcp://127.0.0.1:9"))


def test_when_all_workers_are_lost_a_new_one_gets_everything_again(running: Cluster, tmp_path: Path) -> None:
    # The last test of the cluster. Tasks 3 to 7 wait for the file "go": both workers are killed at work.
    found: dict[str, Any] = {}
    how = Jobs(scheduler=running.address, store=tmp_path / "run.part")
    tasks = {str(number): number for number in range(8)}
    thread = threading.Thread(target=lambda: found.update(run_tasks(slow, tmp_path, tasks, how, form=FORM)))
    thread.start()
    until(lambda: sum((tmp_path / f"began_{number}").exists() for number in range(3, 8)) >= 2)
    for worker in running.workers:
        worker.kill()
        worker.wait()
    (tmp_path / "go").touch()
    running.add_worker()
    thread.join(60)
    assert found == {str(number): number * number for number in range(8)}
    assert len(list((tmp_path / "run.part").glob("task_*"))) == 8
