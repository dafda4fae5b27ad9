"""An explanation for the terminal and as JSON: three to ten sentences, and the facts behind them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from planner.explaining.area_text import area_sentences
from planner.explaining.asset_text import asset_sentences
from planner.explaining.explanation import AreaFacts, Explanation, Facts, ProgrammeFacts
from planner.explaining.programme_text import programme_sentences
from planner.report.plain_text import safe
from planner.report.run_json import json_types, versions
from planner.report.summary import HEADING
from planner.solve.lp import MESSAGES, Status


def sentences(facts: Facts) -> Iterator[str]:
    """The facts in three to ten sentences."""
    if isinstance(facts, AreaFacts):
        return area_sentences(facts)
    return programme_sentences(facts) if isinstance(facts, ProgrammeFacts) else asset_sentences(facts)


def explanation_summary(found: Explanation) -> RenderableType:
    """The sentences under their heading; a plan that is not proven is named so."""
    parts: list[RenderableType] = [Text(f"{safe(found.name)} ({safe(found.subject_id)})", style=HEADING)]
    if found.status != Status.OPTIMAL:
        message = MESSAGES.get(Status(found.status), "")
        parts.append(Text(f"NOT PROVEN (gap {found.gap:.1e}): {message}", style="bold red"))
    return Group(
        *parts, *(Padding(Text(sentence), (0, 0, 0, 2), expand=False) for sentence in found.sentences)
    )


def explanation_document(found: Explanation) -> dict[str, Any]:
    """The explanation in JSON types: sentences, then facts; tables are lists of rows."""
    gap = found.gap if math.isfinite(found.gap) else None
    return {
        "kind": found.kind,
        "id": found.subject_id,
        "name": found.name,
        "sentences": list(found.sentences),
        "facts": json_types(_plain(found.facts)),
        "plan": {"status": found.status, "gap": gap},
        "versions": versions(),
    }


def _plain(value: Any) -> Any:
    """Dataclasses and frames as dictionaries and lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
