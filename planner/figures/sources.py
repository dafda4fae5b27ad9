"""What figures are drawn from: results of a run, or what was read from the folder of a study."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.errors import InputError, Problem
from planner.figures import catalogue
from planner.figures.look import Figure
from planner.report.results import Results


@dataclass(frozen=True)
class Source:
    """What figures are drawn from.

    Attributes:
        names: of the figures that it gives.
        draw: draws those of a selection, one after the other.
        title: of the case.
        status: of the plan, or of the worst plan of a study.
        inputs: SHA-256 of every file of the case.
    """

    names: tuple[str, ...]
    draw: Callable[[Sequence[str]], Iterator[tuple[str, Figure]]]
    title: str
    status: str
    inputs: Mapping[str, Any]


def of_results(results: Results) -> Source:
    """The maps and charts of one plan."""
    return Source(
        catalogue.NAMES,
        lambda names: catalogue.draw(results, names),
        results.title,
        str(results.status),
        results.run.get("inputs", {}),
    )


def chosen(source: Source, only: Sequence[str]) -> tuple[str, ...]:
    """The figures of a source that are wanted, in its order; all if none is named.

    Raises:
        InputError: it has no such figure.
    """
    strangers = [name for name in only if name not in source.names]
    if strangers:
        remedy = f"name one or several of {', '.join(source.names)}"
        rule = "is not a figure of this folder"
        raise InputError([Problem("--only", 0, "", name, rule, remedy) for name in strangers])
    return tuple(name for name in source.names if not only or name in only)
