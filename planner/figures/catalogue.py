"""The figures of a plan, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from planner.errors import InputError, Problem
from planner.figures import bars, maps
from planner.figures.look import Figure
from planner.figures.map_data import MapData, map_data
from planner.report.results import Results

MAPS: Mapping[str, Callable[[Results, MapData], Figure]] = {
    "map_pod": maps.map_pod,
    "map_target": maps.map_target,
    "map_cause": maps.map_cause,
    "map_risk": maps.map_risk,
    "map_who": maps.map_who,
}
CHARTS: Mapping[str, Callable[[Results], Figure]] = {
    "gap_by_programme": bars.gap_by_programme,
    "coverage_by_area": bars.coverage_by_area,
    "spending": bars.spending,
    "hours": bars.hours,
    "prices": bars.prices,
}
NAMES = (*MAPS, *CHARTS)


def chosen(only: Sequence[str] = ()) -> tuple[str, ...]:
    """The figures that are wanted, in the order of the catalogue; all if none is named.

    Raises:
        InputError: there is no such figure.
    """
    strangers = [name for name in only if name not in NAMES]
    if strangers:
        remedy = f"name one or several of {', '.join(NAMES)}"
        raise InputError([Problem("--only", 0, "", name, "is not a figure", remedy) for name in strangers])
    return tuple(name for name in NAMES if not only or name in only)


def draw(results: Results, names: Sequence[str] = NAMES) -> Iterator[tuple[str, Figure]]:
    """Make figures of a plan one after the other; what the maps share is made once."""
    shared = map_data(results, maps.MAP_WIDTH) if any(name in MAPS for name in names) else None
    for name in names:
        if shared is not None and name in MAPS:
            yield name, MAPS[name](results, shared)
        else:
            yield name, CHARTS[name](results)
