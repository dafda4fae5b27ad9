"""Read the public coastline (GSHHG, DCW) through GMT and name the state of every coast point."""

import csv
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sphere import unit_vectors

# West, east, south, north in degrees: the zones, and every neighbour whose coast can compete for them.
Region = tuple[float, float, float, float]
REGION: Region = (120.0, 245.0, -45.0, 32.0)

# DCW outlines this near to a `relabel` row of islands.csv take the state of that row.
RELABEL_KM = 15.0

# Coast points are thinned to one per square of this many degrees (0.2 km). Closer points cannot be told from
# coplanar ones in the convex hull that makes the Voronoi diagram, and would move no border visibly.
THINNING_DEG = 0.002

# DCW country code -> state in our tables. Outer islands that DCW lacks are rows of islands.csv.
DCW_STATES = {
    "AS": "united_states",
    "AU": "australia",
    "CK": "cook_islands",
    "FJ": "fiji",
    "FM": "fsm",
    "GU": "united_states",
    "ID": "indonesia",
    "KI": "kiribati_gilbert",
    "MH": "marshall_islands",
    "MP": "united_states",
    "NC": "new_caledonia",
    "NF": "australia",
    "NR": "nauru",
    "NU": "niue",
    "NZ": "new_zealand",
    "PF": "french_polynesia",
    "PG": "png",
    "PH": "philippines",
    "PN": "pitcairn",
    "PW": "palau",
    "SB": "solomon_islands",
    "TK": "tokelau",
    "TL": "timor_leste",
    "TO": "tonga",
    "TV": "tuvalu",
    "UM": "united_states",
    "US.HI": "united_states",
    "VU": "vanuatu",
    "WF": "wallis_and_futuna",
    "WS": "samoa",
}

EARTH_RADIUS_KM = 6371.0

Floats = NDArray[np.float64]
Strings = NDArray[np.str_]


@dataclass(frozen=True)
class LabelledPoints:
    """Points with the state they belong to; longitudes 0-360 and latitudes in degrees."""

    lonlat: Floats
    state: Strings


def read_shorelines(region: Region = REGION) -> list[Floats]:
    """GSHHG shorelines (full resolution, level 1: land against sea) of a region, degrees, lon 0-360.

    Raises:
        subprocess.CalledProcessError: GMT or its GSHHG full-resolution data is missing.
    """
    return _segments(_gmt("coast", _option(region), "-Df", "-M", "-W1/0.25p"))


def read_dcw_outlines() -> LabelledPoints:
    """Vertices of the DCW outline of every state of `DCW_STATES`."""
    parts, states = [], []
    for code, state in DCW_STATES.items():
        for segment in _segments(_gmt("coast", f"-E{code}", "-M")):
            parts.append(segment)
            states.append(np.full(len(segment), state))
    return LabelledPoints(np.vstack(parts), np.concatenate(states))


def read_islands(path: Path, role: str) -> LabelledPoints:
    """Rows of islands.csv with the given role: `label`, `point` or `relabel` (see README)."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["role"] == role]
    lonlat = np.array([(float(row["lon"]) % 360.0, float(row["lat"])) for row in rows]).reshape(-1, 2)
    return LabelledPoints(lonlat, np.array([row["state"] for row in rows], dtype=np.str_))


def relabel(points: LabelledPoints, corrections: LabelledPoints) -> LabelledPoints:
    """Give points within `RELABEL_KM` of a correction the state of that correction."""
    distance, nearest = cKDTree(unit_vectors(corrections.lonlat)).query(unit_vectors(points.lonlat))
    near = distance * EARTH_RADIUS_KM < RELABEL_KM
    return LabelledPoints(points.lonlat, np.where(near, corrections.state[nearest], points.state))


def name_states(shorelines: list[Floats], references: list[LabelledPoints]) -> LabelledPoints:
    """Give each shoreline vertex the state of the nearest reference point."""
    known = join(references)
    lonlat = _thin(np.vstack(shorelines))
    _, nearest = cKDTree(unit_vectors(known.lonlat)).query(unit_vectors(lonlat))
    return LabelledPoints(lonlat, known.state[nearest])


def _thin(lonlat: Floats) -> Floats:
    """Keep the first point in each square of `THINNING_DEG`."""
    square = np.floor(lonlat / THINNING_DEG).astype(np.int64)
    _, first = np.unique(square, axis=0, return_index=True)
    return lonlat[np.sort(first)]


def join(parts: list[LabelledPoints]) -> LabelledPoints:
    """Put several sets of labelled points together."""
    return LabelledPoints(np.vstack([p.lonlat for p in parts]), np.concatenate([p.state for p in parts]))


def land_polygons(shorelines: list[Floats], region: Region = REGION) -> list[shapely.Polygon]:
    """Land of a region, cut at its edge.

    Shoreline pieces are joined and closed by the region's frame. A face that touches the frame is land if GMT
    says that a point within it is; any other face is an island.
    """
    west, east, south, north = region
    box = shapely.box(west, south, east, north)
    lines = shapely.line_merge(
        shapely.multilinestrings([shapely.LineString(s) for s in shorelines if len(s) > 1])
    )
    parts = shapely.get_parts(lines)
    closed = shapely.is_closed(parts)
    islands = [shapely.Polygon(line.coords) for line in parts[closed]]
    frame = shapely.union_all([*parts[~closed], box.exterior])
    faces = shapely.get_parts(shapely.polygonize([frame]))
    inner = np.array([f.representative_point().coords[0] for f in faces])
    return islands + [face for face, is_land in zip(faces, _on_land(inner, region), strict=True) if is_land]


def _on_land(lonlat: Floats, region: Region) -> list[bool]:
    """Whether GMT finds each point on land (full-resolution GSHHG)."""
    text = "".join(f"{lon} {lat} {i}\n" for i, (lon, lat) in enumerate(lonlat))
    kept = _gmt("select", "-Ns/k", "-Df", _option(region), stdin=text)
    found = {int(float(line.split()[2])) for line in kept.splitlines()}
    return [i in found for i in range(len(lonlat))]


def _option(region: Region) -> str:
    """A region as GMT wants it."""
    west, east, south, north = region
    return f"-R{west:g}/{east:g}/{south:g}/{north:g}"


def _gmt(*arguments: str, stdin: str | None = None) -> str:
    """Standard output of a GMT command, run in a folder of its own (GMT leaves a history file behind)."""
    command = ["gmt", *arguments, "--FORMAT_FLOAT_OUT=%.6f"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True, cwd=folder)
    return done.stdout


def _segments(text: str) -> list[Floats]:
    """Split GMT's multi-segment text into arrays of lon, lat with longitudes 0-360."""
    segments = []
    for block in text.split(">")[1:]:
        rows = [line.split()[:2] for line in block.splitlines()[1:] if line]
        if rows:
            segment = np.array(rows, dtype=float)
            segment[:, 0] %= 360.0
            segments.append(segment)
    return segments
