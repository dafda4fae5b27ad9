"""What a page shows of a plan: the same frames, whether they come from memory or from a run folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio.errors
import pyogrio.raw
import shapely

from planner.errors import InputError, Problem
from planner.geometry.polygons import as_array, parts_of
from planner.report.contract import TABLES, conform
from planner.report.geopackage import LAND
from planner.report.results import Results
from planner.report.run_json import GEOPACKAGE, RUN_JSON, json_types, run_document

Geometries = npt.NDArray[np.object_]
BASES = ("base_id", "name", "country", "lon", "lat")


@dataclass(frozen=True, eq=False)
class Plan:
    """One plan, ready to be drawn.

    Attributes:
        plan_id: what tells it from the other plans of a page.
        title: its name in words.
        run: what ``run.json`` says.
        tables: the tables of results by name, with the columns of ``planner.report.contract``.
        bases: ``base_id``, name, country, lon, lat [degrees].
        area_geometry: polygons of the areas, longitudes 0 to 360, shape (areas,).
        cell_geometry: polygons of the cells, longitudes 0 to 360, shape (cells,).
        land: polygons of land, longitudes 0 to 360, shape (polygons,); none where the case has no land.
    """

    plan_id: str
    title: str
    run: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    bases: pd.DataFrame
    area_geometry: Geometries
    cell_geometry: Geometries
    land: Geometries


def plan_of(results: Results, plan_id: str = "plan", title: str = "") -> Plan:
    """The plan of results in memory."""
    return Plan(
        plan_id=plan_id,
        title=title or results.title,
        run=run_document(results),
        tables={name: getattr(results, name) for name in TABLES},
        bases=results.bases,
        area_geometry=results.area_geometry,
        cell_geometry=results.cell_geometry,
        land=parts_of(as_array([] if results.land is None else [results.land]))[0],
    )


def read_plan(folder: Path, plan_id: str = "plan") -> Plan:
    """Read the plan of a run folder back.

    Raises:
        InputError: the folder is not that of a run, or a file of it is missing or cannot be read.
    """
    run = _run(folder)
    tables = {name: _table(folder, name) for name in TABLES}
    package = folder / GEOPACKAGE
    bases, _ = _layer(package, "bases")
    return Plan(
        plan_id=plan_id,
        title=str(run["title"]),
        run=run,
        tables=tables,
        bases=bases[list(BASES)],
        area_geometry=_outlines(package, "areas", "area_id", tables["areas"]),
        cell_geometry=_outlines(package, "cells", "cell_id", tables["cells"]),
        land=_layer(package, LAND)[1],
    )


def _run(folder: Path) -> dict[str, Any]:
    try:
        run = json.loads((folder / RUN_JSON).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(folder / RUN_JSON, "cannot be read as the manifest of a run") from error
    if not isinstance(run, dict) or not {"title", "certificate", "currency", "status"} <= set(run):
        raise _unreadable(folder / RUN_JSON, "is not the manifest of a run")
    found: dict[str, Any] = json_types(run)
    return found


def _table(folder: Path, name: str) -> pd.DataFrame:
    file = folder / f"{name}.csv"
    contract = TABLES[name]
    kinds: Any = {column: kind for column, (kind, _) in contract.items()}
    blank = {column: [""] for column, kind in kinds.items() if kind == "float64"}
    try:
        read = pd.read_csv(file, dtype=kinds, keep_default_na=False, na_values=blank, encoding="utf-8")
        return conform(name, read)
    except OSError as error:
        raise _unreadable(file, "cannot be read") from error
    except KeyError as error:
        raise _unreadable(file, f"has no column {error}") from error
    except (ValueError, TypeError) as error:
        raise _unreadable(file, "is not as the planner wrote it") from error


def _layer(package: Path, layer: str) -> tuple[pd.DataFrame, Geometries]:
    try:
        meta, _, geometry, columns = pyogrio.raw.read(str(package), layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _unreadable(package, f"has no readable layer {layer}") from error
    table = pd.DataFrame(dict(zip(meta["fields"].tolist(), columns, strict=True)))
    return table, as_array(shapely.from_wkb(geometry))


def _outlines(package: Path, layer: str, key: str, table: pd.DataFrame) -> Geometries:
    """The outlines of a layer in the order of its table."""
    found, geometry = _layer(package, layer)
    position = pd.Series(np.arange(len(found)), index=found[key].to_numpy())
    order = position.reindex(table[key].to_numpy())
    if order.isna().any():
        raise _unreadable(package, f"lacks outlines of {layer} that stand in {layer}.csv")
    return as_array(geometry[order.to_numpy(dtype=np.int64)])


def _unreadable(file: Path, rule: str) -> InputError:
    remedy = "name the folder of a run, or plan it again with planner run"
    return InputError([Problem(str(file), 0, "", "", rule, remedy)])
