"""How values and suggestions are worded in the messages about a case."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

SHOWN_CHARACTERS = 60
"""A value longer than this is cut in a message: it must fit a terminal's line beside its place and rule."""
MOST_CANDIDATES = 1000
"""Above this many right names none is suggested: comparing with all of them would take seconds."""
SHORTEST_BEGINNING = 3
"""Letters with which a name must begin to be suggested for a word that is otherwise unlike it."""

_PLAIN = re.compile(r"[\w.+\-*;:/]+")


def show(value: object) -> str:
    """A value as messages show it: on one line, cut to 60 characters, control characters escaped."""
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, int) and abs(value) >= 10**SHOWN_CHARACTERS:
        return "a number of over 60 digits"
    if value is None or isinstance(value, int):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, (dict, list, tuple)):
        return f"a {'table' if isinstance(value, dict) else 'list'} of {len(value)}"
    text = str(value)
    text = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    if _PLAIN.fullmatch(text.removesuffix("…")) and text.isprintable():
        return text
    return '"' + repr('"' + text)[2:-1].replace("\\'", "'") + '"'


def nearest(word: str, right: Collection[str]) -> str:
    """The right name that looks most like ``word``, or "" when none does."""
    if len(right) > MOST_CANDIDATES:
        return ""
    wanted = word[:SHOWN_CHARACTERS].strip().lower()
    lowered = {name.lower(): name for name in right}
    found = difflib.get_close_matches(wanted, lowered, n=5, cutoff=0.6)
    if found:
        return lowered[max(found, key=lambda name: _likeness(wanted, name))]
    longer = [name for name in lowered if len(wanted) >= SHORTEST_BEGINNING and name.startswith(wanted)]
    return lowered[longer[0]] if len(longer) == 1 else ""


def _likeness(word: str, name: str) -> tuple[float, int]:
    """How alike two words are; of equals the one with the longer common beginning."""
    common = next(
        (at for at, (one, other) in enumerate(zip(word, name, strict=False)) if one != other), len(word)
    )
    return difflib.SequenceMatcher(None, name, word).ratio(), common


def listed(names: Collection[str], most: int = 12) -> str:
    """Names in a sentence: ``a, b, c`` or, when there are many, the first of them and how many more."""
    shown = [show(name) for name in names]
    if len(shown) <= most:
        return ", ".join(shown)
    return ", ".join(shown[:most]) + f" and {len(shown) - most} more"


def suggestion(word: str, right: Collection[str], otherwise: str = "") -> str:
    """The remedy for an unknown name: the nearest right one, else all of them; and what else can be done."""
    near = nearest(word, right)
    if near:
        return f"write {show(near)}, if that is meant" + (f", else {otherwise}" if otherwise else "")
    known = f"known are {listed(right)}" if right else "there are none yet"
    return f"{otherwise} ({known})" if otherwise else known
