"""The range of every figure that has one: columns ``X_low`` and ``X_high``, and ``uncertainty.csv``.

A row of ``uncertainty.csv`` goes before the columns; of several rows the most specific one: a named id
before ``*``, a named column before ``*``. A row without low and high takes those of the columns and says how
they are drawn. Every value within a range must be one that the case may have, whatever the other figures
are: so any draw is a valid case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from planner.case.figures import FIGURE_TABLES, Figure, case_figures, figures_of, moved_by
from planner.case.folder import RawCase
from planner.case.range_limits import FACTORS, FILE, Range, broken_limits
from planner.case.references import Known
from planner.case.tables import TABLES
from planner.case.uncertain import Uncertainty
from planner.case.wording import listed, show, suggestion
from planner.errors import Problem

PLACES = ("lon", "lat")
"""What ``*`` does not mean: where things are is known."""
COLUMNS = (
    *("table", "id", "field", "value", "low", "high", "currency"),
    *("distribution", "together", "source"),
)
Best = dict[tuple[str, str, str], tuple[int, int, Uncertainty]]


def ranges(known: Known, before: RawCase) -> tuple[list[Range], list[Problem]]:
    """The ranges of a case, and the problems of those that cannot be drawn from.

    Args:
        known: the records, after all changes.
        before: the case before any change: the range of a figure that was changed moves with it.
    """
    settings = known.settings
    if settings is None or not set(FIGURE_TABLES) <= known.records.keys():
        return [], []
    figures = [*case_figures(settings, len(before.risk)), *figures_of(known.records)]
    problems: list[Problem] = []
    best = _best_rows(known, figures, problems)
    found = []
    for figure in figures:
        _, number, row = best.get((figure.table, figure.id, figure.field), (0, 0, None))
        one = _of_row(figure, number, row, before) if row else _of_columns(figure)
        if one is not None and one.low <= figure.value <= one.high:
            found.append(one)
        elif one is not None and one.file == FILE:  # that of columns is a rule of their table
            end, word = ("low", "above") if one.low > figure.value else ("high", "below")
            problems.append(
                one.problem(end, f"is {word} the figure ({figure.value:g})", "give a range around it")
            )
    problems += broken_limits(found, settings)
    return [one for one in found if one.low < one.high], problems


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


def _best_rows(known: Known, figures: Sequence[Figure], problems: list[Problem]) -> Best:
    """The row of ``uncertainty.csv`` for each figure that has one."""
    best: Best = {}
    if "uncertainty" not in known.records:
        return best
    for number, row in known.records["uncertainty"]:
        wrong = [*_wrong_names(known, number, row, figures), *_wrong_ends(number, row)]
        wrong = wrong or _means_nothing(number, row, figures)
        problems += wrong
        if wrong:
            continue
        for figure in _meant(row, figures):
            key = (figure.table, figure.id, figure.field)
            rank = 2 * (row.id != ("*",)) + (row.field != ("*",))
            earlier = best.get(key)
            if earlier and earlier[0] == rank and earlier[1] != number:
                rule = f"has a range in row {earlier[1]} already"
                problems.append(Problem(FILE, number, "field", figure.key, rule, "keep one of the rows"))
            elif not earlier or earlier[0] < rank:
                best[key] = (rank, number, row)
    return best


def _meant(row: Uncertainty, figures: Sequence[Figure]) -> list[Figure]:
    """The figures that a row means; those of a row without a range must have columns."""
    return [
        figure
        for figure in figures
        if figure.table == row.table
        and (row.id == ("*",) or figure.id in row.id)
        and (figure.field in row.field or (row.field == ("*",) and figure.field not in PLACES))
        and not (_is_blank(row) and figure.low is None and figure.high is None)
    ]


def _wrong_names(known: Known, number: int, row: Uncertainty, figures: Sequence[Figure]) -> Iterator[Problem]:
    if row.table in ("case", "risk"):
        if row.id != ("*",):
            rule = f"names a row, but the figures of {row.table} belong to none"
            yield Problem(FILE, number, "id", listed(row.id), rule, "write *")
        names: Sequence[str] = [figure.field for figure in figures if figure.table == row.table]
        if row.field == ("*",):
            remedy = f"name them: {listed(names)}"
            yield Problem(FILE, number, "field", "*", "does not say which figures vary", remedy)
    else:
        right = known.ids[row.table] or ()
        for name in row.id:
            if name not in ("*", *right):
                remedy = suggestion(name, tuple(right), "remove the row")
                yield Problem(FILE, number, "id", show(name), f"is no id of {row.table}", remedy)
        names = [name for name in TABLES[row.table].numeric if not name.endswith(("_low", "_high"))]
    for name in row.field:
        if name not in ("*", *names):
            remedy = suggestion(name, names, "remove the row")
            yield Problem(FILE, number, "field", show(name), f"is no figure of {row.table}", remedy)


def _means_nothing(number: int, row: Uncertainty, figures: Sequence[Figure]) -> list[Problem]:
    """The problem of a row that no figure takes its range from; a table without rows has none."""
    if _meant(row, figures) or not any(figure.table == row.table for figure in figures):
        return []
    if not _meant(row.model_copy(update={"low_factor": 1.0}), figures):
        remedy = "name figures that are not blank"
        return [Problem(FILE, number, "field", listed(row.field), "leads to no figure", remedy)]
    rule = "states no range, and its figures have no columns X_low and X_high"
    return [Problem(FILE, number, "low", "", rule, "give low and high, or low_factor and high_factor")]


def _wrong_ends(number: int, row: Uncertainty) -> Iterator[Problem]:
    for end, factor in FACTORS.items():
        if getattr(row, factor) is None:
            continue
        if row.low is not None or row.high is not None:
            rule = "stands beside low or high"
            yield Problem(FILE, number, factor, f"{getattr(row, factor):g}", rule, "give values or factors")
        if set(row.field) & set(PLACES):
            remedy = "give low and high in degrees"
            yield Problem(FILE, number, factor, f"{getattr(row, factor):g}", "multiplies a position", remedy)
        if (getattr(row, factor) - 1.0) * (1.0 if end == "low" else -1.0) > 0.0:
            rule = f"is {'above' if end == 'low' else 'below'} 1: the figure is not in its range"
            remedy = f"give the {end}est likely value as a multiple of the figure"
            yield Problem(FILE, number, factor, f"{getattr(row, factor):g}", rule, remedy)


def _of_columns(figure: Figure) -> Range | None:
    if figure.low is None and figure.high is None:
        return None
    return Range(
        figure,
        figure.value if figure.low is None else figure.low,
        figure.value if figure.high is None else figure.high,
        source=f"columns {figure.field}_low and {figure.field}_high of {figure.file}",
        file=figure.file,
        row=figure.row,
        columns={end: f"{figure.field}_{end}" for end in FACTORS},
    )


def _of_row(figure: Figure, number: int, row: Uncertainty, before: RawCase) -> Range | None:
    """The range that a row gives a figure; None if a change has set the figure from or to 0."""
    if _is_blank(row):
        found = _of_columns(figure)
    elif row.low_factor is not None or row.high_factor is not None:
        by_low, by_high = (1.0 if by is None else by for by in (row.low_factor, row.high_factor))
        found = Range(figure, figure.value * by_low, figure.value * by_high, row=number, columns=FACTORS)
    else:
        move = moved_by(figure, before)
        if move is None:
            return None
        low = figure.value if row.low is None else row.low * move
        high = figure.value if row.high is None else row.high * move
        found = Range(figure, low, high, row=number)
    if found is None:
        return None
    return replace(found, distribution=row.distribution, together=row.together, source=row.source)


def _is_blank(row: Uncertainty) -> bool:
    return all(getattr(row, name) is None for name in (*FACTORS, *FACTORS.values()))
