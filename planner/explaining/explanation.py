"""What is known about an area, a programme or an asset of a plan: facts apart from their wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Kind = Literal["area", "programme", "asset"]

UNIT_KM2 = 1000.0
"""Rates are given per so many km²: a km² takes too little for anyone to picture."""


@dataclass(frozen=True)
class Way:
    """The next thing that could be done in an area, at the plan's coverage and prices.

    Attributes:
        asset_id, asset, kind, operator: the asset or sensor.
        base_id, base: where it starts; empty where there is none.
        area_id, area: where it watches.
        hours_per_1000_km2: mission hours for 1,000 km² more covered, at the rate of the next [h].
        cost_per_1000_km2: money for the same [money].
        times_elsewhere: what its hours and money are worth elsewhere in the plan, in times what they bring
            here: above 1 the plan is right to leave it, below 1 it would take it. NaN where the plan's
            objective does not say, infinite where more coverage here counts for nothing.
        hours, hours_left: what the asset has in the horizon, and what the plan leaves of it [h].
        programme_id, programme: who may pay at the lowest price; empty where it costs nothing, or nobody may.
        budget_left: what the plan leaves of that programme's budget [money].
    """

    asset_id: str
    asset: str
    kind: str
    operator: str
    base_id: str
    base: str
    area_id: str
    area: str
    hours_per_1000_km2: float
    cost_per_1000_km2: float
    times_elsewhere: float
    hours: float
    hours_left: float
    programme_id: str
    programme: str
    budget_left: float


@dataclass(frozen=True)
class Consent:
    """What an operator could do that has no consent.

    Attributes:
        operator: the operator.
        area_ids: where it has no consent, of the areas that are asked about.
        way: the next thing that it would do there.
        reached_km2: water that it reaches there [km²].
        only_km2: of that, what nobody reaches who has consent and may be paid [km²].
        least_times: as ``Way.times_elsewhere``, of the best thing that the operator could do there, whoever
            pays: from 1 up its consent changes nothing at the plan's prices.
        most_added: its consent adds no more to the plan's objective [risk-weighted km²]; NaN if unknown.
    """

    operator: str
    area_ids: tuple[str, ...]
    way: Way
    reached_km2: float
    only_km2: float
    least_times: float
    most_added: float


@dataclass(frozen=True)
class AreaFacts:
    """An area of a plan.

    Attributes:
        area: its row of areas.csv.
        currency, objective: of the plan.
        fleet_size: number of assets and sensors of the case.
        nearest_base, nearest_base_nm: of the bases that any asset uses; empty and NaN where there is none.
        reach: one row per asset that reaches some of it: ``asset_id``, ``asset``, ``kind``, ``operator``,
            ``access``, ``payable``, ``base_id``, ``base``, ``distance_nm``, ``reached_km2``,
            ``hours_per_1000_km2``, ``cost_per_1000_km2``, ``hours``, ``used_hours``, ``price_km2_per_hour``.
        payers: one row per programme with the area in its mandate: ``programme_id``, ``programme``,
            ``paid_here``, ``budget``, ``spent``, ``price_km2_per_million``.
        work: its rows of allocation.csv with the names ``asset``, ``kind`` and ``base``.
        causes_km2: the shortfall by cause, as in areas.csv.
        next_way: the cheapest next way that may be used and paid; None where there is none.
        consents: what operators without consent could do, the most useful first.
        unpaid: the cheapest way with consent that no programme may pay for; None where there is none.
    """

    area: Mapping[str, Any]
    currency: str
    objective: str
    fleet_size: int
    nearest_base: str
    nearest_base_nm: float
    reach: pd.DataFrame
    payers: pd.DataFrame
    work: pd.DataFrame
    causes_km2: Mapping[str, float]
    next_way: Way | None
    consents: tuple[Consent, ...]
    unpaid: Way | None


@dataclass(frozen=True)
class ProgrammeFacts:
    """A programme of a plan.

    Attributes:
        programme: its row of programmes.csv.
        currency, objective: of the plan.
        mandate: its rows of gaps.csv with the name ``area``.
        fundable: one row per asset that it may fund somewhere: ``asset_id``, ``asset``, ``kind``,
            ``operator``, ``areas`` (number of areas of the mandate that it reaches with consent), ``hours``,
            ``used_hours``, ``price_km2_per_hour``.
        spending: its rows of funding.csv with the names ``asset`` and ``area``, largest first.
        causes_km2: the shortfall of its mandate by cause, as it sees it, as in gaps.csv.
        others: ``programme_id``, ``programme``, ``price_km2_per_million`` of all programmes, dearest first.
        next_way: the cheapest next way that it may pay for; None where there is none.
        consents: what operators that it may fund could do in its mandate with consent, most useful first.
    """

    programme: Mapping[str, Any]
    currency: str
    objective: str
    mandate: pd.DataFrame
    fundable: pd.DataFrame
    spending: pd.DataFrame
    causes_km2: Mapping[str, float]
    others: pd.DataFrame
    next_way: Way | None
    consents: tuple[Consent, ...]


@dataclass(frozen=True)
class AssetFacts:
    """An asset or sensor of a plan.

    Attributes:
        asset: ``asset_id``, ``name``, ``kind``, ``operator``, ``units``, ``hours``, ``used_hours``,
            ``price_km2_per_hour``.
        currency, objective: of the plan.
        bases: names of its bases.
        reach: one row per area that it reaches: ``area_id``, ``area``, ``access``, ``payable``,
            ``reached_km2``, ``hours_per_1000_km2``, ``cost_per_1000_km2``.
        n_areas: number of areas of the case.
        met: ids of the areas whose target is met.
        work: its rows of allocation.csv with the names ``area`` and ``base``, most hours first.
        payers: ``programme_id``, ``programme``, ``amount``: what each pays for it, largest first.
        price_rank: its place among all assets by the price of an hour, 1 for the dearest.
        fleet_size: number of assets and sensors of the case.
        next_way: the cheapest next way that may be used and paid; None where there is none.
        consents: what it could do where it has no consent, if anything.
    """

    asset: Mapping[str, Any]
    currency: str
    objective: str
    bases: tuple[str, ...]
    reach: pd.DataFrame
    n_areas: int
    met: tuple[str, ...]
    work: pd.DataFrame
    payers: pd.DataFrame
    price_rank: int
    fleet_size: int
    next_way: Way | None
    consents: tuple[Consent, ...]


Facts = AreaFacts | ProgrammeFacts | AssetFacts


@dataclass(frozen=True)
class Explanation:
    """An explanation in words and as data.

    Attributes:
        kind: "area", "programme" or "asset" (an asset or a sensor).
        subject_id: id of what is explained.
        name: its name.
        sentences: three to ten sentences.
        facts: what they say, as numbers and tables.
        status: whether the plan is proven.
        gap: relative gap of the plan.
    """

    kind: Kind
    subject_id: str
    name: str
    sentences: tuple[str, ...]
    facts: Facts
    status: str
    gap: float
