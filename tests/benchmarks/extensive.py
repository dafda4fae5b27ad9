"""A capacity plan against its extensive form: all years and futures in one mixed-integer program of HiGHS.

    python -m tests.benchmarks.extensive CASE SPACING_NM LAST_YEAR [time limit in seconds, 3600 if not given]

The extensive form has the chords of the planner's last round in every year and future, so that its optimum is
the planner's but for the chords. Each side stops at the gap of 0.5 %.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
from scipy import sparse

from planner.capacity.prepared import largest, worked
from planner.capacity.program import capital_program
from planner.case import read_capital_case
from planner.core.certificate import valuation
from planner.core.linear import LinearProgram
from planner.frames import numbers
from planner.solve.decomposition import Block, Decomposition, Master, Template
from planner.solve.mixed_integer import solve_mixed
from planner.solve.optimise import optimise
from planner.solve.refinement import with_nodes_of

GAP = 5e-3


def part(template: Template, block: Block, capacity: np.ndarray, master: Master) -> tuple[list, ...]:
    """Columns and rows of one year in one future, and how they hang on the master's variables."""
    problem = template.problem
    found = optimise(problem.with_capacity(capacity), 1e-3)
    points = found.program.breakpoints.of_members(found.group)  # of all nodes, not of groups of them
    points = with_nodes_of(points, problem, valuation(problem, found.prices))
    n_x, n_c, n_goals = len(problem.activities), len(points.node), len(problem.goals)
    most = np.where(np.isfinite(problem.most) & (problem.most > 0.0), problem.most, 1.0)
    by_x = sparse.diags_array(most)
    size = np.where(np.isfinite(problem.capacity) & (problem.capacity > 0.0), problem.capacity, 1.0)
    rows = np.flatnonzero(np.isfinite(problem.capacity))
    usage = (sparse.diags_array(1.0 / size) @ problem.usage @ by_x).tocsr()[rows]
    lever, per_unit = template.lever[rows], template.per_unit[rows] / size[rows]
    hangs = sparse.csr_array(
        (np.where(lever >= 0, per_unit, 0.0), (np.arange(len(rows)), np.maximum(lever, 0))),
        (len(rows), len(block.offset)),
    )
    limit = np.where(
        lever >= 0,
        per_unit * block.offset[np.maximum(lever, 0)],
        problem.capacity[rows] / size[rows],
    )
    exact = problem.exact[rows]
    nodes = np.unique(points.node)
    gained = sparse.csr_array(
        (np.ones(n_c), (np.searchsorted(nodes, points.node), np.arange(n_c))), (len(nodes), n_c)
    )
    added = -(problem.effect @ by_x).tocsr()[nodes]
    unit = master.missed_unit
    covered = (problem.cover[:, points.node] @ sparse.diags_array(points.slope)) / unit
    penalty = np.where(np.isfinite(problem.penalty), problem.penalty, 0.0)
    missed = [-problem.cost * most / unit, problem.weight[points.node] * points.slope / unit, -penalty]
    blocks: Any = [
        [usage, sparse.csr_array((len(rows), n_c)), sparse.csr_array((len(rows), n_goals))],
        [added, gained, sparse.csr_array((len(nodes), n_goals))],
        [sparse.csr_array((n_goals, n_x)), covered, sparse.eye_array(n_goals)],
        [sparse.csr_array(one[None, :]) for one in missed],
    ]
    matrix = sparse.block_array(
        blocks,
        format="csr",
    )
    theta = sparse.csr_array(([1.0], ([0], [block.column])), (1, block.matrix.shape[1]))
    width = block.matrix.shape[1]
    to_master = sparse.vstack(
        [-(hangs @ block.matrix), sparse.csr_array((len(nodes) + n_goals, width)), theta]
    )
    lower = [np.where(exact, limit, -np.inf), np.full(len(nodes), -np.inf), problem.wanted / unit]
    upper = [limit, np.zeros(len(nodes)), np.full(n_goals, np.inf)]
    lower.append(np.array([problem.weight.sum() / unit]))
    upper.append(np.array([np.inf]))
    tops = [numbers(problem.activities["upper"]) / most, points.width, np.full(n_goals, np.inf)]
    return matrix, to_master, np.concatenate(lower), np.concatenate(upper), np.concatenate(tops)


def main() -> None:
    """Solve both ways and print what each came to."""
    folder, spacing, last = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    limit = float(sys.argv[4]) if len(sys.argv) > 4 else 3600.0
    changes = {"cells.spacing_nm": spacing, "years.last": last, "years.last_order": last}
    case = read_capital_case(folder, changes)
    base = worked(case, largest(case), print)
    _, master, blocks = capital_program(case, base.templates, base.template_of, GAP)
    started = time.process_time()
    search = Decomposition(master, base.templates, blocks, GAP, time.monotonic() + limit, print)
    search.run()
    took = time.process_time() - started
    assert search.best is not None
    print(f"planner: value {search.best.value:,.0f}, bound {search.bound:,.0f}, {took:.1f} s")
    parts = [
        part(base.templates[block.template], block, plan.capacity, master)
        for block, plan in zip(blocks, search.best.plans, strict=True)
    ]
    own = sparse.block_diag([one[0] for one in parts], format="csr")
    matrix = sparse.block_array(
        [[master.lp.matrix, None], [sparse.vstack([one[1] for one in parts]), own]], format="csr"
    )
    n = own.shape[1]
    lp = LinearProgram(
        np.concatenate([master.lp.cost, np.zeros(n)]),
        0.0,
        np.concatenate([master.lp.upper, *(one[4] for one in parts)]),
        matrix,
        np.concatenate([master.lp.lower, *(one[2] for one in parts)]),
        np.concatenate([master.lp.most, *(one[3] for one in parts)]),
    )
    print(f"extensive form: {matrix.shape[0]:,} rows, {matrix.shape[1]:,} columns")
    started = time.process_time()
    found = solve_mixed(lp, np.concatenate([master.integer, np.zeros(n, dtype=bool)]), GAP, limit)
    took = time.process_time() - started
    value, bound = found.objective * master.unit, found.bound * master.unit
    print(f"extensive form: value {value:,.0f}, bound {bound:,.0f}, {took:.1f} s")


if __name__ == "__main__":
    main()
