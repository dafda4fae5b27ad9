"""A plan as the folder of a run, so that a study that was killed can go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planner.geometry.polygons import as_array
from planner.results.contract import TABLES
from planner.results.read_results import NO_BASES, read_results
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, json_types, versions
from planner.results.write import write_tables

ALL_TABLES = tuple(TABLES)
FIGURES = ("areas", "gaps", "causes", "programmes", "fleet", "allocation", "prices", "limits")
"""Tables that figures are read off, see ``metrics``."""
SMALL = (
    "counts",
    "linear_program",
    "effort_by_kind",
    "goodness",
    "coverage_worth",
    "uncertain_figures",
    "inputs",
    "scenarios",
    "seconds",
)
"""What is kept of what ``run.json`` says, besides the versions."""


def slim(results: Results, tables: tuple[str, ...], outlines: bool) -> Results:
    """The plan with some of its tables only, as a store gives it back.

    Args:
        results: the plan.
        tables: the tables that stay; the others are emptied.
        outlines: whether the outlines of areas, cells and land stay, and the bases.
    """
    lost: dict[str, object] = {name: getattr(results, name).iloc[:0] for name in TABLES if name not in tables}
    if not outlines:
        none = as_array([])
        lost |= {"area_geometry": none, "cell_geometry": none, "land": None, "bases": NO_BASES}
    run = {key: results.run[key] for key in SMALL if key in results.run} | {"versions": versions()}
    return replace(results, **lost, run=json_types(run), ledger=None)  # type: ignore[arg-type]


class PlanForm:
    """Plans as folders of runs, without summary, see ``planner.jobs.store.Form``."""

    def write(self, result: Results, folder: Path) -> None:
        """Write the tables, ``run.json``, and ``results.gpkg`` if there are outlines."""
        write_tables(result, folder, outlines=len(result.area_geometry) > 0)

    def read(self, folder: Path) -> Results:
        """The plan that was written."""
        return read_results(folder, outlines=(folder / GEOPACKAGE).exists())
