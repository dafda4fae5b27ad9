"""The command that makes a risk map from published effort or detections: ``import-risk``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.app import Overwrite, app, pairs


@app.command("import-risk")
def import_risk(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A CSV file (also .gz, .zip), GeoTIFF or NetCDF: effort of Global Fishing Watch or WCPFC, "
            "points of VIIRS or SAR, or any grid.",
        ),
    ],
    *,
    near: Annotated[
        Path,
        typer.Option(metavar="CASE", help="The case whose areas and cells are used.", show_default=False),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")] = Path("risk.csv"),
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=COLUMN",
            help="Where FILE has what, as value=KILOS: lon, lat, value, date, year, month, flag, gear. May "
            "be repeated.",
        ),
    ] = None,
    resolution: Annotated[
        float | None,
        typer.Option(
            metavar="DEG", min=0, max=10, help="Size of FILE's squares; 0 for points. Told from FILE."
        ),
    ] = None,
    corner: Annotated[
        bool | None,
        typer.Option(
            "--corner/--middle", help="Positions are south-western corners, or middles, of squares."
        ),
    ] = None,
    flag: Annotated[list[str] | None, typer.Option(help="Take only this flag. May be repeated.")] = None,
    gear: Annotated[list[str] | None, typer.Option(help="Take only this gear. May be repeated.")] = None,
    since: Annotated[str, typer.Option(metavar="DATE", help="First day, as 2024-01-31, month or year.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="Last day, month or year.")] = "",
    floor: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="Share of the weight that all water has.")
    ] = 0.0,
    overwrite: Overwrite = False,
) -> None:
    """Turn fishing effort or detections into the risk.csv of a case: a weight for each of its cells."""
    from planner.case.import_risk import import_risk as imported
    from planner.case.read import read_ground
    from planner.case.risk_tables import Choices
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole

    check_file(out, overwrite)
    choices = Choices(
        pairs("--column", column), resolution, corner, flag or (), gear or (), since, until, floor
    )
    text, told = imported(file, read_ground(near), choices)
    write_whole(out, text, overwrite)
    for what, rows, amount in told.itertuples(index=False):
        count = "" if math.isnan(rows) else f"{rows:,.0f} rows"
        terminal.show(f"{what:<30}{count:>20}{amount:>20,.1f}")
    terminal.show(f"{text.count(chr(10)) - 1:,} cells written to {out}")
