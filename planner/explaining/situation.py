"""What explanations are read from: a case, its plan, and the ways that there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.case import Case
from planner.effort.fleet import fleet_table
from planner.explaining.ways import Standing, everyones_ways, standing
from planner.frames import numbers
from planner.groundwork import Groundwork, groundwork
from planner.planning import Progress, plan, planning_problem
from planner.report.results import Results

_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True, eq=False)
class Situation:
    """A case with its plan.

    Attributes:
        case: the case.
        results: its plan.
        ground: cells and effort.
        at: prices and coverage of the plan.
        ways: as all programmes together see them, see ``planner.explaining.ways``.
        fleet: assets and sensors with ``used_hours`` and ``price_km2_per_hour``.
        names: what assets, bases, programmes and areas are called in a sentence, by id.
    """

    case: Case
    results: Results
    ground: Groundwork
    at: Standing
    ways: pd.DataFrame
    fleet: pd.DataFrame
    names: Mapping[str, Mapping[str, str]]


def situation(
    case: Case,
    results: Results | None = None,
    before: Sequence[Groundwork] = (),
    progress: Progress = lambda _: None,
) -> Situation:
    """Plan a case, if that was not done yet, and make ready what explanations are read from.

    Raises:
        NoPlanError: there is no plan.
        ValueError: the results are not those of the case.
    """
    ground = groundwork(case, before)
    problem = planning_problem(case, ground.cells, ground.effort)
    own = plan(case, progress, before=[ground]) if results is None else results
    if own.cells["cell_id"].tolist() != ground.cells["cell_id"].tolist():
        raise ValueError("the results are not those of the case: their cells differ")
    at = standing(problem, own)
    hours = own.prices[own.prices["limit_kind"] == "asset_hours"]
    fleet = fleet_table(case).assign(
        used_hours=hours["used"].to_numpy(), price_km2_per_hour=hours["price"].to_numpy()
    )
    return Situation(
        case=case,
        results=own,
        ground=ground,
        at=at,
        ways=everyones_ways(at),
        fleet=fleet,
        names={
            "asset": _short(fleet["asset_id"], fleet["name"]),
            "base": _short(case.bases["base_id"], case.bases["name"]),
            "area": dict(zip(case.areas["area_id"], case.areas["name"], strict=True)),
            "programme": _with_donors(case.programmes),
        },
    )


def nearest_base(now: Situation, area: int) -> tuple[str, float]:
    """The base, of those that assets use, that is nearest to any cell of an area; "" and NaN without one."""
    used = {base for bases in now.case.assets["bases"] for base in bases} if len(now.case.assets) else set()
    at = np.flatnonzero(now.case.bases["base_id"].isin(used))
    inside = now.at.problem.cell_area == area
    if not len(at) or not inside.any():
        return "", float("nan")
    distance = numbers(now.ground.reach.result.base_nm)[at][:, inside].min(axis=1)
    number = int(at[np.argmin(distance)])
    return now.names["base"][str(now.case.bases["base_id"].iloc[number])], float(distance.min())


def _short(ids: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Names without a remark in brackets at their end, where they still differ without it."""
    names = [str(name) for name in names]
    short = [_BRACKETS.sub("", name) or name for name in names]
    often = Counter(short)
    chosen = [one if often[one] == 1 else name for one, name in zip(short, names, strict=True)]
    return dict(zip(ids, chosen, strict=True))


def _with_donors(programmes: pd.DataFrame) -> dict[str, str]:
    """Names of programmes, with the donor in brackets where the name does not have it."""
    short = _short(programmes["programme_id"], programmes["name"])
    donors = zip(programmes["programme_id"], programmes["donor"], strict=True)
    return {
        one: short[one]
        if not donor or donor.casefold() in short[one].casefold()
        else f"{short[one]} ({donor})"
        for one, donor in donors
    }
