"""What is said of a ladder."""

from __future__ import annotations

import math

import pandas as pd

from planner.studies.ladder_tables import STEPS
from planner.studies.study import Study
from planner.studies.text import Column, Section, count, percent

ORDER_NOTE = (
    "Each rung keeps what the rungs above it grant. A step depends on this order: hours come last, so they "
    "bear what money and access alone cannot do."
)
SIGN_NOTE = (
    "The steps of all areas together are never negative. Those of a single area can be: what is freed goes "
    "where it saves most, and may leave other water."
)
MANDATE_NOTE = "Mandates overlap: never add these rows. Their steps can have either sign, too."


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The rungs with their steps, then the steps of every area and programme."""
    sections = [
        Section(
            "Why the coverage gap is there: shortfall of all areas as limits are lifted",
            _rungs(study["ladder"]),
            (
                Column("title", "rung", str),
                Column("shortfall_km2", "shortfall km²", count),
                Column("step", "step km²", str),
                Column("share", "share", str),
                Column("proof", "optimality gap", str),
                Column("takes_away", "what the step takes away"),
            ),
            (ORDER_NOTE,),
        ),
        Section("By area [km²]", study["ladder_areas"], _columns("area"), (SIGN_NOTE,)),
    ]
    programmes = study["ladder_programmes"]
    if len(programmes):
        heading = "By programme, in its mandate [km²]"
        sections.append(Section(heading, programmes, _columns("programme"), (MANDATE_NOTE,)))
    failed = [f"FAILED: rung {name}: {one.message}" for name, one in study.failures.items()]
    return failed, sections


def _columns(first: str) -> tuple[Column, ...]:
    steps = (Column(f"{step}_km2", step.replace("_", " "), _whole) for step in ("shortfall", *STEPS))
    return (Column("name", first), *steps)


def _whole(km2: float) -> str:
    return count(round(km2) + 0.0) if math.isfinite(km2) else "-"


def _rungs(rungs: pd.DataFrame) -> pd.DataFrame:
    whole = float(rungs["shortfall_km2"].iloc[0])
    first = rungs["rung"] == "plan"
    steps = [count(step) for step in rungs["step_km2"]]
    shares = [percent(step / whole) if whole else "" for step in rungs["step_km2"]]
    proofs = [
        (f"{row['gap']:.0e}" if row["rounds"] else "exact")
        + ("" if row["status"] == "optimal" else " not proven")
        for row in rungs.to_dict("records")
    ]
    return rungs.assign(
        step=pd.Series(steps).where(~first, ""),
        share=pd.Series(shares).where(~first, ""),
        proof=proofs,
        takes_away=[STEPS.get(name, "") for name in rungs["rung"]],
    )
