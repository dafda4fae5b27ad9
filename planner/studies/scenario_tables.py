"""The tables of a comparison: every figure of every plan, long, with its difference from the first."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.frames import numbers
from planner.results.contract import ALL, CAUSES
from planner.studies import views
from planner.studies.planning import Results

_CAUSES = tuple(f"{cause}_km2" for cause in CAUSES)
TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "totals": (
        (),
        (),
        (
            *("area_km2", "target_km2", "covered_km2", "coverage", "missed_risk_km2", "shortfall_km2"),
            *(*_CAUSES, "budget", "spent", "mission_hours", "on_station_hours", "swept_km2"),
        ),
    ),
    "areas": (
        ("area_id",),
        ("name",),
        ("target_coverage", "coverage", "covered_km2", "shortfall_km2", *_CAUSES),
    ),
    "gaps": (
        ("programme_id", "area_id"),
        (),
        ("target_km2", "covered_km2", "shortfall_km2", *_CAUSES),
    ),
    "programmes": (
        ("programme_id",),
        ("name", "donor"),
        (
            *("budget", "spent", "shadow_price_km2_per_million", "target_km2", "covered_km2"),
            *("shortfall_km2", *_CAUSES),
        ),
    ),
    "hours": (
        ("asset_id",),
        (),
        (
            *("available_hours", "mission_hours", "on_station_hours", "missions", "swept_km2", "cost"),
            "shadow_price_km2_per_hour",
        ),
    ),
    "prices": (("limit_kind", "id"), ("unit",), ("limit", "used", "shadow_price")),
    "limits": (
        ("limit_id", "programme_id", "area_id"),
        ("kind", "unit"),
        ("least", "reached", "shortfall", "penalty", "paid", "shadow_price"),
    ),
}
"""Keys, names and figures of every table of a comparison."""


def scenario_tables(plans: Mapping[str, Results], first: str) -> dict[str, pd.DataFrame]:
    """Every table: ``scenario``, its keys and names, ``figure``, ``value`` and ``difference``.

    Args:
        plans: plans by scenario.
        first: the plan that differences are from; they are blank where it has no such record, or no plan.
    """
    found = {label: _figures(one) for label, one in plans.items()}
    return {name: _long(name, {label: one[name] for label, one in found.items()}, first) for name in TABLES}


def side_by_side(table: pd.DataFrame, values: str = "value") -> pd.DataFrame:
    """A table with one column per scenario, where it has rows; all else as its index."""
    keys = [name for name in table.columns if name not in ("scenario", "value", "difference")]
    labels = table["scenario"].drop_duplicates().tolist()
    parts = [table[table["scenario"] == label].set_index(keys)[values].rename(label) for label in labels]
    if not parts:
        return table.set_index(keys)[[]]
    wide: pd.DataFrame = pd.concat(parts, axis=1)
    return wide


def _long(name: str, tables: Mapping[str, pd.DataFrame], first: str) -> pd.DataFrame:
    """The figures of all plans, one under the other; every plan has the rows of all."""
    keys, names, figures = ([*part] for part in TABLES[name])
    parts = []
    for label, table in tables.items():
        long = table[[*keys, *names, *figures]].melt(
            [*keys, *names], var_name="figure", value_name="value", ignore_index=False
        )
        parts.append(long.sort_index(kind="stable").assign(scenario=label))
    whole = pd.concat(parts, ignore_index=True)
    rows = whole[[*keys, *names, "figure"]].drop_duplicates([*keys, "figure"])
    blocks = []
    for label in tables:
        own = whole.loc[whole["scenario"] == label, [*keys, "figure", "value"]]
        blocks.append(rows.merge(own, on=[*keys, "figure"], how="left").assign(scenario=label))
    before = whole.loc[whole["scenario"] == first, [*keys, "figure", "value"]]
    found = pd.concat(blocks, ignore_index=True).merge(
        before.rename(columns={"value": "first"}), on=[*keys, "figure"], how="left"
    )
    value = numbers(found["value"])
    found = found.assign(value=value, difference=value - numbers(found["first"]))
    return found[["scenario", *keys, *names, "figure", "value", "difference"]]


def _figures(results: Results) -> dict[str, pd.DataFrame]:
    causes = views.causes(results).pivot_table(
        index=["programme_id", "area_id"], columns="cause", values="km2", sort=False
    )
    causes = causes.reindex(columns=list(CAUSES)).add_suffix("_km2").reset_index()
    by_area = causes[causes["programme_id"] == ALL].drop(columns="programme_id")
    by_programme = causes[causes["area_id"] == ALL].drop(columns="area_id")
    of_all = causes[(causes["programme_id"] == ALL) & (causes["area_id"] == ALL)]
    of_gaps = pd.concat([causes, of_all.assign(programme_id="total", area_id="total")])
    return {
        "totals": _totals(results, by_area[by_area["area_id"] == ALL]),
        "areas": _with(results.areas, by_area, ["area_id"]),
        "gaps": _with(results.gaps, of_gaps, ["programme_id", "area_id"]),
        "programmes": _with(results.programmes, by_programme, ["programme_id"]),
        "hours": _hours(results),
        "prices": results.prices,
        "limits": results.limits,
    }


def _with(table: pd.DataFrame, causes: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """A table with the causes of its shortfall."""
    own = table[[name for name in table.columns if name not in _CAUSES]]
    merged = own.merge(causes, on=keys, how="left")
    return merged.assign(**{name: merged[name].fillna(0.0) for name in _CAUSES})


def _totals(results: Results, causes: pd.DataFrame) -> pd.DataFrame:
    areas, cells, done = results.areas, results.cells, results.allocation
    totals = {name: float(areas[name].sum()) for name in ("area_km2", "covered_km2", "shortfall_km2")}
    totals["target_km2"] = float((areas["target_coverage"] * areas["area_km2"]).sum())
    totals["coverage"] = totals["covered_km2"] / totals["area_km2"]
    missed = cells["area_km2"] * cells["risk_weight"] * (1.0 - cells["pod"])
    totals["missed_risk_km2"] = float(missed.sum())
    totals |= {name: float(causes[name].iloc[0]) for name in _CAUSES}
    totals |= {name: float(results.programmes[name].sum()) for name in ("budget", "spent")}
    totals |= {name: float(done[name].sum()) for name in ("mission_hours", "on_station_hours", "swept_km2")}
    return pd.DataFrame([totals])


def _hours(results: Results) -> pd.DataFrame:
    """What every asset and sensor does, and what its next hour is worth."""
    priced = results.prices
    hours = priced[priced["limit_kind"] == "asset_hours"]
    sums = ["mission_hours", "on_station_hours", "missions", "swept_km2", "cost"]
    done = results.allocation.groupby("asset_id")[sums].sum().reindex(hours["id"]).fillna(0.0)
    return done.reset_index(drop=True).assign(
        asset_id=hours["id"].to_numpy(),
        available_hours=hours["limit"].to_numpy(),
        shadow_price_km2_per_hour=hours["shadow_price"].to_numpy(),
    )
