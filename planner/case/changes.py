"""Changes to a case before it is checked, such as ``programmes.japan_osa.budget = 2e6``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planner.case.csv_file import RawTable
from planner.case.fields import plain_types
from planner.case.keys import CHANGEABLE, check_key, is_rate
from planner.case.settings import Settings
from planner.case.toml_file import line_of
from planner.case.translate import find_field
from planner.case.validate import CASE_FILE
from planner.case.wording import show, suggestion
from planner.errors import Problem

Changes = Mapping[str, object]


def scenario_changes(
    values: dict[str, object], text: str, scenario: str | None
) -> tuple[dict[str, object], dict[str, dict[str, object]], list[Problem]]:
    """Takes ``[scenarios.NAME]`` out of the values of ``case.toml``.

    Returns:
        The changes of the scenario that is asked for, those of every scenario by name, and problems.
    """
    tables = values.pop("scenarios", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        rule, remedy = (
            "is not a table of scenarios",
            "write [scenarios.NAME], and below it lines such as cells.spacing_nm = 30",
        )
        return {}, {}, [Problem(CASE_FILE, line_of(text, ("scenarios",)), "scenarios", "", rule, remedy)]
    scenarios = {str(name): _flat(table) for name, table in tables.items()}
    if scenario is None or scenario in scenarios:
        return scenarios.get(scenario or "", {}), scenarios, []
    remedy = suggestion(scenario, list(scenarios), f"add [scenarios.{show(scenario)}] to case.toml")
    return (
        {},
        scenarios,
        [Problem(CASE_FILE, 0, "scenarios", show(scenario), "is no scenario of the case", remedy)],
    )


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, object]:
    """A nested table as dotted keys, as TOML means them."""
    found: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def apply_changes(
    values: dict[str, object], tables: Mapping[str, RawTable], changes: Changes, place: str
) -> list[Problem]:
    """Makes the changes in the raw settings and rows; the problems of keys that lead nowhere.

    Args:
        values: The values of ``case.toml``, changed in place.
        tables: The raw tables by name, changed in place.
        changes: Values by dotted key.
        place: What the changes are called in messages.
    """
    problems = []
    for key, value in changes.items():
        steps = str(key).split(".")
        wrong = check_key(tables, steps, place)
        if wrong:
            problems.append(wrong)
        elif steps[0] not in CHANGEABLE:
            _change_setting(values, steps, value)
        elif steps[0] in tables:
            _change_row(tables[steps[0]], steps[1], steps[2], value)
    return problems


def check_scenarios(
    tables: Mapping[str, RawTable], scenarios: Mapping[str, Changes], text: str
) -> list[Problem]:
    """The problems of keys of any scenario that lead nowhere; nothing is changed."""
    problems = []
    for name, changes in scenarios.items():
        for key in changes:
            steps = ("scenarios", name, *key.split("."))
            wrong = check_key(tables, list(steps[2:]), CASE_FILE)
            if wrong:
                problems.append(replace(wrong, row=line_of(text, steps), column=show(".".join(steps))))
    return problems


def _change_setting(values: dict[str, object], steps: list[str], value: object) -> None:
    table = values
    for step in steps[:-1]:
        inner = table.get(step)
        if step in table and not isinstance(inner, dict):
            return  # the wrong value in the file is a problem of its own
        table[step] = copy = dict(inner) if isinstance(inner, dict) else {}
        table = copy
    field, _ = find_field(Settings, steps)
    kinds = {float} if field is None or is_rate(steps) else plain_types(field)
    table[steps[-1]] = _typed(value, kinds)


def _change_row(table: RawTable, key: str, column: str, value: object) -> None:
    row = table.ids()[key][0]
    cell = (
        _typed(value, plain_types(table.spec.fields[column])) if table.spec.name == "areas" else _cell(value)
    )
    row.cells.pop(column, None)
    if cell is not None and cell != "":
        row.cells[column] = cell
    row.changed.add(column)


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
