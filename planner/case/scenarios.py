"""The scenarios of case.toml: what each one sets, adds and removes, and several of them as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from planner.case.fields import ID_PATTERN, NAME_CHARACTERS
from planner.case.toml_file import line_of
from planner.case.validate import CASE_FILE
from planner.case.wording import show, suggestion
from planner.errors import Problem

TITLE, ADD, REMOVE, FACTOR = "title", "add", "remove", "factor"
BASELINE = "baseline"
"""What comparisons call the case without a scenario; no scenario may be called so."""


@dataclass(frozen=True)
class Factor:
    """``{factor = 1.5}``: the figure that stands in the case times this."""

    by: object


@dataclass(frozen=True)
class Edit:
    """One thing that a scenario, or ``--set``, does to the case.

    Attributes:
        action: "set" a value, "add" a record or "remove" one.
        key: "programmes.japan_osa.budget" or "cells.spacing_nm" to set; table and id to add and remove.
        value: The value to set, or the fields of the new record.
        file, row, column: Where messages say that it stands.
    """

    action: Literal["set", "add", "remove"]
    key: str
    value: object
    file: str
    row: int
    column: str
    scenario: str = ""

    @property
    def origin(self) -> str:
        """What set a value, for messages about it."""
        if not self.scenario:
            return f"the change {show(self.key)}"
        return f"{show(self.column)} in {self.file}" + (f" row {self.row}" if self.row else "")

    def problem(self, rule: str, remedy: str, value: object = "", below: str = "") -> Problem:
        """A problem of this edit, or of one of its fields."""
        column = self.column + (f".{below}" if below else "")
        return Problem(
            self.file,
            self.row,
            show(column) if column else "",
            show(value) if value != "" else "",
            rule,
            remedy,
        )


@dataclass(frozen=True)
class Scenario:
    """One table ``[scenarios.NAME]``."""

    name: str
    title: str
    edits: tuple[Edit, ...] = field(default=())


def read_scenarios(values: dict[str, object], text: str) -> tuple[dict[str, Scenario], list[Problem]]:
    """Takes ``[scenarios.NAME]`` out of the values of ``case.toml``; by name, and problems of shape."""
    tables = values.pop("scenarios", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        rule = "is not a table of scenarios"
        remedy = "write [scenarios.NAME], and below it lines such as horizon_days = 90"
        return {}, [Problem(CASE_FILE, line_of(text, ("scenarios",)), "scenarios", "", rule, remedy)]
    problems: list[Problem] = []
    found = {str(name): _scenario(str(name), table, text, problems) for name, table in tables.items()}
    return found, problems


def chosen(scenarios: Mapping[str, Scenario], wanted: str | None) -> tuple[list[Scenario], list[Problem]]:
    """The scenarios of "a,b" in their order, and problems of names that are none."""
    found, problems = [], []
    for name in [part.strip() for part in wanted.split(",")] if wanted is not None else []:
        if name in scenarios:
            found.append(scenarios[name])
            continue
        rule = "is no scenario of the case"
        remedy = suggestion(name, list(scenarios), f"add [scenarios.{show(name)}] to case.toml")
        problems.append(Problem(CASE_FILE, 0, "scenarios", show(name), rule, remedy))
    return found, problems


def combined(scenarios: Sequence[Scenario]) -> tuple[list[Edit], list[Problem]]:
    """The edits of several scenarios as one set, later ones winning; a warning for each conflict."""
    edits: dict[tuple[str, str], Edit] = {}
    warnings = []
    for scenario in scenarios:
        for edit in scenario.edits:
            for beaten in _beaten(edits, edit):
                warnings.append(_conflict(beaten, edit))
                del edits[beaten.action, beaten.key]
        edits |= {(edit.action, edit.key): edit for edit in scenario.edits}
    return list(edits.values()), warnings


def flat(table: Mapping[str, object], before: str = "") -> dict[str, object]:
    """A nested table as dotted keys, as TOML means them; ``{factor = 2}`` is a value."""
    found: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, dict) and set(value) == {FACTOR} and not isinstance(value[FACTOR], dict):
            found[f"{before}{name}"] = Factor(value[FACTOR])
        elif isinstance(value, dict) and value:
            found |= flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def line_near(text: str, path: tuple[str, ...]) -> int:
    """The line of a key, else that of the innermost table around it that stands in the text."""
    while path and not line_of(text, path):
        path = path[:-1]
    return line_of(text, path) if path else 0


def _scenario(name: str, table: Mapping[str, object], text: str, problems: list[Problem]) -> Scenario:
    def edit(action: Literal["set", "add", "remove"], key: str, value: object, steps: Sequence[str]) -> Edit:
        path = ("scenarios", name, *steps)
        return Edit(action, key, value, CASE_FILE, line_near(text, path), ".".join(path), name)

    def wrong(steps: Sequence[str], value: object, rule: str, remedy: str) -> None:
        problems.append(edit("set", "", None, steps).problem(rule, remedy, value))

    if not re.fullmatch(ID_PATTERN, name) or name == BASELINE:
        remedy = f"use only a-z, 0-9 and _, begin with a letter, and do not call it {BASELINE}"
        wrong((), "", "is no name for a scenario", remedy)
    title = table.get(TITLE, name)
    if not isinstance(title, str) or not 0 < len(title) <= NAME_CHARACTERS or not title.isprintable():
        remedy = f"give the scenario's title, in quotes, on one line, at most {NAME_CHARACTERS} characters"
        wrong((TITLE,), title, "is not a title", remedy)
        title = name
    edits = []
    removed, added = table.get(REMOVE, {}), table.get(ADD, {})
    if not isinstance(removed, dict):
        wrong((REMOVE,), removed, "is not a table", 'write remove.programmes = ["id", "id"]')
        removed = {}
    for kind, named in removed.items():
        ids = named.split(";") if isinstance(named, str) else named
        if not isinstance(ids, list) or not all(isinstance(key, str) for key in ids):
            wrong((REMOVE, kind), ids, "is not a list of ids", f'write remove.{show(kind)} = ["id", "id"]')
            continue
        edits += [edit("remove", f"{kind}.{key.strip()}", None, (REMOVE, kind)) for key in ids]
    if not isinstance(added, dict):
        wrong((ADD,), added, "is not a table", "write [scenarios.NAME.add.programmes.new_id]")
        added = {}
    for kind, rows in added.items():
        if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
            remedy = f"write [scenarios.{show(name)}.add.{show(kind)}.new_id], and below it the columns"
            wrong((ADD, kind), rows, "is not a table of new records", remedy)
            continue
        edits += [edit("add", f"{kind}.{key}", flat(row), (ADD, kind, key)) for key, row in rows.items()]
    sets = flat({key: value for key, value in table.items() if key not in (TITLE, ADD, REMOVE)})
    edits += [edit("set", key, value, key.split(".")) for key, value in sets.items()]
    return Scenario(name, title, tuple(edits))


def _beaten(edits: Mapping[tuple[str, str], Edit], edit: Edit) -> Iterator[Edit]:
    """The earlier edits that cannot stand beside a later one."""
    same = edits.get((edit.action, edit.key))
    if same and same.value != edit.value:
        yield same
    if edit.action == "remove":
        added = edits.get(("add", edit.key))
        if added:
            yield added
        yield from [one for one in edits.values() if one.action == "set" and _record(one) == edit.key]
    if edit.action == "set":
        gone = edits.get(("remove", _record(edit)))
        if gone and ("add", _record(edit)) not in edits:
            yield gone


def _record(edit: Edit) -> str:
    return edit.key.rpartition(".")[0]


def _conflict(beaten: Edit, edit: Edit) -> Problem:
    what = {"set": "sets it otherwise", "add": "adds it", "remove": "removes the record"}[beaten.action]
    if beaten.action == edit.action == "add":
        what = "adds it otherwise"
    if edit.action == "remove" and beaten.action == "set":
        what = f"sets {show(beaten.key)}"
    value = "" if isinstance(edit.value, (dict, Factor)) or edit.value is None else edit.value
    rule = f"stands against the scenario {beaten.scenario}, which {what}"
    if edit.action == "remove":
        value = edit.key
    return edit.problem(rule, f"{edit.scenario} wins, since it is named later", value)


def from_pairs(changes: Mapping[str, object], place: str) -> list[Edit]:
    """The edits of ``--set``: values by dotted key."""
    return [
        replace(Edit("set", str(key), value, place, 0, str(key)), value=_plain(value))
        for key, value in changes.items()
    ]


def _plain(value: object) -> object:
    if isinstance(value, Mapping) and set(value) == {FACTOR}:
        return Factor(value[FACTOR])
    return value
