"""What can be wrong with an outline."""

from __future__ import annotations


class GeometryError(ValueError):
    """An outline that cannot be used, or whose meaning cannot be told; the message says why and where."""
