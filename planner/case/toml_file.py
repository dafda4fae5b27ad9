"""Reading ``case.toml``: its values, the settings among them, and the line of a key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.case.files import CASE_FILE
from planner.errors import Problem
from planner.schema.messages import Place, capped, message, show
from planner.schema.settings import Settings, find, keys_of
from planner.schema.values import ID_PATTERN

Named = TypeVar("Named", bound=BaseModel)

MOST_DEPTH = 20
"""Tables inside tables: a scenario's new record has five."""
_DEEP = re.compile(rf"(?<![\w-])(?:[\w-]+\.){{{MOST_DEPTH + 1}}}")
"""A key with more dots: tomllib takes minutes for thousands of them."""
_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([^#=\s][^=]*?)\s*=")
_TWICE = re.compile("Cannot (overwrite|declare|mutate)|Duplicate inline table key")
_PLACE = re.compile(r" *\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(text: str) -> dict[str, object]:
    """The values of the text of ``case.toml``.

    Raises:
        InputError: it is not TOML; the line is named.
    """
    try:
        if _DEEP.search(text):
            raise RecursionError
        values = tomllib.loads(text)
        _check_depth(values, MOST_DEPTH)
        return values
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        key = "malformed_toml.twice" if _TWICE.match(str(error)) else "malformed_toml"
        raise Place(CASE_FILE, line).error(key, said=_PLACE.sub("", str(error))) from None
    except RecursionError:
        raise Place(CASE_FILE).error("malformed_toml.deep") from None
    except (ValueError, OverflowError):
        raise Place(CASE_FILE).error("malformed_toml.long") from None


def _check_depth(values: object, most: int) -> None:
    """Refuses keys with more dots than any key of a case has, as Python refuses deep nesting."""
    if isinstance(values, dict):
        if most == 0:
            raise RecursionError
        for value in values.values():
            _check_depth(value, most - 1)


def read_settings(
    values: Mapping[str, object], text: str, changed: Mapping[str, Place] | None = None
) -> tuple[Settings | None, list[Problem]]:
    """The settings of a case, or the problems of its keys, whose lines ``text`` has.

    ``changed`` are the places of keys that edits have set; in the file alone a number in quotes is a problem.
    """
    try:
        return Settings.model_validate(values, strict=changed is None), []
    except ValidationError as error:
        found = [_problem(detail, text, changed or {}) for detail in error.errors(include_url=False)]
        return None, capped(found, CASE_FILE)


def read_named(
    values: dict[str, object], key: str, model: type[Named], text: str, taken: Collection[str] = ()
) -> tuple[dict[str, Named], list[Problem]]:
    """Takes the tables ``[key.NAME]`` out of the values of ``case.toml``; the valid ones, and every problem.

    ``model`` is the record of such a table, ``text`` has the lines of the keys, ``taken`` are names that no
    table may have.
    """
    tables = values.pop(key, {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        return {}, [key_place(text, key).problem("not_a_table.named", table=key)]
    found: dict[str, Named] = {}
    problems: list[Problem] = []
    for name, table in tables.items():
        if not re.fullmatch(ID_PATTERN, name) or name in taken:
            end = f"; {', '.join(taken)} is taken" if name in taken else ""
            problems.append(key_place(text, key, name).problem("not_a_name", taken=end))
        try:
            found[name] = model.model_validate(table)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                steps = [str(step) for step in detail["loc"] if isinstance(step, str)]
                field = model.model_fields.get(steps[0])
                wrong = message(detail, (field.description or "") if field else "", tuple(model.model_fields))
                problems.append(key_place(text, key, name, *steps).wrong(wrong))
    return found, problems


def key_place(text: str, *path: str) -> Place:
    """The place of a key of case.toml, or of the innermost table around it that the text has."""
    column = ".".join(path)
    shown = column if re.fullmatch(r"[\w.*-]+", column) else show(column)
    return Place(CASE_FILE, line_near(text, path), shown)


def _problem(error: ErrorDetails, text: str, changed: Mapping[str, Place]) -> Problem:
    path = tuple(str(step) for step in error["loc"] if step != "[key]")
    field, beside = find(path), find(path[:-1])
    said = message(error, (field.description or "") if field else "", tuple(keys_of(beside)))
    key, rule, remedy = ".".join(path), said.rule, said.remedy
    line = line_of(text, path)
    if error["type"] == "extra_forbidden":
        table = ".".join(path[:-1])
        rule = f"is an unknown key of {f'[{show(table)}]' if table else CASE_FILE}"
        if table and path[-1] in Settings.model_fields:  # what follows [cells] in the file is of that table
            remedy = f"move {path[-1]} above the first [table]"
    elif error["type"] == "missing":
        rule, remedy, line = "is missing", f"add {path[-1]}: {remedy}", line_of(text, path[:-1])
    place = changed.get(key) or Place(CASE_FILE, line, show(key))
    if changed and key not in changed:
        near = [one for name, one in changed.items() if name.startswith(path[0])]
        place, rule = [*changed.values(), *near][-1], f"does not fit {show(key)}, which {rule}"
    return place.wrong(said, rule=rule, remedy=remedy)


def line_of(text: str, path: tuple[str, ...]) -> int:
    """The line of a key such as ("cells", "spacing_nm"), or of its table, or 0 if the text has neither."""
    return _lines(text).get(".".join(path), 0)


def line_near(text: str, path: tuple[str, ...]) -> int:
    """The line of a key, else that of the innermost table around it that the text has."""
    return next(filter(None, (line_of(text, path[:end]) for end in range(len(path), 0, -1))), 0)


@lru_cache(maxsize=4)
def _lines(text: str) -> dict[str, int]:
    """The line of every key, and of every table that is not a key."""
    table, tables, keys = "", dict[str, int](), dict[str, int]()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _TABLE.match(line)
        if header:
            table = _plain(header[1]) + "."
            tables[table[:-1]] = number
        elif key := _KEY.match(line):
            keys.setdefault(table + _plain(key[1]), number)
    return tables | keys


def _plain(key: str) -> str:
    return re.sub(r"\s*\.\s*", ".", key).replace('"', "").replace("'", "")
