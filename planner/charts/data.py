"""A plan as charts and pages take it: its tables by name, its outlines, and names for its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from planner.charts.names import HALF, Names, labels, named, one_line
from planner.features.resources import LIMITED
from planner.geometry.polygons import Geometries, as_array, parts_of
from planner.geometry.zones import world_coast
from planner.results.contract import TOTAL
from planner.results.palette import CAUSE_COLOURS
from planner.results.plain_text import words
from planner.results.results import Results
from planner.results.run_json import run_document
from planner.results.sentences import HELD
from planner.schema.codes import COUNTRIES
from planner.solve.solver import Status

CAUSE_WORDS = {cause: word for cause, (_, word) in CAUSE_COLOURS.items()}
KIND_WORDS = {"fixed": "fixed sensor"}
OWNERS = {"asset_id": "fleet", "programme_id": "programmes", "base_id": "bases"}
"""The table of the owners of resources, by the column of their ids."""


@dataclass(frozen=True, eq=False)
class Plan:
    """One plan, ready to be drawn: whether its results were just made or read back from a folder.

    Attributes:
        results: of the plan.
        plan_id: what tells it from other plans beside it.
        called: its name in words, if not the case's title.
    """

    results: Results
    plan_id: str = "plan"
    called: str = ""

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A table of results by its name; ``gaps`` without its sums."""
        found: pd.DataFrame = getattr(self.results, table)
        return found[found["programme_id"] != TOTAL] if table == "gaps" else found

    @property
    def title(self) -> str:
        """Its name in words."""
        return self.called or self.results.title

    @cached_property
    def run(self) -> Mapping[str, Any]:
        """What ``run.json`` says."""
        return run_document(self.results)

    @cached_property
    def land(self) -> Geometries:
        """Polygons of land, longitudes 0 to 360; the coarse coast of the world where the case has none."""
        land = self.results.land
        return world_coast() if land is None else parts_of(as_array([land]))[0]

    def names(self, table: str, key: str) -> dict[str, str]:
        """Names of a table's records by id, each different from the others."""
        ids = self[table][key].tolist()
        return dict(zip(ids, labels(ids, self[table]["name"]), strict=True))

    def named(self, table: str, key: str, signs: int = HALF, lines: int = 2) -> Names:
        """Names of a table's records for the rows of a chart."""
        given = self.short_names.get(table)
        return named(self[table][key].tolist(), self[table]["name"], given, signs, lines)

    @property
    def short_names(self) -> Mapping[str, Mapping[str, str]]:
        """The short names that the case gives, by table and id."""
        found: Mapping[str, Mapping[str, str]] = self.run.get("short_names", {})
        return found

    def limited(self, limits: pd.DataFrame) -> list[str]:
        """Names of the owners of what is limited, of rows with ``limit_kind`` and ``id``."""
        known = {owner: self.names(table, owner) for owner, table in OWNERS.items()}
        owners = [LIMITED[kind].owner for kind in limits["limit_kind"]]
        return [known[owner].get(one, one) for owner, one in zip(owners, limits["id"], strict=True)]

    @property
    def operators(self) -> dict[str, str]:
        """Each operator in words: a state by its name, another by its id."""
        ids = map(str, self["fleet"]["operator"].unique())
        return {one: COUNTRIES.get(one.upper(), words(one)) for one in ids}

    @property
    def held(self) -> str:
        """What the shadow prices of a fair plan hold on to; nothing to be said of others."""
        return f" {HELD}" if self.results.fairness else ""

    @property
    def line(self) -> str:
        """Which plan a figure shows: case, scenarios, and how good the plan is."""
        chosen = [str(each.get("title") or each.get("name")) for each in self.run.get("scenarios") or []]
        called = "; ".join(one_line(title) for title in (self.run["title"], *chosen))
        if self.results.status is Status.OPTIMAL:
            return f"{called}. Plan optimal, optimality gap {self.run['certificate']['gap']:.1e}."
        return f"{called}. NOT PROVEN to be optimal ({words(self.results.status)})."


def kind_words(kind: object) -> str:
    """A kind of asset or sensor in words."""
    return KIND_WORDS.get(str(kind), words(kind))
