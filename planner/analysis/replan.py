"""A plan that takes over what it can from another: cells, distances, effort, where the solver starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.case import Case
from planner.groundwork import Groundwork, groundwork
from planner.planning import Progress, planning_problem, report, solve
from planner.report.audit import audit
from planner.report.results import Results
from planner.solve.start import Start


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan with its report, and what other plans can take over from it.

    Attributes:
        results: the report; audited.
        ground: cells and effort.
        start: where the solver of a similar problem may start from.
    """

    results: Results
    ground: Groundwork
    start: Start


def replan(
    case: Case,
    before: Sequence[Groundwork] = (),
    start: Start | None = None,
    progress: Progress = lambda _: None,
) -> Planned:
    """Plan a case, as ``planner.planning.plan``, with what other plans have made.

    Results may differ in the last digits within the gap from those of another start: give every plan of a
    study the same start, never that of its neighbour.

    Args:
        case: the case.
        before: groundwork of other cases, taken over as far as its inputs are the same.
        start: of the plan of a case in ``before`` with the same areas, assets, sensors, bases and programmes;
            left aside where the case is cut into other cells.
        progress: told of every round of the solver in a sentence.

    Raises:
        NoPlanError: no plan was found.
        AuditError: the plan does not stand up to its audit.
    """
    ground = groundwork(case, before)
    problem = planning_problem(case, ground.cells, ground.effort)
    same_cells = any(ground.outlines is one.outlines for one in before)
    solution = solve(case, problem, progress, start if same_cells else None)
    results = report(case, ground.cells, problem, solution, {})
    audit(case, results)
    return Planned(results, ground, solution.start)
