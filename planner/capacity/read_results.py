"""A capacity plan as its folder has it: what ``run.json`` says, and the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.results.contract import CAPACITY_TABLES
from planner.results.folders import CAPACITY, RunDocument, broken, checked, read_manifest
from planner.results.read_results import read_results, read_table
from planner.results.results import Results
from planner.results.run_json import RUN_JSON, SUMMARY

PLANS = "plans"
"""The folder of the run folders of single years and futures."""
FILES = (*(f"{name}.csv" for name in CAPACITY_TABLES), SUMMARY, RUN_JSON)
"""The files of the folder of a capacity plan, beside its plans."""


class CapacityDocument(RunDocument):
    """What ``run.json`` says of a capacity plan; see ``planner.capacity.document``."""

    kind: str
    without_orders: dict[str, Any]
    years: dict[str, Any]
    names: dict[str, dict[str, str]]
    plans: dict[str, str]
    alternatives: str


@dataclass(frozen=True, eq=False)
class CapacityPlan:
    """A capacity plan as its folder has it.

    Attributes:
        run: what ``run.json`` says, see ``planner.capacity.document``.
        tables: the tables by name, see ``planner.results.contract.CAPACITY_TABLES``.
        place: its folder, if it was read from one.
    """

    run: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    place: Path | None = None

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def proven(self) -> bool:
        """Whether it may be called optimal, within its tolerance."""
        return bool(self.run["status"] == "optimal")

    @property
    def years(self) -> list[int]:
        """All years that are planned."""
        return list(range(self.run["years"]["first"], self.run["years"]["last"] + 1))

    def name(self, table: str, one: object) -> str:
        """The name of a programme, area, base or asset; its id where it has none."""
        return str(self.run["names"].get(table, {}).get(one, one))

    def short(self, table: str, one: object) -> str:
        """The short name that the case gives; its name where it gives none."""
        return str(self.run["short_names"].get(table, {}).get(one) or self.name(table, one))

    def block(self) -> Results | None:
        """The kept plan of the last year, in the likeliest of the futures that have one.

        Raises:
            InputError: its folder cannot be read.
        """
        if self.place is None or not self.run["plans"]:
            return None
        return read_results(self.place / next(iter(self.run["plans"])))


def read_capacity_plan(folder: str | Path) -> CapacityPlan:
    """Read the folder that ``planner invest`` has written.

    Raises:
        InputError: it is not the folder of a capacity plan, or a file of it is missing, changed or broken.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest.get("kind") != CAPACITY:
        raise broken(place, RUN_JSON, "is not that of a capacity plan")
    checked(place, RUN_JSON, CapacityDocument, manifest)
    blanks = {
        name: [one for one, (kind, _) in columns.items() if kind == "float64"]
        for name, columns in CAPACITY_TABLES.items()
    }
    return CapacityPlan(manifest, {name: read_table(place, name, of) for name, of in blanks.items()}, place)
