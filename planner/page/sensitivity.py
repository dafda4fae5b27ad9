"""What the page of a study of the assumptions shows: ranges of outcomes, drivers, how next steps rank."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.charts.uncertainty import ALL, drivers_of, figures_of, outcomes, ranges, tornado
from planner.page.parts import Content, Section, bold, chosen, section, table
from planner.results.plain_text import count, figure, large, listed, percent, safe, words
from planner.studies.kinds.sensitivity import chance, planned
from planner.studies.study import Study

MOST_NAMED, MOST_DRAWN = 3, 15
"""Drivers that the answer names, and that a chart shows."""
OUTCOMES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "Coverage of areas": ("%", ("coverage", "area_coverage"), "percent", "Coverage of all areas"),
    "Shortfall of areas": ("km²", ("shortfall_km2", "area_shortfall_km2"), "count", "Shortfall of all areas"),
    "Coverage gap of programmes": ("km²", ("programme_gap_km2",), "count", ""),
    "Shadow price of money": ("risk-weighted km² per million", ("programme_shadow_price",), "figure", ""),
    "Spending": ("", ("programme_spent",), "count", ""),
    "Shadow price of hours": ("risk-weighted km² per hour", ("asset_shadow_price",), "figure", ""),
}
"""What is shown of outcomes: unit, outcomes (that of all areas first), kind of figures, name of the whole."""
DRIVEN = {
    "coverage": ("Coverage of all areas", "percent"),
    "shortfall_km2": ("Shortfall of all areas", "count"),
    "area_coverage": ("Coverage of ", "percent"),
    "programme_gap_km2": ("Coverage gap of ", "count"),
}
"""Outcomes whose drivers are shown: what they are called, and the kind of their figures."""


def answer(study: Study) -> Iterator[str]:
    """How far outcomes vary, what drives them, and where the next money is best spent."""
    if not planned(study):
        return
    covered, short = (
        {key: bold(form(value)) for key, value in _whole(study, name).items() if isinstance(value, float)}
        for name, form in (("coverage", percent), ("shortfall_km2", lambda km2: f"{large(km2)} km²"))
    )
    yield (
        f"In nine of ten of {count(planned(study))} plans, between {covered['p5']} and {covered['p95']} of "
        f"the water is covered, {covered['median']} in the middle one; as planned it is {covered['base']}."
    )
    spread = f"between {short['p5']} and {short['p95']}"
    yield f"The shortfall to the targets is {spread}, as planned {short['base']}."
    yield _strongest(study)
    yield _scarcest(study)


def _whole(study: Study, outcome: str) -> dict[Any, Any]:
    rows = outcomes(study, outcome)
    return rows[rows["id"] == ALL].to_dict("records")[0]


def _strongest(study: Study) -> str:
    drivers = drivers_of(study)
    rows = drivers[drivers["sure"] & (drivers["outcome"] == "coverage") & (drivers["id"] == ALL)]
    if rows.empty:
        return "No assumption stands out from chance as what drives the coverage of all areas."
    named = [
        f"{bold(row['called'])} ({percent(row['low_mean'])} where it is lowest, {percent(row['high_mean'])} "
        "where highest)"
        for row in rows.head(MOST_NAMED).to_dict("records")
    ]
    return f"What drives it most: {listed(named)}."


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


def sections(study: Study) -> Iterator[Section]:
    """Ranges, drivers, ranking, the figures that were drawn, and the draws without a plan."""
    if planned(study):
        yield _ranges(study)
        yield _drivers(study)
        ranking = study["ranking"]
        ranking = ranking.assign(name=ranking["name"].where(ranking["name"] != "", ranking["id"].map(words)))
        yield section("ranking", [table("ranking", ranking)])
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
