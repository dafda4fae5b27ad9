"""Tasks on the workers of a running Dask cluster (extra ``distributed``); a lost worker loses no task.

What the tasks share is sent once to every worker; each task is submitted on its own. Dask gives the tasks of
a worker that is lost to another one. Where that is not enough (the last worker with the shared data is
gone, or a task was there when several workers died) they are sent again. Every worker must run the same
software, which is checked before the work begins, and by every worker itself, since workers may come later.
"""

from __future__ import annotations

import hashlib
import pickle
import socket
import time
from asyncio import CancelledError
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from planner.errors import PlannerError
from planner.jobs.worker import LOST, OTHER_VERSION, Failure, answer, difference, failure, identity

LOSSES_TOGETHER = 2
"""Times that Dask may give up a task that it was sent with others: after that the task is sent alone, so that
it cannot be lost for what another one does to the workers."""
MOST_LOSSES = 4
"""Times that Dask may give up a task at all."""
RETRIES = 3
"""Times that Dask tries a task again whose answer failed on the way."""
CONNECT_S = 20.0
"""Time for the scheduler to answer [s]."""
FIRST_WORKER_S = 60.0
"""Time for a first worker to be there [s]."""
NEXT_WORKER_S = 600.0
"""Time for a worker to come when all were lost [s]."""
LOOK_S = 0.02
"""Time between two looks at what is finished [s]."""
CALM_S = 30.0
"""Time after which a cluster without workers is spoken of [s]."""

Progress = Callable[[str], None]


def on_cluster(
    address: str, payload: bytes, tasks: Mapping[str, Any], progress: Progress = lambda _: None
) -> Iterator[tuple[str, Any]]:
    """Every task with its result, as they are finished.

    Args:
        address: of the scheduler, as tcp://host:8786.
        payload: the pickled pair of the work and what its tasks share.
        tasks: the tasks by name.
        progress: told when the cluster has no workers.

    Raises:
        PlannerError: ``distributed`` is not installed, the scheduler does not answer or is lost, it has no
            workers, or they run other software.
    """
    with _client(address) as client:
        _wait_for_a_worker(client, address, FIRST_WORKER_S)
        _check_software(client)
        run = hashlib.sha256(payload).hexdigest()
        waiting, losses = dict(tasks), Counter[str]()
        while waiting:
            together = {name: task for name, task in waiting.items() if losses[name] < LOSSES_TOGETHER}
            first = next(iter(waiting))
            for name, result in _round(client, run, payload, together or {first: waiting[first]}, progress):
                if result is _LOST:
                    losses[name] += 1
                if result is not _LOST or losses[name] >= MOST_LOSSES:
                    del waiting[name]
                    said = f"its worker was lost {MOST_LOSSES} times, at last with this task alone (memory?)"
                    yield name, Failure(said, LOST) if result is _LOST else result
            if waiting:
                _wait_for_a_worker(client, address, NEXT_WORKER_S)


_LOST = object()


def _round(
    client: Any, run: str, payload: bytes, tasks: Mapping[str, Any], progress: Progress
) -> Iterator[tuple[str, Any]]:
    """Send all tasks; every one with its result, or ``_LOST`` where Dask has given it up."""
    shared = client.scatter(payload, broadcast=True, hash=False)
    futures = {
        client.submit(answer, run, shared, pickle.dumps(task), identity(), pure=False, retries=RETRIES): name
        for name, task in tasks.items()
    }
    try:
        for future in _as_finished(_library().as_completed(futures, loop=client.loop), client, progress):
            yield futures[future], _result(future)
    finally:
        client.cancel([future for future in futures if not future.done()])


def _as_finished(finished: Any, client: Any, progress: Progress) -> Iterator[Any]:
    seen, said = time.monotonic(), False
    while not finished.is_empty():
        batch = finished.next_batch(block=False)
        yield from batch
        if batch:
            seen, said = time.monotonic(), False
            continue
        if client.status != "running":
            raise PlannerError(
                "the connection to the Dask scheduler is lost; go on with --resume when it is back"
            )
        if not said and time.monotonic() - seen > CALM_S and not client.scheduler_info()["workers"]:
            progress("the cluster has no workers at the moment: waiting for one")
            said = True
        time.sleep(LOOK_S)


def _result(future: Any) -> Any:
    """The result of a future that is done, ``_LOST`` if Dask gave it up for what happened to workers."""
    try:
        result = future.result()
    except (Exception, CancelledError) as error:  # those of the work itself are results
        of_dask = type(error).__module__.startswith("distributed.")
        return _LOST if of_dask or isinstance(error, (OSError, CancelledError)) else failure(error)
    if isinstance(result, Failure) and result.status == OTHER_VERSION:
        raise PlannerError(_other_software(f"a worker has {result.message}"))
    return result


@contextmanager
def _client(address: str) -> Iterator[Any]:
    library = _library()
    try:
        _call(address)
        client = library.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise PlannerError(
            f"the Dask scheduler {address} does not answer ({reason}); check its address, as tcp://host:8786"
        ) from error
    try:
        yield client
    finally:
        client.close()


def _call(address: str) -> None:
    """Open a connection and close it: the library would try for long, and leave an error behind."""
    place = urlsplit(address)
    if place.scheme not in ("tcp", "tls") or not place.hostname or not place.port:
        raise ValueError("it is not an address")
    socket.create_connection((place.hostname, place.port), CONNECT_S).close()


def _wait_for_a_worker(client: Any, address: str, seconds: float) -> None:
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError as error:
        raise PlannerError(
            f"the Dask scheduler {address} has no workers; start some: dask worker {address} --nthreads 1"
        ) from error


def _library() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        raise PlannerError(
            "--scheduler needs the library distributed: "
            "pip install 'maritime-surveillance-planner[distributed]'"
        ) from error


def _check_software(client: Any) -> None:
    try:
        found = client.run(identity)
    except Exception as error:
        raise PlannerError(_other_software(f"a worker cannot run the planner ({error})")) from error
    for worker, there in found.items():
        other = difference(identity(), there)
        if other:
            raise PlannerError(_other_software(f"the worker {worker} has {other}"))


def _other_software(what: str) -> str:
    return f"{what}: results would differ; give the cluster's workers the software of this machine"
