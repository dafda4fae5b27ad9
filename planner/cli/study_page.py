"""The page of a study: one file to read, mail and print."""

from __future__ import annotations

from html import escape
from pathlib import Path

from planner import page as pages
from planner.results.plain_text import plain
from planner.results.whole_file import write_whole
from planner.studies.study import Study, proof


def write_page(study: Study, file: Path) -> None:
    """Write the page of a study; of a comparison, sweep or sensitivity study the one with all its plans.

    Args:
        study: the study.
        file: the page.
    """
    write_whole(file, _html(study))


def _html(study: Study) -> str:
    if study.kind == "comparison":
        from planner.page.write import comparison_html

        return comparison_html(study)
    if study.kind == "sweep":
        from planner.page.sweep import sweep_html

        return sweep_html(study)
    if study.kind == "sensitivity":
        from planner.page.sensitivity import sensitivity_html

        return sensitivity_html(study)
    sentences, sections = study.describe(study)
    make = getattr(pages, "study_page", None)
    if make is None:
        return f"<!doctype html><meta charset='utf-8'><title>{escape(study.title)}</title>" + (
            f"<pre>{escape(plain(study.summary))}</pre>\n"
        )
    return str(make(study.title, [proof(study)[0], *sentences], sections))
