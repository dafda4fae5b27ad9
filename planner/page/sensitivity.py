"""The page of a study of the assumptions: ranges of outcomes, what drives them, and how next steps rank."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from planner.page.colours import page_palette
from planner.page.html import page_html, writes
from planner.page.pool import Pool
from planner.page.prose import Sentence, comma, large, sentence, things
from planner.report.plain_text import count, figure, percent, safe
from planner.report.run_json import json_types, versions
from planner.solve.lp import Status
from planner.studies.sensitivity_text import beyond_chance, chance, planned
from planner.studies.study import Study
from planner.studies.views import ALL as TOTAL

SHOWN = ("figures", "outcomes", "drivers", "ranking", "failures")
"""Tables that the page has; of the draws it has what they come to."""
MOST_DRIVERS = 3
"""Drivers that the answer names."""


def sensitivity_html(found: Study) -> str:
    """The report of a study of the assumptions as HTML."""
    return page_html(sensitivity_document(found), safe(found.title), "sensitivity")


def sensitivity_file(found: Study) -> Callable[[Path], None]:
    """Writes the report of a study, given the file: one of the ``others`` of its folder."""
    return writes(lambda: sensitivity_html(found))


def sensitivity_document(found: Study) -> dict[str, Any]:
    """The data of the page, as JSON types; ``pool`` holds columns, each once."""
    pool = Pool()
    return {
        "kind": "sensitivity",
        "title": found.title,
        "scenarios": list(found.scenarios.values()),
        "currency": found.currency,
        "palette": page_palette(),
        "answer": list(answer(found)),
        "proven": _all_proven(found),
        "chance": chance(found),
        "tables": {name: pool.table(_shown(found, name)) for name in SHOWN},
        "facts": json_types(
            {
                "draws": len(found["draws"]),
                "planned": planned(found),
                "seed": found.document["seed"],
                "drivers": found["figures"]["driver"].nunique(),
                "figures": len(found["figures"]),
                "fixed": found.document["figures_held_fixed"],
                "statuses": found["draws"]["status"].value_counts().to_dict(),
                "largest_gap": found["draws"]["gap"].max(),
                "base": found.document["base"]["status"],
                "certificate": found.document["base"]["certificate"],
                "inputs": found.document["inputs"],
                "versions": versions(),
            }
        ),
        "pool": pool.contents,
    }


def answer(found: Study) -> Iterator[Sentence]:
    """How far outcomes vary, what drives them, where the next money is best spent, and what is proven."""
    if planned(found):
        yield _coverage(found)
        yield _shortfall(found)
        yield _drivers(found)
        yield _ranking(found)
    yield _proof(found)


def _shown(found: Study, name: str) -> pd.DataFrame:
    table: pd.DataFrame = found[name]
    return table.drop(columns="trace") if name == "failures" else table


def _outcome(found: Study, outcome: str) -> dict[Any, Any]:
    rows = found["outcomes"][(found["outcomes"]["outcome"] == outcome) & (found["outcomes"]["id"] == TOTAL)]
    return rows.to_dict("records")[0]


def _coverage(found: Study) -> Sentence:
    row = _outcome(found, "coverage")
    return sentence(
        f"In nine of ten of {count(planned(found))} plans, between ",
        (percent(row["p5"]),),
        " and ",
        (percent(row["p95"]),),
        f" of the water is covered, {percent(row['median'])} in the middle one; as the case stands it is ",
        (percent(row["base"]),),
        ".",
    )


def _shortfall(found: Study) -> Sentence:
    row = _outcome(found, "shortfall_km2")
    return sentence(
        "What is missing to the targets is between ",
        (f"{large(row['p5'])} km²",),
        " and ",
        (f"{large(row['p95'])} km²",),
        ", as the case stands ",
        (f"{large(row['base'])} km²",),
        ".",
    )


def _drivers(found: Study) -> Sentence:
    rows = found["drivers"][(found["drivers"]["outcome"] == "coverage") & (found["drivers"]["id"] == TOTAL)]
    rows = beyond_chance(found, rows).head(MOST_DRIVERS)
    if rows.empty:
        return sentence("No assumption stands out from chance as what drives the coverage of all areas.")
    pieces: list[str | tuple[str]] = ["What drives it most: "]
    for n, row in enumerate(rows.to_dict("records")):
        ends = f" ({percent(row['low_mean'])} where it is lowest, {percent(row['high_mean'])} where highest)"
        pieces += [comma(n, len(rows)), (safe(row["driver"]),), ends]
    return sentence(*pieces, ".")


def _ranking(found: Study) -> Sentence:
    rows = found["ranking"][
        (found["ranking"]["kind"] == "programme") & (found["ranking"]["share_first"] > 0.0)
    ]
    if rows.empty:
        return sentence("In no draw would more money of any programme add anything.")
    best = rows.nlargest(1, "share_first").to_dict("records")[0]
    return sentence(
        f"A million {safe(found.currency)} more does most in ",
        (safe(best["name"] or best["id"]),),
        " in ",
        (percent(best["share_first"]),),
        f" of the draws, where it adds {figure(best['price_median'])} risk-weighted km² in the middle draw "
        f"({figure(best['price_p5'])} to {figure(best['price_p95'])}).",
    )


def _proof(found: Study) -> Sentence:
    proven = int((found["draws"]["status"] == Status.OPTIMAL).sum())
    if _all_proven(found):
        gap = f"{100.0 * float(found['draws']['gap'].max()):.2g}%"
        return sentence(
            (f"All {count(proven)} plans are proven",), f", each to within {gap} of what it misses."
        )
    failed, draws = len(found["failures"]), count(len(found["draws"]))
    return sentence(
        (f"{count(proven)} of {draws} plans are proven",),
        f"; {things(failed, 'draw')} without a plan, in no figure here." if failed else ".",
    )


def _all_proven(found: Study) -> bool:
    return found.document["base"]["status"] == Status.OPTIMAL and bool(
        (found["draws"]["status"] == Status.OPTIMAL).all()
    )
