"""Ways through a table that every package takes: record by record, by id, and summed by position."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame as named tuples; for tables of records, not for cells or effort rows."""
    names = tuple(str(name) for name in frame)
    return map(_record(names)._make, zip(*(column.tolist() for _, column in frame.items()), strict=True))


@lru_cache
def _record(names: tuple[str, ...]) -> Any:
    make: Any = namedtuple
    return make("Record", names, rename=True)


def numbers(column: npt.ArrayLike) -> Array:
    """A column as an array of float64."""
    return np.asarray(column, dtype=np.float64)


def sum_by(position: npt.ArrayLike, values: npt.ArrayLike, size: int) -> Array:
    """Sum values by position.

    Args:
        position: where each value belongs, 0 to size - 1, shape (values,).
        values: what is summed, shape (values,).
        size: number of positions.

    Returns:
        Sums, shape (size,).
    """
    return np.bincount(np.asarray(position), numbers(values), size).astype(np.float64)
