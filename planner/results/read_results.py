"""Read a run folder back: the results as they were written, for whatever is made from them later."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio.raw
import shapely

from planner.geometry.longitude import TURN
from planner.geometry.polygons import Geometries, as_array, gather, one_of, parts_of
from planner.results.contract import (
    BLANK,
    CAUSES,
    KEY,
    NO_CAUSE,
    NOT_SOUGHT,
    TABLES,
    conform,
    marked,
    types_of,
)
from planner.results.csv_files import read_csv
from planner.results.folders import RunDocument, broken, checked, read_manifest
from planner.results.geopackage import BROKEN, LAND, MAPPED, MOST_OF_REASON
from planner.results.goodness import COVERAGE, SCALES
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON
from planner.schema.wording import show

OWNERS = {
    "area_id": "areas",
    "cell_id": "cells",
    "asset_id": "fleet",
    "programme_id": "programmes",
    "period_id": "periods",
}
"""The table that has a row for each id of a column."""
NO_IDS = {"gaps": ("total",), "causes": ("all",), "rungs": ("all",), "funding": ("",), "response": ("",)}
"""What stands in the place of an id where none, or all, are meant, by table."""
POLE = 90.0
NO_BASES = pd.DataFrame(columns=["base_id", "name", "country", "lon", "lat"])


def read_results(folder: str | Path, outlines: bool = True) -> Results:
    """Read the folder that ``planner run`` has written.

    Args:
        folder: its name.
        outlines: whether it has ``results.gpkg``; without it there are neither outlines nor bases.

    Returns:
        The results as they were written, without the ledger; ``run`` has what else was in ``run.json``, such
        as the versions that made it.

    Raises:
        InputError: it is not the folder of a run, or a file of it is missing, changed or broken.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    document = checked(place, RUN_JSON, RunDocument, manifest)
    own = ("title", "currency", "objective", "status", "certificate", "fairness", "warnings")
    given: dict[str, Any] = {name: getattr(document, name) for name in own}
    given["run"] = {key: value for key, value in manifest.items() if key not in (*own, "files")}
    tables: dict[str, Any] = {name: read_table(place, name) for name in TABLES}
    if not outlines:
        _check(place, tables)
        none = as_array([])
        return Results(**given, **tables, bases=NO_BASES, area_geometry=none, cell_geometry=none)
    try:
        areas, cells = (_outlines(place, name, tables[name]) for name in MAPPED)
        bases, land = _layer(place, "bases")[0], _layer(place, LAND)[1]
    except BROKEN as error:
        raise broken(place, GEOPACKAGE, f"cannot be read ({str(error)[:MOST_OF_REASON]})") from error
    _check(place, tables)
    whole = one_of(land) if len(land) else None
    return Results(**given, **tables, bases=bases, area_geometry=areas, cell_geometry=cells, land=whole)


def read_table(folder: Path, name: str, blanks: Iterable[str] | None = None) -> pd.DataFrame:
    """A table with the columns and types of its contract; ``blanks`` may be so, or what is marked to be.

    Raises:
        InputError: its file cannot be read, or is not as it was written.
    """
    file, blanks = f"{name}.csv", marked(name, BLANK) if blanks is None else blanks
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)  # of numbers that are none of the column's type
            table = conform(name, read_csv(folder / file, types_of(name), blanks))
    except OSError as error:
        raise broken(folder, file, f"cannot be read ({error.strerror})") from error
    except (ValueError, RuntimeWarning) as error:
        raise broken(folder, file, f"cannot be understood ({error})") from error
    key = marked(name, KEY)
    for lost in table[key[0]][table.duplicated(key)] if len(key) == 1 else ():
        raise broken(folder, file, f"has {show(lost)} twice")
    return table


def _check(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse tables that say what no table that was written says: unknown ids, causes, places and figures."""

    def among(name: str, column: str, right: Iterable[str], rows: Any = slice(None)) -> None:
        cells = tables[name][column][rows]
        for lost in cells[~cells.isin([*right])]:
            raise broken(folder, f"{name}.csv", f"has {show(lost)} as {column}, which is not known")

    for name, table in tables.items():
        for column in OWNERS.keys() & set(table) if name != "limits" else ():  # limits name several areas
            among(name, column, [*tables[OWNERS[column]][column], *NO_IDS.get(name, ())])
        for column, most in (("lon", TURN), ("lat", POLE)):
            if column in table and (table[column].abs() > most).any():
                raise broken(folder, f"{name}.csv", f"has a {column} that is not on the Earth")
    for name in ("areas", "gaps"):
        among(name, "largest_cause", (*CAUSES, NO_CAUSE, NOT_SOUGHT))
    among("range", "figure", (COVERAGE, *SCALES))
    for kind, column in (("asset_hours", "asset_id"), ("budget", "programme_id")):
        known = tables[OWNERS[column]][column]
        among("prices", "id", known, tables["prices"]["limit_kind"] == kind)
    if (tables["gains"]["least_km2"] > tables["gains"]["most_km2"]).any():
        raise broken(folder, "gains.csv", "has a least_km2 above its most_km2")


def _layer(folder: Path, name: str) -> tuple[pd.DataFrame, Geometries]:
    meta, _, wkb, columns = pyogrio.raw.read(str(folder / GEOPACKAGE), layer=name)
    return pd.DataFrame(dict(zip(meta["fields"], columns, strict=True))), as_array(shapely.from_wkb(wkb))


def _outlines(folder: Path, name: str, table: pd.DataFrame) -> Geometries:
    """The outlines of a layer in the order of its table, which may have been sorted since."""
    layer, geometry = _layer(folder, name)
    if len(layer) != len(table):
        raise broken(folder, GEOPACKAGE, f"has {len(layer)} {name}, {name}.csv has {len(table)}")
    (key,) = marked(name, KEY)
    at = pd.Index(layer[key]).get_indexer(table[key])
    for lost in table[key][at < 0]:
        raise broken(folder, GEOPACKAGE, f"has no outline of {lost}, which is in {name}.csv")
    single = gather(*parts_of(geometry), len(geometry))  # written as multipolygons: singles are single again
    return as_array(np.asarray(single, dtype=object)[at])
