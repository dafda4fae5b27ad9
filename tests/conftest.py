"""One hypothesis profile for the whole suite, and files of tests that stay together."""

from __future__ import annotations

import gc
import os
import signal

import pytest
from hypothesis import settings

settings.register_profile("planner", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=25)
"""No deadline on busy machines, the same examples in CI."""
settings.load_profile("planner")
gc.set_threshold(100_000)
"""So much is loaded that looking for garbage as often as usual takes a tenth of the time."""
os.fsync = lambda _: None
"""Waiting for the disk takes long, and what tests write need not outlast a power cut."""
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # what a script starts in its background ignores Ctrl-C, and so would the processes that tests interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)


GROUP = "xdist_group"
LONGEST = (
    *("capacity_test_brute_force", "pacific", "end_to_end_test_studies", "studies", "inputs_test_readme"),
    *("studies_test_compare", "end_to_end_test_surroundings", "jobs_test_cluster", "capacity_test_plan"),
    *("studies_test_stress", "end_to_end_test_run", "properties_test_planning_problems"),
    *("studies_test_limits", "features_test_spending_by_period", "charts_test_maps", "studies_test_sweep"),
    *("solve_test_oracles", "charts_test_plan", "jobs_test_jobs", "studies_test_sensitivity"),
    *("capacity_test_kept", "studies_test_next_steps", "case_test_broken", "page_test_made_up"),
    "page_test_capacity_page",
)
"""The groups that take longest begin first, so that no process is left with one when the other ends."""


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this hook, too
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the tests of a file run in one process, which makes what they share once."""

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker(GROUP) is None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}_{item.path.stem}"))
        group = item.get_closest_marker(GROUP)
        return LONGEST.index(group.args[0]) if group and group.args[0] in LONGEST else len(LONGEST)

    items.sort(key=place)
