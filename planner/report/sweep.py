"""A sweep: plans along one scarce thing, as tables, and what must hold between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.frames import numbers
from planner.report.contract import CAUSES, Contract, stacked
from planner.report.results import Results

Array = npt.NDArray[np.float64]

CAUSE_COLUMNS = [f"{cause}_km2" for cause in CAUSES]
PRICED = 1e-6
"""A limit is scarce where its price times the most that there is of it counts more than this part of the
value of doing nothing: less is rounding of the solver."""
ROUNDING = 1e-7
"""What the solver's tolerances may be worth, as a part of the value of doing nothing: it keeps limits to
that."""
CONCAVE = ("coverage", "shortfall")
"""Objectives whose value is convex in budgets and hours, so that what is gained is concave. With "fair" only
the smallest coverage/target is: its coverage is that of the plans that reach the smallest, and may fall."""

BECOMES, IS_NO_LONGER = "becomes scarce", "is no longer scarce"
LIMIT_KIND = {"budget": "budget", "hours": "asset_hours"}
"""What the prices of each kind of axis are called in prices.csv."""

_POINT: Contract = {
    "point": ("int64", "number of the point, from 1"),
    "factor": ("float64", "what is swept, in parts of what stands in the case; blank where that is 0"),
    "amount": ("float64", "what is swept [unit]"),
}
_CAUSES: Contract = {name: ("float64", f"part of the shortfall: {name[:-4]} [km²]") for name in CAUSE_COLUMNS}
POINTS: Contract = {
    **_POINT,
    "unit": ("str", "unit of the amount: the currency, h or nm"),
    "status": ("str", "optimal, or why the plan is not proven, or why there is none"),
    "plan_value": ("float64", "objective [risk-weighted km² missed, or short]"),
    "bound": ("float64", "no plan has a value below this"),
    "gap": ("float64", "(plan_value - bound) / plan_value"),
    "rounds": ("int64", "linear programs that were solved"),
    "covered_km2": ("float64", "sum of cell area x POD [km²]"),
    "coverage": ("float64", "area-weighted mean probability of detection [share]"),
    "least_target_met": (
        "float64",
        "smallest coverage/target of any area (that a fair plan is fair to) [share]",
    ),
    "shortfall_km2": ("float64", "what is missing to the targets [km²]"),
    "spent": ("float64", "by all programmes [money]"),
    "price": ("float64", "what one more unit of the amount would gain [objective]; blank for a spacing"),
    "price_per_million": ("float64", "what one more million of money would gain [objective]"),
    "slope": ("float64", "what a unit gains on the way to the next point [objective]"),
}
AREAS: Contract = {
    **_POINT,
    "area_id": ("str", "area"),
    "coverage": ("float64", "area-weighted mean probability of detection [share]"),
    "covered_km2": ("float64", "sum of cell area x POD [km²]"),
    "shortfall_km2": ("float64", "what is missing to the target [km²]"),
    **_CAUSES,
}
PROGRAMMES: Contract = {
    **_POINT,
    "programme_id": ("str", "programme"),
    "budget": ("float64", "budget of the horizon [money]"),
    "spent": ("float64", "what the plan spends [money]"),
    "price_km2_per_million": ("float64", "objective that one more million would gain"),
    "covered_km2": ("float64", "coverage in its mandate, whoever paid [km²]"),
    "shortfall_km2": ("float64", "shortfall in its mandate [km²]; mandates overlap: never add these"),
    **_CAUSES,
}
SCARCE: Contract = {
    "point_from": ("int64", "the change lies between this point"),
    "point_to": ("int64", "and this one, its neighbour"),
    "factor_from": ("float64", "factor of the one"),
    "factor_to": ("float64", "factor of the other"),
    "amount_from": ("float64", "amount of the one [unit]"),
    "amount_to": ("float64", "amount of the other [unit]"),
    "limit_kind": ("str", "asset_hours, budget or base_capacity"),
    "id": ("str", "asset, programme or base"),
    "change": ("str", "becomes scarce, or is no longer scarce"),
    "price_from": ("float64", "its price at the one"),
    "price_to": ("float64", "its price at the other"),
    "unit": ("str", "unit of the price"),
}
TABLES: Mapping[str, Contract] = {
    "points": POINTS,
    "areas": AREAS,
    "programmes": PROGRAMMES,
    "scarce": SCARCE,
}


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
        return amount / self.present if self.present > 0.0 else float("nan")


@dataclass(frozen=True, eq=False)
class Sweep:
    """Plans along one scarce thing.

    Attributes:
        title: of the case.
        scenarios: titles of its scenarios by name.
        currency: of all money.
        objective: of the plans.
        axis: what is swept.
        base: the plan of the case as it stands.
        results: the plan of every point, by its number; a point without a plan has none.
        statuses: why points have no plan.
        points, areas, programmes, scarce: the tables, with the columns of this module.
    """

    title: str
    scenarios: Mapping[str, str]
    currency: str
    objective: str
    axis: Axis
    base: Results = field(repr=False)
    results: Mapping[int, Results] = field(repr=False)
    statuses: Mapping[int, str]
    points: pd.DataFrame
    areas: pd.DataFrame
    programmes: pd.DataFrame
    scarce: pd.DataFrame

    @property
    def cells(self) -> pd.DataFrame:
        """POD and largest cause of every cell at every point: point, cell_id, pod, gap_cause."""
        columns = ["cell_id", "pod", "gap_cause"]
        return pd.concat(
            [
                one.cells[columns].assign(point=point)[["point", *columns]]
                for point, one in self.results.items()
            ],
            ignore_index=True,
        )


def sweep_of(axis: Axis, base: Results, results: Mapping[int, Results], statuses: Mapping[int, str]) -> Sweep:
    """Put the plans of a sweep into tables."""
    points = _points(axis, results, statuses)
    return Sweep(
        title=base.title,
        scenarios={one["name"]: one["title"] for one in base.run.get("scenarios", [])},
        currency=base.currency,
        objective=base.objective,
        axis=axis,
        base=base,
        results=results,
        statuses=statuses,
        points=points,
        areas=stacked(AREAS, [_area_rows(axis, point, one) for point, one in results.items()]),
        programmes=stacked(PROGRAMMES, [_programme_rows(axis, point, one) for point, one in results.items()]),
        scarce=_scarce(axis, base, results),
    )


def contradictions(sweep: Sweep) -> Iterator[str]:
    """Where a frontier of budgets or hours is not concave, or a price no supergradient, beyond certificates.

    By weak duality a point's bound, moved along its price, is a bound everywhere:
    value(b) >= bound_i - price_i (amount(b) - amount_i). And a mixture of two plans is a plan between them,
    whose value is at most the mean of theirs: the bound between them cannot be above the chord.
    """
    if sweep.axis.kind == "spacing" or sweep.objective not in CONCAVE:
        return
    solved = sweep.points[sweep.points["plan_value"].notna()]
    slack = ROUNDING * sweep.base.certificate.idle_value
    amount, value, bound = (numbers(solved[name]) for name in ("amount", "plan_value", "bound"))
    price, number = numbers(solved["price"]), solved["point"].to_numpy()
    tangent = bound[:, None] - price[:, None] * (amount[None, :] - amount[:, None])
    # where money must be spent, hours have a part in the bound that is not in their price
    priced = sweep.axis.kind == "budget" or sweep.base.limits.empty
    for i, j in zip(*np.nonzero((tangent > value[None, :] + slack) & priced), strict=True):
        yield f"the price at point {number[i]} leads to {tangent[i, j]!s} at {number[j]}, above {value[j]!s}"
    for j in range(1, len(solved) - 1):
        width = amount[j + 1] - amount[j - 1]
        chord = value[j - 1] + (value[j + 1] - value[j - 1]) * (amount[j] - amount[j - 1]) / width
        if bound[j] > chord + slack:
            yield f"the bound at point {number[j]}, {bound[j]!s}, is above the chord, {chord!s}"


def _points(axis: Axis, results: Mapping[int, Results], statuses: Mapping[int, str]) -> pd.DataFrame:
    rows = []
    for point, amount in enumerate(axis.amounts, start=1):
        row = {"point": point, "factor": axis.factor(amount), "amount": amount, "unit": axis.unit}
        one = results.get(point)
        rows.append(row | ({"status": statuses[point], "rounds": 0} if one is None else _figures(axis, one)))
    table = pd.DataFrame(rows).reindex(columns=list(POINTS))
    gained = numbers(table["plan_value"])
    step = np.diff(numbers(table["amount"]))
    table["slope"] = (
        np.append((gained[:-1] - gained[1:]) / step, np.nan) if axis.kind != "spacing" else np.nan
    )
    if axis.kind == "budget":
        table["price_per_million"] = units.per_unit_to_per_million(numbers(table["price"]))
    return stacked(POINTS, [table])


def _figures(axis: Axis, one: Results) -> dict[str, object]:
    areas, proof, shares = one.areas, one.certificate, one.fairness
    covered, km2 = float(areas["covered_km2"].sum()), float(areas["area_km2"].sum())
    target = numbers(areas["target_coverage"])
    met = numbers(areas["coverage"])[target > 0.0] / target[target > 0.0]
    return {
        "status": str(one.status),
        "plan_value": proof.plan_value,
        "bound": proof.bound,
        "gap": proof.gap,
        "rounds": proof.rounds,
        "covered_km2": covered,
        "coverage": covered / km2,
        "least_target_met": float(met.min(initial=1.0)) if shares is None else shares.smallest_ratio,
        "shortfall_km2": float(areas["shortfall_km2"].sum()),
        "spent": float(one.programmes["spent"].sum()),
        "price": price_along(axis, one),
    }


def price_along(axis: Axis, one: Results) -> float:
    """What one more unit of the amount would gain: the prices of all that moves, by their shares in it."""
    if axis.kind == "spacing":
        return float("nan")
    rows = one.prices[one.prices["limit_kind"] == LIMIT_KIND[axis.kind]]
    price = dict(zip(rows["id"], rows["price"], strict=True))
    return float(sum(share * price[name] for name, share in zip(axis.ids, axis.shares, strict=True)))


def _area_rows(axis: Axis, point: int, one: Results) -> pd.DataFrame:
    return _placed(one.areas, axis, point)


def _programme_rows(axis: Axis, point: int, one: Results) -> pd.DataFrame:
    causes = one.gaps.groupby("programme_id")[CAUSE_COLUMNS].sum().reindex(one.programmes["programme_id"])
    parts = [one.programmes, causes.fillna(0.0).reset_index(drop=True)]
    return _placed(pd.concat(parts, axis=1), axis, point)


def _placed(table: pd.DataFrame, axis: Axis, point: int) -> pd.DataFrame:
    amount = axis.amounts[point - 1]
    return table.assign(point=point, factor=axis.factor(amount), amount=amount)


def _scarce(axis: Axis, base: Results, results: Mapping[int, Results]) -> pd.DataFrame:
    """Limits whose price comes or goes between neighbouring points that have plans."""
    tables = [one.prices for one in (base, *results.values())]
    most = np.max([numbers(table["limit"]) for table in tables], axis=0)
    least = PRICED * base.certificate.idle_value
    rows = []
    for (start, one), (end, other) in pairwise(results.items()):
        before, after = numbers(one.prices["price"]), numbers(other.prices["price"])
        was, is_ = before * most > least, after * most > least
        for n in np.flatnonzero(was != is_):
            limit = base.prices.iloc[n]
            rows.append(
                {
                    "point_from": start,
                    "point_to": end,
                    "factor_from": axis.factor(axis.amounts[start - 1]),
                    "factor_to": axis.factor(axis.amounts[end - 1]),
                    "amount_from": axis.amounts[start - 1],
                    "amount_to": axis.amounts[end - 1],
                    "limit_kind": limit["limit_kind"],
                    "id": limit["id"],
                    "change": BECOMES if is_[n] else IS_NO_LONGER,
                    "price_from": before[n],
                    "price_to": after[n],
                    "unit": limit["unit"],
                }
            )
    return stacked(SCARCE, [pd.DataFrame(rows, columns=list(SCARCE))])
