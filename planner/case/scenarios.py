"""The scenarios of case.toml: what each one sets, adds and removes, and several of them as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from planner.case.files import CASE_FILE
from planner.case.place import Place
from planner.case.toml_file import key_place, read_named
from planner.errors import InputError, Problem
from planner.schema.settings import ScenarioSettings
from planner.schema.wording import show

FACTOR = "factor"
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

    def error(self, key: str, value: object = None, below: str = "", **words: Any) -> InputError:
        """A problem of this edit, or of one of its fields."""
        return self.place.below(below).error(key, value, **words)


@dataclass(frozen=True)
class Scenario:
    """One table ``[scenarios.NAME]``."""

    name: str
    title: str
    edits: tuple[Edit, ...] = field(default=())


def read_scenarios(values: dict[str, object], text: str) -> tuple[dict[str, Scenario], list[Problem]]:
    """Takes ``[scenarios.NAME]`` out of the values of ``case.toml``; by name, and problems of shape."""
    found, problems = read_named(values, SCENARIOS, ScenarioSettings, text, (BASELINE,))
    return {
        name: Scenario(name, one.title or name, tuple(edits_of(SCENARIOS, name, one, text)))
        for name, one in found.items()
    }, problems


def edits_of(key: str, name: str, scenario: ScenarioSettings, text: str) -> Iterator[Edit]:
    """What a table ``[key.NAME]`` of ``case.toml`` sets, adds and removes."""

    def edit(action: Action, record: str, value: object, *steps: str) -> Edit:
        return Edit(action, record, value, key_place(text, key, name, *steps), name)

    for table, ids in scenario.remove.items():
        yield from (edit("remove", f"{table}.{one}", None, "remove", table) for one in ids)
    for table, rows in scenario.add.items():
        yield from (edit("add", f"{table}.{one}", flat(row), "add", table, one) for one, row in rows.items())
    for path, value in flat(scenario.model_extra or {}).items():
        yield edit("set", path, value, *path.split("."))


def chosen(scenarios: Mapping[str, Scenario], wanted: str | None) -> tuple[list[Scenario], list[Problem]]:
    """The scenarios of "a,b" in their order, and problems of unknown names."""
    found, problems = [], []
    for name in [part.strip() for part in wanted.split(",")] if wanted is not None else []:
        if name in scenarios:
            found.append(scenarios[name])
            continue
        place = Place(CASE_FILE, 0, SCENARIOS)
        problems.append(place.problem("unknown_scenario", name, right=list(scenarios), name=show(name)))
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
    value = None if isinstance(edit.value, (dict, Factor)) else edit.value
    if edit.action == "remove":
        value = edit.key
    return edit.place.problem("conflict", value, beaten=beaten.scenario, what=what, winner=edit.scenario)
