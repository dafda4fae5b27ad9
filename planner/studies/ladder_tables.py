"""The rungs of a ladder, and the tables that say what each step takes away."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.core.certificate import Certificate
from planner.results.plain_text import count
from planner.solve.solver import Status
from planner.studies.engine import certificate_row
from planner.studies.tables import BOUND, GAP, ROUNDS, STATUS, TOLERANCE, VALUE, Column, Table

Array = npt.NDArray[np.float64]

RUNGS: Mapping[str, str] = {
    "plan": "The plan",
    "choice": "Least shortfall within the same limits",
    "earmarking": "... and with all money in one pool that may pay for anything anywhere",
    "money": "... and with unlimited money",
    "access": "... and with access everywhere",
    "hours": "... and with unlimited hours",
    "out_of_reach": "Nothing left: the rest is water that nothing reaches",
}
"""The rungs from the top down, and what holds on each; every rung lifts one limit more than the one above."""
STEPS: Mapping[str, str] = {
    "choice": "what the plan prefers over targets",
    "earmarking": "money tied to assets and areas",
    "money": "lack of money",
    "access": "lack of access",
    "hours": "lack of hours",
    "out_of_reach": "out of reach",
}
"""What each step down to a rung takes away, in words."""


def _whole(km2: float) -> str:
    return count(round(km2) + 0.0) if math.isfinite(km2) else "-"


_PARTS = tuple(
    Column(f"{step}_km2", "float64", f"{meaning} [km²]", step.replace("_", " "), _whole)
    for step, meaning in {
        "shortfall": "shortfall of the plan, the sum of the steps",
        "choice": "shortfall that is left because the plan prefers something else over targets",
        "earmarking": "less shortfall with all programmes' money in one pool",
        "money": "less shortfall with unlimited money, after that",
        "access": "less shortfall with access everywhere, after that",
        "hours": "less shortfall with unlimited hours of assets, sensors and bases, after that",
        "out_of_reach": "shortfall that is left then: water that nothing reaches",
    }.items()
)
TABLES: Mapping[str, Table] = {
    "ladder": Table(
        (
            Column("rung", "str", "plan, choice, earmarking, money, access, hours or out_of_reach"),
            Column("title", "str", "what holds on this rung", "rung", str),
            Column(
                "shortfall_km2",
                "float64",
                "shortfall of all areas on this rung [km²]",
                "shortfall km²",
                count,
            ),
            Column(
                "step_km2",
                "float64",
                "shortfall of the rung above less that of this one, never negative [km²]",
            ),
            Column("step_least_km2", "float64", "the proven least that the step can be [km²]"),
            Column("step_most_km2", "float64", "the proven most that the step can be [km²]"),
            Column("objective", "str", "what the rung's plan minimises: coverage, shortfall, or closed_form"),
            VALUE,
            BOUND,
            GAP,
            TOLERANCE,
            ROUNDS,
            STATUS,
            Column("step", title="step km²", show=str),
            Column("share", title="share", show=str),
            Column("proof", title="optimality gap", show=str),
            Column("takes_away", title="what the step takes away"),
        )
    ),
    "ladder_areas": Table((Column("area_id", "str", "area"), Column("name", "str", "name", "area"), *_PARTS)),
    "ladder_programmes": Table(
        (Column("programme_id", "str", "programme"), Column("name", "str", "name", "programme"), *_PARTS)
    ),
}
"""Tables of a ladder. Steps of single areas and programmes can have either sign: what is freed is used where
most shortfall goes, and moves effort away from other water. Mandates overlap: rows of programmes are never
added."""


@dataclass(frozen=True)
class Rung:
    """The plan of one rung.

    Attributes:
        name: one of ``RUNGS``.
        objective: what the plan minimises.
        shortfall_km2: by area, shape (areas,) [km²]; None where the rung has no plan.
        least_km2: no plan of this rung has a smaller total shortfall [km²].
        certificate: of the plan's objective.
        status: OPTIMAL where it is proven.
    """

    name: str
    objective: str
    shortfall_km2: Array | None
    least_km2: float
    certificate: Certificate
    status: Status

    @property
    def total_km2(self) -> float:
        """Shortfall of all areas [km²]; NaN without a plan."""
        return math.nan if self.shortfall_km2 is None else float(self.shortfall_km2.sum())


def steps_km2(rungs: Sequence[Rung]) -> dict[str, Array]:
    """What each step takes away in every area, and what is left at last, by the names of ``STEPS`` [km²].

    The steps sum to the shortfall of the first rung, in every area; single ones can have either sign. The
    step of a rung without a plan is blank, and part of the next one.
    """
    above, steps = known_km2(rungs[0]), {}
    for rung in rungs[1:]:
        if rung.shortfall_km2 is None:
            steps[rung.name] = np.full_like(above, np.nan)
        else:
            steps[rung.name], above = above - rung.shortfall_km2, rung.shortfall_km2
    return {**steps, "out_of_reach": above}


def known_km2(rung: Rung) -> Array:
    """The shortfall of a rung that has a plan, shape (areas,) [km²]."""
    if rung.shortfall_km2 is None:
        raise ValueError(f"rung {rung.name} has no plan")
    return rung.shortfall_km2


def rung_table(rungs: Sequence[Rung]) -> pd.DataFrame:
    """The rungs with their steps and certificates, and below them what is out of reach."""
    last = rungs[-1]
    nothing = replace(last.certificate, value=0.0, bound=0.0)
    ground = replace(
        last,
        name="out_of_reach",
        shortfall_km2=np.zeros_like(known_km2(last)),
        least_km2=0.0,
        certificate=nothing,
    )
    rows: list[dict[str, object]] = []
    above: Rung | None = None
    for rung in [*rungs, ground]:
        row: dict[str, object] = {"rung": rung.name, "title": RUNGS[rung.name], "status": str(rung.status)}
        if rung.shortfall_km2 is None:
            rows.append(row | {"rounds": 0, "objective": "shortfall"})
            continue
        step, least, most = 0.0, 0.0, 0.0
        if above is not None:
            step = above.total_km2 - rung.total_km2
            known = above.total_km2 if above.name == "plan" else above.least_km2
            least, most = max(0.0, known - rung.total_km2), above.total_km2 - rung.least_km2
        row |= {"shortfall_km2": rung.total_km2, "step_km2": step, "objective": rung.objective}
        row |= {"step_least_km2": least, "step_most_km2": most}
        rows.append(row | certificate_row(rung.certificate))
        above = rung
    return TABLES["ladder"].of_rows(rows)


def areas_table(name: str, records: pd.DataFrame, km2: Mapping[str, Array]) -> pd.DataFrame:
    """The shortfall and the steps of every area or programme."""
    return TABLES[name].of(records.assign(**{f"{column}_km2": each for column, each in km2.items()}))
