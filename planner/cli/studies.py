"""What the commands of all studies share: their options, their folder, and the way through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.cli.app import jobs


@dataclass(frozen=True)
class StudyOptions:
    """What every command of a study is told: where to write, how to work, what to show."""

    case: Path
    out: Path | None
    overwrite: bool
    workers: int
    scheduler: str | None
    resume: bool
    report: bool
    quiet: bool


def run_study(kind: str, given: StudyOptions, make: Callable[..., Any]) -> None:
    """Run a study, write its folder, show what it says, and fail where a plan is not proven.

    Args:
        kind: of the study.
        given: the options.
        make: makes the study, given ``jobs`` and ``progress``.

    Raises:
        OutputError: the folder cannot be written.
        NoPlanError: a plan is missing or not proven; the study is written.
    """
    from planner.cli.study_page import write_page
    from planner.jobs.store import check_store, remove_store, store_of
    from planner.results import target, terminal
    from planner.studies.study import folder_kind, require_proofs, write_study

    name = {"comparison": "compared"}.get(kind, kind)
    place = given.out or target.default_folder(given.case, name)
    folder = target.check_target(place, given.overwrite, folder_kind(kind))
    store = store_of(folder)
    how = jobs(given.workers, given.scheduler, store, given.resume)
    check_store(store, given.resume, given.overwrite)
    with terminal.Progress(given.quiet) as progress:
        progress("read the case")
        study = make(jobs=how, progress=progress)
        progress("write")
        write_study(study, folder, given.overwrite, write_page if given.report else None)
    remove_store(store)
    if not given.quiet:
        terminal.show(study.summary)
        terminal.show(f"Written to {folder}")
    require_proofs(study)
