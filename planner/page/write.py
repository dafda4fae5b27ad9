"""Write pages: of a run folder, and of a study."""

from __future__ import annotations

from pathlib import Path

from planner.charts.data import plan_of
from planner.charts.folders import StudyFolder, read_study
from planner.charts.studies import waterfall
from planner.errors import InputError, Problem
from planner.page.html import views_page
from planner.page.plan import plan_view
from planner.page.study import study_html
from planner.results.folders import command_of, kind_of, require_run
from planner.results.plain_text import safe
from planner.results.read_results import read_results
from planner.results.run_json import REPORT
from planner.results.whole_file import check_file, write_whole
from planner.studies.study import KINDS, Study

INSTEAD = {kind: f"{command_of(kind)} CASE --report makes its page" for kind in KINDS} | {
    "ladder": "planner report RUN --ladder with this folder draws it on the page of the case's run"
}
"""What to do for the page of a study."""


def report_file(file: Path) -> None:
    """Write the report of the run whose folder the file is to stand in: one of the ``others`` of a run."""
    file.write_text(report_html(file.parent), encoding="utf-8", newline="\n")


def study_file(study: Study, file: Path) -> None:
    """Write the page of a study."""
    file.write_text(study_html(study), encoding="utf-8", newline="\n")


def report_html(folder: Path, ladder: Path | None = None) -> str:
    """The report of a run folder as HTML.

    Args:
        folder: the folder of a run.
        ladder: the folder of the same case's ladder, which is drawn as a waterfall.

    Raises:
        InputError: the folder is not that of a run, or of a ladder.
    """
    plan = plan_of(read_results(folder))
    drawn = [] if ladder is None else [waterfall(_ladder(ladder))]
    return views_page([plan_view(plan, charts=drawn)], safe(plan.title))


def _ladder(folder: Path) -> StudyFolder:
    if kind_of(folder) != "ladder":
        remedy = "name a folder that planner ladder has written"
        raise InputError([Problem("--ladder", 0, "", str(folder), "is not the folder of a ladder", remedy)])
    return read_study(folder, "ladder")


def write_report(
    folder: str | Path,
    out: str | Path | None = None,
    overwrite: bool = False,
    ladder: str | Path | None = None,
) -> Path:
    """Write the report of a run folder.

    Args:
        folder: the folder of a run.
        out: where to write; ``report.html`` in the folder if not given.
        overwrite: whether an existing file may be replaced.
        ladder: the folder of the same case's ladder, which is drawn as a waterfall.

    Returns:
        The file.

    Raises:
        InputError: the folder is not that of a run.
        OutputError: the file exists and may not be replaced, or cannot be written.
    """
    file = Path(folder) / REPORT if out is None else Path(out)
    require_run(Path(folder), INSTEAD)
    check_file(file, overwrite)
    write_whole(file, report_html(Path(folder), None if ladder is None else Path(ladder)), overwrite)
    return file
