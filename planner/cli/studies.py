"""The commands of all studies, which the files of ``planner.studies.kinds`` declare.

A command is the study's function: its options are the arguments that are annotated with one, its help is the
first line of the function's docstring. A study is only loaded when its command is used.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand
from typer.models import OptionInfo

from planner.cli import shared
from planner.cli.app import app
from planner.results.called import called
from planner.studies import kinds


class StudyCommand(TyperCommand):
    """A command whose study is loaded when it is used."""

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Load the study, whose options are parsed then."""
        loaded = typer.Typer(add_completion=False, rich_markup_mode=None)
        loaded.command()(_command(next(kind for kind in kinds.names() if called(kind)[0] == self.name)))
        whole: Any = typer.main.get_command(loaded)
        self.params, self.callback = whole.params, whole.callback
        return super().make_context(*given, **more)


def help_of(kind: str) -> str:
    """The first line of the docstring of a study, which is not loaded for it."""
    file = str(getattr(find_spec(f"{kinds.__name__}.{kind}"), "origin", ""))
    body = ast.parse(Path(file).read_text(encoding="utf-8")).body
    assigned = (one for one in body if isinstance(one, ast.Assign))
    (study,) = (ast.unparse(one.value) for one in assigned if ast.unparse(one.targets[0]) == "STUDY")
    (made,) = (one for one in body if isinstance(one, ast.FunctionDef) and one.name == study)
    return (ast.get_docstring(made) or "").partition("\n")[0]


def _command(kind: str) -> Callable[..., None]:
    """The function of a command: options of the study, and those that all have."""
    from planner.studies.study import load

    make = load(kind).STUDY
    own = _options(make)
    options = [get_args(one.annotation)[1] for one in own]
    said = {word for one in options for word in (one.default, *(one.param_decls or ()))}
    case, *common = shared.parameters(kind, _run)[2:]
    common = [one for one in common if f"--{one.name}" not in said]

    def command(case: Path, **given: Any) -> None:
        mine = {one.name: given.pop(one.name) for one in own}
        chosen = {name: value for name, value in mine.items() if value is not None}
        _run(kind, lambda **how: make(case, **chosen, **how), case, **given)

    return shared.with_parameters(command, [case, *own, *common])


def _options(make: Callable[..., Any]) -> list[Parameter]:
    """The arguments of a study that are options; a sequence may be repeated."""
    hints, found = get_type_hints(make, include_extras=True), []
    for one in signature(make).parameters.values():
        kind, *notes = get_args(hints.get(one.name))[:2] or (None,)
        if notes and isinstance(notes[0], OptionInfo):
            many = get_origin(kind) is Sequence
            wanted: Any = list[str] | None if many else kind
            annotation = Annotated[wanted, notes[0]]
            default = None if many else one.default
            found.append(Parameter(one.name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation))
    return found


def _run(
    kind: str,
    make: Callable[..., Any],
    case: Path,
    *,
    out: Path | None = None,
    overwrite: bool = False,
    set_: shared.Names = None,
    scenario: shared.Names = None,
    jobs: int = 1,
    scheduler: str | None = None,
    resume: bool = False,
    report: bool = False,
    quiet: bool = False,
) -> None:
    """Run a study, write its folder, show what it says, and fail where a plan is not proven.

    All studies have its options; one of a study's own of the same name goes first.

    Raises:
        OutputError: the folder cannot be written.
        NoPlanError: a plan is missing or not proven; the study is written.
    """
    from planner.jobs.store import remove_store
    from planner.page.write import study_file
    from planner.results import target, terminal
    from planner.studies.study import folder_kind, require_proofs, write_study

    changes, place = shared.pairs("--set", set_), out or target.default_folder(case, called(kind)[1])
    folder, how = shared.opened(place, folder_kind(kind), overwrite, jobs, scheduler, resume)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        study = make(changes=changes, scenario=shared.together(scenario), jobs=how, progress=progress)
        progress("write")
        write_study(study, folder, overwrite, study_file if report else None)
    remove_store(how.store)
    if not quiet:
        terminal.show(study.summary)
        terminal.show(f"Results are written to {folder}")
    require_proofs(study)


def register(app: typer.Typer, kind: str) -> None:
    """Make a command of a kind of study."""
    app.command(called(kind)[0], cls=StudyCommand, help=help_of(kind))(lambda: None)


for _kind in kinds.names():
    register(app, _kind)
