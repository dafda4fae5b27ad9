"""Reading the risk map, which may have millions of points, in pieces of bounded memory."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case.csv_file import Numbered, Piece, parsed, read_pieces
from planner.case.place import MOST_PROBLEMS, Place, capped
from planner.case.rows import Rows
from planner.errors import InputError, Problem
from planner.geometry.longitude import canonical_lon
from planner.schema.tables import RISK, Table
from planner.schema.values import ID_PATTERN, Ambiguous

Array = npt.NDArray[np.float64]
NUMBERS = ("lon", "lat", "weight")
ID = re.compile(ID_PATTERN)
PERIOD, LAYER, MODE, FUTURE, REACH = "period", "layer", "mode", "future", "reach_nm"
TEXTS = (PERIOD, LAYER, MODE, FUTURE)
MODES = RISK.columns[MODE].choices
Texts = dict[str, pd.Categorical]


def no_risk() -> pd.DataFrame:
    """The risk map of a case that has none."""
    return _frame([], [])


def read_risk(text: str | Iterator[Numbered], table: Table = RISK) -> pd.DataFrame:
    """The rows of ``risk.csv``, longitudes in [0, 360).

    Columns lon, lat [degrees], weight, reach_nm (NaN: not stated) and, as categories, period, layer, mode,
    future ("": all).

    Raises:
        InputError: the problems of all rows (at most ``MOST_PROBLEMS``), or of the file.
    """
    numbers: list[Array] = []
    texts: list[Texts] = []
    problems: list[Problem] = []
    for piece in read_pieces(text, table):
        columns = [_column(piece, name) for name in TEXTS]
        points = _points(piece, columns)
        if points is None:
            rows, wrong = parsed(piece, table)
            problems += [*piece.problems, *wrong]
            valid = [row for row in rows if row.valid]
            columns = [[row[name] or "" for row in valid] for name in TEXTS]
            points = np.array([[row[name] for name in (*NUMBERS, REACH)] for row in valid], dtype=np.float64)
        if len(problems) > MOST_PROBLEMS:
            break
        numbers.append(points.reshape(-1, len(NUMBERS) + 1))
        columns[TEXTS.index(MODE)] = [mode or MODES[0] for mode in columns[TEXTS.index(MODE)]]
        texts.append({name: _named(each) for name, each in zip(TEXTS, columns, strict=True)})
    if problems:
        raise InputError(capped(problems, table.file))
    return _frame(numbers, texts)


def check_risk(risk: pd.DataFrame, futures: Collection[str], periods: Rows | None) -> Iterator[Problem]:
    """Every row of a layer has its mode and its reach, and names a future and a period that there are."""
    known: dict[str, tuple[Collection[str], str]] = {FUTURE: (tuple(futures), "[futures.NAME]")}
    if periods is not None and len(periods.valid) == len(periods.rows):
        known[PERIOD] = tuple(periods.by_id), periods.file
    for column, (right, files) in known.items():
        for name in sorted(set(risk[column].unique()) - {"", *right}):
            yield Place(RISK.file, 0, column).problem(
                "unknown_reference", str(name), right=right, files=files
            )
    for column in (MODE, REACH):
        some = risk[[LAYER, column]].drop_duplicates()
        for layer, values in some.groupby(LAYER, observed=True)[column]:
            if len(values) > 1:
                told = " and ".join(sorted("blank" if pd.isna(one) else f"{one}" for one in values))
                yield Place(RISK.file, 0, column).problem("bad_layer", told, layer=layer or "without a name")


def future_rows(risk: pd.DataFrame) -> Iterator[Problem]:
    """A warning where rows speak of a future, which only capacity plans have."""
    some = risk.loc[(risk[FUTURE] != "").to_numpy(), FUTURE]
    if len(some):
        names = tuple(sorted(set(some)))
        yield Place(RISK.file, 0, FUTURE).problem("risk_of_futures", names, count=len(some))


def of_future(risk: pd.DataFrame, name: str) -> pd.DataFrame:
    """The risk map of a future: the rows of all futures and its own, which then name none."""
    own = risk[risk[FUTURE].isin(["", name])]
    return own.assign(future=_named([""] * len(own))).reset_index(drop=True)


def _frame(numbers: list[Array], texts: list[Texts]) -> pd.DataFrame:
    points = np.concatenate([np.empty((0, len(NUMBERS) + 1)), *numbers])
    points[:, 0] = canonical_lon(points[:, 0])
    frame = pd.DataFrame(points, columns=[*NUMBERS, REACH])
    for name in TEXTS:
        parts = [each[name] for each in texts]
        frame[name] = pd.api.types.union_categoricals(parts) if parts else _named([])
    return frame


def _named(names: list[str]) -> pd.Categorical:
    return pd.Categorical(pd.Index(names, dtype=object))


def _points(piece: Piece, texts: list[list[str]]) -> Array | None:
    """The numbers of many rows at once, shape (rows, 4); None where something of them may be wrong."""
    period, layer, mode, future = (set(each) - {""} for each in texts)
    if piece.problems or not all(map(ID.match, period | layer | future)) or not mode <= set(MODES):
        return None
    order = [piece.header.index(name) for name in NUMBERS]
    if REACH in piece.header:
        order.append(piece.header.index(REACH))
    if any("_" in row[at] or isinstance(row[at], Ambiguous) for _, row in piece.rows for at in order):
        return None
    try:
        points = np.array([[float(row[at] or "nan") for at in order] for _, row in piece.rows])
    except ValueError:
        return None
    points = points.reshape(-1, len(order))
    if len(order) == len(NUMBERS):
        points = np.column_stack([points, np.full(len(points), np.nan)])
    bounds = [RISK.columns[name] for name in NUMBERS]
    low, high = (np.array([getattr(each, end) for each in bounds]) for end in ("least", "most"))
    within = (points[:, :-1] >= low) & (points[:, :-1] <= high)
    reach, column = points[:, -1], RISK.columns[REACH]
    allowed = all(map(column.allows, np.unique(reach[~np.isnan(reach)]).tolist()))
    return points if within.all() and allowed else None


def _column(piece: Piece, name: str) -> list[str]:
    """A column of a piece, as it stands there."""
    if name not in piece.header:
        return [""] * len(piece.rows)
    at = piece.header.index(name)
    return [row[at] for _, row in piece.rows]
