"""What the rows of a case say together: who may work where, and who may pay for whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from planner.case.edits import State
from planner.case.rows import Row
from planner.case.rules import names, restricts_services
from planner.schema.settings import Settings

EVERY = ("*",)


@dataclass(frozen=True)
class Known:
    """What the rows of a case say together."""

    state: State
    settings: Settings
    has_risk_map: bool

    def rows(self, *tables: str) -> list[Row]:
        """The rows of some tables."""
        return [row for table in tables for row in self.state.tables[table].rows]

    @cached_property
    def watchers(self) -> list[Row]:
        """The rows of assets and sensors."""
        return self.rows("assets", "sensors")

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

    def areas(self, row: Row) -> set[str]:
        """The areas that a row names."""
        return (
            {area["area_id"] for area in self.rows("areas")} if row["areas"] == EVERY else set(row["areas"])
        )

    def payers(self, watcher: Row) -> list[Row]:
        """The programmes that may pay for an asset or sensor, in some area."""
        key, kind, service = watcher["asset_id"] or watcher["sensor_id"], watcher["kind"], watcher["service"]
        return [
            row
            for row in self.rows("programmes")
            if names(row["assets"], key)
            and names(row["asset_kinds"], kind)
            and (not restricts_services(row) or service in row["services"])
        ]
