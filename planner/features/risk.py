"""Risk weights of cells: the nearest point of risk.csv, else the weight of the cell's area."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers

Array = npt.NDArray[np.float64]


def risk_weights(areas: pd.DataFrame, risk: pd.DataFrame, cells: pd.DataFrame) -> Array:
    """Risk weight of each cell, shape (cells,) [-].

    Args:
        areas: the areas, with ``risk_weight``.
        risk: risk points (lon, lat, weight); may be empty.
        cells: the cells, with ``area`` (position), lon and lat.
    """
    if risk.empty:
        return np.asarray(numbers(areas["risk_weight"])[cells["area"].to_numpy()])
    from scipy.spatial import cKDTree  # noqa: PLC0415 (only cases with risk points pay for the import)

    points = _on_sphere(risk["lon"].to_numpy(), risk["lat"].to_numpy())
    _, nearest = cKDTree(points).query(_on_sphere(cells["lon"].to_numpy(), cells["lat"].to_numpy()))
    return numbers(risk["weight"])[np.asarray(nearest)]


def _on_sphere(lon: Array, lat: Array) -> Array:
    """Points of the unit sphere, shape (points, 3); the nearest chord is the nearest on the ground."""
    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
