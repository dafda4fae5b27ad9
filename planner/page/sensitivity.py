"""The page of a study of the assumptions: ranges of outcomes, what drives them, and how next steps rank."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from planner.charts.folders import drivers_of, ranges_of
from planner.page.html import study_page, writes
from planner.page.parts import Choice, Content, Section, Table, numeric, text
from planner.page.prose import Sentence, comma, large, sentence, things
from planner.page.provenance import inputs_table
from planner.report.plain_text import count, figure, percent, safe, words
from planner.report.run_json import versions
from planner.report.sensitivity import Sensitivity
from planner.report.sensitivity_text import TOTAL, beyond_chance, chance, planned
from planner.solve.lp import Status

MOST_DRIVERS = 3
"""Drivers that the answer names."""
MOST_DRAWN = 15
OUTCOMES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "Coverage of areas": ("%", ("coverage", "area_coverage"), "percent", "Coverage of all areas"),
    "Shortfall of areas": ("km²", ("shortfall_km2", "area_shortfall_km2"), "count", "Shortfall of all areas"),
    "Coverage gap of programmes": ("km²", ("programme_gap_km2",), "count", ""),
    "Shadow price of money": ("risk-weighted km² per million", ("programme_price",), "figure", ""),
    "Spending": ("", ("programme_spent",), "count", ""),
    "Shadow price of hours": ("risk-weighted km² per hour", ("asset_price",), "figure", ""),
}
"""What is shown of outcomes: unit, outcomes (that of all areas first), kind of figures, name of the whole."""
DRIVEN = {
    "coverage": "Coverage of all areas",
    "shortfall_km2": "Shortfall of all areas",
    "area_coverage": "Coverage of ",
    "programme_gap_km2": "Coverage gap of ",
}
"""Outcomes whose drivers are shown, and what they are called."""


def sensitivity_html(found: Sensitivity) -> str:
    """The report of a study of the assumptions as HTML."""
    scenarios = "; ".join(found.scenarios.values())
    what = f"{count(len(found.draws))} draws of {count(len(found.figures))} figures"
    proven = _all_proven(found)
    return study_page(
        safe(found.title),
        list(answer(found)),
        list(_sections(found)),
        f"{what}. " + (f"Scenario: {safe(scenarios)}" if scenarios else "The case without scenarios"),
        proven,
        "All plans proven optimal" if proven else "Not all plans are proven",
        "Maritime surveillance plan: sensitivity to its assumptions",
    )


def sensitivity_file(found: Sensitivity) -> Callable[[Path], None]:
    """Writes the report of a study, given the file: one of the ``others`` of its folder."""
    return writes(lambda: sensitivity_html(found))


def answer(found: Sensitivity) -> Iterator[Sentence]:
    """How far outcomes vary, what drives them, where the next money is best spent, and what is proven."""
    if planned(found):
        yield _coverage(found)
        yield _shortfall(found)
        yield _drivers(found)
        yield _ranking(found)
    yield _proof(found)


def _sections(found: Sensitivity) -> Iterator[Section]:
    if planned(found):
        yield _ranges_section(found)
        yield _drivers_section(found)
        yield _ranking_section(found)
    yield _figures_section(found)
    if len(found.failures):
        columns = [text("draw", "Draw"), text("status", "Status"), text("message", "Why")]
        rows = found.failures[["draw", "status", "message"]]
        rows = rows.assign(draw=rows["draw"].map(words), status=rows["status"].map(words))
        table = Table("failures", "Draws without a plan", columns, rows)
        yield Section(
            "failures", "Draws without a plan", "They are in no figure of this page.", tables=[table]
        )
    yield _certificate_section(found)


def _ranges_section(found: Sensitivity) -> Section:
    variants: dict[tuple[str, ...], Content] = {}
    for label, (known, outcomes, kind, whole) in OUTCOMES.items():
        unit = known or found.currency
        rows = found.outcomes[found.outcomes["outcome"].isin(outcomes)]
        rows = rows.assign(place=rows["outcome"].map({name: n for n, name in enumerate(outcomes)}))
        rows = rows.sort_values("place", kind="stable").drop(columns="place")
        # the whole would dwarf its parts, where they add up; it is in the table
        drawn = rows if kind == "percent" else rows[rows["id"] != TOTAL]
        called = rows["name"].where(rows["name"] != "", rows["id"].map(words))
        table = rows.assign(called=called.where(rows["id"] != TOTAL, whole))
        columns = [
            text("called", "Of"),
            *(
                numeric(key, word, kind)
                for key, word in (
                    ("base", "As planned"),
                    ("mean", "Mean"),
                    ("p5", "Lowest twentieth"),
                    ("p25", "Lowest quarter"),
                    ("median", "Middle draw"),
                    ("p75", "Highest quarter"),
                    ("p95", "Highest twentieth"),
                )
            ),
        ]
        kept = table[[column.key for column in columns]].reset_index(drop=True)
        variants[(label,)] = Content(
            [ranges_of(drawn, unit, label)],
            [Table("ranges", f"{label}, {unit}: ranges over all draws", columns, kept)],
        )
    return Section(
        "ranges",
        "How sure the results are",
        "Every uncertain figure is drawn from its range, and every draw is planned again.",
        choices=(Choice("Show", list(OUTCOMES)),),
        variants=variants,
    )


def _drivers_section(found: Sensitivity) -> Section:
    variants: dict[tuple[str, ...], Content] = {}
    kinds = {"coverage": "percent", "area_coverage": "percent"}
    sure = beyond_chance(found, found.drivers)
    marked = found.drivers.assign(sure=found.drivers.index.isin(sure.index))
    known = found.outcomes[found.outcomes["outcome"].isin(list(DRIVEN))]
    for row in known.to_dict("records"):
        outcome = str(row["outcome"])
        whole = row["id"] == TOTAL
        label = DRIVEN[outcome] if whole else f"{DRIVEN[outcome]}{safe(row['name'] or row['id'])}"
        rows = marked[(marked["outcome"] == outcome) & (marked["id"] == row["id"])]
        kind = kinds.get(outcome, "count")
        unit = "%" if kind == "percent" else "km²"
        together = [f"{size} figures together" if size > 1 else "" for size in rows["figures"]]
        columns = [
            text("driver", "Driver", note="together"),
            numeric("rank_correlation", "Rank correlation", "signed"),
            numeric("low_mean", "Mean where lowest", kind),
            numeric("high_mean", "Mean where highest", kind),
            numeric("swing", "Swing", "points" if kind == "percent" else kind),
        ]
        caption = f"{label}: every driver, the strongest rank correlation first"
        table = rows.assign(together=together)[[*(c.key for c in columns), "together"]].reset_index(drop=True)
        chart = drivers_of(rows.head(MOST_DRAWN), float(row["mean"]), unit, f"What drives: {label}")
        variants[(label,)] = Content([chart], [Table("drivers", caption, columns, table, tall=True)])
    lead = (
        "A driver is one figure, or several that are high or low together. Drivers whose rank correlation is "
        f"not beyond {chance(found):.2g}, which chance could make, are pale."
    )
    choices = (Choice("What is driven", [key[0] for key in variants]),)
    return Section("drivers", "What drives them", lead, choices=choices, variants=variants)


def _ranking_section(found: Sensitivity) -> Section:
    tables = []
    for kind, name, what in (
        ("programme", "programmes", "Programmes by the shadow price of a million"),
        ("asset", "assets", "Assets and sensors by the shadow price of an hour"),
    ):
        rows = found.ranking[found.ranking["kind"] == kind]
        rows = rows.assign(
            name=rows["name"].where(rows["name"] != "", rows["id"].map(words)),
            ranks=[
                f"{low:.3g} to {high:.3g}"
                for low, high in zip(rows["rank_p5"], rows["rank_p95"], strict=True)
            ],
            prices=[_span(low, high) for low, high in zip(rows["price_p5"], rows["price_p95"], strict=True)],
        )
        columns = [
            text("name", "Programme" if kind == "programme" else "Asset"),
            numeric("share_first", "First in [%]", "percent"),
            numeric("base_rank", "Rank as planned", "figure"),
            numeric("rank_median", "Rank in the middle draw", "figure"),
            text("ranks", "Rank, nine of ten draws"),
            numeric("base_price", "Shadow price as planned", "figure"),
            numeric("price_median", "In the middle draw", "figure"),
            text("prices", "Nine of ten draws"),
        ]
        kept = rows[[column.key for column in columns]].reset_index(drop=True)
        tables.append(Table(name, what, columns, kept, tall=kind == "asset"))
    lead = (
        "Shadow prices are in risk-weighted km², for a million of programmes and an hour of assets. First "
        "in: part of the draws in which the shadow price is the highest of its kind; ties count for each."
    )
    return Section("ranking", "Where the next step is worth most", lead, tables=tables)


def _figures_section(found: Sensitivity) -> Section:
    rows = found.figures
    fixed = ", ".join(f"{count(size)} {basis}" for basis, size in found.fixed.items())
    lead = (
        f"{count(len(rows))} figures have a range, in {count(rows['driver'].nunique())} drivers. "
        f"Held fixed: {fixed}."
    )
    rows = rows.assign(
        together=[
            f"together as {driver}" if driver != name else ""
            for driver, name in zip(rows["driver"], rows["figure"], strict=True)
        ],
        of=[f"Figure: {source}" if source else "" for source in rows["source"]],
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
    kept = rows[[*(column.key for column in columns), "together", "currency", "of"]].reset_index(drop=True)
    table = Table(
        "figures",
        "Every figure that was drawn, with its range",
        columns,
        kept,
        tall=True,
        search="Find a figure",
    )
    return Section("figures", "Figures that were drawn", lead, tables=[table])


def _certificate_section(found: Sensitivity) -> Section:
    gap = found.draws["gap"].max()
    statuses = found.draws["status"].value_counts()
    facts = [
        ("Draws", f"{count(len(found.draws))} (Latin hypercube, seed {found.seed})"),
        ("Plans", ", ".join(f"{count(int(size))} {words(status)}" for status, size in statuses.items())),
        ("Largest optimality gap", f"{gap:.1e}" if gap == gap else "–"),  # noqa: PLR0124 - not a number
        ("The case as planned", f"{words(found.base)}, optimality gap {_tiny(found.certificate.get('gap'))}"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions().items())),
    ]
    tables = [inputs_table(found.inputs)]
    return Section("certificate", "Certificate and provenance", facts=facts, tables=tables)


def _outcome(found: Sensitivity, outcome: str) -> dict[Any, Any]:
    rows = found.outcomes[(found.outcomes["outcome"] == outcome) & (found.outcomes["id"] == TOTAL)]
    return rows.to_dict("records")[0]


def _coverage(found: Sensitivity) -> Sentence:
    row = _outcome(found, "coverage")
    return sentence(
        f"In nine of ten of {count(planned(found))} plans, between ",
        (percent(row["p5"]),),
        " and ",
        (percent(row["p95"]),),
        f" of the water is covered, {percent(row['median'])} in the middle one; as planned it is ",
        (percent(row["base"]),),
        ".",
    )


def _shortfall(found: Sensitivity) -> Sentence:
    row = _outcome(found, "shortfall_km2")
    return sentence(
        "The shortfall to the targets is between ",
        (f"{large(row['p5'])} km²",),
        " and ",
        (f"{large(row['p95'])} km²",),
        ", as planned ",
        (f"{large(row['base'])} km²",),
        ".",
    )


def _drivers(found: Sensitivity) -> Sentence:
    rows = found.drivers[(found.drivers["outcome"] == "coverage") & (found.drivers["id"] == TOTAL)]
    rows = beyond_chance(found, rows).head(MOST_DRIVERS)
    if rows.empty:
        return sentence("No assumption stands out from chance as what drives the coverage of all areas.")
    pieces: list[str | tuple[str]] = ["What drives it most: "]
    for n, row in enumerate(rows.to_dict("records")):
        ends = f" ({percent(row['low_mean'])} where it is lowest, {percent(row['high_mean'])} where highest)"
        pieces += [comma(n, len(rows)), (safe(row["driver"]),), ends]
    return sentence(*pieces, ".")


def _ranking(found: Sensitivity) -> Sentence:
    rows = found.ranking[(found.ranking["kind"] == "programme") & (found.ranking["share_first"] > 0.0)]
    if rows.empty:
        return sentence("In no draw would more money of any programme add anything.")
    best = rows.nlargest(1, "share_first").to_dict("records")[0]
    return sentence(
        "Money is scarcest in ",
        (safe(best["name"] or best["id"]),),
        " in ",
        (percent(best["share_first"]),),
        f" of the draws; its shadow price is {figure(best['price_median'])} risk-weighted km² per million "
        f"{safe(found.currency)} in the middle draw "
        f"({figure(best['price_p5'])} to {figure(best['price_p95'])}).",
    )


def _proof(found: Sensitivity) -> Sentence:
    proven = int((found.draws["status"] == Status.OPTIMAL).sum())
    if _all_proven(found):
        gap = f"{100.0 * float(found.draws['gap'].max()):.2g}%"
        return sentence(
            (f"All {count(proven)} plans are proven",), f", each to within {gap} of what it misses."
        )
    failed, draws = len(found.failures), count(len(found.draws))
    return sentence(
        (f"{count(proven)} of {draws} plans are proven",),
        f"; {things(failed, 'draw')} without a plan, in no figure here." if failed else ".",
    )


def _all_proven(found: Sensitivity) -> bool:
    return found.base == Status.OPTIMAL and bool((found.draws["status"] == Status.OPTIMAL).all())


def _span(low: float, high: float) -> str:
    return f"{figure(low)} to {figure(high)}"


def _tiny(value: float | None) -> str:
    return "–" if value is None else f"{value:.1e}"
