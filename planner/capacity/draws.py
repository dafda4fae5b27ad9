"""The case of a capacity plan with its uncertain figures drawn from their ranges."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from planner.case import Case
from planner.case.capital_read import Found, capital_case_of
from planner.case.drawn import RISK_WEIGHT, without_ranges
from planner.case.files import CHANGES
from planner.case.folder import read_folder
from planner.case.read import wanted
from planner.case.scenarios import from_pairs
from planner.errors import PlannerError
from planner.frames import records
from planner.schema.tables import TABLES
from planner.studies.draws import figure_table, quantiles, values


def check_ranges(case: Case) -> None:
    """Refuse draws where nothing can be drawn.

    Raises:
        PlannerError: no figure of the case has a range.
    """
    if case.uncertainty.empty:
        raise PlannerError("no figure of the case has a range (X_low, X_high): there is nothing to draw")


def drawn_cases(
    case: Case,
    folder: Path,
    number: int,
    seed: int,
    changes: Mapping[str, object] | None = None,
    scenario: str | None = None,
) -> Iterator[Found]:
    """What may be bought in each draw, a Latin hypercube as that of ``planner sensitivity``.

    Args:
        case: the case, with its ranges.
        folder: its folder.
        number: of draws.
        seed: of the draws.
        changes: those that the case was read with.
        scenario: the scenarios that it was read with.

    Raises:
        PlannerError: no figure of the case has a range.
    """
    check_ranges(case)
    raw, figures = without_ranges(read_folder(folder)), figure_table(case.uncertainty, case.sources)
    how = wanted(raw, changes, scenario)
    for row in values(figures, quantiles(figures, number, seed)).to_dict("records"):
        yield capital_case_of(raw, how.then(from_pairs(_changes_of(figures, row), CHANGES)))


def _changes_of(figures: pd.DataFrame, row: Mapping[Hashable, float]) -> dict[str, object]:
    """What a draw changes: whole numbers to whole ones, figures by year by a factor on all years."""
    found: dict[str, object] = {}
    for one in records(figures[figures["figure"] != RISK_WEIGHT]):
        table, value = TABLES.get(one.table), row[one.figure]
        if table is not None and one.field in table.columns and table.columns[one.field].whole:
            found[one.figure] = round(value)
        else:
            by_year = table is not None and table.capital and not table.unique
            found[one.figure] = {"factor": value} if by_year else value
    return found
