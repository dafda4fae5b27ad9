"""How all figures look: sizes for a page of print, type, colours of axes; and parts that several share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from planner.figures.lettering import FONT, SIZE, SMALL, TITLE, broken
from planner.frames import records
from planner.report.palette import FAINT, INK, PAPER, QUIET, RULE

Chart: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart | alt.VConcatChart | alt.HConcatChart

PAGE = 498.0
"""Width of a figure without its padding [pt]: about 180 mm with it, two columns of a journal."""
ROW, TALL_ROW = 14.0, 21.0
"""Height of a bar with its room, under a name in one line and in two [pt]."""
PAD = 6.0


@dataclass(frozen=True)
class Figure:
    """A chart, and large data that it names: Altair would copy those at every step of putting it together.

    Attributes:
        chart: the chart; its units are points.
        datasets: what its named data are.
    """

    chart: Chart
    datasets: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict, repr=False)

    def spec(self) -> dict[str, Any]:
        """The figure in Vega-Lite's terms."""
        spec = self.chart.to_dict()
        # Vega lays legends out as this says; the schema of Vega-Lite, which Altair checks, has forgotten it
        spec.setdefault("config", {}).setdefault("legend", {})["layout"] = {
            "bottom": {"direction": "vertical", "anchor": "start", "margin": 5}
        }
        spec["datasets"] = {**spec.get("datasets", {}), **self.datasets}
        return spec


def rows(frame: pd.DataFrame) -> alt.Data:
    """A tidy frame as the data of a chart, in its order."""
    columns = list(frame.columns)
    values = [
        {name: _plain(value) for name, value in zip(columns, record, strict=True)}
        for record in records(frame)
    ]
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


def titled(chart: Chart, title: str, notes: Sequence[str]) -> Chart:
    """A figure with its title, the lines under it, and the looks that all have."""
    lines = [line for note in notes if note for line in broken(note, PAGE, SIZE)]
    heading = alt.TitleParams(
        text=broken(title, PAGE / 1.1, TITLE, 2), subtitle=lines, anchor="start", frame="bounds", offset=8
    )
    whole: Chart = chart.properties(title=heading, padding=PAD, background=PAPER, description=title)
    configured: Chart = whole.configure(**_config())
    return configured


def sentence(text: str) -> alt.Chart:
    """What stands in place of a chart that has nothing to show."""
    look = {"align": "left", "baseline": "middle", "fontSize": SIZE + 1, "color": QUIET}
    return written(text, look, ROW, (PAGE, 2 * ROW))


def written(text: str, look: Mapping[str, Any], y: float, size: tuple[float, float]) -> alt.Chart:
    """Text alone, from the left edge, in a space of its own [pt]; line feeds part its lines."""
    marks = alt.Chart(rows(pd.DataFrame({"text": [text]}))).mark_text(**{"lineBreak": "\n", **look})
    placed: alt.Chart = marks.encode(x=alt.value(0), y=alt.value(y), text="text:N")
    return placed.properties(width=size[0], height=size[1])


def named_axis(field: str, order: Sequence[str], **options: Any) -> alt.Y:
    """A vertical axis with a name for each row of a chart, in the order given, never cut."""
    # two lines of one name, the first above the middle of its row and the second below
    two = {"condition": {"test": "indexof(datum.label, '\\n') >= 0", "value": "bottom"}, "value": "middle"}
    split = {"labelExpr": "split(datum.label, '\\n')", "labelBaseline": two}
    looks = {"ticks": False, "domain": False, "labelLimit": 0, "labelPadding": 5, "labelLineHeight": SIZE + 1}
    axis = alt.Axis(title=None, **{**looks, **split, **options})
    return alt.Y(
        f"{field}:N", sort=list(order), axis=axis, scale=alt.Scale(paddingInner=0.25, paddingOuter=0.15)
    )


def colours(field: str, scale: Mapping[str, str], **legend: Any) -> alt.Color:
    """Colours by name, with a legend in the order of the scale."""
    shown = alt.Legend(**{"title": None, "orient": "top", "direction": "horizontal", "columns": 6, **legend})
    return alt.Color(
        f"{field}:N",
        sort=list(scale),
        scale=alt.Scale(domain=list(scale), range=list(scale.values())),
        legend=shown,
    )


def _plain(value: Any) -> Any:
    found = value.item() if hasattr(value, "item") else value
    return None if isinstance(found, float) and found != found else found  # noqa: PLR0124 - not a number


def _config() -> dict[str, Any]:
    axis = {
        **{"labelFontSize": SIZE, "titleFontSize": SIZE, "titleFontWeight": "normal", "titlePadding": 6},
        **{"labelColor": INK, "titleColor": QUIET, "gridColor": FAINT, "domainColor": RULE},
        **{"tickColor": RULE, "tickSize": 3, "labelPadding": 3, "labelLimit": 0},
    }
    legend = {
        **{"labelFontSize": SIZE, "titleFontSize": SIZE, "titleFontWeight": "bold", "titleColor": INK},
        **{"labelColor": INK, "symbolType": "square", "symbolSize": 70, "symbolStrokeWidth": 0.5},
        **{"labelLimit": 0, "titleLimit": 0, "columnPadding": 12, "rowPadding": 2, "offset": 8},
    }
    title = {
        **{"fontSize": TITLE, "fontWeight": "bold", "color": INK, "subtitleFontSize": SIZE, "limit": 0},
        **{"subtitleColor": QUIET, "subtitlePadding": 4, "subtitleLineHeight": SIZE + 2.5},
    }
    return {
        "font": FONT,
        "axis": axis,
        "legend": legend,
        "title": title,
        "text": {"fontSize": SMALL, "color": INK},
        "view": {"stroke": None},
        "concat": {"spacing": 14},
        "bar": {"discreteBandSize": {"band": 1}},
    }
