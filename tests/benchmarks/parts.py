"""The tables of the benchmarks, a function each, given a folder for pictures and the sizes to measure.

Every measurement has a process of its own. Seconds are processor time but where they are called wall, so that
what else runs on the machine counts little; the planner uses one core.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tests.benchmarks.fresh import measured, planner
from tests.benchmarks.growth import exponents, picture
from tests.benchmarks.instances import PACIFIC, SCENARIOS

Sizes = Sequence[float]

LIMIT_S, PEER_LIMIT_S = 3600.0, 1200.0
SWEEP_POINTS = 25
METHODS = ("simplex", "ipm", "ipm, no crossover", "hipo", "hipo, no crossover")


def stages(_: Path, sizes: Sizes) -> pd.DataFrame:
    """The Pacific, the whole program from reading to writing; the smallest cells also with all bases open."""
    rows = [_run(f"{nm:g} nm", size=nm) for nm in sizes]
    return pd.DataFrame(
        [*rows, _run(f"{sizes[-1]:g} nm, all assets at all bases", size=sizes[-1], everywhere=True)]
    )


def extents(_: Path, sizes: Sizes) -> pd.DataFrame:
    """A zone, a region, and as many cells and assets as the world's zones have at 20 nm and more."""
    coarse, fine, of_world = sizes
    return pd.DataFrame(
        [
            _run(f"Fiji, {coarse:g} nm", size=coarse, area="fiji"),
            _run(f"Fiji, {fine:g} nm", size=fine, area="fiji"),
            _run(f"the Pacific, {coarse:g} nm", size=coarse),
            _run(f"the world: the Pacific, {of_world:g} nm, 8 fleets", size=of_world, fleet=8),
        ]
    )


def _run(case: str, **arguments: Any) -> dict[str, Any]:
    found = measured("whole_run", LIMIT_S, **arguments)
    if "ended" in found:
        return {"case": case, "status": found["ended"], "peak MB": found["peak_mb"]}
    facts = ("cells", "assets", "effort_rows", "activities", "gap", "rounds", "status")
    return {
        "case": case,
        **{name.replace("_", " "): found[name] for name in facts},
        **{f"{stage} s": seconds for stage, seconds in found["stages"].items()},
        "all s": found["process_cpu_s"],
        "wall s": found["process_wall_s"],
        "peak MB": found["peak_mb"],
    }


def certified(_: Path, sizes: Sizes) -> pd.DataFrame:
    """Objectives, limits and the case's scenarios, each to 1e-4; seconds of the solve stage."""
    variants = {f"objective {name}": ("", name) for name in ("coverage", "shortfall", "fair")}
    variants |= {f"limits, {name}": ("limits", name) for name in ("coverage", "shortfall")}
    variants |= {name: (name, "") for name in SCENARIOS}
    rows: list[dict[str, Any]] = []
    for nm in sizes:
        found = measured("certificates", LIMIT_S, size=nm, variants=variants)
        rows += ({"nm": nm, **row} for row in found.get("rows", ()))
        whole = {"nm": nm, "variant": "whole process", "status": found.get("ended")}
        rows.append({**whole, "solve s": found["process_cpu_s"], "peak MB": found["peak_mb"]})
    return pd.DataFrame(rows)


def peers_pacific(_: Path, sizes: Sizes) -> pd.DataFrame:
    """The solve stage of the Pacific beside the whole program in other hands."""
    return pd.concat([_beside_peers(f"{nm:g} nm", kind="pacific", size=nm, gap=1e-4) for nm in sizes])


def peers_scarce(_: Path, sizes: Sizes) -> pd.DataFrame:
    """Random instances in which everything is scarce, to 1e-6, beside the whole program in other hands."""
    return pd.concat([_beside_peers(f"{n:,g} cells", kind="scarce", size=n, gap=1e-6) for n in sizes])


def _beside_peers(case: str, **arguments: Any) -> pd.DataFrame:
    """The planner, HiGHS by each of its methods, and linopy by the one that was fastest."""
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder) / "whole.pickle")
        ours = measured("solving", LIMIT_S, keep=kept, **arguments)
        rows = [_solved("planner", ours, ours)]
        if "ended" not in ours:
            rows += [_peer("HiGHS", method, kept, ours) for method in METHODS]
            solved = [(row["s"], row["solver"]) for row in rows[1:] if row["status"] == "optimal"]
            method = min(solved)[1].removeprefix("HiGHS ") if solved else METHODS[0]
            rows.append(_peer("linopy", method, kept, ours))
    given = {"case": case, "activities": ours.get("activities"), "gap": ours.get("gap")}
    return pd.DataFrame([given | row for row in rows])


def _peer(name: str, method: str, kept: str, ours: dict[str, Any]) -> dict[str, Any]:
    arguments = {"name": name, "method": method, "kept": kept, "limit_s": PEER_LIMIT_S}
    return _solved(f"{name} {method}", measured("peer", 2.0 * PEER_LIMIT_S, **arguments), ours)


def _solved(solver: str, found: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """What a solve took, how many times the planner's, and how far its optimum is from the planner's."""
    status = str(found.get("ended", found.get("status"))).lower()
    row: dict[str, Any] = {"solver": solver, "status": status, "peak MB": found["peak_mb"]}
    if "cpu_s" in found:
        row |= {"s": found["cpu_s"], "wall s": found["wall_s"]}
        row |= {"times": row["s"] / ours["cpu_s"], "times, wall": row["wall s"] / ours["wall_s"]}
    if status == "optimal":
        row["optimum apart"] = found["lp_value"] / ours["lp_value"] - 1.0
    return row


def sweeps(_: Path, sizes: Sizes) -> pd.DataFrame:
    """25 budgets from nothing to three times what they are, beside one plan: commands, and solves alone."""
    rows = []
    budgets = ("--all", "--to", "3", "--steps", str(SWEEP_POINTS))
    for nm in sizes:
        one, many = _command(nm, "run"), _command(nm, "sweep", *budgets)
        rows.append((nm, "planner run; planner sweep", one["process_cpu_s"], many["process_cpu_s"]))
        solves = measured("solves", LIMIT_S, size=nm, points=SWEEP_POINTS)
        rows.append((nm, "prepare and solve; 25 solves", solves.get("one_s"), solves.get("many_s")))
    found = pd.DataFrame(rows, columns=["nm", "what", "one plan s", "25 budgets s"])
    return found.assign(times=found["25 budgets s"] / found["one plan s"])


def commands(_: Path, sizes: Sizes) -> pd.DataFrame:
    """The commands that make many plans, and ``--help``."""
    rows: list[dict[str, Any]] = [{"command": "--help", **planner(LIMIT_S, "--help")}]
    for nm in sizes:
        for name in ("run", "ladder", "compare", "next", "stress", "sensitivity --draws 20"):
            rows.append({"command": name, "nm": nm, **_command(nm, *name.split())})
    names = {"process_cpu_s": "s", "process_wall_s": "wall s", "peak_mb": "peak MB"}
    return pd.DataFrame(rows).rename(columns=names)


def _command(nm: float, name: str, *options: str) -> dict[str, Any]:
    """What a command on the Pacific costs."""
    with tempfile.TemporaryDirectory() as folder:
        case = (str(PACIFIC), "--set", f"cells.spacing_nm={nm:g}", "--quiet", "--out", f"{folder}/out")
        return planner(LIMIT_S, name, *case, *options)


def tolerances(_: Path, sizes: Sizes) -> pd.DataFrame:
    """A gap of 1e-6 beside one of 1e-4: the solve stage, the best of three each."""
    rows = []
    for nm in sizes:
        for gap in (1e-4, 1e-6):
            runs = [measured("solving", LIMIT_S, kind="pacific", size=nm, gap=gap) for _ in range(3)]
            best = min(runs, key=lambda run: run["cpu_s"])
            rows.append((nm, f"{gap:g}", best["gap"], best["rounds"], best["cpu_s"]))
    return pd.DataFrame(rows, columns=["nm", "gap asked", "gap", "rounds", "solve s"])


def sifting_rule(_: Path, sizes: Sizes) -> pd.DataFrame:
    """What WHOLE_NODES decides: all activities in one program, or sifted, by the size of the problem."""
    cells = (150, 300, 600, 1200, 2400)
    cases = [("scarce", n, seed) for n in cells for seed in range(3)] + [("pacific", nm, 0) for nm in sizes]
    runs = [measured("both_ways", LIMIT_S, kind=kind, size=size, seed=seed) for kind, size, seed in cases]
    means = pd.DataFrame(runs).groupby(["case", "cells"])[["whole s", "sifted s"]].mean().reset_index()
    return means.assign(times=means["whole s"] / means["sifted s"])


def growth(folder: Path, sizes: Sizes) -> pd.DataFrame:
    """How each stage grows with cells, and with assets at the size in the middle; a picture of each."""
    middle = sorted(sizes)[len(sizes) // 2]
    runs = {
        "cells": [{"size": nm} for nm in sizes],
        "assets": [{"size": middle, "fleet": number} for number in (1, 2, 4, 8)],
    }
    return pd.concat([_grown(folder, "whole_run", what, some) for what, some in runs.items()])


def capacity_growth(folder: Path, sizes: Sizes) -> pd.DataFrame:
    """How the search for what to order grows with years, futures and options; a picture of each."""
    usual = {"size": sizes[0], "last": 2031, "futures": 3, "options": 17}
    runs = {
        "years": [usual | {"last": 2026 + number} for number in (2, 3, 5, 7, 10)],
        "futures": [usual | {"futures": number} for number in (1, 2, 3, 6, 12)],
        "options": [usual | {"options": number} for number in (4, 8, 12, 17)],
    }
    return pd.concat([_grown(folder, "capacity", what, some) for what, some in runs.items()])


def _grown(folder: Path, measure: str, what: str, runs: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """What runs of growing size cost: exponents, a table and a picture."""
    rows: list[tuple[int, str, float]] = []
    for arguments in runs:
        run = measured(measure, LIMIT_S, **arguments)
        if "ended" not in run:
            whole = {"all": run["process_cpu_s"], "peak memory [GB]": run["peak_mb"] / 1024.0}
            rows += ((run[what], stage, amount) for stage, amount in (run["stages"] | whole).items())
    table = pd.DataFrame(rows, columns=[what, "stage", "seconds"])
    name = "growth" if measure == "whole_run" else f"{measure}_growth"
    table.to_csv(folder / f"{name}_{what}.csv", index=False)
    picture(table, what, f"Pacific case: cost by number of {what}", folder / f"{name}_{what}.png")
    return exponents(table, what).assign(**{"grows with": what})
