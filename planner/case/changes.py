"""Changes to a case before it is checked: ``cells.spacing_nm = 30``, ``programmes.japan_osa.budget = 2e6``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo

from planner.case.csv_file import RawTable
from planner.case.settings import Settings
from planner.case.tables import TABLES
from planner.case.toml_file import line_of
from planner.case.translate import find_field
from planner.case.validate import CASE_FILE
from planner.case.wording import listed, nearest, show, suggestion
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
        rule, remedy = "is not a table of scenarios", "write [scenarios.NAME], and below it lines such as horizon_days = 90"
        return {}, {}, [Problem(CASE_FILE, line_of(text, ("scenarios",)), "scenarios", "", rule, remedy)]
    scenarios = {str(name): _flat(table) for name, table in tables.items()}
    if scenario is None or scenario in scenarios:
        return scenarios.get(scenario or "", {}), scenarios, []
    remedy = suggestion(scenario, list(scenarios), f"else add [scenarios.{show(scenario)}] to case.toml")
    return {}, scenarios, [Problem(CASE_FILE, 0, "scenarios", show(scenario), "is no scenario of the case", remedy)]


def _flat(table: Mapping[str, object], before: str = "") -> dict[str, object]:
    """A nested table as dotted keys, as TOML means them."""
    found: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def apply_changes(values: dict[str, object], tables: Mapping[str, RawTable], changes: Changes, place: str) -> list[Problem]:
    """Makes the changes in the raw settings and rows; the problems of keys that lead nowhere.

    Args:
        values: The values of ``case.toml``, changed in place.
        tables: The raw tables by name, changed in place.
        changes: Values by dotted key.
        place: What the changes are called in messages: "--set", or the table of a scenario.
    """
    problems = []
    for key, value in changes.items():
        steps = str(key).split(".")
        if steps[0] in CHANGEABLE:
            problem = _change_row(tables, steps, value, place)
        else:
            problem = _change_setting(values, steps, value, place)
        if problem:
            problems.append(problem)
    return problems


def _change_setting(values: dict[str, object], steps: list[str], value: object, place: str) -> Problem | None:
    field, choices = find_field(Settings, steps)
    rate = steps[:2] == ["fx", "rates"] and len(steps) == ROW_STEPS
    if not rate and (field is None or choices):
        _, near = find_field(Settings, steps[:-1])
        known = list(near or Settings.model_fields) + ([] if len(steps) > 1 else list(CHANGEABLE))
        if find_field(Settings, steps[:1])[0] is None and len(steps) > 1:
            first = nearest(steps[0], [*Settings.model_fields, *CHANGEABLE])
            remedy = f"begin with {first}, if that is meant" if first else f"begin with one of {listed(CHANGEABLE)}"
        elif choices and field is not None:
            remedy = f"name one of its keys: {listed([f'{steps[0]}.{name}' for name in choices])}"
        else:
            remedy = suggestion(steps[-1], known, "")
        return Problem(place, 0, ".".join(steps), "", "leads to no setting and no table", remedy)
    table = values
    for step in steps[:-1]:
        inner = table.setdefault(step, {})
        if not isinstance(inner, dict):
            return None  # the wrong value in the file is a problem of its own
        table[step] = inner = dict(inner)
        table = inner
    table[steps[-1]] = _typed(value, field, number=rate)
    return None


def _typed(value: object, field: FieldInfo | None, *, number: bool = False) -> object:
    """Text as the number that a field of numbers wants: what is typed after ``--set`` is always text."""
    if not isinstance(value, str):
        return value
    kinds = {getattr(field, "annotation", None), *getattr(getattr(field, "annotation", None), "__args__", ())}
    if not number and not kinds & {int, float}:
        return value
    try:
        amount = float(value)
    except ValueError:
        return value
    return int(amount) if int in kinds and amount.is_integer() else amount


def _change_row(tables: Mapping[str, RawTable], steps: list[str], value: object, place: str) -> Problem | None:
    name, key = steps[0], ".".join(steps)
    if len(steps) != ROW_STEPS:
        rule, remedy = "does not name a row and a column", f"write {name}.ID.COLUMN"
        return Problem(place, 0, key, "", rule, remedy)
    if name not in tables:
        return None  # the file could not be read, which is a problem of its own
    table, column = tables[name], steps[2]
    spec = table.spec
    rows = table.ids().get(steps[1], [])
    if len(rows) != 1:
        rule = f"leads to {'several rows' if rows else 'no row'} of {table.file}"
        remedy = "change the file itself" if rows else suggestion(steps[1], list(table.ids()), "")
        return Problem(place, 0, key, "", rule, remedy or "the file has no rows")
    if column not in spec.fields or column == spec.id_column:
        rule = "names no column that can be changed"
        return Problem(place, 0, key, "", rule, suggestion(column, [c for c in spec.fields if c != spec.id_column], ""))
    row = rows[0]
    cell = _cell(value) if name != "areas" else _typed(value, spec.fields[column])
    row.cells.pop(column, None)
    if cell not in (None, ""):
        row.cells[column] = cell
    row.changed.add(column)
    return None


def _cell(value: object) -> Any:
    """A value as the text of a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ";".join(str(item) for item in value)
    return value.strip(" \t") if isinstance(value, str) else str(value)


def check_scenarios(
    tables: Mapping[str, RawTable], scenarios: Mapping[str, Changes], values: dict[str, object], text: str
) -> list[Problem]:
    """The problems of keys of any scenario that lead nowhere; nothing is changed."""
    problems: list[Problem] = []
    for name, changes in scenarios.items():
        for found in apply_changes(dict(values), _copies(tables), changes, CASE_FILE):
            line = line_of(text, ("scenarios", name, *found.column.split(".")))
            column = f"scenarios.{name}.{found.column}"
            problems.append(Problem(CASE_FILE, line, column, "", found.rule, found.remedy))
    return problems


def _copies(tables: Mapping[str, RawTable]) -> dict[str, RawTable]:
    from copy import deepcopy

    return {name: deepcopy(tables[name]) for name in CHANGEABLE if name in tables}


def table_names() -> Sequence[str]:
    """The tables of a case."""
    return tuple(TABLES)
