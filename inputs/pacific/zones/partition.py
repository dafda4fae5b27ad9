"""Share the sea within 200 nautical miles of the coast out to the nearest state."""

import numpy as np
import shapely
from coastline import REGION, LabelledPoints
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, cKDTree
from sphere import circles, positions, unit_vectors

LIMIT_M = 200 * 1852.0
EARTH_RADIUS_M = 6_371_000.0
CIRCLE_CORNERS = 720
LINE_STEP_RAD = np.radians(0.05)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def partition(coast: LabelledPoints) -> dict[str, shapely.Geometry]:
    """Sea and land within 200 nm of the coast, by nearest state.

    The boundary of a state's share is made of two kinds of line: edges of the spherical Voronoi diagram of
    the coast points whose two sides belong to different states, and the edge of the union of 200 nm geodesic
    circles. Both are cut at their crossings once, so that neighbours share their border exactly.

    Returns:
        state -> polygon in degrees, longitudes 0-360.
    """
    vectors = unit_vectors(coast.lonlat)
    hull = ConvexHull(vectors)
    reach = _reach(coast, hull)
    lines = _state_lines(coast, hull)
    shapely.prepare(reach)
    lines = [line for line in lines if shapely.intersects(reach, line)]
    network = shapely.union_all([*lines, shapely.boundary(reach)])
    faces = [
        f
        for f in shapely.get_parts(shapely.polygonize([network]))
        if shapely.contains(reach, f.representative_point())
    ]
    inner = np.array([face.representative_point().coords[0] for face in faces])
    _, nearest = cKDTree(vectors).query(unit_vectors(inner))
    return _gather(faces, coast.state[nearest])


def _reach(coast: LabelledPoints, hull: ConvexHull) -> shapely.Geometry:
    """Union of the 200 nm circles.

    A facet of the hull is an empty circle through three coast points: centre along its outward normal,
    angular radius arccos of its distance from the origin. Only a point on an empty circle wider than the
    limit can shape the outer edge, so only those get a circle.
    """
    radius = np.arccos(np.clip(-hull.equations[:, 3], -1.0, 1.0)) * EARTH_RADIUS_M
    shaping = np.unique(hull.simplices[radius > 0.98 * LIMIT_M])
    outline = shapely.union_all(circles(coast.lonlat[shaping], LIMIT_M, CIRCLE_CORNERS))
    west, east, south, north = REGION
    return shapely.intersection(_fill_covered(outline, coast), shapely.box(west, south, east, north))


def _fill_covered(outline: shapely.Geometry, coast: LabelledPoints) -> shapely.Geometry:
    """Fill holes of the outline that lie within 200 nm of a coast point that got no circle."""
    tree = cKDTree(unit_vectors(coast.lonlat))
    filled = []
    for polygon in shapely.get_parts(outline):
        holes = []
        for ring in polygon.interiors:
            inner = np.array([shapely.Polygon(ring).representative_point().coords[0]])
            chord = np.atleast_1d(tree.query(unit_vectors(inner))[0])
            if 2 * np.arcsin(chord[0] / 2) * EARTH_RADIUS_M > LIMIT_M:
                holes.append(ring)
        filled.append(shapely.Polygon(polygon.exterior, holes))
    return shapely.union_all(filled)


def _state_lines(coast: LabelledPoints, hull: ConvexHull) -> list[shapely.LineString]:
    """Voronoi edges between points of different states, as lines in degrees, longitudes 0-360."""
    centres = hull.equations[:, :3]
    facet = np.repeat(np.arange(len(hull.simplices)), 3)
    other = hull.neighbors.ravel()
    corner = np.tile(np.arange(3), len(hull.simplices))
    first = hull.simplices[facet, (corner + 1) % 3]
    second = hull.simplices[facet, (corner + 2) % 3]
    wanted = (facet < other) & (coast.state[first] != coast.state[second])
    lines = []
    for start, end in zip(centres[facet[wanted]], centres[other[wanted]], strict=True):
        path = _great_circle(start, end)
        if len(path) > 1 and np.ptp(path[:, 0]) < 180.0:
            lines.append(shapely.LineString(path))
    return lines


def _great_circle(start: Floats, end: Floats) -> Floats:
    """Positions (degrees) on the great circle between two unit vectors, at most `LINE_STEP_RAD` apart."""
    angle = 2 * np.arcsin(np.clip(np.linalg.norm(end - start) / 2, 0.0, 1.0))
    if angle < 1e-10:
        return np.empty((0, 2))
    count = int(np.ceil(angle / LINE_STEP_RAD)) + 1
    part = np.linspace(0.0, 1.0, count)[:, None]
    return positions((np.sin((1 - part) * angle) * start + np.sin(part * angle) * end) / np.sin(angle))


def _gather(faces: list[shapely.Polygon], states: NDArray[np.str_]) -> dict[str, shapely.Geometry]:
    """Join faces of one state along their shared edges."""
    return {
        str(state): shapely.coverage_union_all([f for f, s in zip(faces, states, strict=True) if s == state])
        for state in np.unique(states)
    }
