"""Columns in words: the README of a case, and what the tables of results hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from planner.schema.settings import Settings, StressSettings, leaves
from planner.schema.table import Table
from planner.schema.tables import TABLES

CASE_FILE = "case.toml"
Outputs = Mapping[str, Mapping[str, tuple[str, str]]]
"""The columns of each table of results by name: type, and what it means with its unit."""

HEAD = """\
# A case to start from

All figures in this folder are examples, marked `assumed`: replace them with your own.
`planner check FOLDER` lists everything that is wrong in one go; `planner run FOLDER` plans.

Tables are CSV in UTF-8 with commas. A list in one cell is separated by `;`, and `*` means all. Ids use a-z,
0-9 and `_` and begin with a letter; `total`, `all` and `none` are taken. Columns marked * must be filled.
A number X of the assets, sensors, programmes and limits may have companions `X_low` and `X_high`: its likely
range. Optional files that are not here: `limits.csv`, `risk.csv` (both explained below) and `land.geojson`
(polygons of land). Other files, such as this one, and subfolders are not read.
"""
SCENARIOS = """\
A scenario, `[scenarios.NAME]`, is a set of changes: `planner run CASE --scenario NAME`. Its lines are keys of
`case.toml` (`dwell_days = 7`) or `table.id.column` (`programmes.eyes.budget = 2e6`; `"*"` in the place of
the id means every row). `{factor = 1.5}` in the place of a number multiplies what is there.
`remove.TABLE = ["id"]` removes records, and every list that names them loses them;
`[scenarios.NAME.add.TABLE.ID]` adds a record, whose columns may be copied with `like = "other_id"`.
`--set KEY=VALUE` takes the same keys.

A loss, `[stress.NAME]`, is what falls away together in `planner stress`. Its keys:
"""


def readme() -> str:
    """The README of a new case: what every file is for, and every key and column with its unit and domain."""
    parts = [HEAD, *_case_section(), *(_section(table) for table in TABLES.values())]
    return "\n".join(parts)


def _case_section() -> Iterator[str]:
    yield f"## {CASE_FILE}\n\nWhat holds for the whole case.\n"
    yield "\n".join(
        f"- `{name}`{'*' if field.is_required() else ''}: {field.description}"
        for name, field in leaves(Settings)
    )
    yield f"\n{SCENARIOS}"
    yield "\n".join(f"- `{name}`: {field.description}" for name, field in leaves(StressSettings)) + "\n"


def _section(table: Table) -> str:
    lines = []
    for name, column in table.columns.items():
        if table.figure_of(name) != name:
            continue
        kinds = table.kinds_with(name)
        condition = f" (filled for {' and '.join(kinds)}, else blank)" if kinds else ""
        lines.append(f"- `{name}`{'*' if name in table.required else ''}: {column.description}{condition}")
    return "\n".join([f"## {table.file}", "", table.text, "", *lines, ""])


def outputs_json(tables: Outputs) -> str:
    """The columns of every table of results as JSON: table -> column -> type and meaning."""
    found = {
        name: {column: {"type": kind, "text": text} for column, (kind, text) in columns.items()}
        for name, columns in tables.items()
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def outputs_markdown(tables: Outputs) -> str:
    """The columns of every table of results as Markdown, a section for each table."""
    return "\n".join(_output(name, columns) for name, columns in tables.items())


def _output(name: str, columns: Mapping[str, tuple[str, str]]) -> str:
    rows: Sequence[str] = [f"| `{column}` | {kind} | {text} |" for column, (kind, text) in columns.items()]
    return "\n".join([f"## {name}.csv", "", "| column | type | meaning |", "|---|---|---|", *rows, ""])
