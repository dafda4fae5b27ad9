"""Reading the risk map, which may have millions of points, in pieces of bounded memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case.csv_file import Piece, parsed, read_pieces
from planner.case.place import MOST_PROBLEMS, capped
from planner.errors import InputError, Problem
from planner.geometry.longitude import canonical_lon
from planner.schema.tables import RISK
from planner.schema.values import Ambiguous

Array = npt.NDArray[np.float64]
COLUMNS = tuple(RISK.columns)


def no_risk() -> pd.DataFrame:
    """The risk map of a case that has none."""
    return pd.DataFrame({name: np.empty(0, dtype=np.float64) for name in COLUMNS})


def read_risk(text: str) -> pd.DataFrame:
    """The points of ``risk.csv`` with longitudes in [0, 360): lon, lat [degrees], weight.

    Raises:
        InputError: the problems of all rows (at most ``MOST_PROBLEMS``), or of the file.
    """
    pieces: list[Array] = []
    problems: list[Problem] = []
    for piece in read_pieces(text, RISK):
        points = _points(piece)
        if points is None:
            rows, wrong = parsed(piece, RISK)
            problems += [*piece.problems, *wrong]
            points = np.array(
                [[row[name] for name in COLUMNS] for row in rows if row.valid], dtype=np.float64
            )
        if len(problems) > MOST_PROBLEMS:
            break
        pieces.append(points.reshape(-1, len(COLUMNS)))
    if problems:
        raise InputError(capped(problems, RISK.file))
    points = np.concatenate(pieces)
    points[:, 0] = canonical_lon(points[:, 0])
    return pd.DataFrame(points, columns=list(COLUMNS))


def _points(piece: Piece) -> Array | None:
    """The numbers of many rows at once, shape (rows, 3); None where one of them may be wrong."""
    if piece.problems:
        return None
    order = [piece.header.index(name) for name in COLUMNS]
    try:
        points = np.array([[float(row[at]) for at in order] for _, row in piece.rows]).reshape(
            -1, len(COLUMNS)
        )
    except ValueError:
        return None
    low, high = (
        np.array([getattr(RISK.columns[name], end) for name in COLUMNS]) for end in ("least", "most")
    )
    if any("_" in row[at] or isinstance(row[at], Ambiguous) for _, row in piece.rows for at in order):
        return None
    return points if bool(((points >= low) & (points <= high)).all()) else None
