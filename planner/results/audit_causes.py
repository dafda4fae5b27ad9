"""Audit of the causes: they sum to the shortfalls, the largest are named, and their plans are proven."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.causes.names import ALL, CAUSES_OF_PROGRAMME, causes_of_all
from planner.features.fleet import fleet_table
from planner.frames import numbers, sum_by
from planner.results.audit_physics import Evidence
from planner.results.causes import area_causes, cell_causes, gap_causes
from planner.results.compare import TOLERANCE, Finding, differs
from planner.results.contract import TOTAL

KEYS = ["level", "programme_id", "area_id"]
ROUNDING = 1e-12
"""What rounding may make of a shortfall, as a part of the target."""


def causes(seen: Evidence) -> Iterator[Finding]:
    """What is said of causes agrees with the shortfalls, with itself, and with the proofs of its plans."""
    results = seen.results
    areas, gaps, table = results.areas, results.gaps, results.causes
    again = area_causes(areas, table)
    at = pd.Index(areas["area_id"]).get_indexer(results.cells["area_id"])
    of_cells = cell_causes(at, numbers(results.cells["pod"]), again)
    yield from differs("areas.csv largest_cause", areas["largest_cause"], again, areas["area_id"].tolist())
    ids = (gaps["programme_id"] + ", " + gaps["area_id"]).tolist()
    yield from differs("gaps.csv largest_cause", gaps["largest_cause"], gap_causes(gaps, table), ids)
    yield from differs("cells.csv cause", results.cells["cause"], of_cells, results.cells["cell_id"].tolist())
    yield from _gains(seen)
    if len(table):
        for check in (_sums, _total, _rungs, _reach):
            yield from check(seen)


def _sums(seen: Evidence) -> Iterator[Finding]:
    """The causes of every area and mandate sum to its shortfall."""
    areas, gaps = seen.results.areas, seen.results.gaps
    total = gaps["programme_id"] == TOTAL
    asked = gaps.assign(level=np.where(total, "all", "programme"))
    asked[["programme_id", "area_id"]] = asked[["programme_id", "area_id"]].mask(total, ALL)
    own = areas.assign(
        level="area", programme_id=ALL, target_km2=areas["target_coverage"] * areas["area_km2"]
    )
    parts = seen.results.causes.groupby(KEYS)["km2"].sum()
    wanted = pd.concat([own, asked])
    keys = pd.MultiIndex.from_frame(wanted[KEYS])
    names, size = [", ".join(key) for key in keys], ROUNDING / TOLERANCE * wanted["target_km2"]
    if len(parts) != len(keys):
        yield f"causes.csv: {len(parts)} shortfalls are explained, {len(keys)} there are"
    yield from differs("causes.csv km2", parts.reindex(keys), wanted["shortfall_km2"], names, size)


def _total(seen: Evidence) -> Iterator[Finding]:
    """What all areas together lack for a cause is the sum of what each does."""
    table = seen.results.causes
    whole, parts = (table[table["level"] == level].groupby("cause")["km2"].sum() for level in ("all", "area"))
    yield from differs("causes.csv km2 of all areas", whole, parts.reindex(whole.index), whole.index.tolist())


def _rungs(seen: Evidence) -> Iterator[Finding]:
    """Every step is the difference of two rungs, whose proofs say what they are."""
    rungs, table = seen.results.rungs, seen.results.causes
    table = table[table["level"] != "area"]
    for programme_id, own in rungs.groupby("programme_id", sort=False):
        short = numbers(own["shortfall_km2"])
        told = table[table["programme_id"] == programme_id].groupby("cause")["km2"].sum()
        steps = [*(short[:-1] - short[1:]), short[-1]]
        of_all = causes_of_all(seen.case.settings.answers is not None)
        names = of_all if programme_id == ALL else CAUSES_OF_PROGRAMME
        if len(steps) != len(names):
            yield f"rungs.csv of {programme_id}: {len(steps)} rungs, {len(names)} there are"
        elif programme_id == ALL or len(told):
            told = told.reindex(list(names))
            yield from differs(f"rungs.csv of {programme_id}", told, steps, names, size=short[0])
    apart = numbers(rungs["value"]) - numbers(rungs["bound"])
    proven = (rungs["status"] == "optimal").to_numpy()
    for row in np.flatnonzero(
        (apart < 0.0) | (proven & ~(numbers(rungs["gap"]) <= numbers(rungs["tolerance"])))
    ):
        yield f"rungs.csv: {rungs['rung'].iloc[row]} of {rungs['programme_id'].iloc[row]} is not proven"


def _gains(seen: Evidence) -> Iterator[Finding]:
    """A gain of a million more is within what its certificates prove of it."""
    gains = seen.results.gains
    known = seen.case.programmes["programme_id"].tolist() if len(gains) else []
    if gains["programme_id"].tolist() != known:
        yield f"gains.csv: {len(gains)} programmes, {len(known)} there are"
    least, gain, most = (
        numbers(gains[name]) for name in ("least_km2", "gain_of_next_million_km2", "most_km2")
    )
    within = (least <= gain * (1.0 + TOLERANCE)) & (gain <= most * (1.0 + TOLERANCE))
    for row in np.flatnonzero(~within):
        yield f"gains.csv: {gain[row]!s} is not between {least[row]!s} and {most[row]!s}"
    prices = seen.results.prices
    for row in np.flatnonzero(numbers(prices["holds_least"]) > numbers(prices["holds_most"])):
        yield f"prices.csv: the price of {prices['id'].iloc[row]} holds for more than it does"


def _reach(seen: Evidence) -> Iterator[Finding]:
    """What is out of reach is what no asset, sensor or satellite gets to."""
    areas, table = seen.results.areas, seen.results.causes
    table = table[(table["level"] == "area") & (table["cause"] == "out_of_reach")]
    ids = seen.case.areas["area_id"]
    kind = fleet_table(seen.case)["kind"]
    less = ((kind == "fixed") | (seen.case.by_sea & (kind == "vessel"))).to_numpy()  # or not as far as told
    km2, known = numbers(seen.results.cells["area_km2"]), areas.set_index("area_id").reindex(ids)
    target = numbers(known["target_coverage"] * known["area_km2"])
    left = numbers(table.set_index("area_id")["km2"].reindex(ids))
    for some, sign in ((seen.reach, 1.0), (seen.reach[~less], -1.0)):
        reached = sum_by(seen.area, km2 * some.any(axis=0), len(ids))
        least = np.minimum(np.maximum(0.0, target - reached), numbers(known["shortfall_km2"]))
        for at in np.flatnonzero(sign * (least - left) > TOLERANCE * np.maximum(target, 1.0)):
            yield f"causes.csv: {left[at]!s} km² of {ids.iloc[at]} are out of reach, {least[at]!s} are"
