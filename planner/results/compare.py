"""Comparisons of the audit: every difference is a finding that names table, column and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers

Finding = str

TOLERANCE = 1e-6
"""Largest relative difference that rounding may make."""
SMALL = 1e-3
"""Values below this part of a column's largest are compared as if they were as large as that."""


@dataclass(frozen=True)
class Expected:
    """A table as it should be.

    Attributes:
        keys: columns that tell rows apart.
        rows: the rows that should be there, each once, in any order, with the columns that can be worked out
            again.
        size: column that the differences of another column are relative to, where that is more than the
            values themselves.
    """

    keys: Sequence[str]
    rows: pd.DataFrame
    size: Mapping[str, str] = field(default_factory=dict)


def rows_differ(name: str, table: pd.DataFrame, expected: Expected) -> Iterator[Finding]:
    """A finding for every row that is missing, is there too often or does not belong there."""
    what = f"{name}.csv {', '.join(expected.keys)}"
    has, wants = Counter(keys_of(table, expected.keys)), Counter(set(keys_of(expected.rows, expected.keys)))
    for key in wants - has:
        yield f"{what}: no row for {', '.join(key)}"
    for key in has - wants:
        yield f"{what}: a row too many for {', '.join(key)}"


def values_differ(name: str, table: pd.DataFrame, expected: Expected) -> Iterator[Finding]:
    """A finding for every column that differs, where both tables have the same rows."""
    order = pd.Index(keys_of(table, expected.keys), tupleize_cols=False)
    at = order.get_indexer(pd.Index(keys_of(expected.rows, expected.keys), tupleize_cols=False))
    reported = table.iloc[at]
    ids = [", ".join(part for part in key if part) for key in keys_of(expected.rows, expected.keys)]
    for column in [name for name in table if name in expected.rows and name not in expected.keys]:
        what, again = f"{name}.csv {column}", expected.rows[column]
        if table[column].dtype.kind == "f":
            size_of = expected.size.get(str(column))
            size = expected.rows[size_of] if size_of else 0.0
            yield from differs(what, reported[column], again, ids, size)
        else:
            yield from unlike(what, reported[column], again, ids)


def differs(
    what: str,
    reported: npt.ArrayLike,
    again: npt.ArrayLike,
    ids: Sequence[str] = (),
    size: npt.ArrayLike = 0.0,
) -> Iterator[Finding]:
    """A finding if numbers differ by more than rounding, or are not numbers; NaN and infinity never pass.

    Args:
        what: table and column.
        reported: what is reported, shape (rows,).
        again: what was recomputed, shape (rows,).
        ids: names of the rows.
        size: what a difference is relative to, where that is more than the values themselves.
    """
    a, b = np.atleast_1d(numbers(reported)), np.atleast_1d(numbers(again))
    finite = np.isfinite(a) & np.isfinite(b)
    least = SMALL * max(1e-9, float(np.abs(b[np.isfinite(b)]).max(initial=0.0)))
    scale = np.maximum.reduce([np.abs(a), np.abs(b), np.broadcast_to(numbers(size), a.shape)])
    off = np.flatnonzero(~(finite & (np.abs(a - b) <= TOLERANCE * np.maximum(scale, least))))
    if len(off):
        n = int(off[0])
        where = f" in {ids[n]}" if len(ids) else ""
        yield f"{what}: reported {a[n]!s}, recomputed {b[n]!s}{where} ({len(off)} of {len(a)} differ)"


def unlike(
    what: str, reported: npt.ArrayLike, expected: npt.ArrayLike, ids: Sequence[str] = ()
) -> Iterator[Finding]:
    """A finding if words or truth values differ."""
    a, b = np.asarray(reported, dtype=object), np.asarray(expected, dtype=object)
    off = np.flatnonzero(a != b)
    if len(off):
        n = int(off[0])
        where = f" in {ids[n]}" if len(ids) else ""
        yield f"{what}: reported {a[n]!s}, should be {b[n]!s}{where} ({len(off)} of {len(a)} differ)"


def exceeds(what: str, ids: Sequence[str], used: npt.ArrayLike, limit: npt.ArrayLike) -> Iterator[Finding]:
    """A finding for every limit that is exceeded by more than rounding; NaN never passes."""
    u, top = numbers(used), numbers(limit)
    for n in np.flatnonzero(~(u <= top * (1.0 + TOLERANCE) + 1e-9)):
        yield f"{what} of {ids[int(n)]}: {u[n]!s} is more than {top[n]!s}"


def keys_of(table: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The keys of a table's rows."""
    return list(zip(*(table[column].astype(str).tolist() for column in columns), strict=True))
