"""The engine of all studies: a base plan, and variants of its case planned side by side.

A study says which cases it plans, as edits of one case, and makes its tables of what comes back. Cells,
distances and effort are shared between variants as far as an edit leaves them alone. A variant starts warm
from the base plan or from another plan that the study names, never from what happens to be solved before it,
so that results depend on neither order, nor number of processes, nor interruptions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case import Case, read_case
from planner.errors import Interrupted
from planner.jobs import Failure, Jobs, run_tasks
from planner.results.write import write_csv
from planner.studies import planning
from planner.studies.kept import ALL_TABLES, PlanForm, slim
from planner.studies.planning import Prepared, Progress, Results, Solution, Space, WarmStart, figures

GAP = 1e-6
"""Gap of plans whose differences are told: a million, a boat, an agreement or a port is worth some 1e-4 to
1e-3 of what is missed, and plans to 1e-6 tell that to a per cent or so; 1e-4 would drown it."""
TIGHTER = 0.1
"""The base plan, which is in every difference, is solved to this part of the gap."""


@dataclass(frozen=True, eq=False)
class Variant:
    """One case of a study.

    Attributes:
        name: what it is called, unique in the study.
        edits: fields of the case that are replaced: frames, settings.
        at: where it lies on the axis of a study that has one: it starts from the nearest plan.
    """

    name: str
    edits: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0

    def case_of(self, case: Case, context: Any) -> Case:  # noqa: ARG002 - for studies that read cases again
        """The case of the variant."""
        return replace(case, **self.edits)


@dataclass(frozen=True, eq=False)
class Base:
    """The plan that variants are compared with."""

    case: Case
    prepared: Prepared
    solution: Solution
    results: Results

    @property
    def space(self) -> Space:
        """Its cells, distances and effort."""
        return self.prepared.space


@dataclass(frozen=True, eq=False)
class Shared:
    """What every process that plans variants is given; can be pickled.

    Attributes:
        case: the case that variants edit.
        spaces: spaces that variants take over what they can from.
        starts: plans that variants start from, by their place on the study's axis: the nearest is taken.
        tables: tables that are kept of each plan.
        outlines: whether its outlines are kept.
        audited: whether each plan is measured again from the case (``audit``), or held against the limits of
            its problem alone (``check``).
        context: what a study's own variants need to make their case.
    """

    case: Case
    spaces: tuple[Space, ...]
    starts: tuple[tuple[float, WarmStart], ...] = ()
    tables: tuple[str, ...] = ALL_TABLES
    outlines: bool = False
    audited: bool = False
    context: Any = None


@dataclass
class Runner:
    """Runs the variants of one study; the second batch of them goes on in the store of the first.

    Attributes:
        study: its kind.
        made_from: the case and options that results depend on.
        jobs: how variants are run.
        progress: told of every step in a sentence.
    """

    study: str
    made_from: object
    jobs: Jobs
    progress: Progress

    def plan(
        self, shared: Shared, variants: Sequence[Variant], batch: str = ""
    ) -> dict[str, Results | Failure]:
        """The plan of every variant by name, or why there is none.

        Args:
            shared: what they are planned from.
            variants: the variants.
            batch: what tells these tasks from others of the same names.

        Raises:
            Interrupted: Ctrl-C; a store has a table of what is done.
        """
        tasks = {batch + one.name: one for one in variants}
        made_from = (self.study, self.made_from, shared.tables, shared.outlines, batch)
        try:
            found = run_tasks(
                plan_variant, shared, tasks, self.jobs, self.progress, form=PlanForm(), made_from=made_from
            )
        except Interrupted as interrupt:
            if self.jobs.store is not None and self.jobs.store.exists():
                done = {name.removeprefix(batch): one for name, one in interrupt.partial.items()}
                write_csv(variant_table(done, {}), self.jobs.store / "variants.csv")
            raise
        self.jobs = replace(self.jobs, resume=True)
        return {one.name: found[batch + one.name] for one in variants}


def plan_variant(shared: Shared, variant: Variant) -> Results:
    """The plan of one variant, audited; the work of a task.

    Raises:
        NoPlanError: it has none.
        AuditError: its plan breaks a limit or has another value.
    """
    return plan_with_start(shared, variant)[0]


def plan_with_start(shared: Shared, variant: Variant) -> tuple[Results, WarmStart]:
    """As ``plan_variant``, with what other variants may start from."""
    case = variant.case_of(shared.case, shared.context)
    prepared = planning.prepare(case, shared.spaces)
    nearest = min(shared.starts, key=lambda one: abs(one[0] - variant.at), default=(0.0, None))
    solution = planning.solve(prepared, start=nearest[1])
    planning.check(prepared, solution)
    results = planning.report(prepared, solution)
    if shared.audited:
        planning.audit(case, results)
    return slim(results, shared.tables, shared.outlines), solution.start


def base_plan(
    case: Case,
    progress: Progress = lambda _: None,
    before: Sequence[Space] = (),
    start: WarmStart | None = None,
) -> Base:
    """Plan the case as it stands, and keep what variants start from.

    Raises:
        NoPlanError: no plan was found.
        AuditError: the plan does not pass its audit.
    """
    progress("cells and effort")
    prepared = planning.prepare(case, before)
    progress("solve the case as it stands")
    solution = planning.solve(prepared, progress, start)
    planning.check(prepared, solution)
    results = planning.report(prepared, solution)
    planning.audit(case, results)
    return Base(case, prepared, solution, results)


def the_case(case: Case | str | Path, scenario: str | None, changes: Mapping[str, object] | None) -> Case:
    """The case itself, or the one in a folder; scenarios and changes are for folders."""
    if isinstance(case, Case):
        if scenario or changes:
            raise ValueError("scenario and changes are made when a folder is read; give read_case them")
        return case
    return read_case(case, changes, scenario)


def with_settings(case: Case, **settings: object) -> Case:
    """The case with other settings."""
    return replace(case, settings=case.settings.model_copy(update=settings))


def with_gap(case: Case, gap: float | None) -> Case:
    """The case, solved to another gap where one is given."""
    if gap is None:
        return case
    return with_settings(case, solver=case.settings.solver.model_copy(update={"gap_tolerance": gap}))


VARIANTS = {
    "variant": "str",
    "title": "str",
    "status": "str",
    "plan_value": "float64",
    "bound": "float64",
    "gap": "float64",
    "gap_tolerance": "float64",
    "rounds": "int64",
    "message": "str",
}
"""Columns of ``variants.csv``: each plan with its certificate, or why there is none."""
FAILED = "failed"
"""Status of a variant that ended without a plan for another reason than the solver's."""


def variant_table(found: Mapping[str, Results | Failure], titles: Mapping[str, str]) -> pd.DataFrame:
    """The certificate of every variant, or why it has no plan; columns ``VARIANTS``."""
    rows = []
    for name, one in found.items():
        row: dict[str, object] = {"variant": name, "title": titles.get(name, name)}
        row |= {"message": "", "rounds": 0}
        if isinstance(one, Failure):
            row |= {"status": one.status or FAILED, "message": one.message}
        else:
            proof = one.certificate
            row |= figures(proof, ("plan_value", "bound", "gap", "gap_tolerance"))
            row |= {"status": str(one.status), "rounds": proof.rounds}
        rows.append(row)
    return pd.DataFrame(rows, columns=list(VARIANTS)).astype(VARIANTS)
