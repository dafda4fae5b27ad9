"""How values and suggestions are worded in the messages about a case."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

SHOWN_CHARACTERS = 60
"""A value longer than this is cut in a message: it must fit a terminal's line beside its place and rule."""
MOST_CANDIDATES = 1000
"""Above this many right names none is suggested: comparing a wrong word with all of them would take seconds."""
MOST_PROBLEMS = 1000
"""Problems listed for one file; the last one says how many more there are. Nobody reads a million of them."""

_PLAIN = re.compile(r"[\w.+\-*;:/]+")


def show(value: object) -> str:
    """A value as messages show it: on one line, cut to 60 characters, control characters escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or isinstance(value, (int, float)):
        return _cut(str(value)) if not isinstance(value, int) or abs(value) < 10**60 else "a number of over 60 digits"
    if isinstance(value, (dict, list, tuple)):
        return f"a {'table' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = value if isinstance(value, str) else str(value)
    text = _cut(text)
    if _PLAIN.fullmatch(text.removesuffix("…")) and text.isprintable():
        return text
    return '"' + repr('"' + text)[2:-1].replace("\\'", "'") + '"'


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def nearest(word: str, right: Collection[str]) -> str:
    """The right name that looks most like ``word``, or "" when none does."""
    if len(right) > MOST_CANDIDATES:
        return ""
    word = word[:SHOWN_CHARACTERS]
    lowered = {name.lower(): name for name in right}
    found = difflib.get_close_matches(word.strip().lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""


def listed(names: Collection[str], most: int = 12) -> str:
    """Names in a sentence: ``a, b, c`` or, when there are many, the first of them and how many more."""
    shown = [show(name) for name in names]
    if len(shown) <= most:
        return ", ".join(shown)
    return ", ".join(shown[:most]) + f" and {len(shown) - most} more"


def suggestion(word: str, right: Collection[str], otherwise: str) -> str:
    """The remedy for an unknown name: the nearest right one, else all of them, else ``otherwise``."""
    near = nearest(word, right)
    if near:
        return f"write {near}, if that is meant; {otherwise}" if otherwise else f"write {near}, if that is meant"
    if right:
        known = f"known are {listed(right)}"
        return f"{otherwise} ({known})" if otherwise else known
    return otherwise


def capitalised(text: str) -> str:
    """The text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]
