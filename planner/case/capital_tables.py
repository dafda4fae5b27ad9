"""The tables of what may be bought: candidates, who may pay for them, what they need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from planner.case.capital import Years
from planner.case.capital_funding import Funding
from planner.case.capital_money import berth_table, carry_over_table, crew_table
from planner.case.capital_options import Candidate
from planner.case.capital_remarks import years_of
from planner.case.case import Case
from planner.case.edits import State
from planner.case.known import Mandate
from planner.schema.settings import Settings

TEXTS = ("candidate_id", "option_id", "name", "adds", "target_id", "recipient", "base_id", "group", "source")
COLUMNS = (
    *("candidate_id", "option_id", "name", "adds", "target_id", "recipient", "base_id", "group"),
    *("most_units", "most_each", "most_per_year", "first_year", "last_year", "lead_years", "life_years"),
    *("capital_cost", "running_cost", "crew", "length_m", "capacity_hours", "source"),
)
WHOLE = ("first_year", "last_year", "lead_years", "life_years")


def capital_tables(
    state: State, settings: Settings, years: Years, candidates: Sequence[Candidate], funding: Funding
) -> dict[str, Any]:
    """The tables of ``CapitalCase``, without its years, case and futures."""
    ids = {one.option["option_id"] for one in candidates}
    options = [row for row in state.tables["options"].rows if row["option_id"] in ids]
    survival = [one.option["survival"] for one in candidates]
    return {
        "candidates": _candidates(candidates, years, settings),
        "survival": np.array([1.0 if one is None else one for one in survival], dtype=np.float64),
        "requires": _pairs(
            ((row["option_id"], one) for row in options for one in row["requires"]), "required"
        ),
        "excludes": _pairs(
            dict.fromkeys(
                tuple(sorted((row["option_id"], one)))
                for row in options
                for one in row["excludes"]
                if one in ids
            ),
            "excluded",
        ),
        "payers": _programmes(candidates, funding.payers),
        "runners": _programmes(candidates, funding.runners),
        "crews": crew_table(state, years.years),
        "berths": berth_table(state),
        "carry_over": carry_over_table(state, years.years),
    }


def _candidates(candidates: Sequence[Candidate], years: Years, settings: Settings) -> pd.DataFrame:
    """The frame of candidates, see ``CapitalCase``."""
    rows = [_row(one, years, settings) for one in candidates]
    table = pd.DataFrame(rows, columns=COLUMNS)
    kinds = {name: "str" if name in TEXTS else "int64" if name in WHOLE else "float64" for name in COLUMNS}
    return table.astype(kinds)


def _row(one: Candidate, years: Years, settings: Settings) -> dict[str, Any]:
    option = one.option
    first, last = years_of(option, years)
    rate = settings.rates[option["currency"]]
    return {
        "candidate_id": one.id,
        "option_id": option["option_id"],
        "name": one.name,
        "adds": option["adds"],
        "target_id": one.target,
        "recipient": one.recipient,
        "base_id": one.base,
        "group": option["group"],
        "most_units": option["most_units"],
        **{name: np.inf if option[name] is None else option[name] for name in ("most_each", "most_per_year")},
        "first_year": first,
        "last_year": last,
        "lead_years": option["lead_years"],
        "life_years": option["life_years"],
        "capital_cost": option["capital_cost"] * rate,
        "running_cost": (option["running_cost"] or 0.0) * rate,
        **{name: option[name] or 0.0 for name in ("crew", "length_m", "capacity_hours")},
        "source": option["source"],
    }


def _pairs(pairs: Iterable[tuple[str, ...]], other: str) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=["option_id", other], dtype="str")


def _programmes(candidates: Sequence[Candidate], who: Callable[[Candidate], list[Mandate]]) -> pd.DataFrame:
    """candidate_id, programme_id."""
    rows = [(one.id, each.row["programme_id"]) for one in candidates for each in who(one)]
    return pd.DataFrame(rows, columns=["candidate_id", "programme_id"], dtype="str")


def without_assets(case: Case, ids: Set[str]) -> Case:
    """A case without some assets and sensors, of which there are no units."""
    named = (tuple(key for key in listed if key not in ids) for listed in case.programmes["assets"])
    return replace(
        case,
        assets=case.assets[~case.assets["asset_id"].isin(ids)].reset_index(drop=True),
        sensors=case.sensors[~case.sensors["sensor_id"].isin(ids)].reset_index(drop=True),
        programmes=case.programmes.assign(assets=pd.Series(list(named), dtype=object)),
    )
