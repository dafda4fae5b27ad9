"""The tables of a sweep, and what must hold between its points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from planner import units
from planner.frames import numbers
from planner.jobs import Failure
from planner.results.contract import ALL, CAUSES
from planner.studies import views
from planner.studies.planning import Results, figures
from planner.studies.tables import Contract, stacked, table_of
from planner.studies.text import CONCAVE, count

PRICED = 1e-6
"""A limit is scarce where its shadow price times the most that there is of it counts more than this part of
the value of doing nothing: less is rounding of the solver."""
ROUNDING = 1e-7
"""What the solver's tolerances may be worth, as a part of the value of doing nothing."""
BECOMES, IS_NO_LONGER = "becomes scarce", "is no longer scarce"
LIMIT_KIND = {"budget": "budget", "hours": "asset_hours"}
"""What the shadow prices of each kind of axis are called in prices.csv."""

_POINT: Contract = {
    "point": ("int64", "number of the point, from 1"),
    "factor": ("float64", "what is swept, in parts of what stands in the case; blank where that is 0"),
    "amount": ("float64", "what is swept [unit]"),
}
_CAUSES: Contract = {f"{cause}_km2": ("float64", f"part of the shortfall: {cause} [km²]") for cause in CAUSES}
TABLES: Mapping[str, Contract] = {
    "points": {
        **_POINT,
        "unit": ("str", "unit of the amount: the currency, h or nm"),
        "status": ("str", "optimal, or why the plan is not proven, or why there is none"),
        "plan_value": ("float64", "objective [risk-weighted km² missed, or short]"),
        "bound": ("float64", "no plan has a value below this"),
        "gap": ("float64", "(plan_value - bound) / plan_value"),
        "rounds": ("int64", "linear programs that were solved"),
        "covered_km2": ("float64", "sum of cell area x POD [km²]"),
        "coverage": ("float64", "area-weighted mean probability of detection [share]"),
        "least_target_met": ("float64", "smallest coverage/target of any area [share]"),
        "shortfall_km2": ("float64", "what is missing to the targets [km²]"),
        "spent": ("float64", "by all programmes [money]"),
        "shadow_price": ("float64", "shadow price: gain of the next unit [objective]; blank for a spacing"),
        "shadow_price_per_million": ("float64", "shadow price of a million of money [objective]"),
        "slope": ("float64", "what a unit gains on the way to the next point [objective]"),
    },
    "areas": {
        **_POINT,
        "area_id": ("str", "area"),
        "coverage": ("float64", "area-weighted mean probability of detection [share]"),
        "covered_km2": ("float64", "sum of cell area x POD [km²]"),
        "shortfall_km2": ("float64", "what is missing to the target [km²]"),
        **_CAUSES,
    },
    "programmes": {
        **_POINT,
        "programme_id": ("str", "programme"),
        "budget": ("float64", "budget of the horizon [money]"),
        "spent": ("float64", "what the plan spends [money]"),
        "shadow_price_km2_per_million": ("float64", "gain of the next million, at its margin [objective]"),
        "covered_km2": ("float64", "coverage in its mandate, whoever paid [km²]"),
        "shortfall_km2": ("float64", "shortfall in its mandate [km²]; mandates overlap: never add these"),
        **_CAUSES,
    },
    "scarce": {
        "point_from": ("int64", "the change lies between this point"),
        "point_to": ("int64", "and this one, its neighbour"),
        "factor_from": ("float64", "factor of the one"),
        "factor_to": ("float64", "factor of the other"),
        "amount_from": ("float64", "amount of the one [unit]"),
        "amount_to": ("float64", "amount of the other [unit]"),
        "limit_kind": ("str", "asset_hours, budget or base_capacity"),
        "id": ("str", "asset, programme or base"),
        "change": ("str", "becomes scarce, or is no longer scarce"),
        "shadow_price_from": ("float64", "its shadow price at the one"),
        "shadow_price_to": ("float64", "its shadow price at the other"),
        "unit": ("str", "unit of the shadow price"),
    },
}
"""Columns of the tables of a sweep."""


@dataclass(frozen=True)
class Axis:
    """What is swept.

    Attributes:
        kind: "budget", "hours" or "spacing".
        ids: programmes or assets; empty for a spacing.
        shares: what each of them gets of one more unit of the amount; they sum to 1.
        unit: of the amounts.
        present: what stands in the case.
        amounts: of every point, shape (points,).
    """

    kind: str
    ids: tuple[str, ...]
    shares: tuple[float, ...]
    unit: str
    present: float
    amounts: tuple[float, ...]

    def factor(self, amount: float) -> float:
        """An amount in parts of what stands in the case; NaN where that is nothing."""
        return amount / self.present if self.present > 0.0 else math.nan

    def place(self, amount: float) -> str:
        """A point in words: its factor, or its amount where there is none."""
        factor = self.factor(amount)
        if self.kind != "spacing" and math.isfinite(factor):
            return f"{factor:.4g} x"
        return f"{count(amount)} {self.unit}"


def sweep_tables(
    axis: Axis, base: Results, plans: Mapping[int, Results | Failure]
) -> dict[str, pd.DataFrame]:
    """The tables of a sweep, see ``TABLES``.

    Args:
        axis: what is swept.
        base: the plan of the case as it stands.
        plans: the plan of every point by its number, or why it has none.
    """
    solved = {point: one for point, one in plans.items() if isinstance(one, Results)}
    placed = [_with_causes(axis, point, one) for point, one in solved.items()]
    return {
        "points": _points(axis, plans),
        **{name: stacked(TABLES[name], [each[name] for each in placed]) for name in ("areas", "programmes")},
        "scarce": _scarce(axis, base, solved),
    }


def contradictions(axis: Axis, base: Results, points: pd.DataFrame) -> Iterator[str]:
    """Where a frontier of budgets or hours is not concave, or a price no supergradient, beyond certificates.

    By weak duality a point's bound, moved along its price, is a bound everywhere:
    value(b) >= bound_i - price_i (amount(b) - amount_i). And a mixture of two plans is a plan between them,
    whose value is at most the mean of theirs: the bound between them cannot be above the chord.
    """
    if axis.kind == "spacing" or base.objective not in CONCAVE:
        return
    solved = points[points["plan_value"].notna()]
    slack = ROUNDING * base.certificate.stake
    amount, value, bound = (numbers(solved[name]) for name in ("amount", "plan_value", "bound"))
    price, number = numbers(solved["shadow_price"]), solved["point"].to_numpy()
    tangent = bound[:, None] - price[:, None] * (amount[None, :] - amount[:, None])
    # where money must be spent, hours have a part in the bound that is not in their price
    priced = axis.kind == "budget" or base.limits.empty
    for i, j in zip(*np.nonzero((tangent > value[None, :] + slack) & priced), strict=True):
        yield f"the price at point {number[i]} leads to {tangent[i, j]!s} at {number[j]}, above {value[j]!s}"
    for j in range(1, len(solved) - 1):
        width = amount[j + 1] - amount[j - 1]
        chord = value[j - 1] + (value[j + 1] - value[j - 1]) * (amount[j] - amount[j - 1]) / width
        if bound[j] > chord + slack:
            yield f"the bound at point {number[j]}, {bound[j]!s}, is above the chord, {chord!s}"


def _points(axis: Axis, plans: Mapping[int, Results | Failure]) -> pd.DataFrame:
    rows = []
    for point, one in plans.items():
        row: dict[str, object] = {**_place(axis, point), "unit": axis.unit}
        rows.append(
            row | ({"status": one.status, "rounds": 0} if isinstance(one, Failure) else _row(axis, one))
        )
    table = pd.DataFrame(rows).reindex(columns=list(TABLES["points"]))
    value, step = numbers(table["plan_value"]), np.diff(numbers(table["amount"]))
    slope = np.append((value[:-1] - value[1:]) / step, np.nan)
    table["slope"] = slope if axis.kind != "spacing" else np.nan
    if axis.kind == "budget":
        table["shadow_price_per_million"] = units.per_unit_to_per_million(numbers(table["shadow_price"]))
    return stacked(TABLES["points"], [table])


def _row(axis: Axis, one: Results) -> dict[str, object]:
    areas, proof, shares = one.areas, one.certificate, one.fairness
    covered, target = float(areas["covered_km2"].sum()), numbers(areas["target_coverage"])
    met = numbers(areas["coverage"])[target > 0.0] / target[target > 0.0]
    return {
        "status": str(one.status),
        **figures(proof, ("plan_value", "bound", "gap", "rounds")),
        "covered_km2": covered,
        "coverage": covered / float(areas["area_km2"].sum()),
        "least_target_met": float(met.min(initial=1.0)) if shares is None else shares.smallest_ratio,
        "shortfall_km2": float(areas["shortfall_km2"].sum()),
        "spent": float(one.programmes["spent"].sum()),
        "shadow_price": _price(axis, one),
    }


def _price(axis: Axis, one: Results) -> float:
    """What one more unit of the amount would gain: the prices of all that moves, by their shares in it."""
    if axis.kind == "spacing":
        return math.nan
    rows = one.prices
    rows = rows[rows["limit_kind"] == LIMIT_KIND[axis.kind]]
    price = dict(zip(rows["id"], rows["shadow_price"], strict=True))
    return float(sum(share * price[name] for name, share in zip(axis.ids, axis.shares, strict=True)))


def _place(axis: Axis, point: int) -> dict[str, float]:
    amount = axis.amounts[point - 1]
    return {"point": point, "factor": axis.factor(amount), "amount": amount}


def _with_causes(axis: Axis, point: int, one: Results) -> dict[str, pd.DataFrame]:
    """The tables of areas and programmes of a point, with the causes of each one's shortfall."""
    long = views.causes(one)
    found = {}
    for name, table, key, other in (
        ("areas", one.areas, "area_id", "programme_id"),
        ("programmes", one.programmes, "programme_id", "area_id"),
    ):
        own = long[long[other] == ALL]
        km2 = dict(zip(zip(own[key], own["cause"], strict=True), own["km2"], strict=True))
        columns = {
            f"{cause}_km2": [km2.get((record, cause), 0.0) for record in table[key]] for cause in CAUSES
        }
        found[name] = table.assign(**columns, **_place(axis, point))
    return found


def _scarce(axis: Axis, base: Results, results: Mapping[int, Results]) -> pd.DataFrame:
    """Limits whose shadow price comes or goes between neighbouring points that have plans."""
    tables = {0: base.prices, **{point: one.prices for point, one in results.items()}}
    most = np.max([numbers(table["limit"]) for table in tables.values()], axis=0)
    least = PRICED * base.certificate.stake
    rows = []
    for start, end in pairwise(results):
        before, after = (numbers(tables[point]["shadow_price"]) for point in (start, end))
        was, is_ = before * most > least, after * most > least
        ends: dict[str, float] = {"point_from": start, "point_to": end}
        for side, point in (("from", start), ("to", end)):
            ends |= {f"{name}_{side}": _place(axis, point)[name] for name in ("factor", "amount")}
        for n in np.flatnonzero(was != is_):
            limit = tables[0].iloc[n]
            row = {**ends, **{name: limit[name] for name in ("limit_kind", "id", "unit")}}
            row |= {"change": BECOMES if is_[n] else IS_NO_LONGER}
            rows.append(row | {"shadow_price_from": before[n], "shadow_price_to": after[n]})
    return table_of(TABLES["scarce"], rows)
