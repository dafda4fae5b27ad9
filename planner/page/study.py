"""The page of any study: its sentences, its charts, its tables, and the certificate of every plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from planner.charts.studies import CHARTS, titles_of
from planner.page import sensitivity
from planner.page.html import views_page
from planner.page.parts import Content, Section, Table, View, bold, section, sentence, table
from planner.page.provenance import inputs_table, versions_text
from planner.page.views import GAINS, comparison_html, sweep_html
from planner.results.plain_text import figure, large, safe, words
from planner.results.run_json import versions
from planner.studies.kinds.ladder import STEPS
from planner.studies.study import Study, proof
from planner.studies.tables import Section as Said

KICKERS = {
    "next": "next steps",
    "stress": "contingencies",
    "ladder": "why the coverage gap is there",
    "sensitivity": "sensitivity to its assumptions",
}


def study_html(study: Study) -> str:
    """The page of a study as HTML; of a comparison and of a sweep the one with all their plans."""
    if study.kind in PLANS:
        return PLANS[study.kind](study)
    said, proven = proof(study)
    sentences, sections = study.describe(study)
    if study.kind == "sensitivity":
        answer, shown = [*sensitivity.answer(study)], [*sensitivity.sections(study)]
    else:
        charts = Content([make(study) for make in CHARTS.get(study.kind, {}).values()])
        answer = [headline(study)] if (headline := HEADLINES.get(study.kind)) else []
        glance = [Section("charts", "At a glance", fixed=charts)] if charts.charts else []
        shown = [*glance, *tables(sections, study)]
    scenarios = "; ".join(safe(title) for title in study.scenarios.values())
    view = View(
        id="study",
        title=safe(study.title),
        label=safe(study.title),
        subtitle=f"Scenario: {scenarios}" if scenarios else "The case without scenarios",
        proven=proven,
        badge="All plans proven optimal" if proven else "Not all plans are proven",
        sentences=[sentence(each) for each in (*answer, said, *sentences)],
        sections=[*shown, _certificates(study)],
    )
    return views_page(
        [view], safe(study.title), f"Maritime surveillance plan: {KICKERS.get(study.kind, words(study.kind))}"
    )


def _best_step(study: Study) -> str:
    steps, unit = study["steps"], GAINS.get(study.objective, "of the objective")
    worth = steps[steps["gain"] > 0.0].nlargest(1, "gain").to_dict("records")
    if not worth:
        return "No step adds anything."
    best = bold(titles_of(study)[worth[0]["variant"]])
    return f"Of all steps, {best} would add the most: {bold(figure(worth[0]['gain']))} {unit}."


def _worst_loss(study: Study) -> str:
    lost, unit = study["losses"], GAINS.get(study.objective, "of the objective")
    worst = lost[lost["how"] != "not used"].nlargest(1, "lost_anew").to_dict("records")
    if not worst:
        return "The plan makes no use of anything that could be lost."
    anew, old = (figure(worst[0][name]) for name in ("lost_anew", "lost"))
    return (
        f"The worst loss would be {bold(worst[0]['title'])}: {bold(f'{anew} {unit}')} even with the best "
        f"plan without it, {old} if all else stayed as planned."
    )


def _longest_rung(study: Study) -> str:
    ladder = study["ladder"]
    whole, steps = ladder["shortfall_km2"].iloc[0], ladder.iloc[1:].nlargest(1, "step_km2")
    if not whole > 0.0:
        return "There is no coverage gap to explain."
    row = steps.to_dict("records")[0]
    part = f"{large(row['step_km2'])} of {large(whole)} km²"
    return f"The largest part of the coverage gap, {bold(part)}, is due to: {bold(STEPS[row['rung']])}."


PLANS: Mapping[str, Callable[[Study], str]] = {"comparison": comparison_html, "sweep": sweep_html}
"""The pages with the plan of every variant."""
HEADLINES: Mapping[str, Callable[[Study], str]] = {
    "next": _best_step,
    "stress": _worst_loss,
    "ladder": _longest_rung,
}
"""The answer of a study in a sentence."""


def tables(sections: Sequence[Said], study: Study) -> Iterator[Section]:
    """What the terminal shows of a study, as sections of the page, with names instead of ids."""
    names = {one: safe(name) for one, name in study.names.items()}
    ids = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, names)) or '(?!)'})(?![\w.])")
    for number, said in enumerate(sections):
        shown = _table(f"rows-{number}", said, lambda text: ids.sub(lambda one: names[one[0]], text))
        yield Section(f"part-{number}", said.heading, fixed=Content(tables=shown), notes=said.notes)


def _table(name: str, said: Said, named: Callable[[str], str]) -> list[Table]:
    if said.table is None or said.table.empty:
        return []
    texts, columns = said.shown(), []
    rows: dict[str, pd.Series] = {}
    for n, one in enumerate(said.columns):
        column = {"key": one.name, "label": one.heading[:1].upper() + one.heading[1:]}
        if said.table[one.name].dtype.kind in "iuf":
            column |= {"kind": "figure", "said": f"{one.name} said"}
            rows |= {one.name: said.table[one.name], column["said"]: texts.iloc[:, n]}
        else:
            rows[one.name] = texts.iloc[:, n].map(named)
        columns.append(column)
    return [Table(name, said.heading, columns, pd.DataFrame(rows), tall=True)]


def _certificates(study: Study) -> Section:
    """The certificate of every plan, or why there is none, and what all rests on."""
    plans = table("variants", study.variants.assign(status=study.variants["status"].map(words)))
    about = study.document
    drawn = f"{about['method']}, seed {about['seed']}" if "seed" in about else ""
    facts = {"Draws": drawn, "Versions": versions_text(versions())}
    shown = [(name, text) for name, text in facts.items() if text]
    return section("certificate", [plans, inputs_table(about.get("inputs") or {})], facts=shown)
