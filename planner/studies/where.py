"""Where a plan covers more or less than another: changes by area, and in all."""

from __future__ import annotations

from collections.abc import Iterator

from planner.frames import numbers
from planner.studies.planning import Results

FIGURES = ("coverage", "covered_km2", "shortfall_km2")


def changes_by_area(base: Results, plan: Results) -> Iterator[dict[str, object]]:
    """The change of coverage, covered km² and shortfall of every area."""
    changes = {name: numbers(plan.areas[name]) - numbers(base.areas[name]) for name in FIGURES}
    for n, area in enumerate(base.areas["area_id"]):
        yield {"area_id": area, **{name: float(change[n]) for name, change in changes.items()}}


def total(base: Results, plan: Results | None, figure: str) -> float:
    """The change of a figure of all areas; nothing changes without a new plan."""
    if plan is None:
        return 0.0
    return float((numbers(plan.areas[figure]) - numbers(base.areas[figure])).sum())
