"""A small made-up result (two areas, one across 180 degrees, two programmes), and a case that is planned."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.causes.find import find_causes
from planner.core.certificate import Certificate
from planner.errors import Problem
from planner.pipeline import prepare, report, solve
from planner.results.contract import TABLES, conform, empty
from planner.results.results import Results
from planner.results.write import write
from planner.solve.solver import Status

MADE_UP = Path(__file__).with_name("made_up")


def make_certificate(value: float, bound: float, rounds: int = 3) -> Certificate:
    return Certificate(value=value, bound=bound, stake=1_950_000.0, rounds=rounds, tolerance=1e-4)


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
        ("case.toml", 'objective = "shortfall"', f'objective = "{objective}"'),
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
    solution = solve(prepared)
    return report(prepared, solution, causes=find_causes(case, prepared.space, solution))


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


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(make_results(title="former"), tmp_path_factory.mktemp("written") / "results")


@pytest.fixture
def former(tmp_path: Path, _written: Path) -> Path:
    """The folder of a former run, in the test's folder."""
    return Path(shutil.copytree(_written, tmp_path / "results"))


def make_results(**changes: Any) -> Results:
    """The made-up result, with some of its attributes replaced."""
    return Results(**{**_attributes(), **changes})


@cache
def _tables() -> dict[str, pd.DataFrame]:
    blank = {name: [""] for name in ("distance_nm", "holds_least", "holds_most", "visits")}
    tables = {
        file.stem: pd.read_csv(file, keep_default_na=False, na_values=blank) for file in MADE_UP.glob("*.csv")
    }
    return {name: conform(name, table) if name in TABLES else table for name, table in tables.items()}


def _attributes() -> dict[str, Any]:
    return {
        "title": "Two zones",
        "currency": "USD",
        "objective": "coverage",
        "status": Status.OPTIMAL,
        "certificate": make_certificate(1_500_000.0, 1_499_900.0),
        **{name: empty(name) for name in TABLES},
        **_tables(),
        "area_geometry": as_objects(shapely.box(175, -20, 185, -15), shapely.box(174, -12, 180, -5)),
        "cell_geometry": as_objects(
            shapely.box(175, -20, 180, -15), shapely.box(180, -20, 185, -15), shapely.box(174, -12, 180, -5)
        ),
        "warnings": (Problem("assets.csv", 3, "bases", "suva", "reaches nothing", "check its range"),),
        "run": {
            "coverage_worth": 0.1,
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
