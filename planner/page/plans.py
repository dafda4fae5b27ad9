"""What a page shows of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.geometry.polygons import Geometries, as_array, parts_of
from planner.report.contract import TABLES
from planner.report.results import Results
from planner.report.run_json import run_document


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
    """The plan of results, whether they were just made or read back from a folder."""
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
