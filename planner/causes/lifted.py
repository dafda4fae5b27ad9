"""Problems of least shortfall in which limits of the case are lifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from planner.case import SERVICES, Case
from planner.case.case import no_limits
from planner.case.periods import shares
from planner.core.problem import Array, Booleans, Problem
from planner.core.search_theory import pod
from planner.features.assemble import nodes_of, problem_of
from planner.features.coverage_goal import shortfall
from planner.features.effort import asset_areas
from planner.features.fleet import boards_at_all, fleet_table, works_by_the_hour
from planner.features.funding import eligibility_table
from planner.features.limits import COVERAGE
from planner.features.response import trip_rows, with_boarding_opened, with_visits
from planner.features.risk import area_weights
from planner.features.season import Season, seasons
from planner.features.space import Space
from planner.frames import numbers, sum_by

LEAST_WEIGHT = 1e-3
"""An area counts at least this part of the heaviest: one without a weight has causes, too."""
ELSEWHERE = 1e-2
"""What areas outside a mandate count in its rungs, as a part of what they count in those of all."""


@dataclass(frozen=True, eq=False)
class Situation:
    """A planned case, seen as shortfalls.

    Attributes:
        case: the case.
        space: its cells and its effort table.
        weight: what a km² of shortfall counts in each area, shape (areas,).
        target_km2: coverage wanted in each area, shape (areas,) [km²].
    """

    case: Case
    space: Space
    weight: Array
    target_km2: Array

    @classmethod
    def of(cls, case: Case, space: Space) -> Situation:
        """The situation of a case: areas count by their weights, none less than ``LEAST_WEIGHT``."""
        weight = area_weights(space.cells, len(case.areas))
        most = float(weight.max(initial=0.0))
        weight = np.maximum(weight, LEAST_WEIGHT * most) if most > 0.0 else np.ones(len(weight))
        km2 = sum_by(space.cells["area"], space.cells["area_km2"], len(case.areas))
        return cls(case, space, weight, numbers(case.areas["target_coverage"]) * km2)

    def shortfall_km2(self, covered: Array) -> Array:
        """What is missing to each target, shape (areas,) [km²]; ``covered``: shares of the nodes."""
        return shortfall(self.target_km2, self.covered_km2(covered))

    def covered_km2(self, covered: Array) -> Array:
        """What a plan covers of each area, shape (areas,) [km²]; ``covered``: shares of the nodes."""
        cells = self.space.cells
        mean = shares(self.case.periods) @ covered.reshape(-1, len(cells))
        return sum_by(cells["area"], numbers(cells["area_km2"]) * mean, len(self.target_km2))

    def weighted(self, shortfall_km2: Array, mandate: Booleans | None = None) -> float:
        """What shortfalls count together [weighted km²], those outside a mandate ``ELSEWHERE`` of it."""
        weight = self.weight if mandate is None else np.where(mandate, self.weight, ELSEWHERE * self.weight)
        return float(weight @ shortfall_km2)

    def with_most_short(
        self, problem: Problem, most_km2: Array, penalty: float, mandate: Booleans | None = None
    ) -> Problem:
        """The problem in which no area's shortfall should be above a most, shape (areas,) [km²].

        The goals that ``problem`` has beside the targets ask for the rest of the target.

        Args:
            problem: from ``problem``, or with other capacities.
            most_km2: largest shortfall of each area, shape (areas,) [km²].
            penalty: what a km² above it costs, in km² of the area's shortfall as all programmes see it. It
                is never scaled down with the areas outside a mandate, or they would pay for those inside.
            mandate: areas whose shortfalls come first, shape (areas,); all if not given.
        """
        goals, known = problem.goals, self.case.areas["area_id"]
        area = pd.Index(known).get_indexer(goals["area_id"].astype(str))
        beside = ~goals["at_stake"].to_numpy(dtype=bool)
        of_area = np.zeros(len(known))
        of_area[area[~beside]] = problem.penalty[~beside]
        counts = np.ones(len(known)) if mandate is None else np.where(mandate, 1.0, ELSEWHERE)
        wanted = np.where(beside, np.maximum(0.0, self.target_km2 - most_km2)[area], problem.wanted)
        worth = np.where(beside, penalty * of_area[area], problem.penalty * counts[area])
        keep = np.flatnonzero(~beside | (wanted > 0.0))
        goals = goals.assign(wanted=wanted, penalty=worth, hard=False)
        return problem.with_goals(goals.iloc[keep], problem.cover[keep])

    @cached_property
    def seasons(self) -> list[Season]:
        """What each period allows."""
        return seasons(self.case)

    def problem(self, pooled: bool = False, access: Booleans | None = None, answers: bool = True) -> Problem:
        """Least shortfall under the case's limits but limits.csv, which is part of what planners choose.

        Every area with a target has a goal beside it, see ``with_most_short``.

        Args:
            pooled: whether every programme may fund everything everywhere.
            access: assets that need no access in areas, shape (fleet, areas).
            answers: whether detections need an answer where the case asks for it.
        """
        case, areas = self.case, self.case.areas
        some = numbers(areas["target_coverage"]) > 0.0
        ids = areas["area_id"].to_numpy()[some]
        floors = no_limits().reindex(range(len(ids)))
        floors["areas"] = pd.Series([(one,) for one in ids], dtype=object)
        least = areas["target_coverage"].to_numpy()[some]
        floors = floors.assign(
            limit_id=ids, kind=COVERAGE, least=least, penalty=np.inf, period="", file="", row=0
        )
        settings = {"objective": "shortfall", "coverage_worth": 0.0} | ({} if answers else {"response": None})
        case = replace(
            case,
            settings=case.settings.model_copy(update=settings),
            programmes=_pooled(case) if pooled else case.programmes,
            limits=floors,
        )
        return problem_of(case, self.space, self.weight, access)

    def barred(self, pairs: Booleans) -> bool:
        """Whether access bars something in some period that could be done, be it to watch or to board.

        ``pairs``: which assets in which areas, shape (fleet, areas).
        """
        could, trip = asset_areas(self.space.effort, pairs.shape) & pairs, np.zeros_like(pairs)
        boards = np.zeros_like(pairs)
        if self.case.settings.answers is not None:
            boards[: len(self.case.assets)] = boards_at_all(self.case)[:, None]
            trip = asset_areas(self._trips, pairs.shape) & pairs
        return any(
            (could & ~season.access).any() or (boards & (could | trip) & ~season.board).any()
            for season in self.seasons
        )

    def endless_km2(self, pairs: Booleans, opened: bool, covered: Array) -> Array:
        """Shortfall of each area when work is done without end beside a plan, shape (areas,) [km²].

        Args:
            pairs: which assets work in which areas, shape (fleet, areas).
            opened: whether they need no access.
            covered: what counts as covered by the plan, shares, shape (nodes,).
        """
        return self.shortfall_km2(np.maximum(self._reachable(pairs, opened), covered))

    def _reachable(self, pairs: Booleans, opened: bool) -> Array:
        """The share of each node that endless effort covers: sees and, where that counts, answers."""
        seen = self.reached(pairs, opened)
        if self.case.settings.answers is None:
            return seen
        return np.where(self._answerable(pairs, opened), seen, (1.0 - self._response) * seen)

    @cached_property
    def _response(self) -> Array:
        """The part of each node's coverage that is answers, shape (nodes,) [-]."""
        weighted = self.space.weighted.result
        nodes = nodes_of(self.case, weighted.cells, weighted.by_period)
        return numbers(with_visits(self.case, nodes, weighted)["response"])

    def _answerable(self, pairs: Booleans, opened: bool) -> Booleans:
        """Nodes in which assets can board, on patrol or on trips, shape (nodes,)."""
        effort, cells, trips = self.space.effort, self.space.cells, self._trips
        rows = pairs[effort["asset"], effort["area"]]
        known = self.seasons
        if opened:
            known = with_boarding_opened(self.case, known, pairs)
        found = np.zeros((len(known), len(cells)), dtype=bool)
        for number, season in enumerate(known):
            board = season.board & pairs
            done = effort[rows & season.allows(effort, rows if opened else None)]
            found[number, done["cell"][board[done["asset"], done["area"]]]] = True
            found[number, trips["cell"][board[trips["asset"], trips["area"]]]] = True
        return found.ravel()

    @cached_property
    def _trips(self) -> pd.DataFrame:
        """Boarding trips that could be made, were boarding allowed everywhere."""
        board = self.seasons[0].board
        return trip_rows(self.case, self.space, np.ones_like(board))

    def reached(self, pairs: Booleans, opened: bool) -> Array:
        """The share of each node that endless effort sees, shape (nodes,)."""
        effort = self.space.effort
        rows = pairs[effort["asset"], effort["area"]]
        may = [season.allows(effort, rows if opened else None) for season in self.seasons]
        return np.concatenate([self._reached_cells(rows & some) for some in may])

    def _reached_cells(self, rows: Booleans) -> Array:
        """The share of each cell that endless effort sees, shape (cells,).

        All of it where a patrol or a satellite reaches it; where only fixed sensors do, the water in their
        footprints, 1 - product of (1 - share), and never less than they watch with their own hours.
        """
        case, cells = self.case, self.space.cells
        effort = self.space.effort[rows & (numbers(self.space.effort["factor"]) > 0.0)]
        cell, asset = effort["cell"].to_numpy(), effort["asset"].to_numpy()
        fleet = fleet_table(case)
        fixed = works_by_the_hour(fleet["kind"])[asset]
        outside, factor = np.ones(len(cells)), np.zeros(len(cells))
        for at, (share, _) in self.space.distances.result.footprints.items():
            seen = np.zeros(len(cells), dtype=bool)
            seen[cell[asset == len(case.assets) + at]] = True
            outside *= np.where(seen, 1.0 - share, 1.0)
        capacity = numbers(fleet["capacity_hours"])
        np.add.at(factor, cell[fixed], (numbers(effort["factor"]) * capacity[asset])[fixed])
        reached = np.maximum(1.0 - outside, pod(factor))
        reached[cell[~fixed]] = 1.0
        return np.asarray(reached)


@dataclass(frozen=True, eq=False)
class Remit:
    """What a programme may fund.

    Attributes:
        programme_id: the programme.
        asset_ids: assets and sensors that it may fund somewhere.
        base_ids: their bases.
        mandate: its areas, shape (areas,).
        pairs: assets and sensors that it may fund in areas, with or without access, shape (fleet, areas).
    """

    programme_id: str
    asset_ids: tuple[str, ...]
    base_ids: tuple[str, ...]
    mandate: Booleans
    pairs: Booleans

    @classmethod
    def of(cls, situation: Situation, programme_id: str) -> Remit:
        """The remit of a programme."""
        case = situation.case
        fleet = fleet_table(case)
        number = pd.Index(case.programmes["programme_id"]).get_loc(programme_id)
        eligible = eligibility_table(case, fleet)
        own = eligible[eligible["programme"] == number]
        may = asset_areas(own, (len(fleet), len(case.areas)))
        asset_ids = tuple(fleet["asset_id"].to_numpy()[may.any(axis=1)])
        bases = case.assets.loc[case.assets["asset_id"].isin(asset_ids), "bases"]
        mandate = case.areas["area_id"].isin(list(case.programmes["areas"].iloc[number])).to_numpy()
        base_ids = tuple(dict.fromkeys(base for some in bases for base in some))
        return cls(programme_id, asset_ids, base_ids, mandate, may)


def unlimited(problem: Problem, column: str, ids: Sequence[str]) -> Problem:
    """The problem in which what some owners have has no limit, be it of the horizon or of a period.

    ``column`` of the resources says whose they are. Accounts, of which all must be used, and what limits ask
    for stay as they are.
    """
    some = problem.resources[column].isin(list(ids)) & (problem.resources["limit_id"] == "") & ~problem.exact
    return problem.with_capacity(np.where(some, np.inf, problem.capacity))


def _pooled(case: Case) -> pd.DataFrame:
    """The programmes, each of which may fund everything everywhere."""
    fleet, programmes = fleet_table(case), case.programmes
    everything = {
        "asset_kinds": tuple(fleet["kind"].unique()),
        "assets": tuple(fleet["asset_id"]),
        "areas": tuple(case.areas["area_id"]),
        "services": tuple(SERVICES),
    }
    lists = {
        name: pd.Series([each] * len(programmes), index=programmes.index, dtype=object)
        for name, each in everything.items()
    }
    return programmes.assign(**lists)
