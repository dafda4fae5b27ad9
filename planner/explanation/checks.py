"""Plans that a claim rests on: new means, least coverages, access, money and units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.explanation import edits
from planner.explanation.plans import FAIR_TOLERANCE, Change, Situation, record
from planner.explanation.rates import Increase
from planner.frames import numbers
from planner.units import MILLION

NEARLY_HARD = 1e3
"""A km² short of a least coverage that is asked for counts as much as so many that count most."""
ROUNDING = 1e-6
MOST_SINGLE = 2
"""Operators whose access is tried one by one, once that of all has turned out to help."""


@dataclass(frozen=True)
class Asked:
    """A least coverage that was asked for with the hours and the money that there are.

    Attributes:
        share: coverage asked for.
        km2: water asked for beyond what the plan covers [km²].
        change: what the plan with it changes.
    """

    share: float
    km2: float
    change: Change


@dataclass(frozen=True)
class Grant:
    """Access for an operator that does not have it.

    Attributes:
        operator: the operator.
        area_ids: where it has no access, of the areas that are asked about.
        asset_ids: its assets that reach them and may be paid for there.
        reached_km2: water that these reach there [km²].
        only_km2: of that, what nobody reaches who has access and may be paid [km²].
        change: what the plan with that access alone changes; None where it was not planned alone.
    """

    operator: str
    area_ids: tuple[str, ...]
    asset_ids: tuple[str, ...]
    reached_km2: float
    only_km2: float
    change: Change | None = None


@dataclass(frozen=True)
class Access:
    """What access would change that is missing.

    Attributes:
        grants: by operator, the most useful first.
        all_of_them: what the plan with all of them changes; None where no access is missing.
    """

    grants: tuple[Grant, ...]
    all_of_them: Change | None


def with_increase(now: Situation, more: Increase, rows: pd.DataFrame) -> Change | None:
    """The plan with the hours and the money of an increase on top, which covers that much more of the area.

    Args:
        now: the plan.
        more: the increase.
        rows: the effort rows that it was worked out from.
    """
    paid_in = {more.area_id, *now.case.areas["area_id"].iloc[rows["paid_in"].unique()]}
    room = 1.0 + ROUNDING
    case, _ = edits.with_new_means(
        now.case, more.asset_id, more.hours * room, more.cost * room, sorted(paid_in)
    )
    covered, whole = _covered(now, more.area_id)
    share = min(1.0, (covered + more.km2 * (1.0 - ROUNDING)) / whole)
    case = edits.with_least_coverage(case, more.area_id, share, _penalty(now))
    change = now.change(f"with more hours of {more.asset}", case)
    return change if change and change.in_area(more.area_id) >= more.km2 * (1.0 - 1e-3) else None


def with_least_coverage(now: Situation, area_id: str, share: float) -> Asked | None:
    """The plan with a least coverage of an area, with the hours and the money that there are."""
    case = edits.with_least_coverage(now.case, area_id, share, _penalty(now))
    change = now.change(f"with a least coverage of {share:.1%}", case)
    covered, whole = _covered(now, area_id)
    return Asked(share, share * whole - covered, change) if change else None


def with_fair_shares(now: Situation) -> Change | None:
    """The plan of the objective "fair"; its ``gain`` means something beside a plan for "coverage" only."""
    return now.change('for the objective "fair"', edits.with_objective(now.case, "fair"), FAIR_TOLERANCE)


def with_million(now: Situation, programme_id: str) -> Change | None:
    """The plan with a million more for a programme."""
    budget = float(record(now.case.programmes, "programme_id", programme_id)["budget"])
    case = edits.with_budget(now.case, programme_id, budget + MILLION)
    return now.change(f"with a million more for {now.names['programme'][programme_id]}", case)


def with_ample_money(now: Situation, programme_id: str) -> Change | None:
    """The plan in which a programme has all the money that it could spend; None where it has as much."""
    number = now.case.programmes["programme_id"].tolist().index(programme_id)
    rows = now.effort[fundable_rows(now, number) & now.effort["access"].to_numpy()]
    rows = rows[rows["mission_hours"] > 0.0]
    highest = (rows["cost"] / rows["mission_hours"]).groupby(rows["asset"]).max()
    ample = float(numbers(highest) @ numbers(now.fleet["hours"])[highest.index])
    if ample <= float(now.case.programmes["budget"].iloc[number]):
        return None
    return now.change("with all the money it could spend", edits.with_budget(now.case, programme_id, ample))


def with_one_unit(now: Situation, asset_id: str) -> Change | None:
    """The plan with one unit more of an asset, paid from the money that there is."""
    return now.change("with one unit more", edits.with_one_unit_more(now.case, asset_id))


def with_unit_and_money(now: Situation, asset_id: str) -> tuple[Change, float] | None:
    """The plan with one unit more and new money for its hours, and what it spends of that [money]."""
    hours = float(now.asset(asset_id)["hours_per_unit"])
    rows = now.effort[
        (now.effort["asset"] == now.asset(asset_id)["number"]) & (now.effort["mission_hours"] > 0.0)
    ]
    money = hours * float((rows["cost"] / rows["mission_hours"]).max())
    if not money > 0.0:
        return None
    case, own = edits.with_new_means(now.case, asset_id, hours, money, tuple(now.case.areas["area_id"]))
    change = now.change("with one unit more and money for it", case)
    if change is None:
        return None
    return change, float(change.spent.loc[change.spent["programme_id"] == own, "change"].sum())


def access_missing(now: Situation, rows: pd.DataFrame) -> Access:
    """What access would change, of operators that could be paid for work but do not have it.

    Args:
        now: the plan.
        rows: the effort rows to look at, with access or without; those that may be paid for.
    """
    has_hours = numbers(now.fleet["hours"]) > 0.0
    rows = rows[has_hours[rows["asset"].to_numpy()] & (numbers(rows["factor"]) > 0.0)]
    missing = rows[~rows["access"]]
    if not len(missing):
        return Access((), None)
    operators = now.fleet["operator"].to_numpy()[missing["asset"].to_numpy()]
    grants = [_grant(now, str(one), missing[operators == one]) for one in sorted(set(operators))]
    case = edits.with_access(now.case, {one.operator: one.area_ids for one in grants})
    together = now.change("with all access", case)
    if together is None:
        return Access(tuple(grants), None)
    if not together.least > 0.0 and not together.ratio > now.plan.ratio:
        return Access(tuple(sorted(grants, key=lambda one: -one.reached_km2)), together)
    grants.sort(key=lambda one: -_hours_there(together, one))
    if len(grants) == 1:
        return Access((replace(grants[0], change=together),), together)
    planned = [_planned(now, one) for one in grants[:MOST_SINGLE]]
    planned.sort(key=lambda one: -(one.change.gain if one.change else -np.inf))
    return Access((*planned, *grants[MOST_SINGLE:]), together)


def fundable_rows(now: Situation, programme: int) -> np.ndarray:
    """Which effort rows a programme may pay for, by its position, shape (effort rows,)."""
    own = now.eligibility[now.eligibility["programme"] == programme]
    pairs = np.zeros((len(now.fleet), len(now.case.areas)), dtype=bool)
    pairs[own["asset"], own["area"]] = True
    return np.asarray(pairs[now.effort["asset"].to_numpy(), now.effort["paid_in"].to_numpy()])


def _covered(now: Situation, area_id: str) -> tuple[float, float]:
    """What the plan covers of an area, and its water [km²]."""
    row = record(now.results.areas, "area_id", area_id)
    return float(row["covered_km2"]), float(row["area_km2"])


def _hours_there(change: Change, grant: Grant) -> float:
    """What the assets of a grant do more in its areas [h]."""
    done = change.hours
    of_grant = done["asset_id"].isin(grant.asset_ids) & done["area_id"].isin(grant.area_ids)
    return float(done.loc[of_grant, "change"].sum())


def _planned(now: Situation, grant: Grant) -> Grant:
    case = edits.with_access(now.case, {grant.operator: grant.area_ids})
    return replace(grant, change=now.change(f"with access for {grant.operator}", case))


def _grant(now: Situation, operator: str, missing: pd.DataFrame) -> Grant:
    cells = now.plan.prepared.space.cells
    km2 = numbers(cells["area_km2"])
    opened = now.effort[(now.effort["access"] & now.effort["payable"]).to_numpy()]
    opened = opened[(numbers(now.fleet["hours"]) > 0.0)[opened["asset"].to_numpy()]]
    cell = missing["cell"].unique()
    alone = np.setdiff1d(cell, opened["cell"].unique())
    return Grant(
        operator=operator,
        area_ids=tuple(now.case.areas["area_id"].iloc[np.sort(missing["area"].unique())]),
        asset_ids=tuple(now.fleet["asset_id"].iloc[np.sort(missing["asset"].unique())]),
        reached_km2=float(km2[cell].sum()),
        only_km2=float(km2[alone].sum()),
    )


def _penalty(now: Situation) -> float:
    """What a km² short of a least coverage counts that is asked for: of fair plans it must hold."""
    if now.case.settings.objective == "fair":
        return float("inf")
    cells = now.plan.prepared.space.cells
    risk = [*numbers(cells["risk_weight"]), *numbers(now.case.areas["risk_weight"]), 1.0]
    return NEARLY_HARD * float(max(risk))


def largest(table: pd.DataFrame, column: str, sign: float = 1.0, most: int = 2) -> list[dict[str, Any]]:
    """Rows with the largest changes of one sign, with ``size``; not those below a tenth of the largest."""
    ranked = table.assign(size=sign * numbers(table[column])).sort_values(
        "size", ascending=False, kind="stable"
    )
    ranked = ranked[ranked["size"] > 0.0].head(most)
    kept = ranked[ranked["size"] >= 0.1 * ranked["size"].max()] if len(ranked) else ranked
    return [{str(name): value for name, value in row.items()} for row in kept.to_dict("records")]
