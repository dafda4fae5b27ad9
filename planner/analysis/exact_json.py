"""Results as JSON and back, to the last digit: what a store keeps.

Not pickle: a store may lie where others can write, and reading JSON runs nobody's program. Numbers, text,
lists and dictionaries stand as they are; all else is an object with the key ``$`` that names its type.
Dataclasses and enumerations must be the planner's own.
"""

from __future__ import annotations

import base64
import importlib
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

TYPE = "$"
PACKAGE = "planner."


def encode(value: Any) -> Any:  # noqa: PLR0911 - one line for each type
    """A value as JSON types.

    Raises:
        TypeError: a type that cannot be written.
    """
    if isinstance(value, Enum):
        return {TYPE: "enum", "of": _name(type(value)), "value": encode(value.value)}
    if isinstance(value, np.generic) and not isinstance(value, float):
        return {TYPE: "scalar", "of": encode(np.asarray(value))}
    if isinstance(value, float) and not math.isfinite(value):
        return {TYPE: "float", "value": repr(float(value))}
    if isinstance(value, float):
        return float(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {TYPE: "tuple", "items": [encode(item) for item in value]}
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, BaseGeometry):
        return {TYPE: "geometry", "wkb": shapely.to_wkb(value, hex=True)}
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, pd.DataFrame):
        return _table(value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: encode(getattr(value, field.name)) for field in fields(value)}
        return {TYPE: "record", "of": _name(type(value)), "fields": parts}
    raise TypeError(f"{type(value).__name__} cannot be kept in a store")


def decode(value: Any) -> Any:
    """The value that ``encode`` has written.

    Raises:
        ValueError, KeyError, TypeError: it was not written by ``encode``.
    """
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TYPE not in value:
        return {key: decode(item) for key, item in value.items()}
    return _MAKERS[value[TYPE]](value)


def _mapping(value: Mapping[Any, Any]) -> Any:
    if TYPE not in value and all(type(key) is str for key in value):
        return {key: encode(item) for key, item in value.items()}
    return {TYPE: "mapping", "items": [[encode(key), encode(item)] for key, item in value.items()]}


def _array(value: np.ndarray[Any, Any]) -> Any:
    kind = {TYPE: "array", "dtype": value.dtype.str, "shape": list(value.shape)}
    if value.dtype == object:
        return {**kind, "items": [encode(item) for item in value.ravel()]}
    data = np.ascontiguousarray(value).tobytes()
    return {**kind, "base64": base64.b64encode(data).decode("ascii")}


def _table(value: pd.DataFrame) -> Any:
    if not value.index.equals(pd.RangeIndex(len(value))):
        raise TypeError("a table with an index of its own cannot be kept in a store")
    columns = [[encode(name), str(value[name].dtype), encode(_plain(value[name]))] for name in value.columns]
    return {TYPE: "table", "rows": len(value), "columns": columns}


def _plain(column: pd.Series) -> Any:
    return column.to_numpy() if column.dtype.kind in "biuf" else column.to_list()


def _made_array(value: dict[str, Any]) -> Any:
    dtype, shape = np.dtype(value["dtype"]), tuple(value["shape"])
    if "items" in value:
        made = np.empty(len(value["items"]), dtype=object)
        made[:] = [decode(item) for item in value["items"]]
        return made.reshape(shape)
    return np.frombuffer(base64.b64decode(value["base64"]), dtype=dtype).reshape(shape).copy()


def _made_table(value: dict[str, Any]) -> pd.DataFrame:
    columns = {decode(name): pd.Series(decode(items), dtype=dtype) for name, dtype, items in value["columns"]}
    return pd.DataFrame(columns, index=pd.RangeIndex(value["rows"]))


def _made_record(value: dict[str, Any]) -> Any:
    kind = _type(value["of"])
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise ValueError(f"{value['of']} is no record")
    make: Any = kind
    return make(**{name: decode(part) for name, part in value["fields"].items()})


def _made_enum(value: dict[str, Any]) -> Any:
    kind = _type(value["of"])
    if not issubclass(kind, Enum):
        raise ValueError(f"{value['of']} is no enumeration")
    return kind(decode(value["value"]))


_MAKERS: dict[str, Any] = {
    "enum": _made_enum,
    "scalar": lambda value: decode(value["of"])[()],
    "float": lambda value: float(value["value"]),
    "tuple": lambda value: tuple(decode(item) for item in value["items"]),
    "mapping": lambda value: {decode(key): decode(item) for key, item in value["items"]},
    "geometry": lambda value: shapely.from_wkb(value["wkb"]),
    "array": _made_array,
    "table": _made_table,
    "record": _made_record,
}


def _name(kind: type) -> str:
    if not kind.__module__.startswith(PACKAGE):
        raise TypeError(f"{kind.__name__} is not a type of the planner: it cannot be kept in a store")
    return f"{kind.__module__}:{kind.__qualname__}"


def _type(name: str) -> Any:
    module, _, kind = name.partition(":")
    if not module.startswith(PACKAGE):
        raise ValueError(f"{name} is not a type of the planner")
    return getattr(importlib.import_module(module), kind)
