"""Audit of the causes: they sum to the shortfalls, and their plans are proven."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.causes.names import ALL, CAUSES_OF_PROGRAMME, causes_of_all
from planner.features.fleet import fleet_table, goes_by_sea, works_by_the_hour
from planner.frames import numbers, sum_by
from planner.results.audit_physics import Evidence
from planner.results.compare import TOLERANCE, Finding, differs
from planner.results.contract import TOTAL

KEYS = ["level", "programme_id", "area_id"]
ROUNDING = 1e-12
"""What rounding may make of a shortfall, as a part of the target."""


def causes(seen: Evidence) -> Iterator[Finding]:
    """What is said of causes agrees with the shortfalls, with itself, and with the proofs of its plans."""
    for check in (_gains, _sums, _total, _rungs, _reach):
        if check is _gains or len(seen.results.causes):
            yield from check(seen)


def _sums(seen: Evidence) -> Iterator[Finding]:
    """The causes of every area and mandate sum to its shortfall."""
    areas, gaps = seen.results.areas, seen.results.gaps
    total = gaps["programme_id"] == TOTAL
    asked = gaps.assign(level=np.where(total, "all", "programme"))
    asked[["programme_id", "area_id"]] = asked[["programme_id", "area_id"]].mask(total, ALL)
    target = areas["target_coverage"] * areas["area_km2"]
    wanted = pd.concat([areas.assign(level="area", programme_id=ALL, target_km2=target), asked])
    keys, parts = pd.MultiIndex.from_frame(wanted[KEYS]), seen.results.causes.groupby(KEYS)["km2"].sum()
    if len(parts) != len(keys):
        yield f"causes.csv: {len(parts)} shortfalls are explained, {len(keys)} there are"
    size = ROUNDING / TOLERANCE * wanted["target_km2"]
    yield from differs("causes.csv km2", parts.reindex(keys), wanted["shortfall_km2"], keys.tolist(), size)


def _total(seen: Evidence) -> Iterator[Finding]:
    """What all areas together lack for a cause is the sum of what each does."""
    km2 = seen.results.causes.groupby(["level", "cause"])["km2"].sum()
    yield from differs(
        "causes.csv km2 of all areas", km2["all"], km2["area"].reindex(km2["all"].index), km2["all"].index
    )


def _rungs(seen: Evidence) -> Iterator[Finding]:
    """Every step is the difference of two rungs, whose proofs say what they are."""
    rungs, table = seen.results.rungs, seen.results.causes
    table = table[table["level"] != "area"]
    for programme_id, own in rungs.groupby("programme_id", sort=False):
        short = numbers(own["shortfall_km2"])
        told = table[table["programme_id"] == programme_id].groupby("cause")["km2"].sum()
        of_all = causes_of_all(seen.case.settings.answers is not None)
        names = of_all if programme_id == ALL else CAUSES_OF_PROGRAMME
        if len(short) != len(names):
            yield f"rungs.csv of {programme_id}: {len(short)} rungs, {len(names)} there are"
        elif programme_id == ALL or len(told):
            steps = short - np.append(short[1:], 0.0)
            told = told.reindex(list(names))
            yield from differs(f"rungs.csv of {programme_id}", told, steps, names, size=short[0])
    difference, proven = rungs["value"] - rungs["bound"], rungs["status"] == "optimal"
    for row in rungs[(difference < 0.0) | (proven & ~(rungs["gap"] <= rungs["tolerance"]))].itertuples():
        yield f"rungs.csv: {row.rung} of {row.programme_id} is not proven"


def _gains(seen: Evidence) -> Iterator[Finding]:
    """A gain of a million more is within what its certificates prove of it."""
    gains, prices = seen.results.gains, seen.results.prices
    known = seen.case.programmes["programme_id"].tolist() if len(gains) else []
    if gains["programme_id"].tolist() != known:
        yield f"gains.csv: {len(gains)} programmes, {len(known)} there are"
    least, gain, most = (
        numbers(gains[name]) for name in ("least_km2", "gain_of_next_million_km2", "most_km2")
    )
    within = (least <= gain * (1.0 + TOLERANCE)) & (gain <= most * (1.0 + TOLERANCE))
    for row in np.flatnonzero(~within):
        yield f"gains.csv: {gain[row]!s} is not between {least[row]!s} and {most[row]!s}"
    for one in prices.loc[prices["holds_least"] > prices["holds_most"], "id"]:
        yield f"prices.csv: the price of {one} holds for more than it does"


def _reach(seen: Evidence) -> Iterator[Finding]:
    """What is out of reach is what no asset, sensor or satellite gets to."""
    areas, table = seen.results.areas, seen.results.causes
    table = table[(table["level"] == "area") & (table["cause"] == "out_of_reach")]
    ids, kind = seen.case.areas["area_id"], fleet_table(seen.case)["kind"]
    less = works_by_the_hour(kind) | (seen.case.by_sea & goes_by_sea(kind))  # or not as far as told
    km2, known = numbers(seen.results.cells["area_km2"]), areas.set_index("area_id").reindex(ids)
    target = numbers(known["target_coverage"] * known["area_km2"])
    left = numbers(table.set_index("area_id")["km2"].reindex(ids))
    for some, sign in ((seen.reach, 1.0), (seen.reach[~less], -1.0)):
        reached = sum_by(seen.area, km2 * some.any(axis=0), len(ids))
        least = np.minimum(np.maximum(0.0, target - reached), numbers(known["shortfall_km2"]))
        for at in np.flatnonzero(sign * (least - left) > TOLERANCE * np.maximum(target, 1.0)):
            yield f"causes.csv: {left[at]!s} km² of {ids.iloc[at]} are out of reach, {least[at]!s} are"
