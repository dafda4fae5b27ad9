"""Write pages: of a run folder, and of a study."""

from __future__ import annotations

from pathlib import Path

from planner.capacity.results import read_capacity_plan
from planner.charts.data import Plan
from planner.page.capital import capacity_html
from planner.page.html import views_page
from planner.page.plan import plan_view
from planner.page.study import study_html
from planner.results.called import command_of
from planner.results.folders import CAPACITY, kind_of, require_run
from planner.results.plain_text import safe
from planner.results.read_results import read_results
from planner.results.run_json import REPORT
from planner.results.whole_file import check_file, write_whole
from planner.studies import kinds
from planner.studies.study import Study

INSTEAD = {kind: f"{command_of(kind)} CASE --report makes its page" for kind in kinds.names()}
"""What to do for the page of a study."""


def report_file(file: Path) -> None:
    """Write the page of the run, or capacity plan, whose folder the file is to stand in."""
    file.write_text(report_html(file.parent), encoding="utf-8", newline="\n")


def study_file(study: Study, file: Path) -> None:
    """Write the page of a study."""
    file.write_text(study_html(study), encoding="utf-8", newline="\n")


def report_html(folder: Path) -> str:
    """The report of a run folder, or of the folder of a capacity plan, as HTML.

    Raises:
        InputError: the folder is neither.
    """
    if kind_of(folder) == CAPACITY:
        return capacity_html(read_capacity_plan(folder))
    plan = Plan(read_results(folder))
    return views_page([plan_view(plan)], safe(plan.title))


def write_report(folder: str | Path, out: str | Path | None = None, overwrite: bool = False) -> Path:
    """Write the report of a run folder, or of that of a capacity plan, to ``report.html`` in it or elsewhere.

    Raises:
        InputError: the folder is neither.
        OutputError: the file exists and may not be replaced, or cannot be written.
    """
    file = Path(folder) / REPORT if out is None else Path(out)
    if kind_of(Path(folder)) != CAPACITY:
        require_run(Path(folder), INSTEAD)
    check_file(file, overwrite)
    write_whole(file, report_html(Path(folder)), overwrite)
    return file
