"""The page of any study: its sentences, its charts, its tables, and the certificate of every plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from planner.charts.studies import CHARTS
from planner.page import sensitivity
from planner.page.html import views_page
from planner.page.parts import Column, Section, Table, View, numeric, text
from planner.page.prose import Sentence, sentence
from planner.page.provenance import inputs_table
from planner.page.views import comparison_html, sweep_html
from planner.results.plain_text import count, figure, percent, safe, words
from planner.results.run_json import versions
from planner.studies.study import Study, proof
from planner.studies.tables import Section as Said
from planner.studies.tables import points, signed, small

KICKERS = {
    "next": "next steps",
    "stress": "contingencies",
    "ladder": "why the coverage gap is there",
    "sensitivity": "sensitivity to its assumptions",
}
KINDS: dict[Callable[[float], str], str] = {
    count: "count",
    figure: "figure",
    percent: "percent",
    points: "points",
    signed: "count",
    small: "tiny",
}
"""How the page shows what the terminal shows so; what is shown otherwise is text."""


def study_html(study: Study) -> str:
    """The page of a study as HTML; of a comparison and of a sweep the one with all their plans."""
    if study.kind == "comparison":
        return comparison_html(study)
    if study.kind == "sweep":
        return sweep_html(study)
    said, proven = proof(study)
    sentences, sections = study.describe(study)
    answer: Sequence[Sentence] = [sentence(each) for each in (said, *sentences)]
    shown = [charts_section(study), *tables(sections)]
    if study.kind == "sensitivity":
        answer = [*sensitivity.answer(study), *answer]
        shown = list(sensitivity.sections(study))
    scenarios = "; ".join(safe(title) for title in study.scenarios.values())
    view = View(
        view_id="study",
        title=safe(study.title),
        label=safe(study.title),
        subtitle=f"Scenario: {scenarios}" if scenarios else "The case without scenarios",
        proven=proven,
        badge="All plans proven optimal" if proven else "Not all plans are proven",
        sentences=answer,
        sections=[*shown, plans_section(study)],
    )
    return views_page([view], safe(study.title), f"Maritime surveillance plan: {KICKERS[study.kind]}")


def charts_section(study: Study) -> Section:
    """The charts of a study."""
    charts = [make(study) for make in CHARTS[study.kind].values()]
    return Section("charts", "At a glance", charts=charts)


def tables(sections: Sequence[Said]) -> Iterator[Section]:
    """What the terminal shows of a study, as sections of the page."""
    for number, said in enumerate(sections):
        shown = [] if said.table is None or said.table.empty else [_table(f"table-{number}", said)]
        yield Section(f"part-{number}", said.heading, " ".join(said.notes), tables=shown)


def plans_section(study: Study) -> Section:
    """The certificate of every plan, or why there is none, and what all rests on."""
    rows = study.variants.assign(status=study.variants["status"].map(words))
    columns = [
        text("title", "Plan", note="message"),
        text("status", "Status"),
        numeric("plan_value", "Value"),
        numeric("bound", "Bound"),
        numeric("gap", "Optimality gap", "tiny"),
        numeric("rounds", "Rounds"),
    ]
    plans = Table("variants", "Every plan with its certificate", columns, rows, tall=True)
    facts = [("Versions", ", ".join(f"{name} {version}" for name, version in versions().items()))]
    if "seed" in study.document:
        facts.insert(0, ("Draws", f"{study.document['method']}, seed {study.document['seed']}"))
    return Section(
        "certificate",
        "Certificates and provenance",
        facts=facts,
        tables=[plans, inputs_table(study.document.get("inputs") or {})],
    )


def _table(name: str, said: Said) -> Table:
    columns: list[Column] = []
    shown: dict[str, Any] = {}
    texts = said.shown()
    for one in said.columns:
        kind, title = KINDS.get(one.show) if one.show else None, one.heading[:1].upper() + one.heading[1:]
        columns.append(numeric(one.name, title, kind) if kind else text(one.name, title))
        values = said.table[one.name] if kind else texts[one.heading]  # type: ignore[index]
        shown[one.name] = values.to_numpy()
    return Table(name, said.heading, columns, pd.DataFrame(shown), tall=True)
