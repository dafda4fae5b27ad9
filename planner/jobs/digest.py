"""A digest of any value, the same in every process: by it a store knows what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

PLAIN = (str, bytes, int, float, complex, type(None))


def digest(value: Any) -> str:
    """SHA-256 of a value: of its contents to the last digit, never of where they stand in memory.

    Fields of dataclasses that do not count when these are compared do not count here.
    """
    return _digest(value).hex()


def _digest(value: Any) -> bytes:
    found = hashlib.sha256()
    for part in _parts(value):
        data = part if isinstance(part, bytes) else _digest(part)
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.digest()


def _parts(value: Any) -> Iterable[Any]:  # noqa: PLR0911 - one line for each type
    """What a value is made of: bytes, and values that are digested on their own."""
    name = _name(type(value)).encode()
    if isinstance(value, PLAIN) and type(value) in PLAIN:
        return name, value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
    if isinstance(value, np.ndarray):
        whole = list(value.ravel()) if value.dtype == object else np.ascontiguousarray(value).tobytes()
        return name, value.dtype.str.encode(), repr(value.shape).encode(), whole
    if isinstance(value, pd.DataFrame):
        return name, list(value.columns), value.index, [value[column] for column in value.columns]
    if isinstance(value, pd.Series | pd.Index):
        return name, str(value.dtype).encode(), value.to_numpy()
    if isinstance(value, BaseGeometry):
        return name, shapely.to_wkb(value)
    if isinstance(value, Mapping):
        return name, list(value.items())
    if isinstance(value, set | frozenset):
        return name, b"".join(sorted(_digest(item) for item in value))
    if isinstance(value, list | tuple):
        return name, *[_digest(item) for item in value]
    if isinstance(value, type | FunctionType):
        return name, _name(value).encode()
    if is_dataclass(value):
        return name, *[(field.name, getattr(value, field.name)) for field in fields(value) if field.compare]
    return name, *[_digest(part) for part in value.__reduce_ex__(4)[1:]]


def _name(thing: type | FunctionType) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"
