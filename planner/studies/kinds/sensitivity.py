"""Sensitivity: every uncertain figure drawn from its range, every draw planned, and what varies and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Unpack

import pandas as pd
from typer import Option

from planner.case import Case
from planner.case.folder import read_folder
from planner.case.ranges import FILE
from planner.case.read import case_of, without_ranges
from planner.causes.names import ALL
from planner.charts.spec import Chart
from planner.errors import InputError, PlannerError, Problem
from planner.features.resources import HOURS, RESOURCE_KINDS
from planner.frames import numbers
from planner.jobs import Failure
from planner.results.plain_text import count, figure, percent
from planner.results.results import Results
from planner.studies import draws as of_draws
from planner.studies.engine import FAILED, How, Runner, Shared, Variant, base_plan, status_row
from planner.studies.metrics import RATIO, Key, metrics, names_of, with_periods
from planner.studies.study import Study, study_of
from planner.studies.tables import Found, Section, declared, finite
from planner.studies.uncertainty import (
    chance,
    coverage_drivers,
    drivers_of,
    outcomes,
    planned,
    ranges,
)

FEWEST_DRAWS = 2
CALLED = {"programme_shortfall_km2": "programme_gap_km2"}
"""Outcomes that are not called as their metric is."""
CERTIFICATE = ("status", "gap", "plan_value", "bound")
NO_RANGE = Problem(
    FILE,
    0,
    "",
    "",
    "states no range, and no figure has columns X_low and X_high that differ from it: nothing varies",
    "add columns such as sweep_width_nm_low and sweep_width_nm_high to assets.csv, sensors.csv or "
    "programmes.csv, or rows to uncertainty.csv (table, id, field, low, high or low_factor, high_factor, "
    "source)",
)


@dataclass(frozen=True, eq=False)
class Draw(Variant):
    """A draw: a value for every figure that has a range, by its dotted key."""

    figures: Mapping[str, float] = field(default_factory=dict)

    def case_of(self, case: Case, context: of_draws.Reader) -> Case:  # noqa: ARG002 - it is read again
        """The case with the figures of the draw."""
        return context.read(self.figures)


def sensitivity(
    folder: str | Path,
    draws: Annotated[int, Option(metavar="N", min=2, help="Number of draws.")] = 200,
    seed: Annotated[
        int, Option(metavar="N", min=0, help="Seed of the draws: the same seed, the same draws.")
    ] = 1,
    **how: Unpack[How],
) -> Study:
    """Draw every figure that has a range, plan every draw, and say what varies and what drives it.

    The case as it stands is planned first. A draw takes over its cells and distances, and its effort table
    where no figure of that was drawn. It does not start from the plan of the case as it stands, which is too
    far from most draws (sweep widths a tenth, money half) to be of help.

    Returns:
        The study. Draws without a plan are in ``failures``, and in no statistic. Its tables: ``figures``,
        what was drawn, with its range, driver and source; ``draws``, one row a draw, with its figures, its
        certificate and its outcomes (``outcome`` or ``outcome.id``); ``outcomes``, the spread of each;
        ``drivers``, rank correlation of each outcome with each driver, and its mean over the quarters of
        draws in which the driver is lowest and highest; ``ranking``, how programmes and assets rank by their
        shadow prices; ``failures``, the draws without a plan.

    Raises:
        InputError: the case cannot be planned with, or none of its figures has a range.
        NoPlanError: there is no plan for the case as it stands.
        Interrupted: Ctrl-C; with a store, its ``draws.csv`` has the draws that are done.
    """
    if draws < FEWEST_DRAWS:
        raise PlannerError(f"{draws} draws show no spread; ask for {FEWEST_DRAWS} or more")
    raw, changes, scenario = read_folder(Path(folder)), how.get("changes"), how.get("scenario")
    case = case_of(raw, changes, scenario)
    if case.uncertainty.empty:
        raise InputError([NO_RANGE])
    figures, quantile, drawn = of_draws.drawn(case, draws, seed)
    drawn = drawn.set_axis([f"draw_{number:0{len(str(draws))}}" for number in range(1, draws + 1)])
    reader = of_draws.Reader(without_ranges(raw), dict(changes or {}), scenario)
    runner = Runner(
        *("sensitivity", (case, reader), how),
        lambda found: {"draws": draw_table(drawn, found, base), "failures": failure_table(found)},
    )
    start = base_plan(case, runner.progress)
    base = start.results
    kept = ("areas", "programmes", "prices", "period_prices")
    shared = Shared(case, (start.space,), tables=kept, audited=True, context=reader)
    values: Any = drawn.to_dict("index").items()
    plans = runner.plan(shared, [Draw(name, figures=row) for name, row in values])
    place, sources = ["table", "id", "field"], case.sources[case.sources["value"].notna()]
    held = ~pd.MultiIndex.from_frame(sources[place]).isin(pd.MultiIndex.from_frame(figures[place]))
    fixed = sources["basis"][held].tolist()
    statuses = Counter(FAILED if isinstance(one, Failure) else str(one.status) for one in plans.values())
    return study_of(
        "sensitivity",
        case,
        base,
        plans,
        describe,
        lambda study: _tables(study, base, figures, quantile, drawn),
        document={
            "method": "Latin hypercube",
            "seed": seed,
            "draws": len(plans),
            "failed": statuses[FAILED],
            "drivers": int(figures["driver"].nunique()),
            "figures_drawn": len(figures),
            "figures_held_fixed": {basis: fixed.count(basis) for basis in ("stated", "derived", "assumed")},
            "base": status_row(base),
            "statuses": dict(statuses),
            "largest_gap": max(
                (one.certificate.gap for one in plans.values() if isinstance(one, Results)), default=None
            ),
        },
    )


STUDY = sensitivity


def _tables(
    study: Study, base: Results, figures: pd.DataFrame, quantile: pd.DataFrame, drawn: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The tables of the draws that have a plan, and why the others have none."""
    stands, names, done = _outcomes(base, base), names_of(base), drawn.index.isin(list(study.results))
    rows = [list(_outcomes(study.results[name], base).values()) for name in drawn.index[done]]
    table = pd.DataFrame(rows, columns=pd.Index(list(stands), tupleize_cols=False))
    return {
        "figures": figures,
        "draws": draw_table(drawn, {**study.results, **study.failures}, base),
        "outcomes": of_draws.outcome_table(stands, table, names),
        "drivers": of_draws.driver_table(quantile[done], table, figures),
        "ranking": of_draws.ranking_table(stands, table, names),
        "failures": failure_table(study.failures),
    }


def _outcomes(results: Results, base: Results) -> dict[Key, float]:
    """The figures whose spread is of interest, in the order of ``UNITS``; hours with those of periods."""
    found = {(CALLED.get(name, name), key): value for (name, key), value in metrics(results, base).items()}
    prices = with_periods(results, numbers(results.prices["limit"]))
    of_hours = results.prices["limit_kind"] == RESOURCE_KINDS[HOURS].limit_kind
    for one, price in zip(results.prices.loc[of_hours, "id"], prices[of_hours].tolist(), strict=True):
        found[of_draws.ASSET_PRICE, one] = price
    return {key: found[key] for name in of_draws.UNITS for key in found if key[0] == name}


def draw_table(drawn: pd.DataFrame, found: Mapping[str, Results | Failure], base: Results) -> pd.DataFrame:
    """One row for each draw that has ended: its certificate, its figures, its outcomes."""
    rows = []
    for name, figures in drawn.loc[[name for name in drawn.index if name in found]].to_dict("index").items():
        one = found[str(name)]
        known: dict[str, Any] = {"status": FAILED} if isinstance(one, Failure) else status_row(one)
        row: dict[Any, Any] = {"draw": name, **{key: known.get(key, float("nan")) for key in CERTIFICATE}}
        row |= figures
        outcomes = _outcomes(one, base).items() if isinstance(one, Results) else ()
        row |= {name if key == ALL else f"{name}.{key}": value for (name, key), value in outcomes}
        rows.append(row)
    return pd.DataFrame(rows, columns=None if rows else ["draw", *CERTIFICATE])


def failure_table(found: Mapping[str, Results | Failure]) -> pd.DataFrame:
    """Why each draw without a plan has none."""
    rows = [
        (name, one.status or one.kind, one.message, one.trace)
        for name, one in found.items()
        if isinstance(one, Failure)
    ]
    return pd.DataFrame(rows, columns=["draw", "status", "message", "trace"])


MOST_DRIVERS, MOST_OF_ONE, MOST_ASSETS, MOST_FAILURES = 12, 2, 10, 5
BAR = 10
"""Characters of the longest bar of the tornado table."""
TABLES = declared("sensitivity")
OUTCOMES = {
    "coverage": "coverage of all areas",
    RATIO: "smallest coverage/target",
    "shortfall_km2": "shortfall of all areas [km²]",
    "area_coverage": "coverage of {}",
    "programme_gap_km2": "coverage gap of {} [km²]",
}
"""The outcomes whose spread is shown; the smallest coverage/target where fair plans raise it first."""


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """What was drawn, how outcomes vary, what drives them, how the next steps rank."""
    money = (
        f"Where the next money is worth most (risk-weighted km² per million {study.currency}, shadow price)"
    )
    hours = "Whose next hour is worth most (risk-weighted km², shadow price)"
    ranking = (
        "First in: share of draws in which the shadow price is the highest; equal shadow prices are all "
        "first. Ranges: nine of ten draws (5 to 95 %)."
    )
    varies = f"How outcomes vary over {count(planned(study))} draws"
    spread, driven = TABLES["spread"].columns, TABLES["gap_drivers"].columns
    sections = [
        Section(varies, _spread(study), spread, study.counted),
        _tornado(study),
        Section("What drives each programme's coverage gap (rank correlation)", _gap_drivers(study), driven),
        _ranking(study, "programme", len(study["ranking"]), money),
        _ranking(study, "asset", MOST_ASSETS, hours, ranking + study.held),
    ]
    return list(_said(study)), sections


def _said(study: Study) -> Iterator[str]:
    about, figures, failures = study.document, study["figures"], study["failures"]
    fixed, drivers = about["figures_held_fixed"], figures["driver"].nunique()
    groups = "each on its own" if drivers == len(figures) else f"by {count(drivers)} drivers"
    assumed = "all" if sum(fixed.values()) == fixed["assumed"] > 0 else count(fixed["assumed"])
    yield (
        f"{count(about['draws'])} draws (Latin hypercube, seed {about['seed']}) of {count(len(figures))} "
        f"figures that have a range, {groups}. {count(sum(fixed.values()))} figures have none and are held "
        f"fixed, {assumed} of them assumed."
    )
    for row in failures.head(MOST_FAILURES).to_dict("records"):
        yield f"FAILED: {row['draw']}: {row['message']}"
    if len(failures):
        yield f"FAILED draws: {count(len(failures))}, in no statistic; failures.csv has them all."


def _spread(study: Study) -> pd.DataFrame:
    outcomes, rows = study["outcomes"], []
    outcomes = outcomes.assign(called=study.called(outcomes["id"], outcomes["outcome"].str.split("_").str[0]))
    shown = [name for name in OUTCOMES if name != RATIO or study.fair]
    for row in outcomes[outcomes["outcome"].isin(shown)].to_dict("records"):
        show = percent if row["unit"] == "share" else count
        figures = {one.name: show(row[one.name]) for one in TABLES["spread"].columns[1:]}
        rows.append({"label": OUTCOMES[row["outcome"]].format(row["called"]), **figures})
    return pd.DataFrame(rows)


def _tornado(study: Study) -> Section:
    heading, rows = "What drives the coverage of all areas", drivers_of(study, "coverage")
    if rows["rank_correlation"].isna().all():
        return Section(heading, notes=("It does not vary.",))
    rows = rows[rows["sure"]].head(MOST_DRIVERS)
    if rows.empty:
        note = f"No driver stands out from chance in {count(planned(study))} draws; ask for more."
        return Section(heading, notes=(note,))
    longest = rows["swing"].abs().max()
    bars = ["█" * max(1, round(BAR * abs(swing) / longest)) if swing else "" for swing in rows["swing"]]
    note = (
        "Lowest and highest quarter: mean coverage over the quarter of draws in which the driver is lowest "
        f"and highest; swing in percentage points. Correlations up to {chance(study):.2f} in size may be "
        "chance and are not shown; drivers.csv has them all."
    )
    return Section(heading, rows.assign(bar=bars), TABLES["tornado"].columns, (note,))


def _gap_drivers(study: Study) -> pd.DataFrame:
    rows = drivers_of(study, "programme_gap_km2")
    rows = rows.assign(programme=study.called(rows["id"], "programme"))
    found = []
    for programme, part in rows.groupby("programme", sort=False):
        known = part[part["sure"]].head(MOST_OF_ONE).to_dict("records")
        shown = [f"{row['called']} {row['rank_correlation']:+.2f}" for row in known]
        shown = (shown or ["none beyond chance"]) + [""] * MOST_OF_ONE
        found.append({"programme": programme, "strongest": shown[0], "next": shown[1]})
    return pd.DataFrame(found)


def _ranking(study: Study, kind: str, most: int, heading: str, *notes: str) -> Section:
    rows = study["ranking"][study["ranking"]["kind"] == kind].head(most)
    rows = rows.assign(called=study.called(rows["id"], kind))
    for of, show in (("rank", finite("{:.0f}")), ("price", figure)):
        ends = zip(rows[f"{of}_p5"], rows[f"{of}_p95"], strict=True)
        rows = rows.assign(**{f"{of}_spread": [f"{show(low)} to {show(high)}" for low, high in ends]})
    first, *others = TABLES["ranked"].columns
    return Section(heading, rows, (replace(first, title=kind), *others), notes)


CHARTS: Mapping[str, Callable[[Found], Chart]] = {
    "tornado": coverage_drivers,
    "ranges_coverage": lambda study: ranges(
        *(outcomes(study, "coverage", "area_coverage"), True, "", "How sure the coverage is"),
        "ranges_coverage",
    ),
    "ranges_gap": lambda study: ranges(
        *(outcomes(study, "programme_gap_km2"), False, "km²", "How sure the programmes' coverage gaps are"),
        "ranges_gap",
    ),
}
