"""The commands that write input files: ``new`` and ``schema``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.app import Overwrite, app
from planner.cli.streams import show_product


@app.command()
def new(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")]) -> None:
    """Write a small commented case to start from."""
    from planner.case.new import write_new_case
    from planner.results import terminal

    for file in write_new_case(folder):
        terminal.show(str(file))


class Format(StrEnum):
    """How the columns of results are written."""

    MARKDOWN = "markdown"
    JSON = "json"


@app.command()
def schema(
    outputs: Annotated[
        bool, typer.Option("--outputs", help="Show the columns of every table of results instead.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How --outputs shows them.")] = Format.MARKDOWN,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write one file for each here instead of showing them.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Show the JSON Schema of every input file: one object, keyed by the name of the file."""
    from planner.results.contract import CAPACITY_TABLES, TABLES
    from planner.results.whole_file import write_all
    from planner.schema.documents import outputs_json, outputs_markdown, schemas

    if outputs:
        ending, text = "json", outputs_json({**TABLES, **CAPACITY_TABLES})
        if format_ is Format.MARKDOWN:
            of_capacity = f"# What planner invest writes\n\n{outputs_markdown(CAPACITY_TABLES)}"
            ending, text = "md", f"{outputs_markdown(TABLES)}\n{of_capacity}"
        texts, shown = {f"outputs.{ending}": text + "\n"}, text
    else:
        found = schemas()
        texts = {f"{name}.schema.json": json.dumps(each, indent=2) + "\n" for name, each in found.items()}
        shown = json.dumps(found, indent=2, ensure_ascii=False)
    if out is None:
        show_product(shown)
    else:
        write_all(out, texts, overwrite)
