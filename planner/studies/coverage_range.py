"""How far the coverage of a plan varies with its uncertain figures: a quick sensitivity, for every run.

Fewer draws than ``sensitivity`` makes, coarser cells and a wider gap, and of each plan its coverage alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.folder import RawCase
from planner.case.read import case_of, without_ranges
from planner.causes.checked import checked_plan
from planner.causes.find import Run
from planner.errors import NoPlanError, PlannerError
from planner.features.assemble import problem_of
from planner.features.space import Space, make_cells_of, make_space
from planner.frames import numbers
from planner.geometry.area import areas_km2
from planner.pipeline import Progress
from planner.results.contract import conform, empty
from planner.results.coverage import of_nodes
from planner.results.goodness import COVERAGE, SCALE_OF, scales
from planner.solve.warm_start import WarmStart
from planner.studies.axis import COARSEST_NM
from planner.studies.draws import Reader, drawn
from planner.units import nm2_to_km2

DRAWS, SEED = 20, 1
COARSER, CELLS = 4.0, 500
"""Spacing of the cells, in parts of the case's, or so many cells where that would make more."""
GAP = 5e-3
"""Optimality gap of each plan: next to nothing beside what the draws differ by."""


@dataclass(frozen=True, eq=False)
class Ground(Reader):
    """What all draws share, with cells, effort and start of the plan of the case as it stands."""

    space: Space
    start: WarmStart


def coverage_range(
    raw: RawCase,
    changes: Mapping[str, object],
    scenario: str | None,
    run: Run,
    progress: Progress = lambda _: None,
) -> pd.DataFrame:
    """The table ``range`` of a case of which some figures have ranges.

    Args:
        raw: the case as it was handed in.
        changes: the user's changes; ranges of changed figures move with them.
        scenario: scenarios that are chosen.
        run: how the draws are planned: one after the other, or side by side.
        progress: told of every step in a sentence.
    """
    case = case_of(raw, changes, scenario)
    side = math.sqrt(float(areas_km2(case.areas["geometry"]).sum()) / CELLS / nm2_to_km2(1.0))
    spacing = min(COARSEST_NM, max(COARSER * case.settings.cells.spacing_nm, float(round(side))))
    coarse = {**changes, "cells.spacing_nm": spacing}
    figures, _, values = drawn(case, DRAWS, SEED)
    progress(f"the range of coverage: {DRAWS} draws, cells of {spacing:g} nm")
    case = case_of(raw, coarse, scenario)
    space = make_space(case, (), make_cells_of(case))
    try:
        here, start = shares(case, space)
    except NoPlanError as error:
        progress(f"there is no plan at such cells: {error}")
        return empty("range")
    ground = Ground(without_ranges(raw), coarse, scenario, space, start)
    tasks = {f"draw {n}": row for n, row in enumerate(values.to_dict("records"), start=1)}
    found = pd.DataFrame([one for one in run(planned, ground, tasks).values() if one])
    names = (COVERAGE, SCALE_OF[case.settings.objective])
    told = [name for name in names if len(found) and np.isfinite(here[name])]
    ends = [np.nanquantile(numbers(found[name]), (0.05, 0.5, 0.95)) for name in told]
    table = pd.DataFrame(ends, columns=["p5", "median", "p95"], index=range(len(told))).assign(
        figure=told, as_it_stands=[here[name] for name in told], draws=DRAWS, planned=len(found)
    )
    known = {"uncertain_figures": len(figures), "spacing_nm": spacing, "tolerance": GAP}
    return conform("range", table.assign(**known))


def planned(ground: Ground, figures: Mapping[str, float]) -> dict[str, float]:
    """The shares that the plan of a draw reaches; empty where it has none, or the draw makes no case."""
    try:
        case = ground.read(figures)
        space = make_space(case, (ground.space,), make_cells_of(case, (ground.space,)))
        return shares(case, space, ground.start)[0]
    except PlannerError:
        return {}


def shares(case: Case, space: Space, start: WarmStart | None = None) -> tuple[dict[str, float], WarmStart]:
    """``COVERAGE``, and as ``goodness``, of the plan of a case, and what a similar plan may start from.

    Raises:
        NoPlanError: it has none.
    """
    cells, problem = space.cells, problem_of(case, space)
    found = checked_plan(case, problem, GAP, start)
    of = of_nodes(case, cells, problem.nodes.assign(factor=found.factor, coverage=found.covered))
    names = ("area_km2", "risk_weight", "covered_km2", "shortfall_km2")
    areas = case.areas[["area_id", "target_coverage"]].assign(**{name: getattr(of, name) for name in names})
    weight = numbers(cells["area_km2"]) * numbers(cells["risk_weight"])
    mean = float(of.covered_km2.sum() / of.area_km2.sum())
    return {COVERAGE: mean, **scales(areas, weight, 1.0 - of.covered, found.fairness)}, found.start
