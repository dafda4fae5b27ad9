"""A plan as files: its tables as CSV and the rest as JSON, so that a study that was killed can go on.

What is read back is the plan to the last digit. Types come from the class ``Results``, never from a file.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
import shapely
from pydantic import TypeAdapter

from planner.results.results import Results
from planner.results.run_json import json_types
from planner.results.write import write_csv

PLAN, OUTLINES = "plan.json", "outlines.csv"
GEOMETRIES, LAND, LEDGER = ("area_geometry", "cell_geometry"), "land", "ledger"
_TYPES = get_type_hints(Results)
ALL_TABLES = tuple(name for name, kind in _TYPES.items() if kind is pd.DataFrame)
FIGURES = ("areas", "gaps", "causes", "programmes", "fleet", "allocation", "prices", "limits")
"""Tables that figures are read off, see ``metrics``."""
REST = tuple(one.name for one in fields(Results) if one.name not in (*ALL_TABLES, *GEOMETRIES, LAND, LEDGER))
SMALL = ("counts", "linear_program", "effort_by_kind", "inputs", "scenarios", "seconds")
"""What is kept of what ``run.json`` says."""


def slim(results: Results, tables: tuple[str, ...], outlines: bool) -> Results:
    """The plan with some of its tables only, as a store gives it back.

    Args:
        results: the plan.
        tables: the tables that stay; the others are emptied.
        outlines: whether the outlines of areas, cells and land stay.
    """
    lost = {name: getattr(results, name).iloc[:0] for name in ALL_TABLES if name not in tables}
    if not outlines:
        lost |= {name: np.empty(0, dtype=object) for name in GEOMETRIES} | {LAND: None}
    run = json_types({key: results.run[key] for key in SMALL if key in results.run})
    return replace(results, **lost, run=run, ledger=None)


class PlanForm:
    """Plans as files, see ``planner.jobs.store.Form``."""

    def write(self, result: Results, folder: Path) -> None:
        """Write the tables that are not empty, the outlines, and ``plan.json``."""
        types = {}
        for name in ALL_TABLES:
            table = getattr(result, name)
            types[name] = {column: str(kind) for column, kind in table.dtypes.items()}
            if len(table):
                write_csv(table, folder / f"{name}.csv")
        outlines = [(name, one) for name in GEOMETRIES for one in getattr(result, name)]
        outlines += [(LAND, result.land)] if result.land is not None else []
        if outlines:
            wkb = [shapely.to_wkb(one, hex=True) for _, one in outlines]
            write_csv(pd.DataFrame({"of": [name for name, _ in outlines], "wkb": wkb}), folder / OUTLINES)
        rest = {name: TypeAdapter(_TYPES[name]).dump_python(getattr(result, name)) for name in REST}
        text = json.dumps({"types": types, "rest": rest}, ensure_ascii=False)
        (folder / PLAN).write_text(text + "\n", encoding="utf-8", newline="\n")

    def read(self, folder: Path) -> Results:
        """The plan that was written."""
        document = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        given: dict[str, Any] = {name: _frame(folder, name, document["types"][name]) for name in ALL_TABLES}
        given |= {name: TypeAdapter(_TYPES[name]).validate_python(document["rest"][name]) for name in REST}
        shapes = _text(folder / OUTLINES, ["of", "wkb"])
        of = shapes["of"].to_numpy(dtype=object)
        found = shapely.from_wkb(shapes["wkb"].to_numpy(dtype=object))
        given |= {name: found[of == name] for name in GEOMETRIES}
        return Results(**given, land=next(iter(found[of == LAND]), None))


def _frame(folder: Path, name: str, types: dict[str, str]) -> pd.DataFrame:
    text = _text(folder / f"{name}.csv", list(types))
    return pd.DataFrame({column: _typed(text[column], kind) for column, kind in types.items()})


def _text(file: Path, columns: list[str]) -> pd.DataFrame:
    if not file.exists():
        return pd.DataFrame(columns=columns, dtype="str")
    return pd.read_csv(file, dtype="str", keep_default_na=False)


def _typed(text: pd.Series, kind: str) -> pd.Series:
    """A column in its own type; Python reads every number to its last digit, the CSV reader may not."""
    if kind.startswith("float"):
        return pd.Series([float(one or "nan") for one in text], dtype=kind)
    kinds: Any = kind
    return (text == "true") if kind == "bool" else text.astype(kinds)
