"""Reading the risk map, which may have millions of points, in pieces of bounded memory."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case.csv_file import read_pieces
from planner.case.rows import capped
from planner.errors import InputError, Problem
from planner.geometry.longitude import canonical_lon
from planner.schema.tables import RISK

COLUMNS = tuple(RISK.columns)


def no_risk() -> pd.DataFrame:
    """The risk map of a case that has none."""
    return pd.DataFrame({name: np.empty(0, dtype=np.float64) for name in COLUMNS})


def read_risk(text: str) -> pd.DataFrame:
    """The points of ``risk.csv`` with longitudes in [0, 360): lon, lat [degrees], weight.

    Raises:
        InputError: the problems of all rows (at most ``MOST_PROBLEMS``), or of the file.
    """
    pieces = [np.empty((0, len(COLUMNS)))]
    problems: list[Problem] = []
    for rows, found in read_pieces(text, RISK):
        problems += found
        pieces.append(np.array([[row[name] for name in COLUMNS] for row in rows if row.valid]).reshape(-1, 3))
    if problems:
        raise InputError(capped(problems, RISK.file))
    points = np.concatenate(pieces)
    points[:, 0] = canonical_lon(points[:, 0])
    return pd.DataFrame(points, columns=list(COLUMNS))
