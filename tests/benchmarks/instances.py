"""What is measured: the Pacific case at any spacing, and random instances in which everything is scarce."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from planner.case import Case, read_case
from planner.model.problem import PlanningProblem
from tests.problems import make_problem, simple_effort

PACIFIC = Path(__file__).parents[2] / "inputs" / "pacific"

TIME_LIMIT_S = 3600
"""Wall clock; the case's own limit is for a machine that has nothing else to do."""
N_AREAS, N_BASES, N_ASSETS, N_SECOND, N_PROGRAMMES = 25, 60, 40, 20, 6
FUNDABLE = 0.35
"""Probability that a programme may fund an asset in an area."""


def pacific(spacing_nm: float, everywhere: bool = False) -> Case:
    """The Pacific case.

    Args:
        spacing_nm: side of its cells [nm].
        everywhere: whether every asset may use every base of its kind.
    """
    everything = {"assets.*.bases": "*"} if everywhere else {}
    changes = {"cells.spacing_nm": spacing_nm, "solver.time_limit_s": TIME_LIMIT_S, **everything}
    return read_case(PACIFIC, changes)


def zone(area: str, spacing_nm: float) -> Case:
    """One zone of the Pacific case, with all that works and pays there."""
    case = read_case(PACIFIC)
    others = [name for name in case.areas["area_id"] if name != area]
    elsewhere = ~case.programmes["areas"].map(lambda areas: area in areas)
    payers = case.programmes.loc[elsewhere, "programme_id"].tolist()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "case"
        shutil.copytree(PACIFIC, copy)
        with (copy / "case.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[scenarios.one_zone]\nremove.areas = {json.dumps(others)}\n")
            file.write(f"remove.programmes = {json.dumps(payers)}\n")
        changes = {"cells.spacing_nm": spacing_nm, "solver.time_limit_s": TIME_LIMIT_S}
        return read_case(copy, changes, "one_zone")


def duplicated(case: Case, times: int) -> Case:
    """The case with so many of each asset, each with a part of the hours and a slightly other sweep width."""
    random = np.random.default_rng(0)
    copies, names = [], {}
    for number in range(times):
        ids = case.assets["asset_id"] + (f"_{number}" if number else "")
        copies.append(
            case.assets.assign(
                asset_id=ids,
                hours_per_unit=case.assets["hours_per_unit"] / times,
                sweep_width_nm=case.assets["sweep_width_nm"] * random.uniform(0.97, 1.03, len(ids)),
            )
        )
        names |= {(old, number): new for old, new in zip(case.assets["asset_id"], ids, strict=True)}

    def widened(assets: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get((old, number), old) for old in assets for number in range(times))

    programmes = case.programmes.assign(assets=case.programmes["assets"].map(widened))
    return replace(case, assets=pd.concat(copies, ignore_index=True), programmes=programmes)


def scarce(n_cells: int, seed: int = 0) -> PlanningProblem:
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
    stationed = [(a, a) for a in range(N_ASSETS)] + [(a, N_ASSETS + a) for a in range(N_SECOND)]
    parts = []
    for asset, base in stationed:
        away = np.hypot(*(at - bases[base]).T)
        cell = np.flatnonzero(away < reach[asset])
        station_h = mission_h[asset] * (1.0 - away[cell] / reach[asset])
        parts.append(np.column_stack([np.full(len(cell), asset), np.full(len(cell), base), cell, station_h]))
    rows = np.concatenate(parts)
    asset, base, cell = rows[:, :3].astype(np.int64).T
    return make_problem(
        simple_effort(
            asset,  # type: ignore[arg-type]
            cell,  # type: ignore[arg-type]
            rate[asset] * rows[:, 3] / km2[cell],
            area=cell_area[cell],  # type: ignore[arg-type]
            base=base,  # type: ignore[arg-type]
            hours=mission_h[asset],
            cost=(hourly * mission_h)[asset],
        ),
        cell_km2=km2,  # type: ignore[arg-type]
        cell_area=cell_area,  # type: ignore[arg-type]
        risk=risk,  # type: ignore[arg-type]
        targets=[0.3] * N_AREAS,
        hours=hours,  # type: ignore[arg-type]
        base_hours=[np.inf] * N_BASES,
        budgets=budgets,  # type: ignore[arg-type]
        eligibility=[(int(a), int(i), int(p)) for p, a, i in np.argwhere(pays)],
    )
