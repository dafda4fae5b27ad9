"""The pydantic records of the rows of a table, made from its columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, create_model

from planner.schema.table import Table
from planner.schema.tables import TABLES
from planner.schema.values import Record, annotation


@cache
def records(table: str) -> Mapping[str, type[Record]]:
    """The record of each kind of row of a table; "" is the kind where all rows are alike."""
    spec = TABLES[table]
    return {kind: _record(spec, kind) for kind in spec.kinds or ("",)}


@cache
def adapter(table: str) -> TypeAdapter[list[Any]]:
    """What validates a list of rows of a table in one call."""
    of_kind = tuple(records(table).values())
    if len(of_kind) == 1:
        return TypeAdapter(list[of_kind[0]])  # type: ignore[valid-type]
    row: Any = Annotated[reduce(or_, of_kind), Field(discriminator="kind")]
    return TypeAdapter(list[row])


def _record(table: Table, kind: str) -> type[Record]:
    fields: dict[str, Any] = {}
    for name, column in table.of_kind(kind).items():
        value = annotation(column)
        if name == "kind" and kind:
            value = Literal[kind]
        if column.required:
            fields[name] = (value, Field(description=column.description))
            continue
        if column.type == "choice" and column.default == "":
            value = Literal[(*column.choices, "")]
        elif column.default == "" and column.type != "text":
            value = value | Literal[""]
        elif column.default is None:
            value = value | None
        fields[name] = (value, Field(default=column.default, description=column.description))
    title = "".join(word.title() for word in (kind or table.noun).split("_"))
    return create_model(title, __base__=Record, __doc__=table.text, **fields)
