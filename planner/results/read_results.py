"""Read a run folder back: the results as they were written, for whatever is made from them later."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio.raw
import shapely

from planner.geometry.polygons import Geometries, as_array, gather, one_of, parts_of
from planner.results import folders
from planner.results.contract import BLANK, KEY, TABLES, conform, marked, types_of
from planner.results.csv_files import header_of, read_csv
from planner.results.folders import broken, of_another_version, reading
from planner.results.geopackage import BROKEN, LAND, MAPPED, MOST_OF_REASON
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON

NO_BASES = pd.DataFrame(columns=["base_id", "name", "country", "lon", "lat"])


def read_results(folder: str | Path, outlines: bool = True) -> Results:
    """Read the folder that ``planner run`` has written; without ``outlines`` there are no bases either.

    Returns:
        The results as they were written, without the ledger; ``run`` has what else was in ``run.json``, such
        as the versions that made it.

    Raises:
        InputError: it is not the folder of a run, or a file of it is missing, changed or broken.
    """
    place = Path(folder)
    manifest = folders.read_manifest(place)
    document = folders.checked(place, RUN_JSON, folders.RunDocument, manifest)
    own = ("title", "currency", "objective", "status", "certificate", "fairness", "warnings")
    given: dict[str, Any] = {name: getattr(document, name) for name in own}
    given["run"] = {key: value for key, value in manifest.items() if key not in (*own, "files")}
    tables: dict[str, Any] = {name: read_table(place, name) for name in TABLES}
    if not outlines:
        none = as_array([])
        return Results(**given, **tables, bases=NO_BASES, area_geometry=none, cell_geometry=none)
    try:
        areas, cells = (_outlines(place, name, tables[name]) for name in MAPPED)
        bases, land = _layer(place, "bases")[0], _layer(place, LAND)[1]
    except BROKEN as error:
        raise broken(place, GEOPACKAGE, f"cannot be read ({str(error)[:MOST_OF_REASON]})") from error
    whole = one_of(land) if len(land) else None
    return Results(**given, **tables, bases=bases, area_geometry=areas, cell_geometry=cells, land=whole)


def read_table(folder: Path, name: str, blanks: Iterable[str] | None = None) -> pd.DataFrame:
    """A table with the columns and types of its contract; ``blanks`` may be so, or what is marked to be.

    Raises:
        InputError: its file cannot be read, is not as it was written, or was written by another version.
    """
    file, blanks = f"{name}.csv", marked(name, BLANK) if blanks is None else blanks
    with reading(folder, file, RUN_JSON):
        there = header_of(folder / file)
        for column in types_of(name):
            if column not in there:
                raise of_another_version(folder, file, column, "column")
        return conform(name, read_csv(folder / file, types_of(name), blanks))


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
