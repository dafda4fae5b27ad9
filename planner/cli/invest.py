"""The command ``invest``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.app import CaseFolder, Overwrite, Quiet, Report, Scenario, Settings, Workers, app, pairs


@app.command()
def invest(
    case: CaseFolder,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE_invest if not given."),
    ] = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    scenario: Scenario = None,
    gap: Annotated[
        float, typer.Option(min=1e-6, max=0.5, help="Relative gap of plan and bound at which to stop.")
    ] = 0.005,
    time_limit: Annotated[
        float,
        typer.Option(metavar="S", min=1.0, help="Seconds after which the best plan so far is written."),
    ] = 1800.0,
    workers: Workers = 1,
    no_values: Annotated[
        bool,
        typer.Option(
            "--no-values", help="Leave out what each option is worth, which takes plans of its own."
        ),
    ] = False,
    no_alternatives: Annotated[
        bool,
        typer.Option("--no-alternatives", help="Leave out near-optimal plans with other orders."),
    ] = False,
    report: Report = False,
    quiet: Quiet = False,
) -> None:
    """Plan what to buy: which options, where and when, with whose money, under all futures of the case."""
    from planner.case import read_capital_case
    from planner.invest.document import capacity_plan_of
    from planner.invest.plan import invest as plan
    from planner.invest.text import summary
    from planner.invest.write import INVEST, require_proof, write_capacity_plan
    from planner.jobs import Jobs
    from planner.results import target, terminal
    from planner.results.run_json import REPORT

    changes = pairs("--set", set_)
    folder = target.check_target(out or target.default_folder(case, "invest"), overwrite, INVEST)
    others = {}
    if report:
        from planner.page.write import capacity_file

        others[REPORT] = capacity_file
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        read = read_capital_case(case, changes, scenario)
        found = plan(
            read,
            gap=gap,
            time_limit_s=time_limit,
            jobs=Jobs(workers),
            progress=progress,
            values=not no_values,
            alternatives=not no_alternatives,
        )
        progress("write")
        write_capacity_plan(found, folder, overwrite, others, ["planner", *sys.argv[1:]])
    if not quiet:
        terminal.show(summary(capacity_plan_of(found)))
        terminal.show(f"Results are written to {folder}")
    require_proof(found)
