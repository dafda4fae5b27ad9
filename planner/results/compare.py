"""Comparisons of the audit: every difference is a finding that names table, column and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers
from planner.results.contract import BLANK, KEY, marked

Finding = str

TOLERANCE = 1e-6
"""Largest relative difference that rounding may make."""
SMALL = 1e-3
"""Values below this part of a column's largest are compared as if they were as large as that."""
SIZE = {"shortfall_km2": "target_km2", "shortfall": "whole", "unanswered": "detected"}
"""Columns that differences of another are relative to, where they are more than the values themselves."""


def rows_differ(name: str, table: pd.DataFrame, expected: pd.DataFrame) -> Iterator[Finding]:
    """A finding for every row that is missing, is there too often or does not belong there."""
    what = f"{name}.csv {', '.join(marked(name, KEY))}"
    has, wants = Counter(_keys(name, table)), Counter(set(_keys(name, expected)))
    for key in wants - has:
        yield f"{what}: no row for {', '.join(key)}"
    for key in has - wants:
        yield f"{what}: a row too many for {', '.join(key)}"


def values_differ(name: str, table: pd.DataFrame, expected: pd.DataFrame) -> Iterator[Finding]:
    """A finding for every column of ``expected`` that differs, where both tables have the same rows."""
    keys, at = _keys(name, expected), {key: row for row, key in enumerate(_keys(name, table))}
    rows = [at[key] for key in keys]
    for column in [one for one in table if one in expected and one not in marked(name, KEY) and rows]:
        size = expected[SIZE[column]] if column in SIZE else 0.0
        reported, again = np.asarray(table[column])[rows], np.asarray(expected[column])
        if column in marked(name, BLANK):
            blank = np.isnan(reported) & np.isnan(again)
            reported, again = np.where(blank, 0.0, reported), np.where(blank, 0.0, again)
        yield from differs(f"{name}.csv {column}", reported, again, keys, size)


def differs(
    what: str,
    reported: npt.ArrayLike,
    again: npt.ArrayLike,
    ids: Sequence[str | tuple[str, ...]] = (),
    size: npt.ArrayLike = 0.0,
) -> Iterator[Finding]:
    """A finding if words are not the same, or numbers differ by more than rounding or are not finite.

    ``what`` is a table and its column, ``ids`` are names of its rows, or their parts; ``size`` is what a
    difference is relative to, where that is more than the values themselves, shape (rows,) or ().
    """
    a, b = np.atleast_1d(np.asarray(reported)), np.atleast_1d(np.asarray(again))
    if a.dtype.kind == "f":
        b = numbers(b)
        least = SMALL * max(1e-9, float(np.abs(b[np.isfinite(b)]).max(initial=0.0)))
        scale = np.maximum.reduce([np.abs(a), np.abs(b), np.broadcast_to(numbers(size), a.shape)])
        same = np.isfinite(a) & np.isfinite(b) & (np.abs(a - b) <= TOLERANCE * np.maximum(scale, least))
    else:
        same = a.astype(object) == b.astype(object)
    for n in np.flatnonzero(~same)[:1]:
        name = ids[n] if len(ids) else ""
        name = name if isinstance(name, str) else ", ".join(part for part in name if part)
        where = f" in {name}" if name else ""
        yield f"{what}: reported {a[n]!s}, should be {b[n]!s}{where} ({(~same).sum()} of {len(a)} differ)"


def _keys(name: str, table: pd.DataFrame) -> list[tuple[str, ...]]:
    if table.empty:
        return []
    return list(zip(*(map(str, table[column].tolist()) for column in marked(name, KEY)), strict=True))
