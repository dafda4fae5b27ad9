"""How problems, values and suggestions are worded; all messages are in the catalogue ``messages.toml``."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import ErrorDetails

from planner.errors import InputError, Problem
from planner.schema.codes import data_text

MOST_PROBLEMS = 1000
"""Problems listed for one file; a last one says that there are more. Nobody reads a million of them."""

SHOWN_CHARACTERS = 60
"""A value longer than this is cut in a message: it must fit a terminal's line beside its place and rule."""
MOST_CANDIDATES = 1000
"""Above this many right names none is suggested: comparing with all of them would take seconds."""
SHORTEST_BEGINNING = 3
"""Letters with which a name must begin to be suggested for a word that is otherwise unlike it."""
_PLAIN = re.compile(r"[\w.+\-*;:/]+")
_CATALOGUE: dict[str, Any] = tomllib.loads(data_text("messages.toml"))
_PYDANTIC: dict[str, str] = _CATALOGUE.pop("pydantic")


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

    def likeness(name: str) -> tuple[float, int]:
        pairs = enumerate(zip(wanted, name, strict=False))
        common = next((at for at, (one, other) in pairs if one != other), len(wanted))
        return difflib.SequenceMatcher(None, name, wanted).ratio(), common

    found = difflib.get_close_matches(wanted, lowered, n=5, cutoff=0.6)
    if found:
        return lowered[max(found, key=likeness)]
    longer = [name for name in lowered if len(wanted) >= SHORTEST_BEGINNING and name.startswith(wanted)]
    return lowered[longer[0]] if len(longer) == 1 else ""


def listed(names: Collection[str], most: int = 12) -> str:
    """Names in a sentence: ``a, b, c`` or, when there are many, the first of them and how many more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(show(name) for name in list(names)[:most]) + more


def suggestion(word: str, right: Collection[str], otherwise: str = "") -> str:
    """The remedy for an unknown name: the nearest right one, else all of them; and what else can be done."""
    near = nearest(word, right)
    if near:
        return f"write {show(near)}, if that is meant" + (f", else {otherwise}" if otherwise else "")
    known = f"known are {listed(right)}" if {*right} - {"*"} else "there are none yet"
    return f"{otherwise} ({known})" if otherwise else known


def said(
    key: str, value: object = None, *, right: Collection[str] | None = None, word: object = "", **words: Any
) -> Problem:
    """What the catalogue says, as the problem of no place.

    Args:
        key: The code, or a variant of it as "code.variant".
        value: The value that is wrong; a tuple is listed, None is not shown.
        right: The names that would be right: the remedy suggests the one nearest to ``word`` or the value.
        word: What was written, where that is not the value.
        words: What fills the texts.
    """
    rule, remedy = (text.format(**words) for text in _CATALOGUE[key])
    if right is not None:
        remedy = suggestion(str(word or value), right, remedy)
    shown = "" if value is None else listed(value) if isinstance(value, tuple) else show(value)
    problem = Problem("", 0, "", shown, rule, remedy, key.partition(".")[0])
    return value.told(problem) if isinstance(value, Product) else problem


class Product(float):
    """A number that is written nowhere: changes have made it, ``was`` times ``by``, which ``key`` words."""

    was: float
    by: float
    key: str
    words: dict[str, Any]

    @classmethod
    def of(cls, value: float, was: float, by: float, key: str = "worked_out.factor", **words: Any) -> Product:
        """The value that was times by is; what was multiplied before is told from its beginning."""
        made = cls(value)
        made.was, made.by = (was.was, was.by * by) if isinstance(was, Product) else (was, by)
        made.key, made.words = key, words
        return made

    def told(self, problem: Problem) -> Problem:
        """A problem of the number, with what that is worked out from."""
        words = {**self.words, "was": show(self.was), "by": f"{self.by:.6g}", "rule": problem.rule}
        return replace(problem, rule=said(self.key, **words).rule)


def message(error: ErrorDetails, description: str, choices: Sequence[str] = ()) -> Problem:
    """What is wrong by an error of pydantic, as the problem of no place.

    ``description`` is what belongs there, as declared ("What it is, with its unit; its domain"), ``choices``
    the names allowed there, for an unknown column or key.
    """
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "planner":
        return said(context["key"], value, **context["words"])
    if kind == "extra_forbidden":
        return said("unknown_key", word=error["loc"][-1], right=choices)
    if kind in ("literal_error", "union_tag_invalid"):
        return _choice(context, value)
    what = description.partition("; ")[0] or "a value that fits"
    words = {name: f"{n:.15g}" if isinstance(n, float) else n for name, n in context.items()}
    words["give"] = f"give {what[0].lower()}{what[1:]}"
    if kind not in _PYDANTIC:
        return said("not_valid", value, reason=f"{error['msg'][0].lower()}{error['msg'][1:]}", **words)
    key = _PYDANTIC[kind]
    if kind in ("float_type", "int_type") and isinstance(value, str):
        key = "not_a_number.text"
    elif kind == "float_parsing" and isinstance(value, str) and re.search(r"\d", value):
        key = "not_a_number.separators"
    elif kind == "string_pattern_mismatch":
        near = re.sub("[^a-z0-9_]+", "_", str(value).lower()[:64]).strip("_")
        words["example"] = near if re.fullmatch("[a-z][a-z0-9_]*", near) else "fiji_north"
    return said(key, None if key == "blank" else value, **words)


def _choice(context: dict[str, Any], value: Any) -> Problem:
    value = context.get("tag", value)
    expected = str(context.get("expected") or context["expected_tags"])
    names = [name for name in re.findall(r"'([^']*)'", expected) if name]
    near = nearest(value, names) if isinstance(value, str) else ""
    choose = f"write {near}, if that is meant" if near else "write one of them"
    return said("not_a_choice", value, names=", ".join(names), choose=choose)


@dataclass(frozen=True)
class Place:
    """A cell of a file, a key of case.toml, or an option of the command line."""

    file: str
    row: int = 0
    column: str = ""

    def problem(self, key: str, value: object = None, **words: Any) -> Problem:
        """The problem of the value there, in the words of the catalogue (``said``)."""
        return self.wrong(said(key, value, **words))

    def error(self, key: str, value: object = None, **words: Any) -> InputError:
        """An InputError with that problem."""
        return InputError([self.problem(key, value, **words)])

    def wrong(self, problem: Problem, **other: str) -> Problem:
        """A problem of no place as that of the value there, with ``other`` words."""
        return replace(problem, file=self.file, row=self.row, column=self.column, **other)

    def below(self, column: str) -> Place:
        """The place of a column of a record that is written here."""
        return replace(self, column=".".join(part for part in (self.column, column) if part))

    def __str__(self) -> str:
        if self.row == 0:
            return f"the change {show(self.column)}"
        return f"{show(self.column)} in {self.file} row {self.row}"


def capped(problems: Sequence[Problem], file: str) -> list[Problem]:
    """At most ``MOST_PROBLEMS`` problems, and one that says that there are more."""
    more = [Place(file).problem("too_many_problems", most=MOST_PROBLEMS)]
    return [*problems[:MOST_PROBLEMS], *more[: len(problems) > MOST_PROBLEMS]]
