"""Plans to draw: two areas, one across 180 degrees, with land on both sides of it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import shapely

from planner.page.figures import Source, of_results
from planner.results.contract import conform
from planner.results.results import Results
from tests.charts.drawn import Spec
from tests.results.conftest import as_objects, make_results

LAND = shapely.MultiPolygon([shapely.box(171, -19, 173.5, -14), shapely.box(186, -14, 188, -11)])


@pytest.fixture(scope="session")
def plan() -> Results:
    """The plan that most tests draw; nobody changes it."""
    return make_results(land=LAND, **seasonal())


def seasonal() -> dict[str, pd.DataFrame]:
    """Two halves of the year, in which the same is done."""
    base, halves = make_results(), ("dry", "wet")
    periods = pd.DataFrame(
        {
            "period_id": halves,
            "name": ["The dry half", "The wet half of the year"],
            "start": "",
            "end": "",
            "days": 182.5,
        }
    )
    done = pd.concat([base.allocation.assign(period_id=half, share_of_hours=0.5) for half in halves])
    areas = pd.concat([base.areas.assign(period_id=half) for half in halves])
    cells = pd.concat(
        [base.cells.assign(period_id=half, pod=pod) for half, pod in zip(halves, (0.5, 0.06), strict=True)]
    )
    return {
        "periods": periods,
        "calendar": conform("calendar", done),
        "area_periods": conform("area_periods", areas),
        "cell_periods": conform("cell_periods", cells.sort_values("cell_id", ascending=False)),
        "programme_periods": pd.DataFrame(
            {"programme_id": ["pacific_fund"] * 2, "period_id": halves, "amount": 1.0}
        ),
    }


KNOWN: dict[int, tuple[Results, Source]] = {}
"""The figures of plans, by the identity of each: what their maps share is worked out once."""


def figure(results: Results, name: str) -> Spec:
    """A figure of a plan, for print."""
    _, source = KNOWN.setdefault(id(results), (results, of_results(results)))
    return source.spec(name)


def moved(lon: float, lat: float, **changes: Any) -> Results:
    """The plan with its areas elsewhere: 10 degrees wide, 5 high, in two cells, and a second of 6 by 7."""
    first = [shapely.box(lon, lat, lon + 5, lat + 5), shapely.box(lon + 5, lat, lon + 10, lat + 5)]
    second = shapely.box(lon - 1, lat + 8, lon + 5, lat + 15)
    shapes = {
        "area_geometry": as_objects(shapely.union_all(first), second),
        "cell_geometry": as_objects(*first, second),
    }
    return make_results(**{**shapes, **changes})
