"""Chords of exp(-C): the intervals on which the share of targets missed is taken as linear, equation (13)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.core import search_theory

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Breakpoints:
    """Intervals of coverage factor, by node and upwards from 0 without a hole.

    Attributes:
        node: position of the node, ascending, shape (intervals,).
        low: lower end of each interval [-].
        high: upper end of each interval [-].
    """

    node: Integers
    low: Array
    high: Array

    @cached_property
    def width(self) -> Array:
        """Width of each interval [-]."""
        return self.high - self.low

    @cached_property
    def slope(self) -> Array:
        """Share of targets detected per unit of coverage factor: (exp(-low) - exp(-high)) / width [-].

        Slopes fall from one interval of a node to the next, so a linear program fills them in order and needs
        no row per interval.
        """
        detected = -np.expm1(-self.width) * search_theory.missed(self.low)
        return np.asarray(detected / self.width)

    @classmethod
    def from_points(cls, node: Integers, point: Array) -> Breakpoints:
        """Make the intervals between points; every node's points start at 0 and are distinct.

        Args:
            node: node of each point, shape (points,).
            point: coverage factor of each point, shape (points,).
        """
        order = np.lexsort((point, node))
        node, point = node[order], point[order]
        same = node[1:] == node[:-1]
        return cls(node[1:][same], point[:-1][same], point[1:][same])

    def points(self) -> tuple[Integers, Array]:
        """Nodes and coverage factors of all points, the inverse of ``from_points``."""
        first = np.searchsorted(self.node, np.unique(self.node))
        node = np.concatenate([self.node[first], self.node])
        point = np.concatenate([self.low[first], self.high])
        order = np.lexsort((point, node))
        return node[order], point[order]

    def of_members(self, representative: Integers) -> Breakpoints:
        """The same intervals for every node that another one stands for.

        Args:
            representative: the node that stands for each node, shape (nodes,).
        """
        first = np.searchsorted(self.node, representative, side="left")
        number = np.searchsorted(self.node, representative, side="right") - first
        node = np.repeat(np.arange(len(representative)), number)
        at = np.arange(len(node)) - np.repeat(np.cumsum(number) - number, number) + first[node]
        return Breakpoints(node, self.low[at], self.high[at])
