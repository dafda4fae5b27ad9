"""Sentences with figures in them."""

from __future__ import annotations

from planner.results.plain_text import count, figure

Sentence = list[tuple[str, bool]]
"""Pieces of a sentence; those with ``True`` are its figures."""
MILLION = 1e6


def sentence(*pieces: str | tuple[str]) -> Sentence:
    """A sentence of its pieces; those in a tuple are its figures."""
    return [(piece, False) if isinstance(piece, str) else (piece[0], True) for piece in pieces if piece]


def comma(n: int, of: int) -> str:
    """What stands before the n-th of several."""
    return "" if n == 0 else " and " if n == of - 1 else ", "


def things(number: int, noun: str) -> str:
    """A number of things in words: 1 area, 2 areas."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def large(value: float) -> str:
    """A large number for prose: millions with three digits, else whole."""
    if abs(value) >= MILLION:
        return f"{figure(value / MILLION)} million"
    return count(value)
