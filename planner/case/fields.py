"""The kinds of value that fields hold: ids, names, codes, lists, dates; each with its rule and remedy.

A rule that pydantic has no word for raises ``broken(rule, remedy)``; every other broken constraint is worded
in ``planner.case.translate``. Descriptions of fields read "What it is, with its unit; its domain": the first
part also completes the remedy "give ..." of an error message.
"""

from __future__ import annotations

import datetime
import re
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from planner.case.codes import COMMON_CURRENCIES, COUNTRIES, CURRENCIES
from planner.case.wording import nearest

ID_PATTERN = "^[a-z][a-z0-9_]*$"
RESERVED_IDS = ("total", "all", "none")
"""Ids that results use for rows of their own."""
NAME_CHARACTERS = 200
TEXT_CHARACTERS = 2000
HOURS_PER_YEAR = 8784.0
"""Hours in a leap year: no unit can work longer."""
MOST_MONEY = 1e15
"""Larger amounts are slips in any currency: the whole world's product is about 1e14 US dollars."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def broken(rule: str, remedy: str) -> PydanticCustomError:
    """An error that carries our own rule and remedy through pydantic."""
    return PydanticCustomError("planner", "{rule}; {remedy}", {"rule": rule, "remedy": remedy})


class Record(BaseModel):
    """Base of every record: closed, frozen, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _printable(text: str) -> str:
    if _CONTROL.search(text):
        raise broken("holds a control character", "remove line breaks, tabs and other invisible characters")
    return text


def _free_id(text: str) -> str:
    if text in RESERVED_IDS:
        raise broken(
            "is a reserved id", f"choose another id: {', '.join(RESERVED_IDS)} name rows of the results"
        )
    return text


def _country(code: str) -> str:
    if code in COUNTRIES:
        return code
    known = {name: alpha3 for alpha3, name in COUNTRIES.items()} | {alpha3: alpha3 for alpha3 in COUNTRIES}
    near = known.get(nearest(code, known), "")
    rule = "is not an ISO 3166-1 alpha-3 code"
    raise broken(
        rule,
        f"write {near} ({COUNTRIES[near]}), if that is meant" if near else "write three letters, e.g. FJI",
    )


def _currency(code: str) -> str:
    if code in CURRENCIES:
        return code
    near = nearest(code, COMMON_CURRENCIES) or nearest(code, CURRENCIES)
    remedy = f"write {near}, if that is meant" if near else "write three letters, e.g. AUD, JPY or USD"
    raise broken("is not an ISO 4217 currency code", remedy)


def _split(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    return tuple(dict.fromkeys(item for item in (part.strip() for part in cell.split(";")) if item))


def _star_alone(items: tuple[str, ...]) -> tuple[str, ...]:
    if "*" in items and len(items) > 1:
        raise broken("mixes * (all) with names", "write either * alone or the names, separated by ;")
    return items


def _some(items: tuple[str, ...]) -> tuple[str, ...]:
    if not items:
        raise broken("lists nothing", "list at least one, separated by ;")
    return items


def _date(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise broken("is not a date", "write it as 2025-06-30") from None
    return value


def _one_of(*choices: str) -> str:
    return f"^({'|'.join(choices)})( *; *({'|'.join(choices)}))*$"


AssetKind = Literal["vessel", "aircraft", "uncrewed_aircraft"]
_FundableKindOrAll = Literal["vessel", "aircraft", "uncrewed_aircraft", "fixed", "satellite", "*"]
_ServiceOrAll = Literal["civil", "police", "military", "*"]
ServiceOrBlank = Literal["civil", "police", "military", ""]
ASSET_KINDS: tuple[str, ...] = ("vessel", "aircraft", "uncrewed_aircraft")
FUNDABLE_KINDS: tuple[str, ...] = (*ASSET_KINDS, "fixed", "satellite")
SERVICES: tuple[str, ...] = ("civil", "police", "military")

_FIELD = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.[A-Z]{3})?"
_ID_LIST = r"^(\*|[a-z][a-z0-9_]*( *; *[a-z][a-z0-9_]*)*)$"

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=ID_PATTERN), AfterValidator(_free_id)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS), AfterValidator(_printable)]
Text = Annotated[str, Field(max_length=TEXT_CHARACTERS), AfterValidator(_printable)]
RequiredText = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS), AfterValidator(_printable)]
Country = Annotated[
    str, AfterValidator(_country), WithJsonSchema({"type": "string", "enum": sorted(COUNTRIES)})
]
Currency = Annotated[
    str, AfterValidator(_currency), WithJsonSchema({"type": "string", "enum": sorted(CURRENCIES)})
]
Date = Annotated[datetime.date, BeforeValidator(_date)]
_ListedId = Annotated[str, Field(max_length=64, pattern=r"^(\*|[a-z][a-z0-9_]*)$")]
IdsOrAll = Annotated[
    tuple[_ListedId, ...],
    BeforeValidator(_split),
    AfterValidator(_some),
    AfterValidator(_star_alone),
    WithJsonSchema({"type": "string", "pattern": _ID_LIST}),
]
_ListedField = Annotated[str, Field(max_length=64, pattern=rf"^(\*|{_FIELD})$")]
FieldsOrAll = Annotated[
    tuple[_ListedField, ...],
    BeforeValidator(_split),
    AfterValidator(_some),
    AfterValidator(_star_alone),
    WithJsonSchema({"type": "string", "pattern": rf"^(\*|{_FIELD}( *; *{_FIELD})*)$"}),
]
Kinds = Annotated[
    tuple[AssetKind, ...],
    BeforeValidator(_split),
    AfterValidator(_some),
    WithJsonSchema({"type": "string", "pattern": _one_of(*ASSET_KINDS)}),
]
FundableKindsOrAll = Annotated[
    tuple[_FundableKindOrAll, ...],
    BeforeValidator(_split),
    AfterValidator(_some),
    AfterValidator(_star_alone),
    WithJsonSchema({"type": "string", "pattern": rf"^\*$|{_one_of(*FUNDABLE_KINDS)}"}),
]
ServicesOrAll = Annotated[
    tuple[_ServiceOrAll, ...],
    BeforeValidator(_split),
    AfterValidator(_some),
    AfterValidator(_star_alone),
    WithJsonSchema({"type": "string", "pattern": rf"^\*$|{_one_of(*SERVICES)}"}),
]


def plain_types(field: FieldInfo) -> set[Any]:
    """The types that a field's value may have: {float, NoneType} for a number or blank."""
    found: set[Any] = set()
    waiting: list[Any] = [field.annotation]
    while waiting:
        kind = waiting.pop()
        origin = get_origin(kind)
        if origin is Annotated:
            waiting.append(get_args(kind)[0])
        elif origin in (Union, UnionType):
            waiting.extend(get_args(kind))
        else:
            found.add(origin or kind)
    return found
