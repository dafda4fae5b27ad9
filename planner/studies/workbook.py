"""A comparison as one workbook: charts, their numbers, and a sheet for every table, scenarios in columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from planner.causes.names import ALL
from planner.results.contract import CAUSES
from planner.results.palette import CAUSE_COLOURS, FAINT, KINDS
from planner.results.sentences import HELD
from planner.sheets import SHARE, WHOLE, add_sheet, new_book, print_set_up, put
from planner.studies.study import Study

TABLES: Mapping[str, str] = {
    "totals": ALL,
    "areas": "area",
    "gaps": "mandate",
    "programmes": "programme",
    "hours": "asset",
    "prices": "scarce",
    "limits": "limit",
}
"""Files of a comparison, and what the figures in each are of."""
WORKBOOK = "comparison.xlsx"
WIDTH_CM, TITLE_CM, BAR_CM, LEAST_CM, MOST_CM = 26, 3.2, 0.32, 7, 60
CM_PER_ROW = 0.53
"""Height of a row of cells [cm]."""
TEXT_WIDTH, NUMBER_WIDTH = 46, 16
HATCHES: Sequence[Any] = ("wdUpDiag", "dkHorz", "pct50", "dkVert")
"""What tells scenarios apart of which there are more than colours."""
SHEETS = {
    "charts": "coverage of areas, shortfall in mandates, shortfall by cause; each on a page of its own",
    "chart_data": "the numbers of the charts",
    "variants": "every plan with its certificate, or why there is none",
    "totals": "all areas together",
    "areas": "each area",
    "gaps": "each area in the mandate of each programme; mandates overlap: never add these rows",
    "programmes": "each programme: money, its shadow price, and its mandate; never add mandates",
    "hours": "each asset and sensor: hours and missions",
    "prices": "what is scarce: what there is of it, what is used, its shadow price",
    "limits": "what limits.csv asks for, what is reached, and what penalty is paid",
}
"""What the sheets hold."""
READING = (
    "Columns named after a scenario hold its figures; those named A - B hold the figure of A less that of B.",
    "A shadow price is what the next unit of something scarce would add; it holds at the margin only.",
    "Differences smaller than the certificates of two plans (variants: plan_value - bound) may be chance.",
    "Blank: the plan has no such area, programme, asset or limit.",
)


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
    _about(book.create_sheet("about"), compared)
    charts, data = book.create_sheet("charts"), book.create_sheet("chart_data")
    _draw(charts, data, _blocks(compared))
    add_sheet(book, "variants", compared.variants)
    first = str(compared.document["reference"])
    for name, figures in compared.tables.items():
        table = figures.assign(unit=figures["unit"].replace("money", compared.currency))
        values = side_by_side(table)
        changes = side_by_side(table, "difference").drop(columns=first, errors="ignore")
        changes.columns = pd.Index([f"{label} - {first}" for label in changes.columns])
        add_sheet(book, name, pd.concat([values, changes], axis=1).reset_index(), "figure")
    book.save(file)
    book.close()


def _about(sheet: Worksheet, compared: Study) -> None:
    """The sheet that explains the others."""
    plans, fair = compared.variants, any(one.fairness for one in compared.results.values())
    rows = [
        (compared.title, ""),
        ("Compared", f"{len(plans)} plans; differences are from {compared.document['reference']}"),
        ("Objective", compared.value),
        ("Money", compared.currency),
        *(("How to read", said) for said in READING),
        *([("Shadow prices of fair plans", HELD)] if fair else []),
        ("Plans", ""),
        *zip(plans["variant"], plans["title"] + " (" + plans["status"] + ")", strict=True),
        ("Sheets", ""),
        *SHEETS.items(),
    ]
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=1):
            put(sheet.cell(row, column), text).font = Font(bold=not texts[1])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = TEXT_WIDTH, 2 * TEXT_WIDTH
    print_set_up(sheet)


def side_by_side(table: pd.DataFrame, values: str = "value") -> pd.DataFrame:
    """A table with one column per scenario, where it has rows; all else as its index."""
    keys = [name for name in table.columns if name not in ("value", "difference")]
    wide: pd.DataFrame = table.set_index(keys)[values].unstack("scenario", sort=False)  # noqa: PD010 - same rows
    return wide


def _blocks(compared: Study) -> list[Block]:
    scenarios = list(compared.results)
    short = "Shortfall in the mandate of every programme [km²]; mandates overlap"
    blocks = [
        Block("Coverage of every area", _by_name(compared["areas"], "coverage", scenarios), SHARE, KINDS),
        Block(short, _by_name(compared["programmes"], "shortfall_km2", scenarios), WHOLE, KINDS),
    ]
    totals = compared["totals"].set_index("figure")
    told = [cause for cause in CAUSES if f"{cause}_km2" in totals.index]
    if told:
        causes = side_by_side(totals.loc[[f"{cause}_km2" for cause in told]].reset_index())[scenarios].T
        causes = causes.rename_axis("scenario").set_axis([CAUSE_COLOURS[one][1] for one in told], axis=1)
        colours = [CAUSE_COLOURS[cause][0] for cause in told]
        blocks.append(Block("Shortfall of all areas by cause [km²]", causes, WHOLE, colours, stacked=True))
    return blocks


def _by_name(table: pd.DataFrame, figure: str, scenarios: Sequence[str]) -> pd.DataFrame:
    """One figure of every record by scenario, under its name; a name that stands twice has its id behind."""
    wide = side_by_side(table[table["figure"] == figure]).reset_index()
    name, ids = wide["name"].astype(str), wide[table.columns[1]].astype(str)
    labels = name.where(~name.duplicated(keep=False) & (name != ""), name + " (" + ids + ")")
    return wide.reindex(columns=list(scenarios)).set_axis(pd.Index(labels, name="name"), axis=0)


def _draw(charts: Worksheet, data: Worksheet, blocks: Sequence[Block]) -> None:
    data.column_dimensions["A"].width = TEXT_WIDTH
    for column in range(2, 2 + max(len(block.table.columns) for block in blocks)):
        data.column_dimensions[get_column_letter(column)].width = NUMBER_WIDTH
    row, at = 1, 1
    for block in blocks:
        _write(data, block, row)
        chart = draw_chart(data, block, row + 1)
        charts.add_chart(chart, f"A{at}")
        row += len(block.table) + 3
        at += int(chart.height / CM_PER_ROW) + 3
        charts.row_breaks.append(Break(at - 1))  # each chart on a page of its own
    charts.sheet_view.showGridLines = False
    for sheet in (charts, data):
        print_set_up(sheet)


def _write(sheet: Worksheet, block: Block, row: int) -> None:
    """Write the numbers of a block: its title, a row of headings, and its rows."""
    table = block.table.reset_index()
    lines = [[block.title], [str(name) for name in table.columns], *table.itertuples(index=False)]
    for line, values in enumerate(lines):
        for column, value in enumerate(values, start=1):
            cell = put(sheet.cell(row + line, column), value)
            if line > 1:
                cell.number_format = block.number_format
            else:
                cell.font = Font(bold=True)


def draw_chart(sheet: Worksheet, block: Block, header: int) -> BarChart:
    """Horizontal bars, the first record on top."""
    last, columns = header + len(block.table), 1 + len(block.table.columns)
    chart = BarChart(barDir="bar", grouping="stacked" if block.stacked else "clustered")
    chart.overlap, chart.gapWidth = (100, 50) if block.stacked else (0, 40)
    chart.title = block.title
    values = Reference(sheet, min_col=2, max_col=columns, min_row=header, max_row=last)
    chart.add_data(values, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=header + 1, max_row=last))
    for number, series in enumerate(chart.series):
        turn, at = divmod(number, len(block.colours))
        colour: Any = block.colours[at].removeprefix("#")
        if turn:  # the colours are used up: the same ones hatched
            hatched = PatternFillProperties(HATCHES[(turn - 1) % len(HATCHES)])
            hatched.fgClr, hatched.bgClr = ColorChoice(srgbClr=colour), ColorChoice(prstClr="white")
            series.graphicalProperties.pattFill = hatched
        else:
            series.graphicalProperties.solidFill = colour
        series.graphicalProperties.line.solidFill = colour
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
