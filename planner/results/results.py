"""The results of one run, as frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.core.certificate import Certificate
from planner.errors import Problem
from planner.results.contract import empty
from planner.results.ledger import Ledger
from planner.solve.solver import Status


@dataclass(frozen=True)
class FairLevel:
    """A level of a fair plan: areas that have as much of their target, and could not have more.

    Attributes:
        ratio: the smallest coverage / target, at most 1, of its areas and those of all higher levels.
        bound: no plan in which the lower levels hold has a larger one.
        areas: its areas.
    """

    ratio: float
    bound: float
    areas: tuple[str, ...]


@dataclass(frozen=True)
class FairShares:
    """How fair a plan of the objective "fair" is.

    Attributes:
        smallest_ratio: the smallest coverage / target of the plan, at most 1, over the areas that it is fair
            to; that of the first level.
        bound: no plan has a larger one.
        gap: (bound - smallest_ratio) / bound.
        areas: areas that the plan is fair to.
        left_out: areas with a target that nothing reaches that could be used.
        levels: from the smallest coverage / target upwards.
    """

    smallest_ratio: float
    bound: float
    gap: float
    areas: tuple[str, ...]
    left_out: tuple[str, ...]
    levels: tuple[FairLevel, ...] = ()


@dataclass(frozen=True)
class Results:
    """Everything that a run folder is written from; see ``planner.results.contract`` for the columns.

    Attributes:
        title: title of the case.
        currency: currency of all money, ISO 4217.
        objective: "coverage", "shortfall" or "fair".
        status: OPTIMAL, or why the plan is not proven.
        certificate: the plan's value, bound, optimality gap and rounds.
        areas, gaps, causes, rungs, gains, programmes, fleet, allocation, missions, funding, prices, cells,
            assumptions, reach, periods: the tables.
        area_periods, calendar, programme_periods, cell_periods: what happens when; empty where the case tells
            no periods apart.
        boardings, response: boarding trips, and what is seen and answered; empty where detections need no
            answer.
        bases: ``base_id``, name, country, lon, lat [degrees, -180 to 180].
        area_geometry: polygons of ``areas``, longitudes 0 to 360, shape (areas,).
        cell_geometry: polygons of ``cells``, longitudes 0 to 360, shape (cells,).
        warnings: what was remarkable in the input or the plan.
        run: what ``run.json`` says (JSON types only).
        land: land as one geometry, longitudes 0 to 360; None where the case has none.
        period_prices: hours of periods that are scarce; empty where the case tells none apart.
        limits: the table of limits; empty where the case has none.
        fairness: how fair the plan is, for the objective "fair".
        range: how far coverage varies with the figures that have ranges; empty where that was not looked for.
        ledger: what the tables were read off; None for results that were read back.
    """

    title: str
    currency: str
    objective: str
    status: Status
    certificate: Certificate
    areas: pd.DataFrame
    gaps: pd.DataFrame
    causes: pd.DataFrame
    rungs: pd.DataFrame
    gains: pd.DataFrame
    programmes: pd.DataFrame
    fleet: pd.DataFrame
    allocation: pd.DataFrame
    missions: pd.DataFrame
    funding: pd.DataFrame
    prices: pd.DataFrame
    cells: pd.DataFrame
    assumptions: pd.DataFrame
    reach: pd.DataFrame
    periods: pd.DataFrame
    area_periods: pd.DataFrame
    calendar: pd.DataFrame
    programme_periods: pd.DataFrame
    cell_periods: pd.DataFrame
    boardings: pd.DataFrame
    response: pd.DataFrame
    bases: pd.DataFrame
    area_geometry: npt.NDArray[np.object_]
    cell_geometry: npt.NDArray[np.object_]
    warnings: tuple[Problem, ...]
    run: dict[str, Any]
    land: BaseGeometry | None = None
    period_prices: pd.DataFrame = field(default_factory=lambda: empty("period_prices"))
    limits: pd.DataFrame = field(default_factory=lambda: empty("limits"))
    fairness: FairShares | None = None
    range: pd.DataFrame = field(default_factory=lambda: empty("range"))
    ledger: Ledger | None = None
