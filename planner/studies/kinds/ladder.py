"""Ladder: why the coverage gap is there, as limits are lifted one after the other.

The rungs are those of the run itself (``planner.causes``): this study makes tables of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from planner import pipeline
from planner.case import Case
from planner.causes.names import ALL, CAUSES_OF_PROGRAMME, causes_of_all
from planner.charts.data import CAUSE_WORDS
from planner.charts.forms import nothing, row_chart
from planner.charts.names import named
from planner.charts.spec import Chart
from planner.frames import numbers
from planner.jobs import Jobs, side_by_side
from planner.results.palette import GAIN, INK, LOSS, QUIET
from planner.results.results import Results
from planner.studies.engine import VARIANTS, How, silent, the_case
from planner.studies.study import Study, study_of
from planner.studies.tables import Found, Section, Table, columns, declared

TITLES: Mapping[str, str] = {
    "plan": "the plan",
    "choice": "... made for the least shortfall",
    "earmarks": "... and with one pool of money",
    "own_money": "... and with its own money unlimited",
    "money": "... and with unlimited money",
    "access": "... and with access everywhere",
    "response": "... and with no answers needed",
    "hours": "... and with unlimited hours",
    "out_of_reach": "... and with unlimited reach",
    "beyond": "... and with a remit for everything",
}
"""What holds on each rung, beside the rungs above it."""
STEPS: Mapping[str, str] = {
    "choice": "what the plan prefers over targets",
    "earmarks": "money tied to assets and areas",
    "own_money": "its own lack of money",
    "money": "lack of money",
    "access": "lack of access",
    "response": "what answers to detections take",
    "hours": "lack of hours",
    "out_of_reach": "out of reach",
    "beyond": "beyond what it may fund",
}
"""What each step down to a rung takes away, in words."""
ORDER_NOTE = (
    "Each rung keeps what the rungs above it grant, is the plan of least shortfall weighted by risk, and "
    "leaves no area worse off. A step depends on this order."
)
MANDATE_NOTE = (
    "Each programme's rungs close as much as they can in its mandate with no area anywhere worse off: own "
    "money is what its own money without limit would close there. A plan that may take from other areas can "
    "move more into a mandate. Mandates may overlap: never add these rows."
)
RUNGS = declared("ladder")["ladder"]


def steps_of(owner: str, causes: Sequence[str]) -> Table:
    """The table of the steps of every area or programme."""
    steps = {"shortfall": "the sum of the steps", **{one: STEPS[one] for one in causes}}
    lines = [f"{owner}_id | str | {owner}", f"name | str | name | {owner}"]
    for step, text in steps.items():
        lines.append(f"{step}_km2 | float64 | {text} [km²] | {step.replace('_', ' ')} | count")
    return Table(columns("\n".join(lines)))


def ladder(case: Case | str | Path, results: Results | None = None, **how: Unpack[How]) -> Study:
    """Say why the coverage gap is there: what earmarks, money, access and hours each account for.

    Climbs down from a plan's shortfall: choice, earmarks, money, access, response where detections need an
    answer, hours, out of reach.

    Args:
        case: a case folder, or a case.
        results: the case's plan with its causes, if it was made already; else it is made.
        how: see ``How``.

    Returns:
        The study; rungs that are not proven are among its ``unproven``.

    Raises:
        NoPlanError: there is no plan.
        ValueError: the results are not those of the case.
    """
    case, progress = the_case(case, how), how.get("progress", silent)
    if results is None or results.rungs.empty:
        run = side_by_side(how.get("jobs") or Jobs(), progress)
        results = pipeline.plan(case, progress, run=run)
    if results.areas["area_id"].tolist() != case.areas["area_id"].tolist():
        raise ValueError("the results are not those of the case: their areas differ")
    causes = {"area": causes_of_all(case.settings.answers is not None), "programme": CAUSES_OF_PROGRAMME}
    declared, tables = {"ladder": RUNGS}, {"ladder": rung_table(results)}
    for owner, of in (("area", case.areas), ("programme", case.programmes)):
        rows = step_table(results, of[[f"{owner}_id", "name"]], causes[owner])
        declared[f"ladder_{owner}s"] = steps_of(owner, causes[owner])
        tables[f"ladder_{owner}s"] = declared[f"ladder_{owner}s"].of(rows)
    plans = {"plan": results}
    study = study_of(
        "ladder", case, results, plans, describe, lambda _: tables, declared=declared, first=False
    )
    rungs = results.rungs[(results.rungs["rung"] != "plan") & (results.rungs["method"] != "same")]
    names = rungs["programme_id"] + ": " + rungs["rung"]
    rows = rungs.rename(columns={"value": "plan_value", "tolerance": "gap_tolerance"})
    rows = rows.assign(variant=names, title=names, message="")
    return replace(study, variants=VARIANTS.of(study.variants, rows))


STUDY = ladder


def rung_table(results: Results) -> pd.DataFrame:
    """The rungs of all programmes together with their steps, and below them what is out of reach."""
    rungs = results.rungs[results.rungs["programme_id"] == ALL]
    last = rungs.tail(1).assign(rung="out_of_reach", shortfall_km2=0.0, value=0.0, bound=0.0)
    rungs = pd.concat([rungs, last], ignore_index=True).rename(columns={"tolerance": "gap_tolerance"})
    short, rung = rungs["shortfall_km2"], rungs["rung"]
    steps = short.shift() - short
    share = steps / short[0] if short[0] > 0.0 else float("nan")
    words = {"title": rung.map(TITLES), "takes_away": rung.map(STEPS).fillna("")}
    return RUNGS.of(rungs.assign(**words, step_km2=steps, share=share))


def step_table(results: Results, owners: pd.DataFrame, causes: Sequence[str]) -> pd.DataFrame:
    """The shortfall and the steps of every area or programme, from the causes."""
    key = str(owners.columns[0])
    rows = results.causes[results.causes["level"] == key.removesuffix("_id")]
    km2 = rows.pivot_table("km2", key, "cause", aggfunc="sum", fill_value=0.0)
    km2 = km2.reindex(index=owners[key], columns=list(causes), fill_value=0.0)
    return owners.join(km2.add_suffix("_km2").assign(shortfall_km2=km2.sum(axis=1)), on=key)


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The rungs with their steps, then the steps of every area and programme."""
    if not (study["ladder"]["shortfall_km2"] > 0.0).any():
        return ["There is no coverage gap to explain: no area falls short of a target."], []
    heading = "Why the coverage gap is there: shortfall of all areas as limits are lifted"
    shown = ("title", "shortfall_km2", "step_km2", "share", "gap", "takes_away")
    sections = [RUNGS.section(heading, study["ladder"], shown, (ORDER_NOTE,))]
    for owner, heading, notes in (
        ("area", "By area [km²]", ()),
        ("programme", "By programme, in its mandate [km²]", (MANDATE_NOTE,)),
    ):
        rows = study[f"ladder_{owner}s"]
        if len(rows):
            table = steps_of(owner, [name.removesuffix("_km2") for name in rows.columns[3:]])
            sections.append(table.section(heading, rows, rows.columns[1:], notes))
    return [], sections


def waterfall(table: pd.DataFrame) -> Chart:
    """The ladder: shortfall at the start, what each rung of all programmes takes off, and what is left."""
    rungs = table[(table["rung"] != "out_of_reach") & table["shortfall_km2"].notna()]
    if not (rungs["shortfall_km2"] > 0.0).any():
        return nothing("ladder")
    left = numbers(rungs["shortfall_km2"])
    said = ["the plan's shortfall", *(STEPS[one] for one in rungs["rung"][1:]), "what is left: out of reach"]
    short = {str(n): CAUSE_WORDS.get(rung, "") for n, rung in enumerate(rungs["rung"])}
    steps = named([str(n) for n in range(len(said))], said, short)
    before = np.concatenate([[0.0], left[:-1]])
    low, high = [*np.minimum(before, left), 0.0], [*np.maximum(before, left), left[-1]]
    signs = ["", *("" if more == 0.0 else "−" if more < 0.0 else "+" for more in np.diff(left).round()), ""]
    kinds = ["more shortfall" if sign == "+" else "less shortfall" for sign in signs[1:-1]]
    frame = pd.DataFrame({"label": steps.labels, "low": low, "high": high})
    frame["kind"] = ["start", *kinds, "what is left"]
    frame["text"] = [f"{sign}{b - a:,.0f}" for sign, a, b in zip(signs, low, high, strict=True)]
    links = pd.DataFrame({"label": steps.labels[:-1], "next": steps.labels[1:], "at": left})
    scale = {"start": QUIET, "less shortfall": GAIN, "more shortfall": LOSS, "what is left": INK}
    scale = {kind: colour for kind, colour in scale.items() if (frame["kind"] == kind).any()}
    return row_chart("ladder", frame, steps, scale, data={"links": links})


CHARTS: Mapping[str, Callable[[Found], Chart]] = {"ladder": lambda study: waterfall(study["ladder"])}
