"""Numbers and names as the terminal shows them; nothing from the input is ever taken for markup."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.text import Text

from planner.units import MILLION

WIDTH = 110
"""Columns of a summary as text."""
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that steer a terminal, reverse the direction of text, or break lines."""

_AFTER_COLON, _NEW_LINE = re.compile(r"(?<=:)\n *"), re.compile(r"\n *")


def safe(text: object) -> str:
    """Text on one line that cannot steer a terminal: lines are joined, control characters replaced."""
    line = _NEW_LINE.sub("; ", _AFTER_COLON.sub(" ", str(text)))
    return "".join("�" if unicodedata.category(sign) in _UNSAFE else sign for sign in line)


def cell(text: object) -> Text:
    """Text for a table: never read as markup, cut with an ellipsis where the column is too narrow."""
    return Text(safe(text), no_wrap=True, overflow="ellipsis")


def count(value: float) -> str:
    """A whole number with thousands separators, 0 never as -0; a dash for what is not finite."""
    return f"{value:z,.0f}" if math.isfinite(value) else "-"


def often(times: float) -> str:
    """How often something is done, to a whole number; what is rarer than once is not counted in digits."""
    return "<1" if times > 0.0 and count(times) == "0" else count(times)


def percent(share: float) -> str:
    """A share in per cent, one decimal; a dash for what is not finite."""
    return f"{share:z.1%}" if math.isfinite(share) else "-"


def figure(value: float) -> str:
    """About three digits: whole from 100 up; a dash for what is not finite."""
    if not math.isfinite(value):
        return "-"
    for least, decimals in ((100.0, 0), (10.0, 1), (1.0, 2)):
        if abs(value) >= least:
            return f"{value:,.{decimals}f}"
    return f"{value:.2g}" if value else "0"


def words(identifier: object) -> str:
    """An identifier of the program as words: ``out_of_range`` is "out of range"."""
    return safe(identifier).replace("_", " ")


def titled(name: object, title: object) -> str:
    """The name of a scenario and its title, which may be the name again."""
    return safe(name) if name == title else f"{safe(name)}: {safe(title)}"


def listed(parts: Sequence[str]) -> str:
    """Several things in a sentence: a, b and c."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def things(number: int, noun: str) -> str:
    """A number of things in words: 1 area, 2 areas."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def large(value: float) -> str:
    """A large number for prose: millions with three digits, else whole."""
    return f"{figure(value / MILLION)} million" if abs(value) >= MILLION else count(value)


def plain(content: RenderableType, width: int = WIDTH) -> str:
    """Something to show as plain text of at most ``width`` columns, without colours or trailing blanks."""
    paper = Console(file=io.StringIO(), width=width, color_system=None, legacy_windows=False, markup=False)
    with paper.capture() as captured:
        paper.print(content)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
