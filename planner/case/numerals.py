"""Numbers as spreadsheets write them: decimal commas, thousands separators, and marks that may be either."""

from __future__ import annotations

import re
from collections.abc import Sequence

from planner.schema.tables import Column
from planner.schema.values import Ambiguous, Exact

MARKS = frozenset(".,")
_DECIMAL = re.compile(r"[-+]?(0?|\d{4,})[.,]\d+|[-+]?\d*[.,](\d{1,2}|\d{4,})")
"""A number whose mark can only be that of its decimals."""
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,}|(?:[ \xa0\u202f'’]\d{3})+(?:,\d+)?)")
"""A number whose thousands are grouped as they are where decimals have a comma."""
_GROUP_MARKS = re.compile(r"[. \xa0\u202f'’]")
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}([.,])\d{3}")


def plain_numbers(texts: Sequence[str], columns: Sequence[Column], decimal_comma: bool = False) -> list[str]:
    """The numbers of a column with decimal points and without separators; other texts stay as they are.

    ``1.200`` may be 1.2 or 1,200. It is what the other numbers of the column show the mark to be, or what the
    bounds of the column leave; else it becomes ``Ambiguous``, which no check accepts as a number.

    Args:
        texts: The cells of a column.
        columns: The meaning of each of them, or one for all.
        decimal_comma: Whether decimals may have a comma.
    """
    odd = {at for at, text in enumerate(texts) if "," in text or text[-4:-3] in MARKS}
    odd -= {at for at in odd if isinstance(texts[at], Exact)}
    grouped = {at for at, text in enumerate(texts) if decimal_comma and _GROUPED.fullmatch(text)}
    found = list(texts)
    for at in grouped:
        found[at] = _GROUP_MARKS.sub("", texts[at]).replace(",", ".")
    decimals = [text for text in texts if odd and _DECIMAL.fullmatch(text)]
    seen = {mark for mark in MARKS if any(mark in text for text in decimals)}
    for at in odd - grouped:
        text, either = texts[at], _EITHER.fullmatch(texts[at])
        mark = either[1] if either else ""
        if either and mark not in seen:
            read = _one_reading(text, columns[at % len(columns)], mark == "." and bool(grouped))
            if mark == "." or decimal_comma or isinstance(read, Ambiguous):
                found[at] = read
        elif decimal_comma and text.count(",") == 1 and "." not in text:
            found[at] = text.replace(",", ".")
    return found


def _one_reading(text: str, column: Column, grouped: bool) -> str:
    decimal, thousands = text.replace(",", "."), text.replace(",", "").replace(".", "")
    right = [one for one in (decimal, thousands) if column.allows(float(one))]
    if grouped:
        return thousands
    return right[0] if len(right) == 1 else Ambiguous(text)
