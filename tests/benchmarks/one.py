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

from planner import pipeline
from planner.capacity.plan import invest
from planner.case import read_capital_case
from planner.core.certificate import valuation
from planner.core.problem import Problem
from planner.errors import NoPlanError
from planner.features.space import Space
from planner.results.write import write
from planner.solve import rounds, samples
from planner.solve.optimise import optimise
from planner.solve.refinement import with_nodes_of
from planner.solve.solution import Solution
from tests.benchmarks.instances import PACIFIC, fleets, pacific, scarce, some_futures, some_options, zone

NO_LIMIT = 1e6
STAGES = ("cells", "effort", "problem", "solve", "report", "audit", "write")


def problem_of(kind: str, size: float, seed: int = 0) -> Problem:
    """The Pacific with cells of a size [nm], or a scarce instance of so many cells."""
    return scarce(int(size), seed) if kind == "scarce" else pipeline.prepare(pacific(size)).problem


def facts(solution: Solution, problem: Problem) -> dict[str, Any]:
    proof, fairness = solution.certificate, solution.fairness
    return {
        "cells": len(problem.nodes),
        "activities": len(problem.activities),
        "value": proof.value,
        "gap": proof.gap,
        "rounds": proof.rounds,
        "status": str(solution.status),
        **({"ratio gap": fairness.gap} if fairness else {}),
    }


def solving(kind: str, size: float, gap: float, keep: str = "", seed: int = 0) -> dict[str, Any]:
    """The planner's solve stage alone; the whole program for the peers is kept in a file."""
    problem = problem_of(kind, size, seed)
    cpu, wall = time.process_time(), time.perf_counter()
    solution = optimise(problem, gap, time_limit_s=NO_LIMIT)
    spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
    program = solution.program
    if keep:
        from tests.benchmarks.peers import whole_program  # noqa: PLC0415

        points = program.breakpoints.of_members(solution.group)
        points = with_nodes_of(points, problem, valuation(problem, solution.prices))
        Path(keep).write_bytes(pickle.dumps(whole_program(problem, points)))
    lp_value = solution.lp_objective * program.units.objective
    return spent | facts(solution, problem) | {"lp_value": lp_value}


def peer(name: str, method: str, kept: str, limit_s: float) -> dict[str, Any]:
    """A peer on the whole program that ``solving`` has kept."""
    from tests.benchmarks import peers  # noqa: PLC0415

    if not peers.offered(method):
        return {"status": "not installed"}
    solve = {"HiGHS": peers.solve_arrays, "linopy": peers.solve_linopy}[name]
    return asdict(solve(pickle.loads(Path(kept).read_bytes()), method, limit_s))


def whole_run(size: float, everywhere: bool = False, fleet: int = 1, area: str = "") -> dict[str, Any]:
    """Everything from reading to writing, with the processor time of each stage."""
    stages: dict[str, float] = {}
    before, name = time.process_time(), "read"

    def stage(message: str) -> None:
        nonlocal before, name
        if message in (*STAGES, "end"):
            now = time.process_time()
            stages[name], before, name = now - before, now, message

    case = zone(area, size) if area else pacific(size, everywhere)
    results = pipeline.plan(fleets(case, fleet) if fleet > 1 else case, stage)
    stage("write")
    with tempfile.TemporaryDirectory() as folder:
        write(results, Path(folder) / "run")
    stage("end")
    counts, proof = results.run["counts"], results.certificate
    return {
        "stages": stages,
        **{name: counts[name] for name in ("cells", "assets", "effort_rows", "activities")},
        "value": proof.value,
        "gap": proof.gap,
        "rounds": proof.rounds,
        "status": str(results.status),
    }


def certificates(size: float, variants: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """How each variant of the Pacific ends, each solved again.

    Args:
        size: side of its cells [nm].
        variants: scenario and objective by name; "" for those of the case.
    """
    found: list[dict[str, Any]] = []
    spaces: list[Space] = []
    for name, (scenario, objective) in variants.items():
        settings = {"objective": objective} if objective else {}
        case = pacific(size, scenario=scenario, **settings)
        prepared = pipeline.prepare(case, spaces)
        spaces = spaces or [prepared.space]
        cpu = time.process_time()
        row: dict[str, Any] = {"variant": name}
        try:
            row |= facts(pipeline.solve(prepared), prepared.problem)
        except NoPlanError as error:
            row["status"] = str(error)
        found.append({**row, "solve s": time.process_time() - cpu})
    return {"rows": found}


def solves(size: float, points: int) -> dict[str, Any]:
    """A plan, and the solves at budgets of 0 to 3 times what they are, each from the start of the first."""
    before = time.process_time()
    problem = problem_of("pacific", size)
    base = optimise(problem, time_limit_s=NO_LIMIT)
    solved = time.process_time()
    of_budget = (problem.resources["kind"] == "budget").to_numpy()
    gaps = []
    for factor in np.linspace(0.0, 3.0, points):
        capacity = problem.capacity * np.where(of_budget, factor, 1.0)
        other = replace(problem, resources=problem.resources.assign(capacity=capacity))
        gaps.append(optimise(other, time_limit_s=NO_LIMIT, start=base.start).certificate.gap)
    return {
        "one_s": solved - before,
        "many_s": time.process_time() - solved,
        "worst_gap": max(gaps),
    }


def both_ways(kind: str, size: float, seed: int) -> dict[str, Any]:
    """A problem with all activities in one program, and sifted: what WHOLE_NODES decides."""
    problem = problem_of(kind, size, seed)
    found: dict[str, Any] = {"case": kind, "cells": len(problem.nodes)}
    samples.SAMPLE_NODES = min(samples.SAMPLE_NODES, len(problem.nodes) // 2)
    for way, least in (("whole", 10**9), ("sifted", 0)):
        for module in (rounds, samples):
            vars(module)["WHOLE_NODES"] = least
        problem = replace(problem)  # without what the other way has worked out
        cpu = time.process_time()
        solution = optimise(problem, time_limit_s=NO_LIMIT)
        found |= {f"{way} s": time.process_time() - cpu, f"{way} gap": solution.certificate.gap}
    return found


def capacity(size: float, last: int, futures: int, options: int) -> dict[str, Any]:
    """The search for what to order, without what options are worth and near-optimal plans, to 5e-3.

    Args:
        size: side of the Pacific's cells [nm].
        last: the last year, from 2027 on.
        futures: the first so many of its own; beyond these, futures like them with less running money.
        options: the first so many.
    """
    whole = read_capital_case(
        PACIFIC, {"cells.spacing_nm": size, "years.last": last, "years.last_order": last}
    )
    case = replace(whole, **some_options(whole, options), futures=some_futures(whole.futures, futures))
    started = time.process_time()
    found = invest(case, 5e-3, NO_LIMIT, values=False, alternatives=False, last_results=False)
    return {
        "years": len(case.years.years),
        "futures": futures,
        "options": options,
        "stages": {"planning": time.process_time() - started},
        **found.counts,
        "gap": found.certificate.gap,
    }


MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    measure.__name__: measure
    for measure in (solving, peer, whole_run, certificates, solves, both_ways, capacity)
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](**json.loads(sys.argv[2]))))
