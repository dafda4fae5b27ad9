"""Ways through a table that every package takes: record by record, by id, and summed by position."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
Of = TypeVar("Of")
Found = TypeVar("Found")


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame as named tuples; for tables of records, not for cells or effort rows."""
    names = tuple(str(name) for name in frame)
    return map(_record(names)._make, frame.to_numpy(dtype=object).tolist())


@lru_cache
def _record(names: tuple[str, ...]) -> Any:
    make: Any = namedtuple
    return make("Record", names, rename=True)


def columns(frame: pd.DataFrame) -> dict[str, Any]:
    """The columns of a frame as arrays, which take arithmetic quicker than a frame does."""
    return {str(name): column.array for name, column in frame.items()}


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


def sum_of(ids: pd.Series, of: npt.ArrayLike, values: npt.ArrayLike) -> Array:
    """Sum values by id.

    Args:
        ids: the ids, each once, shape (ids,).
        of: the id of each value, shape (values,); values of others do not count.
        values: what is summed, shape (values,).

    Returns:
        Sums, shape (ids,).
    """
    at = pd.Index(ids).get_indexer(of)
    return sum_by(at + 1, values, len(ids) + 1)[1:]


def looked_up(ids: pd.Series, table: pd.DataFrame, columns: Sequence[str]) -> dict[str, Any]:
    """The columns of a table for ids, blank where it has none: a left join without the price of one.

    Args:
        ids: the ids, shape (rows,); their name is that of the table's column of ids.
        table: the table, each id once.
        columns: the columns that are wanted.

    Returns:
        Arrays by column, shape (rows,) each.
    """
    at = pd.Index(table[ids.name]).get_indexer(ids)
    return {name: pd.api.extensions.take(table[name].array, at, allow_fill=True) for name in columns}


def once(function: Callable[[Of], Found]) -> Callable[[Of], Found]:
    """A function that is worked out once for each object, as long as the object lives."""
    known: WeakKeyDictionary[Any, Found] = WeakKeyDictionary()

    @wraps(function)
    def remembered(of: Of) -> Found:
        if of not in known:
            known[of] = function(of)
        return known[of]

    return remembered
