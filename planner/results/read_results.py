"""Read a run folder back: the results as they were written, for whatever is made from them later."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio.raw
import shapely

from planner.geometry.polygons import as_array, gather, one_of, parts_of
from planner.results.contract import BLANK, TABLES, conform, marked, types_of
from planner.results.csv_files import read_csv
from planner.results.folders import RunDocument, broken, checked, read_manifest
from planner.results.geopackage import BROKEN, LAND, MOST_OF_REASON
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON

NO_BASES = pd.DataFrame(columns=["base_id", "name", "country", "lon", "lat"])
KEYS = {"areas": "area_id", "cells": "cell_id"}
"""What each layer of outlines and its table have in common."""


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
        none = as_array([])
        return Results(**given, **tables, bases=NO_BASES, area_geometry=none, cell_geometry=none)
    try:
        layers = {name: _layer(place, name) for name in (*KEYS, "bases", LAND)}
    except BROKEN as error:
        raise broken(place, GEOPACKAGE, f"cannot be read ({str(error)[:MOST_OF_REASON]})") from error
    land = layers[LAND][1]
    return Results(
        **given,
        **tables,
        bases=layers["bases"][0],
        area_geometry=_in_order(place, "areas", tables["areas"], *layers["areas"]),
        cell_geometry=_in_order(place, "cells", tables["cells"], *layers["cells"]),
        land=one_of(land) if len(land) else None,
    )


def read_table(folder: Path, name: str, blanks: Iterable[str] | None = None) -> pd.DataFrame:
    """A table with the columns and types of its contract; ``blanks`` may be so, or what is marked to be.

    Raises:
        InputError: its file cannot be read, or is not as it was written.
    """
    file, blanks = f"{name}.csv", marked(name, BLANK) if blanks is None else blanks
    try:
        return conform(name, read_csv(folder / file, types_of(name), blanks))
    except OSError as error:
        raise broken(folder, file, f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise broken(folder, file, f"cannot be understood ({error})") from error


def _layer(folder: Path, name: str) -> tuple[pd.DataFrame, npt.NDArray[np.object_]]:
    """Attributes and outlines of a layer of the map."""
    meta, _, wkb, columns = pyogrio.raw.read(str(folder / GEOPACKAGE), layer=name)
    geometry = as_array(shapely.from_wkb(wkb))
    if name in KEYS:  # written as multipolygons: singles are single again
        geometry = gather(*parts_of(geometry), len(geometry))
    return pd.DataFrame(dict(zip(meta["fields"], columns, strict=True))), geometry


def _in_order(
    folder: Path, name: str, table: pd.DataFrame, layer: pd.DataFrame, geometry: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    """The outlines of a layer in the order of its table, which may have been sorted since."""
    if len(layer) != len(table):
        raise broken(folder, GEOPACKAGE, f"has {len(layer)} {name}, {name}.csv has {len(table)}")
    at = pd.Index(layer[KEYS[name]]).get_indexer(table[KEYS[name]])
    lost = table[KEYS[name]][at < 0]
    if len(lost):
        raise broken(folder, GEOPACKAGE, f"has no outline of {lost.iloc[0]}, which is in {name}.csv")
    return as_array(geometry[at])
