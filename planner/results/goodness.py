"""How good a plan is, on scales that are the same whatever it was made for."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from planner.core.fairness import FairShares
from planner.frames import Array, numbers
from planner.results.results import Results

COVERAGE = "coverage"
"""The coverage of all water, which is told whatever the plan is made for."""
SCALES: Mapping[str, str] = {
    "risk_weighted_coverage": "coverage of all water, weighted by risk",
    "targets_reached": "part of what the targets ask for that is covered, weighted by risk",
    "smallest_ratio": "smallest coverage / target of an area with a target that something usable reaches",
}
"""What each scale is a share of."""
SCALE_OF = {"coverage": "risk_weighted_coverage", "shortfall": "targets_reached", "fair": "smallest_ratio"}
"""The scale that each objective makes best."""


def value_in_words(objective: str, worth: float, penalties: bool = False) -> str:
    """What the value of a plan counts, which its objective makes least.

    Args:
        objective: of the case.
        worth: its ``coverage_worth``, for the objective shortfall.
        penalties: whether penalties of limits are part of the value.
    """
    said = "risk-weighted km² missed"
    if objective == "shortfall":
        also = f", and {worth:g} x what is missed at all" if worth else ""
        said = f"risk-weighted km² (shortfall to the targets{also})"
    return f"{said} and penalties" if penalties else said


def goodness(results: Results) -> dict[str, float]:
    """The share of each of ``SCALES`` that a plan reaches; NaN where there is nothing to reach."""
    cells = results.cells
    weight = numbers(cells["area_km2"] * cells["risk_weight"])
    return scales(results.areas, weight, 1.0 - numbers(cells["coverage"]), results.fairness)


def scales(
    areas: pd.DataFrame, weight: Array, unseen: Array, fairness: FairShares | None = None
) -> dict[str, float]:
    """As ``goodness``, of any plan with a table ``areas``.

    ``weight`` is the water of each cell [risk-weighted km²] and ``unseen`` 1 - what counts as covered of it,
    shape (cells,) each. What fair shares leave out, as nothing usable reaches it, has no ratio.
    """
    target = numbers(areas["target_coverage"] * areas["area_km2"])
    left_out = areas["area_id"].isin(fairness.left_out if fairness else ()).to_numpy()
    risk, some = numbers(areas["risk_weight"]), (target > 0.0) & ~left_out
    ratio = numbers(areas["covered_km2"])[some] / target[some]
    return {
        "risk_weighted_coverage": _share(float(weight.sum()), float(weight @ unseen)),
        "targets_reached": _share(float(risk @ target), float(risk @ areas["shortfall_km2"])),
        "smallest_ratio": float(ratio.min()) if len(ratio) else math.nan,
    }


def _share(whole: float, missing: float) -> float:
    return 1.0 - missing / whole if whole > 0.0 else math.nan
