"""Reading the risk map, which may have millions of points, in pieces of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, TypeAdapter, ValidationError

from planner.case.csv_file import csv_rows, ragged, read_header, too_many_rows
from planner.case.tables import RISK
from planner.case.translate import shown_input, words
from planner.case.validate import ROWS_AT_ONCE, capped
from planner.case.wording import MOST_PROBLEMS
from planner.errors import InputError, Problem
from planner.geometry.longitude import canonical_lon

COLUMNS = ("lon", "lat", "weight")


def empty_risk() -> pd.DataFrame:
    """The risk map of a case that has none."""
    return pd.DataFrame({name: np.empty(0, dtype=np.float64) for name in COLUMNS})


def read_risk(text: str) -> pd.DataFrame:
    """The points of ``risk.csv`` with longitudes in [0, 360): lon, lat [degrees], weight.

    Raises:
        InputError: the problems of all rows (at most ``MOST_PROBLEMS``), or of the file.
    """
    rows = csv_rows(text, RISK.file)
    line, header = next(rows, (1, [""]))
    columns, problems = read_header(header, RISK, RISK.file, line)
    if problems:
        raise InputError(problems)
    pieces, taken = [], 0
    while piece := list(islice(rows, ROWS_AT_ONCE)):
        taken += len(piece)
        if taken > RISK.most_rows:
            raise InputError([*problems, *too_many_rows(RISK.file, RISK, piece[-1][0]).problems])
        values, wrong = _piece(piece, columns)
        pieces.append(values)
        problems += wrong[: MOST_PROBLEMS + 1]
        if len(problems) > MOST_PROBLEMS:
            break
    if problems:
        raise InputError(capped(problems, RISK.file))
    points = np.concatenate(pieces) if pieces else np.empty((0, len(COLUMNS)))
    points[:, 0] = canonical_lon(points[:, 0])
    return pd.DataFrame(points, columns=list(COLUMNS))


def _piece(
    piece: list[tuple[int, list[str]]], columns: tuple[str, ...]
) -> tuple[npt.NDArray[np.float64], list[Problem]]:
    """Some rows as an array of points, and the problems of those that are broken."""
    problems = [
        ragged(RISK.file, row, len(cells), len(columns)) for row, cells in piece if len(cells) != len(columns)
    ]
    piece = [(row, cells) for row, cells in piece if len(cells) == len(columns)]
    values = np.zeros((len(piece), len(COLUMNS)))
    for at, name in enumerate(COLUMNS):
        place = columns.index(name)
        cells = [row[place] for _, row in piece]
        try:
            values[:, at] = _ADAPTERS[name].validate_python(cells)
        except ValidationError as error:
            problems += _wrong(piece, name, error)
    return values, problems


def _wrong(piece: list[tuple[int, list[str]]], name: str, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False)[: MOST_PROBLEMS + 1]:
        rule, remedy = words(detail, RISK.fields[name], COLUMNS)
        shown = shown_input(detail) if detail["input"] else ""
        rule = rule if detail["input"] else "is blank"
        yield Problem(RISK.file, piece[int(detail["loc"][0])][0], name, shown, rule, remedy)


def _adapter(name: str) -> TypeAdapter[list[float]]:
    field = RISK.fields[name]
    number: Any = Annotated[(field.annotation, *field.metadata, _FINITE)]
    return TypeAdapter(list[number])


_FINITE = Field(allow_inf_nan=False)
_ADAPTERS = {name: _adapter(name) for name in COLUMNS}
