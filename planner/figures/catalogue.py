"""The figures of a plan, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

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


def draw(results: Results, names: Sequence[str] = NAMES) -> Iterator[tuple[str, Figure]]:
    """Make figures of a plan one after the other; what the maps share is made once."""
    shared = map_data(results, maps.MAP_WIDTH) if any(name in MAPS for name in names) else None
    for name in names:
        if shared is not None and name in MAPS:
            yield name, MAPS[name](results, shared)
        else:
            yield name, CHARTS[name](results)
