"""The tables of contingencies."""

from __future__ import annotations

from collections.abc import Mapping

from planner.results.plain_text import count, figure, percent
from planner.studies.tables import CERTIFICATE, Column, Table

_LOSS = (
    Column("rank", "int64", "by what is lost with a new plan, from 1", show=count),
    Column("variant", "str", "name of the contingency in variants.csv and differences.csv"),
    Column("kind", "str", "programme, asset, base, access (a row of access.csv) or named ([stress.NAME])"),
    Column("id", "str", "programme, asset or sensor, base, operator, or name"),
    Column("row", "int64", "for access: number of the operator's row, from 1; else 0"),
)
TABLES: Mapping[str, Table] = {
    "losses": Table(
        (
            *_LOSS,
            Column("title", "str", "what it is called"),
            Column("share", "float64", "share of the horizon for which it is lost"),
            Column(
                "lost", "float64", "lost if all else stays as planned [objective]", "loss as planned", count
            ),
            Column(
                "lost_anew",
                "float64",
                "lost by the best plan without it [objective]",
                "loss re-optimised",
                count,
            ),
            Column("lost_anew_least", "float64", "at least this, by the two certificates [objective]"),
            Column("lost_anew_most", "float64", "at most this, by the two certificates [objective]"),
            Column("saved", "float64", "what a new plan saves: lost - lost_anew [objective]"),
            Column("saved_share", "float64", "saved / lost; blank where nothing is lost", "saved", percent),
            Column(
                "covered_km2", "float64", "change of the covered km² of all areas if all else stays [km²]"
            ),
            Column("covered_anew_km2", "float64", "the same with a new plan [km²]"),
            Column(
                "shortfall_km2", "float64", "change of the shortfall of all areas if all else stays [km²]"
            ),
            Column("shortfall_anew_km2", "float64", "the same with a new plan [km²]"),
            Column("how", "str", "re-solved, or not used: the plan does without it, and stays as it is"),
            *CERTIFICATE,
            Column("contingency"),
            Column("known_to", "", "", "known to ±", figure),
            Column("where", "", "", "largest losses, re-optimised [km²]"),
        )
    ),
    "areas": Table(
        (
            *_LOSS,
            Column("area_id", "str", "area"),
            Column("coverage", "float64", "change of the coverage if all else stays as planned [share]"),
            Column("coverage_anew", "float64", "change of the coverage with a new plan [share]"),
            Column("covered_km2", "float64", "change of the covered km² if all else stays as planned [km²]"),
            Column("covered_anew_km2", "float64", "change of the covered km² with a new plan [km²]"),
            Column("shortfall_km2", "float64", "change of the shortfall if all else stays as planned [km²]"),
            Column("shortfall_anew_km2", "float64", "change of the shortfall with a new plan [km²]"),
        )
    ),
}
