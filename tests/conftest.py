"""One hypothesis profile for the whole suite: no deadline on busy machines, the same examples in CI."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("planner", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=25)
settings.load_profile("planner")
