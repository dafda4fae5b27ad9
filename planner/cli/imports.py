"""The commands that make input files from what others publish: areas, bases, and the risk map."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import shared
from planner.cli.app import app

_ENCODING = "How FILE's text is encoded, as cp1252, where FILE does not say so."
Encoding = Annotated[str, typer.Option(metavar="NAME", help=_ENCODING)]
Territory = Annotated[
    shared.Names, typer.Option(help="Take only this territory: name or alpha-3 code. May be repeated.")
]
Sovereign = Annotated[
    shared.Names, typer.Option(help="Take only this sovereign: name or alpha-3 code. May be repeated.")
]


@app.command("import-areas")
def import_areas(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A GeoPackage, shapefile, GeoJSON or KML, or a .zip of them."),
    ],
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")] = Path("areas.geojson"),
    territory: Territory = None,
    sovereign: Sovereign = None,
    column: Annotated[
        shared.Names,
        typer.Option(
            metavar="KEY=COLUMN", help="Where FILE has what, as territory=MYCOLUMN. May be repeated."
        ),
    ] = None,
    layer: Annotated[
        str, typer.Option(metavar="NAME", help="The layer of FILE, or the file in it, that has the zones.")
    ] = "",
    encoding: Encoding = "",
    iso: Annotated[
        shared.Names,
        typer.Option(
            metavar="[NAME=]CODE",
            help="The coastal state of the zone that FILE calls NAME (or has the code NAME), or of all zones "
            "without a code. May be repeated.",
        ),
    ] = None,
    keep_disputed: Annotated[
        bool,
        typer.Option("--keep-disputed", help="Take zones of several claimants too, as those of the first."),
    ] = False,
    source: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="What to cite as the source of the outlines: publisher, version, licence."
        ),
    ] = "",
    like: Annotated[
        Path | None,
        typer.Option(
            metavar="CASE",
            help="Keep ids, names, states, weights and targets of the areas of this case or file; each takes "
            "the outline of the zone that overlaps it most.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Write nothing if a zone cannot be read, instead of leaving it out."),
    ] = False,
    overwrite: shared.Overwrite = False,
) -> None:
    """Turn zones, as those of Marine Regions' World EEZ, into the areas.geojson of a case."""
    from planner.case.import_areas import Choices
    from planner.case.import_areas import import_areas as imported
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole

    columns = shared.pairs("--column", column)
    codes = shared.pairs("--iso", [each if "=" in each else f"*={each}" for each in iso or ()])
    codes = {"" if name == "*" else name: code for name, code in codes.items()}
    check_file(out, overwrite)
    choices = Choices(columns, territory or (), sovereign or (), codes, keep_disputed, strict, source.strip())
    collection, warnings = imported(file, choices, like, layer, encoding)
    write_whole(out, json.dumps(collection, ensure_ascii=False) + "\n", overwrite)
    terminal.show_warnings(warnings, "")
    terminal.show(f"{terminal.plural(len(collection['features']), 'area')} written to {out}")


@app.command("import-bases")
def import_bases(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="The World Port Index (.csv, .shp, .dbf), OurAirports' airports.csv, or both.",
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")] = Path("bases.csv"),
    country: Annotated[
        shared.Names, typer.Option(help="Take only this country: name or code. May be repeated.")
    ] = None,
    type_: Annotated[
        shared.Names,
        typer.Option(
            "--type",
            help="Take only ports of this size (very small, small, medium, large) or airfields of this type "
            "(small_airport, heliport, ...; medium and large ones if not given); of files that have none of "
            "the types named, the usual ones. May be repeated.",
        ),
    ] = None,
    box: Annotated[
        str, typer.Option(metavar="W,S,E,N", help="Take only what lies in this box [degrees].")
    ] = "",
    near: Annotated[
        Path | None,
        typer.Option(metavar="CASE", help="Take only what is near the areas of this case or file of areas."),
    ] = None,
    within: Annotated[float, typer.Option(metavar="NM", min=0, help="How near, in nautical miles.")] = 200.0,
    encoding: Encoding = "",
    overwrite: shared.Overwrite = False,
) -> None:
    """Turn published tables of ports and airfields into the bases.csv of a case."""
    from planner.case.import_bases import Wanted
    from planner.case.import_bases import import_bases as imported
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole

    check_file(out, overwrite)
    wanted = Wanted(country or (), type_ or (), _box(box), near, within, encoding)
    text, count, warnings = imported(files, wanted)
    write_whole(out, text, overwrite)
    terminal.show_warnings(warnings, "")
    terminal.show(f"{terminal.plural(count, 'base')} written to {out}")


def _box(text: str) -> tuple[float, float, float, float] | None:
    """The four numbers of a box; None for no box."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not W,S,E,N in degrees", param_hint="--box") from None
    if not (-180 <= west <= 360 and -180 <= east <= 360 and -90 <= south <= north <= 90):  # noqa: PLR2004
        raise typer.BadParameter(f"{text!r} is no box on the Earth", param_hint="--box")
    return west, south, east, north


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
        shared.Names,
        typer.Option(
            metavar="KEY=COLUMN",
            help="Where FILE has what, as value=KILOS: lon, lat, value, date, year, month, quarter, flag, "
            "gear. May be repeated.",
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
    flag: Annotated[shared.Names, typer.Option(help="Take only this flag. May be repeated.")] = None,
    gear: Annotated[shared.Names, typer.Option(help="Take only this gear. May be repeated.")] = None,
    since: Annotated[str, typer.Option(metavar="DATE", help="First day, as 2024-01-31, month or year.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="Last day, month or year.")] = "",
    floor: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="Share of the weight that all water has.")
    ] = 0.0,
    overwrite: shared.Overwrite = False,
) -> None:
    """Turn fishing effort or detections into the risk.csv of a case: a weight for each of its cells."""
    from planner.case.import_risk import import_risk as imported
    from planner.case.read import read_ground
    from planner.case.risk_tables import Choices
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole

    check_file(out, overwrite)
    columns = shared.pairs("--column", column)
    choices = Choices(columns, resolution, corner, flag or (), gear or (), since, until, floor)
    text, told, read_as = imported(file, read_ground(near), choices)
    write_whole(out, text, overwrite)
    terminal.show(f"{file.name}: {read_as}")
    for what, rows, amount in told.itertuples(index=False):
        count = "" if math.isnan(rows) else f"{rows:,.0f} rows"
        terminal.show(f"{what:<30}{count:>20}{amount:>20,.1f}")
    terminal.show(f"{text.count(chr(10)) - 1:,} rows written to {out}")
