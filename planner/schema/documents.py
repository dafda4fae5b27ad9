"""The declarations as documents: the README of a case, the tables of results, and JSON Schema (2020-12)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from planner.schema.settings import FutureSettings, ScenarioSettings, Settings, StressSettings, leaves
from planner.schema.tables import TABLES, Table
from planner.schema.values import records

CASE_FILE = "case.toml"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
Outputs = Mapping[str, Mapping[str, tuple[str, str]]]
"""The columns of each table of results by name: type, and what it means with its unit."""
NAMED: dict[str, tuple[str, type[BaseModel]]] = {
    "scenarios": ("Named sets of changes: [scenarios.NAME]; a table of tables", ScenarioSettings),
    "futures": ("States of the world for planner invest: [futures.NAME]; a table of tables", FutureSettings),
    "stress": ("Named losses for planner stress: [stress.NAME]; a table of tables", StressSettings),
}


def reference() -> str:
    """What every file of a case is for, and every key and column with its unit and domain."""
    return "\n".join([*_case_section(), *(_section(table) for table in TABLES.values())])


def _case_section() -> Iterator[str]:
    yield f"## {CASE_FILE}\n\nWhat holds for the whole case.\n"
    stars = ((name, "*" if field.is_required() else "", field) for name, field in leaves(Settings))
    yield "\n".join(f"- `{name}`{star}: {field.description}" for name, star, field in stars)
    yield "\nKeys of a loss, `[stress.NAME]`, for `planner stress`:\n"
    yield "\n".join(f"- `{name}`: {field.description}" for name, field in leaves(StressSettings)) + "\n"


def _section(table: Table) -> str:
    lines = []
    for name, column in table.columns.items():
        if table.figure_of(name) == name:
            kinds = table.kinds_with(name)
            condition = f" (filled for {' and '.join(kinds)}, else blank)" if kinds else ""
            star = "*" if name in table.required else ""
            lines.append(f"- `{name}`{star}: {column.description}{condition}")
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
    lines = list[str]()
    for name, columns in tables.items():
        lines.append(f"## {name}.csv\n\n| column | type | meaning |\n|---|---|---|")
        lines += [f"| `{column}` | {kind} | {text} |" for column, (kind, text) in columns.items()]
        lines.append("")
    return "\n".join(lines)


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each file by its name.

    That of a CSV file is the schema of one row (its keys are the columns that are not blank, cells are
    text that reads as the type); that of the areas is the schema of one feature's properties.
    """
    return {CASE_FILE: _settings(), **{table.file: _row(table) for table in TABLES.values()}}


def _settings() -> dict[str, Any]:
    schema = {"$schema": DRAFT, **Settings.model_json_schema()}
    for key, (description, model) in NAMED.items():
        inner = model.model_json_schema()
        for field in inner["properties"].values():
            if field.get("type") == "array":
                field["type"] = ["array", "string"]
        whole = {"description": description, "type": "object", "additionalProperties": inner}
        schema["properties"][key] = whole
    return schema


def _row(table: Table) -> dict[str, Any]:
    of_kind = records(table.name)
    if not table.kinds:
        return {"$schema": DRAFT, **of_kind[""].model_json_schema()}
    models: list[tuple[type[BaseModel], Any]] = [(record, "validation") for record in of_kind.values()]
    references, definitions = models_json_schema(models)
    needs = []
    for kind in table.kinds:
        columns = table.of_kind(kind).items()
        own = [name for name, one in columns if one.required and name not in table.required]
        needs.append(f"A row of kind {kind} must fill {', '.join(own)}")
    return {
        "$schema": DRAFT,
        "title": table.name,
        "description": f"{'. '.join(needs)}. The columns that a kind does not have stay blank.",
        "type": "object",
        "properties": {"kind": {"enum": list(table.kinds), "description": table.columns["kind"].description}},
        "required": list(table.required),
        "oneOf": list(references.values()),
        **definitions,
    }
