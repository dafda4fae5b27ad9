"""How fair a plan is whose objective is coverage / target, the smallest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FairLevel:
    """A level of a fair plan.

    Attributes:
        ratio: coverage / target that its areas and those of all higher levels have at least, at most 1.
        bound: no plan in which the lower levels hold has a larger one.
        areas: ids of the areas that cannot have more, but for the tolerance, unless one of them or of a lower
            level has less; of the last level all that are left.
    """

    ratio: float
    bound: float
    areas: tuple[str, ...]


@dataclass(frozen=True)
class FairShares:
    """How fair a plan of the objective "fair" is.

    Attributes:
        smallest_ratio: the smallest coverage / target of the plan, at most 1, over ``areas``, to which it is
            fair; that of the first level, 0 where it is fair to none.
        bound: no plan has a larger one; ``gap`` is (bound - smallest_ratio) / bound.
        left_out: areas with a target that nothing reaches that could be used.
        levels: from the smallest coverage / target upwards.
    """

    smallest_ratio: float
    bound: float
    gap: float
    areas: tuple[str, ...]
    left_out: tuple[str, ...]
    levels: tuple[FairLevel, ...] = ()

    @classmethod
    def of(cls, levels: Sequence[FairLevel], left_out: Sequence[str]) -> FairShares:
        """What levels come to; none where nothing reaches any area with a target."""
        ratio, bound = (levels[0].ratio, levels[0].bound) if levels else (0.0, 0.0)
        gap = (bound - ratio) / bound if bound > 0.0 else 0.0
        areas = tuple(area for level in levels for area in level.areas)
        return cls(ratio, bound, gap, areas, tuple(left_out), tuple(levels))
