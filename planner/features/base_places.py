"""Places at bases: a base with a limit supports so many mission hours.

Reads ``capacity_hours`` of bases.csv. Equation (8) for bases: the hours of all missions from a base are at
most its capacity_hours; a base without a number has no limit and no resource.
"""

from __future__ import annotations

import numpy as np

from planner.case import Case
from planner.features.assembly import Parts
from planner.features.resources import PLACES, RESOURCE_KINDS
from planner.frames import numbers


def add_places(parts: Parts, case: Case) -> None:
    """One resource of mission hours for each base that has a limit [h]."""
    capacity = numbers(case.bases["capacity_hours"])
    limited = np.isfinite(capacity)
    ids = case.bases["base_id"].to_numpy()[limited]
    parts.add_resources(PLACES, capacity[limited], words=RESOURCE_KINDS[PLACES].words, base_id=ids)
