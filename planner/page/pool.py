"""Values that several plans of a page share are written once."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

DIGITS = 10
"""Significant digits of figures on the page; it shows fewer."""


class Pool:
    """A list of JSON values, each once; plans name them by their position."""

    def __init__(self) -> None:
        self.contents: list[Any] = []
        self._position: dict[str, int] = {}

    def put(self, value: Any) -> int:
        """The position of a value, which is added if it is new."""
        key = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        if key not in self._position:
            self._position[key] = len(self.contents)
            self.contents.append(value)
        return self._position[key]

    def table(self, table: pd.DataFrame) -> dict[str, int]:
        """A table as the positions of its columns."""
        return {str(name): self.put(column(table[name])) for name in table}


def column(values: pd.Series) -> list[Any]:
    """A column as JSON types: figures to ``DIGITS`` digits, what is not finite as ``None``."""
    if values.dtype.kind == "f":
        return [float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None for value in values.to_numpy()]
    if values.dtype.kind in "biu":
        found: list[Any] = values.tolist()
        return found
    return [str(value) for value in values]
