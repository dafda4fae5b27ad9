"""Where the chords need to be finer: the breakpoints of the next round."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.model.breakpoints import Breakpoints
from planner.model.problem import PlanningProblem
from planner.solve.certificate import Certificate, best_responses, cell_weight, cheapest_factor
from planner.solve.prices import Prices

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

FIRST_POINTS = np.array([0.0, 0.1, 0.3, 0.6, 1.0, 1.6, 2.5, 4.0, 7.0])
"""Coverage factors of the first round: chords between them are within 2 % of the exponential."""
LARGEST_FACTOR = 40.0
"""Beyond this, less than 1e-17 of the targets are missed."""
WINDOW = np.array([-0.25, -0.05, 0.0, 0.05, 0.25])
"""New points around the expected coverage factor, in lengths of the interval that it lies in."""

AROUND_LEAST = 0.015
AROUND = AROUND_LEAST * np.array([-8.0, -1.5, 1.5, 8.0, 40.0, 200.0])
"""First points around an expected coverage factor [-]; the last is far, in case the expectation is."""


def first_breakpoints(
    problem: PlanningProblem, prices: Prices | None = None, among: PlanningProblem | None = None
) -> Breakpoints:
    """Breakpoints to start with, for every cell that a usable effort reaches and that counts.

    Args:
        problem: the problem whose linear program is to be built.
        prices: prices that are known already; then the points lie around what each cell would choose at
            them, else they are the same everywhere.
        among: the problem whose effort the cells choose from, where ``problem`` is a part of it.

    Returns:
        The breakpoints.
    """
    reached = np.unique(problem.usable["cell"].to_numpy())
    reached = reached[problem.counts[reached]]
    if prices is None:
        cell = np.repeat(reached, len(FIRST_POINTS))
        return Breakpoints.from_points(cell, np.tile(FIRST_POINTS, len(reached)))
    whole = problem if among is None else among
    wanted, _ = best_responses(cell_weight(whole, prices), cheapest_factor(whole, prices))
    centre = np.clip(wanted[reached], 0.0, LARGEST_FACTOR)
    points = np.column_stack([np.zeros(len(reached)), centre[:, None] + AROUND[None, :]])
    cell = np.repeat(reached, points.shape[1])
    return Breakpoints.from_points(*_distinct(cell, np.maximum(points, 0.0).ravel(), 0.5 * AROUND_LEAST))


def with_cells_of(
    breakpoints: Breakpoints, problem: PlanningProblem, prices: Prices, among: PlanningProblem
) -> Breakpoints:
    """Breakpoints that have first points for cells which only now are reached, see ``first_breakpoints``."""
    first = first_breakpoints(problem, prices, among)
    new = ~np.isin(first.cell, breakpoints.cell)
    order = np.argsort(np.concatenate([breakpoints.cell, first.cell[new]]), kind="stable")
    return Breakpoints(
        *(
            np.concatenate([old, added[new]])[order]
            for old, added in (
                (breakpoints.cell, first.cell),
                (breakpoints.low, first.low),
                (breakpoints.high, first.high),
            )
        )
    )


def gap_by_cell(problem: PlanningProblem, prices: Prices, factor: Array) -> Array:
    """What each cell adds to the gap: weight exp(-C) + price C of the plan, less the cell's own minimum.

    Args:
        problem: the problem.
        prices: prices of the round.
        factor: coverage factor of the plan, shape (cells,).

    Returns:
        Contribution of each cell, not negative, shape (cells,) [objective].
    """
    weight, price = cell_weight(problem, prices), cheapest_factor(problem, prices)
    finite = np.where(np.isfinite(price), price, 0.0)
    value = weight * np.exp(-factor) + finite * factor
    return np.maximum(0.0, value - np.where(np.isfinite(price), best_responses(weight, price)[1], weight))


def refined(
    problem: PlanningProblem,
    breakpoints: Breakpoints,
    prices: Prices,
    factor: Array,
    certificate: Certificate,
) -> Breakpoints:
    """Add breakpoints around the coverage factor that each cell would choose at the prices, and its plan's.

    Cells whose part of the gap is small already are left alone.

    Args:
        problem: the problem.
        breakpoints: those of the round.
        prices: prices of the round.
        factor: coverage factor of the plan, shape (cells,).
        certificate: value of the plan so far, and the gap that is wanted.

    Returns:
        Breakpoints of the next round.
    """
    if not len(breakpoints.cell):
        return breakpoints
    allowed = certificate.gap_tolerance * certificate.size
    weight = cell_weight(problem, prices)
    part = gap_by_cell(problem, prices, factor)
    if len(problem.demands):
        part = part + weight * _chord_error(breakpoints, factor)
    cells = np.unique(breakpoints.cell)
    cells = cells[part[cells] > 0.1 * allowed / len(cells)]
    wanted, _ = best_responses(weight, cheapest_factor(problem, prices))
    wanted = np.where(np.isfinite(wanted), wanted, LARGEST_FACTOR)[cells]
    new_cell, new_point = [], []
    for expected in (wanted, factor[cells]):
        centre = np.clip(expected, 0.0, LARGEST_FACTOR)
        length = _interval_length(breakpoints, cells, centre)
        points = centre[:, None] + length[:, None] * WINDOW[None, :]
        new_cell.append(np.repeat(cells, len(WINDOW)))
        new_point.append(np.clip(points, 0.0, LARGEST_FACTOR).ravel())
    old_cell, old_point = breakpoints.points()
    cell = np.concatenate([old_cell, *new_cell])
    point = np.concatenate([old_point, *new_point])
    # a chord of length h is off by at most h^2 / 8 of what is missed, so points need not be closer than this
    missed = float(weight @ np.exp(-factor))
    least = 0.25 * np.sqrt(8.0 * allowed / missed) if missed > allowed else 1.0
    return Breakpoints.from_points(*_distinct(cell, point, least))


def _interval_length(breakpoints: Breakpoints, cells: Integers, factor: Array) -> Array:
    """Length of the interval that holds each factor; beyond the last, as much again as there is."""
    span = LARGEST_FACTOR * 2.0
    key = breakpoints.cell * span + breakpoints.low
    at = np.searchsorted(key, cells * span + factor, side="right") - 1
    inside = factor <= breakpoints.high[at]
    return np.where(inside, breakpoints.width[at], 2.0 * breakpoints.high[at])


def _distinct(cell: Integers, point: Array, least: float) -> tuple[Integers, Array]:
    """Drop points that are closer than ``least`` to the next point kept below them; 0 always stays."""
    order = np.lexsort((point, cell))
    cell, point = cell[order], point[order]
    if not len(cell):
        return cell, point
    slot = np.floor(point / least)
    keep = np.r_[True, (cell[1:] != cell[:-1]) | (slot[1:] != slot[:-1])]
    return cell[keep], point[keep]


def _chord_error(breakpoints: Breakpoints, factor: Array) -> Array:
    """Chord less exponential at each cell's factor."""
    cells = np.unique(breakpoints.cell)
    filled = np.clip(factor[breakpoints.cell] - breakpoints.low, 0.0, breakpoints.width)
    chord = np.ones(len(factor))
    np.subtract.at(chord, breakpoints.cell, breakpoints.slope * filled)
    error = np.zeros(len(factor))
    error[cells] = chord[cells] - np.exp(-factor[cells])
    return np.maximum(0.0, error)
