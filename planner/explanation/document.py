"""An explanation for the terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from planner.explanation.explanation import Explanation
from planner.results.plain_text import safe
from planner.results.run_json import json_types, versions
from planner.results.summary import HEADING
from planner.solve2.solver import MESSAGES, Status


def explanation_summary(found: Explanation) -> RenderableType:
    """The sentences under their heading; a plan that is not proven is named so."""
    parts: list[RenderableType] = [Text(f"{safe(found.name)} ({safe(found.subject_id)})", style=HEADING)]
    if found.status != Status.OPTIMAL:
        message = MESSAGES.get(Status(found.status), "")
        parts.append(Text(f"NOT PROVEN (optimality gap {found.gap:.1e}): {message}", style="bold red"))
    return Group(*parts, *(Padding(Text(one), (0, 0, 0, 2), expand=False) for one in found.sentences))


def explanation_document(found: Explanation) -> dict[str, Any]:
    """The explanation in JSON types: sentences, then facts; tables are lists of rows."""
    return {
        "kind": found.kind,
        "id": found.subject_id,
        "name": found.name,
        "sentences": list(found.sentences),
        "facts": json_types(_plain(found.facts)),
        "plan": {"status": found.status, "gap": found.gap if math.isfinite(found.gap) else None},
        "versions": versions(),
    }


def _plain(value: Any) -> Any:
    """Dataclasses and frames as dictionaries and lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name != "names"
        }
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
