"""Changes to a case before it is checked, such as ``programmes.japan_osa.budget = 2e6``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.case.csv_file import RawRow, RawTable
from planner.case.fields import plain_types
from planner.case.keys import CHANGEABLE, KEY_STEPS, check_key, is_rate
from planner.case.mentions import drop_mentions
from planner.case.scenarios import Edit, Factor, Scenario
from planner.case.settings import Settings
from planner.case.translate import find_field
from planner.case.wording import nearest, show, suggestion
from planner.errors import Problem

ADDABLE = ("bases", "assets", "sensors", "programmes", "access", "limits")
EVERY = "*"
LIKE = "like"
"""The key of a new record that names the record whose columns it copies."""

Tables = Mapping[str, RawTable]


def every_row(tables: Tables, edits: Sequence[Edit]) -> list[Edit]:
    """The edits with ``assets.*.units`` written out for every row that has no edit of its own.

    A factor leaves blank cells alone: there is nothing to multiply.
    """
    own = {edit.key for edit in edits if edit.action == "set"}
    found = []
    for edit in edits:
        steps = edit.key.split(".")
        if edit.action != "set" or len(steps) != KEY_STEPS or steps[1] != EVERY or steps[0] not in tables:
            found.append(edit)
            continue
        ids = tables[steps[0]].ids()
        if not ids or steps[2] not in tables[steps[0]].spec.fields:
            found.append(replace(edit, key=f"{steps[0]}.{next(iter(ids), EVERY)}.{steps[2]}"))
            continue
        keys = {key: f"{steps[0]}.{key}.{steps[2]}" for key in ids}
        found += [
            replace(edit, key=keys[key])
            for key, rows in ids.items()
            if keys[key] not in own and not (isinstance(edit.value, Factor) and steps[2] not in rows[0].cells)
        ]
    return found


def check_edits(tables: Tables, edits: Sequence[Edit]) -> list[Problem]:
    """The problems of edits that lead nowhere; nothing is changed.

    Args:
        tables: The raw tables by name.
        edits: The edits of one scenario, or those of ``--set``.
    """
    removed = {edit.key for edit in edits if edit.action == "remove"}
    problems = []
    for edit in edits:
        if edit.action == "set":
            problems += _check_set(tables, edit)
        elif edit.action == "remove":
            problems += _check_remove(tables, edit)
        else:
            problems += _check_add(tables, edit, removed)
    return problems


def check_scenarios(tables: Tables, scenarios: Mapping[str, Scenario]) -> list[Problem]:
    """The problems of any scenario that leads nowhere, each against the case as it stands."""
    return [problem for scenario in scenarios.values() for problem in check_edits(tables, scenario.edits)]


def apply_edits(values: dict[str, object], tables: Tables, edits: Sequence[Edit]) -> list[Problem]:
    """Makes edits that were checked: removes, adds, sets, then drops what names the removed records.

    Args:
        values: The values of ``case.toml``, changed in place.
        tables: The raw tables by name, changed in place.
        edits: The edits.

    Returns:
        The problems of values that cannot be set, and of records that are left without what they need.
    """
    problems: list[Problem] = []
    before = {name: table.ids() for name, table in tables.items()}
    removed = [edit for edit in edits if edit.action == "remove"]
    added = [edit for edit in edits if edit.action == "add"]
    for edit in removed:
        name, _, key = edit.key.partition(".")
        if name in tables:
            gone = {row.number for row in before[name].get(key, ())}
            tables[name].rows[:] = [row for row in tables[name].rows if row.number not in gone]
    for edit in added:
        problems += _add(tables, before, edit)
    own = {edit.key for edit in edits if edit.action == "set"}
    for edit in edits:
        if edit.action == "set":
            problems += _set(values, tables, edit, own)
    return problems + drop_mentions(tables, [edit for edit in removed if not _stands_again(tables, edit)])


def _stands_again(tables: Tables, edit: Edit) -> bool:
    name, _, key = edit.key.partition(".")
    return name in tables and key in tables[name].ids()


def _check_set(tables: Tables, edit: Edit) -> list[Problem]:
    wrong = check_key(tables, edit.key.split("."), edit.file)
    if wrong:
        return [replace(wrong, row=edit.row, column=show(edit.column))]
    if isinstance(edit.value, dict):
        return [edit.problem("is a table, not a value", "write a value, or {factor = 1.5}", edit.value)]
    return _check_factor(edit, edit.value)


def _check_factor(edit: Edit, value: object, below: str = "") -> list[Problem]:
    if not isinstance(value, Factor) or (
        isinstance(value.by, (int, float)) and not isinstance(value.by, bool)
    ):
        return []
    return [edit.problem("is not a number to multiply by", "write {factor = 1.5}", value.by, below)]


def _check_remove(tables: Tables, edit: Edit) -> list[Problem]:
    name, _, key = edit.key.partition(".")
    if name not in CHANGEABLE:
        rule = "is no table whose records can be removed"
        return [edit.problem(rule, suggestion(name, CHANGEABLE), name)]
    if name not in tables or key in tables[name].ids():
        return []
    rule = f"leads to no row of {tables[name].file}"
    return [edit.problem(rule, suggestion(key, tuple(tables[name].ids())), key)]


def _check_add(tables: Tables, edit: Edit, removed: set[str]) -> list[Problem]:
    name, _, key = edit.key.partition(".")
    if name == "areas":
        remedy = "add the area and its outline to the file of areas, and remove it in other scenarios"
        return [edit.problem("cannot be added: an area needs an outline", remedy, key)]
    if name not in ADDABLE:
        rule = "is no table that records can be added to"
        return [edit.problem(rule, suggestion(name, ADDABLE), name)]
    if name not in tables or not isinstance(edit.value, dict):
        return []
    table, ids = tables[name], tables[name].ids()
    problems = []
    if key in ids and name != "access" and edit.key not in removed:
        remedy = "choose another id, set the columns of the record that is there, or remove that"
        problems.append(edit.problem(f"is an id of {table.file} already", remedy, key))
    for column, value in edit.value.items():
        if column == LIKE:
            problems += _check_like(table, edit, value)
        elif column == table.spec.id_column or column not in table.spec.fields:
            columns = [one for one in table.spec.fields if one != table.spec.id_column]
            remedy = (
                suggestion(column, columns, "remove it")
                if column in columns or nearest(column, columns)
                else ("leave it out" if column == table.spec.id_column else suggestion(column, columns))
            )
            problems.append(edit.problem(f"is not a column of {name}", remedy, below=column))
        else:
            problems += _check_factor(edit, value, column)
    return problems


def _check_like(table: RawTable, edit: Edit, like: object) -> list[Problem]:
    ids = table.ids()
    if not isinstance(like, str) or like not in ids:
        rule = f"leads to no row of {table.file}"
        return [edit.problem(rule, suggestion(str(like), tuple(ids)), like, LIKE)]
    if len(ids[like]) > 1:
        return [edit.problem(f"leads to several rows of {table.file}", "write all columns", like, LIKE)]
    return []


def _add(tables: Tables, before: Mapping[str, Mapping[str, list[RawRow]]], edit: Edit) -> list[Problem]:
    name, _, key = edit.key.partition(".")
    if name not in tables or not isinstance(edit.value, dict):
        return []
    table, fields = tables[name], dict(edit.value)
    like = fields.pop(LIKE, None)
    cells = dict(before[name][like][0].cells) if isinstance(like, str) else {}
    number = (
        max(
            [row.number for row in table.rows]
            + [row.number for rows in before[name].values() for row in rows],
            default=1,
        )
        + 1
    )
    row = RawRow(number, {**cells, table.spec.id_column: key})
    table.rows.append(row)
    table.added[number] = (edit.file, edit.row, edit.column)
    problems = []
    for column, value in fields.items():
        problems += _set_cell(table, row, column, replace(edit, value=value), set(fields), column)
    row.changed.clear()  # the place of the record says who set what
    return problems


def _set(values: dict[str, object], tables: Tables, edit: Edit, own: set[str]) -> list[Problem]:
    steps = edit.key.split(".")
    if steps[0] not in CHANGEABLE:
        return _set_setting(values, steps, edit)
    if steps[0] not in tables:
        return []
    table = tables[steps[0]]
    rows = table.ids().get(steps[1])
    if not rows:
        remedy = "leave out the change, or the scenario that removes the record"
        return [edit.problem("leads to a record that a scenario removes", remedy)]
    named = {key.rpartition(".")[2] for key in own if key.rpartition(".")[0] == f"{steps[0]}.{steps[1]}"}
    return _set_cell(table, rows[0], steps[2], edit, named)


def _set_setting(values: dict[str, object], steps: list[str], edit: Edit) -> list[Problem]:
    table = values
    for step in steps[:-1]:
        inner = table.get(step)
        if step in table and not isinstance(inner, dict):
            return []  # the wrong value in the file is a problem of its own
        table[step] = copy = dict(inner) if isinstance(inner, dict) else {}
        table = copy
    field, _ = find_field(Settings, steps)
    kinds = {float} if field is None or is_rate(steps) else plain_types(field)
    value = edit.value
    if isinstance(value, Factor):
        stands = table.get(steps[-1], None if field is None or is_rate(steps) else field.default)
        if isinstance(stands, bool) or not isinstance(stands, (int, float)):
            return [_nothing_to_multiply(edit)]
        value = stands * float(str(value.by))
        value = int(value) if int in kinds and value.is_integer() else value
    table[steps[-1]] = _typed(value, kinds)
    return []


def _set_cell(
    table: RawTable, row: RawRow, column: str, edit: Edit, named: set[str], below: str = ""
) -> list[Problem]:
    """Sets one cell; the range of a figure moves with it, in proportion, unless it is named too."""
    value, stands = edit.value, _number(row.cells.get(column))
    if isinstance(value, Factor):
        if stands is None or column not in table.spec.numeric:
            return [_nothing_to_multiply(edit, below)]
        value = stands * float(str(value.by))
    strict = table.spec.name == "areas"
    cell = _typed(value, plain_types(table.spec.fields[column])) if strict else _cell(value)
    row.cells.pop(column, None)
    if cell is not None and cell != "":
        row.cells[column] = cell
    row.changed[column] = edit.origin
    new = _number(cell)
    for end in (f"{column}_low", f"{column}_high"):
        limit = _number(row.cells.get(end)) if end in table.spec.fields and end not in named else None
        if limit is not None and new is not None:
            del row.cells[end]
            if stands:
                row.cells[end] = str(limit * new / stands)
                row.changed[end] = edit.origin
    return []


def _nothing_to_multiply(edit: Edit, below: str = "") -> Problem:
    return edit.problem("stands for no number that could be multiplied", "write a value", below=below)


def _number(cell: object) -> float | None:
    """The number of a raw cell; None for one that holds none."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return None
    try:
        return float(cell)
    except (ValueError, OverflowError):
        return None


def _typed(value: object, kinds: set[Any]) -> object:
    """Text as the number that a field of numbers wants: what is typed after ``--set`` is always text."""
    if not isinstance(value, str) or not kinds & {int, float}:
        return value
    try:
        amount = float(value)
    except ValueError:
        return value
    return int(amount) if int in kinds and amount.is_integer() else amount


def _cell(value: object) -> object:
    """A value as the text of a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ";".join(str(item) for item in value)
    return value.strip(" \t") if isinstance(value, str) else str(value)
