"""Whether a dotted key leads to a setting or to a row's column, and the nearest key that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.case.csv_file import RawTable
from planner.case.settings import Settings
from planner.case.translate import find_field
from planner.case.wording import nearest, show, suggestion
from planner.errors import Problem

CHANGEABLE = ("areas", "bases", "assets", "sensors", "programmes", "access", "limits")
RATES = ["fx", "rates"]
"""The setting whose keys are currencies."""
KEY_STEPS = 3
"""A row's key reads table.id.column, that of a rate fx.rates.CURRENCY."""

Tables = Mapping[str, RawTable]
WrongStep = tuple[int, Sequence[str]]
"""The position of the first step that leads nowhere, and the names that may stand there."""


def check_key(tables: Tables, steps: Sequence[str], place: str) -> Problem | None:
    """The problem of a key that leads to no setting, or to no row and column; None for a right one.

    Args:
        tables: The raw tables by name.
        steps: The key, cut at its dots.
        place: What the changes are called in messages.
    """
    steps = list(steps)
    wrong = _wrong_step(tables, steps)
    if wrong:
        rule = _rule(tables, steps, wrong[0])
        remedy = _remedy(tables, steps, wrong)
    elif steps[0] in CHANGEABLE:
        rule, remedy = _incomplete_row(tables, steps)
    else:
        rule, remedy = _incomplete_setting(steps)
    return Problem(place, 0, show(".".join(steps)), "", rule, remedy) if rule else None


def is_rate(steps: Sequence[str]) -> bool:
    """Whether a key is that of an exchange rate: fx.rates.AUD."""
    return len(steps) == KEY_STEPS and list(steps[:2]) == RATES


def _wrong_step(tables: Tables, steps: list[str]) -> WrongStep | None:
    if steps[0] in CHANGEABLE:
        return _wrong_row_step(tables, steps)
    if steps[:2] == RATES:
        return (KEY_STEPS, ()) if len(steps) > KEY_STEPS else None
    for at in range(len(steps)):
        field, names = find_field(Settings, steps[: at + 1])
        if field is None:
            return at, names if at else (*names, *CHANGEABLE)
    return None


def _wrong_row_step(tables: Tables, steps: list[str]) -> WrongStep | None:
    if len(steps) != KEY_STEPS or steps[0] not in tables:
        return None  # a file that could not be read is a problem of its own
    table = tables[steps[0]]
    ids = table.ids()
    if steps[1] not in ids:
        return 1, tuple(ids)
    columns = [name for name in table.spec.fields if name != table.spec.id_column]
    return None if steps[2] in columns else (2, columns)


def _rule(tables: Tables, steps: list[str], at: int) -> str:
    if steps[0] not in CHANGEABLE:
        return "leads to no setting and no table"
    return f"leads to no row of {tables[steps[0]].file}" if at == 1 else "names no column that can be changed"


def _remedy(tables: Tables, steps: list[str], wrong: WrongStep) -> str:
    at, right = wrong
    if at and not right and steps[0] not in CHANGEABLE:
        return f"write {show('.'.join(steps[:at]))}, a single value"
    key, near = _nearest_key(tables, steps), nearest(steps[at], right)
    if near and not key:
        key = ".".join([*steps[:at], near])
    return f"write {show(key)}, if that is meant" if key else suggestion(steps[at], right)


def _nearest_key(tables: Tables, steps: list[str]) -> str:
    """The whole key with the nearest right name for each wrong step, or "" where that leads nowhere."""
    steps = list(steps)
    while wrong := _wrong_step(tables, steps):
        at, right = wrong
        steps[at : at + 1] = [nearest(steps[at], right)]
        if not steps[at]:
            return ""
    incomplete = _incomplete_row(tables, steps) if steps[0] in CHANGEABLE else _incomplete_setting(steps)
    return "" if incomplete[0] else ".".join(steps)


def _incomplete_row(tables: Tables, steps: list[str]) -> tuple[str, str]:
    """Rule and remedy of a key that has no wrong name; an empty rule for a key that is right."""
    if len(steps) != KEY_STEPS:
        return "does not name a row and a column", f"write {steps[0]}.ID.COLUMN"
    if steps[0] in tables and len(tables[steps[0]].ids()[steps[1]]) > 1:
        return f"leads to several rows of {tables[steps[0]].file}", "change the file itself"
    return "", ""


def _incomplete_setting(steps: list[str]) -> tuple[str, str]:
    """As ``_incomplete_row``, for a key that may lead to a whole table of settings."""
    inner = ("AUD",) if steps == RATES else find_field(Settings, steps)[1]
    if not inner:
        return "", ""
    return "leads to no setting and no table", f"name one key of it, e.g. {'.'.join(steps)}.{inner[0]}"
