"""What the page of a study of the assumptions shows: ranges of outcomes, drivers, how next steps rank."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.charts.studies import outcomes
from planner.charts.uncertainty import ALL, ranges, tornado
from planner.page.parts import Choice, Content, Section, Table, numeric, text
from planner.page.prose import Sentence, comma, large, sentence
from planner.results.plain_text import count, figure, percent, safe, words
from planner.studies.drivers import ASSET_PRICE, PROGRAMME_PRICE
from planner.studies.sensitivity_text import beyond_chance, chance, planned
from planner.studies.study import Study

MOST_NAMED, MOST_DRAWN = 3, 15
"""Drivers that the answer names, and that a chart shows."""
OUTCOMES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "Coverage of areas": ("%", ("coverage", "area_coverage"), "percent", "Coverage of all areas"),
    "Shortfall of areas": ("km²", ("shortfall_km2", "area_shortfall_km2"), "count", "Shortfall of all areas"),
    "Coverage gap of programmes": ("km²", ("programme_gap_km2",), "count", ""),
    "Shadow price of money": ("risk-weighted km² per million", (PROGRAMME_PRICE,), "figure", ""),
    "Spending": ("", ("programme_spent",), "count", ""),
    "Shadow price of hours": ("risk-weighted km² per hour", (ASSET_PRICE,), "figure", ""),
}
"""What is shown of outcomes: unit, outcomes (that of all areas first), kind of figures, name of the whole."""
DRIVEN = {
    "coverage": ("Coverage of all areas", "percent"),
    "shortfall_km2": ("Shortfall of all areas", "count"),
    "area_coverage": ("Coverage of ", "percent"),
    "programme_gap_km2": ("Coverage gap of ", "count"),
}
"""Outcomes whose drivers are shown: what they are called, and the kind of their figures."""
PERCENTILES = (
    ("base", "As planned"),
    ("mean", "Mean"),
    ("p5", "Lowest twentieth"),
    ("p25", "Lowest quarter"),
    ("median", "Middle draw"),
    ("p75", "Highest quarter"),
    ("p95", "Highest twentieth"),
)
RANKED = (
    numeric("share_first", "First in [%]", "percent"),
    numeric("base_rank", "Rank as planned", "figure"),
    numeric("rank_median", "Rank in the middle draw", "figure"),
    numeric("rank_p5", "Best twentieth", "figure"),
    numeric("rank_p95", "Worst twentieth", "figure"),
    numeric("base_price", "Shadow price as planned", "figure"),
    numeric("price_median", "In the middle draw", "figure"),
    numeric("price_p5", "Lowest twentieth", "figure"),
    numeric("price_p95", "Highest twentieth", "figure"),
)


def answer(study: Study) -> Iterator[Sentence]:
    """How far outcomes vary, what drives them, and where the next money is best spent."""
    if not planned(study):
        return
    covered, short = (_whole(study, name) for name in ("coverage", "shortfall_km2"))
    yield sentence(
        f"In nine of ten of {count(planned(study))} plans, between ",
        (percent(covered["p5"]),),
        " and ",
        (percent(covered["p95"]),),
        f" of the water is covered, {percent(covered['median'])} in the middle one; as planned it is ",
        (percent(covered["base"]),),
        ".",
    )
    yield sentence(
        "The shortfall to the targets is between ",
        (f"{large(short['p5'])} km²",),
        " and ",
        (f"{large(short['p95'])} km²",),
        ", as planned ",
        (f"{large(short['base'])} km²",),
        ".",
    )
    yield _strongest(study)
    yield _scarcest(study)


def _whole(study: Study, outcome: str) -> dict[Any, Any]:
    rows = outcomes(study, outcome)
    return rows[rows["id"] == ALL].to_dict("records")[0]


def _strongest(study: Study) -> Sentence:
    drivers = study["drivers"]
    rows = beyond_chance(study, drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == ALL)])
    if rows.empty:
        return sentence("No assumption stands out from chance as what drives the coverage of all areas.")
    pieces: list[str | tuple[str]] = ["What drives it most: "]
    shown = rows.head(MOST_NAMED).to_dict("records")
    for n, row in enumerate(shown):
        ends = f" ({percent(row['low_mean'])} where it is lowest, {percent(row['high_mean'])} where highest)"
        pieces += [comma(n, len(shown)), (safe(row["driver"]),), ends]
    return sentence(*pieces, ".")


def _scarcest(study: Study) -> Sentence:
    ranking = study["ranking"]
    rows = ranking[(ranking["kind"] == "programme") & (ranking["share_first"] > 0.0)]
    if rows.empty:
        return sentence("In no draw would more money of any programme add anything.")
    best = rows.nlargest(1, "share_first").to_dict("records")[0]
    return sentence(
        "Money is scarcest in ",
        (safe(best["name"] or best["id"]),),
        " in ",
        (percent(best["share_first"]),),
        f" of the draws; its shadow price is {figure(best['price_median'])} risk-weighted km² per million "
        f"{safe(study.currency)} in the middle draw "
        f"({figure(best['price_p5'])} to {figure(best['price_p95'])}).",
    )


def sections(study: Study) -> Iterator[Section]:
    """Ranges, drivers, ranking, the figures that were drawn, and the draws without a plan."""
    if planned(study):
        yield _ranges(study)
        yield _drivers(study)
        yield _ranking(study)
    yield _figures(study)
    failures = study["failures"]
    if len(failures):
        columns = [text("draw", "Draw"), text("status", "Status"), text("message", "Why")]
        rows = failures.assign(draw=failures["draw"].map(words), status=failures["status"].map(words))
        table = Table("failures", "Draws without a plan", columns, rows)
        yield Section("failures", table.caption, "They are in no figure of this page.", tables=[table])


def _ranges(study: Study) -> Section:
    variants: dict[tuple[str, ...], Content] = {}
    for label, (known, named, kind, whole) in OUTCOMES.items():
        unit, rows = known or study.currency, outcomes(study, *named)
        # the whole would dwarf its parts, where they add up; it is in the table
        drawn = rows if kind == "percent" else rows[rows["id"] != ALL]
        called = rows["name"].where(rows["name"] != "", rows["id"].map(words))
        table = rows.assign(called=called.where(rows["id"] != ALL, whole))
        columns = [text("called", "Of"), *(numeric(key, word, kind) for key, word in PERCENTILES)]
        variants[(label,)] = Content(
            [ranges(drawn, kind == "percent", unit, label)],
            [Table("ranges", f"{label}, {unit}: ranges over all draws", columns, table)],
        )
    lead = "Every uncertain figure is drawn from its range, and every draw is planned again."
    return Section(
        "ranges",
        "How sure the results are",
        lead,
        choices=(Choice("Show", list(OUTCOMES)),),
        variants=variants,
    )


def _drivers(study: Study) -> Section:
    variants: dict[tuple[str, ...], Content] = {}
    drivers = study["drivers"]
    sure = drivers.index.isin(beyond_chance(study, drivers).index)
    together = [f"{size} figures together" if size > 1 else "" for size in drivers["figures"]]
    drivers = drivers.assign(sure=sure, together=together)
    for row in outcomes(study, *DRIVEN).to_dict("records"):
        called, kind = DRIVEN[row["outcome"]]
        label = called if row["id"] == ALL else f"{called}{safe(row['name'] or row['id'])}"
        rows = drivers[(drivers["outcome"] == row["outcome"]) & (drivers["id"] == row["id"])]
        columns = [
            text("driver", "Driver", note="together"),
            numeric("rank_correlation", "Rank correlation", "signed"),
            numeric("low_mean", "Mean where lowest", kind),
            numeric("high_mean", "Mean where highest", kind),
            numeric("swing", "Swing", "points" if kind == "percent" else kind),
        ]
        caption = f"{label}: every driver, the strongest rank correlation first"
        title = f"What drives: {label}"
        chart = tornado(rows.head(MOST_DRAWN), float(row["mean"]), kind == "percent", title)
        variants[(label,)] = Content([chart], [Table("drivers", caption, columns, rows, tall=True)])
    lead = (
        "A driver is one figure, or several that are high or low together. Drivers whose rank correlation is "
        f"not beyond {chance(study):.2g}, which chance could make, are pale."
    )
    choices = (Choice("What is driven", [key[0] for key in variants]),)
    return Section("drivers", "What drives them", lead, choices=choices, variants=variants)


def _ranking(study: Study) -> Section:
    tables = []
    for kind, noun, caption in (
        ("programme", "Programme", "Programmes by the shadow price of a million"),
        ("asset", "Asset", "Assets and sensors by the shadow price of an hour"),
    ):
        rows = study["ranking"][study["ranking"]["kind"] == kind]
        rows = rows.assign(name=rows["name"].where(rows["name"] != "", rows["id"].map(words)))
        tables.append(Table(f"{kind}s", caption, [text("name", noun), *RANKED], rows, tall=True))
    lead = (
        "Shadow prices are in risk-weighted km², for a million of programmes and an hour of assets. First "
        "in: part of the draws in which the shadow price is the highest of its kind; ties count for each."
    )
    return Section("ranking", "Where the next step is worth most", lead, tables=tables)


def _figures(study: Study) -> Section:
    rows, held = study["figures"], study.document["figures_held_fixed"]
    fixed = ", ".join(f"{count(size)} {basis}" for basis, size in held.items())
    driver = rows["driver"].where(rows["driver"] != rows["figure"], "")
    rows = rows.assign(
        together=("together as " + driver).where(driver != "", ""),
        of=("Figure: " + rows["source"]).where(rows["source"] != "", ""),
    )
    columns = [
        text("figure", "Figure", note="together"),
        numeric("base", "As planned", "figure"),
        numeric("low", "Lowest", "figure"),
        numeric("high", "Highest", "figure"),
        text("distribution", "Drawn", note="currency"),
        text("basis", "Basis"),
        text("range_source", "Why this range", note="of"),
    ]
    caption = "Every figure that was drawn, with its range"
    lead = (
        f"{count(len(rows))} figures have a range, in {count(rows['driver'].nunique())} drivers. "
        f"Held fixed: {fixed}."
    )
    table = Table("figures", caption, columns, rows, tall=True, search="Find a figure")
    return Section("figures", "Figures that were drawn", lead, tables=[table])
