"""What the solver sees: the effort table, capacities, budgets and areas; nothing of geography."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers, sum_by
from planner.model.demands import Demands, MoneyDemands, coverage_limits, money_limits, no_limits

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Objective = Literal["coverage", "shortfall", "fair", "smallest_ratio", "limits"]
"""What a plan is chosen by. "fair" is solved as "smallest_ratio" first and as "coverage" then
(``planner.solve.fair``); "limits" asks only how far limits can hold (``planner.solve.conflict``)."""


@dataclass(frozen=True)
class PlanningProblem:
    """A case, reduced to numbers. Positions (row numbers) tie the tables together.

    Attributes:
        cells: ``area`` (position), ``area_km2`` [km²], ``risk_weight`` [-]; optional ``least_missions``:
            missions of any kind that the cell gets at least [1/horizon].
        areas: ``area_id``, ``risk_weight`` (weight of its shortfall) [-], ``target_coverage`` [-].
        assets: ``asset_id``, ``capacity_hours`` [h]; assets and sensors, in the fleet's order.
        bases: ``base_id``, ``capacity_hours`` [h], infinite where there is no limit.
        programmes: ``programme_id``, ``budget`` [money].
        effort: rows of the effort table (see ``planner.effort.table``).
        eligibility: ``asset``, ``area``, ``programme`` (positions): who may pay for what, where.
        mandate: ``programme``, ``area`` (positions): where each programme may fund anything at all.
        objective: what the plan is chosen by.
        limits: what planners ask for, one row for each programme, and for each area of a least coverage:
            ``limit_id``; ``kind`` (least_coverage, least_share, least_spending); ``programme`` and ``area``
            (positions, -1 where there is none); ``areas`` (positions, of a least share); ``least`` (share of
            the area or of the money, or money); ``penalty`` [objective per km² or unit of money short,
            infinite where nothing may be short]; ``hard``, whether it must hold; ``file`` and ``row``,
            where it stands.
        fair: areas that a fair plan is fair to, shape (areas,); only for "smallest_ratio".
        coverage_worth: what a risk-weighted km² counts beside the smallest ratio [1/km²]; 0 for its optimum.
    """

    cells: pd.DataFrame
    areas: pd.DataFrame
    assets: pd.DataFrame
    bases: pd.DataFrame
    programmes: pd.DataFrame
    effort: pd.DataFrame
    eligibility: pd.DataFrame
    mandate: pd.DataFrame
    objective: Objective = "coverage"
    limits: pd.DataFrame = field(default_factory=no_limits)
    fair: npt.NDArray[np.bool_] | None = None
    coverage_worth: float = 0.0

    @cached_property
    def usable(self) -> pd.DataFrame:
        """Effort rows that a plan may use: with access, and free of cost or with a programme that may pay.

        A joint activity may be used if whoever is to pay for its costs may, and if it has access to any of
        its cells; it adds nothing in the others. ``pair`` is the position of (asset, area) in ``pairs``, -1
        for rows that cost nothing. ``activity`` is numbered through, ``activity_id`` keeps what it was.
        """
        return self._usable[0]

    @cached_property
    def activity_id(self) -> Integers:
        """The number of each usable activity in the effort table, shape (activities,)."""
        return self._usable[1]

    @cached_property
    def alone(self) -> npt.NDArray[np.bool_]:
        """Which usable rows are an activity of their own, not one of several cells, shape (rows,)."""
        return ~self.usable["activity"].duplicated(keep=False).to_numpy()

    @cached_property
    def _usable(self) -> tuple[pd.DataFrame, Integers]:
        effort = self.effort
        costs = effort["cost"].to_numpy() > 0.0
        access = effort["access"].to_numpy()
        pair = np.where(costs, self.pair_of(effort), -1)
        payable = self.of_whole_activities(~costs | (pair >= 0))
        keep = payable & access
        joint = self.joint
        if joint.any():
            activity = effort["activity"].to_numpy()
            somewhere = sum_by(activity, access, int(activity.max()) + 1)[activity] > 0.0
            bears = costs | (effort["mission_hours"].to_numpy() > 0.0)
            keep |= payable & joint & somewhere & bears
        usable: pd.DataFrame = effort.assign(pair=pair)[keep].reset_index(drop=True)
        usable.loc[~usable["access"], ["factor", "swept_km2"]] = 0.0
        usable["activity"], identity = pd.factorize(usable["activity"])
        return usable, np.asarray(identity, dtype=np.int64)

    @cached_property
    def joint(self) -> npt.NDArray[np.bool_]:
        """Which effort rows belong to an activity of several cells, shape (rows,)."""
        return np.asarray(self.effort["activity"].duplicated(keep=False))

    def of_whole_activities(self, rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Give every row of a joint activity the answer of those of its rows that cost something.

        Args:
            rows: an answer for each effort row, such as whether someone may pay for it, shape (rows,).

        Returns:
            The answers, where a joint activity with costs has one: whether all its rows with costs have it.
        """
        if not self.joint.any():
            return rows
        activity = self.effort["activity"].to_numpy()
        costs = self.joint & (self.effort["cost"].to_numpy() > 0.0)
        size = int(activity.max()) + 1
        with_costs = sum_by(activity, costs, size)[activity] > 0.0
        refused = sum_by(activity, costs & ~rows, size)[activity] > 0.0
        return np.asarray(np.where(self.joint & with_costs, ~refused, rows))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Each (asset, area) that some programme may pay for, by asset and area; positions."""
        pairs = self.eligibility[["asset", "area"]].drop_duplicates()
        return pairs.sort_values(["asset", "area"], ignore_index=True)

    def pair_of(self, rows: pd.DataFrame) -> Integers:
        """Position in ``pairs`` of the ``asset`` and ``area`` of each row, -1 where there is none."""
        number = np.full((len(self.assets), len(self.areas)), -1, dtype=np.int64)
        number[self.pairs["asset"], self.pairs["area"]] = np.arange(len(self.pairs))
        return np.asarray(number[rows["asset"].to_numpy(), rows["area"].to_numpy()])

    @cached_property
    def funding(self) -> pd.DataFrame:
        """The money variables: ``pair`` and ``programme`` (positions), where usable effort costs."""
        used = np.unique(self.usable["pair"].to_numpy())
        eligible = self.eligibility.drop_duplicates(["asset", "area", "programme"])
        table = pd.DataFrame({"pair": self.pair_of(eligible), "programme": eligible["programme"].to_numpy()})
        table = table[table["pair"].isin(used)]
        return table.sort_values(["pair", "programme"], ignore_index=True)

    @cached_property
    def n_activities(self) -> int:
        """Number of mission variables."""
        return len(self.activity_id)

    @cached_property
    def activity_bound(self) -> Array:
        """Most missions that each activity can have by its asset's and base's hours, shape (activities,).

        Infinite where a mission takes no hours.
        """
        rows = self.usable
        hours = sum_by(rows["activity"], rows["mission_hours"], self.n_activities)
        capacity = np.full(self.n_activities, np.inf)
        asset_capacity = self.assets["capacity_hours"].to_numpy(dtype=np.float64)
        capacity[rows["activity"]] = asset_capacity[rows["asset"]]
        at_base = rows["base"].to_numpy() >= 0
        if at_base.any():
            base_capacity = self.bases["capacity_hours"].to_numpy(dtype=np.float64)
            based = rows[at_base]
            np.minimum.at(capacity, based["activity"], base_capacity[based["base"]])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(hours > 0.0, capacity / hours, np.inf)

    @cached_property
    def weight(self) -> Array:
        """What missing a whole cell counts, risk_weight x area_km2, shape (cells,) [risk-weighted km²]."""
        return self.cells["risk_weight"].to_numpy(dtype=np.float64) * self.cell_km2

    @cached_property
    def base_weight(self) -> Array:
        """What missing a whole cell counts whatever is owed in its area, shape (cells,) [objective]."""
        return self.weight if self.objective == "coverage" else self.coverage_worth * self.weight

    @cached_property
    def demands(self) -> Demands:
        """Coverage owed: targets or fair shares first, as the objective asks for, then the limits' own."""
        limits = coverage_limits(self.limits, self.area_km2)
        if self.objective == "shortfall":
            targets = Demands.of(np.arange(len(self.areas)), km2=self.target_km2, penalty=self.area_weight)
            return targets.then(limits)
        if self.objective == "smallest_ratio" and self.fair is not None:
            area = np.flatnonzero(self.fair)
            return Demands.of(area, ratio_km2=self.target_km2[area]).then(limits)
        return limits

    @cached_property
    def money_demands(self) -> MoneyDemands:
        """Money owed: the limits on spending, in their order."""
        return money_limits(self.limits, numbers(self.programmes["budget"]), len(self.areas))

    @cached_property
    def counts(self) -> npt.NDArray[np.bool_]:
        """Cells whose coverage can be of use, shape (cells,)."""
        owed = np.bincount(self.demands.area, minlength=len(self.areas)) > 0
        return np.asarray((self.base_weight > 0.0) | owed[self.cell_area])

    @cached_property
    def largest_value(self) -> float:
        """How far the objective can move at most: what sizes of it are measured by."""
        demands, money = self.demands, self.money_demands
        if self.objective == "coverage":
            return float(self.weight.sum())
        if self.objective == "shortfall":
            return float(self.area_weight @ self.target_km2)
        if self.objective == "smallest_ratio":
            share = demands.ratio_km2 > 0.0
            most = self.area_km2[demands.area[share]] / demands.ratio_km2[share]
            return float(most.min(initial=np.inf)) if share.any() else 0.0
        return float(demands.penalty @ demands.km2 + money.penalty @ money.whole)

    @cached_property
    def cell_km2(self) -> Array:
        """Area of each cell, shape (cells,) [km²]."""
        return self.cells["area_km2"].to_numpy(dtype=np.float64)

    @cached_property
    def cell_area(self) -> Integers:
        """Position of each cell's area, shape (cells,)."""
        return self.cells["area"].to_numpy(dtype=np.int64)

    @cached_property
    def area_km2(self) -> Array:
        """Area of each area as the sum of its cells, shape (areas,) [km²]."""
        return sum_by(self.cell_area, self.cell_km2, len(self.areas))

    @cached_property
    def target_km2(self) -> Array:
        """Coverage wanted in each area, target_coverage x area, shape (areas,) [km²]."""
        return self.areas["target_coverage"].to_numpy(dtype=np.float64) * self.area_km2

    @cached_property
    def area_weight(self) -> Array:
        """What a km² of shortfall counts in each area, shape (areas,) [-]."""
        return self.areas["risk_weight"].to_numpy(dtype=np.float64)

    @cached_property
    def least_missions(self) -> Array:
        """Missions that each cell gets at least, shape (cells,); zero where nothing is asked."""
        if "least_missions" not in self.cells:
            return np.zeros(len(self.cells))
        return self.cells["least_missions"].to_numpy(dtype=np.float64)
