"""What is seen over water: an oracle that draws every line of sight, and discs that are told as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from planner.geometry import coast as coast_of
from planner.geometry.coast import SECTORS, Coast, make_coast, positions
from planner.geometry.distance import GEOD

BOX = (173.0, -17.0, 192.0, 1.0)
GRAZED = 0.01
"""Lines that cross less land, or pass it nearer, are not told by the oracle [degrees]."""


def islands(seed: int) -> shapely.Geometry:
    rng = np.random.default_rng(seed)
    places = rng.uniform([175, -15, 0.1], [190, -3, 1.2], (14, 3))
    return shapely.union_all([shapely.Point(x, y).buffer(r) for x, y, r in places])


def water(coast: Coast, seed: int, count: int) -> np.ndarray:
    points = np.random.default_rng(seed).uniform([173, -17], [192, 1], (count, 2))
    return points[shapely.distance(shapely.union_all(coast.land), shapely.points(points)) > GRAZED]


def sights(eyes: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Great circles from eyes to points as lines of lon and lat, shape (eyes, points)."""
    share = np.linspace(0.0, 1.0, 60)[:, None]
    x, y, z = np.moveaxis((1.0 - share) * eyes[:, None, None] + share * points[None, :, None], -1, 0)
    lon, lat = np.degrees(np.arctan2(y, x)) % 360.0, np.arctan2(z, np.hypot(x, y) * (1.0 - GEOD.es))
    return shapely.linestrings(np.stack([lon, np.degrees(lat)], axis=-1))


@pytest.mark.parametrize("most", [30, 100, 300, 5000])
def test_outlines_are_simplified_no_further_than_points_are_too_many(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coast_of, "MOST_POINTS", most)
    parts = np.array(shapely.get_parts(islands(8)))
    size = np.hypot(*(shapely.bounds(parts)[:, 2:] - shapely.bounds(parts)[:, :2]).T)
    steps = (coast_of.ROUNDED_DEG * coast_of.COARSER**times for times in range(60))
    every = (shapely.simplify(parts[size > coast_of.SMALLEST * step], step) for step in steps)
    expected = next(each for each in every if shapely.get_num_coordinates(each).sum() <= most)
    assert len(expected)
    found = shapely.union_all(make_coast(islands(8), BOX).land)
    assert shapely.equals_exact(found.normalize(), shapely.union_all(expected).normalize())


def test_what_is_seen_is_what_no_land_lies_before() -> None:
    for seed in range(2):
        coast = make_coast(islands(seed), BOX)
        eyes = np.concatenate([coast.places[::8], positions(*water(coast, seed, 30).T)])
        points = positions(*water(coast, seed + 10, 200).T)
        seen = coast.views(eyes).sees(np.arange(len(eyes)), points, np.ones((len(eyes), len(points)), bool))
        land, lines = shapely.union_all(coast.land), sights(eyes, points)
        wider, narrower = land.buffer(GRAZED), land.buffer(-GRAZED)
        shapely.prepare([wider, narrower])
        clear, crossed = ~shapely.intersects(wider, lines), shapely.intersects(narrower, lines)
        assert clear.sum() > 1000
        assert crossed.sum() > 1000
        assert seen[clear].all()
        assert not seen[crossed].any()
        assert seen[: len(coast.places[::8])].any(axis=1).all(), "corners, from which no line is wholly clear"


def test_what_is_seen_is_what_no_edge_hides() -> None:
    # by the definition, edge by edge, close before and behind points of the edges
    rng = np.random.default_rng(7)
    coast = make_coast(islands(7), BOX)
    begin, end, normal = coast.vertices, coast.vertices[coast.ahead], coast.normals
    eyes = coast.places[::10]
    edge, share = rng.integers(0, len(begin), 3000), rng.random((3000, 1))
    on_edges = begin[edge] + share * (end - begin)[edge]
    for eye in eyes:
        points = eye + (on_edges - eye) * (1.0 + rng.choice([-0.003, 0.003, 0.03], (len(edge), 1)))
        front = points @ np.cross(begin, eye).T >= 0.0
        front &= points @ np.cross(end, eye).T <= 0.0
        hidden = (front & (points @ normal.T > 0.0) & (normal @ eye < 0.0)).any(axis=1)
        seen = coast.views(eye[None]).sees(np.array([0]), points, np.ones((1, len(points)), dtype=bool))
        assert (seen[0] == ~hidden).all()


def test_pairs_that_are_not_asked_for_are_not_seen() -> None:
    coast = make_coast(islands(0), BOX)
    points = positions(*water(coast, 1, 50).T)
    eye, asked = np.arange(4), np.random.default_rng(2).random((4, len(points))) < 0.5
    views = coast.views(points[:4])
    every = views.sees(eye, points, np.ones_like(asked))
    assert (views.sees(eye, points, asked) == (every & asked)).all()
    assert (views.sees(eye[::-1], points, asked[::-1]) == (every & asked)[::-1]).all()


def test_edges_that_follow_each_other_hide_together_what_none_hides_alone() -> None:
    # An island of 0.5 degrees round, 30 due east, where a sector is 2 / 384 = 0.0052 radians. Outlines
    # are simplified by 0.005 degrees: an edge is no longer than sqrt(8 x 0.5 x 0.005) = 0.1414 degrees, which
    # are 0.1414 / 29.5 = 0.0048. All are 2 asin(0.5 / 30) = 0.0333: 6.4 sectors, at least 5 of them whole.
    coast = make_coast(shapely.Point(190.0, 0.0).buffer(0.5, quad_segs=64), BOX)
    assert coast.lengths.max() <= 0.1415 * 60.1
    hidden = coast.views(positions(np.array([160.0]), np.array([0.0]))).hidden_from[:SECTORS]
    (found,) = np.nonzero(np.isfinite(hidden))
    assert len(found) in (5, 6)
    assert set(found) <= set(range(SECTORS * 3 // 4 - 4, SECTORS * 3 // 4 + 4)), (
        "east: 270 degrees from south"
    )
    # chords of 29.5 degrees to the nearest point, and of 30 to the tangents'
    radius = 6_378_137.0 / 1852.0
    assert (hidden[found] > 2.0 * radius * np.sin(np.radians(29.5 / 2.0)) - 1.0).all()
    assert (hidden[found] < 2.0 * radius * np.sin(np.radians(30.0 / 2.0)) + 1.0).all()


def test_discs_tell_of_all_points_in_them() -> None:
    coast = make_coast(islands(4), BOX)
    rng = np.random.default_rng(5)
    eyes, middles = coast.places[::4], positions(*water(coast, 6, 60).T)
    views, radius = coast.views(eyes), rng.uniform(0.0, 120.0, len(middles))
    radius[:5] = 0.0
    asked = rng.random((len(eyes), len(middles))) < 0.9
    eye = np.arange(len(eyes))
    row, disc, whole, middle = views.discs(eye, middles, radius, asked)
    left = np.zeros(asked.shape, dtype=bool)
    left[row, disc] = True
    assert not (left & ~asked).any()
    assert (views.sees(eye, middles, asked)[row, disc] == middle).all()
    around = rng.normal(size=(40, len(middles), 3))
    around *= (
        radius[:, None] * rng.random((40, len(middles), 1)) / np.linalg.norm(around, axis=2, keepdims=True)
    )
    seen = np.stack([views.sees(eye, points, asked) for points in middles + around])
    assert seen[:, row[whole], disc[whole]].all()
    assert not seen[:, asked & ~left].any()
    assert whole.sum() > 100
    assert (asked & ~left).sum() > 100
