"""Sentences with figures in them."""

from __future__ import annotations

from collections.abc import Sequence

from planner.results.plain_text import count, figure, safe
from planner.units import MILLION

Sentence = list[tuple[str, bool]]
"""Pieces of a sentence; those with ``True`` are its figures."""
_MARK = "\x00"
"""Before and after a figure; text from a case never has it, see ``planner.results.plain_text.safe``."""


def bold(text: object) -> str:
    """A figure, or a name from the case, of a sentence."""
    return f"{_MARK}{safe(text)}{_MARK}"


def sentence(text: str) -> Sentence:
    """A sentence as pieces: those made by ``bold`` are its figures."""
    return [(piece, n % 2 == 1) for n, piece in enumerate(text.split(_MARK)) if piece]


def listed(parts: Sequence[str]) -> str:
    """Several things in a sentence: a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def things(number: int, noun: str) -> str:
    """A number of things in words: 1 area, 2 areas."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def large(value: float) -> str:
    """A large number for prose: millions with three digits, else whole."""
    if abs(value) >= MILLION:
        return f"{figure(value / MILLION)} million"
    return count(value)
