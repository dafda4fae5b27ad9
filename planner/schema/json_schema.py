"""The JSON Schema (draft 2020-12) of every file of a case, made from the declarations."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from planner.schema.records import records
from planner.schema.settings import FutureSettings, ScenarioSettings, Settings, StressSettings
from planner.schema.table import Table
from planner.schema.tables import TABLES

CASE_FILE = "case.toml"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each file by its name.

    That of a CSV file is the schema of one row (its keys are the columns that are not blank, cells are
    text that reads as the type); that of the areas is the schema of one feature's properties.
    """
    return {CASE_FILE: _settings(), **{table.file: _row(table) for table in TABLES.values()}}


def _settings() -> dict[str, Any]:
    schema = {"$schema": DRAFT, **Settings.model_json_schema()}
    named: dict[str, tuple[str, type[BaseModel]]] = {
        "scenarios": ("Named sets of changes: [scenarios.NAME]; a table of tables", ScenarioSettings),
        "futures": (
            "States of the world for planner invest: [futures.NAME]; a table of tables",
            FutureSettings,
        ),
        "stress": ("Named losses for planner stress: [stress.NAME]; a table of tables", StressSettings),
    }
    for key, (description, model) in named.items():
        inner = model.model_json_schema()
        for field in inner["properties"].values():
            if field.get("type") == "array":
                field["type"] = ["array", "string"]
        schema["properties"][key] = {
            "description": description,
            "type": "object",
            "additionalProperties": inner,
        }
    return schema


def _row(table: Table) -> dict[str, Any]:
    of_kind = records(table.name)
    if not table.kinds:
        return {"$schema": DRAFT, **of_kind[""].model_json_schema()}
    models: list[tuple[type[BaseModel], Any]] = [(record, "validation") for record in of_kind.values()]
    references, definitions = models_json_schema(models)
    needs = "; ".join(
        f"A row of kind {kind} must fill {', '.join(_needs(table, kind))}" for kind in table.kinds
    )
    return {
        "$schema": DRAFT,
        "title": table.name,
        "description": f"{needs}. The columns that a kind does not have stay blank.",
        "type": "object",
        "properties": {"kind": {"enum": list(table.kinds), "description": table.columns["kind"].description}},
        "required": list(table.required),
        "oneOf": list(references.values()),
        **definitions,
    }


def _needs(table: Table, kind: str) -> list[str]:
    """The columns that a kind of row must fill and another need not or cannot."""
    columns = table.of_kind(kind)
    return [name for name, column in columns.items() if column.required and name not in table.required]
