"""Charts of a comparison's workbook: a sheet of charts, and beside it the numbers that they show."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from planner.results.contract import CAUSES
from planner.results.palette import CAUSE_COLOURS, FAINT, KINDS, OTHERS
from planner.studies.scenario_tables import side_by_side
from planner.studies.study import Study

CHARTS, NUMBERS = "charts", "chart_data"
SHARE, WHOLE = "0.0%", "#,##0"
WIDTH_CM, TITLE_CM, BAR_CM, LEAST_CM, MOST_CM = 26, 3.2, 0.32, 7, 60
CM_PER_ROW = 0.53
"""Height of a row of cells [cm]."""
TEXT_WIDTH, NUMBER_WIDTH = 46, 16

Put = Callable[[Any, Any], Any]
"""Fills a cell with a value; text stays text."""


def add_charts(book: Workbook, compared: Study, put: Put) -> None:
    """Put the sheets ``charts`` and ``chart_data`` before the others.

    The charts show coverage of every area by scenario, shortfall of every programme's mandate by scenario,
    and the total shortfall of every scenario by cause. Their numbers are those of the sheets areas,
    programmes and totals, as values.
    """
    charts: Worksheet = book.create_sheet(CHARTS, 0)
    numbers: Worksheet = book.create_sheet(NUMBERS, 1)
    numbers.column_dimensions["A"].width = TEXT_WIDTH
    for column in range(2, 2 + max(len(compared.results), len(CAUSES))):
        numbers.column_dimensions[get_column_letter(column)].width = NUMBER_WIDTH
    scenario_colours = [KINDS[n] if n < len(KINDS) else OTHERS for n in range(len(compared.results))]
    cause_colours = [CAUSE_COLOURS[cause][0] for cause in CAUSES]
    blocks = [
        (
            "Coverage of every area",
            _of(compared["areas"], "coverage", ["name"]),
            SHARE,
            scenario_colours,
            False,
        ),
        (
            "Shortfall in the mandate of every programme [km²]; mandates overlap",
            _of(compared["programmes"], "shortfall_km2", ["name"]),
            WHOLE,
            scenario_colours,
            False,
        ),
        ("Shortfall of all areas by cause [km²]", _causes(compared), WHOLE, cause_colours, True),
    ]
    row, at = 1, 1
    for title, table, number_format, colours, stacked in blocks:
        area = _write(numbers, table, row, title, number_format, put)
        chart = _chart(numbers, area, title, number_format, colours, stacked)
        charts.add_chart(chart, f"A{at}")
        row += len(table) + 3
        at += int(chart.height / CM_PER_ROW) + 3
        charts.row_breaks.append(Break(at - 1))  # each chart on a page of its own
    charts.sheet_view.showGridLines = False
    charts.page_setup.fitToHeight = 0
    charts.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _of(table: pd.DataFrame, figure: str, names: Sequence[str]) -> pd.DataFrame:
    """One figure of every record by scenario, under its name; a name that stands twice has its id behind."""
    key = table.columns[1]
    wide = side_by_side(table[table["figure"] == figure]).reset_index()
    name, ids = wide[names[0]].astype(str), wide[key].astype(str)
    labels = name.where(~name.duplicated(keep=False) & (name != ""), name + " (" + ids + ")")
    scenarios = table["scenario"].drop_duplicates().tolist()
    return wide[scenarios].set_axis(pd.Index(labels, name="name"), axis=0)


def _causes(compared: Study) -> pd.DataFrame:
    """Shortfall of every scenario by cause, causes in their words."""
    figures = [f"{cause}_km2" for cause in CAUSES]
    totals = compared["totals"][compared["totals"]["figure"].isin(figures)]
    wide = totals.pivot_table(index="scenario", columns="figure", values="value", sort=False, dropna=False)
    wide = wide.reindex(index=pd.Index(list(compared.results), name="scenario"), columns=figures)
    return wide.set_axis([CAUSE_COLOURS[cause][1] for cause in CAUSES], axis=1)


def _write(
    sheet: Worksheet, table: pd.DataFrame, row: int, title: str, number_format: str, put: Put
) -> tuple[int, int, int]:
    """Write a block of numbers; the row of its header, its last row and its last column."""
    put(sheet.cell(row, 1), title).font = Font(bold=True)
    header = row + 1
    put(sheet.cell(header, 1), str(table.index.name))
    for column, name in enumerate(table.columns, start=2):
        put(sheet.cell(header, column), str(name)).font = Font(bold=True)
    for line, (label, values) in enumerate(zip(table.index, table.to_numpy(), strict=True), start=header + 1):
        put(sheet.cell(line, 1), str(label))
        for column, value in enumerate(values, start=2):
            put(sheet.cell(line, column), float(value)).number_format = number_format
    return header, header + len(table), 1 + len(table.columns)


def _chart(
    sheet: Worksheet,
    area: tuple[int, int, int],
    title: str,
    number_format: str,
    colours: Sequence[str],
    stacked: bool,
) -> BarChart:
    """Horizontal bars, the first record on top."""
    header, last, columns = area
    chart = BarChart(barDir="bar", grouping="stacked" if stacked else "clustered")
    chart.overlap, chart.gapWidth = (100, 50) if stacked else (0, 40)
    chart.title = title
    chart.add_data(
        Reference(sheet, min_col=2, max_col=columns, min_row=header, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=header + 1, max_row=last))
    for series, colour in zip(chart.series, colours, strict=True):
        series.graphicalProperties.solidFill = colour.removeprefix("#")
        series.graphicalProperties.line.solidFill = colour.removeprefix("#")
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.y_axis.crosses = number_format, "max"
    chart.y_axis.scaling.min = 0
    faint = GraphicalProperties(ln=LineProperties(solidFill=FAINT.removeprefix("#")))
    chart.y_axis.majorGridlines = ChartLines(spPr=faint)
    chart.legend.position = "t"
    bars = (last - header) * (1 if stacked else columns - 1)
    room = BAR_CM * (bars + 1.5 * (last - header))
    chart.width = WIDTH_CM
    chart.height = min(max(math.ceil(TITLE_CM + room), LEAST_CM), MOST_CM)
    return chart
