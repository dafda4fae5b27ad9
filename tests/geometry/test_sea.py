"""Sea routes round land made by hand: every length is that of geodesics, added up."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.geometry import sea
from planner.geometry.coast import chords_nm, lengths_nm
from planner.geometry.distance import distances_nm
from planner.geometry.sea import Network, SeaRoutes, sea_routes

OFF = 0.002
"""Corners are passed this far off, in each direction [degrees]."""
WALL = shapely.box(174.0, -10.0, 186.0, -9.0)
"""From 174 E to 174 W, across 180."""


def ways(land: object, bases: object, cells: object, within_nm: float = np.inf) -> SeaRoutes:
    starts, ends = np.array(bases, dtype=float), np.array(cells, dtype=float)
    straight = straight_nm(starts, ends)
    return sea_routes(land, starts, ends, straight, np.full(len(starts), within_nm))


def straight_nm(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    return distances_nm(starts[:, :1], starts[:, 1:], ends[None, :, 0], ends[None, :, 1])


def along(*points: tuple[float, float]) -> float:
    lon, lat = np.array(points).T
    return float(distances_nm(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())


def test_open_water_is_the_geodesic() -> None:
    bases, cells = [[180.0, -12.0], [190.0, -5.0]], [[170.0, -20.0], [189.0, -20.0], [180.0, -10.01]]
    expected = straight_nm(np.array(bases), np.array(cells))
    assert ways(WALL, bases, cells).nm[0].tolist() == expected[0].tolist()
    assert ways(WALL, bases, cells).nm[1, 1] == expected[1, 1]


def test_behind_a_wall_the_way_bends_at_the_nearer_ends_corners() -> None:
    # from 175 E south of the wall to 175 E north of it: round the two western corners
    expected = along((175.0, -12.0), (174.0 - OFF, -10.0 - OFF), (174.0 - OFF, -9.0 + OFF), (175.0, -7.0))
    found = ways(WALL, [[175.0, -12.0]], [[175.0, -7.0]])
    assert found.nm[0, 0] == pytest.approx(expected, rel=1e-6)
    assert found.moved_nm.tolist() == [0.0]


def test_a_way_that_bends_once_is_two_geodesics() -> None:
    # from beside the western end to behind the wall
    expected = along((173.0, -9.5), (174.0 - OFF, -9.0 + OFF), (178.0, -8.9))
    assert ways(WALL, [[173.0, -9.5]], [[178.0, -8.9]]).nm[0, 0] == pytest.approx(expected, rel=1e-6)


def test_a_gap_in_the_wall_is_sailed_through() -> None:
    gap = shapely.union_all([shapely.box(174.0, -10.0, 179.9, -9.0), shapely.box(180.1, -10.0, 186.0, -9.0)])
    # straight through, and from 177 E round the two corners on the gap's western side
    assert ways(gap, [[180.0, -12.0]], [[180.0, -7.0]]).nm[0, 0] == along((180.0, -12.0), (180.0, -7.0))
    expected = along((177.0, -12.0), (179.9 + OFF, -10.0 - OFF), (179.9 + OFF, -9.0 + OFF), (177.0, -7.0))
    assert ways(gap, [[177.0, -12.0]], [[177.0, -7.0]]).nm[0, 0] == pytest.approx(expected, rel=1e-6)


def test_enclosed_water_is_not_reached_and_a_passage_opens_it() -> None:
    atoll = shapely.box(180.0, 0.0, 182.0, 2.0).difference(shapely.box(180.5, 0.5, 181.5, 1.5))
    assert np.isinf(ways(atoll, [[178.0, 1.0]], [[181.0, 1.0]]).nm[0, 0])
    passage = atoll.difference(shapely.box(179.0, 0.9, 181.0, 1.1))
    assert ways(passage, [[178.0, 1.0]], [[181.0, 1.0]]).nm[0, 0] == along((178.0, 1.0), (181.0, 1.0))


def test_a_base_inside_its_lake_stays_where_cells_are_and_leaves_it_where_none_are() -> None:
    ring = shapely.box(180.0, 0.0, 182.0, 2.0).difference(shapely.box(180.9, 0.9, 181.1, 1.1))
    inside = ways(ring, [[181.0, 1.0]], [[181.05, 1.0], [185.0, 1.0]])
    assert inside.nm[0, 0] == along((181.0, 1.0), (181.05, 1.0))
    assert np.isinf(inside.nm[0, 1])
    # without cells in it the lake is left at the nearest coast, one degree from its middle
    left = ways(ring, [[181.0, 1.0]], [[185.0, 1.0]])
    assert left.moved_nm[0] == pytest.approx(60.0, abs=0.5)
    assert left.nm[0, 0] < left.moved_nm[0] + along((181.0, 1.0), (181.0, 2.0), (182.0, 2.0), (185.0, 1.0))


def test_a_base_on_an_island_in_a_lake_without_cells_leaves_the_lake() -> None:
    # the island's shore is water, but without cells in the lake the sea is the nearest: 1 degree away
    lake = shapely.box(180.0, 0.0, 182.0, 2.0).difference(shapely.box(180.5, 0.5, 181.5, 1.5))
    land = shapely.union_all([lake, shapely.box(180.9, 0.9, 181.1, 1.1)])
    found = ways(land, [[181.0, 1.0]], [[185.0, 1.0]])
    assert found.moved_nm[0] == pytest.approx(60.0, abs=0.5)
    assert np.isfinite(found.nm[0, 0])
    inside = ways(land, [[181.0, 1.0]], [[181.3, 1.0], [185.0, 1.0]])
    assert inside.moved_nm[0] == pytest.approx(6.0, abs=0.3)
    assert np.isfinite(inside.nm[0]).tolist() == [True, False]


def test_a_base_on_land_between_a_lake_and_the_sea_starts_from_the_nearer() -> None:
    # a square of 4 degrees with a lake in its middle, 2 degrees wide: land of 60 nm between lake and sea
    land = shapely.box(180.0, 0.0, 184.0, 4.0).difference(shapely.box(181.0, 1.0, 183.0, 3.0))
    cells = [[182.0, 2.0], [190.0, 2.0]]
    by_lake, by_sea = [180.9, 2.0], [180.4, 2.0]  # 6 nm from the lake and 54 from the sea; 36 and 24
    found = ways(land, [by_lake, by_sea], cells)
    assert np.isfinite(found.nm).tolist() == [[True, False], [False, True]]
    assert found.moved_nm == pytest.approx([6.0, 24.0], abs=0.3)
    assert found.nm[0, 0] == pytest.approx(along((180.9, 2.0), (182.0, 2.0)), rel=1e-4)
    # a lake in which no cell lies is no water to start from
    assert ways(land, [by_lake], cells[1:]).moved_nm == pytest.approx([54.0], abs=0.3)
    # and of a narrow rim the sea is preferred: 4 nm from the lake, 8 from the sea
    rim = shapely.box(180.8, 0.8, 183.2, 3.2).difference(shapely.box(181.0, 1.0, 183.0, 3.0))
    assert ways(rim, [[180.0 + 56 / 60, 2.0]], cells).moved_nm == pytest.approx([8.0], abs=0.3)


def test_a_cell_whose_point_is_on_a_lakes_shore_is_reached_over_the_lake() -> None:
    land = shapely.box(180.0, 0.0, 184.0, 4.0).difference(shapely.box(181.0, 1.0, 183.0, 3.0))
    found = ways(land, [[182.0, 2.0]], [[182.5, 2.0], [183.05, 2.0]])
    assert found.nm[0] == pytest.approx(
        [along((182.0, 2.0), (182.5, 2.0)), along((182.0, 2.0), (183.05, 2.0))], rel=1e-5
    )


def test_a_base_on_land_starts_from_the_nearest_water() -> None:
    found = ways(WALL, [[180.0, -9.9]], [[180.0, -12.0], [174.5, -7.0]])
    to_water = along((180.0, -9.9), (180.0, -10.0 - OFF))
    assert found.moved_nm[0] == pytest.approx(to_water, rel=1e-6)
    assert found.nm[0, 0] == pytest.approx(along((180.0, -9.9), (180.0, -12.0)), rel=1e-5)
    round_the_end = along(
        (180.0, -10.0 - OFF), (174.0 - OFF, -10.0 - OFF), (174.0 - OFF, -9.0 + OFF), (174.5, -7.0)
    )
    assert found.nm[0, 1] == pytest.approx(to_water + round_the_end, rel=1e-4)


def test_a_cell_whose_point_is_on_land_is_reached_from_the_nearest_water() -> None:
    found = ways(WALL, [[180.0, -12.0]], [[180.0, -9.98]])
    assert found.nm[0, 0] == pytest.approx(along((180.0, -12.0), (180.0, -9.98)), rel=1e-5)


def test_points_nearer_to_a_shore_than_its_corners_are_passed_have_the_way_along_it() -> None:
    # 0.001 degrees off the northern shore; the corner is 0.002 off, and 0.022 degrees to the west
    beside, corners = (174.02, -8.999), ((174.0 - OFF, -9.0 + OFF), (174.0 - OFF, -10.0 - OFF))
    expected = along(beside, *corners, (175.0, -12.0))
    assert ways(WALL, [[175.0, -12.0]], [beside]).nm[0, 0] == pytest.approx(expected, abs=0.13)
    assert ways(WALL, [beside], [[175.0, -12.0]]).nm[0, 0] == pytest.approx(expected, abs=0.13)
    # beside the shore of a lake the lake is sailed, though land between it and the sea is narrow
    rim = shapely.box(180.8, 0.8, 183.2, 3.2).difference(shapely.box(181.0, 1.0, 183.0, 3.0))
    found = ways(rim, [[182.0, 2.0]], [[181.001, 2.0], [185.0, 2.0], [182.5, 2.0]]).nm[0]
    assert np.isfinite(found).tolist() == [True, False, True]
    assert found[0] == pytest.approx(along((182.0, 2.0), (181.001, 2.0)), abs=0.13)


def test_ways_are_looked_for_within_reach_alone() -> None:
    found = ways(WALL, [[180.0, -12.0]], [[180.0, -8.0], [180.0, 0.0]], within_nm=300.0)
    assert found.nm[0, 0] > 600.0  # behind the wall, 240 nm away
    assert found.nm[0, 1] == along((180.0, -12.0), (180.0, 0.0))  # 717 nm: left as it is


def test_land_too_small_or_too_far_is_sailed_over() -> None:
    islet = shapely.box(180.0, -10.001, 180.001, -10.0)
    far = shapely.box(10.0, 40.0, 20.0, 50.0)
    for land in (islet, far):
        assert ways(land, [[180.0005, -12.0]], [[180.0005, -8.0]]).nm[0, 0] == along(
            (180.0005, -12.0), (180.0005, -8.0)
        )


class AllCorners:
    """In place of ``Search``: every corner that sees an end, and from which a tight rope leads there."""

    def __init__(self, sea: Network, from_starts: np.ndarray, ends: np.ndarray, wanted: np.ndarray) -> None:
        coast, every = sea.coast, np.arange(len(sea.coast.corners))
        leads = sea.views.sees(every, ends, coast.taut(every, ends))
        nm = np.where(leads, lengths_nm(chords_nm(coast.places[:, None], ends)), np.inf)
        routes = np.stack([(each[:, None] + nm).min(axis=0) for each in from_starts.T])
        self.best = np.where(wanted, routes, -np.inf)


def search_in_groups(monkeypatch: pytest.MonkeyPatch, land: object, bases: list, cells: np.ndarray) -> None:
    near = straight_nm(np.array(bases), cells) <= 400.0
    with monkeypatch.context() as patch:
        patch.setattr(sea, "Search", AllCorners)
        whole = ways(land, bases, cells).nm
    assert (whole >= straight_nm(np.array(bases), cells)).all()
    assert (np.isfinite(whole) & (whole > straight_nm(np.array(bases), cells) + 1.0)).any()
    for few, group, block, first in (
        (len(cells), 1, 4000, 0.05),
        (100, 32, 4000, 0.05),
        (20, 5, 300, 0.0),
        (300, 150, 50, 1.0),
    ):
        monkeypatch.setattr(sea, "FEW", few)
        monkeypatch.setattr(sea, "GROUP", group)
        monkeypatch.setattr(sea, "BLOCK", block)
        monkeypatch.setattr(sea, "FIRST", first)
        np.testing.assert_allclose(ways(land, bases, cells).nm, whole, rtol=1e-12)
        some = ways(land, bases, cells, within_nm=400.0).nm
        np.testing.assert_allclose(some[near], whole[near], rtol=1e-12)


def test_cells_searched_in_groups_have_the_ways_of_all_corners(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    islands = [
        shapely.Point(x, y).buffer(r) for x, y, r in rng.uniform([175, -15, 0.2], [190, -5, 1.2], (12, 3))
    ]
    atoll = shapely.box(185.0, -2.0, 187.0, 0.0).difference(shapely.box(185.5, -1.5, 186.5, -0.5))
    land = shapely.union_all([*islands, atoll])
    cells = rng.uniform([173, -17], [192, 1], (1500, 2))
    cells = cells[~shapely.contains_xy(land, *cells.T)]
    bases = [[172.0, -10.0], [182.0, -18.0], [193.0, -4.0]]
    assert np.isinf(ways(land, bases, cells).nm).any(), "cells in the atoll have no way"
    search_in_groups(monkeypatch, land, bases, cells)


def test_groups_as_wide_as_oceans_have_the_ways_of_all_corners(monkeypatch: pytest.MonkeyPatch) -> None:
    # continents round the Earth, groups of thousands of miles, and corners a quarter of the Earth away
    land = shapely.union_all(
        [
            shapely.box(10.0, -35.0, 45.0, 35.0),
            shapely.box(100.0, 10.0, 140.0, 70.0),
            shapely.box(115.0, -40.0, 150.0, -12.0),
            shapely.Point(290.0, 0.0).buffer(30.0),
        ]
    )
    cells = np.random.default_rng(4).uniform([1, -65], [359, 65], (700, 2))
    cells = cells[~shapely.contains_xy(land, *cells.T)]
    search_in_groups(monkeypatch, land, [[5.0, 0.0], [170.0, -20.0], [220.0, 30.0]], cells)
