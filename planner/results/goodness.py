"""How good a plan is, on scales that are the same whatever it was made for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers
from planner.results.plain_text import count, percent
from planner.results.results import Results

Array = npt.NDArray[np.float64]
COVERAGE = "coverage"
"""The coverage of all water, which is told whatever the plan is made for."""
SCALES: Mapping[str, str] = {
    "risk_weighted_coverage": "coverage of all water, weighted by risk",
    "targets_reached": "part of what the targets ask for that is covered, weighted by risk",
    "smallest_ratio": "smallest coverage / target of an area that has a target",
}
"""What each scale is a share of."""
OBJECTIVE_WORDS = {
    "coverage": "risk-weighted km² missed",
    "shortfall": "risk-weighted km² of shortfall, with part of what is missed",
    "fair": "risk-weighted km² missed",
}
"""The value that each objective makes least."""
SCALE_OF = {"coverage": "risk_weighted_coverage", "shortfall": "targets_reached", "fair": "smallest_ratio"}
"""The scale that each objective makes best."""
SAID = {
    COVERAGE: "{} of all water covered",
    "risk_weighted_coverage": "risk-weighted coverage {}",
    "targets_reached": "{} of the targets covered, weighted by risk",
    "smallest_ratio": "every area has at least {} of its target covered",
}
"""How a share is said."""


def goodness(results: Results) -> dict[str, float]:
    """The share of each of ``SCALES`` that a plan reaches; NaN where there is nothing to reach."""
    cells = results.cells
    weight = numbers(cells["area_km2"] * cells["risk_weight"])
    return scales(results.areas, weight, 1.0 - numbers(cells["coverage"]))


def scales(areas: pd.DataFrame, weight: Array, unseen: Array) -> dict[str, float]:
    """As ``goodness``, of any plan.

    Args:
        areas: as the table of that name.
        weight: risk-weighted water of each cell, shape (cells,) [risk-weighted km²].
        unseen: 1 - what counts as covered of each cell, shape (cells,).
    """
    target = numbers(areas["target_coverage"] * areas["area_km2"])
    risk, some = numbers(areas["risk_weight"]), target > 0.0
    ratio = numbers(areas["covered_km2"])[some] / target[some]
    return {
        "risk_weighted_coverage": _share(float(weight.sum()), float(weight @ unseen)),
        "targets_reached": _share(float(risk @ target), float(risk @ areas["shortfall_km2"])),
        "smallest_ratio": float(ratio.min()) if len(ratio) else math.nan,
    }


def in_words(results: Results) -> str:
    """What the plan makes best, as a share."""
    scale = SCALE_OF[results.objective]
    return SAID[scale].format(percent(goodness(results)[scale]))


def range_in_words(table: pd.DataFrame, run: Mapping[str, Any]) -> str:
    """What the coverage of a plan rests on: its range over draws, or that none is known.

    Args:
        table: the table ``range``.
        run: what ``run.json`` says, for ``uncertain_figures``, the number of figures with a range.
    """
    known = run.get("uncertain_figures")
    if table.empty and known == 0:
        return (
            "How sure this is, is not known: no figure of the case has a range (columns such as "
            "sweep_width_nm_low and sweep_width_nm_high give one)."
        )
    if table.empty:
        figures = f"the {count(known)} figures that have ranges" if known else "the ranges of figures"
        return f"How far this varies with {figures} is not known here; planner sensitivity finds it."
    first = table.iloc[0]
    parts = [
        SAID[row["figure"]].format(f"{percent(row['p5'])} to {percent(row['p95'])}")
        + f" ({percent(row['as_it_stands'])} with the figures as they are)"
        for row in table.to_dict("records")
    ]
    lost, some = first["draws"] - first["planned"], first["uncertain_figures"]
    figures = "1 figure has a range" if some == 1 else f"{count(some)} figures have ranges"
    return (
        f"What this rests on: {figures}. In {first['draws']} draws from {'it' if some == 1 else 'them'}, "
        f"planned at cells of {first['spacing_nm']:g} nm, the 5th to 95th percentile is: {'; '.join(parts)}"
        f"{f'; {lost} have no plan' if lost else ''}."
    )


def _share(whole: float, missing: float) -> float:
    return 1.0 - missing / whole if whole > 0.0 else math.nan
