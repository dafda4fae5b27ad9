"""Rows from columns of numbers: the quick way into PuLP."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pulp

from planner.frames import sum_by

Terms = list[tuple[pulp.LpVariable, float]]


def terms(
    group: npt.ArrayLike, variables: list[pulp.LpVariable], coefficient: npt.ArrayLike, n_groups: int
) -> list[Terms]:
    """Collect (variable, coefficient) terms by group.

    Args:
        group: group of each term, 0 to n_groups - 1, shape (terms,).
        variables: variable of each term.
        coefficient: coefficient of each term, shape (terms,).
        n_groups: number of groups.

    Returns:
        One list of terms per group, each in the order given.
    """
    groups: list[Terms] = [[] for _ in range(n_groups)]
    numbers = np.asarray(coefficient, dtype=np.float64).tolist()
    for number, variable, value in zip(np.asarray(group).tolist(), variables, numbers, strict=True):
        groups[number].append((variable, value))
    return groups


def merged(
    activity: npt.ArrayLike, group: npt.ArrayLike, value: npt.ArrayLike
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Add up the values of equal (group, activity): rows of a joint activity meet in one term.

    Returns:
        group, activity and summed value of each term, by group and activity.
    """
    groups = np.asarray(group, dtype=np.int64)
    activities = np.asarray(activity, dtype=np.int64)
    n_activities = int(activities.max(initial=0)) + 1
    keys, inverse = np.unique(groups * n_activities + activities, return_inverse=True)
    total = sum_by(inverse, value, len(keys))
    return keys // n_activities, keys % n_activities, total


def add_row(lp: pulp.LpProblem, name: str, row: Terms, sense: int, bound: float) -> pulp.LpConstraint:
    """Add one row, terms (sense) bound, and return its handle."""
    constraint = pulp.LpConstraint(pulp.LpAffineExpression(row), sense, name, bound)
    lp.addConstraint(constraint)
    return constraint
