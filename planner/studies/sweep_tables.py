"""The tables of a sweep, and what must hold between its points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from planner import units
from planner.causes.frontier import tangents
from planner.frames import numbers
from planner.jobs import Failure
from planner.results.plain_text import count, figure
from planner.results.results import Results
from planner.studies.engine import status_row
from planner.studies.metrics import wide
from planner.studies.tables import CERTIFICATE, COVERAGE, COVERED, SHORTFALL, Column, Table
from planner.studies.text import CONCAVE

PRICED = 1e-6
"""A limit is scarce where its shadow price times the most that there is of it counts more than this part of
the value of doing nothing: less is rounding of the solver."""
ROUNDING = 1e-7
"""What the solver's tolerances may be worth, as a part of the value of doing nothing."""
BECOMES, IS_NO_LONGER = "becomes scarce", "is no longer scarce"
LIMIT_KIND = {"budget": "budget", "hours": "asset_hours"}
"""What the shadow prices of each kind of axis are called in prices.csv."""

POINT = (
    Column("point", "int64", "number of the point, from 1"),
    Column(
        *("factor", "float64", "what is swept, in parts of what stands in the case; blank where that is 0"),
        show=lambda value: f"{value:.3f}" if math.isfinite(value) else "-",
    ),
    Column("amount", "float64", "what is swept [unit]", show=count),
)
TABLES: Mapping[str, Table] = {
    "points": Table(
        (
            *POINT,
            Column("unit", "str", "unit of the amount: the currency, h or nm"),
            *CERTIFICATE,
            COVERED,
            COVERAGE,
            Column("least_target_met", "float64", "smallest coverage/target of any area [share]"),
            SHORTFALL,
            Column("spent", "float64", "by all programmes [money]", show=count),
            Column("shadow_price", "float64", "gain of the next unit [objective]; blank for a spacing"),
            Column("shadow_price_per_million", "float64", "shadow price of a million of money [objective]"),
            Column("slope", "float64", "what a unit gains on the way to the next point [objective]"),
            Column("price", "", "", "shadow price", figure),
            Column("to_next", "", "", "slope to next", figure),
        )
    ),
    "areas": Table(
        (*POINT, Column("area_id", "str", "area"), COVERAGE, COVERED, SHORTFALL),
    ),
    "programmes": Table(
        (
            *POINT,
            Column("programme_id", "str", "programme"),
            Column("budget", "float64", "budget of the horizon [money]"),
            Column("spent", "float64", "what the plan spends [money]"),
            Column("shadow_price", "float64", "gain of the next million, at its margin [objective]"),
            Column("covered_km2", "float64", "coverage in its mandate, whoever paid [km²]"),
            Column(
                "shortfall_km2", "float64", "shortfall in its mandate [km²]; never add these: they overlap"
            ),
        )
    ),
    "scarce": Table(
        (
            Column("point_from", "int64", "the change lies between this point"),
            Column("point_to", "int64", "and this one, its neighbour"),
            Column("factor_from", "float64", "factor of the one"),
            Column("factor_to", "float64", "factor of the other"),
            Column("amount_from", "float64", "amount of the one [unit]"),
            Column("amount_to", "float64", "amount of the other [unit]"),
            Column("limit_kind", "str", "asset_hours, budget or base_capacity"),
            Column("id", "str", "asset, programme or base"),
            Column("change", "str", "becomes scarce, or is no longer scarce"),
            Column("shadow_price_from", "float64", "its shadow price at the one"),
            Column("shadow_price_to", "float64", "its shadow price at the other"),
            Column("unit", "str", "unit of the shadow price"),
        )
    ),
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
        names: of the programmes or assets.
    """

    kind: str
    ids: tuple[str, ...]
    shares: tuple[float, ...]
    unit: str
    present: float
    amounts: tuple[float, ...]
    names: tuple[str, ...] = ()

    def factor(self, amount: float) -> float:
        """An amount in parts of what stands in the case; NaN where that is nothing."""
        return amount / self.present if self.present > 0.0 else math.nan

    def place(self, amount: float) -> str:
        """A point in words: its factor, or its amount where there is none."""
        factor = self.factor(amount)
        if self.kind != "spacing" and math.isfinite(factor):
            return f"{factor:.4g} x"
        return f"{count(amount)} {self.unit}"

    def at(self, point: int) -> dict[str, float]:
        """The columns that say where a point lies."""
        amount = self.amounts[point - 1]
        return {"point": point, "factor": self.factor(amount), "amount": amount}


def point_name(number: int) -> str:
    """The variant of a point."""
    return f"point {number}"


def sweep_tables(
    axis: Axis, base: Results, plans: Mapping[int, Results | Failure], differences: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The tables of a sweep, see ``TABLES``.

    Args:
        axis: what is swept.
        base: the plan of the case as it stands.
        plans: the plan of every point by its number, or why it has none.
        differences: of the study.
    """
    solved = {point: one for point, one in plans.items() if isinstance(one, Results)}
    where = pd.DataFrame([{**axis.at(point), "variant": point_name(point)} for point in solved])
    found = {"points": points_table(axis, plans)}
    for name, of in (("areas", "area"), ("programmes", "programme")):
        figures = [column for column in TABLES[name].contract if column not in ("point", "factor", "amount")]
        rows = wide(differences, of, figures[1:])
        found[name] = TABLES[name].of(where.merge(rows, on="variant") if solved else rows)
    return {**found, "scarce": _scarce(axis, base, solved)}


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
    tangent = tangents(amount, bound, price)
    # where money must be spent, hours have a part in the bound that is not in their price
    priced = axis.kind == "budget" or base.limits.empty
    for i, j in zip(*np.nonzero((tangent > value[None, :] + slack) & priced), strict=True):
        yield f"the price at point {number[i]} leads to {tangent[i, j]!s} at {number[j]}, above {value[j]!s}"
    for j in range(1, len(solved) - 1):
        width = amount[j + 1] - amount[j - 1]
        chord = value[j - 1] + (value[j + 1] - value[j - 1]) * (amount[j] - amount[j - 1]) / width
        if bound[j] > chord + slack:
            yield f"the bound at point {number[j]}, {bound[j]!s}, is above the chord, {chord!s}"


def points_table(axis: Axis, plans: Mapping[int, Results | Failure]) -> pd.DataFrame:
    """One row a point: its certificate, its totals, its shadow price and the slope to the next."""
    rows = []
    for point, one in plans.items():
        row: dict[str, object] = {**axis.at(point), "unit": axis.unit, **status_row(one)}
        rows.append(row if isinstance(one, Failure) else row | _totals(axis, one))
    table = pd.DataFrame(rows).reindex(columns=list(TABLES["points"].contract))
    value, step = numbers(table["plan_value"]), np.diff(numbers(table["amount"]))
    table["slope"] = np.append((value[:-1] - value[1:]) / step, np.nan) if axis.kind != "spacing" else np.nan
    if axis.kind == "budget":
        table["shadow_price_per_million"] = units.per_unit_to_per_million(numbers(table["shadow_price"]))
    return TABLES["points"].of(table)


def _totals(axis: Axis, one: Results) -> dict[str, object]:
    areas, shares = one.areas, one.fairness
    covered, target = float(areas["covered_km2"].sum()), numbers(areas["target_coverage"])
    met = numbers(areas["coverage"])[target > 0.0] / target[target > 0.0]
    return {
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
    rows = one.prices[one.prices["limit_kind"] == LIMIT_KIND[axis.kind]]
    price = dict(zip(rows["id"], rows["shadow_price"], strict=True))
    return float(sum(share * price[name] for name, share in zip(axis.ids, axis.shares, strict=True)))


def _scarce(axis: Axis, base: Results, results: Mapping[int, Results]) -> pd.DataFrame:
    """Limits whose shadow price comes or goes between neighbouring points that have plans."""
    tables = {0: base.prices, **{point: one.prices for point, one in results.items()}}
    most = np.max([numbers(table["limit"]) for table in tables.values()], axis=0)
    least = PRICED * base.certificate.stake
    rows = []
    for start, end in pairwise(results):
        before, after = (numbers(tables[point]["shadow_price"]) for point in (start, end))
        was, is_ = before * most > least, after * most > least
        ends = {
            f"{name}_{side}": value
            for side, point in (("from", start), ("to", end))
            for name, value in axis.at(point).items()
        }
        for n in np.flatnonzero(was != is_):
            limit = {name: base.prices[name].iloc[n] for name in ("limit_kind", "id", "unit")}
            prices = {"shadow_price_from": before[n], "shadow_price_to": after[n]}
            rows.append({**ends, **limit, **prices, "change": BECOMES if is_[n] else IS_NO_LONGER})
    return TABLES["scarce"].of_rows(rows)
