"""Draws of uncertain figures: a Latin hypercube over the drivers, and each figure's value in its range.

A driver is what varies on its own: one figure, or all figures that are drawn together. A draw gives each
driver a quantile between 0 and 1, and each of its figures the value at that quantile of its distribution.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import qmc

from planner.case.figures import figure_key
from planner.frames import numbers

Array = npt.NDArray[np.float64]


def figure_table(uncertainty: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The figures that are drawn, with their ranges, drivers and sources.

    Args:
        uncertainty: ranges, as ``Case.uncertainty``.
        sources: basis and source of figures, as ``Case.sources``.
    """
    place = ["table", "id", "field"]
    known = sources.drop_duplicates(place, keep="last")[[*place, "basis", "source"]]
    ranges = uncertainty.rename(columns={"value": "base", "source": "range_source"})
    table = ranges.merge(known, on=place, how="left", validate="1:1")
    keys = [figure_key(*names) for names in zip(*(table[name] for name in place), strict=True)]
    driver = [group or key for group, key in zip(table["together"], keys, strict=True)]
    filled = {name: table[name].fillna("").astype("str") for name in ("basis", "source")}
    table = table.assign(figure=pd.Series(keys, dtype="str"), driver=pd.Series(driver, dtype="str"), **filled)
    return table[
        [
            *("figure", *place, "base", "low", "high", "currency", "distribution", "driver"),
            *("basis", "source", "range_source"),
        ]
    ]


def quantiles(figures: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """A Latin hypercube: of every driver one quantile in each of as many equal parts as there are draws.

    McKay, Beckman and Conover (1979), Technometrics 21(2).

    Args:
        figures: from ``figure_table``.
        draws: number of draws.
        seed: of the random numbers; the same seed gives the same draws.

    Returns:
        Quantiles, shape (draws, drivers); a column for each driver.
    """
    drivers = list(dict.fromkeys(figures["driver"]))
    sampler = qmc.LatinHypercube(len(drivers), rng=np.random.default_rng(seed))
    return pd.DataFrame(sampler.random(draws), columns=drivers)


def values(figures: pd.DataFrame, quantile: pd.DataFrame) -> pd.DataFrame:
    """The value of every figure in every draw, within its range.

    Args:
        figures: from ``figure_table``.
        quantile: from ``quantiles``.

    Returns:
        Values in the unit and currency of the file, shape (draws, figures); a column for each figure's key.
    """
    found = {}
    for row in figures.to_dict("records"):
        low, high = float(row["low"]), float(row["high"])
        u = numbers(quantile[row["driver"]])
        found[row["figure"]] = np.clip(_AT[row["distribution"]](u, low, float(row["base"]), high), low, high)
    return pd.DataFrame(found)


def _uniform(u: Array, low: float, _: float, high: float) -> Array:
    return low + u * (high - low)


def _triangular(u: Array, low: float, peak: float, high: float) -> Array:
    """The inverse of the triangular distribution's function, with its peak at the figure."""
    width, rise = high - low, peak - low
    left = low + np.sqrt(u * width * rise)
    right = high - np.sqrt((1.0 - u) * width * (high - peak))
    return np.where(u * width < rise, left, right)


def _loguniform(u: Array, low: float, _: float, high: float) -> Array:
    return low * (high / low) ** u


_AT = {"uniform": _uniform, "triangular": _triangular, "loguniform": _loguniform}
