"""The published zones (Marine Regions, World EEZ v12), where PLANNER_PUBLISHED_ZONES names their file."""

import os

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from planner.geometry.area import areas_km2
from planner.geometry.cells import make_cells
from planner.geometry.longitude import to_canonical
from planner.geometry.polygons import as_array
from planner.geometry.repair import repair
from planner.geometry.zones import remove_overlaps

from .outlines import CONVENTIONS

VARIABLE = "PLANNER_PUBLISHED_ZONES"
pytestmark = pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"{VARIABLE} names no file")


@pytest.fixture(scope="module")
def zones() -> pd.DataFrame:
    meta, _, outlines, columns = pyogrio.raw.read(os.environ[VARIABLE])
    properties = dict(zip(meta["fields"], columns, strict=True))
    rows = []
    for at, outline in enumerate(shapely.from_wkb(outlines)):
        repaired, note = repair(outline)
        rows.append(
            {
                "area_id": properties["zone"][at].lower().replace("-", "_"),
                "published_km2": properties["area_km2_geod"][at],
                "geometry": to_canonical(repaired),
                "note": note,
            }
        )
    return pd.DataFrame(rows)


def test_the_zones_have_their_published_areas(zones: pd.DataFrame) -> None:
    assert len(zones) == 24
    assert areas_km2(zones["geometry"]) == pytest.approx(zones["published_km2"].to_numpy(), rel=5e-4)


def test_the_zones_need_no_repair(zones: pd.DataFrame) -> None:
    assert not zones["note"].any()


def test_the_zones_overlap_by_less_than_a_square_kilometre(zones: pd.DataFrame) -> None:
    _, removed = remove_overlaps(zones["geometry"])
    assert sum(each.km2 for each in removed) < 1.0


@pytest.mark.parametrize("spacing_nm", [60.0, 20.0])
def test_the_cells_of_the_zones_keep_every_rule(zones: pd.DataFrame, spacing_nm: float) -> None:
    outlines, _ = remove_overlaps(zones["geometry"])
    zones = zones.assign(geometry=outlines)
    cells = make_cells(zones, spacing_nm)
    sums = cells.groupby("area_id", sort=False)["area_km2"].sum().to_numpy()
    assert sums == pytest.approx(areas_km2(outlines), rel=1e-11)
    geometry = as_array(cells["geometry"])
    assert shapely.contains_xy(geometry, cells["lon"], cells["lat"]).all()
    one, other = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    one, other = one[one < other], other[one < other]
    assert areas_km2(shapely.intersection(geometry[one], geometry[other])).sum() <= 1e-9 * sums.sum()
    assert (cells["area_km2"] >= 0.199 * (spacing_nm * 1.852) ** 2).all()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_zones_have_the_same_cells_in_every_convention(zones: pd.DataFrame, convention: str) -> None:
    written = [to_canonical(repair(CONVENTIONS[convention](outline))[0]) for outline in zones["geometry"]]
    assert areas_km2(written) == pytest.approx(areas_km2(zones["geometry"]), rel=1e-9)
    expected = make_cells(zones, 60.0)
    found = make_cells(zones.assign(geometry=np.array(written, dtype=object)), 60.0)
    assert found["cell_id"].tolist() == expected["cell_id"].tolist()
    for column in ("lon", "lat", "area_km2"):
        assert found[column].to_numpy() == pytest.approx(expected[column].to_numpy(), rel=1e-9)
