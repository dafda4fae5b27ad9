"""The scenarios, futures and losses of case.toml: what each sets, adds, removes; several scenarios as one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from planner.case.files import CASE_FILE
from planner.case.rows import Rows
from planner.case.toml_file import key_place, read_named
from planner.errors import InputError, Problem
from planner.schema.messages import Place, nearest, show
from planner.schema.settings import FutureSettings, ScenarioSettings, StressSettings
from planner.schema.tables import CHANGEABLE

FACTOR = "factor"
SCENARIOS, FUTURES = "scenarios", "futures"
BASELINE = "baseline"
"""What comparisons call the case without a scenario; no scenario may be called so."""
SETTINGS = ("dwell_days", "target_coverage", "coverage_worth")
"""The settings that a future may change: not what cells, periods and money are made of."""
COMMON = ("areas", "bases", "assets", "sensors", "programmes", "periods", "options", "budgets", "crews")
"""The tables that have the same rows in every future."""
ROUNDING = 2e-3
"""By how much probabilities may miss 1: thirds are written with a few digits, and taken in proportion."""
STRESS = "stress"
LISTS = {"programmes": ("programmes",), "assets": ("assets", "sensors"), "bases": ("bases",)}
"""The tables whose ids each list names."""
Tables = Mapping[str, Rows]
Action = Literal["set", "add", "remove"]


@dataclass(frozen=True)
class Factor:
    """``{factor = 1.5}``: the figure of the case times this."""

    by: object


@dataclass(frozen=True)
class Edit:
    """One thing that a scenario of that name, or ``--set``, does to the case.

    Attributes:
        key: "programmes.japan_osa.budget" or "cells.spacing_nm" to set; table and id to add and remove.
        value: The value to set, or the fields of the new record.
        source, basis: Where its figures were read, and how that supports them; "" if that is not said.
    """

    action: Action
    key: str
    value: object
    place: Place
    scenario: str = ""
    source: str = ""
    basis: str = ""

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
    """One table ``[scenarios.NAME]``, or ``[futures.NAME]``, which has a probability."""

    name: str
    title: str
    edits: tuple[Edit, ...] = field(default=())
    probability: float = 1.0


def read_scenarios(values: dict[str, object], text: str) -> tuple[dict[str, Scenario], list[Problem]]:
    """Takes ``[scenarios.NAME]`` out of the values of ``case.toml``; by name, and problems of shape."""
    found, problems = read_named(values, SCENARIOS, ScenarioSettings, text, (BASELINE,))
    return {name: _scenario(SCENARIOS, name, one, text) for name, one in found.items()}, problems


def read_futures(values: dict[str, object], text: str) -> tuple[dict[str, Scenario], list[Problem]]:
    """Takes ``[futures.NAME]`` out of the values of ``case.toml``; by name, and every problem."""
    found, problems = read_named(values, FUTURES, FutureSettings, text)
    futures = {name: _scenario(FUTURES, name, one, text, one.probability) for name, one in found.items()}
    problems += [problem for future in futures.values() for problem in _wrong_in_future(future)]
    return futures, problems or list(_wrong_total(futures, key_place(text, FUTURES)))


def _scenario(key: str, name: str, stated: ScenarioSettings, text: str, probability: float = 1.0) -> Scenario:
    """What a table ``[key.NAME]`` of ``case.toml`` sets, adds and removes."""
    edits: list[Edit] = []

    def note(action: Action, record: str, value: object, *steps: str) -> None:
        place, why = key_place(text, key, name, *steps), (stated.source or "", stated.basis or "")
        edits.append(Edit(action, record, value, place, name, *why))

    for table, ids in stated.remove.items():
        for one in ids:
            note("remove", f"{table}.{one}", None, "remove", table)
    for table, rows in stated.add.items():
        for one, row in rows.items():
            note("add", f"{table}.{one}", flat(row), "add", table, one)
    for path, value in flat(stated.model_extra or {}).items():
        note("set", path, value, *path.split("."))
    return Scenario(name, stated.title or name, tuple(edits), probability)


def chosen(scenarios: Mapping[str, Scenario], wanted: str | None) -> tuple[list[Scenario], list[Problem]]:
    """The scenarios of "a,b" in their order, and problems of unknown names."""
    names = [part.strip() for part in wanted.split(",")] if wanted is not None else []
    place, unknown = Place(CASE_FILE, 0, SCENARIOS), [name for name in names if name not in scenarios]
    return [scenarios[name] for name in names if name in scenarios], [
        place.problem("unknown_scenario", name, right=list(scenarios), name=show(name)) for name in unknown
    ]


def combined(scenarios: Sequence[Scenario]) -> tuple[list[Edit], list[Problem]]:
    """The edits of several scenarios as one set, later ones winning; a warning for each conflict."""
    edits: dict[tuple[str, str], Edit] = {}
    warnings = []
    for scenario in scenarios:
        for edit in scenario.edits:
            for beaten, what in list(_beaten(edits, edit)):
                value = None if isinstance(edit.value, dict | Factor) else edit.value
                value = edit.key if edit.action == "remove" else value
                words = {"beaten": beaten.scenario, "what": what, "winner": edit.scenario}
                warnings.append(edit.place.problem("conflict", value, **words))
                del edits[beaten.action, beaten.key]
        edits |= {(edit.action, edit.key): edit for edit in scenario.edits}
    return list(edits.values()), warnings


def from_pairs(changes: Mapping[str, object], file: str) -> list[Edit]:
    """The edits of ``--set``: values by dotted key."""
    pairs = ((str(key), _value(value)) for key, value in changes.items())
    return [Edit("set", key, value, Place(file, 0, show(key))) for key, value in pairs]


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


def _beaten(edits: Mapping[tuple[str, str], Edit], edit: Edit) -> Iterator[tuple[Edit, str]]:
    """The earlier edits that contradict a later one, and what each of them does."""
    record, again = edit.key.rpartition(".")[0], ("add", edit.key.rpartition(".")[0]) in edits
    for one in edits.values():
        same, actions = one.key == edit.key, (one.action, edit.action)
        if one.action == edit.action and same and one.value != edit.value:
            yield one, "sets it otherwise" if one.action == "set" else "adds it otherwise"
        elif actions == ("add", "remove") and same:
            yield one, "adds it"
        elif actions == ("set", "remove") and one.key.rpartition(".")[0] == edit.key:
            yield one, f"sets {show(one.key)}"
        elif actions == ("remove", "set") and one.key == record and not again:
            yield one, "removes the record"


def of_futures(edit: Edit) -> bool:
    """Whether an edit changes a future, which is nothing of the case itself."""
    return edit.action == "set" and edit.key.split(".")[0] == FUTURES


def with_probabilities(
    futures: Mapping[str, Scenario], edits: Sequence[Edit]
) -> tuple[dict[str, Scenario], list[Problem]]:
    """The futures with the probabilities that changes set (futures.NAME.probability), and every problem.

    Probabilities that miss 1 by rounding are taken in proportion, so that they add up to it.
    """
    found, problems = dict(futures), list[Problem]()
    own = [edit for edit in edits if of_futures(edit)]
    for edit in own:
        name = f"{edit.key}.".split(".")[1]
        if name not in found or edit.key.split(".")[2:] != ["probability"]:
            near = f"{FUTURES}.{nearest(name, found) or next(iter(found), 'NAME')}.probability"
            problems.append(edit.place.problem("unknown_key.set", choose=f"write {near}, if that is meant"))
        elif not isinstance(edit.value, int | float) or not 0.0 <= edit.value <= 1.0:
            problems.append(edit.place.problem("bad_probabilities.value", None))
        else:
            found[name] = replace(found[name], probability=float(edit.value))
    if own and not problems:
        problems += _wrong_total(found, own[0].place)
    total = sum(future.probability for future in found.values())
    parts = {name: future.probability / (total or 1.0) for name, future in found.items()}
    return {name: replace(found[name], probability=part) for name, part in parts.items()}, problems


def _wrong_total(futures: Mapping[str, Scenario], place: Place) -> Iterator[Problem]:
    total = sum(future.probability for future in futures.values())
    if futures and abs(total - 1.0) > ROUNDING:
        yield place.problem("bad_probabilities", total=total)


def _wrong_in_future(future: Scenario) -> Iterator[Problem]:
    """Changes of what all futures have in common."""
    for edit in future.edits:
        table, _, rest = edit.key.partition(".")
        of_future = table not in ("options", "crews", "periods") and not rest.endswith(".carry_over")
        if edit.action == "set" and not (of_future if table in CHANGEABLE else edit.key in SETTINGS):
            yield edit.place.problem("same_in_futures")
        elif edit.action != "set" and table in COMMON:
            done = "removed" if edit.action == "remove" else "added"
            yield edit.place.problem("same_in_futures.rows", edit.key, done=done, table=table)


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
        problems += _wrong_losses(read[name], record, text, tables)
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


def _wrong_losses(one: Stress, record: StressSettings, text: str, tables: Tables) -> Iterator[Problem]:
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
