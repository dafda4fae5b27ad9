"""The named losses of case.toml: what each [stress.NAME] takes away, and for how much of the horizon."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from planner.case.csv_file import RawTable
from planner.case.fields import ID_PATTERN, NAME_CHARACTERS
from planner.case.scenarios import line_near
from planner.case.validate import CASE_FILE
from planner.case.wording import show, suggestion
from planner.errors import Problem

STRESS = "stress"
LISTS = ("programmes", "assets", "bases", "access")
KEYS = ("title", *LISTS, "share")


@dataclass(frozen=True)
class Stress:
    """One table ``[stress.NAME]``: things that are lost together.

    Attributes:
        name: of the table.
        title: what it is called in results.
        programmes, bases: ids that are lost.
        assets: ids of assets and sensors that are lost.
        access: consent that is lost: (operator, areas), all areas of the operator's rows where none is named.
        share: of the horizon for which they are lost, above 0 to 1.
    """

    name: str
    title: str
    programmes: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    access: tuple[tuple[str, tuple[str, ...]], ...] = ()
    share: float = 1.0


def read_stress(
    values: dict[str, object], text: str, tables: Mapping[str, RawTable]
) -> tuple[dict[str, Stress], list[Problem]]:
    """Takes ``[stress.NAME]`` out of the values of ``case.toml``; by name, and every problem.

    Args:
        values: the values of case.toml.
        text: its text, for the lines of the keys.
        tables: the raw tables as they stand in the files, before any scenario.
    """
    found = values.pop(STRESS, {})
    if not isinstance(found, dict) or not all(isinstance(table, dict) for table in found.values()):
        rule, remedy = "is not a table of losses", 'write [stress.NAME], and below it bases = ["id", "id"]'
        return {}, [Problem(CASE_FILE, line_near(text, (STRESS,)), STRESS, "", rule, remedy)]
    problems: list[Problem] = []
    read = {str(name): _stress(str(name), table, text, tables, problems) for name, table in found.items()}
    return read, problems


def without_removed(
    stress: Mapping[str, Stress], tables: Mapping[str, RawTable], text: str
) -> tuple[dict[str, Stress], list[Problem]]:
    """The losses without what a scenario has removed already, and a warning for each."""
    warnings: list[Problem] = []
    kept = {}
    for name, one in stress.items():
        left: dict[str, tuple[str, ...]] = {}
        for kind in LISTS[:-1]:
            known = _ids(tables, kind)
            ids = getattr(one, kind)
            left[kind] = tuple(key for key in ids if known is None or key in known)
            for key in [key for key in ids if key not in left[kind]]:
                path = (STRESS, name, kind)
                rule, remedy = "is removed by a scenario already", "nothing more of it is lost"
                row = line_near(text, path)
                warnings.append(Problem(CASE_FILE, row, ".".join(path), show(key), rule, remedy))
        kept[name] = Stress(name, one.title, **left, access=one.access, share=one.share)
    return kept, warnings


def _stress(
    name: str,
    table: Mapping[str, object],
    text: str,
    tables: Mapping[str, RawTable],
    problems: list[Problem],
) -> Stress:
    def wrong(key: str, value: object, rule: str, remedy: str) -> None:
        path = (STRESS, name, *([key] if key else []))
        shown = "" if value == "" else show(value)
        place = ".".join(show(step) for step in path)
        problems.append(Problem(CASE_FILE, line_near(text, path), place, shown, rule, remedy))

    if not re.fullmatch(ID_PATTERN, name):
        wrong("", "", "is no name for a loss", "use only a-z, 0-9 and _, and begin with a letter")
    for key in table:
        if key not in KEYS:
            wrong(str(key), "", f"is not a key of [stress.{show(name)}]", suggestion(str(key), KEYS))
    title = table.get("title", name)
    if not isinstance(title, str) or not 0 < len(title) <= NAME_CHARACTERS or not title.isprintable():
        remedy = f"give the title, in quotes, on one line, at most {NAME_CHARACTERS} characters"
        wrong("title", title, "is not a title", remedy)
        title = name
    share = table.get("share", 1.0)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 < share <= 1.0:
        wrong("share", share, "is no share of the horizon", "give a number above 0, at most 1")
        share = 1.0
    lost = {kind: _named(table, kind, tables, wrong) for kind in LISTS[:-1]}
    access = _agreements(table, tables, wrong)
    if access and share < 1.0:
        remedy = "leave share out, or give the agreements a table [stress.NAME] of their own"
        wrong("access", "", "is lost for the whole horizon or not at all", remedy)
    if not any(table.get(kind) for kind in LISTS):
        wrong("", "", "takes nothing away", f"name some of {', '.join(LISTS)}")
    return Stress(name, title, **lost, access=access, share=float(share))


Wrong = Callable[[str, object, str, str], None]


def _list(table: Mapping[str, object], kind: str, wrong: Wrong) -> list[str]:
    """The texts of a list, or of one text with semicolons."""
    given = table.get(kind, [])
    items = [part.strip() for part in given.split(";")] if isinstance(given, str) else given
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        wrong(kind, given, "is not a list of ids", f'write {kind} = ["id", "id"]')
        return []
    for item in sorted({item for item in items if items.count(item) > 1}):
        wrong(kind, item, "is named twice", "name it once")
    return list(dict.fromkeys(items))


def _named(
    table: Mapping[str, object], kind: str, tables: Mapping[str, RawTable], wrong: Wrong
) -> tuple[str, ...]:
    ids, known = _list(table, kind, wrong), _ids(tables, kind)
    what = "asset or sensor" if kind == "assets" else kind.removesuffix("s")
    for key in ids:
        if known is not None and key not in known:
            wrong(kind, key, f"is no {what} of the case", suggestion(key, known))
    return tuple(ids)


def _agreements(
    table: Mapping[str, object], tables: Mapping[str, RawTable], wrong: Wrong
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Consent as "operator" (all of its rows) or "operator:area" (that area alone)."""
    found: dict[str, list[str]] = {}
    items = _list(table, "access", wrong)
    consent = _consent(tables)
    for item in items:
        operator, colon, area = (part.strip() for part in item.partition(":"))
        areas = consent.get(operator)
        if "access" in tables and areas is None:
            wrong("access", item, "has no row in access.csv", suggestion(operator, tuple(consent)))
        elif colon and areas is not None and area not in areas and "*" not in areas:
            wrong("access", item, "is no consent of access.csv", suggestion(area, areas))
        elif colon and "areas" in tables and area not in tables["areas"].ids():
            wrong("access", item, "names no area of the case", suggestion(area, tuple(tables["areas"].ids())))
        else:
            found.setdefault(operator, []).append(area)
    whole = {operator: tuple(areas) if "" not in areas else () for operator, areas in found.items()}
    return tuple(whole.items())


def _consent(tables: Mapping[str, RawTable]) -> dict[str, list[str]]:
    """The areas that each operator is given by its rows of access.csv, as they stand there."""
    found: dict[str, list[str]] = {}
    for operator, rows in (tables["access"].ids() if "access" in tables else {}).items():
        cells = [str(row.cells.get("areas", "")) for row in rows]
        found[operator] = [part.strip() for cell in cells for part in cell.split(";")]
    return found


def _ids(tables: Mapping[str, RawTable], kind: str) -> Sequence[str] | None:
    """The ids of a table, None where its file could not be read; assets and sensors share one space."""
    names = ("assets", "sensors") if kind == "assets" else (kind,)
    if any(name not in tables for name in names):
        return None
    return [key for name in names for key in tables[name].ids()]
