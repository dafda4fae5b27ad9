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
    from planner.analysis.comparing import compare
    from planner.analysis.explaining import explain
    from planner.analysis.jobs import Jobs
    from planner.analysis.ladder import ladder
    from planner.analysis.next_steps import next_steps
    from planner.analysis.sensitivity import sensitivity
    from planner.analysis.stress import stress
    from planner.analysis.sweeping import sweep
    from planner.case import Case, read_case
    from planner.charts.write import write_figures
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
    from planner.page.write import write_report
    from planner.planning import plan
    from planner.report.comparison import Comparison
    from planner.report.explanation import Explanation
    from planner.report.ladder import Ladder
    from planner.report.next_steps import NextSteps
    from planner.report.read_results import read_results
    from planner.report.results import Results
    from planner.report.sensitivity import Sensitivity
    from planner.report.sensitivity_text import write_sensitivity
    from planner.report.stress import Losses
    from planner.report.study import write_study
    from planner.report.sweep import Sweep
    from planner.report.write import write
    from planner.report.write_comparison import write_comparison

    __version__: str

__all__ = [
    "AuditError",
    "BrokenLimit",
    "Case",
    "Comparison",
    "Explanation",
    "InputError",
    "Jobs",
    "Ladder",
    "LimitsError",
    "Losses",
    "NextSteps",
    "NoPlanError",
    "OutputError",
    "PlannerError",
    "Problem",
    "Results",
    "Sensitivity",
    "Sweep",
    "__version__",
    "compare",
    "explain",
    "ladder",
    "next_steps",
    "plan",
    "read_case",
    "read_results",
    "sensitivity",
    "stress",
    "sweep",
    "write",
    "write_comparison",
    "write_figures",
    "write_report",
    "write_sensitivity",
    "write_study",
]

_HOMES = {
    "compare": "planner.analysis.comparing",
    "explain": "planner.analysis.explaining",
    "Jobs": "planner.analysis.jobs",
    "ladder": "planner.analysis.ladder",
    "sensitivity": "planner.analysis.sensitivity",
    "Case": "planner.case",
    "read_case": "planner.case",
    "Comparison": "planner.report.comparison",
    "next_steps": "planner.analysis.next_steps",
    "NextSteps": "planner.report.next_steps",
    "stress": "planner.analysis.stress",
    "Losses": "planner.report.stress",
    "sweep": "planner.analysis.sweeping",
    "Sweep": "planner.report.sweep",
    "Explanation": "planner.report.explanation",
    "Ladder": "planner.report.ladder",
    "write_figures": "planner.charts.write",
    "write_report": "planner.page.write",
    "plan": "planner.planning",
    "read_results": "planner.report.read_results",
    "Results": "planner.report.results",
    "Sensitivity": "planner.report.sensitivity",
    "write_sensitivity": "planner.report.sensitivity_text",
    "write": "planner.report.write",
    "write_comparison": "planner.report.write_comparison",
    "write_study": "planner.report.study",
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
