"""Access that is missing, and the plan that has it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.explanation import edits
from planner.explanation import words as say
from planner.explanation.plans import Facts, Situation
from planner.frames import numbers


def access_facts(now: Situation, rows: pd.DataFrame) -> Facts:
    """What missing access keeps from some water, and what the plan with all of it changes.

    Args:
        now: the plan.
        rows: the effort rows to look at, with access or without; those that may be paid for.

    Returns:
        ``access``: ``operators`` that lack it somewhere, their ``assets`` (names) and the water that these
        reach there (``km2``), or nothing where all have it; ``with_access``: what changes.
    """
    with_hours = (numbers(now.fleet["hours"]) > 0.0)[rows["asset"].to_numpy()]
    missing = rows[with_hours & ~rows["access"]]
    if missing.empty:
        return {"access": {}, "with_access": None}
    km2 = numbers(now.plan.prepared.space.cells["area_km2"])
    operators = now.fleet["operator"].to_numpy()[missing["asset"].to_numpy()]
    areas = now.case.areas["area_id"].to_numpy()[missing["area"].to_numpy()]
    grants = pd.Series(areas).groupby(operators).unique().to_dict()
    found = {
        "operators": sorted(map(str, grants)),
        "assets": now.fleet["asset"].iloc[np.sort(missing["asset"].unique())].tolist(),
        "km2": float(km2[missing["cell"].unique()].sum()),
    }
    case = edits.with_access(now.case, {str(one): tuple(ids) for one, ids in grants.items()})
    return {"access": found, "with_access": now.change("with all access", case)}


def access_sentence(facts: Facts, where: str) -> str:
    """What missing access would change; ``where`` is "it", "its areas", or the like."""
    found, change = facts["access"], facts["with_access"]
    one = len(found["operators"]) == 1
    whom = f"{'operator' if one else 'operators'} {say.together(found['operators'])}"
    if change is None:
        return f"No plan was found with access for {whom}."
    return (
        f"If {whom} had access everywhere in {where}, the best plan would {say.effect(change)}. "
        f"{say.together(found['assets'])} could then watch "
        f"{say.km2(found['km2'])} there."
    )
