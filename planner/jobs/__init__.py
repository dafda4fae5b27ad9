"""Many independent tasks: in this process, on processes of this machine, or on a Dask cluster; resumable."""

from planner.jobs.side_by_side import side_by_side
from planner.jobs.tasks import Jobs, ended_early, run_tasks
from planner.jobs.worker import Failure

__all__ = ["Failure", "Jobs", "ended_early", "run_tasks", "side_by_side"]
