"""The report of a run folder, as one file."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from planner.page.document import document
from planner.page.html import page_html, writes
from planner.page.plans import plan_of
from planner.report.folders import require_run, study_table
from planner.report.plain_text import safe
from planner.report.read_results import read_results
from planner.report.run_json import REPORT
from planner.report.whole_file import check_file, write_whole
from planner.studies.study import Study

RUNG = {"title": "str", "shortfall_km2": "float64", "step_km2": "float64"}
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
    study = {} if ladder is None else {"ladder": _rungs(ladder)}
    return page_html(document([plan], study=study), safe(plan.title))


def comparison_html(compared: Study) -> str:
    """The report of a comparison as HTML: every plan in one page, and what changes from the first."""
    titles = dict(zip(compared.variants["variant"], compared.variants["title"], strict=True))
    plans = [plan_of(results, label, titles[label] or label) for label, results in compared.results.items()]
    return page_html(document(plans, kind="comparison"), safe(compared.title))


def comparison_file(compared: Study) -> Callable[[Path], None]:
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


def _rungs(folder: Path) -> list[dict[Hashable, Any]]:
    """The rungs of a ladder, from the plan down."""
    return study_table(folder, "ladder", "ladder", RUNG).to_dict("records")
