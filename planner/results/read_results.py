"""Read a run folder back: the results as they were written, for whatever is made from them later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely
from shapely.geometry.base import BaseGeometry

from planner.core.certificate import Certificate
from planner.errors import InputError, Problem
from planner.geometry.polygons import as_array, gather, parts_of
from planner.results.contract import TABLES, Contract, conform
from planner.results.geopackage import LAND
from planner.results.results import FairShares, Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON
from planner.solve.solver import Status

BLANKS = {"distance_nm": [""]}
"""Columns of numbers that may be blank."""
OWN_KEYS = (
    "title",
    "status",
    "objective",
    "currency",
    "certificate",
    "fairness",
    "warnings",
    "files",
)
"""Keys of ``run.json`` that are not of ``Results.run``."""
KEYS = {"areas": "area_id", "cells": "cell_id"}
"""What each layer of outlines and its table have in common."""
REMEDY = "make the folder again with planner run"


def read_results(folder: str | Path) -> Results:
    """Read the folder that ``planner run`` has written.

    Args:
        folder: name of the folder.

    Returns:
        The results as they were written, without the ledger; ``run`` has what else was in ``run.json``, such
        as the versions that made it.

    Raises:
        InputError: it is not the folder of a run, or a file of it is missing, changed or broken.
    """
    place = Path(folder)
    document = _document(place)
    try:
        given = _given(document)
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(RUN_JSON, f"is not what planner run writes ({error!r})") from error
    tables: dict[str, Any] = {name: _table(place, name, contract) for name, contract in TABLES.items()}
    layers = _layers(place / GEOPACKAGE)
    outlines = {name: _in_order(name, tables[name], *layers[name]) for name in KEYS}
    land = layers[LAND][1]
    return Results(
        **given,
        **tables,
        bases=layers["bases"][0],
        area_geometry=outlines["areas"],
        cell_geometry=outlines["cells"],
        run={key: value for key, value in document.items() if key not in OWN_KEYS},
        land=_one(land) if len(land) else None,
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


def _document(folder: Path) -> dict[str, Any]:
    try:
        document = json.loads((folder / RUN_JSON).read_text(encoding="utf-8"))
    except OSError as error:
        rule = f"cannot be read in {folder} ({error.strerror})"
        raise _broken(RUN_JSON, rule, "name a folder that planner run has written") from error
    except (ValueError, RecursionError) as error:
        raise _broken(RUN_JSON, f"is not JSON ({error})") from error
    if not isinstance(document, dict):
        raise _broken(RUN_JSON, "is not what planner run writes")
    return document


def _table(folder: Path, name: str, contract: Contract) -> pd.DataFrame:
    file = f"{name}.csv"
    types: Any = {column: kind for column, (kind, _) in contract.items()}
    try:
        return conform(name, pd.read_csv(folder / file, dtype=types, keep_default_na=False, na_values=BLANKS))
    except OSError as error:
        raise _broken(file, f"cannot be read ({error.strerror})") from error
    except KeyError as error:
        raise _broken(file, f"lacks a column ({error.args[0]})") from error
    except ValueError as error:
        raise _broken(file, f"cannot be understood ({error})") from error


def _layers(file: Path) -> dict[str, tuple[pd.DataFrame, npt.NDArray[np.object_]]]:
    """The attributes and outlines of the layers with outlines."""
    try:
        return {name: _layer(file, name) for name in ("areas", "cells", "bases", LAND)}
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _broken(file.name, f"cannot be read ({str(error)[:120]})") from error


def _layer(file: Path, name: str) -> tuple[pd.DataFrame, npt.NDArray[np.object_]]:
    meta, _, wkb, columns = pyogrio.raw.read(str(file), layer=name)
    geometry = as_array(shapely.from_wkb(wkb))
    if name in ("areas", "cells"):  # written as multipolygons: singles are single again
        geometry = gather(*parts_of(geometry), len(geometry))
    return pd.DataFrame(dict(zip(meta["fields"], columns, strict=True))), geometry


def _in_order(
    name: str, table: pd.DataFrame, layer: pd.DataFrame, geometry: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    """The outlines of a layer in the order of its table, which may have been sorted since."""
    if len(layer) != len(table):
        raise _broken(GEOPACKAGE, f"has {len(layer)} {name}, {name}.csv has {len(table)}")
    position = {key: n for n, key in enumerate(layer[KEYS[name]])}
    lost = [key for key in table[KEYS[name]] if key not in position]
    if lost:
        raise _broken(GEOPACKAGE, f"has no outline of {lost[0]}, which is in {name}.csv")
    return as_array(geometry[[position[key] for key in table[KEYS[name]]]])


def _one(parts: npt.NDArray[np.object_]) -> BaseGeometry:
    return gather(parts, np.zeros(len(parts), dtype=np.int64), 1)[0]  # type: ignore[no-any-return]


def _broken(file: str, rule: str, remedy: str = REMEDY) -> InputError:
    return InputError([Problem(file, 0, "", "", rule, remedy)])
