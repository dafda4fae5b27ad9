"""Which software makes the results: bit for bit the same is only promised where this is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from planner.results.run_json import versions

CODE = "planner's code"
"""The digest of the planner's own modules: a version number says little while a version is worked on."""


@cache
def identity() -> dict[str, str]:
    """Versions of the planner, of Python and of every library that results depend on, and ``CODE``."""
    return {**versions(), "scipy": metadata.version("scipy"), CODE: _code()}


def difference(wanted: Mapping[str, str], other: Mapping[str, str]) -> str:
    """What differs, as "numpy 2.1.0 instead of 2.0.2"; "" where all is the same."""
    names = [name for name in wanted if other.get(name) != wanted[name]]
    return ", ".join(f"{name} {other.get(name) or 'missing'} instead of {wanted[name]}" for name in names)


def _code() -> str:
    folder = Path(__file__).parents[1]
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        found.update(file.relative_to(folder).as_posix().encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:12]
