"""The water of each area: its outline without what another area has, and without land."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.areas import LAND_FILE
from planner.case.outlines import outline_problem
from planner.case.place import Place
from planner.case.rows import Rows
from planner.case.vector_file import Feature
from planner.errors import Problem
from planner.geometry.area import areas_km2
from planner.geometry.polygons import GeometryError
from planner.geometry.zones import remove_overlaps, without_land
from planner.schema.wording import show

MOST_OVERLAP = 0.01
"""Share of the smaller zone that another may cover before nobody can tell whose water it is."""
LEAST_OVERLAP = 1e-6
"""Smaller overlaps are digits of the file: resolved like others, but not worth a warning."""
LEAST_LAND = 1e-3
"""Share of an outline under which the land inside is told in one line with that of other areas."""


def make_disjoint(
    rows: Rows, outlines: dict[int, BaseGeometry]
) -> tuple[dict[int, BaseGeometry], list[Problem], list[Problem]]:
    """The outlines without the water that an earlier one has too; problems; warnings.

    An overlap of more than 1% of the smaller zone is a problem: nobody can tell whose water was meant.
    """
    kept = [row for row in rows.rows if row.number in outlines]
    names = [rows.key(row) or f"feature_{row.number}" for row in kept]
    whole = [outlines[row.number] for row in kept]
    numbers = [row.number for row in kept]
    try:
        parts, overlaps = remove_overlaps(whole)
    except GeometryError as error:
        return outlines, [outline_problem(rows.file, Feature(0, {}, shapely.Point()), "", error)], []
    problems, warnings = list[Problem](), list[Problem]()
    km2 = areas_km2(whole)
    for keeper, loser, shared in overlaps:
        share = shared / min(km2[keeper], km2[loser])
        if share > LEAST_OVERLAP:
            key, said = ("overlap", problems) if share > MOST_OVERLAP else ("small_overlap", warnings)
            place = Place(rows.file, numbers[loser], "geometry")
            said.append(place.problem(key, names[loser], keeper=show(names[keeper]), km2=shared, share=share))
    return dict(zip(numbers, parts, strict=True)), problems, warnings


def take_out_land(
    rows: Rows, outlines: dict[int, BaseGeometry], land: BaseGeometry
) -> tuple[dict[int, BaseGeometry], list[Problem], list[Problem]]:
    """The outlines without the land inside them; problems; warnings that say how much it was."""
    named = [(row, Place(rows.file, row.number, "geometry")) for row in rows.rows if row.number in outlines]
    whole = [outlines[row.number] for row, _ in named]
    try:
        water, taken = without_land(whole, land)
    except GeometryError as error:
        return outlines, [outline_problem(LAND_FILE, Feature(0, {}, shapely.Point()), "", error)], []
    km2, left = areas_km2(whole), dict(outlines)
    problems, warnings, little = list[Problem](), list[Problem](), list[int]()
    for at in np.flatnonzero(taken):
        row, place = named[at]
        if water[at].is_empty:
            problems.append(place.problem("all_land", rows.key(row), land=LAND_FILE))
            continue
        left[row.number] = water[at]
        share, words = taken[at] / km2[at], {"km2": taken[at], "land": LAND_FILE}
        if share < LEAST_LAND:
            little.append(int(at))
        else:
            warnings.append(place.problem("land_inside", rows.key(row), share=share, **words))
    if little:
        names = tuple(f"{rows.key(named[at][0])} ({taken[at]:,.0f} km²)" for at in little)
        words = {"km2": taken[little].sum(), "land": LAND_FILE, "share": LEAST_LAND}
        said = Place(rows.file, 0, "geometry").problem("land_inside.little", **words)
        warnings.append(replace(said, value=", ".join(names)))
    return left, problems, warnings
