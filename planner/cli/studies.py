"""What the commands of all studies share: their options, their folder, and the way through."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Any, get_type_hints

from planner.cli.app import (
    Out,
    Overwrite,
    Quiet,
    Report,
    Resume,
    Scenario,
    Scheduler,
    Settings,
    Workers,
    app,
    jobs,
    pairs,
)

OPTIONS: dict[str, tuple[Any, Any]] = {
    "out": (Out, None),
    "overwrite": (Overwrite, False),
    "set_": (Settings, None),
    "scenario": (Scenario, None),
    "workers": (Workers, 1),
    "scheduler": (Scheduler, None),
    "resume": (Resume, False),
    "report": (Report, False),
    "quiet": (Quiet, False),
}
"""The options that every study has, with their defaults."""


def study_command(name: str, kind: str, folder: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a command of a function that makes a study; the command has ``OPTIONS``, too.

    The function is given the case's folder, its own options, and ``changes``, ``scenario``, ``jobs`` and
    ``progress`` as the studies take them; an option of its own called ``scenario`` stands for the common one.

    Args:
        name: of the command.
        kind: of the study.
        folder: what the name of its folder ends with.
    """

    def register(make: Callable[..., Any]) -> Callable[..., Any]:
        hints = get_type_hints(make, include_extras=True)
        own = [
            one.replace(annotation=hints[one.name])
            for one in signature(make).parameters.values()
            if one.kind is not Parameter.VAR_KEYWORD
        ]
        names = {one.name for one in own}
        common = [
            Parameter(key, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for key, (annotation, default) in OPTIONS.items()
            if key not in names
        ]

        def command(case: Path, **given: Any) -> None:
            mine = {key: given.pop(key) for key in names if key in given}
            _run(kind, folder, case, given, lambda **how: make(case, **mine, **how))

        parameters = [*own, *common]
        command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        command.__doc__ = make.__doc__
        app.command(name)(command)
        return make

    return register


def _run(kind: str, ending: str, case: Path, given: dict[str, Any], make: Callable[..., Any]) -> None:
    """Run a study, write its folder, show what it says, and fail where a plan is not proven.

    Raises:
        OutputError: the folder cannot be written.
        NoPlanError: a plan is missing or not proven; the study is written.
    """
    from planner.cli.study_page import write_page
    from planner.jobs.store import check_store, remove_store, store_of
    from planner.results import target, terminal
    from planner.studies.study import folder_kind, require_proofs, write_study

    overwrite, resume, quiet = given["overwrite"], given["resume"], given["quiet"]
    how: dict[str, Any] = {"changes": pairs("--set", given["set_"])}
    if "scenario" in given:
        how["scenario"] = given["scenario"]
    place = given["out"] or target.default_folder(case, ending)
    folder = target.check_target(place, overwrite, folder_kind(kind))
    store = store_of(folder)
    how["jobs"] = jobs(given["workers"], given["scheduler"], store, resume)
    check_store(store, resume, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        study = make(**how, progress=progress)
        progress("write")
        write_study(study, folder, overwrite, write_page if given["report"] else None)
    remove_store(store)
    if not quiet:
        terminal.show(study.summary)
        terminal.show(f"Results are written to {folder}")
    require_proofs(study)
