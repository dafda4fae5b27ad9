"""The results of one run, as frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.core.certificate import Certificate
from planner.core.fairness import FairShares
from planner.errors import Problem
from planner.geometry.polygons import Geometries
from planner.results.contract import empty
from planner.results.ledger import Ledger
from planner.solve.solver import Status


@dataclass(frozen=True)
class Results:
    """Everything that a run folder is written from; the frames are the tables of ``columns.csv``.

    Attributes:
        currency: currency of all money, ISO 4217.
        objective: "coverage", "shortfall" or "fair".
        status: OPTIMAL, or why the plan is not proven.
        certificate: the plan's value, bound, optimality gap and rounds.
        bases: ``base_id``, name, country, lon, lat [degrees, -180 to 180].
        area_geometry, cell_geometry, land: polygons of ``areas`` and of ``cells``, and land as one geometry
            (None where the case has none), longitudes 0 to 360.
        warnings: on the input or the plan.
        run: what ``run.json`` says (JSON types only).
        fairness: how fair the plan is, for the objective "fair".
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
    area_geometry: Geometries
    cell_geometry: Geometries
    warnings: tuple[Problem, ...]
    run: dict[str, Any]
    land: BaseGeometry | None = None
    period_prices: pd.DataFrame = field(default_factory=lambda: empty("period_prices"))
    limits: pd.DataFrame = field(default_factory=lambda: empty("limits"))
    fairness: FairShares | None = None
    range: pd.DataFrame = field(default_factory=lambda: empty("range"))
    ledger: Ledger | None = None
