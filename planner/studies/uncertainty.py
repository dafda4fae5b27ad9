"""Charts of a study of the assumptions: what drives the answer, and how sure it is."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from planner.causes.names import ALL
from planner.charts.forms import nothing, row_chart
from planner.charts.names import named
from planner.charts.spec import Chart
from planner.results.palette import KINDS, OTHERS
from planner.results.plain_text import count, words
from planner.studies.engine import FAILED
from planner.studies.tables import Found

MOST_DRIVERS = 25
LOW, HIGH, CHANCE = "assumption low", "assumption high", "may be chance"
_UNIT = re.compile(r"_(nm|kn|h|km2|deg)$")


def outcomes(study: Found, *named: str) -> pd.DataFrame:
    """The rows of some outcomes of a study of the assumptions, in the order named."""
    table = study["outcomes"]
    return pd.concat([table[table["outcome"] == name] for name in named], ignore_index=True)


def drivers_of(study: Found, outcome: str = "") -> pd.DataFrame:
    """The table ``drivers`` with ``called``, ``sure`` (false where it may be chance), ``draws`` (planned).

    ``outcome``: of which it is; of all if not given.
    """
    figures, drivers = figures_of(study), study["drivers"]
    drivers = drivers[drivers["outcome"] == outcome] if outcome else drivers
    alone = figures["driver"] == figures["figure"]
    said = figures["called"].where(alone, figures["driver"].map(words))
    called = drivers["driver"].map(dict(zip(figures["driver"], said, strict=True)))
    sure = drivers["rank_correlation"].abs() > chance(study)
    return drivers.assign(called=called, sure=sure, draws=planned(study))


def figures_of(study: Found) -> pd.DataFrame:
    """The table ``figures`` with ``called``: what each is of, and which."""
    names = dict(zip(study["outcomes"]["id"], study["outcomes"]["name"], strict=True))
    figures, called = study["figures"], []
    for id_, field in zip(figures["id"], figures["field"], strict=True):
        which = words(_UNIT.sub("", str(field))).replace("fx.rates.", "exchange rate of ")
        of = names.get(id_) or words(id_)
        called.append(f"{of}: {which}" if of else which)
    return figures.assign(called=called)


def coverage_drivers(study: Found) -> Chart:
    """What the coverage of all areas hangs on."""
    whole = outcomes(study, "coverage")
    mean = float(whole["mean"].iloc[0]) if len(whole) else float("nan")
    return tornado(drivers_of(study, "coverage"), mean, True, "What the coverage of all areas hangs on")


def tornado(drivers: pd.DataFrame, mean: float, share: bool, title: str) -> Chart:
    """What drives an outcome, the widest first: its rows of ``drivers_of``, and its mean.

    ``share``: whether it is a share, not km².
    """
    if not len(drivers):
        return nothing("tornado", title=title)
    span = (drivers["high_mean"] - drivers["low_mean"]).abs()
    shown = drivers.loc[span.sort_values(ascending=False, kind="stable").index[:MOST_DRIVERS]]
    called = named(shown["driver"].tolist(), shown["called"])
    ends = pd.DataFrame(
        {
            **{"label": called.labels * 2, "base": mean},
            "end": [*shown["low_mean"], *shown["high_mean"]],
            "kind": [*np.where(shown["sure"], LOW, CHANCE), *np.where(shown["sure"], HIGH, CHANCE)],
        }
    )
    scale = {LOW: KINDS[4], HIGH: KINDS[0], CHANCE: OTHERS}
    scale = {kind: colour for kind, colour in scale.items() if (ends["kind"] == kind).any()}
    words = {**_outcome(share), "title": title, "form": ".2%" if share else ",.4~r", "chance": ""}
    words["rest"] = len(drivers) - len(shown)
    if not shown["sure"].any():
        words["chance"] = f" No driver stands out from chance in {count(shown['draws'].iloc[0])} draws."
    return row_chart("tornado", ends, called, scale, words=words)


def ranges(outcomes: pd.DataFrame, share: bool, unit: str, title: str, name: str = "ranges") -> Chart:
    """The range of outcomes over all draws, with their values as planned, in the order given.

    They have ``id``, ``name``, ``base`` and percentiles, and a unit where they are no ``share``.
    """
    empty = "" if len(outcomes) else "There are no ranges."
    if not empty and not (outcomes[["p95", "base"]] > 0.0).any(axis=None):
        empty = "All of them are 0, as planned and in nine of ten draws."
    if empty:
        return replace(nothing("ranges", title=title, empty=empty), name=name)
    whole = outcomes["id"].where(outcomes["id"] != ALL, "All areas")
    called = named(outcomes["id"].tolist(), outcomes["name"].where(outcomes["name"] != "", whole))
    frame = outcomes[["base", "p5", "p25", "median", "p75", "p95"]].assign(label=called.labels)
    words = {**_outcome(share, unit), "title": title, "form": ".1%" if share else ",.4~r"}
    return replace(row_chart("ranges", frame, called, words=words), name=name)


def _outcome(share: bool, unit: str = "km²") -> dict[str, Any]:
    """Title and format of the axis of an outcome."""
    if share:
        return {"outcome": "share of the water covered", "axis": ".1~%"}
    return {"outcome": f"[{unit}]", "axis": "~s"}


def chance(study: Found) -> float:
    """Size that the largest rank correlation of drivers without any effect exceeds in one study of twenty.

    z / sqrt(n - 1) with z at 1 - 0.05 / (2 drivers): Bonferroni's bound over the drivers.
    """
    drivers = max(1, study["figures"]["driver"].nunique())
    z = NormalDist().inv_cdf(1.0 - 0.05 / (2 * drivers))
    return float(min(0.99, z / math.sqrt(max(1, planned(study) - 1))))


def planned(study: Found) -> int:
    """Number of draws that have a plan."""
    return int((study["draws"]["status"] != FAILED).sum())
