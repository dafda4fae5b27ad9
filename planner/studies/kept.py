"""A plan as files: its tables as CSV and the rest as JSON, so that a study that was killed can go on.

What is read back is the plan to the last digit. Types come from the class ``Results``, never from a file.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
import shapely
from pydantic import TypeAdapter
from shapely.geometry.base import BaseGeometry

from planner.results.run_json import json_types
from planner.results.write import write_csv
from planner.studies.planning import Results

PLAN, OUTLINES = "plan.json", "outlines.csv"
GEOMETRIES = ("area_geometry", "cell_geometry")
LAND, LEDGER = "land", "ledger"
FRAMES = tuple(name for name, kind in get_type_hints(Results).items() if kind is pd.DataFrame)
REST = tuple(one.name for one in fields(Results) if one.name not in (*FRAMES, *GEOMETRIES, LAND, LEDGER))
SMALL = ("counts", "linear_program", "effort_by_kind", "inputs", "scenarios", "seconds")
"""What is kept of what ``run.json`` says."""
ALL_TABLES = FRAMES


def slim(results: Results, tables: tuple[str, ...], outlines: bool) -> Results:
    """The plan with some of its tables only, as a store gives it back.

    Args:
        results: the plan.
        tables: the tables that stay; the others are emptied.
        outlines: whether the outlines of areas, cells and land stay.
    """
    changes: dict[str, Any] = {name: getattr(results, name).iloc[:0] for name in FRAMES if name not in tables}
    if not outlines:
        changes |= {name: np.empty(0, dtype=object) for name in GEOMETRIES} | {LAND: None}
    changes[LEDGER] = None
    changes["run"] = json_types({key: results.run[key] for key in SMALL if key in results.run})
    return Results(**{one.name: changes.get(one.name, getattr(results, one.name)) for one in fields(Results)})


class PlanForm:
    """Plans as files, see ``planner.jobs.store.Form``."""

    def write(self, result: Results, folder: Path) -> None:
        """Write the tables that are not empty, the outlines, and ``plan.json``."""
        types = {}
        for name in FRAMES:
            table = getattr(result, name)
            types[name] = {column: str(kind) for column, kind in table.dtypes.items()}
            if len(table):
                write_csv(table, folder / f"{name}.csv")
        outlines = [(name, one) for name in GEOMETRIES for one in getattr(result, name)]
        if result.land is not None:
            outlines.append((LAND, result.land))
        if outlines:
            names, shapes = zip(*outlines, strict=True)
            wkb = shapely.to_wkb(np.array(shapes, dtype=object), hex=True)
            write_csv(pd.DataFrame({"of": names, "wkb": wkb}), folder / OUTLINES)
        rest = {name: TypeAdapter(_TYPES[name]).dump_python(getattr(result, name)) for name in REST}
        text = json.dumps({"types": types, "rest": rest}, ensure_ascii=False)
        (folder / PLAN).write_text(text + "\n", encoding="utf-8", newline="\n")

    def read(self, folder: Path) -> Results:
        """The plan that was written."""
        document = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        given: dict[str, Any] = {name: _frame(folder, name, document["types"][name]) for name in FRAMES}
        given |= {name: TypeAdapter(_TYPES[name]).validate_python(document["rest"][name]) for name in REST}
        return Results(**given, **_outlines(folder))


_TYPES = get_type_hints(Results)


def _frame(folder: Path, name: str, types: dict[str, str]) -> pd.DataFrame:
    file = folder / f"{name}.csv"
    if not file.exists():
        return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in types.items()})
    text = pd.read_csv(file, dtype="str", keep_default_na=False)
    return pd.DataFrame({column: _typed(text[column], kind) for column, kind in types.items()})


def _typed(text: pd.Series, kind: str) -> pd.Series:
    """A column in its own type; Python reads every number to its last digit, the CSV reader may not."""
    if kind.startswith("float"):
        return pd.Series([float(one or "nan") for one in text], dtype=kind)
    kinds: Any = kind
    return (text == "true") if kind == "bool" else text.astype(kinds)


def _outlines(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {name: np.empty(0, dtype=object) for name in GEOMETRIES}
    land: BaseGeometry | None = None
    if (folder / OUTLINES).exists():
        table = pd.read_csv(folder / OUTLINES, dtype="str", keep_default_na=False)
        shapes = shapely.from_wkb(table["wkb"].to_numpy(dtype=object))
        of = table["of"].to_numpy(dtype=object)
        found = {name: shapes[of == name] for name in GEOMETRIES}
        land = next(iter(shapes[of == LAND]), None)
    return {**found, LAND: land}
