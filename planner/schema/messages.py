"""pydantic's errors in the words of the planner: a stable code, the rule that is broken, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pydantic_core import ErrorDetails

from planner.schema.wording import nearest, show, suggestion


class Message(NamedTuple):
    """What is wrong with a value; ``value`` is shown, empty for one that is not there."""

    code: str
    value: str
    rule: str
    remedy: str


_RULES = {
    "missing": ("blank", "is blank"),
    "union_tag_not_found": ("blank", "is blank"),
    "float_parsing": ("not_a_number", "is not a number"),
    "float_type": ("not_a_number", "is not a number"),
    "int_type": ("not_a_whole_number", "is not a whole number"),
    "int_parsing": ("not_a_whole_number", "is not a whole number"),
    "int_from_float": ("not_a_whole_number", "is not a whole number"),
    "finite_number": ("not_finite", "is not a finite number"),
    "greater_than": ("too_small", "is too small: it must be greater than {gt}"),
    "greater_than_equal": ("too_small", "is too small: it must be at least {ge}"),
    "less_than": ("too_large", "is too large: it must be less than {lt}"),
    "less_than_equal": ("too_large", "is too large: it must be at most {le}"),
    "string_too_long": ("too_long", "is longer than {max_length} characters"),
    "string_too_short": ("blank", "is empty"),
    "string_type": ("not_text", "is not text"),
    "string_unicode": ("not_text", "is not valid text"),
    "string_pattern_mismatch": ("not_an_id", "is not an id"),
    "tuple_type": ("not_a_list", "is not a list"),
    "dict_type": ("not_a_table", "is not a table"),
    "model_type": ("not_a_table", "is not a table"),
    "model_attributes_type": ("not_a_table", "is not a table"),
    "date_type": ("not_a_date", "is not a date"),
    "date_from_datetime_inexact": ("not_a_date", "is not a date"),
}


def message(error: ErrorDetails, description: str, choices: Sequence[str] = ()) -> Message:
    """What is wrong, and what to do.

    Args:
        error: One error of pydantic.
        description: What belongs there, as declared: "What it is, with its unit; its domain".
        choices: The names allowed there, for an unknown column or key.
    """
    kind, context, value = error["type"], error.get("ctx", {}), show(error["input"])
    if kind == "planner":
        return Message(str(context["code"]), value, str(context["rule"]), str(context["remedy"]))
    if kind == "extra_forbidden":
        return Message(
            "unknown_key", "", "is an unknown key", suggestion(str(error["loc"][-1]), choices, "remove it")
        )
    if kind in ("literal_error", "union_tag_invalid"):
        return _choice(error)
    if kind not in _RULES:
        said = f"is not valid ({error['msg'][0].lower()}{error['msg'][1:]})"
        return Message("not_valid", value, said, give(description))
    code, rule = _RULES[kind]
    numbers = {name: f"{n:.15g}" if isinstance(n, float) else str(n) for name, n in context.items()}
    rule, remedy = rule.format(**numbers), _remedy(error, description)
    if kind == "float_type" and isinstance(error["input"], str):
        rule, remedy = "is text, not a number", f"{remedy}, as a number, without quotes"
    return Message(code, "" if code == "blank" and kind != "string_too_short" else value, rule, remedy)


def give(description: str) -> str:
    """The remedy that says what belongs in a place: the first part of its description."""
    what = description.partition("; ")[0] or "a value that fits"
    return f"give {what[0].lower()}{what[1:]}"


def _remedy(error: ErrorDetails, description: str) -> str:
    kind, value = error["type"], error["input"]
    if kind == "string_pattern_mismatch":
        near = re.sub("[^a-z0-9_]+", "_", str(value).lower()[:64]).strip("_")
        example = near if re.fullmatch("[a-z][a-z0-9_]*", near) else "fiji_north"
        return f"begin with a letter and use only a-z, 0-9 and _ ({example})"
    if kind == "string_too_long":
        return "shorten it"
    if kind == "float_parsing" and isinstance(value, str) and re.fullmatch(r"[-+]?[\d., '’%]+", value):
        plain = "with a point for decimals, without thousands separators or signs such as %"
        return f"{give(description)}, {plain}"
    if kind == "string_type":
        return f"{give(description)}, in quotes"
    if kind == "string_unicode":
        return "remove the halves of characters (\\ud800 to \\udfff)"
    return give(description)


def _choice(error: ErrorDetails) -> Message:
    context = error.get("ctx", {})
    value = context["tag"] if error["type"] == "union_tag_invalid" else error["input"]
    expected = str(context.get("expected") or context.get("expected_tags"))
    names = [name for name in re.findall(r"'([^']*)'", expected) if name]
    near = nearest(str(value), names) if isinstance(value, str) else ""
    remedy = f"write {near}, if that is meant" if near else "write one of them"
    return Message("not_a_choice", show(value), f"is not one of {', '.join(names)}", remedy)
