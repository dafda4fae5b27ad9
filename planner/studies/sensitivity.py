"""Sensitivity: every uncertain figure drawn from its range, every draw planned, and what varies and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from planner.case import Case
from planner.case.drawn import drawn_case, without_ranges
from planner.case.folder import RawCase, read_folder
from planner.case.range_limits import FILE
from planner.case.read import case_of
from planner.causes.names import ALL
from planner.errors import InputError, PlannerError, Problem
from planner.jobs import Failure
from planner.results.results import Results
from planner.studies.draws import figure_table, quantiles, values
from planner.studies.drivers import UNITS, driver_table, outcome_table, ranking_table
from planner.studies.engine import FAILED, How, Runner, Shared, Variant, base_plan, status_row
from planner.studies.metrics import Key, metrics
from planner.studies.sensitivity_text import describe
from planner.studies.study import Study, study_of

DRAWS, SEED = 200, 1
"""Draws and seed if nothing else is said."""
FEWEST_DRAWS = 2
KEPT = ("areas", "programmes", "prices")
"""Tables that are kept of the plan of a draw."""
CALLED = {"programme_shortfall_km2": "programme_gap_km2"}
"""Outcomes that are not called as their metric is."""


@dataclass(frozen=True, eq=False)
class Reader:
    """What the case of a draw is read from: the case as it was handed in, and what the user has changed."""

    raw: RawCase
    changes: Mapping[str, object]
    scenario: str | None


@dataclass(frozen=True, eq=False)
class Draw(Variant):
    """A draw: a value for every figure that has a range, by its dotted key."""

    figures: Mapping[str, float] = field(default_factory=dict)

    def case_of(self, case: Case, context: Reader) -> Case:  # noqa: ARG002 - it is read again
        """The case with the figures of the draw."""
        return drawn_case(context.raw, self.figures, context.changes, context.scenario)


def sensitivity(folder: str | Path, draws: int = DRAWS, seed: int = SEED, **how: Unpack[How]) -> Study:
    """Draw every figure that has a range, plan every draw, and say what varies and why.

    The case as it stands is planned first. A draw takes over its cells and distances, and its effort table
    where no figure of that was drawn. It does not start from the plan of the case as it stands, which is too
    far from most draws (sweep widths a tenth, money half) to be of help.

    Args:
        folder: the case folder.
        draws: number of draws, at least 2.
        seed: of the random numbers.
        how: see ``How``; ranges of changed figures move with them.

    Returns:
        The study. Draws without a plan are in ``failures``, and in no statistic.

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
        raise InputError([_no_range()])
    figures = figure_table(case.uncertainty, case.sources)
    quantile = quantiles(figures, draws, seed)
    drawn = values(figures, quantile)
    reader = Reader(without_ranges(raw), dict(changes or {}), scenario)
    runner = Runner(
        *("sensitivity", (case, reader), how),
        lambda found: {"draws": draw_table(drawn, found), "failures": failure_table(found)},
    )
    base = base_plan(case, runner.progress)
    shared = Shared(case, (base.space,), tables=KEPT, audited=True, context=reader)
    rows = [{str(key): value for key, value in row.items()} for row in drawn.to_dict("records")]
    names = draw_names(draws)
    plans = runner.plan(shared, [Draw(name, figures=row) for name, row in zip(names, rows, strict=True)])
    return study_of(
        "sensitivity",
        case,
        base.results,
        plans,
        describe,
        tables=_tables(case, base.results, figures, quantile, drawn, plans),
        document=_document(case, base.results, figures, plans, seed),
    )


def draw_names(draws: int) -> list[str]:
    """The names of the draws, of one length."""
    return [f"draw_{number:0{len(str(draws))}}" for number in range(1, draws + 1)]


def _no_range() -> Problem:
    rule = "states no range, and no figure has columns X_low and X_high that differ from it: nothing varies"
    remedy = (
        "add columns such as sweep_width_nm_low and sweep_width_nm_high to assets.csv, sensors.csv or "
        "programmes.csv, or rows to uncertainty.csv (table, id, field, low, high or low_factor, high_factor, "
        "source)"
    )
    return Problem(FILE, 0, "", "", rule, remedy)


def _tables(
    case: Case,
    base: Results,
    figures: pd.DataFrame,
    quantile: pd.DataFrame,
    drawn: pd.DataFrame,
    plans: Mapping[str, Results | Failure],
) -> dict[str, pd.DataFrame]:
    """The tables of the study.

    ``figures``: what was drawn, with its range, driver and source. ``draws``: one row a draw, with its
    figures, its certificate and its outcomes (``outcome`` or ``outcome.id``). ``outcomes``: the spread of
    each. ``drivers``: rank correlation of each outcome with each driver, and its mean over the quarters of
    draws in which the driver is lowest and highest. ``ranking``: how programmes and assets rank by their
    shadow prices. ``failures``: the draws without a plan.
    """
    stands, names = _outcomes(base), _record_names(case)
    planned = [one for one in plans.values() if isinstance(one, Results)]
    done = [isinstance(one, Results) for one in plans.values()]
    table = pd.DataFrame([list(_outcomes(one).values()) for one in planned], columns=range(len(stands)))
    table.columns = pd.Index(list(stands), tupleize_cols=False)
    return {
        "figures": figures,
        "draws": draw_table(drawn, plans),
        "outcomes": _named(outcome_table(stands, table), names),
        "drivers": driver_table(quantile[done], table, figures),
        "ranking": ranking_table(stands, table, names),
        "failures": failure_table(plans),
    }


def _document(
    case: Case, base: Results, figures: pd.DataFrame, plans: Mapping[str, Results | Failure], seed: int
) -> dict[str, Any]:
    statuses = Counter(FAILED if isinstance(one, Failure) else str(one.status) for one in plans.values())
    gaps = [one.certificate.gap for one in plans.values() if isinstance(one, Results)]
    return {
        "method": "Latin hypercube",
        "seed": seed,
        "draws": len(plans),
        "failed": statuses[FAILED],
        "drivers": int(figures["driver"].nunique()),
        "figures_drawn": len(figures),
        "figures_held_fixed": _held_fixed(case, figures),
        "base": status_row(base),
        "statuses": dict(statuses),
        "largest_gap": max(gaps, default=None),
    }


def _outcomes(results: Results) -> dict[Key, float]:
    """The figures whose spread is of interest, in the order of ``UNITS``."""
    found = {(CALLED.get(name, name), key): value for (name, key), value in metrics(results).items()}
    return {key: found[key] for name in UNITS for key in found if key[0] == name}


def draw_table(drawn: pd.DataFrame, found: Mapping[str, Results | Failure]) -> pd.DataFrame:
    """One row for each draw that has ended: its certificate, its figures, its outcomes."""
    certificate = ("status", "gap", "plan_value", "bound")
    rows = []
    for name, figures in zip(draw_names(len(drawn)), drawn.to_dict("records"), strict=True):
        one = found.get(name)
        if one is None:
            continue
        known: dict[str, Any] = {"status": FAILED} if isinstance(one, Failure) else status_row(one)
        row = {"draw": name, **{key: known.get(key, float("nan")) for key in certificate}}
        row |= {str(key): value for key, value in figures.items()}
        if isinstance(one, Results):
            row |= {
                outcome if key == ALL else f"{outcome}.{key}": value
                for (outcome, key), value in _outcomes(one).items()
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=None if rows else ["draw", *certificate])


def failure_table(found: Mapping[str, Any]) -> pd.DataFrame:
    """Why each draw without a plan has none."""
    failed = {name: one for name, one in found.items() if isinstance(one, Failure)}
    rows = [(name, one.status or one.kind, one.message, one.trace) for name, one in failed.items()]
    return pd.DataFrame(rows, columns=["draw", "status", "message", "trace"])


def _held_fixed(case: Case, figures: pd.DataFrame) -> dict[str, int]:
    """How many figures of the case have no range, by basis."""
    numbers = case.sources[case.sources["value"].notna()]
    keys = zip(numbers["table"], numbers["id"], numbers["field"], numbers["basis"], strict=True)
    drawn = set(zip(figures["table"], figures["id"], figures["field"], strict=True))
    count = Counter(basis for *place, basis in keys if tuple(place) not in drawn)
    return {basis: count[basis] for basis in ("stated", "derived", "assumed")}


def _record_names(case: Case) -> dict[tuple[str, str], str]:
    tables = (
        ("asset", case.assets, "asset_id"),
        ("asset", case.sensors, "sensor_id"),
        ("programme", case.programmes, "programme_id"),
        ("area", case.areas, "area_id"),
    )
    return {
        (kind, str(one)): str(name)
        for kind, table, key in tables
        for one, name in zip(table[key], table["name"], strict=True)
    }


def _named(table: pd.DataFrame, names: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Outcomes with the name of the record that each is of; the first word of an outcome says its kind."""
    kinds = [outcome.split("_")[0] for outcome in table["outcome"]]
    name = [names.get(key, "") for key in zip(kinds, table["id"], strict=True)]
    named = table.copy()
    named.insert(2, "name", pd.Series(name, index=table.index, dtype="str"))
    return named
