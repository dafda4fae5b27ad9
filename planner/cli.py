"""The command line: ``planner run``, ``compare``, ``check``, ``new``, ``schema`` and ``import-areas``.

Exit codes: 0 done; 2 the input, the command or the place for the output is wrong; 3 no plan, or a plan that
is not proven to be optimal; 130 interrupted. What a command needs is imported by the command, so that help
comes at once.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import planner
from planner.errors import InputError, NoPlanError, PlannerError

INTERRUPTED = 130


class Commands(TyperGroup):
    """The commands; errors that are meant for the user become messages and exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a fault of the program still ends in a traceback."""
        try:
            return super().invoke(ctx)
        except PlannerError as error:
            _say(error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            typer.echo("Interrupted. Files are written whole or not at all.", err=True)
            raise typer.Exit(INTERRUPTED) from error


app = typer.Typer(
    name="planner",
    cls=Commands,
    help="Plan maritime surveillance under donor budgets, and report what stays uncovered and why.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app(prog_name="planner")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"planner {planner.__version__}")
        raise typer.Exit


CaseFolder = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.", show_default=False)]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a figure: cells.spacing_nm=30, programmes.ID.budget=2e6. May be repeated.",
    ),
]
Scenario = Annotated[
    str | None,
    typer.Option(
        metavar="NAME[,NAME]", help="Make the changes of [scenarios.NAME] in case.toml; later ones win."
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what stands there from before.")]


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Plan maritime surveillance under donor budgets, and report what stays uncovered and why."""


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
    quiet: Annotated[bool, typer.Option("--quiet", help="Show errors only.")] = False,
) -> None:
    """Plan a case and write the results, with the gap of every programme."""
    from planner.report import target, terminal
    from planner.report.summary import require_proof, summary

    changes, models = _pairs("--set", set_), write_model or []
    folder = target.check_target(out or target.default_folder(case), overwrite)
    target.check_model_files(models, folder, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        results = planner.plan(planner.read_case(case, changes, scenario), progress, models)
        progress("write")
        command = ["planner", *sys.argv[1:]]
        planner.write(replace(results, run={**results.run, "command": command}), folder, overwrite)
    if not quiet:
        terminal.show(summary(results))
        terminal.show(f"Written to {folder}")
    require_proof(results)


@app.command()
def compare(
    case: CaseFolder,
    *,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[,NAME]",
            help="A scenario, or several together. May be repeated; all of the case if not given.",
        ),
    ] = None,
    baseline: Annotated[
        bool,
        typer.Option("--baseline", help="Put the case as it stands first, as it is beside one scenario."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE_compared if not given."),
    ] = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show errors only.")] = False,
) -> None:
    """Plan several scenarios and put them side by side, as differences from the first."""
    from planner.report import target, terminal
    from planner.report.comparison_text import comparison_summary
    from planner.report.summary import require_proof
    from planner.report.write_comparison import COMPARISON, write_comparison

    changes = _pairs("--set", set_)
    default = target.default_folder(case)
    folder = target.check_target(out or default.with_name(f"{default.name}_compared"), overwrite, COMPARISON)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        compared = planner.compare(
            case, scenario or (), baseline=baseline, changes=changes, progress=progress
        )
        progress("write")
        write_comparison(compared, folder, overwrite)
    if not quiet:
        terminal.show(comparison_summary(compared))
        terminal.show(f"Written to {folder}")
    for results in compared.results.values():
        require_proof(results)


@app.command()
def check(
    case: CaseFolder,
    *,
    set_: Settings = None,
    scenario: Scenario = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write all problems and warnings as CSV too.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Check a case: every problem of every file at once, without planning."""
    from planner import planning
    from planner.report import terminal
    from planner.report.whole_file import check_file

    changes = _pairs("--set", set_)
    if out is not None:
        check_file(out, overwrite)
    try:
        checked = planner.read_case(case, changes, scenario)
        warnings = planning.check(checked)
    except InputError as error:
        if out is not None:
            terminal.write_problems(out, error.problems, (), overwrite)
        raise
    if out is not None:
        terminal.write_problems(out, (), warnings, overwrite)
    terminal.show_warnings(warnings)
    terminal.show(terminal.checked_case(checked, warnings))


@app.command()
def new(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")]) -> None:
    """Write a small commented case to start from."""
    from planner.case.new import write_new_case
    from planner.report import terminal

    for file in write_new_case(folder):
        terminal.show(str(file))


@app.command()
def schema(
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write one file for each here instead of showing them.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Show the JSON Schema of every input file: one object, keyed by the name of the file."""
    from planner.case.schema import schemas
    from planner.report.whole_file import write_all

    found = schemas()
    if out is None:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        texts = {f"{name}.schema.json": json.dumps(each, indent=2) + "\n" for name, each in found.items()}
        write_all(out, texts, overwrite)


@app.command("import-areas")
def import_areas(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A GeoPackage, shapefile or GeoJSON.")],
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")] = Path("areas.geojson"),
    territory: Annotated[
        list[str] | None,
        typer.Option(help="Take only this territory: name or alpha-3 code. May be repeated."),
    ] = None,
    sovereign: Annotated[
        list[str] | None,
        typer.Option(help="Take only this sovereign: name or alpha-3 code. May be repeated."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=COLUMN", help="Where FILE has what, as territory=MYCOLUMN. May be repeated."
        ),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep ids, names, states, weights and targets of this file's areas; each takes the outline "
            "of the zone that overlaps it most.",
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Turn zones, as those of Marine Regions' World EEZ, into the areas.geojson of a case."""
    from planner.case.import_areas import import_areas as imported
    from planner.report import terminal
    from planner.report.whole_file import check_file, write_whole

    columns = _pairs("--column", column)
    check_file(out, overwrite)
    collection, warnings = imported(file, columns, territory, sovereign, like)
    write_whole(out, json.dumps(collection, ensure_ascii=False) + "\n", overwrite)
    terminal.show_warnings(warnings)
    terminal.show(f"{len(collection['features'])} areas written to {out}")


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
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


def _say(error: PlannerError) -> None:
    """Tell the user on standard error what is wrong and what to do."""
    from planner.report import terminal

    if isinstance(error, InputError):
        terminal.show_problems(error.problems)
    elif isinstance(error, NoPlanError):
        terminal.say(f"No proven plan ({error.status}): {error}")
    else:
        terminal.say(str(error))


if __name__ == "__main__":
    main()
