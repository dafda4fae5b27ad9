"""Wording of values and suggestions, under the name that other packages import."""

from planner.schema.wording import capitalised, listed, nearest, show, suggestion

__all__ = ["capitalised", "listed", "nearest", "show", "suggestion"]
