"""Several plans side by side: every figure of each, and its difference from the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from planner.report.contract import CAUSES
from planner.report.results import Results

CAUSE_FIGURES = [f"{cause}_km2" for cause in CAUSES]
NOT_COMPARED = ("value", "difference")
TABLES: Mapping[str, tuple[list[str], list[str], list[str]]] = {
    "totals": (
        [],
        [],
        [
            *("area_km2", "target_km2", "covered_km2", "coverage", "missed_risk_km2", "shortfall_km2"),
            *(*CAUSE_FIGURES, "budget", "spent", "mission_hours", "on_station_hours", "swept_km2"),
        ],
    ),
    "areas": (
        ["area_id"],
        ["name"],
        ["target_coverage", "coverage", "covered_km2", "shortfall_km2", *CAUSE_FIGURES],
    ),
    "gaps": (
        ["programme_id", "area_id"],
        [],
        ["target_km2", "covered_km2", "shortfall_km2", *CAUSE_FIGURES],
    ),
    "programmes": (
        ["programme_id"],
        ["name", "donor"],
        [
            *("budget", "spent", "price_km2_per_million", "target_km2", "covered_km2", "shortfall_km2"),
            *CAUSE_FIGURES,
        ],
    ),
    "hours": (
        ["asset_id"],
        [],
        [
            *("available_hours", "mission_hours", "on_station_hours", "missions", "swept_km2", "cost"),
            "price_km2_per_hour",
        ],
    ),
    "prices": (["limit_kind", "id"], ["unit"], ["limit", "used", "price"]),
    "limits": (
        ["limit_id", "programme_id", "area_id"],
        ["kind", "unit"],
        ["least", "reached", "short", "penalty", "paid", "price"],
    ),
}
"""Keys, names and figures of every table of a comparison."""


@dataclass(frozen=True)
class Comparison:
    """Several plans and their differences from the first.

    Attributes:
        title: title of the case.
        currency: currency of all money.
        plans: one row per plan: scenario, title, status, objective and the certificate.
        totals, areas, gaps, programmes, hours, prices, limits: in long form, columns ``scenario``, the keys
            and names of the table, ``figure``, ``value`` and ``difference`` from the first plan; NaN where a
            plan, or the first one, has no such record or figure.
        results: the plans themselves, by scenario.
    """

    title: str
    currency: str
    plans: pd.DataFrame
    totals: pd.DataFrame
    areas: pd.DataFrame
    gaps: pd.DataFrame
    programmes: pd.DataFrame
    hours: pd.DataFrame
    prices: pd.DataFrame
    limits: pd.DataFrame
    results: Mapping[str, Results] = field(repr=False)

    @property
    def scenarios(self) -> list[str]:
        """The plans' names, the reference first."""
        return list(self.results)


def comparison(plans: Mapping[str, Results], titles: Mapping[str, str]) -> Comparison:
    """Put plans side by side.

    Args:
        plans: results by scenario, the reference first.
        titles: title of each scenario.
    """
    first = next(iter(plans.values()))
    tables = {
        name: _long(name, {label: _wanted(name, one) for label, one in plans.items()}) for name in TABLES
    }
    return Comparison(
        title=first.title,
        currency=first.currency,
        plans=_plans(plans, titles),
        results=dict(plans),
        **tables,
    )


def side_by_side(table: pd.DataFrame, values: str = "value") -> pd.DataFrame:
    """A table of a comparison with one column per scenario, where it has rows; all else as its index."""
    keys = [name for name in table.columns if name not in ("scenario", *NOT_COMPARED)]
    if table.empty:  # no plan has a limit
        return table.set_index(keys)[[]]
    labels = table["scenario"].drop_duplicates().tolist()
    rows = [table[table["scenario"] == label].set_index(keys)[values].rename(label) for label in labels]
    wide: pd.DataFrame = pd.concat(rows, axis=1)
    return wide


def _plans(plans: Mapping[str, Results], titles: Mapping[str, str]) -> pd.DataFrame:
    rows = [
        {
            "scenario": label,
            "title": titles[label],
            "status": str(one.status),
            "objective": one.objective,
            "plan_value": one.certificate.plan_value,
            "bound": one.certificate.bound,
            "gap": one.certificate.gap,
            "gap_tolerance": one.certificate.gap_tolerance,
            "rounds": one.certificate.rounds,
        }
        for label, one in plans.items()
    ]
    return pd.DataFrame(rows)


def _wanted(name: str, results: Results) -> pd.DataFrame:
    """The keys, names and figures of a table for one plan."""
    if name == "totals":
        return _totals(results)
    if name == "programmes":
        causes = results.gaps.groupby("programme_id")[CAUSE_FIGURES].sum()
        found = causes.reindex(results.programmes["programme_id"]).fillna(0.0).reset_index(drop=True)
        return pd.concat([results.programmes, found], axis=1)
    if name == "hours":
        return _hours(results)
    tables: dict[str, pd.DataFrame] = {"areas": results.areas, "gaps": results.gaps, "prices": results.prices}
    tables["limits"] = results.limits
    return tables[name]


def _totals(results: Results) -> pd.DataFrame:
    areas, cells, done = results.areas, results.cells, results.allocation
    sums = ["area_km2", "covered_km2", "shortfall_km2", *CAUSE_FIGURES]
    figures = {name: float(areas[name].sum()) for name in sums}
    figures["target_km2"] = float((areas["target_coverage"] * areas["area_km2"]).sum())
    figures["coverage"] = figures["covered_km2"] / figures["area_km2"]
    figures["missed_risk_km2"] = float(
        (cells["area_km2"] * cells["risk_weight"] * (1.0 - cells["pod"])).sum()
    )
    figures |= {name: float(results.programmes[name].sum()) for name in ("budget", "spent")}
    figures |= {name: float(done[name].sum()) for name in ("mission_hours", "on_station_hours", "swept_km2")}
    return pd.DataFrame([figures])


def _hours(results: Results) -> pd.DataFrame:
    limits = results.prices[results.prices["limit_kind"] == "asset_hours"]
    sums = ["mission_hours", "on_station_hours", "missions", "swept_km2", "cost"]
    done = results.allocation.groupby("asset_id")[sums].sum().reindex(limits["id"]).fillna(0.0)
    return done.reset_index(drop=True).assign(
        asset_id=limits["id"].to_numpy(),
        available_hours=limits["limit"].to_numpy(),
        price_km2_per_hour=limits["price"].to_numpy(),
    )


def _long(name: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    keys, names, figures = TABLES[name]
    called = _names(tables.values(), keys, names)
    columns = [_column(label, table, keys, figures) for label, table in tables.items()]
    wide = pd.concat(columns, axis=1, sort=False)
    first = wide[wide.columns[0]]
    parts = []
    for label in wide.columns:
        part = wide.index.to_frame(index=False)
        for n, column in enumerate(names):
            part.insert(len(keys) + n, column, [called[tuple(row)][n] for row in part[keys].to_numpy()])
        part.insert(0, "scenario", label)
        value = wide[label].to_numpy(dtype=np.float64)
        parts.append(part.assign(value=value, difference=value - first.to_numpy(dtype=np.float64)))
    return pd.concat(parts, ignore_index=True)


def _column(label: str, table: pd.DataFrame, keys: Sequence[str], figures: Sequence[str]) -> pd.Series:
    """The figures of one plan, one under the other, by keys and figure."""
    levels = [np.repeat(table[key].to_numpy(dtype=object), len(figures)) for key in keys]
    levels.append(np.tile(np.asarray(figures, dtype=object), len(table)))
    index = pd.MultiIndex.from_arrays(levels, names=[*keys, "figure"])
    return pd.Series(table[list(figures)].to_numpy(dtype=np.float64).ravel(), index=index, name=label)


def _names(
    tables: Iterable[pd.DataFrame], keys: Sequence[str], names: Sequence[str]
) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Names of each record, from the first plan that has it."""
    found: dict[tuple[object, ...], tuple[object, ...]] = {}
    for table in tables:
        rows = zip(table[list(keys)].to_numpy(), table[list(names)].to_numpy(), strict=True)
        for key, row in rows:
            found.setdefault(tuple(key), tuple(row))
    return found
