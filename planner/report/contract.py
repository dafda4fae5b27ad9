"""Columns of every table of results, in one place: name, type, and what it means with its unit.

``asset_id`` means an asset or a sensor; money is in the case's currency; longitudes run from -180 to 180.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

Contract = Mapping[str, tuple[str, str]]

CAUSES = ("out_of_range", "no_access", "asset_hours", "budget", "not_prioritised")
"""Why water stays uncovered, in the order in which each cell is asked."""

_CAUSE_MEANING = {
    "out_of_range": "shortfall that nothing fundable reaches [km²]",
    "no_access": "shortfall that something fundable reaches, but without consent [km²]",
    "asset_hours": "shortfall for want of hours of assets and bases [km²]",
    "budget": "shortfall for want of money [km²]",
    "not_prioritised": "shortfall where hours and money are free, and the plan prefers other water [km²]",
}
_CAUSE_COLUMNS: Contract = {f"{cause}_km2": ("float64", _CAUSE_MEANING[cause]) for cause in CAUSES}

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
    **_CAUSE_COLUMNS,
    "source": ("str", "where the outline was read, as the case says"),
}
GAPS: Contract = {
    "programme_id": ("str", "programme; the row `total` counts every area once"),
    "area_id": ("str", "area of the programme's mandate"),
    "target_km2": ("float64", "coverage wanted [km²]"),
    "covered_km2": ("float64", "coverage of the plan, whoever paid [km²]"),
    "shortfall_km2": ("float64", "what is missing to the target [km²]"),
    **_CAUSE_COLUMNS,
}
PROGRAMMES: Contract = {
    "programme_id": ("str", "programme"),
    "name": ("str", "name of the programme"),
    "donor": ("str", "who pays"),
    "budget": ("float64", "budget of the horizon [money]"),
    "spent": ("float64", "what the plan spends [money]"),
    "price_km2_per_million": ("float64", "risk-weighted km² that one more million would add"),
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
ALLOCATION: Contract = {
    "asset_id": ("str", "asset or sensor"),
    "base_id": ("str", "base; empty where there is none"),
    "area_id": ("str", "area"),
    "missions": ("float64", "missions, scenes, or hours of a fixed sensor"),
    "mission_hours": ("float64", "hours with transit [h]"),
    "on_station_hours": ("float64", "hours of search [h]"),
    "swept_km2": ("float64", "area swept [km²]"),
    "cost": ("float64", "cost [money]"),
}
MISSIONS: Contract = {
    "asset_id": ("str", "asset or sensor"),
    "base_id": ("str", "base; empty where there is none"),
    "cell_id": ("str", "cell"),
    "distance_nm": ("float64", "base to cell, geodesic [nm]"),
    "missions": ("float64", "missions, scenes, or hours of a fixed sensor"),
    "mission_hours": ("float64", "hours with transit, all missions [h]"),
    "on_station_hours": ("float64", "hours of search, all missions [h]"),
    "swept_km2": ("float64", "area swept, all missions [km²]"),
    "coverage_factor": ("float64", "coverage factor that all missions add to the cell [-]"),
    "cost": ("float64", "cost of all missions [money]"),
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
    "price": ("float64", "risk-weighted km² that one more unit would add"),
    "unit": ("str", "unit of the price"),
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
    "gap_cause": ("str", "largest cause of the cell's part of the shortfall, or `none`"),
}
LIMITS: Contract = {
    "limit_id": ("str", "limit that was set"),
    "kind": ("str", "least_coverage, least_share or least_spending"),
    "programme_id": ("str", "programme whose money is meant; empty for a least coverage"),
    "area_id": ("str", "area, or the named areas separated by ;"),
    "hard": ("bool", "whether it must hold"),
    "least": ("float64", "what is asked for [share of the area or of the money spent, or money]"),
    "reached": ("float64", "what the plan reaches of it, in the same unit; 1 for a share of nothing spent"),
    "short": ("float64", "what is missing to it [km², or money]"),
    "penalty": ("float64", "what each km², or million of money, short costs; 0 for a hard limit"),
    "paid": ("float64", "penalty x short [risk-weighted km²]"),
    "price": ("float64", "what asking for one km², or one million of money, less would add to the objective"),
    "unit": ("str", "unit of the penalty and the price"),
}
ASSUMPTIONS: Contract = {
    "table": ("str", "input file, without its ending"),
    "id": ("str", "record"),
    "field": ("str", "column"),
    "value": ("str", "value as read"),
    "basis": ("str", "stated, derived or assumed"),
    "source": ("str", "where it was read, or what the assumption leans on"),
    "note": ("str", "arithmetic and remarks"),
}
REACH: Contract = {
    "asset_id": ("str", "asset, or fixed sensor"),
    "base_id": ("str", "base; empty for a sensor"),
    "lon": ("float64", "where it starts from, or stands [degrees east]"),
    "lat": ("float64", "where it starts from, or stands [degrees north]"),
    "radius_nm": ("float64", "greatest distance at which it can work, or radius of the footprint [nm]"),
}

TABLES: Mapping[str, Contract] = {
    "areas": AREAS,
    "gaps": GAPS,
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
    contract = TABLES[name]
    types = {column: kind for column, (kind, _) in contract.items()}
    return table[list(contract)].astype(types).reset_index(drop=True)


def stacked(contract: Contract, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table under another, with exactly the columns and types of a contract.

    Raises:
        KeyError: a column of the contract is missing.
    """
    types = {column: kind for column, (kind, _) in contract.items()}
    rows = [table for table in tables if len(table)]
    if not rows:
        return pd.DataFrame(columns=list(contract)).astype(types)
    return pd.concat(rows, ignore_index=True)[list(contract)].astype(types)
