"""The figures by which plans are compared, and the tidy frame of all figures of all variants of a study."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from planner.causes.names import ALL
from planner.features.fleet import works_by_the_hour
from planner.features.limits import LIMIT_KINDS
from planner.features.resources import LIMITED
from planner.frames import Array, numbers
from planner.results.goodness import SCALES
from planner.results.results import Results
from planner.studies.tables import declared

OBJECTIVE, RATIO = "objective", "least_target_met"
"""The figure that plans make least, and the smallest coverage/target, which fair plans raise first."""
KEYS: Mapping[str, tuple[str, ...]] = {
    ALL: (),
    "area": ("area_id",),
    "mandate": ("programme_id", "area_id"),
    "programme": ("programme_id",),
    "asset": ("asset_id",),
    "limit": ("limit_id", "programme_id", "area_id"),
    "scarce": ("limit_kind", "id"),
}
"""What figures are of, and the columns that name a record of it in the tables of a plan."""
FIGURES: Mapping[str, tuple[str, ...]] = {
    "area": ("target_coverage", "coverage", "covered_km2", "shortfall_km2"),
    "mandate": ("target_km2", "covered_km2", "shortfall_km2"),
    "programme": ("budget", "spent", "shadow_price", "target_km2", "covered_km2", "shortfall_km2"),
    "asset": (
        *("available_hours", "mission_hours", "on_station_hours", "missions", "swept_km2", "cost"),
        "shadow_price",
    ),
    "limit": ("least", "reached", "shortfall", "penalty", "paid", "shadow_price"),
    "scarce": ("limit", "used", "shadow_price"),
}
"""Figures of each record, columns of the tables; besides, the causes of shortfalls. The shadow price of a
programme is for a million, in risk-weighted km²; that of an asset for an hour."""
WORK = ("mission_hours", "on_station_hours", "missions", "swept_km2", "cost")
UNITS = {
    OBJECTIVE: "risk-weighted km2",
    **dict.fromkeys(("coverage", "target_coverage", RATIO, *SCALES), "share"),
    **dict.fromkeys(("budget", "spent", "cost"), "money"),
    **dict.fromkeys(("mission_hours", "on_station_hours", "available_hours"), "h"),
}
PRICE_UNITS = {"programme": "km2 per million", "asset": "km2 per h"}
NAMED = {"area": "areas", "programme": "programmes", "asset": "fleet", "base": "bases"}
"""Kinds of records that have names, and the table of results with these."""
APART = ":"
"""Between the parts of an id of several columns; no id has it."""
DIFFERENCES = declared("all")["differences"]
"""``differences.csv``: every figure of every variant, and its difference from the reference plan."""

Key = tuple[str, str]
"""A metric, and the id of what it is of, or "all"."""
Figure = tuple[str, str, str, str, str, float]
"""What it is of, the id and name of that, the metric, its unit, and the value."""


def metrics(results: Results, reference: Results) -> dict[Key, float]:
    """Every figure of a plan by metric and id."""
    found = ((metric, one, value) for _, one, _, metric, _, value in _figures(results, reference))
    return {(metric, one): value for metric, one, value in found if not math.isnan(value)}


def figures_of(results: Results, reference: Results) -> pd.DataFrame:
    """Every figure of a plan: of, id, name, metric, unit, value; of tables that it lacks there are none."""
    rows = pd.DataFrame(_figures(results, reference), columns=["of", "id", "name", "metric", "unit", "value"])
    return rows.dropna(subset="value")


def _figures(results: Results, reference: Results) -> Iterator[Figure]:
    """Every figure of a plan, blank ones too: record by record, as a frame for each would take long."""
    yield from _totals(results, reference)
    for of, table in _tables(results):
        ids = map(APART.join, zip(*(table[key] for key in KEYS[of]), strict=True))
        names = table["name"] if "name" in table else [""] * len(table)
        records = list(zip(ids, names, strict=True))
        for figure in FIGURES[of]:
            units = _units(of, figure, table)
            for (one, name), unit, value in zip(records, units, table[figure].tolist(), strict=True):
                yield of, one, name, f"{of}_{figure}", unit, value
    yield from _causes(results)


def what_counts(objective: str, coverage_worth: float) -> tuple[str, float]:
    """What values count that can be compared: the objective, and what coverage is worth in it."""
    return objective, coverage_worth if objective == "shortfall" else 1.0


def counted(one: Results) -> tuple[str, float]:
    """What the value of a plan counts, see ``what_counts``."""
    return what_counts(one.objective, one.run.get("coverage_worth", 0.0))


def differences(reference: Results | None, plans: Mapping[str, Results]) -> pd.DataFrame:
    """Every figure of every plan and its difference from the reference.

    The best value of a plan's case lies between its bound and its value, so the difference of two best values
    lies between (bound - reference value) and (value - reference bound). Values of other objectives have
    none.
    """
    parts = [figures_of(one, reference or one).assign(variant=name) for name, one in plans.items()]
    if not parts:
        return DIFFERENCES.of()
    found = pd.concat(parts, ignore_index=True)
    proven = found["metric"] == OBJECTIVE
    bound = found["variant"].map({name: one.certificate.bound for name, one in plans.items()})
    found["low"], found["high"] = bound.where(proven), found["value"].where(proven)
    if reference is None:
        return DIFFERENCES.of_rows(found)
    before = figures_of(reference, reference).set_index(["metric", "id"])["value"]
    found = found.join(before.rename("reference"), on=["metric", "id"])
    found["difference"] = found["value"] - found["reference"]
    found["difference_low"] = found["low"] - reference.certificate.value
    found["difference_high"] = found["high"] - reference.certificate.bound
    others = [name for name, one in plans.items() if counted(one) != counted(reference)]
    of_others = proven & found["variant"].isin(others)
    found.loc[of_others, ["reference", "difference", "difference_low", "difference_high"]] = math.nan
    return DIFFERENCES.of(found)


def wide(table: pd.DataFrame, of: str, figures: Sequence[str], values: str = "value") -> pd.DataFrame:
    """Figures of one kind of record as columns: variant, the columns that name the record, figures.

    Read off the ``values`` ("value" or "difference") of ``differences``; ``of`` is one of ``KEYS``, without
    which figures are named.
    """
    prefix = "" if of == ALL else f"{of}_"
    rows = table[table["metric"].isin([prefix + figure for figure in figures]) & (table["of"] == of)]
    found = rows.pivot_table(
        index=["variant", "id"], columns="metric", values=values, sort=False, dropna=False
    )
    found.columns = pd.Index([str(name).removeprefix(prefix) for name in found.columns])
    return named(found.reindex(columns=list(figures)).reset_index(), of)


def names_of(results: Results) -> dict[tuple[str, str], str]:
    """Names of areas, programmes, assets (sensors too) and bases, by kind and id."""
    return {
        (kind, str(one)): str(name)
        for kind, table in NAMED.items()
        for one, name in getattr(results, table)[[f"{kind}_id", "name"]].itertuples(index=False)
    }


def named(table: pd.DataFrame, of: str) -> pd.DataFrame:
    """A table with the columns that name its records, instead of their ids."""
    parts = [str(one).split(APART) for one in table["id"]]
    keys = {key: pd.Series([one[n] for one in parts], table.index, "str") for n, key in enumerate(KEYS[of])}
    return table.drop(columns="id").assign(**keys)


def least_target_met(one: Results, base: Results) -> float:
    """The smallest coverage/target of an area with a target, 1 at most.

    Areas that the fair plan ``base`` leaves out, as nothing usable reaches them, do not count; those that
    only this plan leaves out count as what they are, areas without coverage.
    """
    left_out = base.fairness.left_out if base.fairness else ()
    areas = one.areas[(one.areas["target_coverage"] > 0.0) & ~one.areas["area_id"].isin(left_out)]
    return float((areas["coverage"] / areas["target_coverage"]).clip(upper=1.0).min()) if len(areas) else 1.0


def _totals(results: Results, reference: Results) -> Iterator[Figure]:
    areas, cells, done = results.areas, results.cells, results.allocation
    totals = {OBJECTIVE: results.certificate.value}
    if len(areas):
        totals |= {name: float(areas[name].sum()) for name in ("area_km2", "covered_km2", "shortfall_km2")}
        totals["target_km2"] = float((areas["target_coverage"] * areas["area_km2"]).sum())
        totals["coverage"] = totals["covered_km2"] / totals["area_km2"]
        totals[RATIO] = least_target_met(results, reference)
    if len(cells):
        missed = cells["area_km2"] * cells["risk_weight"] * (1.0 - cells["pod"])
        totals["missed_risk_km2"] = float(missed.sum())
    totals |= {name: float(results.programmes[name].sum()) for name in ("budget", "spent")}
    if len(done) or len(cells):
        totals |= {name: float(done[name].sum()) for name in WORK if name not in ("missions", "cost")}
    shares = results.run.get("goodness", {})  # as written: null where there is nothing to reach
    totals |= {name: share for name, share in shares.items() if share is not None}
    return ((ALL, ALL, "", name, _unit(name), value) for name, value in totals.items())


def _tables(results: Results) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "area", results.areas
    yield "mandate", results.gaps[results.gaps["programme_id"] != "total"]
    price = "shadow_price_km2_per_million"
    yield "programme", results.programmes.rename(columns={price: "shadow_price"})
    hours = results.prices[results.prices["limit_kind"] == "asset_hours"]
    done = results.allocation.groupby("asset_id")[list(WORK)].sum().reindex(hours["id"])
    if len(results.cells) or len(results.allocation):  # else that table was not kept
        done = done.fillna(0.0)
    by_the_hour = results.fleet.loc[works_by_the_hour(results.fleet["kind"]), "asset_id"]
    done.loc[done.index.isin(by_the_hour), "missions"] = float("nan")
    names = dict(zip(results.fleet["asset_id"], results.fleet["name"], strict=True))
    assets = hours.rename(columns={"id": "asset_id", "limit": "available_hours"})
    assets = assets.set_index("asset_id", drop=False)
    assets = assets.assign(name=[names.get(one, "") for one in assets.index])
    yield "asset", pd.concat([assets[["asset_id", "name", "available_hours", "shadow_price"]], done], axis=1)
    yield "limit", results.limits
    yield "scarce", results.prices


def with_periods(one: Results, most: Array) -> Array:
    """The shadow prices of a plan's limits, with what those of their periods come to for an hour of the year.

    ``most``: the most that there is of each limit, shape (limits,).
    """
    prices, keys = numbers(one.prices["shadow_price"]), ["limit_kind", "id"]
    if one.period_prices.empty:
        return prices
    worth = one.period_prices.assign(worth=one.period_prices["shadow_price"] * one.period_prices["limit"])
    of_periods = worth.groupby(keys)["worth"].sum().reindex(pd.MultiIndex.from_frame(one.prices[keys]))
    more = numbers(of_periods.fillna(0.0))
    return prices + np.divide(more, most, out=np.zeros(len(most)), where=most > 0.0)


def _causes(results: Results) -> Iterator[Figure]:
    """Causes of the shortfall of all areas, of each, of each mandate, and of each area in a mandate."""
    whole: dict[tuple[str, str], float] = {}
    columns = (results.causes[name] for name in ("level", "programme_id", "area_id", "cause", "km2"))
    for level, programme, area, cause, km2 in zip(*columns, strict=True):
        if level == "programme":
            yield "mandate", f"{programme}{APART}{area}", "", f"mandate_{cause}_km2", "km2", km2
            whole[programme, cause] = whole.get((programme, cause), 0.0) + km2
        else:
            yield level, area, "", f"{level}_{cause}_km2".removeprefix(f"{ALL}_"), "km2", km2
    for (programme, cause), km2 in whole.items():
        yield "programme", programme, "", f"programme_{cause}_km2", "km2", km2


def _units(of: str, figure: str, table: pd.DataFrame) -> list[str]:
    """The unit of a figure in each row of a table of a plan."""
    if figure in ("shadow_price", "penalty") and "unit" in table:
        return list(table["unit"].astype(str))
    if of == "limit":
        kinds = [LIMIT_KINDS[kind] for kind in table["kind"]]
        if figure == "shortfall":
            return ["km2" if kind.of_area else "money" for kind in kinds]
        return ["km2" if figure == "paid" else "money" if kind.in_money else "share" for kind in kinds]
    if of == "scarce":
        return ["money" if LIMITED[kind].in_money else "h" for kind in table["limit_kind"]]
    return [PRICE_UNITS[of] if figure == "shadow_price" else _unit(figure)] * len(table)


def _unit(figure: str) -> str:
    """The unit of a figure that has one whatever it is of."""
    return UNITS.get(figure, "km2" if figure.endswith("_km2") else "")
