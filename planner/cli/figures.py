"""The command ``figures``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.app import Overwrite, Quiet, app


class Format(StrEnum):
    """Formats of figures."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@app.command()
def figures(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="The folder of a run, or of a study.",
            show_default=False,
        ),
    ],
    *,
    format_: Annotated[Format, typer.Option("--format", help="What kind of files.")] = Format.PNG,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; FOLDER_figures if not given.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME[,NAME]", help="Only this figure, as map_pod. May be repeated."),
    ] = None,
    dpi: Annotated[float, typer.Option(help="Pixels per inch of PNG; figures are 180 mm wide.")] = 300.0,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Draw the maps and charts of a run or a study for print: PNG, SVG or PDF, without a browser."""
    from planner.charts.sources import of_folder
    from planner.charts.write import FIGURES, checked, write_figures
    from planner.results import target, terminal

    wanted = [name.strip() for names in only or [] for name in names.split(",") if name.strip()]
    checked(format_, wanted, dpi)
    place = target.check_target(
        out or folder.with_name(f"{folder.resolve().name}_figures"), overwrite, FIGURES
    )
    with terminal.Progress(quiet) as progress:
        progress("read the folder")
        source = of_folder(folder)
        written = write_figures(source, place, format_, wanted, dpi, overwrite, progress)
    if not quiet:
        terminal.show(f"Figures are written to {written}")
