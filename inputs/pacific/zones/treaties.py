"""Replace the line of equal distance between two states by the line of a treaty."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

# A treaty line is drawn on by this much at both ends, so that it crosses the two states' sea from edge to
# edge even where our point common to three states lies a little off the treaty's.
EXTENSION_DEG = 1.0


@dataclass(frozen=True)
class TreatyLine:
    """Turning points, in degrees with longitudes 0-360, of the border between two states."""

    state_a: str
    state_b: str
    lonlat: NDArray[np.float64]


def read_treaty_lines(path: Path) -> list[TreatyLine]:
    """Read treaty_lines.csv: one row per turning point, in order."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = []
    for name in dict.fromkeys(row["line"] for row in rows):
        own = sorted((row for row in rows if row["line"] == name), key=lambda row: int(row["order"]))
        lonlat = np.array([(float(row["lon"]), float(row["lat"])) for row in own])
        lines.append(TreatyLine(own[0]["state_a"], own[0]["state_b"], lonlat))
    return lines


def apply_treaty(shares: dict[str, shapely.Geometry], treaty: TreatyLine) -> dict[str, shapely.Geometry]:
    """Divide two states' sea again along a treaty line.

    Their joint share is cut by the line, and each piece goes to the state that held more of it before;
    borders with third states stay as they are.
    """
    share_a, share_b = shares[treaty.state_a], shares[treaty.state_b]
    joint = shapely.coverage_union_all([share_a, share_b])
    line = shapely.LineString(_extended(treaty.lonlat))
    network = shapely.union(joint.boundary, line)
    shapely.prepare(joint)
    pieces = [
        p
        for p in shapely.get_parts(shapely.polygonize([network]))
        if joint.contains(p.representative_point())
    ]
    to_a = [shapely.intersection(p, share_a).area > p.area / 2 for p in pieces]
    renewed = dict(shares)
    renewed[treaty.state_a] = shapely.coverage_union_all([p for p, a in zip(pieces, to_a, strict=True) if a])
    renewed[treaty.state_b] = shapely.coverage_union_all(
        [p for p, a in zip(pieces, to_a, strict=True) if not a]
    )
    return renewed


def _extended(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line with a further point beyond each end, in the direction of its last segment."""
    first = lonlat[0] + EXTENSION_DEG * _direction(lonlat[1], lonlat[0])
    last = lonlat[-1] + EXTENSION_DEG * _direction(lonlat[-2], lonlat[-1])
    return np.vstack((first, lonlat, last))


def _direction(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    step = end - start
    return np.asarray(step / np.hypot(*step))
