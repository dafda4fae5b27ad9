"""The sections that say what a plan rests on: assumptions and sources, certificate, input files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.charts.data import Plan
from planner.errors import Problem
from planner.page.parts import Section, Table, bold, section, sentence, table
from planner.results.plain_text import count, figure, listed, titled, words
from planner.results.sentences import risk_in_words

BASIS = ("assumed", "derived", "stated")
COUNTED = ("counts", "seconds", "versions")


def assumptions_section(plan: Plan) -> Section:
    """Every input figure with its source; those that are alike but for their record in one row."""
    figures = plan["assumptions"]
    keys = ["table", "field", "value", "basis", "source", "note"]
    joined = figures.groupby(keys, sort=False)["id"].agg(lambda ids: ", ".join(filter(None, ids)) or "case")
    rows = joined.rename("of").reset_index()
    rank = rows["basis"].map({basis: n for n, basis in enumerate(BASIS)}).fillna(len(BASIS))
    rows = rows.loc[rank.sort_values(kind="stable").index]
    rows["field"] = rows["field"].map(words)
    counts = [f"{bold(count((figures['basis'] == basis).sum()))} {basis}" for basis in reversed(BASIS)]
    lead = f"{count(len(figures))} input figures: {listed(counts)}."
    return section("assumptions", [table("assumptions", rows)], lead=sentence(lead))


def certificate_section(
    run: Mapping[str, Any], unit: str, of_nothing: str, more: Sequence[tuple[str, str]] = ()
) -> Section:
    """The proof, and how the plan came about: what ``run.json`` says, and more facts.

    ``unit``: what the plan's value counts; ``of_nothing``: what doing nothing would miss, limits aside.
    """
    proof, (counts, seconds, versions) = run["certificate"], (run.get(one) or {} for one in COUNTED)
    scenarios = [titled(one["name"], one["title"]) for one in run.get("scenarios") or []]
    facts = {
        "Status": str(run["status"]),
        "Value of the plan": f"{_count(proof['value'])} {unit}",
        "Bound: no plan goes below": f"{_count(proof['bound'])} {unit}",
        "Optimality gap": f"{_tiny(proof.get('gap'))} (tolerance {_tiny(proof['tolerance'])})",
        "With nothing done, limits aside": f"{_count(proof['stake'])} {of_nothing}",
        "Rounds": _count(proof["rounds"]),
        "Scenario": "; ".join(scenarios) or "none",
        "Risk map": "; ".join(risk_in_words(run)),
        "Command": " ".join(run.get("command") or []),
        "Size": ", ".join(f"{_count(size)} {words(name)}" for name, size in counts.items()),
        "Seconds": ", ".join(f"{name} {figure(value)}" for name, value in seconds.items()),
        "Versions": versions_text(versions),
    }
    return section(
        "certificate",
        [inputs_table(run.get("inputs") or {})],
        facts=[*((name, value) for name, value in facts.items() if value), *more],
        listed=[str(Problem(**each)) for each in run.get("warnings") or []],
    )


def inputs_table(inputs: Mapping[str, str]) -> Table:
    """The input files with their hashes."""
    return table("inputs", pd.DataFrame({"file": list(inputs), "hash": list(inputs.values())}, dtype=object))


def versions_text(versions: Mapping[str, str]) -> str:
    """Versions of what made the results."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _count(value: Any) -> str:
    return "–" if value is None else count(float(value))


def _tiny(value: Any) -> str:
    return "–" if value is None else f"{float(value):.1e}"
