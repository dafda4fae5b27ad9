"""What is said of a sensitivity study."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Protocol

import pandas as pd

from planner.causes.names import ALL
from planner.results.plain_text import count, figure, percent
from planner.studies.engine import FAILED
from planner.studies.study import Study
from planner.studies.tables import Column, Section

MOST_DRIVERS, MOST_OF_ONE, MOST_ASSETS, MOST_FAILURES = 12, 2, 10, 5
BAR = 10
"""Characters of the longest bar of the tornado table."""
RANKING_NOTE = (
    "First in: share of draws in which the shadow price is the highest; equal shadow prices are all first. "
    "Ranges: nine of ten draws (5 to 95 %)."
)


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """What was drawn, how outcomes vary, what drives them, how the next steps rank."""
    of_programmes = (
        f"Where the next money is worth most (risk-weighted km² per million {study.currency}, shadow price)"
    )
    of_assets = "Whose next hour is worth most (risk-weighted km², shadow price)"
    sections = [
        Section(f"How outcomes vary over {count(planned(study))} draws", _spread(study), SPREAD),
        _tornado(study),
        Section(
            "What drives each programme's coverage gap (rank correlation)", _gap_drivers(study), GAP_DRIVERS
        ),
        Section(of_programmes, _ranking(study, "programme"), _ranked("programme")),
        Section(of_assets, _ranking(study, "asset").head(MOST_ASSETS), _ranked("asset"), (RANKING_NOTE,)),
    ]
    return [_drawn(study), *_wrong(study)], sections


SPREAD = (
    Column("label", title=""),
    *(
        Column(name, title=title, show=str)
        for name, title in (
            ("base", "as it stands"),
            ("mean", "mean"),
            ("p5", "5 %"),
            ("median", "median"),
            ("p95", "95 %"),
        )
    ),
)
GAP_DRIVERS = (Column("programme"), Column("strongest"), Column("next"))


def _drawn(study: Study) -> str:
    about, figures = study.document, study["figures"]
    fixed, drivers = about["figures_held_fixed"], figures["driver"].nunique()
    groups = "each on its own" if drivers == len(figures) else f"by {count(drivers)} drivers"
    return (
        f"{count(about['draws'])} draws (Latin hypercube, seed {about['seed']}) of {count(len(figures))} "
        f"figures that have a range, {groups}. {count(sum(fixed.values()))} figures have none and are held "
        f"fixed, {count(fixed['assumed'])} of them assumed."
    )


def _wrong(study: Study) -> Iterator[str]:
    failures = study["failures"]
    for row in failures.head(MOST_FAILURES).to_dict("records"):
        yield f"FAILED: {row['draw']}: {row['message']}"
    if len(failures):
        yield f"FAILED draws: {count(len(failures))}, in no statistic; failures.csv has them all."


def _spread(study: Study) -> pd.DataFrame:
    labels = {"coverage": "coverage of all areas", "shortfall_km2": "shortfall of all areas [km²]"}
    kinds = {"area_coverage": "coverage of {}", "programme_gap_km2": "coverage gap of {} [km²]"}
    outcomes = study["outcomes"]
    rows = []
    for row in outcomes[outcomes["outcome"].isin((*labels, *kinds))].to_dict("records"):
        label = labels.get(row["outcome"]) or kinds[row["outcome"]].format(row["id"])
        show = percent if row["unit"] == "share" else count
        rows.append({"label": label, **{one.name: show(row[one.name]) for one in SPREAD[1:]}})
    return pd.DataFrame(rows)


def _tornado(study: Study) -> Section:
    heading, drivers = "What drives the coverage of all areas", study["drivers"]
    rows = drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == ALL)]
    if rows["rank_correlation"].isna().all():
        return Section(heading, notes=("It does not vary.",))
    rows = beyond_chance(study, rows).head(MOST_DRIVERS)
    if rows.empty:
        note = f"No driver stands out from chance in {count(planned(study))} draws; ask for more."
        return Section(heading, notes=(note,))
    longest = rows["swing"].abs().max()
    bars = ["█" * max(1, round(BAR * abs(swing) / longest)) if swing else "" for swing in rows["swing"]]
    columns = (
        Column("driver", title="driver"),
        Column("figures", title="figures", show=count),
        Column("rank_correlation", title="rank corr.", show=lambda one: f"{one:+.2f}"),
        Column("low_mean", title="lowest quarter", show=percent),
        Column("high_mean", title="highest quarter", show=percent),
        Column("swing", title="swing", show=lambda one: f"{100.0 * one:+.1f}"),
        Column("bar", title=""),
    )
    note = (
        "Lowest and highest quarter: mean coverage over the quarter of draws in which the driver is lowest "
        f"and highest; swing in percentage points. Correlations up to {chance(study):.2f} in size may be "
        "chance and are not shown; drivers.csv has them all."
    )
    return Section(heading, rows.assign(bar=bars), columns, (note,))


def _gap_drivers(study: Study) -> pd.DataFrame:
    rows = study["drivers"][study["drivers"]["outcome"] == "programme_gap_km2"]
    found = []
    for programme, part in rows.groupby("id", sort=False):
        known = beyond_chance(study, part).head(MOST_OF_ONE).to_dict("records")
        shown = [f"{row['driver']} {row['rank_correlation']:+.2f}" for row in known]
        shown = (shown or ["none beyond chance"]) + [""] * MOST_OF_ONE
        found.append({"programme": programme, "strongest": shown[0], "next": shown[1]})
    return pd.DataFrame(found)


def _ranking(study: Study, kind: str) -> pd.DataFrame:
    rows = study["ranking"][study["ranking"]["kind"] == kind]
    spreads = {}
    for of, show in (("rank", _rank), ("price", figure)):
        ends = zip(rows[f"{of}_p5"], rows[f"{of}_p95"], strict=True)
        spreads[f"{of}_spread"] = [f"{show(low)} to {show(high)}" for low, high in ends]
    return rows.assign(**spreads)


def _ranked(kind: str) -> tuple[Column, ...]:
    return (
        Column("id", title=kind),
        Column("share_first", title="first in", show=percent),
        Column("base_rank", title="rank now", show=_rank),
        Column("rank_median", title="median rank", show=_rank),
        Column("rank_spread", title="rank range", show=str),
        Column("base_price", title="price now", show=figure),
        Column("price_median", title="median price", show=figure),
        Column("price_spread", title="price range", show=str),
    )


def _rank(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "-"


class Tables(Protocol):
    """The tables of a study by name."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table."""


def beyond_chance(study: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of drivers whose correlation is larger than chance would make it."""
    return rows[rows["rank_correlation"].abs() > chance(study)]


def chance(study: Tables) -> float:
    """Size that the largest rank correlation of drivers without any effect exceeds in one study of twenty.

    z / sqrt(n - 1) with z at 1 - 0.05 / (2 drivers): Bonferroni's bound over the drivers.
    """
    drivers = max(1, study["figures"]["driver"].nunique())
    z = NormalDist().inv_cdf(1.0 - 0.05 / (2 * drivers))
    return float(min(0.99, z / math.sqrt(max(1, planned(study) - 1))))


def planned(study: Tables) -> int:
    """Number of draws that have a plan."""
    return int((study["draws"]["status"] != FAILED).sum())
