"""The results of a capacity plan, as frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planner.case.capital import CapitalCase
from planner.core.certificate import Certificate
from planner.results.contract import CAPACITY_TABLES
from planner.results.results import Results

NOT_ASKED, ALL_FOUND, NO_OTHERS, OUT_OF_TIME = "not asked", "all found", "no others", "out of time"
"""Why no more near-optimal plans were looked for."""


def frame(name: str, rows: Iterable[Any] = ()) -> pd.DataFrame:
    """Rows, as mappings, as a table of a capacity plan; names of ids are only added when it is written."""
    return pd.DataFrame(list(rows), columns=list(CAPACITY_TABLES[name]))


@dataclass(frozen=True, eq=False)
class InvestResults:
    """What to order, who pays, what it brings; the tables as ``planner schema --outputs`` prints them.

    Attributes:
        capital_case: what was planned.
        status: "optimal" where the certificate is within its tolerance, else why the search ended.
        certificate: value and bound of the objective: discounted, over years and futures.
        nothing: value and bound of the best plan in which nothing is ordered, in the same objective.
        alternatives_ended: why no more near-optimal plans were looked for.
        plans: results of the blocks by (year, future).
        seconds: time of each stage [s].
        counts: sizes, passes, blocks solved.
        worked: what it was made with, ``planner.capacity.prepared.Worked``; None when read back.
    """

    capital_case: CapitalCase
    status: str
    certificate: Certificate
    nothing: Certificate
    orders: pd.DataFrame
    capital: pd.DataFrame
    capital_budgets: pd.DataFrame
    running: pd.DataFrame
    stock: pd.DataFrame
    coverage_by_year: pd.DataFrame
    area_by_year: pd.DataFrame
    futures: pd.DataFrame
    alternatives: pd.DataFrame
    standing: pd.DataFrame
    option_values: pd.DataFrame
    left_out: pd.DataFrame
    scarce: pd.DataFrame = field(default_factory=pd.DataFrame)
    alternatives_ended: str = NOT_ASKED
    plans: dict[tuple[int, str], Results] = field(default_factory=dict)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)
    choices: pd.DataFrame = field(default_factory=pd.DataFrame)
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    worked: Any = field(default=None, repr=False)
