"""The tables of next steps."""

from __future__ import annotations

import math
from collections.abc import Mapping

from planner.results.plain_text import count, figure
from planner.studies.tables import CERTIFICATE, Column, Table

_STEP = (
    Column("rank", "int64", "by gain, from 1", show=count),
    Column("variant", "str", "name of the step in variants.csv and differences.csv"),
    Column("kind", "str", "programme, pooled (money for anything anywhere), unit or access"),
    Column("id", "str", "programme, asset or sensor, or operator; empty for pooled"),
    Column("in_area", "str", "area of the agreement; empty for the others"),
)
TABLES: Mapping[str, Table] = {
    "steps": Table(
        (
            *_STEP,
            Column("rank_per_cost", "Int64", "by gain per million, from 1; blank where no cost is known"),
            Column("amount", "float64", "what is added [unit]"),
            Column("unit", "str", "the currency, unit or agreement"),
            Column(
                *(
                    "gain",
                    "float64",
                    "what it adds: value of the base plan less that of the new one [objective]",
                ),
                show=count,
            ),
            Column("gain_least", "float64", "it adds at least this, by the two certificates [objective]"),
            Column("gain_most", "float64", "it adds at most this, by certificates and prices [objective]"),
            Column(
                *("predicted", "float64", "shadow price x amount: as if every unit gained as the first"),
                *("by shadow price", count),
            ),
            Column(
                *("part_of_predicted", "float64", "gain / predicted, blank where nothing is predicted"),
                *("gain / price", lambda one: f"{one:.0%}" if math.isfinite(one) else "-"),
            ),
            Column("covered_km2", "float64", "change of the covered km² of all areas [km²]"),
            Column("shortfall_km2", "float64", "change of the shortfall of all areas [km²]"),
            Column(
                "cost", "float64", "the money added, or spent more on the asset; blank if unknown [money]"
            ),
            Column("gain_per_million", "float64", "gain for a million of cost [objective]", show=count),
            Column("how", "str", "re-solved, or price: shadow prices prove that nothing can be gained"),
            *CERTIFICATE,
            Column("step"),
            Column("known_to", "", "", "known to ±", figure),
            Column("where", "", "", "largest gains [km²]"),
        )
    ),
    "areas": Table(
        (
            *_STEP,
            Column("area_id", "str", "area"),
            Column("coverage", "float64", "change of the coverage [share]"),
            Column("covered_km2", "float64", "change of the covered km² [km²]"),
            Column("shortfall_km2", "float64", "change of the shortfall [km²]"),
        )
    ),
}
