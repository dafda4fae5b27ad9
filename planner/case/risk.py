"""Reading the risk map, which may have millions of points, in pieces of bounded memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from planner.case.csv_file import Numbered, Piece, parsed, read_pieces
from planner.case.rows import Rows
from planner.case.state import State
from planner.errors import InputError, Problem
from planner.geometry.longitude import canonical_lon
from planner.schema.messages import MOST_PROBLEMS, Place, capped
from planner.schema.tables import MAPPED, RISK, Table
from planner.schema.values import annotation

WEIGHT, VISITS = MAPPED
PERIOD, LAYER, MODE, FUTURE, REACH = "period", "layer", "mode", "future", "reach_nm"
TEXTS = (PERIOD, LAYER, MODE, FUTURE)
Columns = Mapping[str, Any]
"""The values of each column by its name."""


def no_risk() -> pd.DataFrame:
    """The risk map of a case that has none."""
    return _frame([])


def read_risk(text: str | Iterator[Numbered], table: Table = RISK) -> pd.DataFrame:
    """The rows of ``risk.csv``, longitudes in [0, 360).

    Columns lon, lat [degrees], weight, visits (NaN: not given; a row has one of the two, or both), reach_nm
    (NaN: not stated) and, as categories, period, layer, mode, future ("": all).

    Raises:
        InputError: the problems of all rows (at most ``MOST_PROBLEMS``), or of the file.
    """
    pieces: list[Columns] = []
    problems: list[Problem] = []
    for piece in read_pieces(text, table):
        if not set(MAPPED) & set(piece.header):
            raise InputError([*piece.problems, Place(table.file, 0, WEIGHT).problem("missing_column.places")])
        columns = _at_once(piece)
        if columns is None:
            rows, wrong = parsed(piece, table)
            problems += [*piece.problems, *wrong]
            good = [row for row in rows if row.valid]
            columns = {name: [row[name] for row in good] for name in RISK.columns}
            number: Iterable[int] = (row.number for row in good)
        else:
            number = (each for each, _ in piece.rows)
        given = zip(number, columns[WEIGHT], columns[VISITS], strict=True)
        vain = [each for each, weight, visits in given if weight is None and visits is None]
        problems += [Place(table.file, each, WEIGHT).problem("bad_place") for each in vain]
        if len(problems) > MOST_PROBLEMS:
            break
        pieces.append({name: _compact(name, values) for name, values in columns.items()})
    if problems:
        raise InputError(capped(problems, table.file))
    return _frame(pieces)


def check_risk(risk: pd.DataFrame, futures: Collection[str], periods: Rows | None) -> Iterator[Problem]:
    """Every row of a layer has its mode and its reach, all have a weight or none, which then replaces none.

    They name futures and periods that there are.
    """
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
    for layer, rows in risk.groupby(LAYER, observed=True):
        given, named = int(rows[WEIGHT].notna().sum()), layer or "without a name"
        if 0 < given < len(rows):
            words = {"given": given, "all": len(rows), "layer": named}
            yield Place(RISK.file, 0, WEIGHT).problem("bad_layer.weight", **words)
        if not given and (rows[MODE] != RISK.columns[MODE].default).any():
            yield Place(RISK.file, 0, MODE).problem("bad_layer.mode", str(rows[MODE].iloc[0]), layer=named)


def figures_of(risk: pd.DataFrame) -> dict[str, int]:
    """How many rows give each figure of the risk map; those that none gives are left out."""
    found = {name: int(risk[name].notna().sum()) for name in MAPPED}
    return {name: number for name, number in found.items() if number}


def check_visits(risk: pd.DataFrame, state: State) -> Iterator[Problem]:
    """Answers are a part of visits, so these must be known: of each area, or from the risk map."""
    if state.settings is None or state.settings.answers is None:
        return
    blank = [row for row in state.rows("areas") if row["visits_per_year"] is None]
    if blank and not risk.loc[(risk[FUTURE] == "").to_numpy(), VISITS].notna().any():
        yield from (row.problem("visits_per_year", "no_visits") for row in blank)


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


def _frame(pieces: Sequence[Columns]) -> pd.DataFrame:
    empty = {name: _compact(name, []) for name in RISK.columns}
    frame = pd.DataFrame(
        {
            name: np.concatenate([each[name] for each in (empty, *pieces)])
            if name in RISK.numeric
            else pd.api.types.union_categoricals([each[name] for each in pieces or [empty]])
            for name in (*RISK.numeric, *TEXTS)
        }
    )
    return frame.assign(lon=canonical_lon(frame["lon"]))


def _compact(name: str, values: Sequence[object]) -> Any:
    """The values of a column as it is kept: numbers, NaN where blank, or categories, "" where blank."""
    if name in RISK.numeric:
        return np.array(values, dtype=np.float64)
    return _named([value or "" for value in values])


def _named(names: list[Any]) -> pd.Categorical:
    return pd.Categorical(pd.Index(names, dtype=object))


def _at_once(piece: Piece) -> Columns | None:
    """The columns of many rows; None where something of them is wrong, which is looked for row by row."""
    if piece.problems:
        return None
    found = {}
    for name, (adapter, blank) in _adapters().items():
        at = piece.header.index(name) if name in piece.header else None
        cells = [blank if at is None else row[at] or blank for _, row in piece.rows]
        try:
            found[name] = adapter.validate_python(cells)
        except ValidationError:
            return None
    return found


@cache
def _adapters() -> Mapping[str, tuple[TypeAdapter[list[Any]], object]]:
    """What validates each column as a whole, and what a blank cell of it means."""
    found: dict[str, tuple[TypeAdapter[list[Any]], object]] = {}
    for name, column in RISK.columns.items():
        cell: Any = annotation(column) if column.required else annotation(column) | None
        found[name] = TypeAdapter(list[cell]), "" if column.required else column.default or None
    return found
