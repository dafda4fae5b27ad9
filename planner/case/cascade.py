"""Lists of ids: those that name a removed record lose it, those that name a model name its copy too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.case.rows import Row, Rows, referenced
from planner.case.scenarios import Edit
from planner.errors import Problem
from planner.schema.tables import Column
from planner.schema.wording import listed, show

LEFT_EMPTY = "left_empty"
"""The code of a removal that leaves another record without what it needs."""


def cascade(tables: dict[str, Rows], removed: Sequence[Edit]) -> list[Problem]:
    """Takes the ids of removed records out of every list; rows that are left with nothing may go too.

    Returns:
        The problems of records that are left without what they need.
    """
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
        still = tables[name].by_id
        gone.setdefault(name, {}).update(
            {key: edit for key, edit in lost.items() if key and key not in still}
        )
    return problems


def name_beside(tables: dict[str, Rows], before: Mapping[str, Rows], new: tuple[str, str, str]) -> None:
    """Names a new record in every list of the case that names its model, such as who may pay for it.

    ``new`` is the table of the record, the id of its model, and its own. The lists of rows that are not in
    the tables ``before``, of other new records, stay as they are.
    """
    table, like, key = new
    for name, rows in list(tables.items()):
        lists = [one for one in rows.table.columns.values() if one.listed and one.references]
        if not any(like in (row[one.name] or ()) for row in rows.rows for one in lists):
            continue
        stood = {row.number for row in before[name].rows}

        def longer(row: Row, lists: Sequence[Column] = lists) -> Row:
            naming = (one for one in lists if like in (row[one.name] or ()) and table in referenced(row, one))
            more = {one.name: tuple(dict.fromkeys((*row[one.name], key))) for one in naming}
            return replace(row, values={**row.values, **more}) if more else row

        tables[name] = replace(
            rows, rows=tuple(longer(row) if row.number in stood else row for row in rows.rows)
        )


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
