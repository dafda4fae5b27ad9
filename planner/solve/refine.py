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
Booleans = npt.NDArray[np.bool_]

FIRST_POINTS = np.array([0.0, 0.1, 0.3, 0.6, 1.0, 1.6, 2.5, 4.0, 7.0])
"""Coverage factors of the first round: chords between them are within 2 % of the exponential."""
LARGEST_FACTOR = 40.0
"""Beyond this, less than 1e-17 of the targets are missed."""
WINDOW = np.array([-0.25, -0.05, 0.05, 0.25])
"""New points around a coverage factor, in lengths of the interval that it lies in."""
TIED_WIDTH = 0.016
"""Width of the interval around an expected coverage factor that comes from prices [-]. A plan that stands at
an end of it misses up to 0.016^2 / 2 = 1.3e-4 too much of what it misses; 0.016^2 / 24 = 1e-5 in the mean."""
AROUND = np.array([-0.12, -0.03, 0.03, 2.5])
"""Points beside that interval [-]; the last is far, in case the expectation is."""
BESIDE = 4.0
"""Points beside the interval around a coverage factor that is expected in a later round, in its widths."""
SMALL = 1e-4
"""Coverage factors below this are small: two terms of a series are exact to 1e-12 [-]."""
GOLDEN = 0.6180339887498949


def first_breakpoints(
    problem: PlanningProblem,
    prices: Prices | None = None,
    among: PlanningProblem | None = None,
    inside: Booleans | None = None,
) -> Breakpoints:
    """Breakpoints to start with, for every cell that a usable effort reaches and that counts.

    Args:
        problem: the problem whose linear program is to be built.
        prices: prices that are known already; then the points lie around what each cell would choose at
            them, else they are the same everywhere.
        among: the problem whose effort the cells choose from, where ``problem`` is a part of it.
        inside: cells in which the basis that comes with the prices has an interval, shape (cells,).

    Returns:
        The breakpoints.
    """
    reached = np.unique(problem.usable["cell"].to_numpy())
    reached = reached[problem.counts[reached]]
    if prices is None:
        cell = np.repeat(reached, len(FIRST_POINTS))
        return Breakpoints.from_points(cell, np.tile(FIRST_POINTS, len(reached)))
    centre = wanted_factor(problem if among is None else among, prices)[reached]
    width = np.full(len(reached), TIED_WIDTH)
    centre = _spread(reached, centre, width, inside)
    points = np.column_stack([np.zeros(len(reached)), centre[:, None] + AROUND[None, :]])
    cell = np.repeat(reached, points.shape[1])
    return _with_tied(cell, np.maximum(points, 0.0).ravel(), reached, centre, width, 0.5 * TIED_WIDTH)


def _spread(cells: Integers, centre: Array, width: Array, inside: Booleans | None) -> Array:
    """Centres moved by up to half a width, each cell's by another part of it.

    Were all cells to take their next interval at exactly the prices that are known, the simplex method would
    go from one to the next of thousands of equal ones; and a plan that stands at the ends of intervals is off
    by half a width everywhere instead of by a quarter. Cells in which the basis has an interval must not be
    moved: their slopes are what the prices of the basis stand on.
    """
    part = (cells * GOLDEN) % 1.0 - 0.5  # as even as any sequence
    moved = np.maximum(0.0, centre + width * part)
    return np.where((centre > 0.0) & ~(False if inside is None else inside[cells]), moved, centre)


def wanted_factor(problem: PlanningProblem, prices: Prices) -> Array:
    """The coverage factor that each cell would choose, at most ``LARGEST_FACTOR``, shape (cells,)."""
    wanted, _ = best_responses(cell_weight(problem, prices), cheapest_factor(problem, prices))
    return np.clip(np.nan_to_num(wanted, nan=0.0, posinf=LARGEST_FACTOR), 0.0, LARGEST_FACTOR)


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
    inside: Booleans | None = None,
) -> Breakpoints:
    """Add breakpoints around the coverage factor that each cell would choose at the prices, and its plan's.

    Cells whose part of the gap is small already are left alone.

    Args:
        problem: the problem.
        breakpoints: those of the round.
        prices: prices of the round.
        factor: coverage factor of the plan, shape (cells,).
        certificate: value of the plan so far, and the gap that is wanted.
        inside: cells in which the basis has an interval, shape (cells,).

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
    wanted, done = wanted_factor(problem, prices)[cells], np.minimum(factor[cells], LARGEST_FACTOR)
    at, beside = _interval_of(breakpoints, cells, wanted), _interval_of(breakpoints, cells, done)
    # a chord of length h is off by at most h^2 / 8 of what is missed, so points need not be closer than this
    missed = float(weight @ np.exp(-factor))
    least = 0.25 * np.sqrt(8.0 * allowed / missed) if missed > allowed else 1.0
    length = _length(breakpoints, at, wanted)
    # an interval may be long because little was known of its cell; the prices know more
    width = np.maximum(np.minimum(0.1 * length, TIED_WIDTH), least)
    apart = np.abs(done - wanted) > width
    old_cell, old_point = breakpoints.points()
    points = np.concatenate(
        [
            (wanted[:, None] + length[:, None] * WINDOW[None, [0, -1]]).ravel(),
            (wanted[:, None] + BESIDE * width[:, None] * np.array([-1.0, 1.0])).ravel(),
            (done[:, None] + _length(breakpoints, beside, done)[:, None] * WINDOW[None, :])[apart].ravel(),
        ]
    )
    new_cell = np.concatenate([np.tile(np.repeat(cells, 2), 2), np.repeat(cells[apart], len(WINDOW))])
    return _with_tied(
        np.concatenate([old_cell, new_cell]),
        np.concatenate([old_point, np.clip(points, 0.0, LARGEST_FACTOR)]),
        cells,
        _spread(cells, wanted, width, inside),
        width,
        least,
    )


def _interval_of(breakpoints: Breakpoints, cells: Integers, factor: Array) -> Integers:
    """The interval that holds each factor, or the last of its cell."""
    span = LARGEST_FACTOR * 2.0
    key = breakpoints.cell * span + breakpoints.low
    return np.asarray(np.searchsorted(key, cells * span + factor, side="right") - 1)


def _length(breakpoints: Breakpoints, at: Integers, factor: Array) -> Array:
    """Lengths of intervals; where the factor is beyond the last, as much again as there is."""
    inside = factor <= breakpoints.high[at]
    return np.where(inside, breakpoints.width[at], 2.0 * breakpoints.high[at])


def tied_interval(centre: Array, width: Array, least: float = 0.0) -> tuple[Array, Array]:
    """The interval whose chord has the slope of exp(-C) at its centre: (1 - e^-h) / h e^-low = e^-centre.

    A cell that wants a coverage factor C at a price has exp(-C) = price / weight, so the price at which it
    takes this interval is the price that is known: a basis keeps its prices on new breakpoints.

    Args:
        centre: coverage factors, shape (cells,).
        width: width h of each interval, shape (cells,).
        least: an interval that would start between 0 and this starts at 0, and has the width that this takes.

    Returns:
        Lower and upper ends; both are 0 where the centre is.
    """
    low = centre - np.log(width / -np.expm1(-width))
    from_zero = 2.0 * centre + centre**2 / 3.0
    far = (centre > SMALL) & (
        low < least
    )  # else the series is exact, and Newton's method would divide 0 by 0
    for _ in range(4):  # Newton on ln(h / (1 - e^-h)) = centre
        h = from_zero[far]
        error = np.log(h / -np.expm1(-h)) - centre[far]
        from_zero[far] = h - error / (1.0 / h - 1.0 / np.expm1(h))
    within = low >= least
    return np.where(within, low, 0.0), np.where(within, low + width, from_zero)


def _with_tied(
    cell: Integers, point: Array, cells: Integers, centre: Array, width: Array, least: float
) -> Breakpoints:
    """Breakpoints at given points, none closer than ``least``, and at the tied intervals of given cells."""
    start, end = tied_interval(centre, width, least)
    worth = (end >= 0.25 * least) & (centre < LARGEST_FACTOR)
    tied, start, end = cells[worth], start[worth], end[worth]
    n_cells = int(cell.max(initial=-1)) + 1
    low, high = np.full(n_cells, np.inf), np.full(n_cells, -np.inf)
    low[tied], high[tied] = start, end
    away = (point <= low[cell] - least) | (point >= high[cell] + least)
    cell, point = _distinct(cell[away], point[away], least)
    cell = np.concatenate([cell, tied, tied, tied])
    point = np.concatenate([point, np.zeros(len(tied)), start, end])
    order = np.lexsort((point, cell))
    cell, point = cell[order], point[order]
    first = np.ones(len(cell), dtype=bool)
    first[1:] = (cell[1:] != cell[:-1]) | (point[1:] != point[:-1])
    return Breakpoints.from_points(cell[first], point[first])


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
