"""Studies that change one thing at a time and rank what each change does: next steps, contingencies."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.causes.names import ALL
from planner.results.goodness import OBJECTIVE_WORDS
from planner.results.plain_text import count
from planner.studies import edits
from planner.studies.engine import GAP, Base, How, Runner, Shared, Variant, base_plan, the_case
from planner.studies.metrics import wide
from planner.studies.study import Study
from planner.studies.tables import Section, Table

TIGHTER = 0.1
"""The base plan, which is in every difference, is solved to this part of the gap."""
OF_OBJECTIVE = "risk-weighted km²"
"""The unit of every objective's value."""
MOST_AREAS = 2
"""Areas that are named beside a change."""
MOST_DRAWN = 30
"""Changes that a chart draws; the others are counted in a note."""
RESOLVED = "re-solved"
"""How a change was worked out that has a plan of its own."""
TOTALS = ("covered_km2", "shortfall_km2")
BY_CHANCE = (
    "Largest {} are plain km² of areas; where two areas are worth the same, single areas may gain or "
    "lose by chance."
)
Row = Mapping[Hashable, Any]


@dataclass(frozen=True, eq=False)
class Change(Variant):
    """One change of a case.

    Attributes:
        kind: of the change.
        id: of what is changed.
        title: what it is called.
    """

    kind: str = ""
    id: str = ""
    title: str = ""


@dataclass(frozen=True, eq=False)
class Changes:
    """The base plan of a case, and what plans its changes.

    Attributes:
        base: the plan of the case as it stands, solved tighter.
        gap: relative gap of the plans with a change.
        runner: plans them.
        shared: what they are planned from.
    """

    base: Base
    gap: float
    runner: Runner
    shared: Shared

    @classmethod
    def of(
        cls,
        study: str,
        case: Case | str | Path,
        gap: float | None,
        how: How,
        options: Sequence[object] = (),
        made: Callable[[Case], Case] = lambda case: case,
    ) -> Changes:
        """Plan a case as it stands.

        Args:
            study: the kind of the study.
            case: a case folder, or a case.
            gap: relative gap to solve to, ``GAP`` if not given; the case's own where that is smaller.
            how: as of every study.
            options: what results depend on besides.
            made: what the study does to the case before it is planned.
        """
        found = made(the_case(case, how))
        gap = min(GAP if gap is None else gap, found.settings.solver.gap_tolerance)
        runner = Runner(study, (found, *options, gap), how)
        base = base_plan(edits.with_gap(found, gap * TIGHTER), runner.progress)
        shared = Shared(edits.with_gap(base.case, gap), (base.space,), ((0.0, base.solution.start),))
        return cls(base, gap, runner, shared)

    @property
    def tighter(self) -> Shared:
        """As ``shared``, solved as the base plan is."""
        return replace(self.shared, case=self.base.case)


def with_totals(
    table: Table,
    rows: Sequence[Mapping[str, object]],
    differences: pd.DataFrame,
    told: str,
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Changes with what their plans change of the totals; blank where the column ``told`` is.

    ``names``: other names of the totals.
    """
    found = pd.DataFrame(list(rows)).reindex(columns=list(table.contract))
    change = wide(differences, ALL, TOTALS, "difference").set_index("variant").rename(columns=names or {})
    for name in change:
        found[name] = found["variant"].map(change[name]).fillna(0.0).where(found[told].notna())
    return found


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """A sorted table with its ``rank``, from 1."""
    return table.assign(rank=np.arange(1, len(table) + 1))


def by_area(differences: pd.DataFrame) -> pd.DataFrame:
    """What every plan changes in every area: variant, area_id, coverage, covered and shortfall km²."""
    return wide(differences, "area", ("coverage", *TOTALS), "difference")


def value_of_base(study: Study) -> str:
    """The value of the plan as it stands, the first of the variants, and its bound."""
    base = study.variants.iloc[0]
    return (
        f"The case as it stands: {count(base['plan_value'])} {OBJECTIVE_WORDS[study.objective]}; no plan can "
        f"go below {count(base['bound'])} (optimality gap {base['gap']:.1e})."
    )


def section(
    table: Table,
    heading: str,
    rows: pd.DataFrame,
    areas: pd.DataFrame,
    shown: Sequence[str],
    *,
    name: Callable[[Row], str],
    figure: str,
    where: tuple[str, float],
    notes: tuple[str, ...] = (),
) -> Section:
    """Changes with what they are called, by how much their figure may be off, and where they do most.

    Args:
        table: their columns.
        heading: of the section.
        rows: the changes that are shown.
        areas: what each of them changes in every area, by ``rank``.
        shown: the columns that are shown; the first is what a change is called.
        name: what a change is called.
        figure: the column with a certified interval, ``FIGURE_least`` to ``FIGURE_most``.
        where: column of ``areas`` by which the areas that are named rank, and its sign.
        notes: sentences below the table.
    """
    records = rows.to_dict("records")
    known = [
        max(row[f"{figure}_most"] - row[figure], row[figure] - row[f"{figure}_least"]) for row in records
    ]
    named: dict[str, Any] = {
        shown[0]: [name(row) for row in records],
        "known_to": [float(one) for one in known],
        "where": [_largest(areas[areas["rank"] == row["rank"]], *where) for row in records],
    }
    return table.section(heading, rows.assign(**named), shown, notes)


def _largest(areas: pd.DataFrame, figure: str, sign: float) -> str:
    """The areas that gain (or, with sign -1, lose) most, with km²."""
    some = areas.assign(size=sign * areas[figure]).nlargest(MOST_AREAS, "size")
    some = some[some["size"] >= 1.0]
    return ", ".join(f"{name} {count(km2)}" for name, km2 in zip(some["area_id"], some["size"], strict=True))
