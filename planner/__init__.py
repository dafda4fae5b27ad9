"""Plan maritime surveillance under donor budgets, and report what stays uncovered and why.

    case = planner.read_case("inputs/pacific")
    results = planner.plan(case)
    planner.write(results, "results/pacific")

Names are loaded when they are first used, so that ``import planner`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.capacity.plan import invest
    from planner.capacity.results import CapacityPlan, read_capacity_plan
    from planner.capacity.write import write_capacity_plan
    from planner.case import CapitalCase, Case, read_capital_case, read_case
    from planner.errors import (
        AuditError,
        BrokenLimit,
        InputError,
        LimitsError,
        NoPlanError,
        OutputError,
        PlannerError,
        Problem,
    )
    from planner.explanation.explanation import Explanation, explain
    from planner.jobs import Jobs
    from planner.page.figures import write_figures
    from planner.page.write import write_report
    from planner.pipeline import plan
    from planner.results.read_results import read_results
    from planner.results.results import Results
    from planner.results.write import write
    from planner.studies.kinds.comparison import compare
    from planner.studies.kinds.ladder import ladder
    from planner.studies.kinds.next import next_steps
    from planner.studies.kinds.sensitivity import sensitivity
    from planner.studies.kinds.stress import stress
    from planner.studies.kinds.sweep import sweep
    from planner.studies.study import Study, write_study

    __version__: str

__all__ = [
    "AuditError",
    "BrokenLimit",
    "CapacityPlan",
    "CapitalCase",
    "Case",
    "Explanation",
    "InputError",
    "Jobs",
    "LimitsError",
    "NoPlanError",
    "OutputError",
    "PlannerError",
    "Problem",
    "Results",
    "Study",
    "__version__",
    "compare",
    "explain",
    "invest",
    "ladder",
    "next_steps",
    "plan",
    "read_capacity_plan",
    "read_capital_case",
    "read_case",
    "read_results",
    "sensitivity",
    "stress",
    "sweep",
    "write",
    "write_capacity_plan",
    "write_figures",
    "write_report",
    "write_study",
]

_HOMES = {
    "compare": "planner.studies.kinds.comparison",
    "explain": "planner.explanation.explanation",
    "Jobs": "planner.jobs",
    "ladder": "planner.studies.kinds.ladder",
    "sensitivity": "planner.studies.kinds.sensitivity",
    "Case": "planner.case",
    "read_case": "planner.case",
    "next_steps": "planner.studies.kinds.next",
    "stress": "planner.studies.kinds.stress",
    "sweep": "planner.studies.kinds.sweep",
    "Explanation": "planner.explanation.explanation",
    "CapitalCase": "planner.case",
    "invest": "planner.capacity.plan",
    "read_capital_case": "planner.case",
    "CapacityPlan": "planner.capacity.results",
    "read_capacity_plan": "planner.capacity.results",
    "write_capacity_plan": "planner.capacity.write",
    "write_figures": "planner.page.figures",
    "write_report": "planner.page.write",
    "plan": "planner.pipeline",
    "read_results": "planner.results.read_results",
    "Results": "planner.results.results",
    "write": "planner.results.write",
    "Study": "planner.studies.study",
    "write_study": "planner.studies.study",
    **dict.fromkeys(
        (
            *("AuditError", "BrokenLimit", "InputError", "LimitsError", "NoPlanError", "OutputError"),
            *("PlannerError", "Problem"),
        ),
        "planner.errors",
    ),
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        value: object = import_module("importlib.metadata").version("maritime-surveillance-planner")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
