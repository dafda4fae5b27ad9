"""Studies that change one thing at a time and rank what each change does: next steps, contingencies."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

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
RESOLVED, UNUSED = "re-solved", "not used"
"""How a change was worked out: by a plan of its own; by none, since the plan makes no use of what is lost."""
TOTALS = ("covered_km2", "shortfall_km2")
BY_CHANCE = (
    "Largest {} are plain km² of areas; where two areas are worth the same, single areas may gain or "
    "lose by chance."
)
Row = Mapping[Hashable, Any]


@dataclass(frozen=True, eq=False)
class Change(Variant):
    """One change of a case: its kind, the id of what is changed, and what it is called."""

    kind: str = ""
    id: str = ""
    title: str = ""


@dataclass(frozen=True, eq=False)
class Changes:
    """The base plan of a case, solved tighter, and what its changes are planned by, from, and to what gap."""

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
        """Plan a case as it stands, after what the study has ``made`` of it.

        ``gap``: relative gap to solve to, ``GAP`` if not given; the case's own where that is smaller.
        ``options``: what results depend on besides.
        """
        found = made(the_case(case, how))
        gap = min(GAP if gap is None else gap, found.settings.solver.gap_tolerance)
        runner = Runner(study, (found, *options, gap), how)
        base = base_plan(edits.with_gap(found, gap * TIGHTER), runner.progress)
        shared = Shared(edits.with_gap(base.case, gap), (base.space,), ((0.0, base.solution.start),))
        return cls(base, gap, runner, shared)


def ranked(
    table: Table,
    rows: Iterable[Mapping[str, object]],
    differences: pd.DataFrame,
    order: Sequence[str],
    names: Mapping[str, str] | None = None,
    na_position: Literal["first", "last"] = "last",
) -> pd.DataFrame:
    """Changes with their rank, from 1, and what their plans change of the totals.

    ``order``: columns to rank by, the first two downwards; totals are blank where the first is. ``names``:
    other names of the totals.
    """
    found = pd.DataFrame(list(rows)).reindex(columns=list(table.contract))
    change = wide(differences, ALL, TOTALS, "difference").set_index("variant").rename(columns=names or {})
    for name in change:
        found[name] = found["variant"].map(change[name]).fillna(0.0).where(found[order[0]].notna())
    upwards = [False, False, *[True] * (len(order) - 2)]
    found = found.sort_values(list(order), ascending=upwards, na_position=na_position)
    return found.assign(rank=np.arange(1, len(found) + 1))


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


def sections(
    study: Study,
    name: str,
    table: Table,
    rows: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    shown: Sequence[str],
    *,
    called: Callable[[Row], str],
    figure: str,
    where: tuple[str, float],
    most: int,
) -> Iterator[Section]:
    """Changes with what they are called, by how much their figure may be off, and where they do most.

    Told are the first ``rows`` of the table of that name below the heading of each group of kinds. The first
    column that is shown is what a change is ``called``; ``figure`` has a certified interval, from
    ``FIGURE_least`` to ``FIGURE_most``; ``where``: column of ``areas`` by which areas rank, and its sign.
    """
    areas = dict(list(study["areas"].groupby("rank")))
    for heading, kinds in groups.items():
        own = rows[rows["kind"].isin(kinds)]
        used = own[own["how"] != UNUSED]
        parts = [f"{len(used) - most} more in {name}.csv"] if len(used) > most else []
        parts += [f"{len(own) - len(used)} that the plan makes no use of"] if len(own) > len(used) else []
        some = used.head(most)
        ends = [some[f"{figure}_most"] - some[figure], some[figure] - some[f"{figure}_least"]]
        named: dict[str, Any] = {
            shown[0]: [called(row) for row in some.to_dict("records")],
            "known_to": np.fmax(ends[0], ends[1]),
            "where": [_largest(areas[one], *where) if one in areas else "" for one in some["rank"]],
        }
        if len(own):
            notes = (f"and {', '.join(parts)}.",) if parts else ()
            yield table.section(heading, some.assign(**named), shown, notes)


def _largest(areas: pd.DataFrame, figure: str, sign: float) -> str:
    """The areas that gain (or, with sign -1, lose) most, with km²."""
    some = areas.assign(size=sign * areas[figure]).nlargest(MOST_AREAS, "size")
    some = some[some["size"] >= 1.0]
    return ", ".join(f"{name} {count(km2)}" for name, km2 in zip(some["area_id"], some["size"], strict=True))
