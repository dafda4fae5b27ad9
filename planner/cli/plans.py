"""The command ``run``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.cli.app import CaseFolder, Overwrite, Quiet, Scenario, Settings, Workers, app, pairs


@app.command()
def run(
    case: CaseFolder,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE if not given."),
    ] = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    scenario: Scenario = None,
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
    workers: Workers = 1,
    quiet: Quiet = False,
) -> None:
    """Plan a case and write the results, with the gap of every programme."""
    from planner.case.folder import read_folder
    from planner.case.read import case_of
    from planner.jobs import Jobs, side_by_side
    from planner.results import target, terminal
    from planner.results.run_json import REPORT
    from planner.results.summary import require_proof, summary
    from planner.studies.coverage_range import coverage_range

    changes, models = pairs("--set", set_), write_model or []
    folder = target.check_target(out or target.default_folder(case), overwrite)
    target.check_model_files(models, folder, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        raw = read_folder(case)
        read = case_of(raw, changes, scenario)
        run_tasks = side_by_side(Jobs(workers), progress)
        results = planner.plan(read, progress, models, causes=not no_causes, run=run_tasks)
        if not no_range and len(read.uncertainty):
            results = replace(results, range=coverage_range(raw, changes, scenario, run_tasks, progress))
        progress("write")
        command = ["planner", *sys.argv[1:]]
        others = {}
        if report:
            from planner.page.write import report_file

            others[REPORT] = report_file
        planner.write(replace(results, run={**results.run, "command": command}), folder, overwrite, others)
    if not quiet:
        terminal.show(summary(results))
        terminal.show(f"Results are written to {folder}")
    require_proof(results)
