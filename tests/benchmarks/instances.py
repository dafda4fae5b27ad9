"""What is measured: the Pacific case at any spacing, and random instances in which everything is scarce."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case, read_case
from planner.case.capital import CapitalCase, Future
from planner.core.problem import Problem
from tests.small_case import SmallCase, work

PACIFIC = Path(__file__).parents[2] / "inputs" / "pacific"

TIME_LIMIT_S = 3600
"""Wall clock; the case's own limit is for a machine that has nothing else to do."""
N_AREAS, N_BASES, N_ASSETS, N_SECOND, N_PROGRAMMES = 25, 60, 40, 20, 6
FUNDABLE = 0.35
"""Probability that a programme may fund an asset in an area."""
SCENARIOS = (
    *("japan_osa_doubled", "pmsp_aerial_doubled", "no_japanese_funding", "no_shiprider"),
    *("all_donors_pooled", "second_boat_palau", "satellites_at_scale", "fuel_up_half"),
    *("fair_shares", "no_zone_below_6", "cyclone"),
)
"""Those of the Pacific case."""
LIMITS = """[scenarios.benchmark.add.limits]
every_zone = {kind = "least_coverage", areas = "*", least = 0.03, source = "benchmark"}
palau = {kind = "least_coverage", areas = ["palau"], least = 0.5, penalty = 3, source = "benchmark"}
pmsp_south = {kind = "least_share", programme = "australia_pmsp", areas = ["tonga", "fiji"], least = 0.3}
osa_spends = {kind = "least_spending", programme = "japan_osa", least = 2e8, currency = "JPY", penalty = 1e4}
"""
"""Limits of every kind, hard ones and ones with a penalty."""


def pacific(spacing_nm: float, everywhere: bool = False, scenario: str = "", **settings: Any) -> Case:
    """The Pacific case.

    Args:
        spacing_nm: side of its cells [nm].
        everywhere: whether every asset may use every base of its kind.
        scenario: one of its scenarios, "limits" for ``LIMITS``, or none.
        settings: other settings, such as objective.
    """
    everything = {"assets.*.bases": "*"} if everywhere else {}
    changes = {"cells.spacing_nm": spacing_nm, "solver.time_limit_s": TIME_LIMIT_S, **settings, **everything}
    if scenario == "limits":
        return _with_scenario(LIMITS, changes)
    return read_case(PACIFIC, changes, scenario or None)


def zone(area: str, spacing_nm: float) -> Case:
    """One zone of the Pacific case, with all that works and pays there."""
    case = read_case(PACIFIC)
    others = [name for name in case.areas["area_id"] if name != area]
    elsewhere = ~case.programmes["areas"].map(lambda areas: area in areas)
    payers = case.programmes.loc[elsewhere, "programme_id"].tolist()
    lines = f"remove.areas = {json.dumps(others)}\nremove.programmes = {json.dumps(payers)}\n"
    changes = {"cells.spacing_nm": spacing_nm, "solver.time_limit_s": TIME_LIMIT_S}
    return _with_scenario(f"[scenarios.benchmark]\n{lines}", changes)


def _with_scenario(lines: str, changes: dict[str, Any]) -> Case:
    """The Pacific case with a scenario "benchmark" of these lines."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(PACIFIC, Path(folder) / "case"))
        with (copy / "case.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{lines}")
        return read_case(copy, changes, "benchmark")


def fleets(case: Case, number: int) -> Case:
    """The case with several of each asset, each with a part of the hours and a slightly other sweep width."""
    random = np.random.default_rng(0)
    own = case.assets["asset_id"]
    ids = {name: [name, *(f"{name}_{n}" for n in range(1, number))] for name in own}
    copies = [
        case.assets.assign(
            asset_id=[ids[name][n] for name in own],
            hours_per_unit=case.assets["hours_per_unit"] / number,
            sweep_width_nm=case.assets["sweep_width_nm"] * random.uniform(0.97, 1.03, len(own)),
        )
        for n in range(number)
    ]
    funded = case.programmes["assets"].map(
        lambda names: tuple(new for old in names for new in ids.get(old, [old]))
    )
    return replace(
        case, assets=pd.concat(copies, ignore_index=True), programmes=case.programmes.assign(assets=funded)
    )


def scarce(n_cells: int, seed: int = 0) -> Problem:
    """A random instance in the unit square; hours and budgets grow with the number of cells.

    40 assets, each at one of 60 bases and 20 of them at a second one, reach U(0.15, 0.5). A mission has
    E = U(8, 300) h, of which E (1 - distance / reach) are on station; an hour there searches U(20, 3000) km²
    and an hour of mission costs U(0.5, 8). Cells have U(500, 3000) km² and risk U(0.2, 2), in 25 areas (the
    squares of a grid of 5 x 5). Hours of an asset U(800, 3000) n / 10000, budgets of 6 programmes
    U(500, 4000) n / 10000; a programme may fund an (asset, area) with probability 0.35.
    """
    random = np.random.default_rng(seed)
    at = random.uniform(size=(n_cells, 2))
    at = at[np.lexsort((at[:, 0], np.floor(5.0 * at[:, 0]), np.floor(5.0 * at[:, 1])))]
    cell_area = (np.floor(5.0 * at[:, 1]) * 5 + np.floor(5.0 * at[:, 0])).astype(np.int64)
    km2, risk = random.uniform(500.0, 3000.0, n_cells), random.uniform(0.2, 2.0, n_cells)
    bases = random.uniform(size=(N_BASES, 2))
    reach, mission_h = random.uniform(0.15, 0.5, N_ASSETS), random.uniform(8.0, 300.0, N_ASSETS)
    rate, hourly = random.uniform(20.0, 3000.0, N_ASSETS), random.uniform(0.5, 8.0, N_ASSETS)
    hours = random.uniform(800.0, 3000.0, N_ASSETS) * n_cells / 10_000
    budgets = random.uniform(500.0, 4000.0, N_PROGRAMMES) * n_cells / 10_000
    pays = random.uniform(size=(N_PROGRAMMES, N_ASSETS, N_AREAS)) < FUNDABLE
    parts = []
    for base in range(N_ASSETS + N_SECOND):
        who = base % N_ASSETS
        away = np.hypot(*(at - bases[base]).T)
        near = np.flatnonzero(away < reach[who])
        station_h = mission_h[who] * (1.0 - away[near] / reach[who])
        parts.append(np.column_stack([np.full(len(near), who), np.full(len(near), base), near, station_h]))
    rows = np.concatenate(parts)
    asset, base_at, cell = rows[:, :3].astype(np.int64).T
    return SmallCase(
        work(
            asset,
            cell,
            rate[asset] * rows[:, 3] / km2[cell],
            area=cell_area[cell],
            base=base_at,
            hours=mission_h[asset],
            cost=(hourly * mission_h)[asset],
        ),
        cell_km2=km2,
        cell_area=cell_area,
        risk=risk,
        targets=[0.3] * N_AREAS,
        hours=hours,
        places=[np.inf] * N_BASES,
        budgets=budgets,
        pays=[(int(a), int(i), int(p)) for p, a, i in np.argwhere(pays)],
    ).problem()


def some_options(case: CapitalCase, number: int) -> dict[str, Any]:
    """The tables of a capital case's candidates and their rules, of its first so many options."""
    first = list(dict.fromkeys(case.candidates["option_id"]))[:number]
    kept = case.candidates["option_id"].isin(first).to_numpy()
    candidates = case.candidates[kept].reset_index(drop=True)
    known = set(candidates["candidate_id"])
    pairs = {"requires": case.requires, "excludes": case.excludes}
    return {
        "candidates": candidates,
        "survival": case.survival[kept],
        "payers": case.payers[case.payers["candidate_id"].isin(known)],
        "runners": case.runners[case.runners["candidate_id"].isin(known)],
        **{name: table[table.isin(first).all(axis=1)] for name, table in pairs.items()},
    }


def some_futures(futures: tuple[Future, ...], number: int) -> tuple[Future, ...]:
    """So many equally likely futures: those there are, then the same with a tenth less money each time."""
    found = []
    for at in range(number):
        turn, one = divmod(at, len(futures))
        name, money = f"{futures[one].name}_{turn}", futures[one].running * 0.9**turn
        found.append(replace(futures[one], name=name, probability=1.0 / number, running=money))
    return tuple(found)
