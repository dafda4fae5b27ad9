import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from planner.geometry.area import areas_km2
from planner.geometry.cells import make_cells
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import disc, footprint_share
from planner.geometry.longitude import to_canonical
from planner.geometry.polygons import GeometryError

GEOD = Geod(ellps="WGS84")


def ring_km2(lon: float, lat: float, radius_nm: float) -> float:
    """Area inside the geodesic ring, by Karney's polygon area of 5,000 geodesics (to 3e-7)."""
    n = 5_000
    azimuth = -np.linspace(0, 360, n, endpoint=False)
    lons, lats, _ = GEOD.fwd(np.full(n, lon), np.full(n, lat), azimuth, np.full(n, radius_nm * 1852.0))
    return abs(GEOD.polygon_area_perimeter(lons, lats)[0]) / 1e6


@given(lon=st.floats(-180, 360), lat=st.floats(-90, 90), radius_nm=st.floats(1, 4000))
@settings(max_examples=12)
def test_a_disc_has_its_geodesic_area_to_1e_4_anywhere(lon: float, lat: float, radius_nm: float) -> None:
    found = disc(lon, lat, radius_nm)
    assert found.is_valid
    assert found.bounds[0] >= 0
    assert found.bounds[2] <= 360
    assert areas_km2([found])[0] == pytest.approx(ring_km2(lon, lat, radius_nm), rel=1e-4)


def test_a_small_disc_is_a_circle() -> None:
    assert areas_km2([disc(178.4, -18.1, 24.0)])[0] == pytest.approx(np.pi * (24 * 1.852) ** 2, rel=1e-4)


@given(lon=st.floats(170, 190), lat=st.floats(-50, 50), radius_nm=st.floats(5, 1000))
@settings(max_examples=10)
def test_the_edge_of_a_disc_is_at_its_radius(lon: float, lat: float, radius_nm: float) -> None:
    edge = shapely.get_coordinates(disc(lon, lat, radius_nm))
    assert distances_nm(lon, lat, edge[:, 0], edge[:, 1]) == pytest.approx(radius_nm, rel=1e-6)


def test_a_disc_over_180_is_whole_and_one_over_greenwich_is_split() -> None:
    assert disc(-179.9, -16.0, 100.0).geom_type == "Polygon"
    assert disc(0.1, 50.0, 100.0).geom_type == "MultiPolygon"


@pytest.mark.parametrize("turn", [-360.0, 0.0, 360.0])
def test_conventions_of_longitude_have_the_same_disc(turn: float) -> None:
    assert disc(179.5 + turn, -16.0, 100.0).equals_exact(disc(179.5, -16.0, 100.0), 1e-9)


@pytest.mark.parametrize(("lat", "pole"), [(88.0, 90.0), (-88.0, -90.0), (90.0, 90.0)])
def test_a_disc_over_a_pole_holds_the_pole(lat: float, pole: float) -> None:
    found = disc(25.0, lat, 300.0)
    for lon in (1.0, 100.0, 200.0, 359.0):
        assert found.contains(shapely.Point(lon, pole - np.sign(pole) * 0.01))


@pytest.mark.parametrize(
    ("lon", "lat", "radius_nm"),
    [
        (0, 91, 10),
        (float("nan"), 0, 10),
        (0, float("nan"), 10),
        (0, 0, 0),
        (0, 0, -5),
        (0, 0, 5400),
        (0, 0, float("nan")),
    ],
)
def test_a_disc_that_is_not_on_the_earth_is_an_error(lon: float, lat: float, radius_nm: float) -> None:
    with pytest.raises(GeometryError):
        disc(lon, lat, radius_nm)


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    zone = to_canonical(shapely.box(175, -20, 186, -12))
    return make_cells(pd.DataFrame({"area_id": ["zone"], "geometry": [zone]}), 60.0)


def test_the_shares_of_the_cells_add_up_to_the_disc(cells: pd.DataFrame) -> None:
    share = footprint_share(cells, -179.7, -16.0, 150.0, None)
    assert (share * cells["area_km2"]).sum() == pytest.approx(
        areas_km2([disc(180.3, -16.0, 150.0)])[0], rel=1e-9
    )
    distance = distances_nm(180.3, -16.0, cells["lon"], cells["lat"])
    assert (share[distance < 100] == 1).all()
    assert (share[distance > 210] == 0).all()
    assert ((share > 0) & (share < 1)).any()


def test_land_in_the_footprint_is_not_covered(cells: pd.DataFrame) -> None:
    land = to_canonical(shapely.box(180, -17, 181, -15))
    bare, less = (footprint_share(cells, 180.3, -16.0, 150.0, each) for each in (None, land))
    taken = ((bare - less) * cells["area_km2"]).sum()
    assert taken == pytest.approx(areas_km2([land])[0], rel=1e-9)
    assert (less <= bare).all()


def test_a_disc_in_no_cell_has_no_share(cells: pd.DataFrame) -> None:
    assert not footprint_share(cells, 10.0, 50.0, 100.0, None).any()


def test_a_disc_over_all_cells_covers_them_wholly(cells: pd.DataFrame) -> None:
    assert (footprint_share(cells, 180.0, -16.0, 1500.0, None) == 1).all()


def test_no_cells_have_no_shares(cells: pd.DataFrame) -> None:
    assert footprint_share(cells.iloc[:0], 180.0, -16.0, 100.0, None).shape == (0,)
