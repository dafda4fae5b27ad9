"""Draws of uncertain figures: a Latin hypercube over the drivers, and what makes outcomes vary over draws.

A driver is what varies on its own: one figure, or all figures that are drawn together. A draw gives each
driver a quantile between 0 and 1, and each of its figures the value at that quantile of its distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from planner.case import Case
from planner.case.folder import RawCase
from planner.case.ranges import figure_key
from planner.case.read import drawn_case
from planner.frames import numbers, records
from planner.studies.metrics import RATIO, Key

Array = npt.NDArray[np.float64]
DISTRIBUTIONS: Mapping[str, Callable[[float, float, float], Any]] = {
    "uniform": lambda low, _, high: scipy.stats.uniform(low, high - low),
    "triangular": lambda low, peak, high: scipy.stats.triang((peak - low) / (high - low), low, high - low),
    "loguniform": lambda low, _, high: scipy.stats.loguniform(low, high),
}
"""The distribution of a figure, from the low end of its range, the figure itself, and the high end."""


@dataclass(frozen=True, eq=False)
class Reader:
    """What the case of a draw is read from: the case without ranges, the user's changes and scenarios."""

    raw: RawCase
    changes: Mapping[str, object]
    scenario: str | None

    def read(self, figures: Mapping[str, float]) -> Case:
        """The case with the figures of a draw."""
        return drawn_case(self.raw, figures, self.changes, self.scenario)


def figure_table(uncertainty: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The figures that are drawn, with their ranges, drivers and sources, from those tables of the case."""
    place = ["table", "id", "field"]
    known = sources.drop_duplicates(place, keep="last")[[*place, "basis", "source"]]
    ranges = uncertainty.rename(columns={"value": "base", "source": "range_source"})
    table = ranges.merge(known, on=place, how="left", validate="1:1")
    keys = [figure_key(*names) for names in zip(*(table[name] for name in place), strict=True)]
    driver = [group or key for group, key in zip(table["together"], keys, strict=True)]
    filled = {name: table[name].fillna("").astype("str") for name in ("basis", "source")}
    table = table.assign(figure=pd.Series(keys, dtype="str"), driver=pd.Series(driver, dtype="str"), **filled)
    drawn = ("base", "low", "high", "currency", "distribution", "driver", "basis", "source")
    return table[["figure", *place, *drawn, "range_source"]]


def quantiles(figures: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """A Latin hypercube: of every driver one quantile in each of as many equal parts as there are draws.

    McKay, Beckman and Conover (1979), Technometrics 21(2). The same seed gives the same draws.

    Returns:
        Quantiles, shape (draws, drivers); a column for each driver of ``figures`` (``figure_table``).
    """
    drivers = list(dict.fromkeys(figures["driver"]))
    sampler = scipy.stats.qmc.LatinHypercube(len(drivers), rng=np.random.default_rng(seed))
    return pd.DataFrame(sampler.random(draws), columns=drivers)


def values(figures: pd.DataFrame, quantile: pd.DataFrame) -> pd.DataFrame:
    """The value of every figure in every draw, within its range, by the ``quantiles`` of its driver.

    Returns:
        Values in the unit and currency of the file, shape (draws, figures); a column for each figure's key.
    """
    found = {}
    for row in records(figures):
        drawn = DISTRIBUTIONS[row.distribution](row.low, row.base, row.high)
        found[row.figure] = np.clip(drawn.ppf(numbers(quantile[row.driver])), row.low, row.high)
    return pd.DataFrame(found)


def drawn(case: Case, draws: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The uncertain figures of a case (``figure_table``), and in draws their ``quantiles`` and ``values``."""
    figures = figure_table(case.uncertainty, case.sources)
    quantile = quantiles(figures, draws, seed)
    return figures, quantile, values(figures, quantile)


PROGRAMME_PRICE, ASSET_PRICE = "programme_shadow_price", "asset_shadow_price"
UNITS = {
    "coverage": "share",
    RATIO: "share",
    "covered_km2": "km2",
    "shortfall_km2": "km2",
    "area_coverage": "share",
    "area_shortfall_km2": "km2",
    "programme_gap_km2": "km2",
    "programme_spent": "money",
    PROGRAMME_PRICE: "km2 per million",
    ASSET_PRICE: "km2 per h",
}
"""Outcomes with their units. ``coverage`` is that of all areas together, ``least_target_met`` their smallest
coverage/target; a programme's gap is the shortfall of its mandate; shadow prices are in risk-weighted km² per
million of the case's currency, or per hour."""
SAME = 1e-9
"""Outcomes that differ by less than this share of their size do not vary: digits of the solver."""
TIE = 1e-3
"""Shadow prices that differ by less than this share are equal: programmes that pay for the same mission."""
QUARTER = 0.25
PERCENTILES = {"p5": 5, "p25": 25, "median": 50, "p75": 75, "p95": 95}


def outcome_table(
    base: Mapping[Key, float], drawn: pd.DataFrame, names: Mapping[tuple[str, str], str]
) -> pd.DataFrame:
    """Mean, spread and percentiles of every outcome that was drawn, shape (draws, outcomes).

    ``base``: the outcomes of the case as it stands; ``names``: name of each record by kind, the first word
    of an outcome, and id.
    """
    values = drawn.to_numpy(dtype=np.float64)
    table = pd.DataFrame(list(base), columns=["outcome", "id"])
    name = [names.get((outcome.split("_")[0], one), "") for outcome, one in base]
    table["name"] = pd.Series(name, dtype="str")
    table["unit"] = table["outcome"].map(UNITS)
    table["base"] = list(base.values())
    table["mean"] = values.mean(axis=0) if len(values) else np.nan
    table["sd"] = values.std(axis=0, ddof=1) if len(values) > 1 else np.nan
    return table.assign(**_percentiles(values, "", PERCENTILES))


def driver_table(quantile: pd.DataFrame, drawn: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation and swing of every outcome with every driver.

    Spearman's rank correlation is Pearson's of the ranks, blank where an outcome does not vary. It is the
    same for all figures of a driver, whose values rise with its quantile. Quantiles and outcomes are of the
    draws that have a plan, shapes (draws, drivers) and (draws, outcomes).
    """
    u, found = quantile.to_numpy(dtype=np.float64), drawn.to_numpy(dtype=np.float64)
    varies = np.ptp(found, axis=0) if len(found) else np.zeros(found.shape[1])
    varies = varies > SAME * np.abs(found).max(axis=0, initial=0.0)
    centred = [scipy.stats.rankdata(part, axis=0) - (len(u) + 1) / 2.0 for part in (u, found)]
    with np.errstate(invalid="ignore"):
        one, other = (part / np.sqrt((part**2).sum(axis=0)) for part in centred)
    correlation = np.where(varies, np.clip(np.einsum("nd,nm->dm", one, other), -1.0, 1.0), np.nan)
    low, high = _quarter_means(u, found)
    names = pd.DataFrame(list(drawn.columns), columns=["outcome", "id"])
    place = np.tile(np.arange(len(names)), u.shape[1])
    driver = pd.Series(np.repeat(np.asarray(quantile.columns, dtype=object), len(names)), dtype="str")
    table = names.loc[place].reset_index(drop=True)
    table = table.assign(
        driver=driver,
        figures=driver.map(figures["driver"].value_counts()),
        rank_correlation=correlation.ravel(),
        low_mean=low.ravel(),
        high_mean=high.ravel(),
        swing=np.where(varies, high - low, 0.0).ravel(),
    )
    order = table.assign(place=place, size=-table["rank_correlation"].abs().fillna(0.0))
    return table.loc[order.sort_values(["place", "size"], kind="stable").index].reset_index(drop=True)


def ranking_table(
    base: Mapping[Key, float], drawn: pd.DataFrame, names: Mapping[tuple[str, str], str]
) -> pd.DataFrame:
    """How programmes and assets rank by their shadow prices; arguments as of ``outcome_table``.

    ``names``: name of each record by kind and id.
    """
    parts = []
    for kind, outcome in (("programme", PROGRAMME_PRICE), ("asset", ASSET_PRICE)):
        keys = [name for name in base if name[0] == outcome]
        price = drawn[keys].to_numpy(dtype=np.float64)
        rank = ranks(price)
        stands = np.array([[base[key] for key in keys]])
        part = pd.DataFrame({"kind": kind, "id": [key for _, key in keys], "unit": UNITS[outcome]})
        part.insert(2, "name", [names.get((kind, key), "") for _, key in keys])
        part["base_price"], part["base_rank"] = stands[0], ranks(stands)[0]
        first = (rank == 1) & (price > 0.0)
        part["share_first"] = first.mean(axis=0) if len(price) else np.nan
        middle = {"p5": 5, "median": 50, "p95": 95}
        of_ranks = _percentiles(rank, "rank_", {"best": 0, **middle, "worst": 100})
        part = part.assign(**of_ranks, **_percentiles(price, "price_", middle))
        parts.append(part.sort_values(["share_first", "base_rank"], ascending=[False, True], kind="stable"))
    return pd.concat(parts, ignore_index=True)


def ranks(price: Array) -> Array:
    """Rank of every price of a draw, 1 for the highest: shape (draws, records), as of the prices.

    It is how many are higher by more than a tie, and one.
    """
    higher = price[:, None, :] > price[:, :, None] * (1.0 + TIE) + SAME
    return numbers(1.0 + higher.sum(axis=2))


def _quarter_means(u: Array, found: Array) -> tuple[Array, Array]:
    """Mean of every outcome where a driver is lowest and highest, shape (drivers, outcomes) each."""
    number = max(1, round(QUARTER * len(u)))
    order = np.argsort(u, axis=0, kind="stable")
    if not len(u):
        none = np.full((u.shape[1], found.shape[1]), np.nan)
        return none, none
    return found[order[:number]].mean(axis=0), found[order[-number:]].mean(axis=0)


def _percentiles(values: Array, before: str, percents: Mapping[str, int]) -> dict[str, Array]:
    """Percentiles over draws as columns, by their names and what goes before these; blank without draws."""
    some = values if len(values) else np.full((1, values.shape[1]), np.nan)
    return {f"{before}{name}": np.percentile(some, at, axis=0) for name, at in percents.items()}
