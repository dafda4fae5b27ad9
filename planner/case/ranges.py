"""The figures of a case, and the range of each that has one: ``X_low`` and ``X_high``, and uncertainty.csv.

A row of ``uncertainty.csv`` goes before the columns; of several rows the most specific one: a named id
before ``*``, a named column before ``*``. A row without low and high takes those of the columns and says how
they are drawn. Every value within a range must be one that the case may have, whatever the other figures
are: so any draw is a valid case.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from planner.case.files import CASE_FILE
from planner.case.rows import Row
from planner.case.state import State
from planner.errors import Problem
from planner.schema.messages import Place, Product, listed, message, said
from planner.schema.settings import UNCERTAIN, Settings, find, is_free, marked, setting
from planner.schema.tables import CASE, HIGH, LOW, RISK, RISK_MAP, TABLES, UNCERTAINTY, Column
from planner.schema.values import annotation
from planner.units import days_to_hours

FILE = UNCERTAINTY.file
COLUMNS = (
    *("table", "id", "field", "value", "low", "high", "currency"),
    *("distribution", "together", "source"),
)
NUMBERS = ("value", "low", "high")
FACTORS = {"low": "low_factor", "high": "high_factor"}
RATES = "fx.rates"


@dataclass(frozen=True)
class Figure:
    """One number that was handed in, and its range, in the unit and currency of its file.

    Attributes:
        table, id, field: what it is of; those of ``case.toml`` and of the risk map have the id "".
        value: the number; of the risk map, and of what has a value for each year, the factor 1.
        low, high: at first its companions ``X_low`` and ``X_high``, NaN where they are blank.
        record: the row that has it; None of ``case.toml`` and of the risk map.
        changed: where an edit has set it.
        row: the row of ``uncertainty.csv`` that has stated the range; None where its companions have.
    """

    table: str
    id: str
    field: str
    value: float
    place: Place
    low: float = math.nan
    high: float = math.nan
    currency: str = ""
    column: Column | None = None
    record: Row | None = None
    changed: Place | None = None
    row: Row | None = None
    distribution: str = "uniform"
    together: str = ""
    source: str = ""

    @property
    def is_place(self) -> bool:
        """Whether it says where something is."""
        return self.column is not None and self.column.place

    @property
    def has_range(self) -> bool:
        """Whether one of its ends is stated."""
        return not (math.isnan(self.low) and math.isnan(self.high))

    @property
    def key(self) -> str:
        """How ``--set`` calls it: assets.boat.units, dwell_days; risk.weight for the risk map."""
        return figure_key(self.table, self.id, self.field)

    def problem(self, end: str, key: str, **words: Any) -> Problem:
        """A problem of the low or high end."""
        if self.row is None and self.record is not None:
            name = f"{self.field}_{end}"
            name = name if self.record[name] is not None else self.field
            return self.record.problem(name, key, figure=self.key, **words)
        return self.wrong(end, said(key, getattr(self, end), figure=self.key, **words))

    def wrong(self, end: str, problem: Problem) -> Problem:
        """A problem of no place as that of an end that a row states."""
        if self.row is None:
            return self.place.wrong(problem)
        return self.row.place.below(FACTORS[end] if _has_factors(self.row) else end).wrong(problem)

    def times(self, stated: float | None, by: float, key: str) -> float:
        """An end of the range from what a row states; the figure itself where that is blank."""
        if stated is None:
            return self.value
        made = stated * by
        return made if made == stated else Product.of(made, stated, by, key, place=self.changed)


Best = dict[tuple[str, str, str], tuple[int, Row]]


def figure_key(table: str, record: str, name: str) -> str:
    """The dotted key of a figure."""
    return name if table == CASE else ".".join(part for part in (table, record, name) if part)


def ranges(
    state: State, before: State, of_map: Collection[str]
) -> tuple[list[Figure], list[Problem], list[Problem]]:
    """The ranges of a case, the problems of those that cannot be drawn from, and warnings on rows in vain.

    ``before`` is the case before any change, with which ranges move; ``of_map`` are the risk map's figures.
    """
    settings = state.settings
    if settings is None or TABLES.keys() - {RISK_MAP} - state.tables.keys():
        return [], [], []
    figures = list(_figures(state, settings, of_map))
    best, problems = _best_rows(state, figures)
    found = []
    for figure in figures:
        _, row = best.get((figure.table, figure.id, figure.field), (0, None))
        one = _ranged(figure, row, before)
        if one is not None and one.low <= figure.value <= one.high:
            found.append(one)
        elif one is not None and one.row is not None:  # that of columns is a rule of their table
            end = "low" if one.low > figure.value else "high"
            problems.append(one.problem(end, f"outside_range.row_{end}", stated=figure.value))
    problems += [problem for one in found for problem in _broken_field(one)]
    problems += _broken_together(found, settings)
    wide = [one for one in found if one.low < one.high]
    stated = {one.row.place for one in wide if one.row is not None}
    idle = [
        row.problem("field", "idle_row.range")
        for row in state.tables["uncertainty"].valid
        if row["id"] != ("*",) and not _is_blank(row) and row.place not in stated
    ]
    return wide, problems, idle


def ranges_frame(found: Sequence[Figure]) -> pd.DataFrame:
    """The ranges as a frame with ``COLUMNS``; values in the unit and currency of the file."""
    table = pd.DataFrame([vars(one) for one in found], columns=list(COLUMNS))
    return table.astype({name: "float64" if name in NUMBERS else "str" for name in COLUMNS})


def _figures(state: State, settings: Settings, of_map: Collection[str]) -> Iterator[Figure]:
    """The numbers of ``case.toml``, those that the risk map has, and of the tables; blanks are none."""
    for key in marked(UNCERTAIN):
        value, place = setting(settings, key), Place(CASE_FILE, 0, key)
        if isinstance(value, float):
            yield Figure(CASE, "", key, value, place, changed=state.changed.get(key))
        for code, rate in value.items() if isinstance(value, dict) else ():
            of, own = state.changed.get(f"{key}.{code}"), settings.currency
            yield Figure(CASE, "", f"{key}.{code}", rate, place, currency=own, changed=of)
    for name in of_map:
        yield Figure(RISK_MAP, "", name, 1.0, Place(RISK.file, 0, name), column=RISK.columns[name])
    for table, rows in state.tables.items():
        by_year, seen = rows.table.capital and not rows.table.unique, set()
        for row in rows.valid if rows.table.id else ():
            record, columns = rows.key(row), rows.columns(row)
            for name in rows.table.figures:
                column = columns.get(name)
                if row[name] is None or column is None or column.capital or (record, name) in seen:
                    continue
                low, high = (math.nan if row[name + end] is None else row[name + end] for end in (LOW, HIGH))
                value, currency = float(row[name]), rows.currency(row, name)
                if by_year:
                    seen.add((record, name))
                    value, currency = 1.0, ""
                changed = row.changed.get(name)
                yield Figure(table, record, name, value, row.place, low, high, currency, column, row, changed)


def _best_rows(state: State, figures: Sequence[Figure]) -> tuple[Best, list[Problem]]:
    """The row of ``uncertainty.csv`` for each figure that has one."""
    best: Best = {}
    problems: list[Problem] = []
    by_table: dict[str, list[Figure]] = {}
    for figure in figures:
        by_table.setdefault(figure.table, []).append(figure)
    for row in state.tables["uncertainty"].valid:
        own = by_table.get(row["table"], [])
        of_id = [one for one in own if row["id"] == ("*",) or one.id in row["id"]]
        every = row["field"] == ("*",)
        named = [one for one in of_id if (not one.is_place if every else one.field in row["field"])]
        # a row without a range means the figures that have columns
        meant = [one for one in named if not _is_blank(row) or one.has_range]
        wrong = [*_wrong_fields(row, own), *_wrong_ends(row, own)]
        if not wrong and not meant and own:
            wrong = [row.problem("low", "no_range") if named else row.problem("field", "no_figure")]
        problems += wrong
        rank = 2 * (row["id"] != ("*",)) + (not every)
        for figure in meant if not wrong else ():
            key = (figure.table, figure.id, figure.field)
            earlier = best.get(key)
            if earlier and earlier[0] == rank:
                problems.append(row.problem("field", "range_twice", figure.key, row=earlier[1].number))
            elif not earlier or earlier[0] < rank:
                best[key] = (rank, row)
    return best, problems


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


def _ranged(figure: Figure, row: Row | None, before: State) -> Figure | None:
    """A figure with the range of its row, or of its columns; None if it has none, or was or is set to 0."""
    how: dict[str, Any] = {}
    if row is not None:
        how = {name: row[name] for name in ("distribution", "together", "source")}
    if row is None or _is_blank(row):
        if not figure.has_range:
            return None
        ends = [figure.value if math.isnan(end) else end for end in (figure.low, figure.high)]
        how = {"source": f"columns {figure.field}_low and {figure.field}_high of {figure.place.file}"} | how
    elif _has_factors(row):
        key = "worked_out.set" if figure.changed else "worked_out.factor"
        ends = [figure.times(row[name], figure.value, key) for name in FACTORS.values()]
        how |= {"row": row}
    else:
        move = _moved_by(figure, before)
        if move is None:
            return None
        ends = [figure.times(row[name], move, "worked_out.moved") for name in FACTORS]
        how |= {"row": row}
    return replace(figure, low=ends[0], high=ends[1], **how)


def _is_blank(row: Row) -> bool:
    return not _has_factors(row) and all(row[name] is None for name in FACTORS)


def _has_factors(row: Row) -> bool:
    return any(row[name] is not None for name in FACTORS.values())


def _moved_by(figure: Figure, before: State) -> float | None:
    """What changes have multiplied a figure by, with which its range moves; None if it was or is 0."""
    stood: object = None
    if figure.table in before.tables:
        by_id = before.tables[figure.table].by_id
        rows = by_id.get(figure.id) or by_id.get(figure.record.like if figure.record else "", ())
        stood = rows[0][figure.field] if rows else None
    elif before.settings is not None and figure.field.startswith(RATES):
        stood = before.settings.rates.get(figure.field.rpartition(".")[2])
    elif before.settings is not None:
        stood = setting(before.settings, figure.field)
    if not isinstance(stood, float) or stood == figure.value:
        return 1.0
    return figure.value / stood if stood and figure.value else None


def _broken_field(one: Figure) -> Iterator[Problem]:
    """Ends that the figure's own column or key does not allow."""
    if one.distribution == "loguniform" and one.low <= 0.0:
        yield one.problem("low", "too_small.loguniform")
    for end in () if one.row is None else FACTORS:
        value = getattr(one, end)
        try:
            _adapter(one.field, one.column).validate_python(float(value))
        except ValidationError as error:
            found = message(error.errors(include_url=False)[0], "")
            rule, remedy = f"for {one.key} {found.rule}", "keep the range within what the figure may be"
            found = replace(found, rule=rule, remedy=remedy)
            yield one.wrong(end, value.told(found) if isinstance(value, Product) else found)


@cache
def _adapter(name: str, column: Column | None) -> TypeAdapter[Any]:
    """What validates a value of a column, or of a key of case.toml."""
    if column is not None:
        return TypeAdapter(annotation(column))
    field = find(name.split("."))
    if field is not None and is_free(field):
        return TypeAdapter(field.annotation.__args__[1])  # type: ignore[union-attr]
    bound: Any = Annotated[(field.annotation, *field.metadata)] if field else float
    return TypeAdapter(bound)


def _broken_together(found: Sequence[Figure], settings: Settings) -> Iterator[Problem]:
    """Ends that are allowed for themselves, but not beside what other figures may be."""
    dwell_days = settings.dwell_days
    of_case = {one.field: one for one in found if one.table == CASE}
    horizon, dwell = of_case.get("horizon_days"), of_case.get("dwell_days")
    shortest = horizon.low if horizon else settings.horizon_days
    if dwell and dwell.high > shortest:
        yield dwell.problem("high", "beyond_horizon.dwell", shortest=shortest)
    elif horizon and dwell_days > shortest:
        yield horizon.problem("low", "beyond_horizon.horizon", dwell_days=dwell_days)
    most = days_to_hours(shortest) / settings.share_of(shortest)
    for one in found:
        if one.field == "hours_per_unit" and one.high > most:
            yield one.problem("high", "beyond_horizon.hours", hours=most)
