"""Read a run folder back: the results as they were written, for whatever is made from them later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio.raw
import shapely

from planner.core.certificate import Certificate
from planner.errors import Problem
from planner.geometry.polygons import as_array, gather, one_of, parts_of
from planner.results.contract import TABLES, conform, types_of
from planner.results.folders import broken, read_manifest
from planner.results.geopackage import BROKEN, LAND, MOST_OF_REASON
from planner.results.results import FairShares, Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON
from planner.solve.solver import Status

BLANKS = {"distance_nm": [""]}
"""Columns of numbers that may be blank."""
OWN_KEYS = (
    *("title", "status", "objective", "currency"),
    *("certificate", "fairness", "warnings", "files"),
)
"""Keys of ``run.json`` that are not of ``Results.run``."""
KEYS = {"areas": "area_id", "cells": "cell_id"}
"""What each layer of outlines and its table have in common."""


def read_results(folder: str | Path) -> Results:
    """Read the folder that ``planner run`` has written.

    Returns:
        The results as they were written, without the ledger; ``run`` has what else was in ``run.json``, such
        as the versions that made it.

    Raises:
        InputError: it is not the folder of a run, or a file of it is missing, changed or broken.
    """
    place = Path(folder)
    document = read_manifest(place)
    try:
        given = _given(document)
    except (KeyError, TypeError, ValueError) as error:
        raise broken(place, RUN_JSON, f"is not as it was written ({error!r})") from error
    tables: dict[str, Any] = {name: _table(place, name) for name in TABLES}
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
        run={key: value for key, value in document.items() if key not in OWN_KEYS},
        land=one_of(land) if len(land) else None,
    )


def _given(document: Mapping[str, Any]) -> dict[str, Any]:
    """What ``run.json`` says of the results themselves.

    Raises:
        KeyError, TypeError, ValueError: it is not as it was written.
    """
    proof = {name: value for name, value in document["certificate"].items() if name != "gap"}
    fairness = document.get("fairness")
    if fairness is not None:
        ids = {name: tuple(fairness[name]) for name in ("areas", "left_out")}
        fairness = FairShares(**{**fairness, **ids})
    return {
        **{name: str(document[name]) for name in ("title", "currency", "objective")},
        "status": Status(document["status"]),
        "certificate": Certificate(**proof),
        "warnings": tuple(Problem(**warning) for warning in document["warnings"]),
        "fairness": fairness,
    }


def _table(folder: Path, name: str) -> pd.DataFrame:
    """A table with the columns and types of its contract."""
    file, types = f"{name}.csv", types_of(name)
    read: Any = {"dtype": types, "keep_default_na": False, "na_values": BLANKS, "encoding": "utf-8"}
    try:
        return conform(name, pd.read_csv(folder / file, usecols=list(types), **read))
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
