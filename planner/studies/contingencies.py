"""What could be lost: every programme, asset, base and access agreement, and what a case names together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.stress import Stress
from planner.features.fleet import access_table, fleet_table
from planner.frames import numbers, records
from planner.studies.engine import Variant


@dataclass(frozen=True, eq=False)
class Contingency(Variant):
    """Things that are lost together; its edits are what the case is without them.

    Attributes:
        kind: "programme", "asset", "base", "access" or "named".
        id: programme, asset, base, operator, or the name in case.toml.
        row: number of the operator's row of access.csv, from 1; else 0.
        title: what it is called.
        share: share of the horizon for which it is lost, above 0 to 1.
        programmes, assets, bases: ids of what is lost.
        access: pairs (operator, area) whose access is lost.
    """

    kind: str = ""
    id: str = ""
    row: int = 0
    title: str = ""
    share: float = 1.0
    programmes: frozenset[str] = frozenset()
    assets: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    access: frozenset[tuple[str, str]] = frozenset()


def contingencies(case: Case) -> Iterator[Contingency]:
    """Everything that could be lost: what the case names, then programmes, assets, bases, access."""
    for stress in case.stress.values():
        yield _named(case, stress)
    for one in records(case.programmes):
        yield contingency(case, "programme", one.programme_id, one.name, programmes=[one.programme_id])
    for one in records(fleet_table(case)):
        yield contingency(case, "asset", one.asset_id, one.name, assets=[one.asset_id])
    for one in records(case.bases):
        yield contingency(case, "base", one.base_id, one.name, bases=[one.base_id])
    yield from _agreements(case)


def contingency(
    case: Case,
    kind: str,
    key: str,
    title: str,
    *,
    row: int = 0,
    share: float = 1.0,
    programmes: Collection[str] = (),
    assets: Collection[str] = (),
    bases: Collection[str] = (),
    access: Collection[tuple[str, str]] = (),
    agreements: pd.DataFrame | None = None,
) -> Contingency:
    """A contingency with what it leaves of the case.

    Budgets and hours of what is lost shrink by the share of the horizon, and so do the hours of assets that
    have no base left. From a base that is lost for a share s come at most (1 - s) of its capacity, or of the
    hours of all assets that may work from it where that is less: hours are taken to fall evenly over the
    horizon. The plan that stays as it is keeps to all of this.

    Args:
        case: the case.
        kind: as in ``Contingency``, and so the others.
        key: its id.
        title: what it is called.
        row: of access.csv.
        share: of the horizon.
        programmes: that are lost.
        assets: that are lost, sensors too.
        bases: that are lost.
        access: that is lost.
        agreements: the table of access that is left, where some is lost.
    """
    left = 1.0 - share
    homes = dict(zip(case.assets["asset_id"], case.assets["bases"], strict=True))
    homeless = {asset for asset, own in homes.items() if own and set(own) <= set(bases)}
    edits: dict[str, Any] = {}
    for frame, id_column, column, lost in (
        ("programmes", "programme_id", "budget", set(programmes)),
        ("assets", "asset_id", "hours_per_unit", {*assets, *homeless}),
        ("sensors", "sensor_id", "hours_per_unit", set(assets)),
    ):
        table = getattr(case, frame)
        if len(table) and table[id_column].isin(lost).any():
            factor = np.where(table[id_column].isin(lost), left, 1.0)
            edits[frame] = table.assign(**{column: numbers(table[column]) * factor})
    if bases:
        capacity, gone = numbers(case.bases["capacity_hours"]), case.bases["base_id"].isin(list(bases))
        least = left * np.minimum(capacity, _hours_from(case, homes))
        edits["bases"] = case.bases.assign(capacity_hours=np.where(gone, least, capacity))
    if agreements is not None:
        edits["access"] = agreements
    return Contingency(
        f"{kind} {key}" + (f" row {row}" if row else ""),
        edits,
        kind=kind,
        id=key,
        row=row,
        title=title,
        share=share,
        programmes=frozenset(programmes),
        assets=frozenset(assets),
        bases=frozenset(bases),
        access=frozenset(access),
    )


def _hours_from(case: Case, homes: Mapping[str, Collection[str]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Hours of all assets that may work from each base, shape (bases,) [h]."""
    each = numbers(case.assets["units"]) * numbers(case.assets["hours_per_unit"])
    hours = dict(zip(case.assets["asset_id"], each, strict=True))
    bases = case.bases["base_id"]
    return numbers([sum(hours[asset] for asset, own in homes.items() if base in own) for base in bases])


def _named(case: Case, stress: Stress) -> Contingency:
    everywhere, table = frozenset(case.areas["area_id"]), case.access
    lost: set[tuple[str, str]] = set()
    now, home = access_table(case), access_table(replace(case, access=table.iloc[:0]))
    for operator, areas in stress.access:
        gone = (frozenset(areas) or everywhere) - home.get(operator, frozenset())
        lost |= {(operator, area) for area in gone & now.get(operator, frozenset())}
        kept = [
            tuple(area for area in own if one != operator or area not in gone)
            for one, own in zip(table["operator"], table["areas"], strict=True)
        ]
        table = table.assign(areas=pd.Series(kept, index=table.index, dtype=object))
    return contingency(
        case,
        "named",
        stress.name,
        stress.title,
        share=stress.share,
        programmes=stress.programmes,
        assets=stress.assets,
        bases=stress.bases,
        access=lost,
        agreements=table if lost else None,
    )


def _agreements(case: Case) -> Iterator[Contingency]:
    """Every row of access.csv; an area that another row gives too, or that is home, is not lost."""
    table, now = case.access, access_table(case)
    operators = {*fleet_table(case)["operator"]}
    seen: dict[str, int] = {}
    for at, one in enumerate(records(table)):
        seen[one.operator] = seen.get(one.operator, 0) + 1
        if one.operator not in operators:
            continue
        without = table.drop(index=table.index[at])
        left = access_table(replace(case, access=without))
        lost = {(one.operator, area) for area in now[one.operator] - left[one.operator]}
        row = seen[one.operator]
        yield contingency(case, "access", one.operator, one.basis, row=row, access=lost, agreements=without)
