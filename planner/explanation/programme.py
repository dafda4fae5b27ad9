"""The facts of a programme: what it may fund and pays, what more money would bring, what it cannot fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.explanation import checks
from planner.explanation.plans import Change, Situation, by_cause, named, record
from planner.explanation.rates import Increase, cheapest, increases
from planner.frames import numbers

MOST_COMPARED = 12
"""The millions of all programmes are planned where there are no more than so many."""


@dataclass(frozen=True)
class ProgrammeFacts:
    """A programme of a plan.

    Attributes:
        programme: its row of programmes.csv.
        currency, objective, ratio: of the plan; the smallest coverage / target is NaN unless it is fair.
        mandate: its rows of gaps.csv with the name ``area``.
        fundable: one row per asset that it may fund somewhere: ``asset_id``, ``asset``, ``kind``,
            ``operator``, ``areas`` (number of areas of the mandate that it reaches with access), ``hours``,
            ``used_hours``, ``shadow_price_km2_per_hour``.
        spending: its rows of funding.csv with the names ``asset`` and ``area``, largest first.
        causes_km2: the shortfall of its mandate by cause, as it sees it, as in causes.csv.
        million: what a million more for it changes.
        millions: the same of every programme, each planned: ``programme_id``, ``programme``, ``gain``,
            ``least``, ``most``, ``ratio``, ``covered_km2``; only its own where there are many programmes.
        ample: what all the money that it could spend changes; None where it has as much.
        ample_spent, ample_shortfall_km2: what it would spend then [money], and what would be missing in its
            mandate [km²].
        increase: the cheapest increase that it may pay for; None where there is none.
        with_increase: the plan with that on top.
        access: what access in its mandate would change, of what it may fund.
        names: of assets.
    """

    programme: Mapping[str, Any]
    currency: str
    objective: str
    ratio: float
    mandate: pd.DataFrame
    fundable: pd.DataFrame
    spending: pd.DataFrame
    causes_km2: Mapping[str, float]
    million: Change | None
    millions: pd.DataFrame
    ample: Change | None
    ample_spent: float
    ample_shortfall_km2: float
    increase: Increase | None
    with_increase: Change | None
    access: checks.Access
    names: Mapping[str, str]


def programme_facts(now: Situation, programme_id: str) -> ProgrammeFacts:
    """The facts of a programme, and the plans that check them."""
    results = now.results
    number = now.case.programmes["programme_id"].tolist().index(programme_id)
    rows = now.effort[checks.fundable_rows(now, number) & (now.effort["factor"] > 0.0).to_numpy()]
    spending = results.funding[results.funding["programme_id"] == programme_id]
    mandate = results.gaps[results.gaps["programme_id"] == programme_id]
    causes = results.causes[
        (results.causes["level"] == "programme") & (results.causes["programme_id"] == programme_id)
    ]
    more = cheapest(increases(now, rows[rows["access"] & (rows["cost"] > 0.0)]))
    compared = now.case.programmes["programme_id"].tolist()
    changes = {
        one: checks.with_million(now, one)
        for one in (compared if len(compared) <= MOST_COMPARED else [programme_id])
    }
    ample = checks.with_ample_money(now, programme_id)
    spent, short = _ample(now, programme_id, ample)
    return ProgrammeFacts(
        programme=record(results.programmes, "programme_id", programme_id),
        currency=results.currency,
        objective=results.objective,
        ratio=now.plan.ratio,
        mandate=named(now, mandate, "area").reset_index(drop=True),
        fundable=_fundable(now, number, rows),
        spending=named(now, spending, "asset", "area").sort_values(
            "amount", ascending=False, ignore_index=True
        ),
        causes_km2=by_cause(causes),
        million=changes[programme_id],
        millions=_millions(now, changes),
        ample=ample,
        ample_spent=spent,
        ample_shortfall_km2=short,
        increase=more,
        with_increase=_checked(now, more, rows),
        access=checks.access_missing(now, rows),
        names=now.names["asset"],
    )


def _checked(now: Situation, more: Increase | None, rows: pd.DataFrame) -> Change | None:
    if more is None:
        return None
    asset, area = now.asset(more.asset_id)["number"], now.area_number(more.area_id)
    return checks.with_increase(now, more, rows[(rows["asset"] == asset) & (rows["area"] == area)])


def _ample(now: Situation, programme_id: str, ample: Change | None) -> tuple[float, float]:
    """What a programme spends of ample money, and what is still missing in its mandate."""
    if ample is None:
        return float("nan"), float("nan")
    paid = ample.spent[ample.spent["programme_id"] == programme_id]["change"].sum()
    before = float(now.results.programmes.set_index("programme_id")["spent"][programme_id])
    mandate = next(
        iter(now.case.programmes.loc[now.case.programmes["programme_id"] == programme_id, "areas"])
    )
    areas = now.results.areas.set_index("area_id").loc[list(mandate)]
    target = areas["target_coverage"] * areas["area_km2"]
    covered = ample.areas.set_index("area_id")["covered_km2"][list(mandate)]
    return before + float(paid), float(np.maximum(0.0, target - covered).sum())


def _millions(now: Situation, changes: Mapping[str, Change | None]) -> pd.DataFrame:
    rows = [
        (one, now.names["programme"][one], each.gain, each.least, each.most, each.ratio, each.covered_km2)
        for one, each in changes.items()
        if each is not None
    ]
    columns = ["programme_id", "programme", "gain", "least", "most", "ratio", "covered_km2"]
    return pd.DataFrame(rows, columns=columns).sort_values("gain", ascending=False, ignore_index=True)


def _fundable(now: Situation, programme: int, rows: pd.DataFrame) -> pd.DataFrame:
    """Assets that a programme may fund somewhere, see ``ProgrammeFacts.fundable``; most hours first."""
    assets = np.sort(now.eligibility.loc[now.eligibility["programme"] == programme, "asset"].unique())
    opened = rows[rows["access"]].groupby("asset")["area"].nunique().reindex(assets).fillna(0)
    table = now.fleet.iloc[assets].assign(areas=numbers(opened).astype(int))
    columns = ["asset_id", "asset", "kind", "operator", "areas", "hours", "used_hours"]
    columns.append("shadow_price_km2_per_hour")
    return table[columns].sort_values("hours", ascending=False, kind="stable", ignore_index=True)
