"""Access that is missing, and the plan that has it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.explanation import edits
from planner.explanation import words as say
from planner.explanation.plans import Change, Facts, Situation
from planner.frames import numbers
from planner.results.plain_text import safe


def access_facts(now: Situation, rows: pd.DataFrame) -> tuple[Mapping[str, object], Change | None]:
    """What missing access keeps from some water, and what the plan with all of it changes.

    Args:
        now: the plan.
        rows: the effort rows to look at, with access or without; those that may be paid for.

    Returns:
        ``operators`` that lack access somewhere, their ``assets`` (ids), ``reached_km2`` (water that these
        reach there) and ``only_km2`` (of that, what nobody reaches who has access and may be paid); empty,
        without a plan, where no access is missing.
    """
    with_hours = (numbers(now.fleet["hours"]) > 0.0)[rows["asset"].to_numpy()]
    missing = rows[with_hours & ~rows["access"]]
    if missing.empty:
        return {}, None
    km2 = numbers(now.plan.prepared.space.cells["area_km2"])
    opened = now.effort[now.effort["access"] & now.effort["payable"]]
    cell = missing["cell"].unique()
    operators = now.fleet["operator"].to_numpy()[missing["asset"].to_numpy()]
    areas = now.case.areas["area_id"].to_numpy()[missing["area"].to_numpy()]
    grants = pd.Series(areas).groupby(operators).unique().to_dict()
    table = {
        "operators": sorted(map(str, grants)),
        "assets": now.fleet["asset_id"].iloc[np.sort(missing["asset"].unique())].tolist(),
        "reached_km2": float(km2[cell].sum()),
        "only_km2": float(km2[np.setdiff1d(cell, opened["cell"].unique())].sum()),
    }
    case = edits.with_access(now.case, {str(one): tuple(ids) for one, ids in grants.items()})
    return table, now.change("with all access", case)


def access_sentence(facts: Facts, where: str) -> str:
    """What missing access would change; ``where`` is "it", "its areas", or the like."""
    found, change = facts.tables["access"], facts.plans["access"]
    one = len(found["operators"]) == 1
    whom = f"{'operator' if one else 'operators'} {say.together(found['operators'])}"
    if change is None:
        return f"No plan was found with access for {whom}."
    gained = say.places(change) if change.least > 0.0 else ""
    only = ", which no other asset may watch now"
    if found["only_km2"] < (1.0 - say.NOTHING_LEFT) * found["reached_km2"]:
        only = f"; no other asset may watch {say.km2(found['only_km2'])} of that now"
    who = say.together([safe(facts.names["asset"][each]) for each in found["assets"]])
    return (
        f"If {whom} had access everywhere in {where}, the best plan would {say.effect(change)}"
        f"{f', most of it in {gained}' if gained else ''}. {who} could then watch "
        f"{say.km2(found['reached_km2'])} there{only if found['only_km2'] >= 1.0 else ''}."
    )
