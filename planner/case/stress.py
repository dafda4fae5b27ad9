"""The named losses of case.toml: what each [stress.NAME] takes away, and for how much of the horizon."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.case.rows import Rows
from planner.case.toml_file import key_place, read_named
from planner.errors import Problem
from planner.schema.settings import StressSettings
from planner.schema.wording import Place

STRESS = "stress"
LISTS = {"programmes": ("programmes",), "assets": ("assets", "sensors"), "bases": ("bases",)}
"""The tables whose ids each list names."""
Tables = Mapping[str, Rows]


@dataclass(frozen=True)
class Stress:
    """One table ``[stress.NAME]``: things that are lost together for a share of the horizon, above 0 to 1.

    ``assets`` are assets and sensors; ``access`` has operators and areas, none for all areas of their rows.
    """

    name: str
    title: str
    programmes: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    access: tuple[tuple[str, tuple[str, ...]], ...] = ()
    share: float = 1.0


def read_stress(
    values: dict[str, object], text: str, tables: Tables
) -> tuple[dict[str, Stress], list[Problem]]:
    """Takes ``[stress.NAME]`` out of the values of ``case.toml``; by name, and every problem."""
    found, problems = read_named(values, STRESS, StressSettings, text)
    read = {}
    for name, record in found.items():
        lost: dict[str, list[str]] = {}
        for item in record.access:
            operator, _, area = (part.strip() for part in item.partition(":"))
            lost.setdefault(operator, []).append(area)
        access = tuple((operator, () if "" in areas else tuple(areas)) for operator, areas in lost.items())
        lists = {kind: getattr(record, kind) for kind in LISTS}
        read[name] = Stress(name, record.title or name, **lists, access=access, share=record.share)
        problems += _broken_rules(read[name], record, text, tables)
    return read, problems


def without_removed(
    stress: Mapping[str, Stress], tables: Tables, text: str
) -> tuple[dict[str, Stress], list[Problem]]:
    """The losses without what a scenario has removed already, and a warning for each."""
    kept, warnings = dict(stress), list[Problem]()
    for name, kind in itertools.product(stress, LISTS):
        gone, place = _unknown(kept[name], kind, tables), key_place(text, STRESS, name, kind)
        left: dict[str, Any] = {kind: tuple(key for key in getattr(kept[name], kind) if key not in gone)}
        kept[name] = replace(kept[name], **left)
        warnings += [place.problem("removed_row.stress", key) for key in gone]
    return kept, warnings


def _broken_rules(one: Stress, record: StressSettings, text: str, tables: Tables) -> Iterator[Problem]:
    def place(*key: str) -> Place:
        return key_place(text, STRESS, one.name, *key)

    for kind in LISTS:
        what = "an asset or sensor" if kind == "assets" else f"a {kind.removesuffix('s')}"
        for key in _unknown(one, kind, tables):
            words = {"right": _ids(tables, kind), "what": what}
            yield place(kind).problem("unknown_reference.stress", key, **words)
    for item in record.access:
        yield from _wrong_access(place("access"), item, tables)
    if one.access and one.share < 1.0:
        yield place("access").problem("share_of_access")
    if not any((one.programmes, one.assets, one.bases, one.access)):
        yield place().problem("nothing_lost")


def _wrong_access(place: Place, item: str, tables: Tables) -> Iterator[Problem]:
    """What is wrong with "operator" (all of its rows) or "operator:area" (that area alone)."""
    operator, colon, area = (part.strip() for part in item.partition(":"))
    if "access" not in tables:
        return
    given, known = tables["access"].by_id, _ids(tables, "areas")
    areas = [name for row in given.get(operator, ()) for name in row["areas"] or ("*",)]
    if operator not in given:
        yield place.problem("unknown_reference.access", item, right=tuple(given), word=operator)
    elif colon and area not in areas and "*" not in areas:
        yield place.problem("unknown_reference.agreement", item, right=areas, word=area)
    elif colon and known is not None and area not in known:
        yield place.problem("unknown_reference.area", item, right=known, word=area)


def _unknown(one: Stress, kind: str, tables: Tables) -> list[str]:
    """The ids of a list that its tables, if they could be read, do not have."""
    known = _ids(tables, kind)
    return [key for key in getattr(one, kind) if known is not None and key not in known]


def _ids(tables: Tables, kind: str) -> Sequence[str] | None:
    """The ids of a list, None where a file could not be read."""
    names = LISTS.get(kind, (kind,))
    whole = all(name in tables for name in names)
    return [key for name in names for key in tables[name].by_id] if whole else None
