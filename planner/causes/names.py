"""The names of causes, in the order in which limits are lifted."""

from __future__ import annotations

ALL = "all"
"""All programmes together, or all areas together."""
CAUSES_OF_ALL = ("choice", "earmarks", "money", "access", "hours", "out_of_reach")
"""What each rung of all programmes together lifts, and what is left at last."""
RESPONSE = "response"
"""What would count if detections needed no answer: lifted before hours, which then are those of detection."""
CAUSES_OF_PROGRAMME = ("choice", "own_money", "hours", "access", "beyond")
"""What each rung of one programme lifts, and what is left at last."""


def causes_of_all(answers: bool) -> tuple[str, ...]:
    """``CAUSES_OF_ALL``, with ``RESPONSE`` where detections need an answer."""
    at = CAUSES_OF_ALL.index("hours")
    return (*CAUSES_OF_ALL[:at], RESPONSE, *CAUSES_OF_ALL[at:]) if answers else CAUSES_OF_ALL
