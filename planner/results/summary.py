"""The summary of a run, for the terminal and for ``summary.txt``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planner.causes.names import RESPONSE
from planner.core.fairness import FairShares
from planner.errors import NoPlanError, Problem
from planner.features.fleet import works_by_the_hour
from planner.features.limits import LIMIT_KINDS
from planner.frames import records
from planner.results.contract import NO_CAUSE, TOTAL
from planner.results.coverage import largest_causes
from planner.results.goodness import value_in_words
from planner.results.plain_text import (
    WIDTH,
    count,
    figure,
    listed,
    often,
    percent,
    plain,
    safe,
    things,
    titled,
    words,
)
from planner.results.response import COUNTS
from planner.results.results import Results
from planner.results.sentences import (
    COUNTED,
    HELD,
    gains_of,
    in_words,
    range_in_words,
    response_in_words,
    risk_in_words,
)
from planner.results.text_table import HEADING, Columns, heading, shown_table
from planner.results.work import SUMS
from planner.solve.solver import MESSAGES, Status

LARGEST_GAPS = 3
MOST_WARNINGS = 10
MOST_FIELDS = 8
MOST_LEVELS = 4
WHOLE = "100.00%"
"""The smallest coverage / target, in print, above which nothing is levelled."""
SHOWN = 0.0005
"""Causes of a smaller part of a shortfall are not named: 0.0% in print."""
MANDATES = "Mandates may overlap: an area counts in every programme that may fund it. Never add these rows. "
NEXT_MILLION = (
    "Next million: by how much a million more lowers the objective of the best plan (risk-weighted km²)."
)
NO_MILLION = 'What a million more would bring is not worked out for the objective "fair".'
CAUSES_NOTE = (
    "Causes come from plans in which limits are lifted one after the other (the plan's choice, earmarks, "
    "money, access, {}hours), each time with the least shortfall that leaves no area worse off."
)
RESPONSE_NOTE = (
    f"Coverage {COUNTED}; response.csv says who answers, "
    "boardings.csv lists every trip. Next boarding: the rate at which boardings more would gain where they "
    "gain most (risk-weighted km² each); a cell may call for less than one."
)
TRIPS_NOTE = "Hours and cost are also those of boarding trips, which are no missions."
NOT_SOUGHT_NOTE = "Causes were not looked for."
LIMIT_UNITS = (
    "Shortfall in km² or money; penalty paid in risk-weighted km²; shadow price: risk-weighted km² that "
    "asking for the next km², or unit of money (for a million), less would gain."
)


OF_PERIODS = "Square kilometres of a period count by its part of the horizon."


def with_causes_in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with their largest cause in words; a dash where there is none."""
    causes = rows["largest_cause"]
    return rows.assign(largest_cause=causes.map(words).mask(causes == NO_CAUSE, "-"))


AREA: Columns = (
    ("area", "name", None),
    ("area km²", "area_km2", count),
    ("target", "target_coverage", percent),
    ("coverage", "coverage", percent),
    ("covered km²", "covered_km2", count),
    ("shortfall km²", "shortfall_km2", count),
    ("largest cause", "largest_cause", None),
)
PERIOD: Columns = (
    ("period", "name", None),
    ("days", "days", count),
    ("coverage", "coverage", percent),
    ("hours", "mission_hours", count),
    ("spent", "amount", count),
)
ANSWERS: Columns = (
    ("area", "name", None),
    ("stays", "visits", count),
    ("detected", "detected", count),
    ("answered", "answered", count),
    ("not answered", "unanswered", count),
    ("boardings", "boardings", count),
    ("cost a trip", "cost_per_trip", count),
    ("next boarding", "shadow_price", figure),
)
PROGRAMME: Columns = (
    ("programme", "name", None),
    ("budget", "budget", count),
    ("spent", "spent", count),
    ("next million", "gain_of_next_million_km2", figure),
    ("mandate shortfall km²", "shortfall_km2", count),
    ("largest cause", "largest_cause", None),
)
LIMIT: Columns = (
    ("limit", "of", None),
    ("least", "least", str),
    ("reached", "reached", str),
    ("shortfall", "shortfall", count),
    ("penalty paid", "paid", str),
    ("shadow price", "shadow_price", figure),
)
EFFORT: Columns = (
    ("kind", "kind", words),
    ("missions", "missions", often),
    ("hours", "mission_hours", count),
    ("on station h", "on_station_hours", count),
    ("swept km²", "swept_km2", count),
    ("cost", "cost", count),
)


def area_table(results: Results) -> Table:
    """Coverage, shortfall and largest cause of each area, and of all water."""
    areas, total = results.areas, results.gaps[results.gaps["programme_id"] == TOTAL]
    total = total.assign(name="all areas", area_km2=areas["area_km2"].sum())
    water = total["area_km2"].where(total["area_km2"] > 0.0)
    total = total.assign(coverage=total["covered_km2"] / water, target_coverage=total["target_km2"] / water)
    return shown_table(AREA, *map(with_causes_in_words, (areas, total)))


def period_table(results: Results) -> Table:
    """Coverage of all water, hours of missions, and what programmes pay for them, by period."""
    km2 = results.areas["area_km2"].sum()
    parts = [(results.area_periods, "covered_km2"), (results.calendar, "mission_hours")]
    parts.append((results.programme_periods, "amount"))
    sums = pd.DataFrame({name: table.groupby("period_id")[name].sum() for table, name in parts})
    rows = results.periods.join(sums.fillna(0.0), on="period_id")
    return shown_table(PERIOD, rows.assign(coverage=rows["covered_km2"] / km2 if km2 > 0.0 else 0.0))


def response_rows(table: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """The areas of the table ``response`` with their names, all periods together, and all water.

    ``cost_per_trip`` is NaN where no trip is made.
    """
    some = table[table["level"].isin(["area", "all"])]
    sums = dict.fromkeys([*COUNTS, "boardings", "trips", "trip_cost"], "sum")
    rows = some.groupby("area_id", sort=False).agg({**sums, "shadow_price": "max"}).reset_index()
    rows = rows.sort_values("area_id", key=lambda ids: ids == "", kind="stable")
    whole, names = rows["area_id"] == "", areas.set_index("area_id")["name"]
    return rows.assign(
        name=rows["area_id"].map(names).mask(whole, "all areas"),
        cost_per_trip=rows["trip_cost"].div(rows["trips"].where(rows["trips"] > 0.0)),
        shadow_price=rows["shadow_price"].mask(whole, rows["shadow_price"].max()),
    )


def programme_table(results: Results) -> Table:
    """Budget, spending, gain of a million more, and the coverage gap of the mandate of each programme."""
    rows = results.programmes
    largest = largest_causes(rows, results.causes, ["programme_id"])
    gain = rows["programme_id"].map(gains_of(results.gains))
    rows = rows.assign(largest_cause=largest, gain_of_next_million_km2=gain)
    return shown_table(PROGRAMME, with_causes_in_words(rows))


def limit_table(results: Results) -> Table:
    """What was asked for, what is reached, and what it costs; hard limits have no penalty."""
    rows: list[dict[Any, Any]] = []
    names = dict(zip(results.periods["period_id"], results.periods["name"], strict=True))
    for limit in results.limits.to_dict("records"):
        kind, areas = LIMIT_KINDS[limit["kind"]], limit["area_id"].replace(";", ", ")
        amount = count if kind.in_money else percent
        inside = f" in {areas}" if areas else ""
        about = areas if kind.of_area else f"{limit['programme_id']}{inside}"
        about += f" ({names[limit['period_id']]})" if limit["period_id"] else ""
        shown = {name: amount(limit[name]) for name in ("least", "reached")}
        paid = "hard" if limit["hard"] else count(limit["paid"])
        rows.append({**limit, **shown, "of": f"{limit['limit_id']}: {about}", "paid": paid})
    return shown_table(LIMIT, pd.DataFrame(rows))


def effort_table(results: Results) -> Table:
    """Missions, hours, swept area and cost, by kind; what works by the hour has no missions."""
    by_kind = pd.DataFrame(results.run.get("effort_by_kind", {})).T.rename_axis("kind").reset_index()
    if len(by_kind):
        by_kind["missions"] = by_kind["missions"].where(~works_by_the_hour(by_kind["kind"]))
    by_the_hour = results.fleet.loc[works_by_the_hour(results.fleet["kind"]), "asset_id"]
    done = results.allocation
    done = done.assign(missions=done["missions"].where(~done["asset_id"].isin(by_the_hour), 0.0))
    return shown_table(EFFORT, by_kind, done[SUMS].sum().to_frame().T.assign(kind="all"))


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
    paid = float(results.limits["paid"].sum())
    missed = value_in_words(results.objective, results.run.get("coverage_worth", 0.0), paid > 0.0)
    missed += f" (of {figure(paid)})" if paid > 0.0 else ""
    as_fair = " that is as fair" if results.fairness else ""
    proof_text = (
        f"{in_words(results)}. {count(proof.value)} {missed}; no plan{as_fair} can go below "
        f"{count(proof.bound)} (optimality gap {proof.gap:.1e}, tolerance {proof.tolerance:.1e}, "
        f"{things(proof.rounds, 'round')})"
    )
    if results.status is Status.OPTIMAL:
        return Text(f"Optimal within the tolerance: {proof_text}", style="green")
    return Text(f"NOT PROVEN, best plan so far: {proof_text}\n{MESSAGES[results.status]}", style="bold red")


def fairness_line(shares: FairShares) -> str:
    """The smallest share of a target that an area gets, the levels above it, and the proof."""
    if not shares.areas:
        return f"Fair: nothing usable reaches any of the {things(len(shares.left_out), 'area')} with a target"
    least, most = f"{shares.smallest_ratio:.2%}", f"{shares.bound:.2%}"
    gets, beyond = f"at least {least} of its target", f"; no plan can give all of them more than {most}"
    if least == WHOLE:
        gets, beyond = "its whole target", ""
    text = f"Fair: every area gets {gets} before coverage counts{beyond} (optimality gap {shares.gap:.1e})"
    if len(shares.levels) > 1:
        worst, *above = shares.levels
        levels = [f"{one.ratio:.2%} ({things(len(one.areas), 'area')})" for one in above[:MOST_LEVELS]]
        more = len(above) - MOST_LEVELS
        levels += [things(more, "more level")] if more > 0 else []
        others = "others get" if sum(len(one.areas) for one in above) > 1 else "other gets"
        text += f"; {things(len(worst.areas), 'area')} cannot have more, the {others} {listed(levels)}"
    if shares.left_out:
        text += f"; {things(len(shares.left_out), 'area')} that nothing usable reaches left out"
    return text


def _blocks(results: Results) -> Iterator[RenderableType]:
    currency = safe(results.currency)
    yield Text(safe(results.title), style=HEADING)
    for scenario in results.run.get("scenarios", []):
        yield Text(f"Scenario {titled(scenario['name'], scenario['title'])}")
    yield status_line(results)
    if results.fairness:
        yield Text(fairness_line(results.fairness))
    answered = response_in_words(results.response, results.run, currency)
    if answered:
        yield Text(answered)
    yield Text(range_in_words(results.range, results.run))
    yield from (heading("Coverage by area"), area_table(results))
    if len(results.area_periods):
        yield from (heading(f"By period (money in {currency})"), period_table(results))
    if answered:
        yield heading(f"Detection and response (money in {currency})")
        rows = response_rows(results.response, results.areas)
        whole = rows["area_id"] == ""
        yield from (shown_table(ANSWERS, rows[~whole], rows[whole]), Text(RESPONSE_NOTE))
    yield heading(f"Programmes (money in {currency})")
    of_million = NEXT_MILLION if len(results.gains) else NO_MILLION if results.fairness else ""
    yield programme_table(results)
    yield Text(f"{MANDATES if len(results.programmes) > 1 else ''}{of_million}")
    if len(results.limits):
        yield heading(f"Limits (money in {currency})")
        of_periods = f" {OF_PERIODS}" if results.limits["period_id"].ne("").any() else ""
        held = f" {HELD}" if results.fairness else ""
        yield from (limit_table(results), Text(LIMIT_UNITS + of_periods + held))
    yield heading("Largest coverage gaps")
    yield from _largest_gaps(results)
    yield from (heading("Effort"), effort_table(results))
    if len(results.boardings):
        yield Text(TRIPS_NOTE)
    yield from (heading("Input figures"), Text(assumption_text(results)))
    yield from (Text(f"{text}.") for text in risk_in_words(results.run))
    if results.warnings:
        yield heading(f"Warnings ({len(results.warnings)})")
        yield from warning_lines(results.warnings)


def _largest_gaps(results: Results) -> Iterator[RenderableType]:
    areas = results.areas[results.areas["shortfall_km2"] > 0.0]
    if areas.empty:
        wanted = bool((results.areas["target_coverage"] > 0.0).any())
        yield Text("Every area meets its target." if wanted else "No area has a target.")
        return
    also = f"{RESPONSE}, " if len(results.response) else ""
    yield Text(CAUSES_NOTE.format(also) if len(results.causes) else NOT_SOUGHT_NOTE)
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
