"""A case as parsed records, and what these say together: who may work where, and who may pay for whom."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from planner.case.files import CASE_FILE
from planner.case.rows import Row
from planner.case.scenarios import Tables
from planner.schema.messages import Place
from planner.schema.settings import Settings
from planner.schema.tables import FUNDABLE_KINDS, SERVICES

EVERY = ("*",)
WATCH, BOARD = "watch", "board"
Use = tuple[str, str, str]
"""Kind of asset or sensor, period, task."""


def names(listed_names: tuple[str, ...], name: str) -> bool:
    """Whether a list names something, or all."""
    return listed_names == EVERY or name in listed_names


def restricts_services(programme: Row) -> bool:
    """Whether a programme leaves out a service."""
    return programme["services"] != EVERY and set(programme["services"]) != set(SERVICES)


@dataclass(frozen=True, eq=False)
class Mandate:
    """A programme: what it may fund, where; ``assets`` and ``services`` are None where that is all."""

    row: Row
    assets: frozenset[str] | None
    kinds: frozenset[str]
    services: frozenset[str] | None
    areas: AbstractSet[str]

    def names(self, watcher: Row) -> bool:
        """Whether an asset or sensor is among those that it names."""
        return self.assets is None or (watcher["asset_id"] or watcher["sensor_id"]) in self.assets

    def fits(self, watcher: Row) -> bool:
        """Whether it may pay for an asset or sensor, in some area, if the service is one that it funds."""
        return self.names(watcher) and watcher["kind"] in self.kinds

    def funds(self, watcher: Row) -> bool:
        """Whether it may pay for an asset or sensor, in some area."""
        return self.fits(watcher) and (self.services is None or watcher["service"] in self.services)


@dataclass(frozen=True)
class State:
    """The settings and the rows of a case, parsed; ``changed`` has the settings that edits have set.

    ``settings`` is None where they are not valid, a table that could not be read is not there.
    """

    settings: Settings | None
    tables: Tables
    text: str = ""
    changed: Mapping[str, Place] = field(default_factory=dict)

    def place(self, key: str) -> Place:
        """Where a setting is written: in the file, or by an edit."""
        return self.changed.get(key) or Place(CASE_FILE, 0, key)

    def rows(self, *names: str) -> tuple[Row, ...]:
        """The sound rows of some tables; none of one that could not be read."""
        return tuple(row for name in names if name in self.tables for row in self.tables[name].valid)

    def by_id(self, *names: str) -> dict[str, Row]:
        """The sound rows of some tables by their ids."""
        return {self.tables[name].key(row): row for name in names for row in self.rows(name)}

    @cached_property
    def watchers(self) -> tuple[Row, ...]:
        """The rows of assets and sensors."""
        return self.rows("assets", "sensors")

    @cached_property
    def everywhere(self) -> AbstractSet[str]:
        """All areas."""
        return frozenset(row["area_id"] for row in self.rows("areas"))

    @cached_property
    def own(self) -> dict[str, set[str]]:
        """The areas of each operator's own state."""
        found: dict[str, set[str]] = {}
        for row in self.rows("areas"):
            found.setdefault(row["coastal_state"].lower(), set()).add(row["area_id"])
        return found

    @cached_property
    def uses(self) -> dict[str, set[Use]]:
        """What the assets and sensors of each operator may be used for: kind, period, task."""
        periods = [row["period_id"] for row in self.rows("periods")] or [""]
        answers = self.settings is None or self.settings.answers is not None
        found: dict[str, set[Use]] = {}
        for row in self.watchers:
            tasks = (WATCH, BOARD) if answers and row["boards"] == "yes" else (WATCH,)
            own = {(row["kind"], period, task) for period in periods for task in tasks}
            found.setdefault(row["operator"], set()).update(own)
        return found

    def uses_of(self, row: Row) -> set[Use]:
        """What a row of access.csv lets its operator's assets and sensors do."""
        lists = (row["kinds"], row["periods"], row["tasks"])
        uses = self.uses.get(row["operator"], ())
        return {use for use in uses if all(map(names, lists, use))}

    @cached_property
    def _working(self) -> dict[tuple[str, str], set[str]]:
        """The areas in which each operator's assets and sensors of a kind may work."""
        found = {
            (operator, kind): set(self.own.get(operator, ()))
            for operator, uses in self.uses.items()
            for kind, _, _ in uses
        }
        for row in self.rows("access"):
            for kind in {kind for kind, _, _ in self.uses_of(row)}:
                found[row["operator"], kind] |= self.areas(row)
        return found

    def working(self, watcher: Row) -> AbstractSet[str]:
        """The areas in which an asset or sensor may work."""
        return self._working.get((watcher["operator"], watcher["kind"]), frozenset())

    def areas(self, row: Row) -> AbstractSet[str]:
        """The areas that a row names."""
        return self.everywhere if row["areas"] == EVERY else frozenset(row["areas"])

    @cached_property
    def mandates(self) -> list[Mandate]:
        """The programmes."""
        return [
            Mandate(
                row,
                None if row["assets"] == EVERY else frozenset(row["assets"]),
                frozenset(FUNDABLE_KINDS if row["asset_kinds"] == EVERY else row["asset_kinds"]),
                frozenset(row["services"]) if restricts_services(row) else None,
                self.areas(row),
            )
            for row in self.rows("programmes")
        ]
