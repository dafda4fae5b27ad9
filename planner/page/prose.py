"""Sentences with figures in them."""

from __future__ import annotations

from planner.results.plain_text import safe

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
