"""The commands that make input files from what others publish: ``import-areas`` and ``import-bases``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.app import Overwrite, app, pairs

Encoding = Annotated[
    str,
    typer.Option(metavar="NAME", help="How FILE's text is encoded, as cp1252, where FILE does not say so."),
]


@app.command("import-areas")
def import_areas(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A GeoPackage, shapefile, GeoJSON or KML, or a .zip of them."),
    ],
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
    layer: Annotated[
        str, typer.Option(metavar="NAME", help="The layer of FILE, or the file in it, that has the zones.")
    ] = "",
    encoding: Encoding = "",
    iso: Annotated[
        list[str] | None,
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
            metavar="FILE",
            help="Keep ids, names, states, weights and targets of this file's areas; each takes the outline "
            "of the zone that overlaps it most.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Write nothing if a zone cannot be read, instead of leaving it out."),
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Turn zones, as those of Marine Regions' World EEZ, into the areas.geojson of a case."""
    from planner.case.import_areas import Choices
    from planner.case.import_areas import import_areas as imported
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole

    columns = pairs("--column", column)
    codes = pairs("--iso", [each if "=" in each else f"*={each}" for each in iso or ()])
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
        list[str] | None, typer.Option(help="Take only this country: name or code. May be repeated.")
    ] = None,
    type_: Annotated[
        list[str] | None,
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
    overwrite: Overwrite = False,
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
