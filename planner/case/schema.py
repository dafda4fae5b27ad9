"""The JSON Schema (draft 2020-12) of every file of a case, made from the records themselves."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from planner.case.settings import Settings
from planner.case.tables import AREAS, CSV_TABLES, RISK, TableSpec
from planner.case.validate import CASE_FILE

LOSSES = {
    "programmes": "ids of programmes",
    "assets": "ids of assets and sensors",
    "bases": "ids of bases",
    "access": "operators, or operator:area",
}
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each file by its name.

    That of a CSV file is the schema of one row (its keys are the columns that are not blank, cells are
    text that reads as the type); that of the areas is the schema of one feature's properties.
    """
    found = {CASE_FILE: _settings()}
    for spec in (AREAS, *CSV_TABLES, RISK):
        found[spec.file] = _row(spec)
    return found


def _settings() -> dict[str, Any]:
    schema = {"$schema": DRAFT, **Settings.model_json_schema()}
    schema["properties"]["scenarios"] = {
        "description": "Named sets of changes: [scenarios.NAME]; a table of tables",
        "type": "object",
        "additionalProperties": {
            "description": "Keys as for --set; a number may be {factor = 1.5}",
            "type": "object",
            "properties": {
                "title": {"description": "What the scenario is called in results", "type": "string"},
                "add": {
                    "description": "New records: add.TABLE.ID with columns; like = ID copies a record",
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "additionalProperties": {"type": "object"},
                    },
                },
                "remove": {
                    "description": "Records that go: remove.TABLE = [ID, ID]; access goes by operator",
                    "type": "object",
                },
            },
        },
    }
    schema["properties"]["stress"] = {
        "description": "Named losses for planner stress: [stress.NAME]; a table of tables",
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "title": {"description": "What the loss is called in results", "type": "string"},
                **{name: _losses(what) for name, what in LOSSES.items()},
                "share": {
                    "description": "The share of the horizon for which they are lost; above 0 to 1, all of "
                    "it if not given",
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "maximum": 1,
                },
            },
            "additionalProperties": False,
        },
    }
    return schema


def _losses(what: str) -> dict[str, Any]:
    return {"description": f"What is lost: {what}", "type": ["array", "string"], "items": {"type": "string"}}


def _row(spec: TableSpec) -> dict[str, Any]:
    if len(spec.records) == 1:
        return {"$schema": DRAFT, **spec.records[0].model_json_schema()}
    models: list[tuple[type[BaseModel], Any]] = [(record, "validation") for record in spec.records]
    references, definitions = models_json_schema(models)
    return {
        "$schema": DRAFT,
        "title": spec.name,
        "description": "; ".join(_needs(spec, kind) for kind in spec.kinds)
        + ". The columns that a kind does not have stay blank.",
        "type": "object",
        "properties": {
            "kind": {"enum": list(spec.kinds), "description": spec.fields["kind"].description},
        },
        "required": list(spec.required),
        "oneOf": list(references.values()),
        **definitions,
    }


def _needs(spec: TableSpec, kind: str) -> str:
    needed = [
        name
        for name, field in spec.kinds[kind].model_fields.items()
        if field.is_required() and kind in spec.kinds_with(name)
    ]
    return f"A row of kind {kind} must fill {', '.join(needed)}"
