"""What planning costs as cases grow: ``python -m tests.benchmarks.scale [FOLDER] [PART ...]``.

Every measurement has a process of its own. Times are processor time, so that what else runs on the machine
counts little; HiGHS and the planner use one core. Peers get the breakpoints of the planner's last round and
solve once (see ``tests.benchmarks.peers``), within a limit of wall clock. The parts are the names in
``PARTS``; without any, all are measured, which takes about an hour.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.benchmarks.fresh import measured
from tests.benchmarks.growth import exponents, picture
from tests.benchmarks.instances import PACIFIC

PEER_LIMIT_S = 2400.0
LIMIT_S = 3600.0
SPACINGS = [60, 20, 10]
SCARCE = [7_000, 20_000, 60_000]
SWEEP_POINTS = 25


def peers_pacific(_: Path) -> pd.DataFrame:
    """The solve stage of the Pacific case against the whole program in other hands."""
    return pd.DataFrame(
        [_beside_peers("pacific", spacing, 1e-4, ["arrays", "linopy"]) for spacing in SPACINGS]
    )


def peers_scarce(_: Path) -> pd.DataFrame:
    """Random instances in which everything is scarce, to 1e-6, against HiGHS on the whole program."""
    return pd.DataFrame([_beside_peers("scarce", cells, 1e-6, ["arrays"]) for cells in SCARCE])


def _beside_peers(kind: str, size: float, gap: float, peers: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder) / "problem.pickle")
        ours = measured("solving", LIMIT_S, kind=kind, size=size, gap=gap, keep=kept)
        row = {
            "case": f"{kind} {size:,} {'nm' if kind == 'pacific' else 'cells'}",
            "cells": ours["cells"],
            "usable rows": ours["usable"],
            "gap": ours["gap"],
            "rounds": ours["rounds"],
            "planner s": ours["cpu_s"],
        }
        for name in peers:
            found = measured("peer", 2.0 * PEER_LIMIT_S, name=name, kept=kept, limit_s=PEER_LIMIT_S)
            label = {"arrays": "HiGHS, whole", "linopy": "linopy, whole"}[name]
            solved = str(found.get("status", "")).lower() == "optimal"
            row[f"{label} s"] = found["cpu_s"] if solved else f"> {found['process_cpu_s']:,.0f}"
            row[f"{label}, times"] = (found["cpu_s"] if solved else found["process_cpu_s"]) / ours["cpu_s"]
            row[f"{label}, optimum apart"] = abs(found["value"] / ours["lp_value"] - 1.0) if solved else None
            row[f"{label} MB"] = found["peak_mb"]
        row["planner MB"] = ours["peak_mb"]
    return row


def whole_runs(_: Path) -> pd.DataFrame:
    """The whole program from reading to writing."""
    return pd.DataFrame([_run(size=spacing) for spacing in (60, 40, 20, 10)])


def largest(_: Path) -> pd.DataFrame:
    """5 nm over all zones: as the case stands, and all assets at all bases of their kind."""
    return pd.DataFrame([_run(size=5), _run(size=5, everywhere=True)])


def _run(**arguments: Any) -> dict[str, Any]:
    found = measured("whole_run", LIMIT_S, **arguments)
    name = f"Pacific {arguments['size']:g} nm" + (", all bases" if arguments.get("everywhere") else "")
    if "ended" in found:
        return {"case": name, "status": found["ended"], "peak MB": found["peak_mb"]}
    return {
        "case": name,
        "cells": found["cells"],
        "assets": found["assets"],
        "effort rows": found["rows"],
        "usable rows": found["usable"],
        "gap": found["gap"],
        "rounds": found["rounds"],
        **{f"{stage} s": seconds for stage, seconds in found["stages"].items()},
        "all s": found["process_cpu_s"],
        "wall s": found["process_wall_s"],
        "peak MB": found["peak_mb"],
        "status": found["status"],
    }


def expectations(_: Path) -> pd.DataFrame:
    """A zone, a region, and as many cells and assets as the world's zones have at 20 nm and more."""
    return pd.DataFrame(
        [
            {"for": "Fiji, 20 nm", **_run(size=20, area="fiji")},
            {"for": "Fiji, 5 nm", **_run(size=5, area="fiji")},
            {"for": "the Pacific, 20 nm", **_run(size=20)},
            {"for": "the world: the Pacific, 10 nm, 8 fleets", **_run(size=10, fleet=8)},
        ]
    ).drop(columns="case")


def sweeps(_: Path) -> pd.DataFrame:
    """25 budgets from nothing to three times what they are, beside one plan."""
    spacing = ["--set", "cells.spacing_nm=20"]
    one = measured("command", LIMIT_S, arguments=["run", str(PACIFIC), *spacing])
    budgets = ["--all", "--to", "3", "--steps", str(SWEEP_POINTS)]
    many = measured("command", LIMIT_S, arguments=["sweep", str(PACIFIC), *budgets, *spacing])
    solves = measured("solves", LIMIT_S, size=20, points=SWEEP_POINTS)
    found = pd.DataFrame(
        {
            "Pacific 20 nm": ["planner run, planner sweep", "cells, effort and solve; 25 solves"],
            "one plan s": [one["process_cpu_s"], solves["one_s"]],
            "25 budgets s": [many["process_cpu_s"], solves["many_s"]],
        }
    )
    return found.assign(times=found["25 budgets s"] / found["one plan s"])


def tolerances(_: Path) -> pd.DataFrame:
    """A gap of 1e-6 beside one of 1e-4 at 60 nm: the solve stage, the best of three each."""
    found = {}
    for gap in (1e-4, 1e-6):
        runs = [measured("solving", LIMIT_S, kind="pacific", size=60, gap=gap) for _ in range(3)]
        found[gap] = min(runs, key=lambda run: run["cpu_s"])
    first = found[1e-4]["cpu_s"]
    return pd.DataFrame(
        {"gap asked": gap, "gap": run["gap"], "rounds": run["rounds"], "solve s": run["cpu_s"],
         "times 1e-4": run["cpu_s"] / first}
        for gap, run in found.items()
    )  # fmt: skip


def sifting_rule(_: Path) -> pd.DataFrame:
    """What WHOLE_CELLS decides: all rows in one program, or sifted, by the size of the problem."""
    runs = [
        measured("both_ways", LIMIT_S, kind="scarce", size=n, seed=seed)
        for n in (150, 300, 600, 1200, 2400)
        for seed in (0, 1, 2)
    ]
    runs += [
        measured("both_ways", LIMIT_S, kind="pacific", size=spacing, seed=0)
        for spacing in (200, 150, 120, 100, 60)
    ]
    means = pd.DataFrame(runs).groupby(["case", "cells"])[["whole s", "sifted s"]].mean().reset_index()
    means = means.sort_values(["case", "cells"], ascending=[False, True])
    return means.assign(times=means["whole s"] / means["sifted s"])


def growth(folder: Path) -> pd.DataFrame:
    """How each stage grows with cells and with assets, with a picture of each."""
    found = []
    for size, runs in {
        "cells": [{"size": spacing} for spacing in (60, 40, 28, 20, 14, 10, 7, 5)],
        "assets": [{"size": 28, "fleet": times} for times in (1, 2, 4, 8)],
    }.items():
        rows = []
        for arguments in runs:
            run = measured("whole_run", LIMIT_S, **arguments)
            stages = {**run["stages"], "all": run["process_cpu_s"]}
            rows += [{size: run[size], "stage": stage, "seconds": s} for stage, s in stages.items()]
            rows.append({size: run[size], "stage": "peak memory [GB]", "seconds": run["peak_mb"] / 1024.0})
        table = pd.DataFrame(rows)
        table.to_csv(folder / f"growth_{size}.csv", index=False)
        picture(table, size, f"Pacific case: cost by number of {size}", folder / f"growth_{size}.png")
        found.append(exponents(table, size).assign(**{"grows with": size}))
    return pd.concat(found, ignore_index=True)


PARTS: dict[str, Callable[[Path], pd.DataFrame]] = {
    part.__name__: part
    for part in (
        whole_runs,
        expectations,
        tolerances,
        sweeps,
        peers_scarce,
        sifting_rule,
        growth,
        largest,
        peers_pacific,
    )
}


def markdown(table: pd.DataFrame) -> str:
    """A table as Markdown, with three digits."""
    shown = table.map(
        lambda value: f"{value:.3g}" if isinstance(value, float) and abs(value) < 100 else value
    )
    shown = shown.map(lambda value: f"{value:,.0f}" if isinstance(value, (int, float)) else str(value))
    lines = [" | ".join(shown.columns), " | ".join("---:" for _ in shown.columns)]
    lines += [" | ".join(row) for row in shown.to_numpy().tolist()]
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".benchmarks/scale")
    folder.mkdir(parents=True, exist_ok=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    for name in sys.argv[2:] or PARTS:
        table = PARTS[name](folder)
        table.to_csv(folder / f"{name}.csv", index=False)
        text = f"## {name}: {(PARTS[name].__doc__ or '').strip()}\n\n{markdown(table)}\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
        print(text, flush=True)
    parts = [(folder / f"{name}.md") for name in PARTS]
    whole = "\n".join(part.read_text(encoding="utf-8") for part in parts if part.exists())
    (folder / "scale.md").write_text(f"# What planning costs ({machine}, processor time)\n\n{whole}", "utf-8")


if __name__ == "__main__":
    main()
