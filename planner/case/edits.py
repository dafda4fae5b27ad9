"""Changes to parsed records, by dotted keys: one way for setting, multiplying, adding, copying, removing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planner.case.rows import Row, Rows, parse_row, referenced
from planner.case.scenarios import Edit, Factor, Tables
from planner.case.state import State
from planner.case.toml_file import read_settings
from planner.errors import InputError, Problem
from planner.schema.messages import Place, Product, listed, nearest, show, suggestion
from planner.schema.settings import Settings, find, is_free, keys_of, setting
from planner.schema.tables import CHANGEABLE, RECORDS, TABLES, Column, Table

ADDABLE = tuple(table.name for table in RECORDS if not table.outlines)
EVERY_ROW = "*"
"""In the place of an id."""
KEY_STEPS = 3
"""A row's key reads table.id.column."""
LIKE = "like"
"""The key of a new record that names the record whose columns it copies; in options.csv it is a column."""
Sets = dict[str, Edit]
"""The edits of one row by column."""
LEFT_EMPTY = "left_empty"
"""The code of a removal that leaves another record without what it needs."""


def edited(before: State, edits: Sequence[Edit]) -> tuple[State, list[Problem]]:
    """A case after some edits: removals first, then additions, then values; what names the removed last.

    Returns:
        The new state (the old one stays as it is), without the edits that are wrong; and their problems.
    """
    state = _Editing(before, dict(before.tables))
    removed = [edit for edit in edits if edit.action == "remove" and state.tried(state.remove, edit)]
    for edit in edits:
        if edit.action == "add":
            state.tried(state.add, edit)
    values = [edit for edit in edits if edit.action == "set" and state.tried(state.check_set, edit)]
    state.set_rows([edit for edit in values if edit.record[0] in CHANGEABLE])
    settings, changed = state.set_settings([edit for edit in values if edit.record[0] not in CHANGEABLE])
    gone = [edit for edit in removed if edit.record[1] not in _ids(state.tables, edit.record[0])]
    state.problems += _cascade(state.tables, gone)
    return State(settings, state.tables, before.text, changed), state.problems


def idle_edits(before: State, after: State, edits: Sequence[Edit]) -> Iterator[Problem]:
    """A warning for each edit that sets what the case has already."""
    for edit in edits:
        if edit.action != "set" or isinstance(edit.value, dict):
            continue
        name, *rest = edit.key.split(".")
        pairs: list[tuple[object, object]] = []
        if name not in CHANGEABLE and before.settings and after.settings:
            pairs = [(setting(before.settings, edit.key), setting(after.settings, edit.key))]
        elif name in before.tables and len(rest) == KEY_STEPS - 1:
            new = {row.number: row[rest[1]] for row in after.tables[name].rows}
            own = [row for row in _named(before.tables[name], rest[0]) if row.valid and row.number in new]
            pairs = [(row[rest[1]], new[row.number]) for row in own]
        if pairs and all(stood == now for stood, now in pairs):
            shown = None if isinstance(edit.value, Factor) else edit.value
            yield edit.place.problem("empty_scenario.same", shown)


def _ids(tables: Tables, name: str) -> Mapping[str, Sequence[Row]]:
    return tables[name].by_id if name in tables else {}


def _named(rows: Rows, key: str) -> Sequence[Row]:
    """The rows of an id, or all."""
    return rows.rows if key == EVERY_ROW else rows.by_id.get(key, ())


@dataclass
class _Editing:
    """A case while it is edited, and the problems of the edits that are wrong."""

    before: State
    tables: dict[str, Rows]
    problems: list[Problem] = field(default_factory=list)

    def tried(self, do: Callable[..., None], *what: Any) -> bool:
        """Whether an edit was right; its problems are kept."""
        try:
            do(*what)
        except InputError as error:
            self.problems += error.problems
            return False
        return True

    def remove(self, edit: Edit) -> None:
        name, key = edit.record
        if name not in CHANGEABLE:
            raise edit.error("unknown_table", name, right=CHANGEABLE)
        if name in self.tables:
            rows = self.before.tables[name]
            if key not in rows.by_id:
                raise edit.error("unknown_row", key, right=tuple(rows.by_id), rows=rows.file)
            kept = tuple(row for row in self.tables[name].rows if rows.key(row) != key)
            self.tables[name] = replace(rows, rows=kept)

    def add(self, edit: Edit) -> None:
        name, key = edit.record
        if name in CHANGEABLE and name not in ADDABLE:
            raise edit.error("needs_outline", key)
        if name not in ADDABLE:
            raise edit.error("unknown_table.add", name, right=ADDABLE)
        if name not in self.tables or not isinstance(edit.value, dict):
            return
        rows, table, before = self.tables[name], self.tables[name].table, self.before.tables[name]
        copies = LIKE not in table.columns and LIKE in edit.value
        right = [one for one in table.columns if one != table.id]
        wrong = []
        if key in rows.by_id and table.unique:
            wrong.append(edit.place.problem("duplicate_id.add", key, rows=rows.file))
        for column in edit.value:
            place = edit.place.below(column)
            if column == table.id:
                wrong.append(place.problem("unknown_column.id", table=name))
            elif column not in right and column != LIKE:
                wrong.append(place.problem("unknown_column.edit", right=right, word=column, table=name))
        self.problems += wrong
        own = {
            column: replace(edit, value=value, place=edit.place.below(column))
            for column, value in edit.value.items()
        }
        like = own.pop(LIKE) if copies else None
        copied = _copied(edit, like.value, before) if like else {}
        if wrong:
            return
        number = max((row.number for row in (*before.rows, *rows.rows)), default=1) + 1
        model = str(like.value) if like else ""
        new = Row(number, edit.place, {**copied, table.id: key}, like=model)
        row = _edited_row(table, new, own, added=True)
        self.tables[name] = replace(rows, rows=(*rows.rows, row))
        if model and model != key:
            _name_beside(self.tables, self.before.tables, (name, model, key))

    def check_set(self, edit: Edit) -> None:
        name, *rest = edit.key.split(".")
        gone = _ids(self.before.tables, name).keys() - _ids(self.tables, name).keys()
        if len(rest) == KEY_STEPS - 1 and rest[0] in gone:
            raise edit.error("removed_row")
        _check_key(self.tables, edit)
        if isinstance(edit.value, dict):
            raise edit.error("not_a_value")

    def set_rows(self, edits: Sequence[Edit]) -> None:
        """Sets columns; ``*`` means every row that no edit names itself; a factor leaves blanks."""
        keys = {edit.key for edit in edits}
        sets: dict[tuple[str, int], Sets] = {}
        for edit in edits:
            name, key, column = edit.key.split(".")
            rows = self.tables.get(name, Rows(TABLES[name]))
            own = _named(rows, key)
            some = key == EVERY_ROW or any(row[column] is not None for row in own)
            for row in own:
                named = key == EVERY_ROW and f"{name}.{rows.key(row)}.{column}" in keys
                blank = some and isinstance(edit.value, Factor) and row[column] is None
                if row.valid and not named and not blank:
                    sets.setdefault((name, row.number), {})[column] = edit
        new = {name: {row.number: row for row in self.tables[name].rows} for name, _ in sets}

        def put(name: str, number: int, of_row: Sets) -> None:
            new[name][number] = _edited_row(self.tables[name].table, new[name][number], of_row)

        for at, of_row in sets.items():
            self.tried(put, *at, of_row)
        for name, of in new.items():
            self.tables[name] = replace(self.tables[name], rows=tuple(of.values()))

    def set_settings(self, edits: Sequence[Edit]) -> tuple[Settings | None, Mapping[str, Place]]:
        before = self.before
        if before.settings is None or not edits:
            return before.settings, before.changed
        values = before.settings.model_dump()
        places = {edit.key: edit.place for edit in edits}

        def put(edit: Edit) -> None:
            *outer, last = edit.key.split(".")
            table = values
            for step in outer:
                table[step] = table[step] if table.get(step) is not None else {}
                table = table[step]
            table[last] = _multiplied(edit, table.get(last))

        if sum(self.tried(put, edit) for edit in edits) < len(edits):
            return before.settings, before.changed
        settings, problems = read_settings(values, before.text, places)
        self.problems += problems
        return settings, {**before.changed, **places}


def _copied(edit: Edit, like: object, rows: Rows) -> Mapping[str, Any]:
    """The values of the record that a new one is like."""
    found = rows.by_id.get(str(like), ())
    if not found:
        raise edit.error("unknown_row", like, LIKE, right=tuple(rows.by_id), rows=rows.file)
    if len(found) > 1:
        raise edit.error("several_rows.like", like, LIKE, rows=rows.file)
    if not found[0].valid:
        raise InputError([])  # the row that is copied has problems of its own
    return found[0].values


def _edited_row(table: Table, row: Row, sets: Sets, *, added: bool = False) -> Row:
    """A validated copy of a row with other values; a range moves with its figure unless it is set too.

    Raises:
        InputError: with the problem of each column: of the edit that set it, else of one beside which its
            value does not fit.
    """
    values, changed = dict(row.values), dict(row.changed)
    problems: list[Problem] = []
    for column, edit in sets.items():
        stands = values.get(column)
        try:
            values[column], changed[column] = _multiplied(edit, stands), edit.place
        except InputError as error:
            problems += error.problems
            continue
        number = _number(values[column])
        for end in table.companions_of(column):
            if end not in sets and values.get(end) is not None and number is not None:
                of, values[end], changed[end] = values[end], None, edit.place
                if stands:
                    how: dict[str, Any] = {"key": "worked_out.end", "end": end, "figure": column}
                    values[end] = Product.of(of * number / stands, of, number / stands, **how)
    if problems:
        raise InputError(problems)
    parsed, wrong = parse_row(table, values)
    if parsed is not None:
        made = {name: value for name, value in values.items() if isinstance(value, Product)}
        return replace(row, values={**parsed, **made}, changed=changed)
    places = {column: row.place.below(column) for column in table.columns if added} | changed
    beside = next((edit.place for edit in sets.values()), row.place)
    raise InputError(
        places[column].wrong(said)
        if column in places
        else beside.wrong(said, rule=f"does not fit {column}, which {said.rule}")
        for column, said in wrong
    )


def _multiplied(edit: Edit, stands: object) -> object:
    """The value that an edit sets, where ``stands`` is the value before."""
    if not isinstance(edit.value, Factor):
        return edit.value
    by = edit.value.by
    if isinstance(by, bool) or not isinstance(by, int | float):
        raise edit.error("not_a_factor", by)
    if isinstance(by, int) and abs(by) > sys.float_info.max:
        raise edit.error("not_a_factor", by)
    if isinstance(stands, bool) or not isinstance(stands, int | float):
        raise edit.error("nothing_to_multiply")
    return Product.of(stands * by, stands, stands * by / stands) if stands else stands * by


def _number(value: object) -> float | None:
    try:
        return None if isinstance(value, bool) else float(str(value))
    except ValueError:
        return None


def _check_key(tables: Tables, edit: Edit) -> None:
    """Checks that a key names a setting, or a row and a column."""
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
    elif table in tables and len(_ids(tables, table).get(steps[1], ())) > 1:
        own = tables[table].table
        if not own.capital or not own.columns[steps[2]].numeric:  # money and people are set in all years
            raise edit.error("several_rows", rows=tables[table].file)


def _names(tables: Tables, before: Sequence[str], step: str) -> Sequence[str]:
    """The names that a key may go on with; none where it is complete. ``step`` itself where any is right."""
    if not before:
        return (*Settings.model_fields, *CHANGEABLE)
    if before[0] in CHANGEABLE:
        if before[0] not in tables:  # a file that could not be read is a problem of its own
            return (step,)
        rows = tables[before[0]]
        columns = [name for name in rows.table.columns if name != rows.table.id]
        ids = (*rows.by_id, EVERY_ROW) if rows.rows else ()
        return (ids, columns, ())[min(len(before), KEY_STEPS) - 1]
    field = find(before)
    if field is None:
        return ()
    free = is_free(field) and find(before[:-1]) is not field
    return (step,) if free else tuple(keys_of(field))


def _unknown(tables: Tables, edit: Edit, steps: list[str], at: int, names: Sequence[str]) -> InputError:
    key, words = "unknown_key.set", dict[str, str]()
    if steps[0] in CHANGEABLE:
        if at == KEY_STEPS:
            return edit.error("incomplete_key", table=steps[0])
        key = "unknown_row.key" if at == 1 else "unknown_column.key"
        words = {"rows": tables[steps[0]].file, "table": steps[0]}
    if not names and key == "unknown_key.set":
        return edit.error(key, choose=f"write {show('.'.join(steps[:at]))}, a single value")
    nearest_key, near = _nearest_key(tables, steps) if names else "", nearest(steps[at], names)
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


def _cascade(tables: dict[str, Rows], removed: Sequence[Edit]) -> list[Problem]:
    """Takes the ids of removed records out of every list; rows left with nothing go, or are problems."""
    gone: dict[str, dict[str, Edit]] = {}
    for edit in removed:
        gone.setdefault(edit.record[0], {})[edit.record[1]] = edit
    problems: list[Problem] = []
    for name, rows in list(tables.items()) if gone else ():
        naming = [column for column in rows.table.columns.values() if column.references]
        kept: list[Row] = []
        lost: dict[str, Edit] = {}
        for row in rows.rows:
            left, found, by = _without(rows, row, naming, gone)
            problems += found
            if left is not None:
                kept.append(left)
            elif by is not None:
                lost[rows.key(row)] = by
        tables[name] = replace(rows, rows=tuple(kept))
        still = {"", *tables[name].by_id}
        gone.setdefault(name, {}).update((key, edit) for key, edit in lost.items() if key not in still)
    return problems


def _name_beside(tables: dict[str, Rows], before: Mapping[str, Rows], new: tuple[str, str, str]) -> None:
    """Names a new record (table, its model's id, its own) in all lists of ``before`` that name its model."""
    table, like, key = new
    for name, rows in list(tables.items()):
        lists = [one for one in rows.table.columns.values() if one.listed and one.references]
        stood, named = {row.number for row in before[name].rows}, dict[int, Row]()
        for row in rows.rows if lists else ():
            naming = [one for one in lists if like in (row[one.name] or ()) and table in referenced(row, one)]
            if naming and row.number in stood:
                more = {one.name: tuple(dict.fromkeys((*row[one.name], key))) for one in naming}
                named[row.number] = replace(row, values={**row.values, **more})
        if named:
            tables[name] = replace(rows, rows=tuple(named.get(row.number, row) for row in rows.rows))


def _without(
    rows: Rows, row: Row, naming: Sequence[Column], gone: Mapping[str, Mapping[str, Edit]]
) -> tuple[Row | None, list[Problem], Edit | None]:
    """A row without the ids that are gone, or None if it goes with them."""
    for column in naming:
        named = row[column.name] or ()
        ids = (named,) if isinstance(named, str) else named
        of = [gone.get(table, {}) for table in referenced(row, column)]
        lost = {key: edits[key] for key in ids for edits in of if key in edits}
        left = tuple(key for key in ids if key not in lost)
        if not lost:
            continue
        edit = next(iter(lost.values()))
        if not left and column.cascade:
            return None, [], edit
        if not left and column.default != ():
            what = f"{rows.table.name}.{show(rows.key(row))}"
            words = {"record": what, "column": column.name, "ids": listed(lost)}
            problem = edit.place.problem(LEFT_EMPTY, next(iter(lost)), **words)
            # said here, and nowhere else
            return replace(row, values={**row.values, column.name: ("*",)}), [problem], None
        row = replace(row, values={**row.values, column.name: left})
    return row, [], None
