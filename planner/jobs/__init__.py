"""Many independent tasks: in this process, on processes of this machine, or on a Dask cluster; resumable."""

from planner.jobs.tasks import Jobs, run_tasks, side_by_side
from planner.jobs.worker import Failure

__all__ = ["Failure", "Jobs", "run_tasks", "side_by_side"]
