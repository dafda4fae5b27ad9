"""The same work for every task, some tasks at a time, all of which must succeed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from planner.errors import NoPlanError
from planner.jobs.store import Form
from planner.jobs.tasks import Jobs, run_tasks
from planner.jobs.worker import Failure


def side_by_side(
    jobs: Jobs, progress: Callable[[str], None], form: Form | None = None
) -> Callable[[Callable[[Any, Any], Any], Any, Mapping[str, Any]], Mapping[str, Any]]:
    """A way to run tasks: how many at a time and where.

    Args:
        jobs: how; with a store and a form it goes on with what is there, which ``check_store`` has allowed.
        progress: as of ``run_tasks``.
        form: how a store keeps results; without one nothing is kept. What a result is made from is all in its
            task and the task's name.

    Returns:
        A function of the work, what all tasks share, and the tasks, which raises ``NoPlanError`` where one of
        them fails.
    """
    how = replace(jobs, resume=True)

    def run(work: Callable[[Any, Any], Any], shared: Any, tasks: Mapping[str, Any]) -> Mapping[str, Any]:
        found = run_tasks(work, shared, tasks, how, progress, form=form)
        for failure in found.values():
            if isinstance(failure, Failure):
                raise NoPlanError(failure.status, failure.message)
        return found

    return run
