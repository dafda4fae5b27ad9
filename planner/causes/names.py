"""The names of causes, in the order in which limits are lifted."""

from __future__ import annotations

ALL = "all"
"""All programmes together, or all areas together."""
CAUSES_OF_ALL = ("choice", "earmarks", "money", "access", "hours", "out_of_reach")
"""What each rung of all programmes together lifts, and what is left at last."""
CAUSES_OF_PROGRAMME = ("choice", "own_money", "hours", "access", "beyond")
"""What each rung of one programme lifts, and what is left at last."""
