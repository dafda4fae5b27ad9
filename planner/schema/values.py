"""The values that cells and keys hold, as pydantic types, and the records that rows of tables are.

A rule that pydantic has no word for raises ``broken(key)``; ``planner.schema.messages`` words every one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from planner.schema.codes import COMMON_CURRENCIES, COUNTRIES, CURRENCIES
from planner.schema.messages import nearest
from planner.schema.tables import ID_CHARACTERS, NAME_CHARACTERS, TABLES, TEXT_CHARACTERS, Column, Table

ID_PATTERN = "^[a-z][a-z0-9_]*$"
_LEAP_YEAR, MONTHS = 2028, 12
"""A year of 366 days, to read days of the year with."""
_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_DAYS = ("%Y-%m-%d", *_TIMES, "%Y-%d-%b", "%Y-%b-%d", "%Y-%d.%m.", f"{_LEAP_YEAR}-%d.%m.%Y")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/\d{2}|/\d{4})?")
RESERVED_IDS = ("total", "all", "none")
"""Ids that results use for rows of their own."""
_FIELD = r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*(\.[A-Z]{3})?"
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that no screen shows."""


def broken(key: str, **words: Any) -> PydanticCustomError:
    """An error that carries a key of the catalogue of messages, and its words, through pydantic."""
    return PydanticCustomError("planner", "broken", {"key": key, "words": words})


class Record(BaseModel):
    """Base of every record: closed, frozen, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def printable(text: str) -> str:
    """Text as it is, unless it holds a character that no screen shows."""
    if CONTROL.search(text):
        raise broken("control_character")
    return text


def _free_id(text: str) -> str:
    if text in RESERVED_IDS:
        raise broken("reserved_id", reserved=", ".join(RESERVED_IDS))
    return text


def _country(code: str) -> str:
    if code in COUNTRIES:
        return code
    known = {name: alpha3 for alpha3, name in COUNTRIES.items()} | {alpha3: alpha3 for alpha3 in COUNTRIES}
    near = known.get(nearest(code, known), "")
    right = f"write {near} ({COUNTRIES[near]}), if that is meant" if near else ""
    raise broken("unknown_country", choose=right or "write three letters, e.g. FJI")


def _currency(code: str) -> str:
    if code in CURRENCIES:
        return code
    near = nearest(code, COMMON_CURRENCIES) or nearest(code, CURRENCIES)
    right = f"write {near}, if that is meant" if near else ""
    raise broken("unknown_currency", choose=right or "write three letters, e.g. AUD, JPY or USD")


def split(cell: object) -> object:
    """The items of a cell such as ``a; b``, or of a list, each once."""
    items = cell.split(";") if isinstance(cell, str) else cell
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        return cell
    return tuple(dict.fromkeys(item for item in (part.strip() for part in items) if item))


def _some(items: tuple[str, ...]) -> tuple[str, ...]:
    if not items:
        raise broken("empty_list")
    if "*" in items and len(items) > 1:
        raise broken("star_and_names")
    return items


def _date(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise broken("not_a_date.text") from None
    return value


def _day(value: object) -> object:
    """A day of the year as MM-DD, from that, from a date or time, or from what spreadsheets make of it.

    30.4. and 30.4.2026 have the day first; of 11/1/2026 nobody can tell.
    """
    if isinstance(value, datetime.date):
        day: datetime.date = value
    elif isinstance(value, str):
        day = _read_day(value)
    else:
        return value
    if (day.month, day.day) == (2, 29):
        raise broken("not_a_day.leap")
    return f"{day:%m-%d}"


def _read_day(text: str) -> datetime.date:
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        one, other = int(slashed[1]), int(slashed[2])
        if one != other and max(one, other) <= MONTHS:
            raise broken("not_a_day.ambiguous", one=f"{one:02}-{other:02}", other=f"{other:02}-{one:02}")
        text = f"{min(one, other):02}-{max(one, other):02}"
    dated = text if text[:4].isdigit() else f"{_LEAP_YEAR}-{text}"
    for form in _DAYS:
        try:
            return datetime.datetime.strptime(dated, form).date()
        except ValueError:
            continue
    raise broken("not_a_day")


EITHER = re.compile(r"[-+]?[1-9]\d{0,2}([.,])\d{3}")
"""A number whose mark may be that of decimals or of thousands."""


def readings(text: str) -> tuple[str, str]:
    """Such a number with its mark as that of decimals, and as that of thousands."""
    return text.replace(",", "."), text.replace(",", "").replace(".", "")


class Ambiguous(str):
    """A number such as ``1.200``, whose mark may be that of decimals or of thousands."""

    __slots__ = ()


class Exact(str):
    """A number of a workbook, whose mark is that of decimals."""

    __slots__ = ()


def measured(value: object) -> object:
    """A value as it is, unless it is ambiguous, or like true or ``1_000``, which pydantic has as numbers."""
    if isinstance(value, Ambiguous):
        decimal, whole = readings(value)
        raise broken("not_a_number.ambiguous", decimal=f"{float(decimal):g}", whole=whole)
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        raise broken("not_a_number.digits")
    return value


def _text_schema(**how: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **how})


def _listed(item: Any, pattern: str) -> Any:
    """A list of items; ``pattern`` is what its text looks like in JSON Schema."""
    schema = _text_schema(pattern=pattern)
    return Annotated[tuple[item, ...], BeforeValidator(split), AfterValidator(_some), schema]


def _names(word: str) -> Any:
    """A list of names that look like ``word``, or ``*``."""
    item = Annotated[str, Field(max_length=ID_CHARACTERS, pattern=rf"^(\*|{word})$")]
    return _listed(item, rf"^(\*|{word}( *; *{word})*)$")


_ID = Field(min_length=1, max_length=ID_CHARACTERS, pattern=ID_PATTERN)
Id = Annotated[str, _ID, AfterValidator(_free_id)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS), AfterValidator(printable)]
RequiredText = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS), AfterValidator(printable)]
Country = Annotated[str, AfterValidator(_country), _text_schema(enum=sorted(COUNTRIES))]
Currency = Annotated[str, AfterValidator(_currency), _text_schema(enum=sorted(CURRENCIES))]
Date = Annotated[datetime.date, BeforeValidator(_date)]
Day = Annotated[str, BeforeValidator(_day), _text_schema(pattern=r"^(\d{4}-)?\d\d-\d\d$")]
MEASURED = BeforeValidator(measured)
_PLAIN: dict[str, Any] = {
    "id": Id,
    "word": Annotated[str, Field(max_length=ID_CHARACTERS, pattern=ID_PATTERN)],
    "ids": _names("[a-z][a-z0-9_]*"),
    "fields": _names(_FIELD),
    **{"day": Day, "country": Country, "currency": Currency},
}


def annotation(column: Column) -> Any:
    """The pydantic type of a column's values, without the blank that it may allow."""
    if column.type == "number":
        bounds = Field(
            ge=column.least, le=column.most, gt=column.above, lt=column.below,
            multiple_of=1 if column.whole else None,
        )  # fmt: skip
        return Annotated[float, bounds, MEASURED, AfterValidator(lambda value: value + 0.0)]  # 0 has no sign
    if column.type == "text":
        length = Field(min_length=1 if column.required else 0, max_length=column.characters)
        return Annotated[str, length, AfterValidator(printable)]
    if column.type == "choice":
        return Literal[column.choices]
    if column.type == "choices":
        words = "|".join(column.choices)
        pattern = f"^({words})( *; *({words}))*$"
        allowed = (*column.choices, "*") if column.everything else column.choices
        return _listed(Literal[allowed], rf"^\*$|{pattern}" if column.everything else pattern)
    return _PLAIN[column.type]


@cache
def records(table: str) -> Mapping[str, type[Record]]:
    """The record of each kind of row of a table; "" is the kind where all rows are alike."""
    spec = TABLES[table]
    return {kind: _record(spec, kind) for kind in spec.kinds or ("",)}


@cache
def adapter(table: str) -> TypeAdapter[list[Any]]:
    """What validates a list of rows of a table in one call."""
    of_kind = tuple(records(table).values())
    row: Any = reduce(or_, of_kind)
    if len(of_kind) > 1:
        row = Annotated[row, Field(discriminator="kind")]
    return TypeAdapter(list[row])


def _record(table: Table, kind: str) -> type[Record]:
    fields: dict[str, Any] = {}
    for name, column in table.of_kind(kind).items():
        value = Literal[kind] if name == "kind" and kind else annotation(column)
        default = ... if column.required else column.default
        if default == "" and column.type == "choice":
            value = Literal[(*column.choices, "")]
        elif default == "" and column.type != "text":
            value = value | Literal[""]
        elif default is None:
            value = value | None
        fields[name] = (value, Field(default, description=column.description))
    title = "".join(word.title() for word in (kind or table.noun).split("_"))
    return create_model(title, __base__=Record, __doc__=table.text, **fields)
