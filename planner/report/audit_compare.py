"""Comparisons of the audit: every difference is a finding that names table, column and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers

Array = npt.NDArray[np.float64]
Finding = str

TOLERANCE = 1e-6
"""Largest relative difference that rounding may make."""
SMALL = 1e-3
"""Values below this part of a column's largest are compared as if they were as large as that."""


def differs(
    what: str,
    reported: npt.ArrayLike,
    again: npt.ArrayLike,
    ids: npt.ArrayLike | None = None,
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
    if a.shape != b.shape:
        yield f"{what}: {len(a)} values reported, {len(b)} recomputed"
        return
    finite = np.isfinite(a) & np.isfinite(b)
    least = SMALL * max(1e-9, float(np.abs(b[np.isfinite(b)]).max(initial=0.0)))
    scale = np.maximum.reduce([np.abs(a), np.abs(b), np.broadcast_to(numbers(size), a.shape)])
    off = np.flatnonzero(~(finite & (np.abs(a - b) <= TOLERANCE * np.maximum(scale, least))))
    if len(off):
        n = off[0]
        yield (
            f"{what}: reported {a[n]!s}, recomputed {b[n]!s}{_of(ids, int(n))}"
            f" ({len(off)} of {len(a)} differ)"
        )


def exceeds(what: str, ids: npt.ArrayLike, used: npt.ArrayLike, limit: npt.ArrayLike) -> Iterator[Finding]:
    """A finding for every limit that is exceeded by more than rounding; NaN never passes."""
    u, top = numbers(used), numbers(limit)
    for n in np.flatnonzero(~(u <= top * (1.0 + TOLERANCE) + 1e-9)):
        yield f"{what} of {np.asarray(ids)[n]}: {u[n]!s} is more than {top[n]!s}"


def unlike(
    what: str, reported: Iterable[object], expected: Iterable[object], ids: npt.ArrayLike | None = None
) -> Iterator[Finding]:
    """A finding if words or truth values differ."""
    pairs = list(zip(reported, expected, strict=True))
    off = [n for n, (one, other) in enumerate(pairs) if one != other]
    if off:
        one, other = pairs[off[0]]
        yield (
            f"{what}: reported {one!s}, should be {other!s}{_of(ids, off[0])}"
            f" ({len(off)} of {len(pairs)} differ)"
        )


def misses(what: str, found: Iterable[object], expected: Iterable[object]) -> Iterator[Finding]:
    """A finding for every row that is missing from a table, is there too often or does not belong there."""
    has, wants = Counter(found), Counter(expected)
    for key in wants - has:
        yield f"{what}: no row for {_name(key)}"
    for key in has - wants:
        yield f"{what}: a row too many for {_name(key)}"


def keys_of(table: pd.DataFrame, columns: Sequence[str]) -> list[tuple[object, ...]]:
    """The keys of a table's rows."""
    return list(zip(*(table[column].tolist() for column in columns), strict=True))


def _of(ids: npt.ArrayLike | None, row: int) -> str:
    return "" if ids is None else f" in {_name(np.asarray(ids, dtype=object)[row])}"


def _name(key: object) -> str:
    return ", ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
