"""The records of limits that planners set, and the frame of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from planner.case.fields import MOST_MONEY, Currency, Id, IdsOrAll, Record, Text
from planner.case.settings import Settings

COVERAGE, SHARE, SPENDING = "least_coverage", "least_share", "least_spending"
MOST_PENALTY = 1e12
COLUMNS = {
    "limit_id": "str",
    "kind": "str",
    "programme": "str",
    "areas": "object",
    "least": "float64",
    "penalty": "float64",
    "currency": "str",
    "source": "str",
    "file": "str",
    "row": "int64",
}
"""The columns of ``Case.limits``; ``X_low`` and ``X_high`` of least and penalty follow where filled."""

LimitId = Annotated[Id, Field(description="The limit's id; a-z, 0-9 and _, at most 64 characters")]
KIND = Field(description="What is asked for; least_coverage, least_share or least_spending")
ProgrammeId = Annotated[Id, Field(description="The programme whose money is meant; an id of programmes.csv")]
SourceText = Annotated[
    Text, Field(description="Why the limit is set, or where it was read; text of up to 2000 characters")
]
CoveragePenalty = Annotated[
    float | None,
    Field(
        ge=0,
        le=MOST_PENALTY,
        description="What each km2 short costs, in risk-weighted km2 of the objective; at least 0, "
        "blank = hard",
    ),
]
MoneyPenalty = Annotated[
    float | None,
    Field(
        ge=0,
        le=MOST_PENALTY,
        description="What each million short costs, in risk-weighted km2 of the objective per million of the "
        "currency column's currency; at least 0, blank = hard",
    ),
]


class LeastCoverage(Record):
    """A least coverage of areas, of each on its own; columns of money stay blank."""

    limit_id: LimitId
    kind: Annotated[Literal["least_coverage"], KIND]
    areas: Annotated[
        IdsOrAll,
        Field(
            description="The areas, each of which is to be covered so far; ids separated by ;, or * for all"
        ),
    ]
    least: Annotated[
        float,
        Field(ge=0, le=1, description="The coverage wanted at least, as a share of the area; 0 to 1"),
    ]
    penalty: CoveragePenalty = None
    source: SourceText = ""


class LeastShare(Record):
    """A least share of what a programme spends, in the named areas together."""

    limit_id: LimitId
    kind: Annotated[Literal["least_share"], KIND]
    programme: ProgrammeId
    areas: Annotated[
        IdsOrAll,
        Field(
            description="The areas in which that share is spent, together; ids separated by ;, or * for all"
        ),
    ]
    least: Annotated[
        float,
        Field(ge=0, le=1, description="The share of what the programme spends, at least; 0 to 1"),
    ]
    penalty: MoneyPenalty = None
    currency: Annotated[
        Currency | None,
        Field(description="The currency of the penalty; an ISO 4217 code, blank takes the case's"),
    ] = None
    source: SourceText = ""


class LeastSpending(Record):
    """A least amount that a programme spends."""

    limit_id: LimitId
    kind: Annotated[Literal["least_spending"], KIND]
    programme: ProgrammeId
    least: Annotated[
        float,
        Field(
            ge=0,
            le=MOST_MONEY,
            description="The amount spent at least, in the currency column's currency; at least 0",
        ),
    ]
    penalty: MoneyPenalty = None
    currency: Annotated[Currency, Field(description="The currency of least and penalty; an ISO 4217 code")]
    source: SourceText = ""


Limit = LeastCoverage | LeastShare | LeastSpending


def limits_frame(
    limits: Sequence[tuple[int, Limit]],
    settings: Settings,
    area_ids: Sequence[str],
    file: str,
    places: Mapping[int, tuple[str, int, str]],
) -> pd.DataFrame:
    """The limits with their lists resolved, and money and penalties in the case's currency.

    ``penalty`` is infinite where a limit is hard; that of money is for each million.

    Args:
        limits: records with the numbers of their rows.
        settings: the settings.
        area_ids: all areas.
        file: name of the file.
        places: file, row and key of the records that a scenario has added, by number.
    """
    ends = [f"{name}_{end}" for name in ("least", "penalty") for end in ("low", "high")]
    rows = []
    for number, limit in limits:
        currency = getattr(limit, "currency", None) or settings.currency
        rate = settings.rates[currency]
        money = {"least": rate if limit.kind == SPENDING else 1.0}
        money["penalty"] = 1.0 if limit.kind == COVERAGE else 1.0 / rate
        areas = getattr(limit, "areas", ())
        where, row, _ = places.get(number, (file, number, ""))
        rows.append(
            {
                "limit_id": limit.limit_id,
                "kind": limit.kind,
                "programme": getattr(limit, "programme", ""),
                "areas": tuple(area_ids) if areas == ("*",) else areas,
                "least": limit.least * money["least"],
                "penalty": np.inf if limit.penalty is None else limit.penalty * money["penalty"],
                "currency": settings.currency,
                "source": limit.source,
                "file": where,
                "row": row,
                **{
                    end: value * money[end.rpartition("_")[0]]
                    for end in ends
                    if (value := getattr(limit, end, None)) is not None
                },
            }
        )
    return _frame(rows, ends)


def no_limits() -> pd.DataFrame:
    """The limits of a case without any."""
    return _frame([], [])


def _frame(rows: Sequence[Mapping[str, object]], ends: Sequence[str]) -> pd.DataFrame:
    filled = {end: "float64" for end in ends if any(end in row for row in rows)}
    table = pd.DataFrame(list(rows), columns=[*COLUMNS, *filled])
    return table.astype({**COLUMNS, **filled})
