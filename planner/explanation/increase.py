"""What could be done where, and what covering more takes, with the rest of the plan as it is.

An activity adds factor g to each of its cells z, of which the plan leaves m_z = km2_z exp(-C_z) unseen. So x
more of it cover sum_z m_z (1 - exp(-g_z x)) more (equations (5) and (7)), and the next
one covers sum_z m_z g_z. Where detections need an answer, that is what they see: what of it counts depends on
who answers, on patrol or on a trip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from planner import units
from planner.explanation import words as say
from planner.explanation.plans import Facts, Situation
from planner.features.effort import NO_BASE
from planner.frames import numbers, sum_by
from planner.studies import edits

STEP_KM2 = 1000.0
"""More coverage is asked for in steps of so much: a km² takes too little to picture [km²]."""
MOST_PART = 0.5
"""No more is asked for than this part of what an activity could still cover: the last takes any time."""
ROUNDING = 1e-6
MOST_STEPS = 50
"""Of Newton's method, which takes five or so."""


@dataclass(frozen=True)
class Increase:
    """The cheapest way to cover more, with the rest of the plan as it is: so with it this is a plan again.

    Attributes:
        base, area: names of where its missions start ("" where there is no base), and of where it watches.
        sees: whether more is seen, whoever answers it: where detections need an answer.
        missions, hours, cost: what that takes: missions, scenes or hours of a fixed sensor; mission hours,
            never more than its units have in the horizon beside those that the plan uses; money.
        hours_left, all_hours: what the plan leaves of its hours, and what it has [h].
        payers, money_left: names of the programmes that may pay for it there, and what they have left.
    """

    asset_id: str
    asset: str
    kind: str
    base: str
    area: str
    km2: float
    sees: bool
    missions: float
    hours: float
    cost: float
    hours_left: float
    all_hours: float
    payers: tuple[str, ...]
    money_left: float


def reach_table(now: Situation, rows: pd.DataFrame, by: Literal["asset", "area"]) -> pd.DataFrame:
    """What is reached by each asset, or in each area, of some effort rows.

    Returns:
        ``<by>_id``, ``<by>``, ``access`` (to some of it) and ``payable`` (some of what has access); of assets
        ``operator``, ``hours`` and ``used_hours`` too.
    """
    groups = rows.assign(opened=rows["access"] & rows["payable"]).groupby(by, sort=True)
    at = np.unique(rows[by].to_numpy()).astype(np.int64)
    more = ["operator", "hours", "used_hours"] if by == "asset" else []
    owners = (now.fleet if by == "asset" else now.case.areas)[[f"{by}_id", *more]].iloc[at]
    return now.named(owners, by).assign(
        access=groups["access"].any().to_numpy(dtype=bool),
        payable=groups["opened"].any().to_numpy(dtype=bool),
    )


def next_missions(now: Situation, rows: pd.DataFrame) -> pd.DataFrame:
    """Hours and money that a km² takes at the rate of the next mission, for each effort row.

    Returns:
        The rows with ``hours_per_km2`` and ``cost_per_km2``, infinite where nothing is left to cover, and
        ``missed_km2``, what the activity could still cover; the cheapest first.
    """
    missed = now.unseen_km2(rows)
    at = np.unique(rows["activity"].to_numpy(), return_inverse=True)[1]
    gain = sum_by(at, missed * numbers(rows["factor"]), len(rows))[at]
    hours, cost = (
        np.divide(numbers(rows[column]), gain, out=np.full(len(rows), np.inf), where=gain > 0.0)
        for column in ("mission_hours", "cost")
    )
    missed = sum_by(at, missed, len(rows))[at]
    table = rows.assign(hours_per_km2=hours, cost_per_km2=cost, missed_km2=missed)
    return table.sort_values(["cost_per_km2", "hours_per_km2"], kind="stable")


def cheapest_increase(now: Situation, rows: pd.DataFrame) -> Increase | None:
    """The cheapest way to cover a step more by some effort in one place; None where there is none.

    Of one activity: missions spread over several cells may take a little less. Less than a step is covered
    where it is more than half of what an activity could still cover, or takes more hours than its units have.
    """
    horizon = units.days_to_hours(now.case.settings.horizon_days)
    has, used = numbers(now.fleet["hours"]), numbers(now.fleet["used_hours"])
    spare = np.where(has > 0.0, np.maximum(numbers(now.fleet["units"]) * horizon, has) - used, 0.0)
    table = next_missions(now, rows)
    table = table[np.isfinite(table["hours_per_km2"]) & (spare[table["asset"].to_numpy()] > 0.0)]
    if table.empty:
        return None
    most = spare[table["asset"].to_numpy()] / table["mission_hours"].clip(lower=ROUNDING)
    at = np.unique(table["activity"].to_numpy(), return_inverse=True)[1]
    left = now.unseen_km2(table)
    in_time = sum_by(at, left * -np.expm1(-table["factor"] * most), len(table))[at]
    step = np.minimum(STEP_KM2, np.minimum(MOST_PART * table["missed_km2"], in_time))
    km2 = float(step.max())
    best, missions = _cheapest(table.assign(unseen_km2=left)[step >= (1.0 - ROUNDING) * km2], km2)
    number = int(best["asset"])
    asset, may = now.fleet.iloc[number], now.eligibility
    may = may[(may["asset"] == number) & (may["area"] == best["paid_in"])]
    payers = now.results.programmes.iloc[may["programme"].unique()]
    base = "" if best["base"] == NO_BASE else str(now.case.bases["base_id"].iloc[int(best["base"])])
    return Increase(
        asset_id=str(asset["asset_id"]),
        asset=str(asset["asset"]),
        kind=str(asset["kind"]),
        base=now.names["base"][base],
        area=now.names["area"][str(now.case.areas["area_id"].iloc[int(best["area"])])],
        km2=km2,
        sees=now.case.settings.answers is not None,
        missions=missions,
        hours=missions * float(best["mission_hours"]),
        cost=missions * float(best["cost"]),
        hours_left=max(0.0, float(has[number] - used[number])),
        all_hours=float(has[number]),
        payers=tuple(now.named(payers, "programme")["programme"]),
        money_left=float((payers["budget"] - payers["spent"]).clip(lower=0.0).sum()),
    )


def _cheapest(table: pd.DataFrame, km2: float) -> tuple[pd.Series, float]:
    """The activity that covers so much more for the least money, then hours, and how often it is done.

    Of rows, with ``unseen_km2``, of activities that can: sum_z m_z (1 - exp(-g_z x)) = km2 by Newton's
    method, which comes from below, as what is covered is concave in x.
    """
    at = np.unique(table["activity"].to_numpy(), return_inverse=True)[1]
    left, factor = numbers(table["unseen_km2"]), numbers(table["factor"])
    missions = np.zeros(len(table))
    for _ in range(MOST_STEPS):
        unseen = left * np.exp(-factor * missions)
        short = km2 - sum_by(at, left - unseen, len(table))[at]
        if (short <= ROUNDING**2 * km2).all():
            break
        missions += short / sum_by(at, factor * unseen, len(table))[at]
    first = np.lexsort((missions * table["mission_hours"], missions * table["cost"]))[0]
    return table.iloc[first], float(missions[first])


def access_facts(now: Situation, rows: pd.DataFrame) -> Facts:
    """What missing access keeps from some water, and what the plan with all of it changes.

    Of the effort rows given, with access or without: those that may be paid for.

    Returns:
        ``access``: ``operators`` that lack it somewhere, their ``assets`` (names) and the water that these
        reach there (``km2``), or nothing where all have it; ``with_access``: what changes.
    """
    with_hours = (numbers(now.fleet["hours"]) > 0.0)[rows["asset"].to_numpy()]
    missing = rows[with_hours & ~rows["access"]]
    if missing.empty:
        return {"access": {}, "with_access": None}
    km2 = numbers(now.plan.space.cells["area_km2"])
    operators = now.fleet["operator"].to_numpy()[missing["asset"].to_numpy()]
    areas = now.case.areas["area_id"].to_numpy()[missing["area"].to_numpy()]
    grants = pd.Series(areas).groupby(operators).unique().to_dict()
    found = {
        "operators": sorted(map(str, grants)),
        "assets": now.fleet["asset"].iloc[np.sort(missing["asset"].unique())].tolist(),
        "km2": float(km2[missing["cell"].unique()].sum()),
    }
    case = edits.with_access(now.case, {str(one): tuple(ids) for one, ids in grants.items()})
    return {"access": found, "with_access": now.change("with all access", case)}


def access_sentence(facts: Facts, where: str) -> str:
    """What missing access would change; ``where`` is "it", "its areas", or the like."""
    found, change = facts["access"], facts["with_access"]
    whom = say.operators(found["operators"])
    if change is None:
        return f"No plan was found with access for {whom}."
    return (
        f"If {whom} had access everywhere in {where}, the best plan would {say.effect(change)}. "
        f"{say.together(found['assets'])} could then watch {say.km2(found['km2'])} there."
    )
