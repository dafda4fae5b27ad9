"""Why water stays uncovered: a long table of causes, and the largest of each cell, area and mandate.

Causes are read off shadow prices: water that the effort table reaches with access is short of hours and of
money in the parts that these have in the price of its cheapest coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.core.problem import Problem
from planner.features.fleet import fleet_table
from planner.features.funding import eligibility_table
from planner.features.space import Space
from planner.frames import numbers, records, sum_by
from planner.results.contract import ALL, CAUSES, NO_CAUSE, conform
from planner.results.coverage import Coverage
from planner.results.ledger import Ledger

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

NEAR = 0.01
"""Effort dearer than the cheapest by less than this part of its price counts too, the nearer the more."""
FREE = 1e-9
"""Effort is free when a unit of coverage factor costs less than this part of the weight of a mean cell."""


@dataclass(frozen=True)
class Causes:
    """Causes of the coverage gaps of a plan.

    Attributes:
        table: the table ``causes``, a row for every cause, 0 where it has no part.
        cell: largest cause of each cell's part of the shortfall, or ``none``, shape (cells,).
    """

    table: pd.DataFrame
    cell: npt.NDArray[np.object_]


def find_causes(case: Case, space: Space, problem: Problem, ledger: Ledger, found: Coverage) -> Causes:
    """Why each area stays short of its target, as all programmes together and each programme see it.

    Args:
        case: the case.
        space: its cells and its effort table.
        problem: the problem that was solved.
        ledger: of its plan.
        found: coverage of the plan.
    """
    areas = case.areas["area_id"].to_numpy(dtype=object)
    effort = _Effort(space.effort, space.cells, _hour_price(case, space.effort, ledger))
    asset, area = space.effort["asset"].to_numpy(), space.effort["paid_in"].to_numpy()
    may_fund = fundable(case)
    money = np.maximum(0.0, _money_price(case, problem, ledger))

    def by_area(shares: Array) -> Array:
        """The causes' parts of the shortfall of each area, shape (areas, causes) [km²]."""
        parts = found.missing_km2[:, None] * shares
        return np.stack([sum_by(space.cells["area"], part, len(areas)) for part in parts.T], axis=1)

    cheapest = np.where(may_fund, money[:, None, :], np.inf).min(axis=0, initial=np.inf)[asset, area]
    paid = np.isfinite(cheapest)
    shares = effort.causes(paid | (numbers(space.effort["cost"]) <= 0.0), np.where(paid, cheapest, 0.0))
    km2 = by_area(shares)
    tables = [_long("all", ALL, [ALL], km2.sum(axis=0, keepdims=True)), _long("area", ALL, areas, km2)]
    for n, programme in enumerate(records(case.programmes)):
        mandate = np.isin(areas, list(programme.areas))
        km2 = by_area(effort.causes(may_fund[n][asset, area], money[n][area]))[mandate]
        tables.append(_long("programme", programme.programme_id, areas[mandate], km2))
    names = np.array(CAUSES, dtype=object)[np.argmax(shares, axis=1)]
    table = conform("causes", pd.concat(tables, ignore_index=True))
    return Causes(table, np.where(found.missing_km2 > 0.0, names, NO_CAUSE))


def fundable(case: Case) -> Booleans:
    """Which programme may fund what, where, shape (programmes, fleet, areas)."""
    fleet = fleet_table(case)
    eligible = eligibility_table(case, fleet)
    found = np.zeros((len(case.programmes), len(fleet), len(case.areas)), dtype=bool)
    found[eligible["programme"], eligible["asset"], eligible["area"]] = True
    return found


def largest_causes(table: pd.DataFrame, level: str) -> pd.Series:
    """The largest cause of each row of a level (all, area, programme), by its ids."""
    rows = table[table["level"] == level]
    wide = rows.pivot_table("km2", ["programme_id", "area_id"], "cause", aggfunc="sum")
    wide = wide.reindex(columns=list(CAUSES)).fillna(0.0)  # the first of equal ones, in the order of CAUSES
    if wide.empty:
        return pd.Series(dtype=object)
    return wide.idxmax(axis=1).where(wide.max(axis=1) > 0.0, NO_CAUSE)


def gap_causes(gaps: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """The largest cause of each row of ``gaps``."""
    mandates = largest_causes(table, "programme")
    whole = largest_causes(table, "all").iloc[0]
    keys = zip(gaps["programme_id"], gaps["area_id"], strict=True)
    return pd.Series([mandates.get(key, whole) for key in keys], dtype=object)


class _Effort:
    """The effort table with the price of hours, and the cost, of each row's mission."""

    def __init__(self, table: pd.DataFrame, cells: pd.DataFrame, hour_price: Array) -> None:
        self.cell, self.n_cells = table["cell"].to_numpy(), len(cells)
        self.access, self.factor = table["access"].to_numpy(), numbers(table["factor"])
        km2 = numbers(cells["area_km2"])
        self._free = FREE * float((km2 * numbers(cells["risk_weight"])).mean())
        # activities of many cells share their price among these by the water that each adds to
        joint = np.flatnonzero(table["activity"].duplicated(keep=False))
        activity = np.unique(table["activity"].to_numpy()[joint], return_inverse=True)[1]
        added = self.factor[joint] * km2[self.cell[joint]]
        share = np.ones(len(table))
        share[joint] = added / np.bincount(activity, added)[activity]
        self._hours = hour_price * numbers(table["mission_hours"]) * share
        self._cost = numbers(table["cost"]) * share

    def causes(self, fundable: Booleans, money_price: Array) -> Array:
        """Why each cell stays uncovered, as shares of the causes, asked in the order of ``CAUSES``.

        Args:
            fundable: rows that the one who asks may fund, shape (rows,).
            money_price: what a unit of money costs him in each row, shape (rows,).

        Returns:
            Shares that sum to 1 in each row, shape (cells, causes).
        """
        allowed = fundable & self.access
        reached = np.bincount(self.cell[fundable], minlength=self.n_cells) > 0
        may = np.bincount(self.cell[allowed], minlength=self.n_cells) > 0
        by_hours, free = self._cheapest(allowed, money_price * self._cost)
        priced = may & ~free
        parts = {
            "out_of_range": ~reached,
            "no_access": reached & ~may,
            "asset_hours": np.where(priced, by_hours, 0.0),
            "budget": np.where(priced, 1.0 - by_hours, 0.0),
            "not_prioritised": may & free,
        }
        return np.stack([numbers(parts[cause]) for cause in CAUSES], axis=1)

    def _cheapest(self, allowed: Booleans, money: Array) -> tuple[Array, Booleans]:
        """The part of hours in the price of each cell's cheapest effort, and where that is free.

        Effort that a plan uses side by side in a cell has one price at the optimum, and rounding would choose
        between it. So effort up to ``NEAR`` dearer than the cheapest counts too, the nearer the more.
        """
        cell, hours = self.cell[allowed], self._hours[allowed]
        total = hours + money[allowed]
        each = total / self.factor[allowed]
        cheapest = np.full(self.n_cells, np.inf)
        np.minimum.at(cheapest, cell, each)
        free = cheapest <= self._free
        counts = ~free[cell]
        cell, each, total, hours = cell[counts], each[counts], total[counts], hours[counts]
        weight = np.maximum(0.0, 1.0 - (each / cheapest[cell] - 1.0) / NEAR)
        sums = sum_by(cell, weight, self.n_cells)
        part = sum_by(cell, weight * hours / total, self.n_cells)
        return np.divide(part, sums, out=np.zeros(self.n_cells), where=sums > 0.0), free


def _hour_price(case: Case, effort: pd.DataFrame, ledger: Ledger) -> Array:
    """Shadow price of a mission hour of each effort row: that of the asset and that of its base."""
    of_asset = _by_id(ledger, "hours", "asset_id", fleet_table(case)["asset_id"])
    of_base = np.append(_by_id(ledger, "places", "base_id", case.bases["base_id"]), 0.0)  # -1: no base
    return np.asarray(of_asset[effort["asset"].to_numpy()] + of_base[effort["base"].to_numpy()])


def _money_price(case: Case, problem: Problem, ledger: Ledger) -> Array:
    """Shadow price of a unit of money of each programme in each area, shape (programmes, areas).

    That of the budget, less what paying there is worth to the limits on spending: it may be negative where
    money must be spent.
    """
    of_budget = _by_id(ledger, "budget", "programme_id", case.programmes["programme_id"])
    price = np.repeat(of_budget[:, None], len(case.areas), axis=1)
    payments = np.flatnonzero(problem.activities["feature"] == "payment")
    of_resource = np.where(ledger.resources["kind"] == "account", 0.0, ledger.resources["shadow_price"])
    paid = problem.activities.iloc[payments]
    place = tuple(
        pd.Index(ids).get_indexer(paid[str(ids.name)].to_numpy(dtype=object))
        for ids in (case.programmes["programme_id"], case.areas["area_id"])
    )
    price[place] = problem.usage[:, payments].T @ of_resource
    return np.asarray(price)


def _by_id(ledger: Ledger, kind: str, column: str, ids: pd.Series) -> Array:
    """Shadow prices of the resources of a kind, by their owner: of all periods together."""
    rows = ledger.resources[ledger.resources["kind"] == kind]
    return numbers(ids.map(rows.groupby(column)["shadow_price"].sum()).fillna(0.0))


def _long(level: str, programme_id: str, area_ids: npt.ArrayLike, parts: Array) -> pd.DataFrame:
    """One row for each area and cause."""
    ids = np.repeat(np.asarray(area_ids, dtype=object), len(CAUSES))
    causes = np.tile(np.array(CAUSES, dtype=object), len(parts))
    rows = {
        "level": level,
        "programme_id": programme_id,
        "area_id": ids,
        "cause": causes,
        "km2": parts.ravel(),
    }
    return pd.DataFrame(rows)
