"""A comparison as one workbook: charts, their numbers, and a sheet for every table, scenarios in columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
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
from planner.results.workbook import SHARE, WHOLE, add_sheet, new_book, put
from planner.studies.study import Study

WORKBOOK = "comparison.xlsx"
WIDTH_CM, TITLE_CM, BAR_CM, LEAST_CM, MOST_CM = 26, 3.2, 0.32, 7, 60
CM_PER_ROW = 0.53
"""Height of a row of cells [cm]."""
TEXT_WIDTH, NUMBER_WIDTH = 46, 16


@dataclass(frozen=True, eq=False)
class Block:
    """A chart and its numbers: a bar for each row and column."""

    title: str
    table: pd.DataFrame
    number_format: str
    colours: Sequence[str]
    stacked: bool = False


def write_workbook(compared: Study, file: Path) -> None:
    """Write charts, their numbers, and a sheet for the plans and for each table of a comparison.

    The charts show coverage of every area by scenario, shortfall of every programme's mandate by scenario,
    and the total shortfall of every scenario by cause. Text is always text, also where it begins with a sign
    that a spreadsheet takes for a formula.
    """
    book = new_book()
    charts, data = book.create_sheet("charts"), book.create_sheet("chart_data")
    _draw(charts, data, _blocks(compared))
    add_sheet(book, "variants", compared.variants)
    first = str(compared.document["reference"])
    for name, table in compared.tables.items():
        values, changes = (
            side_by_side(table),
            side_by_side(table, "difference").drop(columns=first, errors="ignore"),
        )
        changes.columns = pd.Index([f"{label} - {first}" for label in changes.columns])
        add_sheet(book, name, pd.concat([values, changes], axis=1).reset_index(), "figure")
    book.save(file)
    book.close()


def side_by_side(table: pd.DataFrame, values: str = "value") -> pd.DataFrame:
    """A table with one column per scenario, where it has rows; all else as its index."""
    keys = [name for name in table.columns if name not in ("scenario", "value", "difference")]
    labels = table["scenario"].drop_duplicates().tolist()
    parts = [table[table["scenario"] == label].set_index(keys)[values].rename(label) for label in labels]
    whole: pd.DataFrame = pd.concat(parts, axis=1) if parts else table.set_index(keys)[[]]
    return whole


def _blocks(compared: Study) -> list[Block]:
    scenarios = list(compared.results)
    colours = [KINDS[n] if n < len(KINDS) else OTHERS for n in range(len(scenarios))]
    causes = _figure(compared["totals"], [f"{cause}_km2" for cause in CAUSES])
    causes = causes.set_index("figure")[scenarios].reindex([f"{cause}_km2" for cause in CAUSES]).T
    causes.index.name = "scenario"
    causes.columns = pd.Index([CAUSE_COLOURS[cause][1] for cause in CAUSES])
    short = "Shortfall in the mandate of every programme [km²]; mandates overlap"
    return [
        Block("Coverage of every area", _by_name(compared["areas"], "coverage", scenarios), SHARE, colours),
        Block(short, _by_name(compared["programmes"], "shortfall_km2", scenarios), WHOLE, colours),
        Block(
            "Shortfall of all areas by cause [km²]",
            causes,
            WHOLE,
            [CAUSE_COLOURS[cause][0] for cause in CAUSES],
            stacked=True,
        ),
    ]


def _figure(table: pd.DataFrame, figures: Sequence[str]) -> pd.DataFrame:
    return side_by_side(table[table["figure"].isin(figures)]).reset_index()


def _by_name(table: pd.DataFrame, figure: str, scenarios: Sequence[str]) -> pd.DataFrame:
    """One figure of every record by scenario, under its name; a name that stands twice has its id behind."""
    wide = _figure(table, [figure])
    name, ids = wide["name"].astype(str), wide[table.columns[1]].astype(str)
    labels = name.where(~name.duplicated(keep=False) & (name != ""), name + " (" + ids + ")")
    return wide.reindex(columns=list(scenarios)).set_axis(pd.Index(labels, name="name"), axis=0)


def _draw(charts: Worksheet, data: Worksheet, blocks: Sequence[Block]) -> None:
    data.column_dimensions["A"].width = TEXT_WIDTH
    for column in range(2, 2 + max(len(block.table.columns) for block in blocks)):
        data.column_dimensions[get_column_letter(column)].width = NUMBER_WIDTH
    row, at = 1, 1
    for block in blocks:
        chart = _chart(data, block, _write(data, block, row))
        charts.add_chart(chart, f"A{at}")
        row += len(block.table) + 3
        at += int(chart.height / CM_PER_ROW) + 3
        charts.row_breaks.append(Break(at - 1))  # each chart on a page of its own
    charts.sheet_view.showGridLines = False
    charts.page_setup.fitToHeight = 0
    charts.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write(sheet: Worksheet, block: Block, row: int) -> int:
    """Write the numbers of a block; the row of their header."""
    put(sheet.cell(row, 1), block.title).font = Font(bold=True)
    table = block.table.reset_index()
    for column, name in enumerate(table.columns, start=1):
        put(sheet.cell(row + 1, column), str(name)).font = Font(bold=True)
    for line, values in enumerate(table.itertuples(index=False), start=row + 2):
        for column, value in enumerate(values, start=1):
            put(sheet.cell(line, column), value).number_format = block.number_format
    return row + 1


def _chart(sheet: Worksheet, block: Block, header: int) -> BarChart:
    """Horizontal bars, the first record on top."""
    last, columns = header + len(block.table), 1 + len(block.table.columns)
    chart = BarChart(barDir="bar", grouping="stacked" if block.stacked else "clustered")
    chart.overlap, chart.gapWidth = (100, 50) if block.stacked else (0, 40)
    chart.title = block.title
    values = Reference(sheet, min_col=2, max_col=columns, min_row=header, max_row=last)
    chart.add_data(values, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=header + 1, max_row=last))
    for series, colour in zip(chart.series, block.colours, strict=True):
        series.graphicalProperties.solidFill = colour.removeprefix("#")
        series.graphicalProperties.line.solidFill = colour.removeprefix("#")
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.y_axis.crosses = block.number_format, "max"
    chart.y_axis.scaling.min = 0
    faint = GraphicalProperties(ln=LineProperties(solidFill=FAINT.removeprefix("#")))
    chart.y_axis.majorGridlines = ChartLines(spPr=faint)
    chart.legend.position = "t"
    bars = len(block.table) * (1 if block.stacked else columns - 1)
    room = BAR_CM * (bars + 1.5 * len(block.table))
    chart.width = WIDTH_CM
    chart.height = min(max(math.ceil(TITLE_CM + room), LEAST_CM), MOST_CM)
    return chart
