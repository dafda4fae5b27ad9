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
    has, wants = Counter(_keys(table, expected)), Counter(set(_keys(expected.rows, expected)))
    for key in wants - has:
        yield f"{what}: no row for {', '.join(key)}"
    for key in has - wants:
        yield f"{what}: a row too many for {', '.join(key)}"


def values_differ(name: str, table: pd.DataFrame, expected: Expected) -> Iterator[Finding]:
    """A finding for every column that differs, where both tables have the same rows."""
    at = {key: row for row, key in enumerate(_keys(table, expected))}
    keys = _keys(expected.rows, expected)
    reported = table.iloc[[at[key] for key in keys]]
    for column in [str(name) for name in table if name in expected.rows and name not in expected.keys]:
        size = expected.rows[expected.size[column]] if column in expected.size else 0.0
        yield from differs(f"{name}.csv {column}", reported[column], expected.rows[column], keys, size)


def differs(
    what: str,
    reported: npt.ArrayLike,
    again: npt.ArrayLike,
    ids: Sequence[str | tuple[str, ...]] = (),
    size: npt.ArrayLike = 0.0,
) -> Iterator[Finding]:
    """A finding if words are not the same, or numbers differ by more than rounding or are not finite.

    Args:
        what: table and column.
        reported: what is reported, shape (rows,).
        again: what was recomputed, shape (rows,).
        ids: names of the rows, or their parts.
        size: what a difference is relative to, where that is more than the values themselves.
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


def _keys(table: pd.DataFrame, expected: Expected) -> list[tuple[str, ...]]:
    return list(zip(*(map(str, table[column].tolist()) for column in expected.keys), strict=True))
