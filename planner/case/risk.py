"""Reading the risk map, which may have millions of points, in pieces of bounded memory."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case.csv_file import Piece, parsed, read_pieces
from planner.case.place import MOST_PROBLEMS, capped
from planner.errors import InputError, Problem
from planner.geometry.longitude import canonical_lon
from planner.schema.tables import RISK
from planner.schema.values import ID_PATTERN, Ambiguous

Array = npt.NDArray[np.float64]
NUMBERS = RISK.numeric
ID = re.compile(ID_PATTERN)
PERIOD = "period"


def no_risk() -> pd.DataFrame:
    """The risk map of a case that has none."""
    return _frame([], [])


def read_risk(text: str) -> pd.DataFrame:
    """The points of ``risk.csv`` with longitudes in [0, 360): lon, lat [degrees], weight, period ("": all).

    Raises:
        InputError: the problems of all rows (at most ``MOST_PROBLEMS``), or of the file.
    """
    pieces: list[Array] = []
    periods: list[str] = []
    problems: list[Problem] = []
    for piece in read_pieces(text, RISK):
        points = _points(piece)
        if points is None:
            rows, wrong = parsed(piece, RISK)
            problems += [*piece.problems, *wrong]
            valid = [row for row in rows if row.valid]
            names = [row[PERIOD] or "" for row in valid]
            points = np.array([[row[name] for name in NUMBERS] for row in valid], dtype=np.float64)
        else:
            names = _periods(piece)
        if len(problems) > MOST_PROBLEMS:
            break
        pieces.append(points.reshape(-1, len(NUMBERS)))
        periods += names
    if problems:
        raise InputError(capped(problems, RISK.file))
    return _frame(pieces, periods)


def _frame(pieces: list[Array], periods: list[str]) -> pd.DataFrame:
    points = np.concatenate([np.empty((0, len(NUMBERS))), *pieces])
    points[:, 0] = canonical_lon(points[:, 0])
    return pd.DataFrame(points, columns=list(NUMBERS)).assign(period=pd.Series(periods, dtype="str"))


def _points(piece: Piece) -> Array | None:
    """The numbers of many rows at once, shape (rows, 3); None where one of them may be wrong."""
    if piece.problems or not all(name == "" or ID.match(name) for name in set(_periods(piece))):
        return None
    order = [piece.header.index(name) for name in NUMBERS]
    try:
        points = np.array([[float(row[at]) for at in order] for _, row in piece.rows]).reshape(
            -1, len(NUMBERS)
        )
    except ValueError:
        return None
    low, high = (
        np.array([getattr(RISK.columns[name], end) for name in NUMBERS]) for end in ("least", "most")
    )
    if any("_" in row[at] or isinstance(row[at], Ambiguous) for _, row in piece.rows for at in order):
        return None
    return points if bool(((points >= low) & (points <= high)).all()) else None


def _periods(piece: Piece) -> list[str]:
    """The period of each row, as it stands there."""
    if PERIOD not in piece.header:
        return [""] * len(piece.rows)
    at = piece.header.index(PERIOD)
    return [row[at] for _, row in piece.rows]
