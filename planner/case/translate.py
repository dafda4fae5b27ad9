"""pydantic's errors in the words of the planner: the rule that is broken and the remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from planner.case.fields import plain_types
from planner.case.wording import nearest, show, suggestion

Words = tuple[str, str]
"""A rule and its remedy."""


def words(error: ErrorDetails, field: FieldInfo | None, choices: Sequence[str]) -> Words:
    """The rule that a value breaks and the remedy.

    Args:
        error: One error of pydantic.
        field: The field that the value is for, if known.
        choices: The names that may stand there, for an unknown column or key.
    """
    kind, context = error["type"], error.get("ctx", {})
    if kind == "planner":
        return str(context["rule"]), str(context["remedy"])
    if kind == "extra_forbidden":
        return "is not known", suggestion(str(error["loc"][-1]), choices, "remove it")
    if kind in ("literal_error", "union_tag_invalid"):
        return _choice(error, context)
    rule = _RULES.get(kind)
    if rule is None:
        return f"is not valid ({error['msg'][0].lower()}{error['msg'][1:]})", give(field)
    return rule.format(**{name: _number(value) for name, value in context.items()}), _remedy(
        kind, error, field
    )


_RULES = {
    "missing": "is missing",
    "union_tag_not_found": "is missing",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "int_type": "is not a whole number",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
    "finite_number": "is not a finite number",
    "greater_than": "is not above {gt}",
    "greater_than_equal": "is below {ge}",
    "less_than": "is not below {lt}",
    "less_than_equal": "is above {le}",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "is empty",
    "string_type": "is not text",
    "string_unicode": "is not valid text",
    "string_pattern_mismatch": "is not an id",
    "tuple_type": "is not a list",
    "dict_type": "is not a table",
    "model_type": "is not a table",
    "model_attributes_type": "is not a table",
    "date_type": "is not a date",
    "date_from_datetime_inexact": "is not a date",
}


def _remedy(kind: str, error: ErrorDetails, field: FieldInfo | None) -> str:
    value = error["input"]
    if kind == "string_pattern_mismatch":
        near = re.sub("[^a-z0-9_]+", "_", str(value).lower()[:64]).strip("_")
        example = f" ({near})" if re.fullmatch("[a-z][a-z0-9_]*", near) else " (fiji_north)"
        return f"begin with a letter and use only a-z, 0-9 and _{example}"
    if kind == "string_too_long":
        return "shorten it"
    if kind == "float_parsing" and isinstance(value, str) and re.fullmatch(r"[-+]?[\d., '’%]+", value):
        return give(field) + ", with a point for decimals, without thousands separators or signs such as %"
    if kind == "string_type":
        return give(field) + ", in quotes"
    if kind == "string_unicode":
        return "remove the halves of characters (\\ud800 to \\udfff)"
    return give(field)


def _choice(error: ErrorDetails, context: Mapping[str, Any]) -> Words:
    value = error["input"]
    if error["type"] == "union_tag_invalid":
        value = context["tag"]
    expected = str(context.get("expected") or context.get("expected_tags"))
    names = [name for name in re.findall(r"'([^']*)'", expected) if name]
    near = nearest(str(value), names) if isinstance(value, str) else ""
    remedy = f"write {near}, if that is meant" if near else "write one of them"
    return f"is not one of {', '.join(names)}", remedy


def give(field: FieldInfo | None) -> str:
    """The remedy that says what belongs in a field: the first part of its description."""
    if field is None or not field.description:
        return "give a value that fits"
    what = field.description.partition("; ")[0]
    return f"give {what[0].lower()}{what[1:]}"


def _number(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def shown_input(error: ErrorDetails) -> str:
    """The wrong value as messages show it; nothing for a value that is not there."""
    if error["type"] in ("missing", "union_tag_not_found", "extra_forbidden"):
        return ""
    if error["type"] == "union_tag_invalid":
        return show(error.get("ctx", {})["tag"])
    return show(error["input"])


def find_field(
    record: type[BaseModel], location: Sequence[int | str]
) -> tuple[FieldInfo | None, tuple[str, ...]]:
    """The field at a location such as ("cells", "spacing_nm"), and the names that may stand at its level."""
    fields = record.model_fields
    field: FieldInfo | None = None
    for depth, step in enumerate(location, start=1):
        if step not in fields:
            return None, tuple(fields)
        field = fields[str(step)]
        inner = _record_of(field)
        fields = inner.model_fields if inner else {}
        if not inner:
            return field if depth == len(location) or dict in plain_types(field) else None, ()
    return field, tuple(fields)


def _record_of(field: FieldInfo) -> type[BaseModel] | None:
    kinds = plain_types(field)
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
