"""The scenarios of case.toml: what each one sets, adds and removes, and several of them as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from planner.case.files import CASE_FILE
from planner.case.rows import Place
from planner.case.toml_file import line_near
from planner.errors import Problem
from planner.schema.columns import NAME_CHARACTERS
from planner.schema.values import ID_PATTERN
from planner.schema.wording import show, suggestion

TITLE, ADD, REMOVE, FACTOR = "title", "add", "remove", "factor"
SCENARIOS = "scenarios"
BASELINE = "baseline"
"""What comparisons call the case without a scenario; no scenario may be called so."""
Action = Literal["set", "add", "remove"]


@dataclass(frozen=True)
class Factor:
    """``{factor = 1.5}``: the figure of the case times this."""

    by: object


@dataclass(frozen=True)
class Edit:
    """One thing that a scenario, or ``--set``, does to the case.

    Attributes:
        action: "set" a value, "add" a record or "remove" one.
        key: "programmes.japan_osa.budget" or "cells.spacing_nm" to set; table and id to add and remove.
        value: The value to set, or the fields of the new record.
        place: Where it is written.
        scenario: The scenario's name.
    """

    action: Action
    key: str
    value: object
    place: Place
    scenario: str = ""

    @property
    def record(self) -> tuple[str, str]:
        """Table and id of a record to add or remove."""
        table, _, record = self.key.partition(".")
        return table, record

    def problem(self, value: object, code: str, rule: str, remedy: str, below: str = "") -> Problem:
        """A problem of this edit, or of one of its fields."""
        return self.place.below(below).problem(value, code, rule, remedy)


@dataclass(frozen=True)
class Scenario:
    """One table ``[scenarios.NAME]``."""

    name: str
    title: str
    edits: tuple[Edit, ...] = field(default=())


def read_scenarios(values: dict[str, object], text: str) -> tuple[dict[str, Scenario], list[Problem]]:
    """Takes ``[scenarios.NAME]`` out of the values of ``case.toml``; by name, and problems of shape."""
    tables = values.pop(SCENARIOS, {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        place = Place(CASE_FILE, line_near(text, (SCENARIOS,)), SCENARIOS)
        remedy = "write [scenarios.NAME], and below it lines such as horizon_days = 90"
        return {}, [place.problem("", "not_a_table", "is not a table of scenarios", remedy)]
    readers = {str(name): _Reader(str(name), text) for name in tables}
    found = {name: readers[name].read(table) for name, table in tables.items()}
    return found, [problem for reader in readers.values() for problem in reader.problems]


def chosen(scenarios: Mapping[str, Scenario], wanted: str | None) -> tuple[list[Scenario], list[Problem]]:
    """The scenarios of "a,b" in their order, and problems of unknown names."""
    found, problems = [], []
    for name in [part.strip() for part in wanted.split(",")] if wanted is not None else []:
        if name in scenarios:
            found.append(scenarios[name])
            continue
        remedy = suggestion(name, list(scenarios), f"add [scenarios.{show(name)}] to case.toml")
        place = Place(CASE_FILE, 0, SCENARIOS)
        problems.append(
            place.problem(show(name), "unknown_scenario", "is not a scenario of the case", remedy)
        )
    return found, problems


def combined(scenarios: Sequence[Scenario]) -> tuple[list[Edit], list[Problem]]:
    """The edits of several scenarios as one set, later ones winning; a warning for each conflict."""
    edits: dict[tuple[str, str], Edit] = {}
    warnings = []
    for scenario in scenarios:
        for edit in scenario.edits:
            for beaten in list(_beaten(edits, edit)):
                warnings.append(_conflict(beaten, edit))
                del edits[beaten.action, beaten.key]
        edits |= {(edit.action, edit.key): edit for edit in scenario.edits}
    return list(edits.values()), warnings


def from_pairs(changes: Mapping[str, object], file: str) -> list[Edit]:
    """The edits of ``--set``: values by dotted key."""
    return [
        Edit("set", str(key), _value(value), Place(file, 0, show(str(key)))) for key, value in changes.items()
    ]


def flat(table: Mapping[str, object], before: str = "") -> dict[str, object]:
    """A nested table as dotted keys, as TOML means them; ``{factor = 2}`` is a value."""
    found: dict[str, object] = {}
    for name, value in table.items():
        plain = _value(value)
        if isinstance(plain, dict) and plain:
            found |= flat(plain, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = plain
    return found


def _value(value: object) -> object:
    if isinstance(value, Mapping) and set(value) == {FACTOR} and not isinstance(value[FACTOR], dict):
        return Factor(value[FACTOR])
    return value


class _Reader:
    """Reads one table ``[scenarios.NAME]`` and notes the problems of its shape."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.problems: list[Problem] = []

    def read(self, table: Mapping[str, object]) -> Scenario:
        """The scenario, without what has a wrong shape."""
        if not re.fullmatch(ID_PATTERN, self.name) or self.name == BASELINE:
            remedy = f"use only a-z, 0-9 and _, begin with a letter, and do not call it {BASELINE}"
            self._wrong((), "", "not_a_name", "is not a valid name for a scenario", remedy)
        title = table.get(TITLE, self.name)
        if not isinstance(title, str) or not 0 < len(title) <= NAME_CHARACTERS or not title.isprintable():
            remedy = (
                f"give the scenario's title, in quotes, on one line, at most {NAME_CHARACTERS} characters"
            )
            self._wrong((TITLE,), title, "not_text", "is not a title", remedy)
            title = self.name
        sets = flat({key: value for key, value in table.items() if key not in (TITLE, ADD, REMOVE)})
        edits = [*self._removed(table.get(REMOVE, {})), *self._added(table.get(ADD, {}))]
        edits += [self._edit("set", key, value, key.split(".")) for key, value in sets.items()]
        return Scenario(self.name, title, tuple(edits))

    def _removed(self, removed: object) -> Iterator[Edit]:
        if not isinstance(removed, dict):
            self._wrong(
                (REMOVE,), removed, "not_a_table", "is not a table", 'write remove.programmes = ["id"]'
            )
            return
        for table, named in removed.items():
            ids = named.split(";") if isinstance(named, str) else named
            if not isinstance(ids, list) or not all(isinstance(key, str) for key in ids):
                remedy = f'write remove.{show(table)} = ["id", "id"]'
                self._wrong((REMOVE, table), ids, "not_a_list", "is not a list of ids", remedy)
                continue
            yield from (self._edit("remove", f"{table}.{key.strip()}", None, (REMOVE, table)) for key in ids)

    def _added(self, added: object) -> Iterator[Edit]:
        if not isinstance(added, dict):
            remedy = "write [scenarios.NAME.add.programmes.new_id]"
            self._wrong((ADD,), added, "not_a_table", "is not a table", remedy)
            return
        for table, rows in added.items():
            if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
                remedy = (
                    f"write [scenarios.{show(self.name)}.add.{show(table)}.new_id], and below it the columns"
                )
                self._wrong((ADD, table), rows, "not_a_table", "is not a table of new records", remedy)
                continue
            for key, row in rows.items():
                yield self._edit("add", f"{table}.{key}", flat(row), (ADD, table, key))

    def _edit(self, action: Action, key: str, value: object, steps: Sequence[str]) -> Edit:
        return Edit(action, key, value, self._place(steps), self.name)

    def _place(self, steps: Sequence[str]) -> Place:
        path = (SCENARIOS, self.name, *steps)
        column = ".".join(path)
        plain = re.fullmatch(r"[\w.*-]+", column)
        return Place(CASE_FILE, line_near(self.text, path), column if plain else show(column))

    def _wrong(self, steps: Sequence[str], value: object, code: str, rule: str, remedy: str) -> None:
        self.problems.append(self._place(steps).problem(value, code, rule, remedy))


def _beaten(edits: Mapping[tuple[str, str], Edit], edit: Edit) -> Iterator[Edit]:
    """The earlier edits that contradict a later one."""
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
    rule = f"contradicts the scenario {beaten.scenario}, which {what}"
    if edit.action == "remove":
        value = edit.key
    return edit.problem(value, "conflict", rule, f"{edit.scenario} wins, since it is named later")
