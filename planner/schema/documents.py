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


def reference() -> str:
    """What every file of a case is for, and every key and column with its unit and domain."""
    return "\n".join([*_case_section(), *(_section(table) for table in TABLES.values())])


def _case_section() -> Iterator[str]:
    yield f"## {CASE_FILE}\n\nWhat holds for the whole case.\n"
    yield "\n".join(
        f"- `{name}`{'*' if field.is_required() else ''}: {field.description}"
        for name, field in leaves(Settings)
    )
    yield "\nKeys of a loss, `[stress.NAME]`, for `planner stress`:\n"
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
