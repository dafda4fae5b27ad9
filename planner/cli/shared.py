"""Options that several commands have, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

_CASE = "The case: its folder, or the case.toml or case.xlsx in it."
CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help=_CASE, show_default=False)]
Names = list[str] | None
"""An option that may be repeated."""
Settings = Annotated[
    Names,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a figure: cells.spacing_nm=30, programmes.ID.budget=2e6. May be repeated.",
    ),
]
_SCENARIO = "Make the changes of [scenarios.NAME] in case.toml; later ones win. May be repeated."
Scenario = Annotated[Names, typer.Option(metavar="NAME[,NAME]", help=_SCENARIO)]
_OUT = "Where to write; results/NAME OF THE CASE_STUDY if not given."
Out = Annotated[Path | None, typer.Option(metavar="DIR", help=_OUT)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what stands there from before.")]
_REPORT = "Write report.html too: one page, no network needed."
Report = Annotated[bool, typer.Option("--report", help=_REPORT)]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show errors only.")]
_WORKERS = "Plans at a time, each in a process of its own."
Workers = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help=_WORKERS)]
_SCHEDULER = "Plan on the workers of a running Dask cluster: tcp://HOST:8786 (extra: distributed)."
Scheduler = Annotated[str | None, typer.Option(metavar="ADDRESS", help=_SCHEDULER)]
_RESUME = "Go on where a run of this command was interrupted or killed."
Resume = Annotated[bool, typer.Option("--resume", help=_RESUME)]


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


def jobs(workers: int, scheduler: str | None, store: Path | None = None, resume: bool = False) -> Any:
    """How the tasks of a command are run, a ``planner.jobs.Jobs``."""
    from planner.jobs import Jobs

    if scheduler is not None and workers > 1:
        raise typer.BadParameter("give --jobs or --scheduler, not both", param_hint="--scheduler")
    return Jobs(workers, scheduler, store, resume)
