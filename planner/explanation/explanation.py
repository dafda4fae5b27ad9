"""Explain an area, a programme or an asset of a plan: facts, the plans that check them, and sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from planner.case import Case
from planner.causes.names import ALL
from planner.explanation.area import area_facts, area_sentences
from planner.explanation.asset import asset_facts, asset_sentences
from planner.explanation.plans import Facts, Situation, situation
from planner.explanation.programme import programme_facts, programme_sentences
from planner.explanation.subjects import Kind, resolve, subjects
from planner.results.plain_text import safe
from planner.results.results import Results
from planner.results.run_json import json_types, versions
from planner.results.text_table import HEADING
from planner.solve.solver import MESSAGES, Status

SUBJECTS = {
    "area": (area_facts, area_sentences),
    "programme": (programme_facts, programme_sentences),
    "asset": (asset_facts, asset_sentences),
}


@dataclass(frozen=True)
class Explanation:
    """An explanation in words and as data.

    Attributes:
        kind, subject_id, name: what is explained; sensors are assets.
        sentences: what there is to say, in the order in which it is read.
        facts: what they say, as numbers and tables.
        status, gap: whether the plan is proven, and its optimality gap.
    """

    kind: Kind
    subject_id: str
    name: str
    sentences: tuple[str, ...]
    facts: Facts
    status: str
    gap: float


def explain(
    case: Case,
    subject: str,
    kind: str | None = None,
    results: Results | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Explanation:
    """Explain one subject of a case's plan.

    Args:
        case: the case.
        subject: id of an area, a programme, an asset or a sensor, or its name.
        kind: which of them, where an id is that of several.
        results: the tables of the case's plan, if it was reported already.
        progress: told of every step in a sentence.

    Raises:
        InputError: nothing in the case has that id.
        NoPlanError: there is no plan.
        ValueError: the results are not those of the case.
    """
    found_kind, found_id = resolve(case, subject, kind)
    causes_of = {"area": (ALL,), "programme": (found_id,)}.get(found_kind, ())
    return explain_in(situation(case, results, progress, causes_of), found_kind, found_id)


def explain_in(now: Situation, kind: Kind, subject_id: str) -> Explanation:
    """Explain a subject by its id, in a situation that several explanations may share."""
    facts_of, sentences_of = SUBJECTS[kind]
    facts, solution = facts_of(now, subject_id), now.plan.solution
    return Explanation(
        kind=kind,
        subject_id=subject_id,
        name=str(subjects(now.case)[kind][subject_id]),
        sentences=tuple(sentences_of(facts)),
        facts=facts,
        status=str(solution.status),
        gap=solution.certificate.gap,
    )


def explanation_summary(found: Explanation) -> RenderableType:
    """The sentences under their heading; a plan that is not proven is named so."""
    parts: list[RenderableType] = [Text(f"{safe(found.name)} ({safe(found.subject_id)})", style=HEADING)]
    if found.status != Status.OPTIMAL:
        message = MESSAGES.get(Status(found.status), "")
        parts.append(Text(f"NOT PROVEN (optimality gap {found.gap:.1e}): {message}", style="bold red"))
    return Group(*parts, *(Padding(Text(one), (0, 0, 0, 2), expand=False) for one in found.sentences))


def explanation_document(found: Explanation) -> dict[str, Any]:
    """The explanation in JSON types: sentences, then facts; tables are lists of rows."""
    causes = found.facts.get("causes_km2")
    said = {
        "kind": found.kind,
        "id": found.subject_id,
        "name": found.name,
        "sentences": found.sentences,
        "facts": {**found.facts, **({"causes_km2": dict(causes)} if causes is not None else {})},
        "plan": {"status": found.status, "gap": found.gap},
        "versions": versions(),
    }
    document: dict[str, Any] = json_types(said)
    return document
