"""The commands that are no studies: plan, check and explain a case, show a run, write a first case."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.cli import shared
from planner.cli.app import app
from planner.cli.streams import show_product
from planner.errors import InputError, NoPlanError


@app.command()
def run(
    case: shared.CaseFolder,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE if not given."),
    ] = None,
    overwrite: shared.Overwrite = False,
    set_: shared.Settings = None,
    scenario: shared.Scenario = None,
    write_model: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Write the final linear program, .mps or .lp. May be repeated."),
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Write report.html too: map, charts and tables in one page.")
    ] = False,
    no_causes: Annotated[
        bool,
        typer.Option(
            "--no-causes", help="Leave out why coverage gaps are there, which takes plans of its own."
        ),
    ] = False,
    no_range: Annotated[
        bool,
        typer.Option(
            "--no-range",
            help="Leave out how far coverage varies with figures that have ranges: 20 more plans.",
        ),
    ] = False,
    workers: shared.Workers = 1,
    quiet: shared.Quiet = False,
) -> None:
    """Plan a case and write the results, with the gap of every programme."""
    from planner.case.folder import read_folder
    from planner.case.read import case_of
    from planner.jobs import Jobs, side_by_side
    from planner.results import target, terminal
    from planner.results.run_json import REPORT
    from planner.results.summary import require_proof, summary
    from planner.studies.coverage_range import coverage_range

    changes, models = shared.pairs("--set", set_), write_model or []
    folder = target.check_target(out or target.default_folder(case), overwrite)
    target.check_model_files(models, folder, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        raw = read_folder(case)
        read = case_of(raw, changes, shared.together(scenario))
        run_tasks = side_by_side(Jobs(workers), progress)
        results = planner.plan(read, progress, models, causes=not no_causes, run=run_tasks)
        if not no_range and len(read.uncertainty):
            results = replace(
                results, range=coverage_range(raw, changes, shared.together(scenario), run_tasks, progress)
            )
        progress("write")
        results = replace(results, run={**results.run, "command": ["planner", *sys.argv[1:]]})
        others = {}
        if report:
            from planner.page.write import report_file

            others[REPORT] = report_file
        planner.write(results, folder, overwrite, others)
    if not quiet:
        terminal.show(summary(results))
        terminal.show(f"Results are written to {folder}")
    require_proof(results)


@app.command()
def check(
    case: shared.CaseFolder,
    *,
    set_: shared.Settings = None,
    scenario: shared.Scenario = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write all problems and warnings as CSV too.")
    ] = None,
    overwrite: shared.Overwrite = False,
) -> None:
    """Check a case: every problem of every file and every scenario at once, without planning."""
    from planner.case.check import checked_case
    from planner.features.reach import check_space
    from planner.results import terminal
    from planner.results.whole_file import check_file

    changes = shared.pairs("--set", set_)
    if out is not None:
        check_file(out, overwrite)
    checked = checked_case(case, changes, shared.together(scenario))
    warnings = check_space(checked)
    if out is not None:
        terminal.write_problems(out, checked.problems, warnings, overwrite)
    if checked.problems or checked.case is None:
        raise InputError(checked.problems, warnings)
    terminal.show_warnings(warnings)
    terminal.show(terminal.checked_case(checked.case, warnings))


class Kind(StrEnum):
    """What can be explained."""

    AREA = "area"
    PROGRAMME = "programme"
    ASSET = "asset"


@app.command()
def explain(
    case: shared.CaseFolder,
    subject: Annotated[
        str, typer.Argument(metavar="ID", help="An area, a programme, an asset or a sensor: id or name.")
    ],
    *,
    kind: Annotated[Kind | None, typer.Option(help="Which of them, where an id is that of several.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write sentences and facts as JSON too.")
    ] = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Show sentences and facts as JSON instead of words.")
    ] = False,
    overwrite: shared.Overwrite = False,
    set_: shared.Settings = None,
    scenario: shared.Scenario = None,
    quiet: shared.Quiet = False,
) -> None:
    """Explain an area, a programme or an asset: who could, who may, who pays, and what would change it."""
    from planner.explanation import explanation
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole
    from planner.solve.solver import MESSAGES, Status

    changes = shared.pairs("--set", set_)
    if out is not None:
        check_file(out, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        read = planner.read_case(case, changes, shared.together(scenario))
        found = explanation.explain(read, subject, kind, progress=progress)
    document = explanation.explanation_document(found)
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    if out is not None:
        write_whole(out, text + "\n", overwrite)
    if json_:
        show_product(text)
    elif not quiet:
        terminal.show(explanation.explanation_summary(found))
    if found.status != Status.OPTIMAL:
        raise NoPlanError(found.status, MESSAGES[Status(found.status)])


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)],
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Where to write; report.html in RUN if not given."),
    ] = None,
    overwrite: shared.Overwrite = False,
) -> None:
    """Turn a run into one page to read, mail and print: map, charts, tables, sources; no network needed."""
    from planner.results import terminal

    terminal.show(f"The page is written to {planner.write_report(run, out, overwrite)}")


class Picture(StrEnum):
    """Formats of figures."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@app.command()
def figures(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder of a run, or of a study.", show_default=False)
    ],
    *,
    format_: Annotated[Picture, typer.Option("--format", help="What kind of files.")] = Picture.PNG,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; FOLDER_figures if not given.")
    ] = None,
    only: Annotated[
        shared.Names,
        typer.Option(metavar="NAME[,NAME]", help="Only this figure, as map_pod. May be repeated."),
    ] = None,
    dpi: Annotated[float, typer.Option(help="Pixels per inch of PNG; figures are 180 mm wide.")] = 300.0,
    overwrite: shared.Overwrite = False,
    quiet: shared.Quiet = False,
) -> None:
    """Draw the maps and charts of a run or a study for print: PNG, SVG or PDF, without a browser."""
    from planner.page.figures import FIGURES, checked, of_folder, write_figures
    from planner.results import target, terminal

    wanted = [name.strip() for names in only or [] for name in names.split(",") if name.strip()]
    checked(format_, wanted, dpi)
    place = out or folder.with_name(f"{folder.resolve().name}_figures")
    place = target.check_target(place, overwrite, FIGURES)
    with terminal.Progress(quiet) as progress:
        progress("read the folder")
        source = of_folder(folder)
        written = write_figures(source, place, format_, wanted, dpi, overwrite, progress)
    if not quiet:
        terminal.show(f"Figures are written to {written}")


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    *,
    workbook: Annotated[
        bool, typer.Option("--workbook", help="Write settings and tables as one workbook, case.xlsx.")
    ] = False,
) -> None:
    """Write a small commented case to start from."""
    from planner.case.new import write_new_case
    from planner.results import terminal

    for file in write_new_case(folder, workbook):
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
    overwrite: shared.Overwrite = False,
) -> None:
    """Show the JSON Schema of every input file: one object, keyed by the name of the file."""
    from planner.results.contract import CAPACITY_TABLES, TABLES
    from planner.results.whole_file import write_all
    from planner.schema.documents import outputs_json, outputs_markdown, schemas

    if outputs:
        ending, shown = "json", outputs_json({**TABLES, **CAPACITY_TABLES})
        if format_ is Format.MARKDOWN:
            of_capacity = f"# What planner invest writes\n\n{outputs_markdown(CAPACITY_TABLES)}"
            ending, shown = "md", f"{outputs_markdown(TABLES)}\n{of_capacity}"
        texts = {f"outputs.{ending}": shown + "\n"}
    else:
        found = schemas()
        texts = {f"{name}.schema.json": json.dumps(each, indent=2) + "\n" for name, each in found.items()}
        shown = json.dumps(found, indent=2, ensure_ascii=False)
    if out is None:
        show_product(shown)
    else:
        write_all(out, texts, overwrite)
