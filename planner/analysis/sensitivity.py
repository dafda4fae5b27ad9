"""What a plan owes to its assumptions: every uncertain figure drawn from its range, every draw planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.analysis.drawing import figure_table, quantiles, values
from planner.analysis.driving import driver_table, outcome_table, ranking_table
from planner.analysis.jobs import Failure, Jobs, run_tasks
from planner.analysis.outcomes import ALL, Name, outcomes
from planner.case import Case
from planner.case.drawn import drawn_case, without_ranges
from planner.case.folder import RawCase, read_folder
from planner.case.range_limits import FILE
from planner.case.read import case_of
from planner.errors import InputError, Interrupted, PlannerError, Problem
from planner.groundwork import Groundwork, groundwork
from planner.planning import Progress, plan
from planner.report.results import Results
from planner.report.sensitivity import FAILED, Sensitivity
from planner.report.write import write_csv

DRAWS, SEED = 200, 1
"""Draws and seed if nothing else is said."""
FEWEST_DRAWS = 2


@dataclass(frozen=True, eq=False)
class _Base:
    """What all draws share: the case as read, what the user has changed, and the case's groundwork."""

    raw: RawCase
    changes: Mapping[str, object]
    scenario: str | None
    ground: Groundwork


@dataclass(frozen=True)
class Drawn:
    """The plan of one draw: its status, its certificate, and the outcomes."""

    status: str
    gap: float
    plan_value: float
    bound: float
    outcomes: dict[Name, float]


def sensitivity(
    folder: str | Path,
    draws: int = DRAWS,
    seed: int = SEED,
    *,
    changes: Mapping[str, object] | None = None,
    scenario: str | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Sensitivity:
    """Draw every figure that has a range, plan every draw, and say what varies and why.

    The case as it stands is planned first. A draw takes over its cells and distances, and its effort table
    where no figure of that was drawn.

    Args:
        folder: the case folder.
        draws: number of draws, at least 2.
        seed: of the random numbers.
        changes: as in ``read_case``; ranges of changed figures move with them.
        scenario: as in ``read_case``.
        jobs: how many draws at a time, where, and what to go on from.
        progress: told of every step and draw in a sentence.

    Returns:
        The study. Draws without a plan are in ``failures``, and in no statistic.

    Raises:
        InputError: the case cannot be planned with, or none of its figures has a range.
        NoPlanError: there is no plan for the case as it stands.
        Interrupted: Ctrl-C; with a store, the draws that are done stand in its ``draws.csv``.
    """
    if draws < FEWEST_DRAWS:
        raise PlannerError(f"{draws} draws show no spread; ask for {FEWEST_DRAWS} or more")
    jobs, raw = jobs or Jobs(), read_folder(Path(folder))
    case = case_of(raw, changes, scenario)
    if case.uncertainty.empty:
        raise InputError([_no_range()])
    figures = figure_table(case.uncertainty, case.sources)
    quantile = quantiles(figures, draws, seed)
    drawn = values(figures, quantile)
    progress("plan the case as it stands")
    ground = groundwork(case)
    results = plan(case, before=[ground])
    base = _Base(without_ranges(raw), dict(changes or {}), scenario, ground)
    rows = ({str(key): value for key, value in row.items()} for row in drawn.to_dict("records"))
    tasks = dict(zip(_names(draws), rows, strict=True))
    try:
        found = run_tasks(_draw, base, tasks, jobs, progress)
    except Interrupted as interrupt:
        if jobs.store is not None:
            _leave_readable(jobs.store, drawn, interrupt.partial)
        raise
    return _study(case, results, figures, quantile, drawn, found, seed)


def _draw(base: _Base, figures: dict[str, float]) -> Drawn:
    """The plan of one draw; the work of a task.

    It is the plan that a run with these figures finds: the solver does not start from the plan of the case as
    it stands, which is too far from most draws (sweep widths a tenth, money half) to be of help.
    """
    case = drawn_case(base.raw, figures, base.changes, base.scenario)
    results = plan(case, before=[base.ground])
    proof = results.certificate
    return Drawn(str(results.status), proof.gap, proof.plan_value, proof.bound, outcomes(results))


def _names(draws: int) -> list[str]:
    width = len(str(draws))
    return [f"draw_{number:0{width}}" for number in range(1, draws + 1)]


def _no_range() -> Problem:
    rule = "states no range, and no figure has columns X_low and X_high that differ from it: nothing varies"
    remedy = (
        "add columns such as sweep_width_nm_low and sweep_width_nm_high to assets.csv, sensors.csv or "
        "programmes.csv, or rows to uncertainty.csv (table, id, field, low, high or low_factor, high_factor, "
        "source)"
    )
    return Problem(FILE, 0, "", "", rule, remedy)


def _study(
    case: Case,
    base: Results,
    figures: pd.DataFrame,
    quantile: pd.DataFrame,
    drawn: pd.DataFrame,
    found: Mapping[str, Drawn | Failure],
    seed: int,
) -> Sensitivity:
    stands, names = outcomes(base), _record_names(case)
    done = [isinstance(result, Drawn) for result in found.values()]
    planned = [result for result in found.values() if isinstance(result, Drawn)]
    table = pd.DataFrame([list(one.outcomes.values()) for one in planned], columns=range(len(stands)))
    table.columns = pd.Index(list(stands), tupleize_cols=False)
    return Sensitivity(
        title=case.settings.title,
        currency=case.settings.currency,
        seed=seed,
        base=str(base.status),
        figures=figures,
        draws=_draw_table(drawn, found),
        outcomes=_named(outcome_table(stands, table), names),
        drivers=driver_table(quantile[done], table, figures),
        ranking=ranking_table(stands, table, names),
        failures=_failure_table(found),
        fixed=_held_fixed(case, figures),
        certificate={**asdict(base.certificate), "gap": base.certificate.gap},
        inputs=dict(case.hashes),
        scenarios=dict(case.scenarios),
    )


def _draw_table(drawn: pd.DataFrame, found: Mapping[str, Drawn | Failure]) -> pd.DataFrame:
    """One row for each draw that has ended: its figures, its proof, its outcomes."""
    rows = []
    for name, figures in zip(_names(len(drawn)), drawn.to_dict("records"), strict=True):
        one = found.get(name)
        if one is None:
            continue
        row: dict[str, Any] = {"draw": name, "status": FAILED}
        row |= dict.fromkeys(("gap", "plan_value", "bound"), float("nan"))
        if isinstance(one, Drawn):
            row |= {"status": one.status, "gap": one.gap, "plan_value": one.plan_value, "bound": one.bound}
        row |= {str(key): value for key, value in figures.items()}
        if isinstance(one, Drawn):
            row |= {_column(name): value for name, value in one.outcomes.items()}
        rows.append(row)
    return pd.DataFrame(rows, columns=None if rows else ["draw", "status", "gap", "plan_value", "bound"])


def _column(name: Name) -> str:
    outcome, key = name
    return outcome if key == ALL else f"{outcome}.{key}"


def _failure_table(found: Mapping[str, Any]) -> pd.DataFrame:
    rows = [
        (name, one.status or one.kind, one.message, one.trace)
        for name, one in found.items()
        if isinstance(one, Failure)
    ]
    return pd.DataFrame(rows, columns=["draw", "status", "message", "trace"])


def _held_fixed(case: Case, figures: pd.DataFrame) -> dict[str, int]:
    """How many figures of the case have no range, by basis."""
    numbers = case.sources[case.sources["value"].notna()]
    keys = zip(numbers["table"], numbers["id"], numbers["field"], numbers["basis"], strict=True)
    drawn = set(zip(figures["table"], figures["id"], figures["field"], strict=True))
    count = Counter(basis for *place, basis in keys if tuple(place) not in drawn)
    return {basis: count[basis] for basis in ("stated", "derived", "assumed")}


def _record_names(case: Case) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for kind, table, key in (
        ("asset", case.assets, "asset_id"),
        ("asset", case.sensors, "sensor_id"),
        ("programme", case.programmes, "programme_id"),
        ("area", case.areas, "area_id"),
    ):
        found |= {(kind, str(one)): str(name) for one, name in zip(table[key], table["name"], strict=True)}
    return found


def _named(table: pd.DataFrame, names: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Outcomes with the name of the record that each is of; the first word of an outcome says its kind."""
    kinds = [outcome.split("_")[0] for outcome in table["outcome"]]
    name = [names.get(key, "") for key in zip(kinds, table["id"], strict=True)]
    named = table.copy()
    named.insert(2, "name", pd.Series(name, index=table.index, dtype="str"))
    return named


def _leave_readable(store: Path, drawn: pd.DataFrame, partial: Mapping[str, Any]) -> None:
    """Leave the draws that are done as tables beside the files that a resumed run reads."""
    if not store.exists():
        return
    write_csv(_draw_table(drawn, partial), store / "draws.csv")
    write_csv(_failure_table(partial), store / "failures.csv")
