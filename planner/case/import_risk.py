"""Making ``risk.csv`` from published tables of fishing effort or of detections, binned to a case's cells."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from planner.case.case import Case
from planner.case.periods import period_of_day, shares
from planner.case.risk_tables import NO_DAY, OUTSIDE, POLE, READ, TAKEN, WHAT, Choices, Table, place_of
from planner.frames import Array, sum_by
from planner.geometry.area import areas_km2
from planner.geometry.cells import make_cells
from planner.geometry.distance import MINUTES
from planner.geometry.longitude import TURN, signed_lon
from planner.geometry.polygons import as_array
from planner.schema.messages import Place

AT_ONCE, SQUARES_AT_ONCE = 500_000, 50_000
"""Places and squares that are compared with the cells at a time, to bound memory."""
FINE = 10.0
"""Squares of which more fit into the side of a cell count where their middles are; larger ones are spread
evenly: by their middles even effort comes out as 0.5 to 1.5 in cells that two fit into, 0.9 to 1.1 at ten."""


class Imported(NamedTuple):
    """What a table comes to.

    Attributes:
        text: the text of ``risk.csv``.
        told: what was read and dropped, and why: columns ``what``, ``rows``, ``amount``.
        read_as: how positions and amounts were read.
    """

    text: str
    told: pd.DataFrame
    read_as: str


def import_risk(path: Path, case: Case, choices: Choices | None = None) -> Imported:
    """A ``risk.csv`` with a row for each cell of a case.

    A cell's weight is its amount per square kilometre, relative to the mean over all water of the case. Where
    the case tells periods apart and the table has days, months or quarters, each period has rows of its own:
    amounts a day, relative to the mean over all water and days. A month of several periods is theirs by its
    days.

    Args:
        path: A CSV file, which may be compressed (.gz, .zip), a GeoTIFF or a NetCDF file.
        case: The case, whose areas and spacing of cells are used.
        choices: What is taken.

    Raises:
        InputError: The file cannot be read, lacks a column, or has nothing in the areas.
    """
    choices = choices or Choices()
    cells = make_cells(case.areas[["area_id", "geometry"]], case.settings.cells.spacing_nm)
    periods = case.periods
    days = period_of_day(periods) if len(periods) > 1 else None
    table = Table(path, choices, days)
    km2, kept, lost = cells["area_km2"].to_numpy(), 0.0, 0.0
    told_apart = table.period_of_day is not None
    share = shares(periods) if told_apart else np.ones(1)
    sums = np.zeros((len(share), len(cells)))
    squares = pd.DataFrame(np.zeros((0, len(share))), index=pd.Index([], dtype=np.int64))
    for key, value, of in table.places(shapely.total_bounds(as_array(cells["geometry"]))):
        kept += float(value.sum())
        lost += float((value * (1.0 - table.spread.sum(axis=1)[of])).sum())
        if table.pitch_deg * MINUTES * FINE >= case.settings.cells.spacing_nm:
            some = pd.DataFrame(value[:, None] * table.spread[of], index=key)
            squares = pd.concat([squares, some]).groupby(level=0).sum()
        else:
            sums += _of_points(cells, *place_of(key), value, table.spread[of])
    sums += _of_squares(cells, squares, table.pitch_deg)
    inside, rows, amount = float(sums.sum()), table.rows, table.amount
    amount[NO_DAY] += lost
    amount[TAKEN], amount[OUTSIDE] = inside, kept - lost - inside
    if not inside > 0.0:
        why = "".join(f"; {what}: {rows[what]:,}" for what in WHAT[1:] if rows[what])
        raise Place(path.name).error("no_rows.risk", count=rows[READ], lost=why)
    weight = (sums / km2 / share[:, None]).ravel()
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
    text = frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    return Imported(text, told, table.read_as)


def _of_squares(cells: pd.DataFrame, squares: pd.DataFrame, pitch_deg: float) -> Array:
    """Amount in each cell of squares that are evenly spread over theirs, shape (periods, cells).

    Args:
        cells: the cells.
        squares: amounts, shape (squares, periods), by the keys of the squares' middles.
        pitch_deg: the size of squares.
    """
    half = pitch_deg / 2.0
    lon, lat = place_of(squares.index.to_numpy(dtype=np.int64))
    across = np.flatnonzero(lon < half), np.flatnonzero(lon > TURN - half)  # Greenwich: there on both sides
    number = np.concatenate([np.arange(len(lon)), *across])
    middle = np.concatenate([lon, lon[across[0]] + TURN, lon[across[1]] - TURN])
    south, north = (np.clip(lat + each, -POLE, POLE)[number] for each in (-half, half))
    outlines, found = as_array(cells["geometry"]), np.zeros((squares.shape[1], len(cells)))
    for first in range(0, len(number), SQUARES_AT_ONCE):
        some = slice(first, first + SQUARES_AT_ONCE)
        boxes = shapely.box(middle[some] - half, south[some], middle[some] + half, north[some])
        cell, box = shapely.STRtree(boxes).query(outlines, predicate="intersects")
        part = areas_km2(shapely.intersection(outlines[cell], boxes[box])) / areas_km2(boxes)[box]
        amounts = squares.to_numpy()[number[some][box]].T
        found += [sum_by(cell, part * each, len(cells)) for each in amounts]
    return found


def _of_points(cells: pd.DataFrame, lon: Array, lat: Array, value: Array, part: Array) -> Array:
    """Amount in each cell of points, shape (periods, cells); what lies on a border is shared.

    ``part`` says what part of each amount is of each period, shape (points, periods).
    """
    tree = shapely.STRtree(as_array(cells["geometry"]))
    found = np.zeros((part.shape[1], len(cells)))
    for first in range(0, len(lon), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        point, cell = tree.query(as_array(shapely.points(lon[some], lat[some])), predicate="intersects")
        share = value[some][point] / np.bincount(point, minlength=1)[point]
        for number, of_period in enumerate(part[some][point].T):
            found[number] += sum_by(cell, share * of_period, len(cells))
    return found
