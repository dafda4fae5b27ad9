"""A small made-up result: two areas, one across 180 degrees, two programmes, three assets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.errors import Problem
from planner.report.contract import CAUSES, conform
from planner.report.results import Results
from planner.solve.certificate import Certificate
from planner.solve.lp import Status

AREA_KM2 = {"fiji": 1_200_000.0, "tuvalu": 750_000.0}


def cause_parts(shortfall: float, **shares: float) -> dict[str, float]:
    """The km² columns of the causes, from shares that sum to one."""
    return {f"{cause}_km2": shortfall * shares.get(cause, 0.0) for cause in CAUSES}


@pytest.fixture
def results() -> Results:
    return make_results()


def make_results(**changes: Any) -> Results:
    """The made-up result, with some of its attributes replaced."""
    return Results(**{**_attributes(), **changes})


def _attributes() -> dict[str, Any]:
    tables = {name: conform(name, pd.DataFrame(rows)) for name, rows in _tables().items()}
    return {
        "title": "Two zones",
        "currency": "USD",
        "objective": "coverage",
        "status": Status.OPTIMAL,
        "certificate": Certificate(1_500_000.0, 1_499_900.0, 1_950_000.0, 3, 1e-4),
        **tables,
        "bases": pd.DataFrame(
            {
                "base_id": ["suva", "apia"],
                "name": ["Suva", "Apia"],
                "country": ["FJI", "WSM"],
                "lon": [178.4, -171.8],
                "lat": [-18.1, -13.8],
            }
        ),
        "area_geometry": as_objects(shapely.box(175, -20, 185, -15), shapely.box(174, -12, 180, -5)),
        "cell_geometry": as_objects(
            shapely.box(175, -20, 180, -15), shapely.box(180, -20, 185, -15), shapely.box(174, -12, 180, -5)
        ),
        "warnings": (Problem("assets.csv", 3, "bases", "suva", "reaches nothing", "check its range"),),
        "run": {
            "inputs": {"case.toml": "ab" * 32},
            "seconds": {"cells": 0.5, "solver": np.float64(1.25)},
            "counts": {"cells": np.int64(3)},
            "effort_by_kind": {
                "aircraft": effort_row(10.0, 80.0, 50.0, 90_000.0, 500_000.0),
                "satellite": effort_row(20.0, 20.0, 20.0, 200_000.0, 40_000.0),
            },
            "unbounded": float("inf"),
        },
    }


def as_objects(*geometries: Any) -> np.ndarray[Any, np.dtype[np.object_]]:
    return np.array(geometries, dtype=object)


def effort_row(*values: float) -> dict[str, float]:
    names = ("missions", "mission_hours", "on_station_hours", "swept_km2", "cost")
    return dict(zip(names, values, strict=True))


def _area(area_id: str, name: str, coverage: float, **shares: float) -> dict[str, Any]:
    km2 = AREA_KM2[area_id]
    covered, shortfall = coverage * km2, max(0.0, (0.5 - coverage) * km2)
    return {
        "area_id": area_id,
        "name": name,
        "coastal_state": "FJI" if area_id == "fiji" else "TUV",
        "area_km2": km2,
        "risk_weight": 1.0,
        "target_coverage": 0.5,
        "coverage": coverage,
        "covered_km2": covered,
        "shortfall_km2": shortfall,
        "met": shortfall == 0.0,
        "source": "made up",
        **cause_parts(shortfall, **shares),
    }


def _gap(programme_id: str, area: Mapping[str, Any], **shares: float) -> dict[str, Any]:
    columns = ("area_id", "covered_km2", "shortfall_km2")
    return {
        "programme_id": programme_id,
        **{column: area[column] for column in columns},
        "target_km2": 0.5 * area["area_km2"],
        **cause_parts(area["shortfall_km2"], **shares),
    }


def _programme(programme_id: str, name: str, spent: float, price: float, short: float) -> dict[str, Any]:
    return {
        "programme_id": programme_id,
        "name": name,
        "donor": "a donor",
        "budget": 1_000_000.0,
        "spent": spent,
        "price_km2_per_million": price,
        "target_km2": 975_000.0,
        "covered_km2": 450_000.0,
        "shortfall_km2": short,
    }


def _asset(asset_id: str, name: str, kind: str) -> dict[str, Any]:
    named = {"asset_id": asset_id, "name": name, "kind": kind, "operator": "fji", "service": "civil"}
    return {**named, "units": 1.0, "capacity_hours": 80.0}


def _mission(asset_id: str, base_id: str, cell_id: str, cost: float) -> dict[str, Any]:
    return {
        "asset_id": asset_id,
        "base_id": base_id,
        "cell_id": cell_id,
        "distance_nm": 120.5 if base_id else float("nan"),
        "missions": 10.0,
        "mission_hours": 0.1 + 0.2,
        "on_station_hours": 50.0,
        "swept_km2": 90_000.0,
        "coverage_factor": 1 / 3,
        "cost": cost,
    }


def _cell(cell_id: str, area_id: str, lon: float, lat: float, cause: str) -> dict[str, Any]:
    return {
        "cell_id": cell_id,
        "area_id": area_id,
        "lon": lon,
        "lat": lat,
        "area_km2": 600_000.0,
        "risk_weight": 1.0,
        "coverage_factor": 1 / 3,
        "pod": 0.28,
        "gap_cause": cause,
    }


def _figure(table: str, record: str, field: str, basis: str) -> dict[str, str]:
    return {
        "table": table,
        "id": record,
        "field": field,
        "value": "1",
        "basis": basis,
        "source": "x",
        "note": "",
    }


def _tables() -> dict[str, list[dict[str, Any]]]:
    fiji = _area("fiji", "Fiji", 0.3, budget=0.75, asset_hours=0.25)
    tuvalu = _area("tuvalu", "Tuvalu", 0.12, no_access=1.0)
    missions = [_mission("p8", "suva", "fiji_1", 500_000.0), _mission("eye", "", "fiji_2", 40_000.0)]
    allocation = [{**mission, "area_id": "fiji"} for mission in missions]
    return {
        "areas": [fiji, tuvalu],
        "fleet": [_asset("p8", "Patrol aircraft", "aircraft"), _asset("eye", "Radar scenes", "satellite")],
        "gaps": [
            _gap("pacific_fund", fiji, budget=1.0),
            _gap("pacific_fund", tuvalu, no_access=1.0),
            _gap("island_aid", tuvalu, out_of_range=1.0),
            {**_gap("total", fiji, budget=1.0), "area_id": "total"},
        ],
        "programmes": [
            _programme("pacific_fund", "Pacific Fund", 540_000.0, 1234.5, 525_000.0),
            _programme("island_aid", "Island Aid", 0.0, 0.0, 285_000.0),
        ],
        "allocation": allocation,
        "missions": missions,
        "funding": [
            {"programme_id": "pacific_fund", "asset_id": "p8", "area_id": "fiji", "amount": 540_000.0}
        ],
        "prices": [
            {
                "limit_kind": "budget",
                "id": "pacific_fund",
                "limit": 1e6,
                "used": 5e5,
                "price": 0.1,
                "unit": "km2 per USD",
            }
        ],
        "cells": [
            _cell("fiji_1", "fiji", 177.5, -17.5, "budget"),
            _cell("fiji_2", "fiji", -177.5, -17.5, "asset_hours"),
            _cell("tuvalu_1", "tuvalu", 177.0, -8.5, "no_access"),
        ],
        "assumptions": [
            _figure("assets", "p8", "sweep_width_nm", "assumed"),
            _figure("assets", "eye", "sweep_width_nm", "assumed"),
            _figure("assets", "p8", "cost_per_hour", "assumed"),
            _figure("bases", "suva", "lon", "stated"),
            _figure("programmes", "island_aid", "budget", "derived"),
        ],
        "reach": [
            {"asset_id": "p8", "base_id": "suva", "lon": 178.4, "lat": -18.1, "radius_nm": 600.0},
        ],
    }
