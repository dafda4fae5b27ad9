"""Explain an area, a programme or an asset of a plan: facts, the plans that check them, and sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.case import Case
from planner.explanation.area import AreaFacts, area_facts
from planner.explanation.area_text import area_sentences
from planner.explanation.asset import AssetFacts, asset_facts
from planner.explanation.asset_text import asset_sentences
from planner.explanation.plans import Situation, situation
from planner.explanation.programme import ProgrammeFacts, programme_facts
from planner.explanation.programme_text import programme_sentences
from planner.explanation.subjects import Kind, resolve, subjects
from planner.features.space import Space
from planner.results.results import Results

Facts = AreaFacts | ProgrammeFacts | AssetFacts


@dataclass(frozen=True)
class Explanation:
    """An explanation in words and as data.

    Attributes:
        kind: "area", "programme" or "asset" (an asset or a sensor).
        subject_id: id of what is explained.
        name: its name.
        sentences: what there is to say, in the order in which it is read.
        facts: what they say, as numbers and tables.
        status: whether the plan is proven.
        gap: optimality gap of the plan.
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
    kind: Kind | None = None,
    results: Results | None = None,
    *,
    before: Sequence[Space] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Explanation:
    """Explain one subject of a case's plan.

    Args:
        case: the case.
        subject: id of an area, a programme, an asset or a sensor, or its name.
        kind: which of them, where an id is that of several.
        results: the tables of the case's plan, if it was reported already.
        before: spaces of other cases, taken over as far as their inputs are the same.
        progress: told of every step in a sentence.

    Raises:
        InputError: nothing in the case has that id.
        NoPlanError: there is no plan.
        ValueError: the results are not those of the case.
    """
    found_kind, found_id = resolve(case, subject, kind)
    return explain_in(situation(case, results, before, progress), found_kind, found_id)


def explain_in(now: Situation, kind: Kind, subject_id: str) -> Explanation:
    """Explain a subject by its id, in a situation that several explanations may share."""
    facts: Facts
    if kind == "area":
        facts = area_facts(now, subject_id)
        sentences = tuple(area_sentences(facts))
    elif kind == "programme":
        facts = programme_facts(now, subject_id)
        sentences = tuple(programme_sentences(facts))
    else:
        facts = asset_facts(now, subject_id)
        sentences = tuple(asset_sentences(facts))
    solution = now.plan.solution
    return Explanation(
        kind=kind,
        subject_id=subject_id,
        name=str(subjects(now.case)[kind][subject_id]),
        sentences=sentences,
        facts=facts,
        status=str(solution.status),
        gap=solution.certificate.gap,
    )
