"""The summary of a run, for the terminal and for ``summary.txt``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from planner.errors import NoPlanError, Problem
from planner.frames import records
from planner.results import summary_tables as show
from planner.results.goodness import OBJECTIVE_WORDS, in_words, range_in_words
from planner.results.plain_text import WIDTH, count, percent, plain, safe, words
from planner.results.response import response_in_words
from planner.results.results import FairShares, Results
from planner.results.risk_layers import risk_in_words
from planner.solve.solver import MESSAGES, Status

LARGEST_GAPS = 3
MOST_WARNINGS = 10
MOST_FIELDS = 8
MOST_LEVELS = 4
SHOWN = 0.0005
"""Causes of a smaller part of a shortfall are not named: 0.0% in print."""
HEADING = "bold"
MANDATES = (
    "Mandates overlap: an area counts in every programme that may fund it. Never add these rows. Next "
    "million: how much less the best plan with a million more misses, in the objective (risk-weighted km²)."
)
CAUSES_NOTE = (
    "Causes are plans: limits are lifted one after the other (the plan's choice, earmarks, money, access, "
    "hours), each time with the least shortfall that leaves no area worse off."
)
RESPONSE_NOTE = (
    "Coverage counts a detection in full only where it can be answered; response.csv has who answers, and "
    "boardings.csv every trip. Next boarding: what it would gain where it gains most (risk-weighted km²)."
)
NOT_SOUGHT_NOTE = "Causes were not looked for (--no-causes)."
LIMIT_UNITS = (
    "Shortfall in km² or money; penalty paid in risk-weighted km²; shadow price: risk-weighted km² that "
    "asking for the next km², or unit of money (for a million), less would gain."
)


def summary(results: Results) -> RenderableType:
    """What a planner reads first: proof, coverage, programmes, coverage gaps, effort, figures, warnings."""
    return Group(*_blocks(results))


def summary_text(results: Results, width: int = WIDTH) -> str:
    """The summary as plain text of at most ``width`` columns, without colours or trailing blanks."""
    return plain(summary(results), width)


def require_proof(results: Results) -> None:
    """Refuse to call a run done whose plan is not proven; its results are written and say so.

    Raises:
        NoPlanError: the status is not OPTIMAL.
    """
    if results.status is not Status.OPTIMAL:
        raise NoPlanError(results.status, MESSAGES[results.status])


def status_line(results: Results) -> Text:
    """What is proven; a plan that is not proven is never called optimal."""
    proof = results.certificate
    missed = OBJECTIVE_WORDS[results.objective]
    if results.objective == "shortfall":
        worth = results.run.get("coverage_worth", 0.0)
        missed = f"risk-weighted km² (shortfall to the targets, and {worth:g} x what is missed at all)"
    paid = float(results.limits["paid"].sum())
    if paid > 0.0:
        missed += f" and penalties (of {count(paid)})"
    proof_text = (
        f"{in_words(results)}. {count(proof.value)} {missed}; no plan can go below {count(proof.bound)} "
        f"(optimality gap {proof.gap:.1e}, tolerance {proof.tolerance:.1e}, {proof.rounds} "
        f"{'round' if proof.rounds == 1 else 'rounds'})"
    )
    if results.status is Status.OPTIMAL:
        return Text(f"Optimal within the tolerance: {proof_text}", style="green")
    return Text(f"NOT PROVEN, best plan so far: {proof_text}\n{MESSAGES[results.status]}", style="bold red")


def fairness_line(shares: FairShares) -> str:
    """The smallest share of a target that an area gets, the levels above it, and the proof."""
    text = (
        f"Fair: every area gets at least {shares.smallest_ratio:.2%} of its target before coverage counts; "
        f"no plan can give all of them more than {shares.bound:.2%} (optimality gap {shares.gap:.1e})"
    )
    if len(shares.levels) > 1:
        worst, *above = shares.levels
        levels = ", ".join(f"{one.ratio:.2%} ({count(len(one.areas))})" for one in above[:MOST_LEVELS])
        more = len(above) - MOST_LEVELS
        rest = f", and {count(more)} more levels" if more > 0 else ""
        text += f"; {count(len(worst.areas))} cannot have more, the others are levelled at {levels}{rest}"
    if shares.left_out:
        text += f"; {count(len(shares.left_out))} that nothing usable reaches left out"
    return text


def _blocks(results: Results) -> Iterator[RenderableType]:
    yield Text(safe(results.title), style=HEADING)
    for scenario in results.run.get("scenarios", []):
        yield Text(f"Scenario {safe(scenario['name'])}: {safe(scenario['title'])}")
    yield status_line(results)
    if results.fairness:
        yield Text(fairness_line(results.fairness))
    answered = response_in_words(results.response, safe(results.currency))
    if answered:
        yield Text(answered)
    yield Text(range_in_words(results.range, results.run))
    yield heading("Coverage by area")
    yield show.area_table(results)
    if answered:
        yield heading(f"Detection and response (money in {safe(results.currency)})")
        yield show.response_table(results)
        yield Text(RESPONSE_NOTE)
    yield heading(f"Programmes (money in {safe(results.currency)})")
    yield show.programme_table(results)
    yield Text(MANDATES)
    if len(results.limits):
        yield heading(f"Limits (money in {safe(results.currency)})")
        yield show.limit_table(results)
        yield Text(LIMIT_UNITS)
    yield heading("Largest coverage gaps")
    yield from _largest_gaps(results)
    yield heading("Effort")
    yield show.effort_table(results)
    yield heading("Input figures")
    yield Text(assumption_text(results))
    yield from (Text(f"{text}.") for text in risk_in_words(results.run))
    if results.warnings:
        yield heading(f"Warnings ({len(results.warnings)})")
        yield from warning_lines(results.warnings)


def heading(text: str) -> Text:
    """A heading of the summary."""
    return Text(f"\n{text}", style=HEADING)


def _largest_gaps(results: Results) -> Iterator[RenderableType]:
    areas = results.areas[results.areas["shortfall_km2"] > 0.0]
    if areas.empty:
        yield Text("Every area meets its target.")
        return
    yield Text(CAUSES_NOTE if len(results.causes) else NOT_SOUGHT_NOTE)
    open_ = results.rungs[results.rungs["status"] != Status.OPTIMAL]
    if len(open_):
        named = ", ".join(f"{row.programme_id}: {row.rung} ({words(row.status)})" for row in records(open_))
        yield Text(f"NOT PROVEN, so that causes may be other ones: {named}", style="bold red")
    causes = results.causes[results.causes["level"] == "area"]
    causes = causes.sort_values("km2", ascending=False, kind="stable")
    mandates = results.gaps.merge(results.programmes[["programme_id", "name"]], on="programme_id")
    for area in records(areas.nlargest(LARGEST_GAPS, "shortfall_km2")):
        own = causes[(causes["area_id"] == area.area_id) & (causes["km2"] >= SHOWN * area.shortfall_km2)]
        why = ", ".join(f"{words(row.cause)} {percent(row.km2 / area.shortfall_km2)}" for row in records(own))
        names = mandates.loc[mandates["area_id"] == area.area_id, "name"]
        of = "; ".join(safe(name) for name in names) or "no programme"
        told = f"; {why}" if why else ""
        yield Text(f"{safe(area.name)}: shortfall {count(area.shortfall_km2)} km²{told}")
        yield Padding(Text(f"in the mandate of {of}"), (0, 0, 0, 4))


def assumption_text(results: Results) -> str:
    """How many figures are stated, derived and assumed, and in which fields the assumed ones are."""
    figures = results.assumptions
    if figures.empty:
        return "No figures were counted."
    by_basis = Counter(figures["basis"])
    parts = [f"{count(by_basis[basis])} {basis}" for basis in ("stated", "derived", "assumed")]
    text = f"{count(len(figures))} figures: {', '.join(parts)}; assumptions.csv lists each with its source."
    assumed = figures[figures["basis"] == "assumed"]
    fields = Counter(assumed["table"] + "." + assumed["field"])
    ranked = sorted(fields.items(), key=lambda item: (-item[1], item[0]))
    if ranked:
        most = ", ".join(f"{safe(field)} {count(number)}" for field, number in ranked[:MOST_FIELDS])
        rest = f", and {count(len(ranked) - MOST_FIELDS)} more fields" if len(ranked) > MOST_FIELDS else ""
        text += f" Assumed: {most}{rest}."
    return text


def warning_lines(warnings: Sequence[Problem]) -> Iterator[Text]:
    """The first warnings, a line each, and how many more there are."""
    for warning in warnings[:MOST_WARNINGS]:
        yield Text(safe(warning), style="yellow")
    more = len(warnings) - MOST_WARNINGS
    if more > 0:
        yield Text(f"and {count(more)} more in run.json", style="yellow")
