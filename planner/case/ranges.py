"""The range of every figure that has one: columns ``X_low`` and ``X_high``, and ``uncertainty.csv``.

A row of ``uncertainty.csv`` goes before the columns; of several rows the most specific one: a named id
before ``*``, a named column before ``*``. A row without low and high takes those of the columns and says how
they are drawn. Every value within a range must be one that the case may have, whatever the other figures
are: so any draw is a valid case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from planner.case.edits import State
from planner.case.figures import Figure, figures_of, moved_by
from planner.case.range_limits import FACTORS, VALUES, Range, broken_limits
from planner.case.rows import Row
from planner.errors import Problem
from planner.schema.tables import CASE, RISK_MAP, TABLES
from planner.schema.wording import listed

COLUMNS = (
    *("table", "id", "field", "value", "low", "high", "currency"),
    *("distribution", "together", "source"),
)
Best = dict[tuple[str, str, str], tuple[int, Row]]


def ranges(state: State, before: State, points: int) -> tuple[list[Range], list[Problem], list[Problem]]:
    """The ranges of a case, the problems of those that cannot be drawn from, and warnings on rows in vain.

    Args:
        state: the case, after all changes.
        before: the case before any change: the range of a figure that was changed moves with it.
        points: number of points of the risk map.
    """
    settings = state.settings
    if settings is None or TABLES.keys() - {RISK_MAP} - state.tables.keys():
        return [], [], []
    figures = list(_of_all_years(figures_of(state, settings, points)))
    best, problems = _best_rows(state, figures)
    found = []
    for figure in figures:
        _, row = best.get((figure.table, figure.id, figure.field), (0, None))
        one = _of_row(figure, row, before) if row else _of_columns(figure)
        if one is not None and one.low <= figure.value <= one.high:
            found.append(one)
        elif one is not None and not one.of_columns:  # that of columns is a rule of their table
            end = "low" if one.low > figure.value else "high"
            problems.append(one.problem(end, f"outside_range.row_{end}", stated=figure.value))
    problems += broken_limits(found, settings)
    wide = [one for one in found if one.low < one.high]
    stated = {one.place for one in wide}
    idle = [
        row.problem("field", "idle_row.range")
        for row in state.tables["uncertainty"].valid
        if row["id"] != ("*",) and not _is_blank(row) and row.place not in stated
    ]
    return wide, problems, idle


def ranges_frame(found: Sequence[Range]) -> pd.DataFrame:
    """The ranges as a frame with ``COLUMNS``; values in the unit and currency of the file."""
    rows = [
        (
            *(one.figure.table, one.figure.id, one.figure.field, one.figure.value, one.low, one.high),
            *(one.figure.currency, one.distribution, one.together, one.source),
        )
        for one in found
    ]
    numbers = ("value", "low", "high")
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({name: "float64" if name in numbers else "str" for name in COLUMNS})


def _of_all_years(figures: Iterable[Figure]) -> Iterator[Figure]:
    """The figures; of those that a table of a capacity plan has by year the factor 1 on all of them."""
    seen = set()
    for one in figures:
        table = TABLES.get(one.table)
        if table is None or table.unique or not table.capital:
            yield one
        elif one.key not in seen:
            seen.add(one.key)
            yield replace(one, value=1.0, currency="")


def _best_rows(state: State, figures: Sequence[Figure]) -> tuple[Best, list[Problem]]:
    """The row of ``uncertainty.csv`` for each figure that has one."""
    best: Best = {}
    problems: list[Problem] = []
    by_table: dict[str, list[Figure]] = {}
    for figure in figures:
        by_table.setdefault(figure.table, []).append(figure)
    for row in state.tables["uncertainty"].valid:
        own = by_table.get(row["table"], [])
        named = _named(row, own)
        # a row without a range means the figures that have columns
        meant = (
            [each for each in named if each.low is not None or each.high is not None]
            if _is_blank(row)
            else named
        )
        wrong = [*_wrong_fields(row, own), *_wrong_ends(row, own)]
        if not wrong and not meant and own:
            wrong = [row.problem("low", "no_range") if named else row.problem("field", "no_figure")]
        problems += wrong
        rank = 2 * (row["id"] != ("*",)) + (row["field"] != ("*",))
        for figure in meant if not wrong else ():
            key = (figure.table, figure.id, figure.field)
            earlier = best.get(key)
            if earlier and earlier[0] == rank:
                problems.append(row.problem("field", "range_twice", figure.key, row=earlier[1].number))
            elif not earlier or earlier[0] < rank:
                best[key] = (rank, row)
    return best, problems


def _named(row: Row, figures: Sequence[Figure]) -> list[Figure]:
    ids, fields = row["id"], row["field"]
    of_ids = figures if ids == ("*",) else [figure for figure in figures if figure.id in ids]
    if fields == ("*",):
        return [figure for figure in of_ids if not figure.is_place]
    return [figure for figure in of_ids if figure.field in fields]


def _wrong_fields(row: Row, figures: Sequence[Figure]) -> Iterator[Problem]:
    table = TABLES.get(row["table"])
    names = [name for name in table.figures if not table.columns[name].capital] if table else []
    if row["table"] in (CASE, RISK_MAP):
        names = [figure.field for figure in figures]
        if row["field"] == ("*",):
            yield row.problem("field", "unnamed_figures", names=listed(names))
    for name in row["field"]:
        if name not in ("*", *names):
            yield row.problem("field", "unknown_column.figure", name, right=names, table=row["table"])


def _wrong_ends(row: Row, figures: Sequence[Figure]) -> Iterator[Problem]:
    places = {figure.field for figure in figures if figure.is_place}
    for end, factor in FACTORS.items():
        by = row[factor]
        if by is None:
            continue
        if row["low"] is not None or row["high"] is not None:
            yield row.problem(factor, "value_and_factor")
        if set(row["field"]) & places:
            yield row.problem(factor, "factor_of_a_place")
        if by > 1.0 if end == "low" else by < 1.0:
            yield row.problem(factor, f"outside_range.factor_{end}")


def _of_columns(figure: Figure) -> Range | None:
    if figure.low is None and figure.high is None:
        return None
    return Range(
        figure,
        figure.value if figure.low is None else figure.low,
        figure.value if figure.high is None else figure.high,
        figure.place,
        source=f"columns {figure.field}_low and {figure.field}_high of {figure.place.file}",
        columns={end: f"{figure.field}_{end}" for end in FACTORS},
    )


def _of_row(figure: Figure, row: Row, before: State) -> Range | None:
    """The range that a row gives a figure; None if a change has set the figure from or to 0."""
    if _is_blank(row):
        found = _of_columns(figure)
    elif row["low_factor"] is not None or row["high_factor"] is not None:
        by_low, by_high = (1.0 if row[name] is None else row[name] for name in FACTORS.values())
        found = Range(figure, figure.value * by_low, figure.value * by_high, row.place, columns=FACTORS)
    else:
        move = moved_by(figure, before)
        if move is None:
            return None
        low, high = (figure.value if row[name] is None else row[name] * move for name in VALUES)
        found = Range(figure, low, high, row.place)
    if found is None:
        return None
    return replace(found, **{name: row[name] for name in ("distribution", "together", "source")})


def _is_blank(row: Row) -> bool:
    return all(row[name] is None for name in (*FACTORS.values(), *VALUES))
