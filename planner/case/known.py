"""What the rows of a case say together: who may work where, and who may pay for whom."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from planner.case.edits import State
from planner.case.rows import Row
from planner.case.rules import restricts_services
from planner.schema.settings import Settings
from planner.schema.tables import FUNDABLE_KINDS

EVERY = ("*",)


@dataclass(frozen=True, eq=False)
class Mandate:
    """A programme: what it may fund, where; ``assets`` and ``services`` are None where that is all."""

    row: Row
    assets: frozenset[str] | None
    kinds: frozenset[str]
    services: frozenset[str] | None
    areas: AbstractSet[str]

    def funds(self, watcher: Row) -> bool:
        """Whether it may pay for an asset or sensor, in some area."""
        return (
            (self.assets is None or (watcher["asset_id"] or watcher["sensor_id"]) in self.assets)
            and watcher["kind"] in self.kinds
            and (self.services is None or watcher["service"] in self.services)
        )


@dataclass(frozen=True)
class Known:
    """What the rows of a case say together; ``settings`` is None where they are not valid."""

    state: State
    settings: Settings | None
    has_risk_map: bool

    def rows(self, *tables: str) -> list[Row]:
        """The rows of some tables."""
        return [row for table in tables for row in self.state.tables[table].rows]

    @cached_property
    def watchers(self) -> list[Row]:
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
    def working(self) -> dict[str, set[str]]:
        """The areas in which each operator of an asset or sensor may work."""
        found = {row["operator"]: set(self.own.get(row["operator"], ())) for row in self.watchers}
        for row in self.rows("access"):
            if row["operator"] in found:
                found[row["operator"]] |= self.areas(row)
        return found

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
