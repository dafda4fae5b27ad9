"""Columns of every table of results, in one place: name, type, and what it means with its unit.

``asset_id`` means an asset or a sensor; money is in the case's currency; longitudes run from -180 to 180.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

Contract = Mapping[str, tuple[str, str]]

CAUSES = ("out_of_range", "no_access", "asset_hours", "budget", "not_prioritised")
"""Why water stays uncovered, in the order in which each cell is asked."""
NO_CAUSE = "none"
"""The largest cause where nothing is missing."""
TOTAL = "total"
"""The row of ``gaps`` that counts every area once."""
ALL = "all"
"""In ``causes``: all programmes together, or all areas together."""

AREAS: Contract = {
    "area_id": ("str", "area"),
    "name": ("str", "name of the area"),
    "coastal_state": ("str", "ISO 3166 alpha-3 of the authority that gives access"),
    "area_km2": ("float64", "water of the area [km²]"),
    "risk_weight": ("float64", "risk weight of the area [-]"),
    "target_coverage": ("float64", "coverage wanted [share]"),
    "coverage": ("float64", "area-weighted mean probability of detection [share]"),
    "covered_km2": ("float64", "sum of cell area x POD [km²]"),
    "shortfall_km2": ("float64", "what is missing to the target [km²]"),
    "met": ("bool", "the target is met"),
    "largest_cause": ("str", "largest cause of the shortfall, or `none`; causes.csv has them all"),
    "source": ("str", "where the outline was read, as the case says"),
}
GAPS: Contract = {
    "programme_id": ("str", "programme; the row `total` counts every area once"),
    "area_id": ("str", "area of the programme's mandate"),
    "target_km2": ("float64", "coverage wanted [km²]"),
    "covered_km2": ("float64", "coverage of the plan, whoever paid [km²]"),
    "shortfall_km2": ("float64", "what is missing to the target [km²]"),
    "largest_cause": ("str", "largest cause of the shortfall as the programme sees it, or `none`"),
}
CAUSE_TABLE: Contract = {
    "level": ("str", "all, area, or programme: who asks, and of what"),
    "programme_id": ("str", "programme that asks; `all`: all programmes together"),
    "area_id": ("str", "area; `all`: all areas together"),
    "cause": (
        "str",
        "out_of_range (nothing fundable reaches the water), no_access (something fundable reaches it, but "
        "without access), asset_hours (hours of assets and bases are used up), budget (money is used up), or "
        "not_prioritised (hours and money are left, and the plan prefers other water)",
    ),
    "km2": ("float64", "the cause's part of the shortfall [km²]"),
}
PROGRAMMES: Contract = {
    "programme_id": ("str", "programme"),
    "name": ("str", "name of the programme"),
    "donor": ("str", "who pays"),
    "budget": ("float64", "budget of the horizon [money]"),
    "spent": ("float64", "what the plan spends [money]"),
    "shadow_price_km2_per_million": (
        "float64",
        "shadow price of its money: what the next unit of it would add, for a million [risk-weighted km²]",
    ),
    "target_km2": ("float64", "coverage wanted in its mandate [km²]"),
    "covered_km2": ("float64", "coverage in its mandate, whoever paid [km²]"),
    "shortfall_km2": ("float64", "shortfall in its mandate [km²]"),
}
FLEET: Contract = {
    "asset_id": ("str", "asset or sensor"),
    "name": ("str", "name of the asset or sensor"),
    "kind": ("str", "vessel, aircraft, uncrewed_aircraft, fixed or satellite"),
    "operator": ("str", "who runs it"),
    "service": ("str", "police, military, civil, or empty"),
    "units": ("float64", "number of them"),
    "capacity_hours": ("float64", "hours of all units in the horizon [h]"),
}
_WORK: Contract = {
    "missions": ("float64", "missions, scenes, or hours of a fixed sensor"),
    "mission_hours": ("float64", "hours with transit, all missions [h]"),
    "on_station_hours": ("float64", "hours of search, all missions [h]"),
    "swept_km2": ("float64", "area swept, all missions [km²]"),
}
_COST: Contract = {"cost": ("float64", "cost of all missions [money]")}
ALLOCATION: Contract = {
    "asset_id": ("str", "asset or sensor"),
    "base_id": ("str", "base; empty where there is none"),
    "area_id": ("str", "area"),
    **_WORK,
    **_COST,
}
MISSIONS: Contract = {
    "asset_id": ("str", "asset or sensor"),
    "base_id": ("str", "base; empty where there is none"),
    "cell_id": ("str", "cell"),
    "distance_nm": ("float64", "base, or fixed sensor, to cell, geodesic; 0 for a satellite [nm]"),
    **_WORK,
    "coverage_factor": ("float64", "coverage factor that all missions add to the cell [-]"),
    **_COST,
}
FUNDING: Contract = {
    "programme_id": ("str", "programme"),
    "asset_id": ("str", "asset or sensor"),
    "area_id": ("str", "area"),
    "amount": ("float64", "what the programme pays [money]"),
}
PRICES: Contract = {
    "limit_kind": ("str", "asset_hours, budget or base_capacity"),
    "id": ("str", "asset, programme or base"),
    "limit": ("float64", "what there is [h or money]"),
    "used": ("float64", "what the plan uses [h or money]"),
    "shadow_price": ("float64", "risk-weighted km² that the next unit would add"),
    "unit": ("str", "unit of the shadow price"),
}
CELLS: Contract = {
    "cell_id": ("str", "cell"),
    "area_id": ("str", "area"),
    "lon": ("float64", "representative point [degrees east]"),
    "lat": ("float64", "representative point [degrees north]"),
    "area_km2": ("float64", "area of the cell [km²]"),
    "risk_weight": ("float64", "risk weight of the cell [-]"),
    "coverage_factor": ("float64", "swept area / area in a target's stay [-]"),
    "pod": ("float64", "probability of detection [share]"),
    "cause": ("str", "largest cause of the cell's part of the shortfall, or `none`"),
}
LIMITS: Contract = {
    "limit_id": ("str", "limit that was set"),
    "kind": ("str", "least_coverage, least_share or least_spending"),
    "programme_id": ("str", "programme whose money is meant; empty for a least coverage"),
    "area_id": ("str", "area, or the named areas separated by ;"),
    "hard": ("bool", "whether it must hold"),
    "least": ("float64", "what is asked for [share of the area or of the money spent, or money]"),
    "reached": ("float64", "what the plan reaches of it, in the same unit; 1 for a share of nothing spent"),
    "shortfall": ("float64", "what is missing to it [km², or money]"),
    "penalty": ("float64", "what each km², or million of money, of shortfall costs; 0 for a hard limit"),
    "paid": ("float64", "penalty x shortfall [risk-weighted km²]"),
    "shadow_price": ("float64", "what asking for the next km², or money for a million, less would gain"),
    "unit": ("str", "unit of the penalty and the shadow price"),
}
ASSUMPTIONS: Contract = {
    "table": ("str", "input file, without its ending"),
    "id": ("str", "record"),
    "field": ("str", "column"),
    "value": ("str", "value as read"),
    "basis": ("str", "stated, derived or assumed"),
    "source": ("str", "where it was read, or what the assumption rests on"),
    "note": ("str", "arithmetic and remarks"),
}
REACH: Contract = {
    "asset_id": ("str", "asset, or fixed sensor"),
    "base_id": ("str", "base; empty for a sensor"),
    "lon": ("float64", "base, or place of the sensor [degrees east]"),
    "lat": ("float64", "base, or place of the sensor [degrees north]"),
    "radius_nm": ("float64", "greatest distance at which it can work, or radius of the footprint [nm]"),
}

TABLES: Mapping[str, Contract] = {
    "areas": AREAS,
    "gaps": GAPS,
    "causes": CAUSE_TABLE,
    "programmes": PROGRAMMES,
    "fleet": FLEET,
    "allocation": ALLOCATION,
    "missions": MISSIONS,
    "funding": FUNDING,
    "prices": PRICES,
    "cells": CELLS,
    "limits": LIMITS,
    "assumptions": ASSUMPTIONS,
    "reach": REACH,
}


def conform(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with exactly the columns and types of its contract, in their order.

    Raises:
        KeyError: a column of the contract is missing.
    """
    return stacked(TABLES[name], [table])


def empty(name: str) -> pd.DataFrame:
    """A table without rows."""
    return stacked(TABLES[name], [])


def stacked(contract: Contract, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table under another, with exactly the columns and types of a contract.

    Raises:
        KeyError: a column of the contract is missing.
    """
    types = {column: kind for column, (kind, _) in contract.items()}
    rows = [table[list(contract)] for table in tables]
    whole = pd.concat(
        [table for table in rows if len(table)] or rows[:1] or [pd.DataFrame(columns=list(contract))]
    )
    return whole.astype(types).reset_index(drop=True)
