"""What the user hands in: the files of a case, their checks, and the case as plain frames.

Names are loaded when they are first used: they bring pandas and shapely along.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.case.case import Case
    from planner.case.read import read_case
    from planner.schema.tables import SERVICES

__all__ = ["SERVICES", "Case", "read_case"]


_HOMES = {"SERVICES": "planner.schema.tables", "Case": "planner.case.case", "read_case": "planner.case.read"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
