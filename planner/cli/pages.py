"""The command that draws a page: ``report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.cli.app import Overwrite, app


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)],
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Where to write; report.html in RUN if not given."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Turn a run into one page to read, mail and print: map, charts, tables, sources; no network needed."""
    from planner.results import terminal

    file = planner.write_report(run, out, overwrite)
    terminal.show(f"The page is written to {file}")
