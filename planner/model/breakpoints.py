"""Chords of exp(-C): the intervals on which the share of targets missed is taken as linear, equation (12)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.effort import search_theory

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Breakpoints:
    """Intervals of coverage factor, by cell and upwards from 0 without a hole.

    Attributes:
        cell: position of the cell, ascending, shape (intervals,).
        low: lower end of each interval [-].
        high: upper end of each interval [-].
    """

    cell: Integers
    low: Array
    high: Array

    @cached_property
    def width(self) -> Array:
        """Width of each interval [-]."""
        return self.high - self.low

    @cached_property
    def slope(self) -> Array:
        """Share of targets detected per unit of coverage factor: (exp(-low) - exp(-high)) / width [-].

        Slopes fall from one interval of a cell to the next, so a linear program fills them in order and needs
        no row per interval.
        """
        detected = -np.expm1(-self.width) * search_theory.missed(self.low)
        return np.asarray(detected / self.width)

    @classmethod
    def from_points(cls, cell: Integers, point: Array) -> Breakpoints:
        """Make the intervals between points; every cell's points start at 0 and are distinct.

        Args:
            cell: cell of each point, shape (points,).
            point: coverage factor of each point, shape (points,).
        """
        order = np.lexsort((point, cell))
        cell, point = cell[order], point[order]
        same = cell[1:] == cell[:-1]
        return cls(cell[1:][same], point[:-1][same], point[1:][same])

    def points(self) -> tuple[Integers, Array]:
        """Cells and coverage factors of all points, the inverse of ``from_points``."""
        first = np.searchsorted(self.cell, np.unique(self.cell))
        cell = np.concatenate([self.cell[first], self.cell])
        point = np.concatenate([self.low[first], self.high])
        order = np.lexsort((point, cell))
        return cell[order], point[order]

    def given_to(self, leader: Integers) -> Breakpoints:
        """The same intervals for every cell that another one stands for.

        Args:
            leader: the cell that stands for each cell, shape (cells,).
        """
        first = np.searchsorted(self.cell, leader, side="left")
        number = np.searchsorted(self.cell, leader, side="right") - first
        cell = np.repeat(np.arange(len(leader)), number)
        at = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number, number) + first[cell]
        return Breakpoints(cell, self.low[at], self.high[at])
