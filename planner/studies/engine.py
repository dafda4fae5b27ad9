"""The engine of all studies: a base plan, and variants of its case planned side by side.

A study says which cases it plans, as edits of one case, and makes its tables of what comes back. Cells,
distances and effort are shared between variants as far as an edit leaves them alone. A variant starts warm
from the base plan or from another plan that the study names, never from what happens to be solved before it,
so that results depend on neither order, nor number of processes, nor interruptions. Plans are kept as the
folders of runs, so that a study that was killed can go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pandas as pd
from typer import Option

from planner import pipeline
from planner.case import Case, read_case
from planner.causes.find import NO_CAUSES, find_causes
from planner.core.certificate import Certificate
from planner.errors import AuditError, Interrupted
from planner.features.space import Space
from planner.geometry.polygons import as_array
from planner.jobs import Failure, Jobs, run_tasks
from planner.pipeline import Prepared, Progress
from planner.results.audit import audit
from planner.results.contract import TABLES as OF_RUN
from planner.results.csv_files import write_csv
from planner.results.read_results import NO_BASES, read_results
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, json_types, versions
from planner.results.write import write_tables
from planner.solve.recheck import findings
from planner.solve.solution import Solution
from planner.solve.warm_start import WarmStart
from planner.studies.tables import declared

GAP = 1e-6
"""Gap of plans whose differences are told: a million, a boat, an agreement or a port is worth some 1e-4 to
1e-3 of what is missed, and plans to 1e-6 tell that to a per cent or so; 1e-4 would drown it."""
FAIR_GAP = 1e-5
"""The same of fair plans, whose shares of targets must be proven one level after the other to that gap."""
Gap = Annotated[
    float | None,
    Option(min=1e-9, max=0.1, show_default=False, help="Relative gap that every plan is solved to."),
]
"""The option of studies whose gap may be chosen."""
CONCAVE = ("coverage", "shortfall")
"""Objectives whose value is convex in budgets and hours, so that what is gained is concave. With "fair" only
the smallest coverage/target is: its coverage is that of the plans that reach the smallest, and may fall."""
AS_IT_STANDS = "as it stands"
"""The variant that is the case without any edit."""
FAILED = "failed"
"""Status of a variant that ended without a plan for another reason than the solver's."""
ALL_TABLES = tuple(OF_RUN)
FIGURES = ("areas", "gaps", "causes", "programmes", "fleet", "allocation", "prices", "limits")
"""Tables that figures are read off, see ``metrics``."""
ABOUT = (
    *("counts", "linear_program", "effort_by_kind", "goodness", "coverage_worth", "uncertain_figures"),
    *("inputs", "scenarios", "seconds"),
)
"""What is kept of what ``run.json`` says, besides the versions."""
VARIANTS = declared("all")["variants"]
"""``variants.csv``: each plan with its certificate, or why there is none."""


class How(TypedDict, total=False):
    """What every study can be told: ``scenario`` and ``changes`` as in ``read_case``, for a folder.

    And ``jobs``: how many plans at a time, where, what to resume; ``progress``: told of every step.
    """

    scenario: str | None
    changes: Mapping[str, object] | None
    jobs: Jobs | None
    progress: Progress


@dataclass(frozen=True, eq=False)
class Variant:
    """One case of a study.

    Attributes:
        name: what it is called, unique in the study.
        edits: fields of the case that are replaced: frames, settings.
        at: where it lies on the axis of a study that has one: it starts from the nearest plan.
        title: what it is called in words.
    """

    name: str
    edits: Mapping[str, Any] = field(default_factory=dict)
    at: float = 0.0
    title: str = ""

    def case_of(self, case: Case, context: Any) -> Case:  # noqa: ARG002 - for studies that read cases again
        """The case of the variant."""
        return replace(case, **self.edits)


@dataclass(frozen=True, eq=False)
class Base:
    """The plan that variants are compared with."""

    prepared: Prepared
    solution: Solution
    results: Results

    @property
    def case(self) -> Case:
        """Its case."""
        return self.prepared.case

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
            its problem alone (``planner.solve.recheck``).
        causes: whether the causes of each plan's coverage gaps are found, by more plans.
        context: what a study's own variants need to make their case.
    """

    case: Case
    spaces: tuple[Space, ...]
    starts: tuple[tuple[float, WarmStart], ...] = ()
    tables: tuple[str, ...] = FIGURES
    outlines: bool = False
    audited: bool = False
    causes: bool = False
    context: Any = None


@dataclass
class Runner:
    """Runs the variants of one study; the second batch of them goes on in the store of the first.

    Attributes:
        study: its kind.
        made_from: the case and options that results depend on.
        how: jobs and progress.
        partial: makes more tables, by name, of the plans that are done when Ctrl-C ends the work.
        titles: of the variants that were to be planned so far, by name.
    """

    study: str
    made_from: object
    how: How
    partial: Callable[[Mapping[str, Any]], Mapping[str, pd.DataFrame]] = lambda _: {}
    titles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.jobs = self.how.get("jobs") or Jobs()
        self.progress = self.how.get("progress", silent)

    def plan(
        self, shared: Shared, variants: Sequence[Variant], batch: str = ""
    ) -> dict[str, Results | Failure]:
        """The plan of every variant by name, or why there is none.

        ``batch`` tells these tasks from others of the same names.

        Raises:
            Interrupted: Ctrl-C; a store has tables of what is done.
        """
        tasks = {batch + one.name: one for one in variants}
        self.titles |= {one.name: one.title or one.name for one in variants}
        made_from = (self.study, self.made_from, shared.tables, shared.outlines, batch)
        work = plan_variant, shared, tasks, self.jobs, self.progress
        try:
            found = run_tasks(*work, form=PlanForm(), made_from=made_from)
        except Interrupted as interrupt:
            store = self.jobs.store
            if store is not None and store.exists():
                done = {name.removeprefix(batch): one for name, one in interrupt.partial.items()}
                for name, table in {"variants": variant_table(done, {}), **self.partial(done)}.items():
                    write_csv(table, store / f"{name}.csv")
            raise
        self.jobs = replace(self.jobs, resume=True)
        return {one.name: found[batch + one.name] for one in variants}


def silent(_: str) -> None:
    """Tell nobody of a step."""


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
    nearest = min(shared.starts, key=lambda one: abs(one[0] - variant.at), default=(0.0, None))
    made = planned(case, shared.spaces, silent, nearest[1], shared.audited, shared.causes)
    return slim(made.results, shared.tables, shared.outlines), made.solution.start


def base_plan(case: Case, progress: Progress = silent) -> Base:
    """Plan the case as it stands, and keep what variants start from; errors as of ``planned``."""
    progress("plan the case as it stands")
    return planned(case, progress=progress, audited=True)


def planned(
    case: Case,
    before: Sequence[Space] = (),
    progress: Progress = silent,
    start: WarmStart | None = None,
    audited: bool = False,
    causes: bool = False,
) -> Base:
    """Plan a case, hold the plan against the limits of its problem, and report it.

    What is the same is taken over from the spaces of other cases ``before``; the solver begins at ``start``;
    ``audited`` and ``causes`` are those of ``Shared``.

    Raises:
        NoPlanError: no plan was found.
        AuditError: the plan does not pass its audit.
    """
    prepared = pipeline.prepare(case, before)
    solution = pipeline.solve(prepared, progress, start)
    wrong = list(findings(prepared.problem, solution))
    if wrong:
        raise AuditError("the plan does not pass its audit:\n" + "\n".join(wrong))
    why = find_causes(case, prepared.space, solution) if causes else NO_CAUSES
    results = pipeline.report(prepared, solution, causes=why)
    if audited:
        audit(case, results)
    return Base(prepared, solution, results)


def slim(results: Results, tables: tuple[str, ...], outlines: bool) -> Results:
    """The plan with some of its tables only, as a store gives it back.

    ``outlines``: whether the outlines of areas, cells and land stay, and the bases.
    """
    lost: dict[str, object] = {name: getattr(results, name).iloc[:0] for name in OF_RUN if name not in tables}
    if not outlines:
        none = as_array([])
        lost |= {"area_geometry": none, "cell_geometry": none, "land": None, "bases": NO_BASES}
    run = {key: results.run[key] for key in ABOUT if key in results.run} | {"versions": versions()}
    return replace(results, **lost, run=json_types(run), ledger=None)  # type: ignore[arg-type]


class PlanForm:
    """Plans as folders of runs, without summary, see ``planner.jobs.store.Form``."""

    def write(self, result: Results, folder: Path) -> None:
        """Write the tables, ``run.json``, and ``results.gpkg`` if there are outlines."""
        write_tables(result, folder, outlines=len(result.area_geometry) > 0)

    def read(self, folder: Path) -> Results:
        """The plan that was written."""
        return read_results(folder, outlines=(folder / GEOPACKAGE).exists())


def the_case(case: Case | str | Path, how: How) -> Case:
    """The case itself, or the one in a folder; scenarios and changes are for folders.

    Raises:
        InputError: the folder has no case that can be planned with.
        ValueError: a case was given scenarios or changes.
    """
    scenario, changes = how.get("scenario"), how.get("changes")
    if isinstance(case, Case):
        if scenario or changes:
            raise ValueError("scenario and changes are made when a folder is read; give read_case them")
        return case
    return read_case(case, changes, scenario)


def certificate_row(proof: Certificate) -> dict[str, float]:
    """The certificate of a plan as columns of ``variants.csv``, but its status."""
    own = {"plan_value": proof.value, "bound": proof.bound, "gap": proof.gap, "rounds": proof.rounds}
    return {**own, "gap_tolerance": proof.tolerance}


def status_row(one: Results | Failure) -> dict[str, object]:
    """Status and certificate of a plan, or status and message of what has none."""
    if isinstance(one, Failure):
        return {"status": one.status or FAILED, "message": one.message, "rounds": 0}
    return {"status": str(one.status), "message": "", **certificate_row(one.certificate)}


def variant_table(found: Mapping[str, Results | Failure], titles: Mapping[str, str]) -> pd.DataFrame:
    """The certificate of every variant, or why it has no plan."""
    rows = [
        {"variant": name, "title": titles.get(name, name), **status_row(one)} for name, one in found.items()
    ]
    return VARIANTS.of_rows(rows)
