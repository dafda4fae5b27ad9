"""What names a record that a scenario removes: lists of bases, assets and areas lose its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.case.csv_file import RawRow, RawTable
from planner.case.scenarios import Edit
from planner.case.wording import listed, show
from planner.errors import Problem

MENTIONS = {
    "bases": (("assets", "bases"),),
    "assets": (("programmes", "assets"),),
    "sensors": (("programmes", "assets"),),
    "areas": (("programmes", "areas"), ("access", "areas"), ("limits", "areas")),
    "programmes": (("limits", "programme"),),
}
"""The lists of ids, table and column, by the table that the ids are of."""
GO_WHEN_EMPTY = ("access", "limits")
"""Tables whose records go when their list is left empty, with what is said of them elsewhere."""


def drop_mentions(tables: Mapping[str, RawTable], removed: Sequence[Edit]) -> list[Problem]:
    """Takes the ids of removed records out of every list; a problem where a list is left empty.

    A consent or a limit that is left without areas, a limit whose programme goes, and a source or a range
    that is left without figures go altogether.
    """
    gone: dict[str, dict[str, Edit]] = {}
    for edit in removed:
        name, _, key = edit.key.partition(".")
        gone.setdefault(name, {})[key] = edit
    before = {name: set(tables[name].ids()) for name in GO_WHEN_EMPTY if name in tables}
    problems: list[Problem] = []
    for name, edits in gone.items():
        for where, column in MENTIONS.get(name, ()):
            if where in tables:
                problems += _drop(tables[where], column, edits)
    lost = {name: set(edits) for name, edits in gone.items()}
    for name, ids in before.items():
        lost[name] = lost.get(name, set()) | (ids - set(tables[name].ids()))
    for where in ("sources", "uncertainty"):
        if where in tables:
            tables[where].rows[:] = [row for row in tables[where].rows if _remark_stays(row, lost)]
    return problems


def _drop(table: RawTable, column: str, edits: Mapping[str, Edit]) -> list[Problem]:
    problems, empty = [], set()
    for row in table.rows:
        ids = _ids(row, column)
        left = [key for key in ids if key not in edits]
        if left == ids:
            continue
        row.cells[column] = ";".join(left)
        if left:
            continue
        if table.spec.name in GO_WHEN_EMPTY:
            empty.add(row.number)
            continue
        lost = [key for key in ids if key in edits]
        key = show(row.cells.get(table.spec.id_column, ""))
        what = f"{table.spec.name}.{key}"
        rule = f"leaves {what} without {column}: it has only {listed(lost)}"
        remedy = f"remove {what} too, or set {what}.{column}"
        problems.append(edits[lost[0]].problem(rule, remedy, lost[0]))
        row.cells[column] = "*"  # it is said here, and nowhere else
    table.rows[:] = [row for row in table.rows if row.number not in empty]
    return problems


def _remark_stays(row: RawRow, lost: Mapping[str, set[str]]) -> bool:
    gone = lost.get(str(row.cells.get("table", "")), set())
    ids = _ids(row, "id")
    left = [key for key in ids if key not in gone]
    if left and left != ids:
        row.cells["id"] = ";".join(left)
    return bool(left) or not ids


def _ids(row: RawRow, column: str) -> list[str]:
    cell = row.cells.get(column)
    return [part.strip() for part in cell.split(";")] if isinstance(cell, str) else []
