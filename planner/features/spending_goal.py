"""Money that is wanted in places: least spending and least shares. Equations (14), (15).

Reads the rows of limits.csv of kinds least_spending and least_share.
(14) least spending: what the programme pays + short >= amount
(15) least share:    what it pays in the named areas + short >= share x all that it pays
Of a limit that names a period, what it pays is what it pays for missions of the period. Each is a resource
that payments supply; what is short is an activity with the limit's penalty.
"""

from __future__ import annotations

import numpy as np

from planner import units
from planner.case import Case
from planner.features.assembly import Parts
from planner.features.funding import Payments
from planner.features.limits import LIMIT_KINDS, of_areas
from planner.features.resources import BUDGET
from planner.frames import numbers, records

SPENT = "spending"
"""The kind of the resources that payments of a limit on money supply."""


def add_spending_goals(parts: Parts, case: Case, payments: Payments) -> None:
    """Resources, activities and goals of all limits on money.

    Args:
        parts: what has been added so far.
        case: the case.
        payments: the activities of payments.
    """
    area = {name: number for number, name in enumerate(case.areas["area_id"])}
    programme = {name: number for number, name in enumerate(case.programmes["programme_id"])}
    budget = numbers(case.programmes["budget"])
    for limit in records(case.limits[~of_areas(case.limits)]):
        payer = programme[limit.programme]
        named = np.isin(payments.area, [area[name] for name in limit.areas])
        own = payments.programme == payer
        if limit.period:
            own &= payments.period_id == limit.period
        when = f" in {limit.period}" if limit.period else ""
        kind = LIMIT_KINDS[limit.kind]
        of_spent, there = kind.part_of == "paid", kind.reached == "paid_there"
        part = np.where(named if there else True, 1.0, 0.0) - (limit.least if of_spent else 0.0)
        amount = 0.0 if of_spent else limit.least
        ids = {"limit_id": limit.limit_id, "programme_id": limit.programme, "period_id": limit.period}
        row = parts.add_resources(SPENT, -amount, **ids)
        parts.use(row, payments.activity, np.where(own, -part, 0.0))
        places = ", ".join(limit.areas)
        hard = bool(np.isinf(limit.penalty))
        unmet = parts.add_activities("unmet_spending", 1, ids, upper=0.0 if hard else np.inf)
        parts.use(row, unmet, -1.0)
        parts.add_goals(
            [np.zeros(0, dtype=np.int64)],
            {"kind": limit.kind, **ids},
            wanted=limit.least * (budget[payer] if of_spent else 1.0),
            penalty=float(units.per_million_to_per_unit(limit.penalty)),
            hard=hard,
            unmet=unmet,
            least=limit.least,
            of_spent=of_spent,
            paid_from=BUDGET,
            in_money=kind.in_money,
            words=kind.asks.format(least="{least}", who=limit.programme, where=places, when=when),
            subject=f"{limit.programme} in {places}" if there else limit.programme,
            named_areas=";".join(limit.areas),
            file=limit.file,
            row=limit.row,
        )
