"""Audit of the tables' shape: the right rows, numbers that are numbers, and what is copied from the case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from planner.case import Case
from planner.effort.fleet import fleet_table
from planner.effort.risk import risk_weights
from planner.frames import numbers
from planner.geometry.area import areas_km2
from planner.report.audit_compare import Finding, differs, keys_of, misses, unlike
from planner.report.audit_limits import KEYS, expected
from planner.report.contract import TABLES
from planner.report.results import Results

TOTAL = "total"
SIGNED = ("lon", "lat")
"""Columns whose numbers may be negative."""


def rows(case: Case, results: Results) -> Iterator[Finding]:
    """Every table has the rows that the case asks for, each once, and speaks only of what is in the case."""
    fleet, areas = fleet_table(case)["asset_id"].tolist(), case.areas["area_id"].tolist()
    programmes = case.programmes["programme_id"].tolist()
    limited = case.bases.loc[np.isfinite(numbers(case.bases["capacity_hours"])), "base_id"].tolist()
    limits = [("asset_hours", fleet), ("budget", programmes), ("base_capacity", limited)]
    mandates = zip(programmes, case.programmes["areas"], strict=True)
    cells = results.cells["cell_id"].tolist()
    yield from misses("areas.csv area_id", results.areas["area_id"], areas)
    yield from misses("fleet.csv asset_id", results.fleet["asset_id"], fleet)
    yield from misses("programmes.csv programme_id", results.programmes["programme_id"], programmes)
    yield from misses(
        "prices.csv limit_kind, id",
        keys_of(results.prices, ["limit_kind", "id"]),
        [(kind, name) for kind, names in limits for name in names],
    )
    yield from misses(
        "gaps.csv programme_id, area_id",
        keys_of(results.gaps, ["programme_id", "area_id"]),
        [*((name, area) for name, mandate in mandates for area in mandate), (TOTAL, TOTAL)],
    )
    yield from misses("limits.csv limit_id, area_id", keys_of(results.limits, KEYS), list(expected(case)))
    yield from misses("cells.csv cell_id", cells, set(cells))
    yield from misses("cells.csv area_id", results.cells["area_id"].unique(), areas)
    where = keys_of(results.missions, ["asset_id", "base_id", "cell_id"])
    yield from misses("missions.csv asset_id, base_id, cell_id", where, set(where))
    yield from _strangers("missions.csv asset_id", results.missions["asset_id"], fleet)
    yield from _strangers("missions.csv base_id", results.missions["base_id"], [*case.bases["base_id"], ""])
    yield from _strangers("missions.csv cell_id", results.missions["cell_id"], cells)
    yield from _strangers("funding.csv programme_id", results.funding["programme_id"], programmes)
    yield from _strangers("funding.csv asset_id", results.funding["asset_id"], fleet)
    yield from _strangers("funding.csv area_id", results.funding["area_id"], areas)
    if len(results.cell_geometry) != len(cells):
        yield f"cells.csv: {len(cells)} cells, {len(results.cell_geometry)} geometries"


def _strangers(what: str, found: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    for name in sorted(set(found) - set(known)):
        yield f"{what}: {name} is not known"


def finite(case: Case, results: Results) -> Iterator[Finding]:
    """No figure is NaN or infinite, and none is negative but for longitudes and latitudes."""
    del case
    for name, contract in TABLES.items():
        table: pd.DataFrame = getattr(results, name)
        for column, (kind, _) in contract.items():
            if kind != "float64":
                continue
            values = numbers(table[column])
            bad = ~np.isfinite(values)
            if bad.any():
                yield f"{name}.csv {column}: {values[bad][0]!s} is not a finite number ({bad.sum()} rows)"
            below = values < -1e-12 * float(np.abs(values[~bad]).max(initial=0.0))
            if below.any() and column not in SIGNED:
                yield f"{name}.csv {column}: {values[below][0]!s} is negative ({below.sum()} rows)"


def copied(case: Case, results: Results) -> Iterator[Finding]:
    """What stands in the results as it stood in the case."""
    areas = results.areas.set_index("area_id").loc[case.areas["area_id"].tolist()]
    programmes = results.programmes.set_index("programme_id").loc[case.programmes["programme_id"].tolist()]
    for column in ("name", "coastal_state", "source"):
        yield from unlike(f"areas.csv {column}", areas[column], case.areas[column], areas.index)
    for column in ("risk_weight", "target_coverage"):
        yield from differs(f"areas.csv {column}", areas[column], case.areas[column], areas.index)
    for column in ("name", "donor"):
        yield from unlike(
            f"programmes.csv {column}", programmes[column], case.programmes[column], programmes.index
        )
    yield from differs(
        "programmes.csv budget", programmes["budget"], case.programmes["budget"], programmes.index
    )
    yield from unlike("run.json objective", [results.objective], [case.settings.objective])
    yield from unlike("run.json currency", [results.currency], [case.settings.currency])


def cells(case: Case, results: Results) -> Iterator[Finding]:
    """Areas of cells from their outlines, and their risk weights from the case."""
    table = results.cells
    number = {area: n for n, area in enumerate(case.areas["area_id"])}
    placed = table.assign(area=table["area_id"].map(number), lon=np.mod(numbers(table["lon"]), 360.0))
    yield from differs(
        "cells.csv area_km2", table["area_km2"], areas_km2(results.cell_geometry), table["cell_id"]
    )
    yield from differs(
        "cells.csv risk_weight", table["risk_weight"], risk_weights(case, placed), table["cell_id"]
    )
