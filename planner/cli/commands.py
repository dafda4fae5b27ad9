"""The commands that are no studies: plan, check and explain a case, show a run, write a first case."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import planner
from planner.cli import shared
from planner.cli.streams import show_product
from planner.errors import InputError, NoPlanError

Kind = StrEnum("Kind", "area programme asset")
"""What can be explained."""
Picture = StrEnum("Picture", "png svg pdf")
"""Formats of figures."""
Format = StrEnum("Format", "markdown json")
"""How the columns of results are written."""


@shared.command("run")
def run(
    case: Path,
    *,
    out: Path | None = None,
    overwrite: bool = False,
    set_: shared.Names = None,
    scenario: shared.Names = None,
    write_model: list[Path] | None = None,
    report: bool = False,
    no_causes: bool = False,
    no_range: bool = False,
    jobs: int = 1,
    quiet: bool = False,
) -> None:
    """Plan a case and write the results, with the gap of every programme."""
    from planner.case.folder import read_folder
    from planner.case.read import case_of
    from planner.jobs import Jobs, side_by_side
    from planner.results import target, terminal
    from planner.results.summary import require_proof, summary
    from planner.studies.coverage_range import coverage_range

    changes, models = shared.pairs("--set", set_), write_model or []
    folder = target.check_target(out or target.default_folder(case), overwrite)
    target.check_model_files(models, folder, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        raw = read_folder(case)
        read = case_of(raw, changes, shared.together(scenario))
        run_tasks = side_by_side(Jobs(jobs), progress)
        results = planner.plan(read, progress, models, causes=not no_causes, run=run_tasks)
        if not no_range and len(read.uncertainty):
            varies = coverage_range(raw, changes, shared.together(scenario), run_tasks, progress)
            results = replace(results, range=varies)
        progress("write")
        results = replace(results, run={**results.run, "command": ["planner", *sys.argv[1:]]})
        planner.write(results, folder, overwrite, shared.page(report))
    if not quiet:
        terminal.show(summary(results))
        terminal.show(f"Results are written to {folder}")
    require_proof(results)


@shared.command("check")
def check(
    case: Path,
    *,
    set_: shared.Names = None,
    scenario: shared.Names = None,
    out: Path | None = None,
    overwrite: bool = False,
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


@shared.command("explain")
def explain(
    case: Path,
    subject: str,
    *,
    kind: Kind | None = None,
    out: Path | None = None,
    json_: bool = False,
    overwrite: bool = False,
    set_: shared.Names = None,
    scenario: shared.Names = None,
    quiet: bool = False,
) -> None:
    """Explain an area, a programme or an asset: who could, who may, who pays, and what would change it."""
    from planner.explanation import explanation
    from planner.results import terminal
    from planner.results.run_json import json_text
    from planner.results.whole_file import check_file, write_whole
    from planner.solve.solver import MESSAGES, Status

    changes = shared.pairs("--set", set_)
    if out is not None:
        check_file(out, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        read = planner.read_case(case, changes, shared.together(scenario))
        found = explanation.explain(read, subject, kind, progress=progress)
    text = json_text(explanation.explanation_document(found))
    if out is not None:
        write_whole(out, text, overwrite)
    if json_:
        show_product(text.rstrip())
    elif not quiet:
        terminal.show(explanation.explanation_summary(found))
    if found.status != Status.OPTIMAL:
        raise NoPlanError(found.status, MESSAGES[Status(found.status)])


@shared.command("report")
def report(run: Path, *, out: Path | None = None, overwrite: bool = False) -> None:
    """Turn a run into one page to read, mail and print: map, charts, tables, sources; no network needed."""
    from planner.results import terminal

    terminal.show(f"The page is written to {planner.write_report(run, out, overwrite)}")


@shared.command("figures")
def figures(
    folder: Path,
    *,
    format_: Picture = Picture.png,
    out: Path | None = None,
    only: shared.Names = None,
    dpi: float = 300.0,
    overwrite: bool = False,
    quiet: bool = False,
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


@shared.command("new")
def new(folder: Path, *, workbook: bool = False) -> None:
    """Write a small commented case to start from."""
    from planner.case.new import write_new_case
    from planner.results import terminal

    for file in write_new_case(folder, workbook):
        terminal.show(str(file))


@shared.command("schema")
def schema(
    *,
    outputs: bool = False,
    format_: Format = Format.markdown,
    out: Path | None = None,
    overwrite: bool = False,
) -> None:
    """Show the JSON Schema of every input file: one object, keyed by the name of the file."""
    from planner.results.contract import CAPACITY_TABLES, TABLES
    from planner.results.whole_file import write_all
    from planner.schema.documents import outputs_json, outputs_markdown, schemas

    if outputs:
        ending, shown = "json", outputs_json({**TABLES, **CAPACITY_TABLES})
        if format_ is Format.markdown:
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
