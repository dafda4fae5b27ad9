"""The limits that planners set, and how a plan keeps them; how fair a fair plan is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import Case
from planner.errors import Problem
from planner.frames import numbers, records
from planner.model.demands import COVERAGE
from planner.model.problem import PlanningProblem
from planner.report.contract import LIMITS, conform
from planner.solve.fair import Fairness
from planner.solve.prices import Prices
from planner.solve.shortness import by_limit, reached_of_limits, short_of_limits

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FairShares:
    """How fair a plan of the objective "fair" is.

    Attributes:
        smallest_ratio: the smallest coverage / target of the plan, over the areas that it is fair to.
        bound: no plan has a larger one.
        gap: (bound - smallest_ratio) / bound.
        areas: areas that the plan is fair to.
        left_out: areas with a target that nothing reaches that could be used.
    """

    smallest_ratio: float
    bound: float
    gap: float
    areas: tuple[str, ...]
    left_out: tuple[str, ...]


def no_limits() -> pd.DataFrame:
    """The table of a plan without limits."""
    return conform("limits", pd.DataFrame(columns=list(LIMITS)))


def limit_rows(
    problem: PlanningProblem, prices: Prices, factor: Array, money: Array, currency: str
) -> pd.DataFrame:
    """Every limit with what the plan reaches of it, what is short, and what it costs.

    Args:
        problem: the problem.
        prices: prices at the optimum.
        factor: coverage factor of each cell, shape (cells,).
        money: amounts by row of ``PlanningProblem.funding`` [money].
        currency: of the money.

    Returns:
        Frame with the columns of ``LIMITS``.
    """
    limits = problem.limits
    if limits.empty:
        return no_limits()
    areas = problem.areas["area_id"].tolist()
    programmes = [*problem.programmes["programme_id"], ""]
    hard, of_money = limits["hard"].to_numpy(dtype=bool), (limits["kind"] != COVERAGE).to_numpy()
    short = short_of_limits(problem, factor, money)
    least = numbers(limits["least"])
    reached = reached_of_limits(problem, factor, money)
    # the shares of a fair plan come after the demands of the case
    price = by_limit(problem, prices.shortfall[: len(problem.demands)], prices.spending)
    penalty = np.where(hard, 0.0, numbers(limits["penalty"]))
    price = np.where(hard, price, np.minimum(price, penalty))
    in_unit = np.where(of_money, units.per_unit_to_per_million(1.0), 1.0)
    table = pd.DataFrame(
        {
            "limit_id": limits["limit_id"].to_numpy(),
            "kind": limits["kind"].to_numpy(),
            "programme_id": [programmes[n] for n in limits["programme"]],
            "area_id": [
                areas[row.area] if row.area >= 0 else ";".join(areas[n] for n in row.areas)
                for row in records(limits)
            ],
            "hard": hard,
            "least": least,
            "reached": reached,
            "short": short,
            "penalty": penalty * in_unit,
            "paid": penalty * short,
            "price": price * in_unit,
            "unit": np.where(of_money, f"km2 per million {currency}", "km2 per km2"),
        }
    )
    return conform("limits", table)


def limit_prices(problem: PlanningProblem, table: pd.DataFrame) -> dict[str, Array]:
    """The prices of the limits of a table as those of the problem's demands: ``shortfall`` and ``spending``.

    Targets (objective "shortfall") have no price in the table: 0.

    Args:
        problem: the problem, with the limits of the table in their order.
        table: frame with the columns of ``LIMITS``.
    """
    of_coverage = (table["kind"] == COVERAGE).to_numpy(dtype=bool)
    price = numbers(table["price"])
    shortfall = np.zeros(len(problem.demands))
    shortfall[len(shortfall) - int(of_coverage.sum()) :] = price[of_coverage]
    return {"shortfall": shortfall, "spending": numbers(units.per_million_to_per_unit(price[~of_coverage]))}


def fair_shares(problem: PlanningProblem, fairness: Fairness | None, covered_km2: Array) -> FairShares | None:
    """How fair a plan is, in the words of its areas; nothing for other objectives.

    Args:
        problem: the problem.
        fairness: of the solution.
        covered_km2: of each area, shape (areas,).
    """
    if fairness is None:
        return None
    ids = problem.areas["area_id"].to_numpy(dtype=object)
    ratio = float((covered_km2 / problem.target_km2)[fairness.areas].min())
    bound = max(fairness.bound, ratio)
    return FairShares(
        smallest_ratio=ratio,
        bound=bound,
        gap=(bound - ratio) / bound if bound > 0.0 else 0.0,
        areas=tuple(ids[fairness.areas]),
        left_out=tuple(ids[~fairness.areas & (problem.target_km2 > 0.0)]),
    )


def left_out(case: Case, shares: FairShares | None) -> Iterator[Problem]:
    """A warning for every area that a fair plan cannot be fair to."""
    for area in shares.left_out if shares else ():
        yield Problem(
            file=next((name for name in case.hashes if name.startswith("areas.")), "areas"),
            row=0,
            column="area_id",
            value=area,
            rule="is left out of the fair shares: nothing with consent, hours and money reaches it",
            remedy="give it access, an asset in range, or a programme that pays; or the target 0",
        )
