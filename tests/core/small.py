"""The case whose rows the tests of this folder write out by hand, and rows in natural units.

Asset 0 is a boat (3000 h) at bases 0 and 1, asset 1 a plane (100 h) at base 1, asset 2 a radar (8760 h) that
watches cells 0 and 1 at once and is paid for in area 0. Base 0 has no limit, base 1 serves 500 h. Cells 0
and 1
are area 0, cell 2 is area 1. Programme 0 (2,000,000) pays boat and radar everywhere, programme 1
(500,000) the  # noqa: E501
plane everywhere and the boat in area 1.
"""

from __future__ import annotations

import numpy as np

from planner.core.breakpoints import Breakpoints
from planner.core.program import Program, build
from tests.small_case import SmallCase, work

BREAKPOINTS = Breakpoints.from_points(np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0.0, 1, 2, 0, 1, 0, 2]))
"""Cell 0: 0, 1, 2; cell 1: 0, 1; cell 2: 0, 2."""
SMALL = SmallCase(
    effort=work(
        [0, 0, 1, 1, 0, 2, 2],
        [0, 2, 1, 2, 0, 0, 1],
        [0.02, 0.01, 0.05, 0.03, 0.02, 1e-4, 3e-4],
        base=[0, 0, 1, 1, 1, -1, -1],
        area=[0, 1, 0, 1, 0, 0, 0],
        hours=[50.0, 80.0, 8.0, 6.0, 60.0, 1.0, 1.0],
        cost=[40_000.0, 64_000.0, 50_000.0, 45_000.0, 48_000.0, 20.0, 20.0],
        activity=[0, 1, 2, 3, 4, 5, 5],
    ),
    cell_km2=[1000.0, 2000.0, 4000.0],
    cell_area=[0, 0, 1],
    risk=[1.0, 2.0, 0.5],
    targets=[0.5, 0.25],
    area_risk=[1.0, 3.0],
    hours=[3000.0, 100.0, 8760.0],
    places=[np.inf, 500.0],
    budgets=[2e6, 5e5],
    pays=[(0, 0, 0), (0, 1, 0), (2, 0, 0), (2, 1, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)],
)

Row = tuple[dict[str, float], str, float]
SENSES = {-1: "<=", 0: "=", 1: ">="}


def program_of(case: SmallCase, allowed: float = 0.7) -> Program:
    return build(case.problem(), BREAKPOINTS, allowed)


def names(program: Program) -> list[str]:
    """What each variable is: "p0 pays a1 z1", "a0 from b1 in c0", "c0 1", "short l0" and so on."""
    problem = program.problem
    reached = problem.effect.tocsc()
    found = []
    for n in program.x.tolist():
        one = problem.activities.iloc[n].astype(str).str.replace(r"^[a-z]+_(?=\d)", "", regex=True)
        if one.feature == "payment":
            found.append(f"p{one.programme_id} pays a{one.asset_id} z{one.area_id}")
        elif one.feature == "unmet_spending":
            found.append(f"unmet {one.limit_id}")
        else:
            cells = ",".join(map(str, reached.indices[reached.indptr[n] : reached.indptr[n + 1]]))
            found.append(f"a{one.asset_id} from b{one.base_id or '-'} in c{cells}")
    number = np.arange(len(program.breakpoints.node))
    first = np.searchsorted(program.breakpoints.node, program.breakpoints.node)
    found += [f"c{node} {n}" for node, n in zip(program.breakpoints.node, number - first, strict=True)]
    goals = problem.goals.iloc[program.short]
    found += [
        f"short {limit or area}" for limit, area in zip(goals["limit_id"], goals["area_id"], strict=True)
    ]
    return [*found, "t"] if problem.has_ratio else found


def column_units(program: Program) -> np.ndarray:
    """Natural units per unit of each variable."""
    units = program.units
    parts = [units.activity[program.x], units.node[program.breakpoints.node], units.goal[program.short]]
    parts.append(units.answer[program.answered])
    return np.concatenate([*parts, [units.objective] * program.problem.has_ratio])


def row_units(program: Program) -> np.ndarray:
    """Natural units per unit of each row."""
    units = program.units
    return np.concatenate(
        [units.resource[program.resources], units.node[program.nodes], units.goal[program.goals]]
    )


def rows(program: Program) -> dict[str, Row]:
    """Every row in natural units: terms, sense and bound, by what it is about."""
    problem, unit = program.problem, column_units(program)
    _, variables, constraints = program.as_pulp()
    name = dict(zip([v.name for v in variables], zip(names(program), unit, strict=True), strict=True))
    ids = ["asset_id", "base_id", "area_id", "programme_id", "limit_id"]
    resources = problem.resources.iloc[program.resources]
    about = [" ".join(filter(None, row)) for row in resources[["kind", *ids]].astype(str).to_numpy()]
    about += [f"cell_{node}" for node in program.nodes]
    goals = problem.goals.iloc[program.goals]
    about += [
        " ".join(filter(None, row)) for row in goals[["kind", "area_id", "limit_id"]].astype(str).to_numpy()
    ]
    return {
        what: (
            {name[v.name][0]: value * size / name[v.name][1] for v, value in row.items()},
            SENSES[row.sense],
            -row.constant * size,
        )
        for what, row, size in zip(about, constraints, row_units(program), strict=True)
    }


def objective(program: Program) -> dict[str, float]:
    """Terms of the objective in natural units."""
    unit, size = column_units(program), program.units.objective
    cost = program.lp.cost.tolist()
    return {
        name: value * size / each
        for name, value, each in zip(names(program), cost, unit, strict=True)
        if value
    }
