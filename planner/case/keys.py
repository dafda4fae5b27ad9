"""Dotted keys: which of them name a setting or a column of a row, and the nearest one that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.case.rows import Rows
from planner.case.scenarios import Edit
from planner.errors import InputError
from planner.schema.settings import Settings, find, inner_record, is_free
from planner.schema.tables import RECORDS
from planner.schema.wording import nearest, show, suggestion

CHANGEABLE = tuple(table.name for table in RECORDS)
EVERY = "*"
"""In the place of an id: every row."""
KEY_STEPS = 3
"""A row's key reads table.id.column."""

Tables = Mapping[str, Rows]


def check_key(tables: Tables, edit: Edit) -> None:
    """Checks that a key names a setting, or a row and a column.

    Raises:
        InputError: it does not.
    """
    steps = edit.key.split(".")
    for at, step in enumerate(steps):
        names = _names(tables, steps[:at], step)
        if step not in names:
            raise _unknown(tables, edit, steps, at, names)
    inner, table = _names(tables, steps, ""), steps[0]
    if table not in CHANGEABLE:
        if inner:
            raise edit.error("incomplete_key.table", example=f"{edit.key}.{inner[0] or 'AUD'}")
    elif len(steps) != KEY_STEPS:
        raise edit.error("incomplete_key", table=table)
    elif (
        table in tables
        and not _together(tables[table], steps[2])
        and len(tables[table].by_id.get(steps[1], ())) > 1
    ):
        raise edit.error("several_rows", rows=tables[table].file)


def _together(rows: Rows, column: str) -> bool:
    """Whether a column is set in all rows of an id: money and people of all years."""
    return rows.table.capital and rows.table.columns[column].numeric


def _names(tables: Tables, before: Sequence[str], step: str) -> Sequence[str]:
    """The names that a key may go on with; none where it is complete. ``step`` itself where any is right."""
    if not before:
        return (*Settings.model_fields, *CHANGEABLE)
    if before[0] in CHANGEABLE:
        if before[0] not in tables:  # a file that could not be read is a problem of its own
            return (step,)
        rows = tables[before[0]]
        columns = [name for name in rows.table.columns if name != rows.table.id]
        return ((*rows.by_id, EVERY), columns, ())[min(len(before), KEY_STEPS) - 1]
    field, _ = find(tuple(before))
    if field is None:
        return ()
    record = inner_record(field)
    if record is not None:
        return tuple(record.model_fields)
    return (step,) if is_free(field) and find(tuple(before[:-1]))[0] is not field else ()


def _unknown(tables: Tables, edit: Edit, steps: list[str], at: int, names: Sequence[str]) -> InputError:
    key, words = "unknown_key.set", dict[str, str]()
    if steps[0] in CHANGEABLE:
        if at == KEY_STEPS:
            return edit.error("incomplete_key", table=steps[0])
        key = "unknown_row.key" if at == 1 else "unknown_column.key"
        words = {"rows": tables[steps[0]].file, "table": steps[0]}
    if not names:
        choose = f"write {show('.'.join(steps[:at]))}, a single value"
        return edit.error("unknown_key.set", choose=choose)
    nearest_key, near = _nearest_key(tables, steps), nearest(steps[at], names)
    if near and not nearest_key:
        nearest_key = ".".join([*steps[:at], near])
    choose = f"write {show(nearest_key)}, if that is meant" if nearest_key else suggestion(steps[at], names)
    return edit.error(key, choose=choose, **words)


def _nearest_key(tables: Tables, steps: Sequence[str]) -> str:
    """The whole key with the nearest right name for each wrong step, or "" where there is none."""
    found: list[str] = []
    for step in steps:
        names = _names(tables, found, step)
        near = step if step in names else nearest(step, names)
        if not near:
            return ".".join(found) if found and not names else ""
        found.append(near)
    return "" if _names(tables, found, "") else ".".join(found)
