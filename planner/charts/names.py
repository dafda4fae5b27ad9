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
    """Names of records: by id ``label``, lines parted by line feeds; by label ``short``, those on a phone."""

    label: Mapping[str, str]
    short: Mapping[str, str]

    @property
    def labels(self) -> list[str]:
        """The labels in the order of the records."""
        return list(self.label.values())


def named(
    ids: Sequence[str],
    names: Iterable[object],
    given: Mapping[str, str] | None = None,
    signs: int = HALF,
    lines: int = 2,
) -> Names:
    """Names for rows of a chart.

    A name that is too long gives way to the short one that is given for its id, or to itself without what
    is in brackets at its end; else it is cut, with its id behind. A label has so many lines of so many
    signs.
    """
    full = labels(ids, names)
    known = [one_line((given or {}).get(one, "")) for one in ids]
    stems = [_BRACKETS.sub("", name) for name in full]

    def fitting(signs: int, lines: int) -> list[str]:
        found = []
        for name, id_, short, stem in zip(full, ids, known, stems, strict=True):
            tried = [name, *[short] * (known.count(short) == 1), *[stem] * (stems.count(stem) == 1)]
            wrapped = (textwrap.wrap(text, signs) for text in tried if text)
            fits = next((rows for rows in wrapped if len(rows) <= lines), None)
            found.append("\n".join(fits or _cut(name, id_, signs, lines)))
        return found

    label = fitting(signs, lines)
    return Names(dict(zip(ids, label, strict=True)), dict(zip(label, fitting(PHONE, 2), strict=True)))


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
