"""The page of any study: its sentences, its charts, its tables, and the certificate of every plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from planner.causes.names import ALL
from planner.page.html import views_page
from planner.page.parts import Content, Section, Table, View, bold, chosen, section, sentence, table
from planner.page.provenance import inputs_table, versions_text
from planner.page.views import comparison_html, sweep_html
from planner.results.plain_text import count, figure, large, listed, percent, safe, words
from planner.results.run_json import versions
from planner.studies.kinds.ladder import STEPS
from planner.studies.kinds.stress import KINDS as OF_LOSSES
from planner.studies.ranked import OF_OBJECTIVE, UNUSED
from planner.studies.study import Study, charts_of, proof
from planner.studies.tables import Section as Said
from planner.studies.tables import titles_of
from planner.studies.uncertainty import chance, drivers_of, figures_of, outcomes, planned, ranges, tornado

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
        answer, shown = [*of_draws(study)], [*sections_of_draws(study)]
    else:
        charts = Content([make(study) for make in charts_of(study.kind).values()])
        headline = HEADLINES[study.kind](study) if study.kind in HEADLINES else ""
        answer = [headline] if headline else []
        glance = [Section("charts", "At a glance", fixed=charts)] if charts.charts else []
        shown = [*glance, *tables(sections)]
    scenarios = "; ".join(safe(title) for title in study.scenarios.values())
    view = View(
        id="study",
        title=safe(study.title),
        label=safe(study.title),
        subtitle=f"Scenario: {scenarios}" if scenarios else "The case without scenarios",
        proven=proven,
        badge="All plans proven optimal" if proven else "Not all have a proven plan",
        sentences=[sentence(each) for each in (*answer, said, *sentences)],
        sections=[*shown, _certificates(study)],
    )
    return views_page(
        [view], safe(study.title), f"Maritime surveillance plan: {KICKERS.get(study.kind, words(study.kind))}"
    )


def _best_step(study: Study) -> str:
    steps = study["steps"]
    worth = steps[steps["gain"] > 0.0].nlargest(1, "gain").to_dict("records")
    if not worth:
        return "No step adds anything."
    best = bold(titles_of(study)[worth[0]["variant"]])
    return f"Of all steps, {best} would add the most: {bold(figure(worth[0]['gain']))} {OF_OBJECTIVE}."


def _worst_loss(study: Study) -> str:
    lost = study["losses"]
    lost = lost[lost["how"] != UNUSED]
    missing, worst = lost[lost["lost_reoptimised"].isna()], lost.nlargest(1, "lost_reoptimised")
    if lost.empty:
        return "The plan makes no use of anything that could be lost."
    if len(missing):
        rows = missing.head(MOST_NAMED).to_dict("records")
        named = ", ".join(f"{bold(row['title'])} ({OF_LOSSES[row['kind']][1]})" for row in rows)
        more = f" and {len(missing) - len(rows)} more" if len(missing) > len(rows) else ""
        return f"There is no proven plan if one of these is lost: {named}{more}."
    row = worst.to_dict("records")[0]
    best, old = (figure(row[name]) for name in ("lost_reoptimised", "lost"))
    return (
        f"The worst loss would be {bold(row['title'])} ({OF_LOSSES[row['kind']][1]}): "
        f"{bold(f'{best} {OF_OBJECTIVE}')} even with the best plan without it, {old} if all else stayed as "
        "planned."
    )


def _longest_rung(study: Study) -> str:
    """The largest part of the coverage gap; nothing where there is none, which the study says."""
    ladder = study["ladder"]
    whole, steps = ladder["shortfall_km2"].iloc[0], ladder.iloc[1:].nlargest(1, "step_km2")
    if not whole > 0.0:
        return ""
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


def tables(sections: Sequence[Said]) -> Iterator[Section]:
    """What the terminal shows of a study, as sections of the page."""
    for number, said in enumerate(sections):
        shown = _table(f"rows-{number}", said)
        yield Section(f"part-{number}", said.heading, fixed=Content(tables=shown), notes=said.notes)


def _table(name: str, said: Said) -> list[Table]:
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
            rows[one.name] = texts.iloc[:, n].map(safe)
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


MOST_NAMED, MOST_DRAWN = 3, 15
"""Drivers that the answer names, and that a chart shows."""
OUTCOMES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "Coverage of areas": ("%", ("coverage", "area_coverage"), "percent", "Coverage of all areas"),
    "Smallest coverage/target": ("%", ("least_target_met",), "percent", "Smallest coverage/target"),
    "Shortfall of areas": ("km²", ("shortfall_km2", "area_shortfall_km2"), "count", "Shortfall of all areas"),
    "Coverage gap of programmes": ("km²", ("programme_gap_km2",), "count", ""),
    "Shadow price of money": ("risk-weighted km² per million", ("programme_shadow_price",), "figure", ""),
    "Spending": ("", ("programme_spent",), "count", ""),
    "Shadow price of hours": ("risk-weighted km² per hour", ("asset_shadow_price",), "figure", ""),
}
"""What is shown of outcomes: unit, outcomes (that of all areas first), kind of figures, name of the whole."""
DRIVEN = {
    "coverage": ("Coverage of all areas", "percent"),
    "least_target_met": ("Smallest coverage/target", "percent"),
    "shortfall_km2": ("Shortfall of all areas", "count"),
    "area_coverage": ("Coverage of ", "percent"),
    "programme_gap_km2": ("Coverage gap of ", "count"),
}
"""Outcomes whose drivers are shown: what they are called, and the kind of their figures."""


def of_draws(study: Study) -> Iterator[str]:
    """How far outcomes vary, what drives them, and where the next money is best spent."""
    if not planned(study):
        return
    covered, short = (
        {key: bold(form(value)) for key, value in _whole(study, name).items() if isinstance(value, float)}
        for name, form in (("coverage", percent), ("shortfall_km2", lambda km2: f"{large(km2)} km²"))
    )
    yield (
        f"Of {count(planned(study))} plans nine in ten cover between {covered['p5']} and {covered['p95']} of "
        f"the water, and the middle one {covered['median']}; as planned it is {covered['base']}."
    )
    spread = f"between {short['p5']} and {short['p95']}"
    yield f"The shortfall to the targets is {spread}, as planned {short['base']}."
    yield _strongest(study)
    yield _scarcest(study)


def _whole(study: Study, outcome: str) -> dict[Any, Any]:
    rows = outcomes(study, outcome)
    return rows[rows["id"] == ALL].to_dict("records")[0]


def _strongest(study: Study) -> str:
    rows = drivers_of(study, "coverage")
    rows = rows[rows["sure"]]
    if rows.empty:
        return "No assumption stands out from chance as what drives the coverage of all areas."
    named = [
        f"{bold(row['called'])} ({percent(row['low_mean'])} where it is lowest, {percent(row['high_mean'])} "
        "where highest)"
        for row in rows.head(MOST_NAMED).to_dict("records")
    ]
    return f"What drives the coverage of all areas most: {listed(named)}."


def _scarcest(study: Study) -> str:
    ranking = study["ranking"]
    rows = ranking[(ranking["kind"] == "programme") & (ranking["share_first"] > 0.0)]
    if rows.empty:
        return "In no draw would more money of any programme add anything."
    best = rows.nlargest(1, "share_first").to_dict("records")[0]
    return (
        f"Money is scarcest in {bold(best['name'] or best['id'])} in {bold(percent(best['share_first']))} of "
        f"the draws; its shadow price is {figure(best['price_median'])} risk-weighted km² per million "
        f"{safe(study.currency)} in the middle draw "
        f"({figure(best['price_p5'])} to {figure(best['price_p95'])})."
    )


def sections_of_draws(study: Study) -> Iterator[Section]:
    """Ranges, drivers, ranking, the figures that were drawn, and the draws without a plan."""
    if planned(study):
        yield _ranges(study)
        yield _drivers(study)
        ranking = study["ranking"]
        ranking = ranking.assign(name=ranking["name"].where(ranking["name"] != "", ranking["id"].map(words)))
        yield section("ranking", [table("ranking", ranking)], held=study.held)
    yield _figures(study)
    failures = study["failures"]
    if len(failures):
        rows = failures.assign(draw=failures["draw"].map(words), status=failures["status"].map(words))
        yield section("failures", [table("failures", rows)])


def _ranges(study: Study) -> Section:
    variants: dict[str, Content] = {}
    for label, (known, named, kind, whole) in OUTCOMES.items():
        unit, rows = known or study.currency, outcomes(study, *named)
        # the whole would dwarf its parts, where they add up; it is in the table
        drawn = rows if kind == "percent" else rows[rows["id"] != ALL]
        called = rows["name"].where(rows["name"] != "", rows["id"].map(words)).where(rows["id"] != ALL, whole)
        shown = table("ranges", rows.assign(called=called), label=label, unit=unit, kind=kind)
        variants[label] = Content([ranges(drawn, kind == "percent", unit, label)], [shown])
    return chosen("ranges", "Show", variants)


def _drivers(study: Study) -> Section:
    variants: dict[str, Content] = {}
    drivers = drivers_of(study)
    drivers["together"] = [f"{size} figures together" if size > 1 else "" for size in drivers["figures"]]
    for row in outcomes(study, *DRIVEN).to_dict("records"):
        called, kind = DRIVEN[row["outcome"]]
        label = called if row["id"] == ALL else f"{called}{safe(row['name'] or row['id'])}"
        rows = drivers[(drivers["outcome"] == row["outcome"]) & (drivers["id"] == row["id"])]
        share = kind == "percent"
        chart = tornado(rows.head(MOST_DRAWN), float(row["mean"]), share, f"What drives: {label}")
        shown = table("drivers", rows, label=label, kind=kind, swing="points" if share else kind)
        variants[label] = Content([chart], [shown])
    return chosen("drivers", "What is driven", variants, chance=f"{chance(study):.2g}")


def _figures(study: Study) -> Section:
    rows, held = figures_of(study), study.document["figures_held_fixed"]
    driver = rows["driver"].where(rows["driver"] != rows["figure"], "")
    shown = rows.assign(
        key=rows["figure"] + (", together as " + driver).where(driver != "", ""),
        of=("Figure: " + rows["source"]).where(rows["source"] != "", ""),
    )
    lead = (
        f"{count(len(rows))} figures have a range, in {count(rows['driver'].nunique())} drivers. "
        f"Held fixed: {', '.join(f'{count(size)} {basis}' for basis, size in held.items())}."
    )
    return section("figures", [table("figures", shown)], lead=[(lead, False)])
