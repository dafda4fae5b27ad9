"""Audit of the ledger, whatever it holds: resources within capacity, accounts balanced, tables its pivots."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.core.problem import RESOURCE_IDS
from planner.frames import numbers
from planner.results.audit_physics import Evidence
from planner.results.compare import TOLERANCE, Finding, differs
from planner.results.ledger import CENT
from planner.results.limits import PRICED


def balances(seen: Evidence) -> Iterator[Finding]:
    """Every resource is used within its capacity, and exactly up to it where it must be."""
    ledger = seen.results.ledger
    if ledger is None:
        return
    rows, usage, ids_of = ledger.resources, ledger.usage, list(RESOURCE_IDS)
    amounts = usage.assign(size=usage["amount"].abs()).groupby(ids_of, sort=False)
    sums = amounts.agg(used=("amount", "sum"), size=("size", "sum"), entries=("amount", "size"))
    found = sums.reindex(pd.MultiIndex.from_frame(rows[ids_of])).fillna(0.0)
    ids = [", ".join(part for part in key if part) for key in rows[ids_of].to_numpy()]
    size = np.maximum(numbers(found["size"]), np.abs(numbers(rows["capacity"])))
    yield from differs("ledger used", rows["used"], found["used"], ids, size=size)
    over = numbers(found["used"]) - numbers(rows["capacity"])
    allowed = TOLERANCE * size + 2.0 * CENT * np.maximum(1.0, numbers(found["entries"]))
    off = (over > allowed) | (rows["exact"].to_numpy(dtype=bool) & (over < -allowed)) | np.isnan(over)
    for n in np.flatnonzero(off):
        yield f"ledger: {ids[n]}: used {rows['used'].iloc[n]!s} of {rows['capacity'].iloc[n]!s}"


def pivots(seen: Evidence) -> Iterator[Finding]:
    """What the tables say of hours, money and coverage is what the ledger says."""
    ledger = seen.results.ledger
    if ledger is None:
        return
    for kind, word, owner, _ in PRICED:
        rows = ledger.resources[ledger.resources["kind"] == kind].groupby(owner, sort=False)
        prices = seen.results.prices[seen.results.prices["limit_kind"] == word].set_index("id")
        for column, again in (
            ("limit", rows["capacity"].sum()),
            ("used", rows["used"].sum()),
            ("shadow_price", rows["shadow_price"].max()),
        ):
            ids = again.index.tolist()
            yield from differs(f"prices.csv {column} of {word}", prices[column].reindex(ids), again, ids)
    effect = ledger.effect.groupby("cell_id")["factor"].sum()
    again = seen.results.cells["cell_id"].map(effect).fillna(0.0)
    ids = seen.results.cells["cell_id"].tolist()
    yield from differs(
        "cells.csv coverage_factor against the ledger", seen.results.cells["coverage_factor"], again, ids
    )
    for name, column, kind in (("missions", "cost", "account"), ("funding", "amount", "budget")):
        whole = ledger.used(kind)["amount"]
        again_sum = [whole[whole > 0.0].sum()]
        yield from differs(
            f"{name}.csv {column} against the ledger", [getattr(seen.results, name)[column].sum()], again_sum
        )
