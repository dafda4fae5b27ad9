"""The kinds of limits in limits.csv: what each asks for, what of a plan is held against it, and its words.

The equations of each kind are in ``coverage_goal`` and ``spending_goal``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from planner.case import Case
from planner.core.problem import Booleans

COVERAGE, SHARE, SPENDING = "least_coverage", "least_share", "least_spending"
Figure = Literal["covered_km2", "area_km2", "paid_there", "paid", "budget", "one"]
"""What limits are measured by: water of an area; what a programme pays in areas, and in all; its budget;
and 1."""


@dataclass(frozen=True)
class LimitKind:
    """A kind of limit.

    Attributes:
        reached: what has to be large.
        part_of: what that is a part of.
        whole: what all of it would be.
        words: what is limited, by its areas {where}, its programme {who}, and its period {when}.
        asks: what is asked for, by the ids of these, and {least}.
        of_area: whether each of its areas has a limit of its own; else it is one on a programme's money.
        in_money: whether what it asks for is an amount; else it is a part.
    """

    reached: Figure
    part_of: Figure
    whole: Figure
    words: str
    asks: str
    of_area: bool = False
    in_money: bool = False


LIMIT_KINDS = {
    COVERAGE: LimitKind(
        *("covered_km2", "area_km2", "area_km2"),
        words="Coverage of {where}{when}",
        asks="at least {least} of {where} covered{when}",
        of_area=True,
    ),
    SHARE: LimitKind(
        *("paid_there", "paid", "budget"),
        words="Share of what {who} spends{when} that goes to {where}",
        asks="at least {least} of what {who} spends{when} goes to {where}",
    ),
    SPENDING: LimitKind(
        *("paid", "one", "one"),
        words="Spending of {who}{when}",
        asks="{who} spends at least {least}{when}",
        in_money=True,
    ),
}


def of_areas(limits: pd.DataFrame) -> Booleans:
    """Which rows of a table of limits are of areas, not of money, shape (rows,)."""
    return np.array([LIMIT_KINDS[kind].of_area for kind in limits["kind"]], dtype=bool)


def asks_for_money(case: Case) -> bool:
    """Whether a limit asks for money to be spent."""
    return not bool(of_areas(case.limits).all())
