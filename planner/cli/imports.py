"""The commands that make input files from what others publish: areas, bases, and the risk map."""

from __future__ import annotations

import json
import math
from pathlib import Path

import typer

from planner.cli import shared


@shared.command("import-areas")
def import_areas(
    file: Path,
    *,
    out: Path = Path("areas.geojson"),
    territory: shared.Names = None,
    sovereign: shared.Names = None,
    column: shared.Names = None,
    layer: str = "",
    encoding: str = "",
    iso: shared.Names = None,
    keep_disputed: bool = False,
    source: str = "",
    like: Path | None = None,
    strict: bool = False,
    overwrite: bool = False,
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


@shared.command("import-bases")
def import_bases(
    files: list[Path],
    *,
    out: Path = Path("bases.csv"),
    country: shared.Names = None,
    type_: shared.Names = None,
    box: str = "",
    near: Path | None = None,
    within: float = 200.0,
    encoding: str = "",
    overwrite: bool = False,
) -> None:
    """Turn published tables of ports and airfields into the bases.csv of a case."""
    from planner.case.import_bases import Selection
    from planner.case.import_bases import import_bases as imported
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole

    check_file(out, overwrite)
    chosen = Selection(country or (), type_ or (), _box(box), near, within, encoding)
    text, count, warnings = imported(files, chosen)
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
        raise typer.BadParameter(f"{text!r} is not a box on the Earth", param_hint="--box")
    return west, south, east, north


@shared.command("import-risk")
def import_risk(
    file: Path,
    *,
    near: Path,
    out: Path = Path("risk.csv"),
    column: shared.Names = None,
    resolution: float | None = None,
    corner: bool | None = None,
    flag: shared.Names = None,
    gear: shared.Names = None,
    since: str = "",
    until: str = "",
    floor: float = 0.0,
    overwrite: bool = False,
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
