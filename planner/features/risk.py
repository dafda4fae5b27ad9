"""What the risk map says of cells: risk weights, times those of the areas, and visits, in place of theirs.

Reads ``risk_weight`` of areas, and risk.csv, whose rows are a layer, or several by name. A layer multiplies
what others say, or replaces the area's weight; of cells beyond its reach it says nothing, and of weights
nothing where it gives visits alone. Visits of layers that give some are added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
ROUNDING = 1e-9
"""A smaller part of a year than this is left by rounding."""
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


class Mapped(NamedTuple):
    """Risk weights and visits of cells in periods, shape (periods, cells) each.

    Attributes:
        weight: risk weight [-].
        layers: the layers of the risk map by its periods.
        visits: visits that the map gives.
        unmapped: the part of the period in which the map gives none, not even 0: there the area's hold [-].
    """

    weight: Array
    layers: dict[str, list[Layer]]
    visits: Array
    unmapped: Array


def risk_weights(
    areas: pd.DataFrame,
    risk: pd.DataFrame,
    cells: pd.DataFrame,
    spacing_nm: float,
    periods: Sequence[str] = ("",),
) -> Array:
    """Risk weight of each cell in each period, shape (periods, cells) [-]; arguments as in ``weighed``."""
    return weighed(areas, risk, cells, spacing_nm, dict.fromkeys(periods, 1.0)).weight


def weighed(
    areas: pd.DataFrame,
    risk: pd.DataFrame,
    cells: pd.DataFrame,
    spacing_nm: float,
    periods: Mapping[str, float],
) -> Mapped:
    """What areas and the risk map say of each cell in each period.

    Args:
        areas: the areas, with ``risk_weight``.
        risk: rows of risk.csv, in any order; may be empty. Rows without a period hold in all, rows that name
            a future in none. ``visits`` are those of the horizon, or of the period. A column ``factor`` is
            what all weights are multiplied by, the same in all. A column ``share`` is there where the year is
            planned as one, but rows speak of its periods: their part of it. A weight is then the mean over
            all periods, and visits are their sum.
        cells: the cells, with ``area`` (position), lon, lat, area_km2 and geometry.
        spacing_nm: spacing of the cells [nm].
        periods: the share of each period in the horizon by its id; those that the map does not name are the
            layers' "".
    """
    own = numbers(areas["risk_weight"])[cells["area"].to_numpy()]
    risk = of_all_futures(risk)
    shares = {}
    if "share" in risk:
        rows = risk[(risk["period"] != "").to_numpy()].drop_duplicates("period")
        shares = dict(zip(rows["period"].astype(str), rows["share"], strict=True))
    named = set(risk["period"].unique()) & set(periods)
    rest = {"": max(0.0, 1.0 - sum(shares.values()))}
    parts: list[dict[str, float]] = [
        {**shares, **rest} if shares else {one if one in named else "": 1.0} for one in periods
    ]
    layers = {
        period: list(_layers(risk[risk["period"].isin(["", period])], cells, spacing_nm))
        for period in dict.fromkeys(period for part in parts for period in part)
    }
    factor = float(risk["factor"].iloc[0]) if len(risk) and "factor" in risk else 1.0
    known = {period: _weights(own, found, factor) for period, found in layers.items()}
    weight, visits, unmapped = (np.zeros((len(parts), len(cells))) for _ in range(3))
    for at, (part, share) in enumerate(zip(parts, periods.values(), strict=True)):
        for period, of in part.items():
            weight[at] += of * known[period]
            mapped = np.zeros(len(cells), dtype=bool)
            for found in (layer.map for layer in layers[period]):
                if found.visits is not None:
                    mapped |= found.served
                    visits[at] += of * share * found.visits[0] + found.visits[1]
            unmapped[at] += of * ~mapped
    return Mapped(weight, layers, visits, unmapped)


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
    weighing = [(layer.map, layer.map.weight) for layer in layers if layer.map.weight is not None]
    for found, _ in weighing:
        mapped |= found.served
    weight = np.where(_replaced(len(own), layers), 1.0, own) * np.where(mapped, factor, 1.0)
    for _, each in weighing:
        weight = weight * each
    return weight


def _replaced(n_cells: int, layers: Sequence[Layer]) -> Booleans:
    """The cells in which a layer replaces the areas' weights, shape (cells,)."""
    replaced = np.zeros(n_cells, dtype=bool)
    for layer in layers:
        replaced |= layer.map.served if layer.mode == REPLACE else False
    return replaced


def served(layers: dict[str, list[Layer]]) -> list[dict[str, object]]:
    """How many cells each rule of each layer serves, and what it gives, for ``run.json``."""
    return [
        {
            **{"layer": layer.name, "mode": layer.mode, "period": period, "places": layer.map.places},
            **{"reach_nm": layer.map.reach_nm, "cells_with_places": int(layer.map.inside.sum())},
            "cells_by_nearest": int(layer.map.near.sum()),
            "weights": layer.map.weight is not None,
            "visits": layer.map.visits is not None,
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


def risk_warnings(case: Case, cells: pd.DataFrame, unmapped: Array) -> Iterator[Problem]:
    """Warnings on places that no cell takes, water without a place, a sparse map, weights of 0, and visits.

    ``unmapped`` is that of ``Mapped``, shape (periods, cells).
    """
    risk = of_all_futures(case.risk)
    if risk.empty:
        return
    if case.settings.answers is not None:
        yield from _visits(case, cells, unmapped)
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


def _visits(case: Case, cells: pd.DataFrame, unmapped: Array) -> Iterator[Problem]:
    """Visits of areas that the map replaces everywhere, and water for which neither gives any."""
    area, visits = cells["area"].to_numpy(), numbers(case.areas["visits_per_year"])
    left = (unmapped > ROUNDING).any(axis=0)
    needed, unknown = np.zeros(len(visits), dtype=bool), left & np.isnan(visits)[area]
    needed[area[left]] = True
    place = Place(AREAS.file, 0, "visits_per_year")
    if (~needed & (visits > 0.0)).any():
        yield place.problem("no_visits.replaced", tuple(case.areas["area_id"][~needed & (visits > 0.0)]))
    if unknown.any():
        names = tuple(case.areas["area_id"].iloc[np.unique(area[unknown])])
        yield place.problem("no_visits.map", names, cells=int(unknown.sum()))


def _of_layer(layer: Layer, km2: Array) -> Iterator[Problem]:
    place, name, found = Place(RISK.file, 0, "layer" if layer.name else ""), layer.name or None, layer.map
    if found.unused:
        yield place.problem("unused_places", name, count=found.unused, all=found.places)
    if found.stated:  # how far it speaks is meant, and summary and page say for how many cells
        return
    if not found.served.all():
        share = float(km2[~found.served].sum() / km2.sum())
        cells = int((~found.served).sum())
        said = "no_places.visits" if found.weight is None else "no_places"
        yield place.problem(said, name, reach=found.reach_nm, cells=cells, share=share)
    mapped, inside = np.count_nonzero(found.served), np.count_nonzero(found.inside)
    if inside < SPARSE * mapped:
        yield place.problem("sparse_map", name, inside=inside, mapped=mapped, reach=found.reach_nm)
