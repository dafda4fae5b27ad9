"""Text in figures: its width, cut and broken to a width, and names that stay apart when they are cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.report.plain_text import safe

FONT = "Liberation Sans, Arimo, Arial, Helvetica, sans-serif"
"""The renderer brings the first; the next three have its widths, so other machines set text alike."""
SIZE, SMALL, TITLE = 8.0, 7.0, 11.0
"""Sizes of text [pt]."""
ELLIPSIS = "…"

_NARROW = dict.fromkeys("ijl'|", 0.222) | dict.fromkeys("ft/.,:;!()[] I-", 0.3) | {"r": 0.333}
_WIDE = dict.fromkeys("mwM%", 0.86) | dict.fromkeys("W@—…", 1.0)
_CAPITAL, _OTHER, _FULL = 0.7, 0.556, 1.0
_FULL_WIDTH_FROM = 0x2E80
"""Signs of Chinese, Japanese and Korean are as wide as they are high."""
_BOLD = 1.08


def safe_line(text: object) -> str:
    """Text in one line, without control characters."""
    return " ".join(safe(text).split())


def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Width of a line of text [pt], a little too wide rather than too narrow."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def cut(text: object, most: float, size: float = SIZE) -> str:
    """Text in one line of at most ``most`` pt, cut with an ellipsis; no control characters."""
    line = safe_line(text)
    if width(line, size) <= most:
        return line
    kept = line
    while kept and width(kept + ELLIPSIS, size) > most:
        kept = kept[:-1]
    return kept.rstrip(" ,;:-(") + ELLIPSIS


def broken(text: object, most: float, size: float = SIZE, lines: int = 9) -> list[str]:
    """Text broken at blanks into lines of at most ``most`` pt; the last one is cut if there is more."""
    found: list[str] = []
    for word in safe_line(text).split():
        if found and width(f"{found[-1]} {word}", size) <= most:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [cut(line, most, size) for line in found]


def names(
    ids: Sequence[str], texts: Iterable[object], most: float, size: float = SIZE, lines: int = 1
) -> dict[str, str]:
    """Text for each id, cut to a width; those that would look the same get their id behind.

    Args:
        ids: what is named, each once.
        texts: the full names; the id where one is empty.
        most: widest line [pt].
        size: size of the text [pt].
        lines: most lines; they are parted by line feeds.
    """
    full = {one: str(text).strip() or one for one, text in zip(ids, texts, strict=True)}
    short = {one: "\n".join(broken(text, most, size, lines)) for one, text in full.items()}
    taken = list(short.values())
    alike = {one for one, text in short.items() if taken.count(text) > 1}
    for one in alike:
        behind = f" ({safe(one)})"
        short[one] = cut(full[one], max(most - width(behind, size), most / 3), size) + behind
    return short


def amounts(most: float) -> tuple[float, str]:
    """What to divide large numbers by, and the word for it, so that they have one to four digits."""
    for least, factor, word in ((1e6, 1e6, "million"), (1e4, 1e3, "thousand")):
        if abs(most) >= least:
            return factor, word
    return 1.0, ""


def _em(sign: str) -> float:
    if sign in _NARROW:
        return _NARROW[sign]
    if sign in _WIDE:
        return _WIDE[sign]
    if ord(sign) >= _FULL_WIDTH_FROM:
        return _FULL
    return _CAPITAL if sign.isupper() else _OTHER
