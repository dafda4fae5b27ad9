"""A small made-up result (two areas, one across 180 degrees, two programmes), and a case that is planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.core.certificate import Certificate
from planner.errors import Problem
from planner.pipeline import prepare, report, solve
from planner.results.contract import CAUSES, conform
from planner.results.results import Results
from planner.solve2.solver import Status

AREA_KM2 = {"fiji": 1_200_000.0, "tuvalu": 750_000.0}


def make_certificate(value: float, bound: float, rounds: int = 3) -> Certificate:
    return Certificate(value=value, bound=bound, stake=1_950_000.0, rounds=rounds, tolerance=1e-4)


def _causes(level: str, programme: str, area: str, shortfall: float, **shares: float) -> list[dict[str, Any]]:
    """The rows of the causes of a shortfall, from shares that sum to one."""
    ids = {"level": level, "programme_id": programme, "area_id": area}
    return [{**ids, "cause": cause, "km2": shortfall * shares.get(cause, 0.0)} for cause in CAUSES]


RADAR = "harbour_radar,Harbour radar,fixed,fji,1,8760,10,USD,police,178.42,-18.13,60,1.5,,,,assumed\n"
LIMITS = """\
limit_id,kind,programme,areas,least,penalty,currency,source
watch,least_coverage,,west;east,0.1,,,
west_half,least_coverage,,west,0.6,0.25,,
eyes_east,least_share,eyes,east,0.9,,,
eyes_west,least_share,eyes,west,0.5,100,AUD,
patrols_spend,least_spending,patrols,,200000,,AUD,
"""
Planned = tuple[Case, Results]


def make_folder(folder: Path, objective: str, limits: str = LIMITS) -> Path:
    """The case of `planner new` with a radar, targets that are missed, few satellite hours, and limits."""
    write_new_case(folder)
    for file, old, new in (
        ("areas.geojson", '"target_coverage": 0.3', '"target_coverage": 0.9'),
        ("case.toml", "target_coverage = 0.2", "target_coverage = 0.7"),
        ("case.toml", "spacing_nm = 60", "spacing_nm = 150"),
        ("case.toml", 'objective = "coverage"', f'objective = "{objective}"'),
        ("sensors.csv", "satellite,partner_air,1,500", "satellite,partner_air,1,100"),
        ("bases.csv", "vessel;aircraft,4000", "vessel;aircraft,300"),
        ("programmes.csv", "AUD,vessel,", "AUD,vessel;fixed,"),
    ):
        replace_in(folder / file, old, new)
    with (folder / "sensors.csv").open("a", encoding="utf-8") as file_object:
        file_object.write(RADAR)
    (folder / "limits.csv").write_text(limits, encoding="utf-8")
    return folder


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, (file, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def plan(case: Case) -> Results:
    """A plan that is not audited."""
    prepared = prepare(case)
    return report(prepared, solve(prepared))


@pytest.fixture(scope="session")
def planned_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Planned]:
    """The case of ``make_folder`` and its plan for an objective, made once."""

    @cache
    def made(objective: str) -> Planned:
        case = read_case(make_folder(tmp_path_factory.mktemp("planned") / "case", objective))
        return case, plan(case)

    return made


@pytest.fixture(scope="session", params=["coverage", "shortfall", "fair"])
def planned(request: pytest.FixtureRequest, planned_by: Callable[[str], Planned]) -> Planned:
    return planned_by(request.param)


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
        "certificate": make_certificate(1_500_000.0, 1_499_900.0),
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


def _area(area_id: str, name: str, coverage: float, cause: str) -> dict[str, Any]:
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
        "largest_cause": cause,
        "source": "made up",
    }


def _gap(programme_id: str, area: Mapping[str, Any], cause: str) -> dict[str, Any]:
    columns = ("area_id", "covered_km2", "shortfall_km2")
    return {
        "programme_id": programme_id,
        **{column: area[column] for column in columns},
        "target_km2": 0.5 * area["area_km2"],
        "largest_cause": cause,
    }


def _programme(programme_id: str, name: str, spent: float, price: float, short: float) -> dict[str, Any]:
    return {
        "programme_id": programme_id,
        "name": name,
        "donor": "a donor",
        "budget": 1_000_000.0,
        "spent": spent,
        "shadow_price_km2_per_million": price,
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
        "cause": cause,
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
    fiji = _area("fiji", "Fiji", 0.3, "budget")
    tuvalu = _area("tuvalu", "Tuvalu", 0.12, "no_access")
    missions = [_mission("p8", "suva", "fiji_1", 500_000.0), _mission("eye", "", "fiji_2", 40_000.0)]
    allocation = [{**mission, "area_id": "fiji"} for mission in missions]
    return {
        "areas": [fiji, tuvalu],
        "fleet": [_asset("p8", "Patrol aircraft", "aircraft"), _asset("eye", "Radar scenes", "satellite")],
        "gaps": [
            _gap("pacific_fund", fiji, "budget"),
            _gap("pacific_fund", tuvalu, "no_access"),
            _gap("island_aid", tuvalu, "out_of_range"),
            {**_gap("total", fiji, "no_access"), "area_id": "total"},
        ],
        "causes": [
            *_causes(
                "all", "all", "all", 525_000.0, no_access=285 / 525, budget=180 / 525, asset_hours=60 / 525
            ),
            *_causes("area", "all", "fiji", 240_000.0, budget=0.75, asset_hours=0.25),
            *_causes("area", "all", "tuvalu", 285_000.0, no_access=1.0),
            *_causes("programme", "pacific_fund", "fiji", 240_000.0, budget=1.0),
            *_causes("programme", "pacific_fund", "tuvalu", 285_000.0, no_access=1.0),
            *_causes("programme", "island_aid", "tuvalu", 285_000.0, out_of_range=1.0),
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
                "shadow_price": 0.1,
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
