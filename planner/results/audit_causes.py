"""Audit of the causes: they sum to the shortfalls, and those that need no prices are worked out again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.features.fleet import access_table, fleet_table
from planner.frames import numbers, records, sum_by
from planner.results.audit_physics import Evidence
from planner.results.causes import gap_causes, largest_causes
from planner.results.compare import TOLERANCE, Finding, differs, unlike
from planner.results.contract import ALL, CAUSES, NO_CAUSE, TOTAL
from planner.results.coverage import missed_km2, spread

Booleans = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

KEYS = ["level", "programme_id", "area_id", "cause"]
BY_GEOMETRY = ("out_of_range", "no_access")
"""Causes that need no prices."""
ROUNDING = 1e-12
"""What rounding may make of a shortfall, as a part of the target."""


def causes_again(seen: Evidence) -> tuple[pd.DataFrame, Words]:
    """The causes as they should be: those of ``BY_GEOMETRY`` worked out again, the others as reported.

    Returns:
        Frame with the columns of ``CAUSE_TABLE``, and ``target_km2``, that of the area; and the largest cause
        of each cell, shape (cells,).
    """
    results, areas = seen.results, seen.case.areas["area_id"].tolist()
    known = results.areas.drop_duplicates("area_id").set_index("area_id").reindex(areas)
    missing = spread(seen.area, missed_km2(results.cells), numbers(known["shortfall_km2"]))
    rows: list[tuple[str, str, str, str, float]] = []
    for level, programme, places, *cells in _who_asks(seen):
        parts = [sum_by(seen.area, missing * where, len(areas)) for where in cells]
        km2 = dict(zip(BY_GEOMETRY, parts, strict=True))
        for cause in CAUSES:
            of_areas = km2.get(cause, np.full(len(areas), np.nan))
            rows += [(level, programme, areas[n], cause, of_areas[n]) for n in places]
            if level == "area":
                rows.append(("all", ALL, ALL, cause, of_areas.sum()))
    table = pd.DataFrame(rows, columns=[*KEYS, "km2"])
    reported = results.causes.drop_duplicates(KEYS).set_index(KEYS)["km2"].rename("reported")
    target = known["target_coverage"] * known["area_km2"]
    again = table.assign(
        km2=table["km2"].fillna(table.join(reported, on=KEYS)["reported"]),
        target_km2=table["area_id"].map(target).fillna(target.sum()),
    )
    return again, _cell_causes(seen, known["shortfall_km2"].to_numpy()[seen.area] > 0.0, *cells)


def _cell_causes(seen: Evidence, short: Booleans, far: Booleans, barred: Booleans) -> Words:
    """A cell has a cause where its area has a shortfall, and only there; those of geometry are known."""
    reported = seen.results.cells["cause"].to_numpy(dtype=object)
    partly = numbers(seen.results.cells["pod"]) < 1.0  # where all is seen, rounding decides about a trace
    by_prices = np.isin(reported, [cause for cause in CAUSES if cause not in BY_GEOMETRY])
    again = np.where(by_prices, reported, "a cause of hours, money or priority")
    again[far], again[barred] = BY_GEOMETRY
    again[~short] = NO_CAUSE
    return np.where(partly, again, reported)


def sums(seen: Evidence) -> Iterator[Finding]:
    """The causes of every area and mandate sum to its shortfall; the largest is the one that is named."""
    causes, areas, gaps = seen.results.causes, seen.results.areas, seen.results.gaps
    parts = causes.groupby(KEYS[:3])["km2"].sum().to_dict()
    of_areas = [("area", ALL, area) for area in areas["area_id"]]
    of_gaps = [
        ("all", ALL, ALL) if programme == TOTAL else ("programme", programme, area)
        for programme, area in gaps[["programme_id", "area_id"]].itertuples(index=False)
    ]
    by_area = largest_causes(causes, "area").droplevel("programme_id").reindex(areas["area_id"])
    for name, table, keys, target, largest in (
        ("areas", areas, of_areas, areas["target_coverage"] * areas["area_km2"], by_area),
        ("gaps", gaps, of_gaps, gaps["target_km2"], gap_causes(gaps, causes)),
    ):
        ids = [", ".join(key) for key in keys]
        again = [parts.get(key, np.nan) for key in keys]
        size = ROUNDING / TOLERANCE * target
        yield from differs(f"causes.csv km2 against {name}.csv", table["shortfall_km2"], again, ids, size)
        yield from unlike(f"{name}.csv largest_cause", table["largest_cause"], largest, ids)


def _who_asks(
    seen: Evidence,
) -> Iterator[tuple[str, str, npt.NDArray[np.intp], Booleans, Booleans]]:
    """Each programme and then all together, from distances, footprints and access alone.

    Yields:
        Level, programme, positions of the areas that it asks about, and the cells that are out of range and
        without access to it.
    """
    case, area = seen.case, seen.area
    fleet, areas = fleet_table(case), case.areas["area_id"].to_numpy(dtype=object)
    allowed = access_table(case)
    access = np.array([np.isin(areas, list(allowed[name])) for name in fleet["operator"]], dtype=bool)
    with_access = seen.reach & access.reshape(len(fleet), len(areas))[:, area]
    anyone = seen.free[:, None] & np.ones(len(area), dtype=bool)
    for programme, may_fund in zip(records(case.programmes), seen.fundable, strict=True):
        fundable = np.take_along_axis(may_fund, seen.payer, axis=1)
        anyone |= fundable
        mandate = np.flatnonzero(np.isin(areas, list(programme.areas)))
        cells = _out_of_reach(seen.reach & fundable, with_access & fundable)
        yield "programme", programme.programme_id, mandate, *cells
    yield "area", ALL, np.arange(len(areas)), *_out_of_reach(seen.reach & anyone, with_access & anyone)


def _out_of_reach(reached: Booleans, with_access: Booleans) -> tuple[Booleans, Booleans]:
    """Cells that nothing reaches, and those that something reaches, but nothing with access."""
    far = np.asarray(~np.any(reached, axis=0))
    return far, np.asarray(~np.any(with_access, axis=0) & ~far)
