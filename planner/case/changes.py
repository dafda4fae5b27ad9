"""Changes to a case before it is checked, such as ``programmes.japan_osa.budget = 2e6``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planner.case.csv_file import RawTable
from planner.case.fields import plain_types
from planner.case.settings import Settings
from planner.case.toml_file import line_of
from planner.case.translate import find_field
from planner.case.validate import CASE_FILE
from planner.case.wording import show, suggestion
from planner.errors import Problem

CHANGEABLE = ("areas", "bases", "assets", "sensors", "programmes", "access")
ROW_STEPS = 3
"""A change of a row reads table.id.column."""

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
            "write [scenarios.NAME], and below it lines such as horizon_days = 90",
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


def check_key(tables: Mapping[str, RawTable], steps: list[str], place: str) -> Problem | None:
    """The problem of a key that leads to no setting, or to no row and column; None for a right one."""
    if steps[0] not in CHANGEABLE:
        return _check_setting(steps, place)
    return _check_row(tables, steps, place)


def _check_setting(steps: list[str], place: str) -> Problem | None:
    field, inner = find_field(Settings, steps)
    if _is_rate(steps) or (field is not None and not inner and steps != ["fx", "rates"]):
        return None
    if field is not None:
        inner = inner or ("AUD",)
        remedy = f"name one key of it, e.g. {'.'.join(steps)}.{inner[0]}"
    elif len(steps) > 1 and find_field(Settings, steps[:1])[0] is None:
        remedy = suggestion(steps[0], [*Settings.model_fields, *CHANGEABLE])
    else:
        above, beside = find_field(Settings, steps[:-1])
        right = beside or (*Settings.model_fields, *CHANGEABLE)
        single = above is not None and not beside
        remedy = f"write {'.'.join(steps[:-1])}, a single value" if single else suggestion(steps[-1], right)
    return Problem(place, 0, show(".".join(steps)), "", "leads to no setting and no table", remedy)


def _is_rate(steps: list[str]) -> bool:
    return steps[:2] == ["fx", "rates"] and len(steps) == ROW_STEPS


def _check_row(tables: Mapping[str, RawTable], steps: list[str], place: str) -> Problem | None:
    name, key = steps[0], show(".".join(steps))
    if len(steps) != ROW_STEPS:
        return Problem(place, 0, key, "", "does not name a row and a column", f"write {name}.ID.COLUMN")
    if name not in tables:
        return None  # the file could not be read, which is a problem of its own
    table, column = tables[name], steps[2]
    ids = table.ids()
    rows = ids.get(steps[1], [])
    if len(rows) != 1:
        rule = f"leads to {'several rows' if rows else 'no row'} of {table.file}"
        remedy = "change the file itself" if rows else suggestion(steps[1], list(ids))
        return Problem(place, 0, key, "", rule, remedy)
    columns = [field for field in table.spec.fields if field != table.spec.id_column]
    if column not in columns:
        return Problem(place, 0, key, "", "names no column that can be changed", suggestion(column, columns))
    return None


def _change_setting(values: dict[str, object], steps: list[str], value: object) -> None:
    table = values
    for step in steps[:-1]:
        inner = table.get(step)
        if step in table and not isinstance(inner, dict):
            return  # the wrong value in the file is a problem of its own
        table[step] = copy = dict(inner) if isinstance(inner, dict) else {}
        table = copy
    field, _ = find_field(Settings, steps)
    kinds = {float} if field is None or _is_rate(steps) else plain_types(field)
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
