"""How functions become commands, with the words of ``options.toml``; and what their options come to."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from planner.cli.app import app

WORDS = tomllib.loads(Path(__file__).with_name("options.toml").read_text(encoding="utf-8"))
Names = list[str] | None
"""An option that may be repeated."""


def command(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function: what is before ``*`` are its arguments, the rest its options."""

    def made(function: Callable[..., None]) -> Callable[..., None]:
        return app.command(name)(with_parameters(function, parameters(name, function)))

    return made


def parameters(name: str, function: Callable[..., Any]) -> list[Parameter]:
    """The parameters of a function as arguments and options of a command, with its words for them."""
    hints, found = get_type_hints(function), []
    for one in signature(function).parameters.values():
        said = WORDS["all"].get(one.name, {}) | WORDS.get(name, {}).get(one.name, {})
        if one.kind is Parameter.KEYWORD_ONLY:
            dashed = one.name.strip("_").replace("_", "-")
            info: Any = typer.Option(said.pop("names", f"--{dashed}"), **said)
        else:
            info = typer.Argument(show_default=False, **said)
        found.append(one.replace(annotation=Annotated[hints[one.name], info]))
    return found


def with_parameters(function: Callable[..., None], own: Sequence[Parameter]) -> Callable[..., None]:
    """A function whose parameters are declared, as typer reads them."""
    function.__signature__ = Signature(own)  # type: ignore[attr-defined]
    function.__annotations__ = {one.name: one.annotation for one in own}
    return function


def together(scenarios: Sequence[str] | None) -> str | None:
    """All scenarios that were named, as "a,b"."""
    return ",".join(scenarios) if scenarios else None


def pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """The dictionary of an option KEY=VALUE that may be repeated."""
    pairs: dict[str, str] = {}
    for pair in given or []:
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or not key:
            raise typer.BadParameter(f"{pair!r} is not KEY=VALUE", param_hint=option)
        if key in pairs:
            raise typer.BadParameter(f"{key!r} is given twice", param_hint=option)
        pairs[key] = value
    return pairs


def opened(
    place: Path, kind: Any, overwrite: bool, jobs: int, scheduler: str | None, resume: bool
) -> tuple[Path, Any]:
    """The folder that a command will write, and how its plans are made, a ``planner.jobs.Jobs``.

    Raises:
        OutputError: the folder, or the store of plans beside it, may not be written.
    """
    from planner.jobs import Jobs
    from planner.jobs.store import check_store, store_of
    from planner.results.target import check_target

    folder = check_target(place, overwrite, kind)
    store = store_of(folder)
    if scheduler is not None and jobs > 1:
        raise typer.BadParameter("give --jobs or --scheduler, not both", param_hint="--scheduler")
    check_store(store, resume, overwrite)
    return folder, Jobs(jobs, scheduler, store, resume)


def page(wanted: bool) -> dict[str, Callable[[Path], None]]:
    """What writes the page beside other files, by its name, where it is wanted."""
    if not wanted:
        return {}
    from planner.page.write import report_file
    from planner.results.run_json import REPORT

    return {REPORT: report_file}
