"""What a plan covers and what is missing, cell by cell, area by area, and in each programme's mandate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner import units
from planner.case import Case
from planner.case.periods import shares
from planner.causes.names import ALL
from planner.core import search_theory
from planner.features.coverage_goal import shortfall
from planner.features.risk import area_weights
from planner.frames import Array, looked_up, numbers, sum_by
from planner.geometry.longitude import signed_lon
from planner.results.contract import NO_CAUSE, NOT_SOUGHT, TOTAL, conform

KM2 = ["target_km2", "covered_km2", "shortfall_km2"]
PAIR = ["programme_id", "area_id"]


@dataclass(frozen=True)
class Coverage:
    """Coverage of a plan, by positions in the cells and in the case's areas.

    Attributes:
        factor, pod: coverage factor and probability of detection, mean over the horizon, shape (cells,).
        covered: what counts as covered of each cell: POD, or effective coverage where detections need an
            answer, mean over the horizon, shape (cells,).
        by_period, covered_by_period: coverage factor, and what counts as covered, in each period, shape
            (periods, cells).
        area_km2, target_km2, covered_km2, shortfall_km2: of each area its water, the coverage wanted, the sum
            of cell area x what counts as covered, and what is missing to the target, shape (areas,).
        risk_weight: mean risk weight of the water of each area, shape (areas,) [-].
    """

    factor: Array
    pod: Array
    covered: Array
    by_period: Array
    covered_by_period: Array
    area_km2: Array
    target_km2: Array
    covered_km2: Array
    shortfall_km2: Array
    risk_weight: Array


def coverage(
    areas: pd.DataFrame, cells: pd.DataFrame, by_period: Array, share: Array, counts: Array
) -> Coverage:
    """Sum up the coverage of cells (``area``: position in ``areas``, ``area_km2``) over their areas.

    ``by_period`` is the coverage factor in each period and ``counts`` what counts as covered, shape (periods,
    cells); ``share`` is that of each period in the horizon, shape (periods,).
    """
    area, km2 = cells["area"].to_numpy(), numbers(cells["area_km2"])
    of_areas, covered = (sum_by(area, each, len(areas)) for each in (km2, km2 * (share @ counts)))
    target = numbers(areas["target_coverage"]) * of_areas
    return Coverage(
        factor=share @ by_period,
        pod=share @ search_theory.pod(by_period),
        covered=share @ counts,
        by_period=by_period,
        covered_by_period=counts,
        area_km2=of_areas,
        target_km2=target,
        covered_km2=covered,
        shortfall_km2=shortfall(target, covered),
        risk_weight=area_weights(cells, len(areas)),
    )


def of_nodes(case: Case, cells: pd.DataFrame, nodes: pd.DataFrame) -> Coverage:
    """Coverage of a plan, whose nodes (with ``factor`` and ``coverage``) are the cells in each period."""
    by_period, counts = by_cell(case, cells, nodes, "factor", "coverage")
    return coverage(case.areas, cells, by_period, shares(case.periods), counts)


def by_cell(case: Case, cells: pd.DataFrame, nodes: pd.DataFrame, *figures: str) -> Array:
    """Figures of nodes by period and cell, shape (figures, periods, cells)."""
    cell = pd.Index(cells["cell_id"]).get_indexer(nodes["cell_id"])
    period = pd.Index(case.periods["period_id"]).get_indexer(nodes["period_id"])
    found = np.zeros((len(figures), len(case.periods), len(cells)))
    found[:, period, cell] = numbers(nodes[[*figures]]).T
    return found


def area_table(areas: pd.DataFrame, found: Coverage, causes: pd.DataFrame) -> pd.DataFrame:
    """Coverage and shortfall of every area, with its largest cause by the table ``causes``."""
    table = areas.assign(
        programme_id=ALL,
        area_km2=found.area_km2,
        coverage=found.covered_km2 / found.area_km2,
        covered_km2=found.covered_km2,
        shortfall_km2=found.shortfall_km2,
        met=found.shortfall_km2 <= 0.0,
        risk_weight=found.risk_weight,
    )
    return conform("areas", table.assign(largest_cause=largest_causes(table, causes, PAIR)))


def cell_table(cells: pd.DataFrame, areas: pd.DataFrame, found: Coverage, visits: Array) -> pd.DataFrame:
    """Coverage factor and POD of every cell, and the cause of its area (``areas``: of results) in it.

    ``visits`` are those of cells in each period, shape (periods, cells), NaN where they do not count.
    """
    area = cells["area"].to_numpy()
    cause = areas["largest_cause"].to_numpy(dtype=object)[area]
    table = cells.assign(
        area_id=areas["area_id"].array[area],
        lon=signed_lon(cells["lon"].to_numpy()),
        lat=cells["lat"].to_numpy() + 0.0,  # no negative zero on the equator
        visits=visits.sum(axis=0),
        coverage_factor=found.factor,
        pod=found.pod,
        coverage=found.covered,
        cause=np.where(found.covered < 1.0, cause, NO_CAUSE),
    )
    return conform("cells", table)


def gap_table(programmes: pd.DataFrame, areas: pd.DataFrame, causes: pd.DataFrame) -> pd.DataFrame:
    """One row per programme and area of its mandate, and the row ``total``."""
    known = areas.assign(target_km2=areas["target_coverage"] * areas["area_km2"])[["area_id", *KM2]]
    rows = programmes[["programme_id", "areas"]].rename(columns={"areas": "area_id"}).explode("area_id")
    whole = pd.DataFrame({"programme_id": [ALL], "area_id": [ALL], **known[KM2].sum()})
    table = pd.concat([rows.dropna().merge(known, how="left"), whole], ignore_index=True)
    table = table.assign(largest_cause=largest_causes(table, causes, PAIR))
    return conform("gaps", table.replace({"programme_id": {ALL: TOTAL}, "area_id": {ALL: TOTAL}}))


def programme_table(
    programmes: pd.DataFrame, gaps: pd.DataFrame, funding: pd.DataFrame, prices: pd.DataFrame
) -> pd.DataFrame:
    """Budget, spending, shadow price and mandate of every programme."""
    ids = programmes["programme_id"]
    price = looked_up(ids.rename("id"), prices[prices["limit_kind"] == "budget"], ["shadow_price"])
    mandates = gaps.groupby("programme_id")[KM2].sum().reindex(ids).fillna(0.0)
    table = programmes.assign(
        spent=ids.map(funding.groupby("programme_id")["amount"].sum()).fillna(0.0),
        shadow_price_km2_per_million=units.per_unit_to_per_million(numbers(price["shadow_price"])),
        **{name: mandates[name].to_numpy() for name in KM2},
    )
    return conform("programmes", table)


def area_period_table(case: Case, cells: pd.DataFrame, found: Coverage, weights: Array) -> pd.DataFrame:
    """Coverage and mean risk of every area in each period; ``weights`` of cells, shape (periods, cells)."""
    area, km2, n_areas = cells["area"].to_numpy(), numbers(cells["area_km2"]), len(case.areas)
    covered = [sum_by(area, km2 * counts, n_areas) for counts in found.covered_by_period]
    risk = [area_weights(cells.assign(risk_weight=weight), n_areas) for weight in weights]
    table = in_periods(case, case.areas["area_id"], covered_km2=covered, risk_weight=risk)
    whole = np.tile(found.area_km2, len(case.periods))
    return conform("area_periods", table.assign(coverage=table["covered_km2"] / whole))


def cell_period_table(
    case: Case, cells: pd.DataFrame, found: Coverage, weights: Array, visits: Array
) -> pd.DataFrame:
    """Coverage, risk and visits of every cell in each period; arguments as of ``area_period_table``."""
    table = in_periods(
        case, cells["cell_id"], risk_weight=weights, visits=visits, coverage_factor=found.by_period,
        coverage=found.covered_by_period,
    )  # fmt: skip
    return conform("cell_periods", table.assign(pod=search_theory.pod(numbers(table["coverage_factor"]))))


def in_periods(case: Case, ids: pd.Series, **figures: Array | list[Array]) -> pd.DataFrame:
    """A row for each period and id, period by period, with figures of shape (periods, ids)."""
    periods = case.periods["period_id"].to_numpy()
    keys = {"period_id": np.repeat(periods, len(ids)), str(ids.name): np.tile(ids.to_numpy(), len(periods))}
    return pd.DataFrame({**keys, **{name: np.ravel(each) for name, each in figures.items()}})


def largest_causes(rows: pd.DataFrame, causes: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """The largest cause (the first of equal ones) of the shortfall of rows that ``keys`` tell apart.

    ``NO_CAUSE`` where nothing is missing, ``NOT_SOUGHT`` where causes were not looked for.
    """
    sums = causes.groupby([*keys, "cause"], sort=False)["km2"].sum().reset_index()
    first = sums.sort_values("km2", ascending=False, kind="stable").drop_duplicates([*keys])
    found = rows[[*keys]].merge(first, on=[*keys], how="left")
    named = found["cause"].fillna(NOT_SOUGHT).where(~(found["km2"] <= 0.0), NO_CAUSE)
    return named.set_axis(rows.index).where(rows["shortfall_km2"] > 0.0, NO_CAUSE)
