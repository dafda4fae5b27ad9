"""The values that cells and keys hold, as pydantic types: ids, names, codes, lists, dates, numbers.

A rule that pydantic has no word for raises ``broken(code, rule, remedy)``; ``planner.schema.messages`` words
every other.
"""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from planner.schema.codes import COMMON_CURRENCIES, COUNTRIES, CURRENCIES
from planner.schema.columns import ID_CHARACTERS, NAME_CHARACTERS, TEXT_CHARACTERS, Column
from planner.schema.wording import nearest

ID_PATTERN = "^[a-z][a-z0-9_]*$"
RESERVED_IDS = ("total", "all", "none")
"""Ids that results use for rows of their own."""
_FIELD = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.[A-Z]{3})?"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def broken(code: str, rule: str, remedy: str) -> PydanticCustomError:
    """An error that carries its own code, rule and remedy through pydantic."""
    return PydanticCustomError("planner", "{rule}; {remedy}", {"code": code, "rule": rule, "remedy": remedy})


class Record(BaseModel):
    """Base of every record: closed, frozen, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def printable(text: str) -> str:
    """Text as it is.

    Raises:
        PydanticCustomError: it holds a character that no screen shows.
    """
    if _CONTROL.search(text):
        remedy = "remove line breaks, tabs and other invisible characters"
        raise broken("control_character", "holds a control character", remedy)
    return text


def _free_id(text: str) -> str:
    if text in RESERVED_IDS:
        remedy = f"choose another id: {', '.join(RESERVED_IDS)} name rows of the results"
        raise broken("reserved_id", "is a reserved id", remedy)
    return text


def _country(code: str) -> str:
    if code in COUNTRIES:
        return code
    known = {name: alpha3 for alpha3, name in COUNTRIES.items()} | {alpha3: alpha3 for alpha3 in COUNTRIES}
    near = known.get(nearest(code, known), "")
    remedy = (
        f"write {near} ({COUNTRIES[near]}), if that is meant" if near else "write three letters, e.g. FJI"
    )
    raise broken("unknown_country", "is not an ISO 3166-1 alpha-3 code", remedy)


def _currency(code: str) -> str:
    if code in CURRENCIES:
        return code
    near = nearest(code, COMMON_CURRENCIES) or nearest(code, CURRENCIES)
    remedy = f"write {near}, if that is meant" if near else "write three letters, e.g. AUD, JPY or USD"
    raise broken("unknown_currency", "is not an ISO 4217 currency code", remedy)


def split(cell: object) -> object:
    """The items of a cell such as ``a; b``, or of a list, each once."""
    items = cell.split(";") if isinstance(cell, str) else cell
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        return cell
    return tuple(dict.fromkeys(item for item in (part.strip() for part in items) if item))


def _some(items: tuple[str, ...]) -> tuple[str, ...]:
    if not items:
        raise broken("empty_list", "lists nothing", "list at least one, separated by ;")
    if "*" in items and len(items) > 1:
        remedy = "write either * alone or the names, separated by ;"
        raise broken("star_and_names", "mixes * (all) with names", remedy)
    return items


def _date(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise broken("not_a_date", "is not a date", "write it as 2025-06-30") from None
    return value


def measured(value: object) -> object:
    """A value that may be read as a number.

    Raises:
        PydanticCustomError: it is true or false, or like ``1_000``, which pydantic takes for numbers.
    """
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        remedy = "write it in digits, with a point for decimals and nothing between thousands"
        raise broken("not_a_number", "is not a number", remedy)
    return value


def _listed(item: str, text_pattern: str) -> Any:
    return Annotated[
        tuple[Annotated[str, Field(max_length=ID_CHARACTERS, pattern=item)], ...],
        BeforeValidator(split),
        AfterValidator(_some),
        WithJsonSchema({"type": "string", "pattern": text_pattern}),
    ]


Id = Annotated[
    str, Field(min_length=1, max_length=ID_CHARACTERS, pattern=ID_PATTERN), AfterValidator(_free_id)
]
Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS), AfterValidator(printable)]
RequiredText = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS), AfterValidator(printable)]
Country = Annotated[
    str, AfterValidator(_country), WithJsonSchema({"type": "string", "enum": sorted(COUNTRIES)})
]
Currency = Annotated[
    str, AfterValidator(_currency), WithJsonSchema({"type": "string", "enum": sorted(CURRENCIES)})
]
Date = Annotated[datetime.date, BeforeValidator(_date)]
MEASURED = BeforeValidator(measured)
_Ids: Any = _listed(r"^(\*|[a-z][a-z0-9_]*)$", r"^(\*|[a-z][a-z0-9_]*( *; *[a-z][a-z0-9_]*)*)$")
_Fields: Any = _listed(rf"^(\*|{_FIELD})$", rf"^(\*|{_FIELD}( *; *{_FIELD})*)$")
_PLAIN: dict[str, Any] = {
    "id": Id,
    "word": Annotated[str, Field(max_length=ID_CHARACTERS, pattern=ID_PATTERN)],
    "ids": _Ids,
    "fields": _Fields,
    "country": Country,
    "currency": Currency,
}


def annotation(column: Column) -> Any:
    """The pydantic type of a column's values, without the blank that it may allow."""
    if column.type == "number":
        bounds = Field(ge=column.least, le=column.most, gt=column.above, lt=column.below)
        return Annotated[float, bounds, MEASURED]
    if column.type == "text":
        length = Field(min_length=1 if column.required else 0, max_length=column.characters)
        return Annotated[str, length, AfterValidator(printable)]
    if column.type == "choice":
        return Literal[column.choices]
    if column.type == "choices":
        words = "|".join(column.choices)
        pattern = f"^({words})( *; *({words}))*$"
        allowed: Any = Literal[(*column.choices, "*") if column.everything else column.choices]
        return Annotated[
            tuple[allowed, ...],
            BeforeValidator(split),
            AfterValidator(_some),
            WithJsonSchema(
                {"type": "string", "pattern": rf"^\*$|{pattern}" if column.everything else pattern}
            ),
        ]
    return _PLAIN[column.type]
