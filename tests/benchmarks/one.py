"""One measurement in a process of its own: ``python -m tests.benchmarks.one NAME '{"argument": ...}'``.

Prints one line of JSON. The process that calls it reads processor time and peak memory of the whole from the
operating system; what is printed is the time of the parts.
"""

from __future__ import annotations

import json
import pickle
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

import planner
import planner.cli
from planner import planning
from planner.case import Case
from planner.cli.app import app
from planner.model.problem import PlanningProblem
from planner.solve import rounds as rounding
from planner.solve import sifting
from planner.solve.optimise import optimise
from planner.solve.refine import with_cells_of
from planner.solve.solution import Solution
from tests.benchmarks import peers
from tests.benchmarks.instances import duplicated, pacific, scarce, zone

NO_LIMIT = 1e6


def problem_of(kind: str, size: float, seed: int = 0) -> PlanningProblem:
    if kind == "scarce":
        return scarce(int(size), seed)
    case = pacific(size)
    return planning.planning_problem(case, planning.cell_frame(case))


def facts(solution: Solution, problem: PlanningProblem) -> dict[str, Any]:
    proof, lp = solution.certificate, solution.program.lp
    return {
        "cells": len(problem.cells),
        "rows": len(problem.effort),
        "usable": len(problem.usable),
        "value": proof.plan_value,
        "gap": proof.gap,
        "rounds": proof.rounds,
        "status": str(solution.status),
        "lp_value": solution.lp_objective * solution.program.scale.objective,
        "lp_columns": lp.numVariables(),
        "solver_wall_s": solution.solver_seconds,
    }


def solving(kind: str, size: float, gap: float, keep: str = "", seed: int = 0) -> dict[str, Any]:
    """The planner's solve stage alone; what the peers need is kept in a file."""
    problem = problem_of(kind, size, seed)
    problem.usable  # noqa: B018 (all peers have it ready)
    cpu, wall = time.process_time(), time.perf_counter()
    solution = optimise(problem, gap, time_limit_s=NO_LIMIT)
    spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
    if keep:
        points = with_cells_of(solution.breakpoints, problem, solution.prices, problem)
        Path(keep).write_bytes(pickle.dumps((problem, points)))
    return spent | facts(solution, problem)


def peer(name: str, kept: str, limit_s: float) -> dict[str, Any]:
    """A peer on the whole program with the breakpoints of the planner's last round."""
    problem, points = pickle.loads(Path(kept).read_bytes())
    solve = {"arrays": peers.solve_arrays, "linopy": peers.solve_linopy}[name]
    return asdict(solve(problem, points, limit_s))


def whole_run(size: float, everywhere: bool = False, fleet: int = 1, area: str = "") -> dict[str, Any]:
    """Everything from reading to writing, with the processor time of each stage."""
    stages: dict[str, float] = {}
    before, name = time.process_time(), "read"

    def stage(message: str) -> None:
        nonlocal before, name
        if message in ("cells", "effort", "solve", "report", "audit", "write", "end"):
            now = time.process_time()
            stages[name], before, name = now - before, now, message

    case: Case = zone(area, size) if area else pacific(size, everywhere)
    if fleet > 1:
        case = duplicated(case, fleet)
    results = planning.plan(case, stage)
    stage("write")
    with tempfile.TemporaryDirectory() as folder:
        planner.write(results, Path(folder) / "run")
    stage("end")
    counts, proof = results.run["counts"], results.certificate
    return {
        "stages": stages,
        "cells": counts["cells"],
        "assets": counts["assets"],
        "rows": counts["effort_rows"],
        "usable": counts["usable_effort_rows"],
        "lp_columns": counts["lp_columns"],
        "value": proof.plan_value,
        "gap": proof.gap,
        "rounds": proof.rounds,
        "status": str(results.status),
    }


def command(arguments: list[str]) -> dict[str, Any]:
    """A command as its user gives it, from its first import to its last file; says nothing itself."""
    with tempfile.TemporaryDirectory() as folder:
        app([*arguments, "--quiet", "--out", str(Path(folder) / "out")], standalone_mode=False)
    return {}


def solves(size: float, points: int) -> dict[str, Any]:
    """A plan, and the solves at budgets of 0 to 3 times what they are, each from the start of the first."""
    before = time.process_time()
    case = pacific(size)
    problem = planning.planning_problem(case, planning.cell_frame(case))
    base = optimise(problem)
    solved = time.process_time()
    budget = problem.programmes["budget"]
    gaps = []
    for factor in np.linspace(0.0, 3.0, points):
        programmes = problem.programmes.assign(budget=budget * factor)
        gaps.append(optimise(replace(problem, programmes=programmes), start=base.start).certificate.gap)
    return {
        "one_s": solved - before,
        "many_s": time.process_time() - solved,
        "worst_gap": max(gaps),
    }


def both_ways(kind: str, size: float, seed: int) -> dict[str, Any]:
    """A problem with all rows in one program, and sifted: what WHOLE_CELLS decides."""
    problem = problem_of(kind, size, seed)
    cells = len(problem.cells)
    found: dict[str, Any] = {"case": kind, "cells": cells}
    sifting.SAMPLE_CELLS = min(sifting.SAMPLE_CELLS, cells // 2)
    for way, least in (("whole", 10**9), ("sifted", 0)):
        rounding.WHOLE_CELLS = sifting.WHOLE_CELLS = least
        problem = replace(problem)
        problem.usable  # noqa: B018 (both ways have it ready)
        cpu = time.process_time()
        solution = optimise(problem)
        found[f"{way} s"] = time.process_time() - cpu
        found[f"{way} gap"] = solution.certificate.gap
    return found


MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    "solving": solving,
    "peer": peer,
    "whole_run": whole_run,
    "command": command,
    "solves": solves,
    "both_ways": both_ways,
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](**json.loads(sys.argv[2]))))
