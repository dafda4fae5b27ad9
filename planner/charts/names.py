"""Names as charts show them: in one line or two, each different from the others; shorter ones for phones."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.results.plain_text import safe

ONE, HALF, PHONE = 56, 44, 19
"""Signs of a name in one line, of each line of one in two, and of each of the two lines on a phone."""
LEAST = 8
"""Signs of a name that stay when it is cut."""
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")


@dataclass(frozen=True)
class Names:
    """The names of some records.

    Attributes:
        full: by id, in one line, each different from the others.
        label: by id, as it stands beside a row: lines parted by line feeds.
        short: by label, as it stands there on a phone.
    """

    full: Mapping[str, str]
    label: Mapping[str, str]
    short: Mapping[str, str]


def named(
    ids: Sequence[str],
    names: Iterable[object],
    given: Mapping[str, str] | None = None,
    signs: int = HALF,
    lines: int = 2,
) -> Names:
    """Names for rows of a chart.

    Args:
        ids: of the records.
        names: theirs, in the same order.
        given: short names that the case gives, by id.
        signs: of each line of a label.
        lines: of a label.
    """
    full = labels(ids, names)
    known = [one_line((given or {}).get(one, "")) for one in ids]
    label, short = fitting(full, ids, known, signs, lines), fitting(full, ids, known, PHONE, 2)
    return Names(
        dict(zip(ids, full, strict=True)),
        dict(zip(ids, label, strict=True)),
        dict(zip(label, short, strict=True)),
    )


def fitting(
    names: Sequence[str], ids: Sequence[str], given: Sequence[str], signs: int, lines: int
) -> list[str]:
    """Names in so many lines of so many signs.

    A name that is too long gives way to the short one that is given, or to itself without what stands in
    brackets at its end; else it is cut, with its id behind.
    """
    stems = [_BRACKETS.sub("", name) for name in names]
    found = []
    for name, id_, short, stem in zip(names, ids, given, stems, strict=True):
        tried = [name, *([short] if short and given.count(short) == 1 else [])]
        tried += [stem] if stem and stems.count(stem) == 1 else []
        wrapped = (textwrap.wrap(text, signs) for text in tried)
        fits = next((rows for rows in wrapped if len(rows) <= lines), None)
        found.append("\n".join(fits or _cut(name, id_, signs, lines)))
    return found


def _cut(name: str, id_: str, signs: int, lines: int) -> list[str]:
    if lines > 1:
        return [*textwrap.wrap(_head(name, signs * (lines - 1)), signs), _middle(id_, signs)]
    behind = _middle(id_, signs - LEAST - 4)
    return [f"{_head(name, signs - len(behind) - 3)} ({behind})"]


def _head(text: str, signs: int) -> str:
    return text if len(text) <= signs else text[: signs - 1].rstrip(" ,.;:(-") + "…"


def _middle(text: str, signs: int) -> str:
    """The beginning and the end of a text."""
    half = (signs - 1) // 2
    return text if len(text) <= signs else f"{text[: signs - 1 - half]}…{text[-half:]}"


def one_line(text: object) -> str:
    """Text in one line, without control characters."""
    return " ".join(safe(text).split())


def labels(ids: Sequence[str], names: Iterable[object]) -> list[str]:
    """A name for each id, in one line; those that would be the same get their id behind."""
    full = [one_line(name) or one_line(one) for one, name in zip(ids, names, strict=True)]
    return [
        name if full.count(name) == 1 else f"{name} ({one_line(one)})"
        for one, name in zip(ids, full, strict=True)
    ]
