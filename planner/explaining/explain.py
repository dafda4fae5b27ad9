"""Explain an area, a programme or an asset of a plan: who could, who may, who pays, what is scarce."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from planner.case import Case
from planner.case.wording import listed, nearest, show, suggestion
from planner.errors import InputError, Problem
from planner.explaining.explanation import Explanation, Facts, Kind
from planner.explaining.facts import area_facts, asset_facts, programme_facts
from planner.explaining.situation import Situation, situation
from planner.explaining.text import sentences
from planner.groundwork import Groundwork
from planner.planning import Progress
from planner.report.results import Results

TABLES: dict[Kind, str] = {"area": "areas", "programme": "programmes", "asset": "assets"}
MOST_SUGGESTED = 8


def explain(
    case: Case,
    subject: str,
    kind: Kind | None = None,
    results: Results | None = None,
    *,
    before: Sequence[Groundwork] = (),
    progress: Progress = lambda _: None,
) -> Explanation:
    """Explain one subject of a case's plan.

    Args:
        case: the case.
        subject: id of an area, a programme, an asset or a sensor, or its name.
        kind: which of them, where an id stands for several.
        results: the case's plan, if it was made already; else it is made.
        before: groundwork of other cases, taken over as far as its inputs are the same.
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
    elif kind == "programme":
        facts = programme_facts(now, subject_id)
    else:
        facts = asset_facts(now, subject_id)
    return Explanation(
        kind=kind,
        subject_id=subject_id,
        name=str(subjects(now.case)[kind][subject_id]),
        sentences=tuple(sentences(facts)),
        facts=facts,
        status=str(now.results.status),
        gap=now.results.certificate.gap,
    )


def as_kind(text: str | None) -> Kind | None:
    """The kind that a word means.

    Raises:
        InputError: the word is none of them.
    """
    if text is None:
        return None
    for one in TABLES:
        if one == text:
            return one
    raise InputError([Problem("--kind", 0, "", show(text), "is no kind", suggestion(text, list(TABLES)))])


def subjects(case: Case) -> dict[Kind, dict[str, str]]:
    """What can be explained: names by id, of every kind."""

    def names(table: object, column: str) -> dict[str, str]:
        return dict(zip(table[column], table["name"], strict=True))  # type: ignore[index]

    return {
        "area": names(case.areas, "area_id"),
        "programme": names(case.programmes, "programme_id"),
        "asset": {
            **(names(case.assets, "asset_id") if len(case.assets) else {}),
            **(names(case.sensors, "sensor_id") if len(case.sensors) else {}),
        },
    }


def resolve(case: Case, subject: str, kind: Kind | None = None) -> tuple[Kind, str]:
    """Kind and id of what an id or a name stands for; an id goes before a name.

    Raises:
        InputError: nothing, or more than one thing, is called that.
    """
    known = {one: names for one, names in subjects(case).items() if kind in (None, one)}
    wanted = subject.strip()
    by_id = [(one, wanted) for one, names in known.items() if wanted in names]
    by_name = [
        (one, each)
        for one, names in known.items()
        for each, name in names.items()
        if wanted.casefold() in (each.casefold(), name.casefold())
    ]
    found = by_id or by_name
    if len(found) == 1:
        return found[0]
    if found:
        several = listed([f"{one} {each}" for one, each in found], MOST_SUGGESTED)
        kinds = len({one for one, _ in found}) > 1
        remedy = f"say which with --kind {' or '.join(get_args(Kind))}" if kinds else "give the id"
        rule = f"stands for several: {several}"
        raise InputError([Problem("explain", 0, "", show(subject), rule, remedy)])
    what = str(kind) if kind else "area, programme, asset or sensor"
    ids = [each for names in known.values() for each in names]
    all_names = [name for names in known.values() for name in names.values()]
    near = nearest(wanted, ids) or nearest(wanted, all_names)
    where = f"see {listed([TABLES[one] for one in known])} for the ids"
    remedy = f"write {show(near)}, if that is meant, else {where}" if near else where
    raise InputError([Problem("explain", 0, "", show(subject), f"is no {what} of the case", remedy)])
