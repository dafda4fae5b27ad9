"""The futures of case.toml: states of the world, each with its probability."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.case.keys import CHANGEABLE
from planner.case.place import Place
from planner.case.scenarios import Edit, Scenario, edits_of
from planner.case.toml_file import key_place, read_named
from planner.errors import Problem
from planner.schema.settings import FutureSettings
from planner.schema.wording import nearest

FUTURES = "futures"
SETTINGS = ("dwell_days", "target_coverage", "coverage_worth")
"""The settings that a future may change: not what cells, periods and money are made of."""
COMMON = ("areas", "bases", "assets", "sensors", "programmes", "periods", "options", "budgets", "crews")
"""The tables that have the same rows in every future."""
ROUNDING = 1e-6
"""By how much probabilities may miss 1: thirds are written with digits."""


@dataclass(frozen=True)
class FutureChange(Scenario):
    """One table ``[futures.NAME]``."""

    probability: float = 1.0


def read_futures(values: dict[str, object], text: str) -> tuple[dict[str, FutureChange], list[Problem]]:
    """Takes ``[futures.NAME]`` out of the values of ``case.toml``; by name, and every problem."""
    found, problems = read_named(values, FUTURES, FutureSettings, text)
    futures = {
        name: FutureChange(
            name, one.title or name, tuple(edits_of(FUTURES, name, one, text)), one.probability
        )
        for name, one in found.items()
    }
    for future in futures.values():
        problems += _wrong_edits(future)
    return futures, problems or list(_wrong_total(futures, key_place(text, FUTURES)))


def of_futures(edit: Edit) -> bool:
    """Whether an edit changes a future, which is nothing of the case itself."""
    return edit.action == "set" and edit.key.split(".")[0] == FUTURES


def with_probabilities(
    futures: Mapping[str, FutureChange], edits: Sequence[Edit]
) -> tuple[dict[str, FutureChange], list[Problem]]:
    """The futures with the probabilities that changes set (futures.NAME.probability), and every problem."""
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
    return found, problems


def _wrong_total(futures: Mapping[str, FutureChange], place: Place) -> Iterator[Problem]:
    total = sum(future.probability for future in futures.values())
    if futures and abs(total - 1.0) > ROUNDING:
        yield place.problem("bad_probabilities", total=total)


def _wrong_edits(future: FutureChange) -> Iterator[Problem]:
    """Changes of what all futures have in common."""
    for edit in future.edits:
        table, _, rest = edit.key.partition(".")
        if edit.action != "set":
            if table in COMMON:
                done = "removed" if edit.action == "remove" else "added"
                yield edit.place.problem("same_in_futures.rows", edit.key, done=done, table=table)
        elif not _may_set(edit, table, rest):
            yield edit.place.problem("same_in_futures")


def _may_set(edit: Edit, table: str, rest: str) -> bool:
    if table not in CHANGEABLE:
        return edit.key in SETTINGS
    return table not in ("options", "crews", "periods") and not rest.endswith(".carry_over")
