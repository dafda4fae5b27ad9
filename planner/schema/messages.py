"""What is said about a broken rule: from the catalogue in ``messages.toml``, also for pydantic's errors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from planner.schema.codes import data_text
from planner.schema.wording import listed, nearest, show, suggestion

_CATALOGUE: dict[str, Any] = tomllib.loads(data_text("messages.toml"))
_PYDANTIC: dict[str, str] = _CATALOGUE.pop("pydantic")


class Message(NamedTuple):
    """What is wrong with a value; ``value`` is shown, empty for one that is not there."""

    code: str
    value: str
    rule: str
    remedy: str


def said(
    key: str, value: object = None, *, right: Collection[str] | None = None, word: object = "", **words: Any
) -> Message:
    """What the catalogue says.

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
    return Message(key.partition(".")[0], shown, rule, remedy)


def message(error: ErrorDetails, description: str, choices: Sequence[str] = ()) -> Message:
    """What is wrong, and what to do.

    Args:
        error: One error of pydantic.
        description: What belongs there, as declared: "What it is, with its unit; its domain".
        choices: The names allowed there, for an unknown column or key.
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
    elif kind == "float_parsing" and isinstance(value, str) and re.fullmatch(r"[-+]?[\d., '’%]+", value):
        key = "not_a_number.separators"
    elif kind == "string_pattern_mismatch":
        near = re.sub("[^a-z0-9_]+", "_", str(value).lower()[:64]).strip("_")
        words["example"] = near if re.fullmatch("[a-z][a-z0-9_]*", near) else "fiji_north"
    return said(key, None if key == "blank" else value, **words)


def _choice(context: dict[str, Any], value: Any) -> Message:
    value = context.get("tag", value)
    expected = str(context.get("expected") or context["expected_tags"])
    names = [name for name in re.findall(r"'([^']*)'", expected) if name]
    near = nearest(value, names) if isinstance(value, str) else ""
    choose = f"write {near}, if that is meant" if near else "write one of them"
    return said("not_a_choice", value, names=", ".join(names), choose=choose)
