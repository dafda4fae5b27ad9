"""The data of a page as JSON types; what several views share is written once."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from planner.charts.names import one_line
from planner.charts.spec import Chart
from planner.page.parts import Content, Section, Table, View
from planner.results.run_json import json_types

DIGITS = 10
"""Significant digits of figures on the page; it shows fewer."""
REPEATED = 2
"""What is in a column this often on average is written once."""
POLYGONS = {"Polygon", "MultiPolygon"}


class Pool:
    """A list of JSON values, each once; others name them by their position."""

    def __init__(self) -> None:
        self.contents: list[Any] = []
        self._position: dict[str, int] = {}
        self._shapes: dict[tuple[int, ...], int] = {}
        self._tables: dict[int, tuple[pd.DataFrame, dict[str, int]]] = {}

    def put(self, value: Any) -> int:
        """The position of a value, which is added if it is new."""
        key = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        if key not in self._position:
            self._position[key] = len(self.contents)
            self.contents.append(value)
        return self._position[key]

    def table(self, table: pd.DataFrame) -> dict[str, int]:
        """A table as the positions of its columns."""
        if id(table) not in self._tables:
            found = {str(name): self._column(str(name), table[name]) for name in table}
            self._tables[id(table)] = table, found  # the table is kept, so no other can get its id
        return self._tables[id(table)][1]

    def _column(self, name: str, values: pd.Series) -> int:
        """Outlines, the bulk of a page, are known again by being the same objects."""
        if name != "geometry":
            return self.put(column(values))
        shapes = tuple(map(id, values))
        if shapes not in self._shapes:
            self._shapes[shapes] = self.put(column(values))
        return self._shapes[shapes]

    def view(self, view: View) -> dict[str, Any]:
        """A view; its sections, areas and rings are in the pool."""
        apart = {name: self.put(json_types(getattr(view, name))) for name in ("areas", "rings")}
        sections = [self.put(self._section(section)) for section in view.sections]
        return {**vars(view), **apart, "sections": sections}

    def _section(self, section: Section) -> dict[str, Any]:
        said = ("name", "heading", "lead", "facts", "notes", "listed")
        return {
            **{name: getattr(section, name) for name in said},
            "choices": list(section.choices.items()),
            "variants": {"/".join(key): self._content(one) for key, one in section.variants.items()},
            "fixed": self._content(section.fixed),
        }

    def _content(self, content: Content) -> dict[str, Any]:
        return {
            "charts": [self.put(self._chart(chart)) for chart in content.charts],
            "tables": [self.put(self._table(table)) for table in content.tables],
        }

    def _chart(self, chart: Chart) -> dict[str, Any]:
        return {
            **{"name": chart.name, "title": one_line(chart.title), "label": chart.label},
            **{"notes": [one_line(note) for note in chart.notes], "empty": chart.empty},
            "spec": self.put(json.dumps(chart.spec, ensure_ascii=False, separators=(",", ":"))),
            "data": {name: self.table(frame) for name, frame in chart.data.items()},
        }

    def _table(self, table: Table) -> dict[str, Any]:
        said = {name: value for name, value in vars(table).items() if name != "rows"}
        return {**json_types(said), "rows": self.table(table.needed)}


def column(values: pd.Series) -> Any:
    """A column as JSON types: figures to ``DIGITS`` digits, what is not finite as ``None``.

    What is often repeated becomes ``of``, every value once, and ``at``, positions in it; polygons become
    ``outlines``.
    """
    found: list[Any] = [value if isinstance(value, dict) else json_types(value) for value in values.tolist()]
    if any(isinstance(value, dict) for value in found):
        shapes = {value["type"] for value in found if value}
        return {"outlines": [_outline(value) for value in found]} if shapes <= POLYGONS else found
    if values.dtype.kind == "f":
        found = [None if value is None else _figure(value) for value in found]
    of = list(dict.fromkeys(found))
    if len(of) * REPEATED >= len(found):
        return found
    place = {value: n for n, value in enumerate(of)}
    return {"of": of, "at": [place[value] for value in found]}


def _figure(value: float) -> float:
    """A figure to ``DIGITS`` digits, whole ones without a point."""
    return int(value) if value.is_integer() else float(f"{value:.{DIGITS}g}")


def _outline(geometry: dict[str, Any] | None) -> list[list[list[int]]] | None:
    """Polygons as their rings, each as its first point and the steps from every point to the next."""
    if geometry is None:
        return None
    several = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
    return [[_steps(ring) for ring in polygon] for polygon in polygons]


def _steps(ring: list[list[int]]) -> list[int]:
    before = [[0, 0], *ring[:-1]]
    return [step for (x, y), (u, v) in zip(ring, before, strict=True) for step in (x - u, y - v)]
