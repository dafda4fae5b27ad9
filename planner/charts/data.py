"""The tables of a plan as charts and pages take them, whichever version of the program wrote them.

This is the only place that knows of former columns: causes side by side, ``gap_cause``, ``price``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.case.codes import COUNTRIES
from planner.charts.palette import CAUSE_COLOURS
from planner.charts.spec import labels, one_line
from planner.geometry.polygons import Geometries, as_array, parts_of
from planner.report.contract import TABLES
from planner.report.plain_text import words
from planner.report.results import Results
from planner.report.run_json import run_document
from planner.solve.lp import Status

ALL = "all"
NONE = "none"
CAUSE_WORDS = {cause: word for cause, (_, word) in CAUSE_COLOURS.items()}
CAUSES = tuple(cause for cause in CAUSE_COLOURS if cause != NONE)
KIND_WORDS = {"fixed": "fixed sensor"}
RENAMED = {
    "gap_cause": "cause",
    "price": "shadow_price",
    "price_km2_per_million": "shadow_price_km2_per_million",
    "price_per_million": "shadow_price_per_million",
}


@dataclass(frozen=True, eq=False)
class Plan:
    """One plan, ready to be drawn.

    Attributes:
        plan_id: what tells it from other plans beside it.
        title: its name in words.
        run: what ``run.json`` says.
        status, objective, currency: of the plan.
        tables: the tables of results by name; ``causes`` in long form (see ``causes_of``), ``areas``
            and ``gaps`` with ``largest_cause``, ``cells`` with ``cause``, ``prices`` with ``shadow_price``.
        bases: ``base_id``, name, country, lon, lat [degrees].
        area_geometry, cell_geometry: polygons, longitudes 0 to 360, shapes (areas,) and (cells,).
        land: polygons of land, longitudes 0 to 360; none where the case has no land.
    """

    plan_id: str
    title: str
    run: Mapping[str, Any]
    status: Status
    objective: str
    currency: str
    tables: Mapping[str, pd.DataFrame]
    bases: pd.DataFrame
    area_geometry: Geometries
    cell_geometry: Geometries
    land: Geometries

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def names(self, table: str, key: str) -> dict[str, str]:
        """Names of a table's records by id, each different from the others."""
        ids = self[table][key].tolist()
        return dict(zip(ids, labels(ids, self[table]["name"]), strict=True))


def plan_of(results: Results, plan_id: str = "plan", title: str = "") -> Plan:
    """The plan of results, whether they were just made or read back from a folder."""
    found = {name: renamed(getattr(results, name)) for name in TABLES}
    found["causes"] = causes = causes_of(results)
    found["gaps"] = found["gaps"][found["gaps"]["programme_id"] != "total"].reset_index(drop=True)
    for name, level, keys in (
        ("areas", "area", ["area_id"]),
        ("gaps", "programme", ["programme_id", "area_id"]),
    ):
        if "largest_cause" not in found[name]:
            best = largest_causes(causes[causes["level"] == level], keys)
            rows = found[name][keys].itertuples(index=False, name=None)
            found[name] = found[name].assign(largest_cause=[best.get(row, NONE) for row in rows])
    return Plan(
        plan_id=plan_id,
        title=title or results.title,
        run=run_document(results),
        status=results.status,
        objective=results.objective,
        currency=results.currency,
        tables=found,
        bases=results.bases,
        area_geometry=as_array(results.area_geometry),
        cell_geometry=as_array(results.cell_geometry),
        land=parts_of(as_array([] if results.land is None else [results.land]))[0],
    )


def renamed(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the names that its columns have now."""
    return table.rename(columns=RENAMED)


def causes_of(results: Results) -> pd.DataFrame:
    """What every part of the shortfall is for.

    Returns:
        Columns level ("all", "area", "programme"), programme_id and area_id ("all" or an id), cause, km2.
        Mandates overlap: rows of different programmes are never added.
    """
    known = getattr(results, "causes", None)
    if known is not None:
        return pd.DataFrame(known[["level", "programme_id", "area_id", "cause", "km2"]])
    parts = [
        results.areas.assign(level="area", programme_id=ALL),
        results.gaps[results.gaps["programme_id"] != "total"].assign(level="programme"),
    ]
    columns = {f"{cause}_km2": cause for cause in CAUSES}
    keys = ["level", "programme_id", "area_id"]
    long = [
        part.rename(columns=columns)[[*keys, *CAUSES]].melt(keys, CAUSES, "cause", "km2") for part in parts
    ]
    whole = long[0].groupby("cause", sort=False)["km2"].sum().reset_index()
    whole = whole.assign(level=ALL, programme_id=ALL, area_id=ALL)
    return pd.concat([whole[[*keys, "cause", "km2"]], *long], ignore_index=True)


def case_line(plan: Plan) -> str:
    """Which plan a figure shows: case, scenarios, and how good the plan is."""
    chosen = [str(each.get("title") or each.get("name")) for each in plan.run.get("scenarios") or []]
    named = "; ".join(one_line(title) for title in (plan.run["title"], *chosen))
    if plan.status is Status.OPTIMAL:
        gap = plan.run["certificate"]["gap"]
        return f"{named}. Plan optimal, optimality gap {gap:.1e}."
    return f"{named}. NOT PROVEN to be optimal ({words(plan.status)})."


def operator_names(plan: Plan) -> dict[str, str]:
    """Each operator in words: a state by its name, another by its id."""
    return {
        str(one): COUNTRIES.get(str(one).upper(), words(one)) for one in plan["fleet"]["operator"].unique()
    }


def kind_words(kind: object) -> str:
    """A kind of asset or sensor in words."""
    return KIND_WORDS.get(str(kind), words(kind))


def largest_causes(causes: pd.DataFrame, keys: list[str]) -> dict[tuple[str, ...], str]:
    """The largest cause by key; nothing is said where there is no shortfall."""
    sums = causes.groupby([*keys, "cause"], sort=False)["km2"].sum().reset_index()
    best = sums[sums["km2"] > 0.0].sort_values("km2", ascending=False, kind="stable").drop_duplicates(keys)
    return dict(zip(best[keys].itertuples(index=False, name=None), best["cause"], strict=True))
