"""One hypothesis profile for the whole suite, and files of tests that stay together."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

settings.register_profile("planner", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=25)
"""No deadline on busy machines, the same examples in CI."""
settings.load_profile("planner")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # what a script starts in its background ignores Ctrl-C, and so would the processes that tests interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the tests of a file run in one process, which makes what they share once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}_{item.path.stem}"))
