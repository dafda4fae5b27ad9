"""Studies that change one thing at a time and rank what each change does: next steps, contingencies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from planner.case import Case
from planner.causes.names import ALL
from planner.jobs import Failure
from planner.results.plain_text import count
from planner.results.results import Results
from planner.studies import edits, engine
from planner.studies.metrics import OBJECTIVE, RATIO, wide
from planner.studies.study import Describe, Study, study_of
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


@dataclass(frozen=True, eq=False)
class Change(engine.Variant):
    """One change of a case: its kind, and the id of what is changed."""

    kind: str = ""
    id: str = ""


@dataclass(frozen=True, eq=False)
class Changes:
    """The base plan of a case, solved tighter, and what its changes are planned by, from, and to what gap."""

    base: engine.Base
    gap: float
    runner: engine.Runner
    shared: engine.Shared

    @classmethod
    def of(
        cls,
        study: str,
        case: Case | str | Path,
        gap: float | None,
        how: engine.How,
        options: Sequence[object] = (),
        made: Callable[[Case], Case] = lambda case: case,
    ) -> Changes:
        """Plan a case as it stands, after what the study has ``made`` of it.

        ``gap``: relative gap to solve to, if not given ``GAP``, or ``FAIR_GAP``; the case's own where that is
        smaller.
        ``options``: what results depend on besides.
        """
        found = made(engine.the_case(case, how))
        usual = engine.GAP if found.settings.objective in engine.CONCAVE else engine.FAIR_GAP
        gap = min(usual if gap is None else gap, found.settings.solver.gap_tolerance)
        runner = engine.Runner(study, (found, *options, gap), how)
        base = engine.base_plan(edits.with_gap(found, gap * TIGHTER), runner.progress)
        shared = engine.Shared(edits.with_gap(base.case, gap), (base.space,), ((0.0, base.solution.start),))
        return cls(base, gap, runner, shared)

    def study(
        self,
        plans: Mapping[str, Results | Failure],
        describe: Describe,
        tables: Callable[[Study], Mapping[str, pd.DataFrame]],
        declared: Mapping[str, Table] | None = None,
        **document: object,
    ) -> Study:
        """The study from the plans of its changes, see ``study_of``; ``document``: what its manifest says."""
        about = {**document, "gap_tolerance": self.gap}
        return study_of(
            *(self.runner.study, self.base.case, self.base.results, plans, describe, tables),
            titles=self.runner.titles,
            declared=declared,
            document=about,
        )


def of_changes(table: Table, changes: Sequence[Change], study: Study) -> pd.DataFrame:
    """One row a change: its attributes, its certificate, and what its plan changes, as columns of ``table``.

    ``planned`` says whether it has a plan of its own; else the base plan is its plan. ``change`` is that of
    the objective, certified to be from ``least`` to ``most``; all three are blank where there is no plan.
    """
    facts = study.variants.drop(columns="title").set_index("variant")
    objective = study.differences[study.differences["metric"] == OBJECTIVE].set_index("variant")
    ends = {"difference": "change", "difference_low": "least", "difference_high": "most"}
    facts = facts.join(objective[list(ends)].rename(columns=ends))
    facts = facts.join(wide(study.differences, ALL, (*TOTALS, RATIO), "difference").set_index("variant"))
    rows = [{**vars(one), "variant": one.name} for one in changes]
    found = pd.DataFrame(rows, columns=[name for name in table.contract if name not in facts])
    planned = found["variant"].isin(facts.index)
    found = found.assign(planned=planned, of=found["variant"].where(planned, engine.AS_IT_STANDS))
    found = found.join(facts, on="of")
    return found.assign(rounds=found["rounds"].where(planned, 0))


def proven(
    change: pd.Series, least: pd.Series, most: pd.Series, ceiling: pd.Series
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Gains or losses, with the least and the most that they are, by certificates and what else is known.

    Where certificates allow it, none is below nothing, nor above its ``ceiling``: the base plan, or the plan
    that stays as it is, is a plan too, and the difference comes from two plans that may be off by their gaps.
    """
    change = change.mask((change < 0.0) & (most >= 0.0), 0.0)
    change = change.mask((least <= ceiling) & (ceiling < change), ceiling)
    least = least.mask((least < 0.0) & (most >= 0.0), 0.0)
    return change, least.clip(upper=change), most.clip(lower=change)


def ranked(table: pd.DataFrame, order: Sequence[str], na_position: Literal["first", "last"]) -> pd.DataFrame:
    """Changes with their rank, from 1, by columns, the first two downwards."""
    upwards = [False, False, *[True] * (len(order) - 2)]
    table = table.sort_values(list(order), ascending=upwards, na_position=na_position)
    return table.assign(rank=np.arange(1, len(table) + 1))


def by_area(differences: pd.DataFrame) -> pd.DataFrame:
    """What every plan changes in every area: variant, area_id, coverage, covered and shortfall km²."""
    return wide(differences, "area", ("coverage", *TOTALS), "difference")


def told(
    study: Study,
    name: str,
    table: Table,
    rows: pd.DataFrame,
    headings: Mapping[str, str],
    shown: Sequence[str],
    *,
    figure: str,
    where: tuple[str, float],
    most: int,
    notes: Iterable[str],
) -> tuple[list[str], list[Section]]:
    """The plan as it stands; changes, by how much their figure may be off, and where they do most; notes.

    Told are the first ``rows`` of the table of that name below the heading of their kinds. ``figure`` has a
    certified interval, from ``FIGURE_least`` to ``FIGURE_most``; ``where``: column of ``areas`` by which
    areas rank, and its sign.
    """
    base = study.variants.iloc[0]
    value = (
        f"The case as it stands: {count(base['plan_value'])} {study.value}; no plan can "
        f"go below {count(base['bound'])} (optimality gap {base['gap']:.1e})."
    )
    areas, sections = study["areas"], list[Section]()
    of_rank = dict(list(areas.assign(name=study.called(areas["area_id"], "area")).groupby("rank")))
    ends = [rows[f"{figure}_most"] - rows[figure], rows[figure] - rows[f"{figure}_least"]]
    rows = rows.assign(known_to=np.fmax(ends[0], ends[1]))
    for heading in dict.fromkeys(headings.values()):
        own = rows[rows["kind"].map(headings) == heading]
        used = own[own["how"] != UNUSED]
        parts = [f"{len(used) - most} more in {name}.csv"] if len(used) > most else []
        parts += [f"{len(own) - len(used)} that the plan makes no use of"] if len(own) > len(used) else []
        some = used.head(most)
        named = [_largest(of_rank[one], *where) if one in of_rank else "" for one in some["rank"]]
        if len(own):
            below = (f"and {', '.join(parts)}.",) if parts else ()
            if used.empty:
                whom = f"any of the {len(own)}" if len(own) > 1 else "the only one"
                below = (f"The plan makes no use of {whom}.",)
            sections.append(table.section(heading, some.assign(where=named), shown, below))
    return [value], [*sections, Section("How to read this", notes=tuple(notes))]


def of_fair_plans(study: Study) -> str:
    """How far certificates of fair plans reach, beside those of others."""
    return (
        "Least target met: change of the smallest coverage/target, in percentage points. Certificates (known "
        "to ±) are of plans that are as fair as those that were found; how fair these are is itself known to "
        f"a relative gap of {study.document['gap_tolerance']:.0e}."
    )


def _largest(areas: pd.DataFrame, figure: str, sign: float) -> str:
    """The areas that gain (or, with sign -1, lose) most, with km²."""
    some = areas.assign(size=sign * areas[figure]).nlargest(MOST_AREAS, "size")
    some = some[some["size"] >= 1.0]
    return ", ".join(f"{name} {count(km2)}" for name, km2 in zip(some["name"], some["size"], strict=True))
