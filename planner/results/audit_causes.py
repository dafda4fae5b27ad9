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
from planner.results.compare import TOLERANCE, Finding, differs
from planner.results.contract import ALL, CAUSES, NO_CAUSE, TOTAL
from planner.results.coverage import missed_km2, spread

Booleans = npt.NDArray[np.bool_]

KEYS = ["level", "programme_id", "area_id", "cause"]
BY_GEOMETRY = ("out_of_range", "no_access")
"""Causes that need no prices."""
ROUNDING = 1e-12
"""What rounding may make of a shortfall, as a part of the target."""


def causes_again(seen: Evidence) -> tuple[pd.DataFrame, npt.NDArray[np.object_]]:
    """The causes as they should be: those of ``BY_GEOMETRY`` worked out again, the others as reported.

    Returns:
        The table ``causes`` with ``target_km2``, that of the area; and the largest cause of each cell, shape
        (cells,).
    """
    results, ids = seen.results, seen.case.areas["area_id"]
    known = results.areas.drop_duplicates("area_id").set_index("area_id").reindex(ids)
    missing = spread(seen.area, missed_km2(results.cells), numbers(known["shortfall_km2"]))
    parts = []
    for level, programme, mandate, *cells in _who_asks(seen):
        km2 = pd.DataFrame({"area_id": ids}).reindex(columns=["area_id", *CAUSES])
        for cause, where in zip(BY_GEOMETRY, cells, strict=True):
            km2[cause] = sum_by(seen.area, missing * where, len(ids))
        parts.append(km2[mandate].assign(level=level, programme_id=programme))
    whole = km2[list(CAUSES)].sum(skipna=False).to_frame().T  # the last who asks are all together
    parts.append(whole.assign(level="all", programme_id=ALL, area_id=ALL))
    table = pd.concat(parts).melt(KEYS[:3], list(CAUSES), "cause", "km2")
    reported = results.causes.drop_duplicates(KEYS).set_index(KEYS)["km2"].rename("reported")
    target = known["target_coverage"] * known["area_km2"]
    again = table.assign(
        km2=table["km2"].astype(float).fillna(table.join(reported, on=KEYS)["reported"]),
        target_km2=table["area_id"].map(target).fillna(target.sum()),
    )
    return again, _cell_causes(seen, known["shortfall_km2"].to_numpy()[seen.area] > 0.0, *cells)


def _cell_causes(seen: Evidence, short: Booleans, far: Booleans, barred: Booleans) -> npt.NDArray[np.object_]:
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
    is_total = gaps["programme_id"] == TOTAL
    asked = gaps.assign(level=np.where(is_total, "all", "programme"))
    asked[["programme_id", "area_id"]] = asked[["programme_id", "area_id"]].mask(is_total, ALL)
    own = areas.assign(
        level="area", programme_id=ALL, target_km2=areas["target_coverage"] * areas["area_km2"]
    )
    by_area = largest_causes(causes, "area").droplevel("programme_id").reindex(areas["area_id"])
    parts = causes.groupby(KEYS[:3])["km2"].sum()
    for name, table, largest in (("areas", own, by_area), ("gaps", asked, gap_causes(gaps, causes))):
        keys = pd.MultiIndex.from_frame(table[KEYS[:3]])
        ids, size = [", ".join(key) for key in keys], ROUNDING / TOLERANCE * table["target_km2"]
        what = f"causes.csv km2 against {name}.csv"
        yield from differs(what, table["shortfall_km2"], parts.reindex(keys), ids, size)
        yield from differs(f"{name}.csv largest_cause", table["largest_cause"], largest, ids)


def _who_asks(seen: Evidence) -> Iterator[tuple[str, str, Booleans, Booleans, Booleans]]:
    """Each programme and then all together, from distances, footprints and access alone.

    Yields:
        Level, programme, the areas that it asks about, and the cells that are out of range and without access
        to it.
    """
    case, areas = seen.case, seen.case.areas["area_id"]
    allowed, operators = access_table(case), fleet_table(case)["operator"]
    access = np.array([areas.isin(allowed[name]) for name in operators], dtype=bool)
    with_access = seen.reach & access.reshape(len(operators), len(areas))[:, seen.area]
    anyone = np.tile(seen.free[:, None], len(seen.area))
    for programme, may_fund in zip(records(case.programmes), seen.fundable, strict=True):
        fundable = np.take_along_axis(may_fund, seen.payer, axis=1)
        anyone |= fundable
        mandate = areas.isin(programme.areas).to_numpy()
        yield (
            "programme",
            programme.programme_id,
            mandate,
            *_out_of_reach(seen.reach & fundable, with_access & fundable),
        )
    everywhere = np.ones(len(areas), dtype=bool)
    yield "area", ALL, everywhere, *_out_of_reach(seen.reach & anyone, with_access & anyone)


def _out_of_reach(reached: Booleans, with_access: Booleans) -> tuple[Booleans, Booleans]:
    """Cells that nothing reaches, and those that something reaches, but nothing with access."""
    far = ~np.any(reached, axis=0)
    return far, ~np.any(with_access, axis=0) & ~far
