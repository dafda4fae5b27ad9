"""The report of a run folder, as one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from planner.charts.data import plan_of
from planner.charts.folders import ladder_of
from planner.page.comparison import comparison_html
from planner.page.html import views_page, writes
from planner.page.parts import Content
from planner.page.plan import plan_view
from planner.report.comparison import Comparison
from planner.report.folders import require_run, study_table
from planner.report.plain_text import safe
from planner.report.read_results import read_results
from planner.report.run_json import REPORT
from planner.report.whole_file import check_file, write_whole

RUNG = {"rung": "str", "title": "str", "shortfall_km2": "float64", "step_km2": "float64"}
"""What a page needs of a rung."""
INSTEAD = {
    "comparison": "its page shows the plans themselves: planner compare CASE --report makes it",
    "sweep": "its page shows the plans themselves: planner sweep CASE --report makes it",
    "sensitivity": "planner sensitivity CASE --report makes its page",
    "ladder": "planner report RUN --ladder with this folder draws it on the page of the case's run",
}
"""What to do for the page of a study."""


def report_file(file: Path) -> None:
    """Write the report of the run whose folder the file is to stand in: one of the ``others`` of a run."""
    writes(lambda: report_html(file.parent))(file)


def report_html(folder: Path, ladder: Path | None = None) -> str:
    """The report of a run folder as HTML.

    Args:
        folder: the folder of a run.
        ladder: the folder of the same case's ladder, which is drawn as a waterfall.

    Raises:
        InputError: the folder is not that of a run, or of a ladder.
    """
    require_run(folder, INSTEAD)
    plan = plan_of(read_results(folder))
    rungs = None if ladder is None else study_table(ladder, "ladder", "ladder", RUNG)
    drawn = None if rungs is None else Content([ladder_of(rungs)])
    return views_page([plan_view(plan, ladder=drawn)], safe(plan.title))


def comparison_file(compared: Comparison) -> Callable[[Path], None]:
    """Writes the report of a comparison, given the file: one of the ``others`` of its folder."""
    return writes(lambda: comparison_html(compared))


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
    check_file(file, overwrite)
    write_whole(file, report_html(Path(folder), None if ladder is None else Path(ladder)), overwrite)
    return file
