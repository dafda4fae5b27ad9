"""Audit of the causes: they sum to the shortfalls, and those that need no prices are worked out again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.effort.eligibility import eligibility_table
from planner.effort.fleet import access_table, fleet_table
from planner.frames import numbers, sum_by
from planner.results import audit_physics
from planner.results.causes import KEYS, gap_causes, largest_causes
from planner.results.compare import TOLERANCE, Finding, differs, unlike
from planner.results.contract import ALL, CAUSES, NO_CAUSE, TOTAL
from planner.results.coverage import missed_km2, spread
from planner.results.results import Results

Booleans = npt.NDArray[np.bool_]
ROUNDING = 1e-12
"""What rounding may make of a shortfall, as a part of the target."""


def keys(case: Case) -> list[tuple[str, str, str, str]]:
    """The rows of ``causes`` that a case has."""
    programmes = zip(case.programmes["programme_id"], case.programmes["areas"], strict=True)
    rows = [("all", ALL, ALL), *(("area", ALL, area) for area in case.areas["area_id"])]
    rows += [("programme", programme, area) for programme, mandate in programmes for area in mandate]
    return [(*row, cause) for row in rows for cause in CAUSES]


def sums(case: Case, results: Results) -> Iterator[Finding]:
    """The causes of every area and mandate sum to its shortfall; the largest is the one that is named."""
    del case
    parts = results.causes.groupby(KEYS)["km2"].sum().to_dict()
    target = results.areas["target_coverage"] * results.areas["area_km2"]
    gaps = results.gaps
    for name, table, size, key in (
        ("areas", results.areas, target, [("area", ALL, area) for area in results.areas["area_id"]]),
        (
            "gaps",
            gaps,
            gaps["target_km2"],
            [_level(*row) for row in zip(gaps["programme_id"], gaps["area_id"], strict=True)],
        ),
    ):
        again = [parts.get(row, np.nan) for row in key]
        ids = [", ".join(row) for row in key]
        yield from differs(
            f"causes.csv km2 against {name}.csv",
            table["shortfall_km2"],
            again,
            ids,
            ROUNDING / TOLERANCE * size,
        )
    by_area = largest_causes(results.causes, "area").droplevel("programme_id")
    named = by_area.loc[results.areas["area_id"]]
    yield from unlike("areas.csv largest_cause", results.areas["largest_cause"], named, list(named.index))
    ids = [", ".join(row) for row in zip(gaps["programme_id"], gaps["area_id"], strict=True)]
    yield from unlike("gaps.csv largest_cause", gaps["largest_cause"], gap_causes(gaps, results.causes), ids)
    yield from _of_cells(results)


def _level(programme: str, area: str) -> tuple[str, str, str]:
    return ("all", ALL, ALL) if programme == TOTAL else ("programme", programme, area)


def _of_cells(results: Results) -> Iterator[Finding]:
    """A cell has a cause where its area has a shortfall, and only there."""
    cells = results.cells
    for word in sorted(set(cells["cause"]) - {*CAUSES, NO_CAUSE}):
        yield f"cells.csv cause: {word} is not a cause"
    shortfall = cells["area_id"].map(results.areas.set_index("area_id")["shortfall_km2"])
    partly = cells["pod"] < 1.0  # where all is seen, rounding decides whether a trace is missing
    wrong = partly & ((cells["cause"] != NO_CAUSE) != (shortfall > 0.0))
    for row in cells.assign(shortfall=shortfall)[wrong].head(1).itertuples():
        yield (
            f"cells.csv cause: {row.cell_id} has {row.cause}, the shortfall of {row.area_id} is "
            f"{row.shortfall!s} ({wrong.sum()} of {len(cells)} differ)"
        )


def reach_and_access(case: Case, results: Results) -> Iterator[Finding]:
    """Parts out of range and without access, from distances, footprints and access alone."""
    cells, fleet, areas = results.cells, fleet_table(case), case.areas["area_id"].tolist()
    area = pd.Index(areas).get_indexer(cells["area_id"])
    reach, payer, free = audit_physics.reach(case, results, area)
    allowed = access_table(case)
    access = np.array([np.isin(areas, list(allowed[name])) for name in fleet["operator"]], dtype=bool)
    with_access = reach & access.reshape(len(fleet), len(areas))[:, area]
    shortfall = results.areas.set_index("area_id").loc[areas, "shortfall_km2"]
    missing = spread(area, missed_km2(cells), numbers(shortfall))
    eligible = eligibility_table(case, fleet)

    def compare(level: str, programme: str, fundable: Booleans, places: list[str]) -> Iterator[Finding]:
        far, barred = _out_of_reach(reach & fundable, with_access & fundable)
        for cause, where in (("out_of_range", far), ("no_access", barred)):
            again = pd.Series(sum_by(area, missing * where, len(areas)), index=areas)
            rows = results.causes[results.causes["cause"] == cause].set_index(KEYS)["km2"]
            reported = [rows[level, programme, place] for place in places]
            ids = [f"{programme}, {place}" for place in places]
            yield from differs(f"causes.csv {cause}", reported, again[places], ids)
            if level == "area":
                yield from differs(f"causes.csv {cause}", rows["all", ALL, ALL], again.sum(), ["all"])
                counts = missing > 0.0
                yield from unlike(
                    f"cells.csv cause {cause}",
                    (cells["cause"] == cause)[counts],
                    where[counts],
                    cells.loc[counts, "cell_id"].tolist(),
                )

    anyone = free[:, None] & np.ones(len(cells), dtype=bool)
    for number, (programme, mandate) in enumerate(
        zip(case.programmes["programme_id"], case.programmes["areas"], strict=True)
    ):
        own = eligible[eligible["programme"] == number]
        may_fund = np.zeros((len(fleet), len(areas)), dtype=bool)
        may_fund[own["asset"], own["area"]] = True
        fundable = np.take_along_axis(may_fund, payer, axis=1)
        anyone |= fundable
        yield from compare("programme", programme, fundable, list(mandate))
    yield from compare("area", ALL, anyone, areas)


def _out_of_reach(reached: Booleans, with_access: Booleans) -> tuple[Booleans, Booleans]:
    """Cells that nothing reaches, and those that something reaches, but nothing with access."""
    far = np.asarray(~np.any(reached, axis=0))
    return far, np.asarray(~np.any(with_access, axis=0) & ~far)
