"""Search theory has moved to ``planner.core.search_theory``."""

from planner.core.search_theory import coverage_factor, footprint_factor, missed, pod, swept_km2

__all__ = ["coverage_factor", "footprint_factor", "missed", "pod", "swept_km2"]
