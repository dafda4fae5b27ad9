"""Changes to parsed records: one way for setting, multiplying, adding, copying and removing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planner.case.cascade import cascade
from planner.case.keys import CHANGEABLE, EVERY, KEY_STEPS, Tables, check_key
from planner.case.place import Place
from planner.case.rows import Row, Rows, parse_row
from planner.case.scenarios import Edit, Factor
from planner.case.toml_file import read_settings
from planner.errors import Problem
from planner.schema.messages import Message
from planner.schema.settings import Settings
from planner.schema.table import Table
from planner.schema.tables import RECORDS, TABLES

ADDABLE = tuple(table.name for table in RECORDS if not table.outlines)
LIKE = "like"
"""The key of a new record that names the record whose columns it copies."""
Sets = dict[str, Edit]
"""The edits of one row by column."""


@dataclass(frozen=True)
class State:
    """The settings and the rows of a case, parsed; ``changed`` has the settings that edits have set."""

    settings: Settings | None
    tables: Tables
    text: str = ""
    changed: Mapping[str, Place] = field(default_factory=dict)


def edited(before: State, edits: Sequence[Edit]) -> tuple[State, list[Problem]]:
    """A case after some edits: removals first, then additions, then values; what names the removed last.

    Returns:
        The new state (the old one stays as it is), without the edits that are wrong; and their problems.
    """
    problems: list[Problem] = []
    tables = dict(before.tables)
    removed = [
        edit for edit in edits if edit.action == "remove" and not _note(problems, _check_remove(tables, edit))
    ]
    for edit in removed:
        name, key = edit.record
        if name in tables:
            kept = tuple(row for row in tables[name].rows if tables[name].key(row) != key)
            tables[name] = replace(tables[name], rows=kept)
    for edit in edits:
        if edit.action == "add":
            problems += _add(before.tables, tables, edit)
    sets, values = _resolved(before.tables, tables, edits, problems)
    for name, of_rows in sets.items():
        problems += _set_rows(tables, name, of_rows)
    settings, changed, found = _set_settings(before, values)
    gone = [edit for edit in removed if edit.record[1] not in _ids(tables, edit.record[0])]
    problems += [*found, *cascade(tables, gone)]
    return State(settings, tables, before.text, changed), problems


def _note(problems: list[Problem], found: Sequence[Problem]) -> bool:
    problems += found
    return bool(found)


def _ids(tables: Tables, name: str) -> Mapping[str, Sequence[Row]]:
    return tables[name].by_id if name in tables else {}


def _check_remove(tables: Tables, edit: Edit) -> list[Problem]:
    name, key = edit.record
    if name not in CHANGEABLE:
        return [edit.problem("unknown_table", name, right=CHANGEABLE)]
    if name not in tables or key in tables[name].by_id:
        return []
    return [_no_row(edit, tables[name], key)]


def _no_row(edit: Edit, rows: Rows, key: object, below: str = "") -> Problem:
    return edit.problem("unknown_row", key, below, right=tuple(rows.by_id), rows=rows.file)


def _add(before: Tables, tables: dict[str, Rows], edit: Edit) -> list[Problem]:
    """Adds a record, if nothing is wrong with it."""
    name, key = edit.record
    if name in CHANGEABLE and name not in ADDABLE:
        return [edit.problem("needs_outline", key)]
    if name not in ADDABLE:
        return [edit.problem("unknown_table.add", name, right=ADDABLE)]
    if name not in tables or not isinstance(edit.value, dict):
        return []
    rows, table = tables[name], tables[name].table
    problems: list[Problem] = []
    if key in rows.by_id and table.unique:
        problems.append(edit.problem("duplicate_id.add", key, rows=rows.file))
    fields = {column: value for column, value in edit.value.items() if column != LIKE}
    problems += [
        _no_column(edit, table, name) for name in fields if name not in table.columns or name == table.id
    ]
    values: dict[str, Any] = {}
    if LIKE in edit.value:
        found = before[name].by_id.get(str(edit.value[LIKE]), ())
        if not found:
            problems.append(_no_row(edit, before[name], edit.value[LIKE], LIKE))
        elif len(found) > 1:
            problems.append(edit.problem("several_rows.like", edit.value[LIKE], LIKE, rows=rows.file))
        elif not found[0].valid:
            return problems  # the row that is copied has problems of its own
        else:
            values = dict(found[0].values)
    number = max((row.number for row in (*before[name].rows, *rows.rows)), default=1) + 1
    new = Row(number, edit.place, {**values, table.id: key})
    own = {
        column: replace(edit, value=value, place=edit.place.below(column)) for column, value in fields.items()
    }
    if problems:
        return problems
    row, problems = _edited_row(table, new, own, added=True)
    if row is not None:
        tables[name] = replace(rows, rows=(*rows.rows, replace(row, changed={})))
    return problems


def _no_column(edit: Edit, table: Table, name: str) -> Problem:
    if name == table.id:
        return edit.problem("unknown_column.id", below=name, table=table.name)
    right = [one for one in table.columns if one != table.id]
    return edit.problem("unknown_column.edit", below=name, right=right, word=name, table=table.name)


def _resolved(
    before: Tables, tables: Tables, edits: Sequence[Edit], problems: list[Problem]
) -> tuple[dict[str, dict[int, Sets]], list[Edit]]:
    """The edits that set columns, by table and row, and those that set settings; ``*`` written out."""
    own = {edit.key for edit in edits if edit.action == "set"}
    sets: dict[str, dict[int, Sets]] = {}
    settings = []
    for edit in edits:
        if edit.action != "set" or _note(problems, _check_set(before, tables, edit)):
            continue
        steps = edit.key.split(".")
        if steps[0] not in CHANGEABLE:
            settings.append(edit)
            continue
        name, key, column = steps
        rows = tables.get(name, Rows(TABLES[name], ""))
        for row in rows.rows if key == EVERY else rows.by_id.get(key, ()):
            own_edit = key == EVERY and f"{name}.{rows.key(row)}.{column}" in own
            blank = key == EVERY and isinstance(edit.value, Factor) and row[column] is None
            if row.valid and not own_edit and not blank:
                sets.setdefault(name, {}).setdefault(row.number, {})[column] = edit
    return sets, settings


def _check_set(before: Tables, tables: Tables, edit: Edit) -> list[Problem]:
    steps = edit.key.split(".")
    if (
        len(steps) == KEY_STEPS
        and steps[1] in _ids(before, steps[0])
        and steps[1] not in _ids(tables, steps[0])
    ):
        return [edit.problem("removed_row")]
    wrong = check_key(tables, edit)
    if not wrong and isinstance(edit.value, dict):
        return [edit.problem("not_a_value")]
    return wrong


def _set_rows(tables: dict[str, Rows], name: str, sets: Mapping[int, Sets]) -> list[Problem]:
    rows, problems, kept = tables[name], list[Problem](), list[Row]()
    for row in rows.rows:
        new, found = _edited_row(rows.table, row, sets[row.number]) if row.number in sets else (row, [])
        problems += found
        kept.append(new or row)
    tables[name] = replace(rows, rows=tuple(kept))
    return problems


def _edited_row(
    table: Table, row: Row, sets: Sets, *, added: bool = False
) -> tuple[Row | None, list[Problem]]:
    """A validated copy of a row with other values; a range moves with its figure unless it is set too."""
    values, changed = dict(row.values), dict(row.changed)
    problems = []
    for column, edit in sets.items():
        stands = values.get(column)
        value, wrong = _multiplied(edit, stands)
        problems += wrong
        values[column], changed[column] = value, edit.place
        for end in table.companions_of(column):
            if end in sets or values.get(end) is None or _number(value) is None:
                continue
            values[end] = values[end] * _number(value) / stands if stands else None
            changed[end] = edit.place
    if problems:
        return None, problems
    parsed, wrong_values = parse_row(table, values)
    places = {column: row.place.below(column) for column in table.columns if added} | changed
    problems = [_wrong_value(column, places.get(column), said, sets) for column, said in wrong_values]
    return (None if parsed is None else replace(row, values=parsed, changed=changed)), problems


def _multiplied(edit: Edit, stands: object) -> tuple[object, list[Problem]]:
    """The value that an edit sets, where ``stands`` is the value before."""
    if not isinstance(edit.value, Factor):
        return edit.value, []
    by = edit.value.by
    if isinstance(by, bool) or not isinstance(by, int | float):
        return None, [edit.problem("not_a_factor", by)]
    if isinstance(stands, bool) or not isinstance(stands, int | float):
        return None, [edit.problem("nothing_to_multiply")]
    return stands * by, []


def _number(value: object) -> float | None:
    try:
        return None if isinstance(value, bool) else float(str(value))
    except ValueError:
        return None


def _wrong_value(column: str, place: Place | None, said: Message, sets: Sets) -> Problem:
    """The problem of a column: of the edit that set it, else of one beside which its value does not fit."""
    if place is None:
        said = said._replace(rule=f"does not fit {column}, which {said.rule}")
    return (place or next(iter(sets.values())).place).wrong(said)


def _set_settings(
    before: State, edits: Sequence[Edit]
) -> tuple[Settings | None, Mapping[str, Place], list[Problem]]:
    if before.settings is None or not edits:
        return before.settings, before.changed, []
    values = before.settings.model_dump()
    problems: list[Problem] = []
    places = {edit.key: edit.place for edit in edits}
    for edit in edits:
        *outer, last = edit.key.split(".")
        table = values
        for step in outer:
            table[step] = table[step] if table.get(step) is not None else {}
            table = table[step]
        value, wrong = _multiplied(edit, table.get(last))
        problems += wrong
        table[last] = value
    if problems:
        return before.settings, before.changed, problems
    settings, problems = read_settings(values, before.text, places)
    return settings, {**before.changed, **places}, problems
