"""Risk weights of cells: the weight of the cell's area times those of the layers of the risk map.

Reads ``risk_weight`` of areas, and risk.csv, whose rows are a layer, or several by name. A layer multiplies
what others say, or replaces the area's weight; of cells beyond its reach it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.errors import Problem
from planner.features.risk_map import RiskMap, risk_map
from planner.frames import numbers, sum_by
from planner.schema.messages import Place
from planner.schema.tables import AREAS, RISK

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
REPLACE = "replace"
SPARSE = 0.5
"""Share of a layer's cells that hold a place of their own below which it is called sparse."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What a layer of the risk map says in a period.

    Attributes:
        name, mode: of the layer.
        map: what it says of the cells.
    """

    name: str
    mode: str
    map: RiskMap


def risk_weights(
    areas: pd.DataFrame,
    risk: pd.DataFrame,
    cells: pd.DataFrame,
    spacing_nm: float,
    periods: Sequence[str] = ("",),
) -> Array:
    """Risk weight of each cell in each period, shape (periods, cells) [-]; arguments as in ``weighed``."""
    return weighed(areas, risk, cells, spacing_nm, periods)[0]


def weighed(
    areas: pd.DataFrame, risk: pd.DataFrame, cells: pd.DataFrame, spacing_nm: float, periods: Sequence[str]
) -> tuple[Array, dict[str, list[Layer]]]:
    """Risk weight of each cell in each period, shape (periods, cells) [-], and the layers by period.

    Args:
        areas: the areas, with ``risk_weight``.
        risk: rows of risk.csv, in any order; may be empty. Rows without a period hold in all, rows that name
            a future in none. A column ``factor`` is what all of the map is multiplied by, the same in all. A
            column ``share`` is there where the year is planned as one, but rows speak of its periods: their
            part of it. A weight is then the mean over all periods.
        cells: the cells, with ``area`` (position), lon, lat and geometry.
        spacing_nm: spacing of the cells [nm].
        periods: ids of the periods; those that the map does not name are the layers' "".
    """
    own = numbers(areas["risk_weight"])[cells["area"].to_numpy()]
    risk = of_all_futures(risk)
    parts = {}
    if "share" in risk:
        rows = risk[(risk["period"] != "").to_numpy()].drop_duplicates("period")
        parts = dict(zip(rows["period"].astype(str), rows["share"], strict=True))
    named = parts.keys() or set(risk["period"].unique()) & set(periods)
    layers = {
        period: list(_layers(risk[risk["period"].isin(["", period])], cells, spacing_nm))
        for period in dict.fromkeys(one if one in named else "" for one in (*parts, *periods))
    }
    factor = float(risk["factor"].iloc[0]) if len(risk) and "factor" in risk else 1.0
    known = {period: _weights(own, found, factor) for period, found in layers.items()}
    if parts:
        rest = {"": max(0.0, 1.0 - sum(parts.values()))}
        mean = sum(share * known[period] for period, share in {**parts, **rest}.items())
        return np.tile(mean, (len(periods), 1)), layers
    return np.array([known[one if one in named else ""] for one in periods]), layers


def of_all_futures(risk: pd.DataFrame) -> pd.DataFrame:
    """The rows of a risk map that name no future."""
    return risk[(risk["future"] == "").to_numpy()]


def _layers(risk: pd.DataFrame, cells: pd.DataFrame, spacing_nm: float) -> Iterator[Layer]:
    for name in sorted(risk["layer"].unique()):
        rows = risk[(risk["layer"] == name).to_numpy()]
        yield Layer(name, str(rows["mode"].iloc[0]), risk_map(rows, cells, spacing_nm))


def _weights(own: Array, layers: Sequence[Layer], factor: float) -> Array:
    """The areas' weights, but where a layer replaces them, times those of all layers that speak."""
    mapped = np.zeros(len(own), dtype=bool)
    for layer in layers:
        mapped |= layer.map.served
    weight = np.where(_replaced(len(own), layers), 1.0, own) * np.where(mapped, factor, 1.0)
    for layer in layers:
        weight = weight * layer.map.weight
    return weight


def _replaced(n_cells: int, layers: Sequence[Layer]) -> Booleans:
    """The cells in which a layer replaces the areas' weights, shape (cells,)."""
    replaced = np.zeros(n_cells, dtype=bool)
    for layer in layers:
        replaced |= layer.map.served if layer.mode == REPLACE else False
    return replaced


def served(layers: dict[str, list[Layer]]) -> list[dict[str, object]]:
    """How many cells each rule of each layer serves, for ``run.json``."""
    return [
        {
            **{"layer": layer.name, "mode": layer.mode, "period": period, "places": layer.map.places},
            **{"reach_nm": layer.map.reach_nm, "cells_with_places": int(layer.map.inside.sum())},
            "cells_by_nearest": int(layer.map.near.sum()),
            "cells_without": int((~layer.map.served).sum()),
        }
        for period, found in layers.items()
        for layer in found
    ]


def area_weights(cells: pd.DataFrame, n_areas: int) -> Array:
    """Mean risk weight of the water of each area, shape (areas,) [-]; 0 without water."""
    area, km2 = cells["area"].to_numpy(), numbers(cells["area_km2"])
    weight = sum_by(area, km2 * numbers(cells["risk_weight"]), n_areas)
    whole = sum_by(area, km2, n_areas)
    return np.divide(weight, whole, out=np.zeros(n_areas), where=whole > 0.0).round(12)


def risk_warnings(case: Case, cells: pd.DataFrame) -> Iterator[Problem]:
    """Warnings: places that no cell takes, water without a place, a sparse map, weights that are all 0."""
    risk = of_all_futures(case.risk)
    if risk.empty:
        return
    layers = list(_layers(risk, cells, case.settings.cells.spacing_nm))
    for layer in layers:
        yield from _of_layer(layer, numbers(cells["area_km2"]))
    area, replaced = cells["area"].to_numpy(), _replaced(len(cells), layers)
    vain = np.setdiff1d(area[replaced], area[~replaced])
    vain = vain[numbers(case.areas["risk_weight"])[vain] != 1.0]
    if len(vain):
        names = tuple(case.areas["area_id"].iloc[vain])
        yield Place(AREAS.file, 0, "risk_weight").problem("no_risk.replaced", names)
    if not numbers(cells["risk_weight"]).any():
        yield Place(AREAS.file, 0, "risk_weight").problem("no_risk.map")


def _of_layer(layer: Layer, km2: Array) -> Iterator[Problem]:
    place, name, found = Place(RISK.file, 0, "layer" if layer.name else ""), layer.name or None, layer.map
    if found.unused:
        yield place.problem("unused_places", name, count=found.unused, all=found.places)
    if found.stated:  # how far it speaks is meant, and summary and page say for how many cells
        return
    if not found.served.all():
        share = float(km2[~found.served].sum() / km2.sum())
        cells = int((~found.served).sum())
        yield place.problem("no_places", name, reach=found.reach_nm, cells=cells, share=share)
    mapped, inside = np.count_nonzero(found.served), np.count_nonzero(found.inside)
    if inside < SPARSE * mapped:
        yield place.problem("sparse_map", name, inside=inside, mapped=mapped, reach=found.reach_nm)
