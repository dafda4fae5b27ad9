"""Making ``risk.csv`` from published tables of fishing effort or of detections, binned to a case's cells."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from planner.case.case import Case
from planner.case.periods import period_of_day, shares
from planner.case.risk_tables import OUTSIDE, READ, TAKEN, WHAT, Choices, Table
from planner.frames import Array, sum_by
from planner.geometry.area import areas_km2
from planner.geometry.cells import make_cells
from planner.geometry.distance import MINUTES
from planner.geometry.longitude import canonical_lon, signed_lon
from planner.geometry.polygons import as_array
from planner.schema.wording import Place

AT_ONCE = 500_000
"""Places that are compared with the cells at a time."""


def import_risk(path: Path, case: Case, choices: Choices | None = None) -> tuple[str, pd.DataFrame]:
    """The text of ``risk.csv``, a row for each cell of a case, and what was read and dropped.

    A cell's weight is its amount per square kilometre, relative to the mean over all water of the case. Where
    the case tells periods apart and the table has days or months, each period has rows of its own: amounts a
    day, relative to the mean over all water and days. A month of several periods is theirs by its days.

    ``path`` is a CSV file, which may be compressed (.gz, .zip), a GeoTIFF or a NetCDF file; of the case its
    areas and its spacing of cells are used.

    Returns:
        The text; columns ``what``, ``rows``, ``amount``.

    Raises:
        InputError: The file cannot be read, lacks a column, or has nothing in the areas.
    """
    choices = choices or Choices()
    cells = make_cells(case.areas[["area_id", "geometry"]], case.settings.cells.spacing_nm)
    periods = case.periods
    days = period_of_day(periods) if len(periods) > 1 else None
    table = Table(path, choices, days)
    rows, amount = Counter[str](), defaultdict[str, float](float)
    km2, whole = cells["area_km2"].to_numpy(), 0.0
    told_apart = table.period_of_day is not None
    share = shares(periods) if told_apart else np.ones(1)
    densities = np.zeros((len(share), len(cells)))
    for lon, lat, value, of in table.places(shapely.total_bounds(as_array(cells["geometry"])), rows, amount):
        whole += float(value.sum())
        for number, spread in enumerate(table.spread):
            here = of == number
            if not here.any():
                continue
            place = lon[here], lat[here], value[here]
            if table.pitch_deg * MINUTES >= case.settings.cells.spacing_nm:
                density = _of_squares(cells, *place, table.pitch_deg)
            else:
                density = _of_points(cells, *place) / km2
            densities += spread[:, None] * density
    inside = float((densities * km2).sum())
    amount[TAKEN], amount[OUTSIDE] = inside, whole - inside
    if not inside > 0.0:
        lost = "".join(f"; {what}: {rows[what]:,}" for what in WHAT[1:] if rows[what])
        raise Place(path.name).error("no_rows.risk", count=rows[READ], lost=lost)
    weight = np.concatenate([density / part for density, part in zip(densities, share, strict=True)])
    frame = pd.DataFrame(
        {
            "lon": np.tile(signed_lon(cells["lon"]).round(6), len(share)),
            "lat": np.tile(cells["lat"].round(6), len(share)),
            "weight": choices.floor + (1.0 - choices.floor) * weight * km2.sum() / inside,
        }
    )
    if told_apart:
        frame["period"] = np.repeat(periods["period_id"].to_numpy(), len(cells))
    lines = [(what, rows.get(what, float("nan")), amount.get(what)) for what in WHAT]
    told = pd.DataFrame(lines, columns=["what", "rows", "amount"])
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n"), told


def _of_squares(cells: pd.DataFrame, lon: Array, lat: Array, value: Array, pitch_deg: float) -> Array:
    """Amount per square kilometre in each cell, each square's spread evenly over it, shape (cells,)."""
    rows = round(360.0 / pitch_deg) + 1
    south, west = np.floor((lat + 90.0) / pitch_deg + 1e-9), np.floor(canonical_lon(lon) / pitch_deg + 1e-9)
    sums = pd.Series(value).groupby((south * rows + west).astype(np.int64)).sum()
    at = sums.index.to_numpy(dtype=np.int64)
    west, south = (at % rows) * pitch_deg, (at // rows) * pitch_deg - 90.0
    boxes = as_array(shapely.box(west, south, west + pitch_deg, south + pitch_deg))
    density, outlines = sums.to_numpy() / areas_km2(boxes), as_array(cells["geometry"])
    cell, square = shapely.STRtree(boxes).query(outlines, predicate="intersects")
    km2 = areas_km2(as_array(shapely.intersection(outlines[cell], boxes[square])))
    return np.asarray(sum_by(cell, density[square] * km2, len(cells)) / cells["area_km2"].to_numpy())


def _of_points(cells: pd.DataFrame, lon: Array, lat: Array, value: Array) -> Array:
    """Amount in each cell, shape (cells,); what lies on a border is shared."""
    tree = shapely.STRtree(as_array(cells["geometry"]))
    found = np.zeros(len(cells))
    for first in range(0, len(lon), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        point, cell = tree.query(as_array(shapely.points(lon[some], lat[some])), predicate="intersects")
        share = value[some][point] / np.bincount(point, minlength=1)[point]
        found += sum_by(cell, share, len(cells))
    return found
