"""The sections that say what a plan rests on: assumptions and sources, certificate, input files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.charts.data import Plan
from planner.page.parts import Section, Table, text
from planner.page.prose import sentence
from planner.report.plain_text import count, figure, words

OBJECTIVES = {
    "coverage": "risk-weighted km² missed",
    "fair": "risk-weighted km² missed",
    "shortfall": "risk-weighted km² short of the targets",
}


BASIS = ("assumed", "derived", "stated")


def assumptions_section(plan: Plan) -> Section:
    """Every input figure with its source; those that are alike but for their record in one row."""
    table = plan["assumptions"]
    keys = ["table", "field", "value", "basis", "source", "note"]
    rank = {basis: n for n, basis in enumerate(BASIS)}
    joined = table.groupby(keys, sort=False)["id"].agg(lambda ids: ", ".join(filter(None, ids)) or "case")
    rows = joined.reset_index().rename(columns={"id": "of"})
    order = rows["basis"].map(rank).fillna(len(rank)).sort_values(kind="stable").index
    rows = rows.loc[order].assign(field=[words(name) for name in rows.loc[order, "field"]])
    lead: list[str | tuple[str]] = [f"{count(len(table))} input figures: "]
    for n, basis in enumerate(reversed(BASIS)):
        lead += [", " if n else "", (count(int((table["basis"] == basis).sum())),), f" {basis}"]
    columns = [
        text("table", "Of what", note="of"),
        text("field", "Figure"),
        text("value", "Value"),
        text("basis", "Basis"),
        text("source", "Source", note="note"),
    ]
    return Section(
        "assumptions",
        "Assumptions and sources",
        sentence(*lead, ". On paper only assumed and derived figures are listed; assumptions.csv has all."),
        tables=[
            Table(
                "assumptions",
                "Every input figure with its basis and source, the assumed ones first",
                columns,
                rows.reset_index(drop=True),
                tall=True,
                search="Find a figure",
                mark="basis",
            )
        ],
    )


def certificate_section(plan: Plan) -> Section:
    """The proof, and how the plan came about."""
    run, proof = plan.run, plan.run["certificate"]
    unit = OBJECTIVES.get(plan.objective, plan.objective)
    idle = proof.get("idle_value", proof.get("scale"))
    tolerance = proof.get("gap_tolerance", proof.get("tolerance"))
    scenarios = [f"{each['name']}: {each['title']}" for each in run.get("scenarios") or []]
    facts = [
        ("Status", str(run["status"])),
        ("Value of the plan", f"{_count(proof.get('plan_value', proof.get('value')))} {unit}"),
        ("Bound: no plan goes below", f"{_count(proof['bound'])} {unit}"),
        ("Optimality gap", f"{_tiny(proof.get('gap'))} (tolerance {_tiny(tolerance)})"),
        ("With nothing done", f"{_count(idle)} {unit}" if idle is not None else ""),
        ("Rounds", _count(proof.get("rounds"))),
        ("Scenario", "; ".join(scenarios) or "none"),
        ("Command", " ".join(run.get("command") or [])),
        (
            "Size",
            ", ".join(f"{_count(value)} {words(name)}" for name, value in (run.get("counts") or {}).items()),
        ),
        (
            "Seconds",
            ", ".join(f"{name} {figure(value)}" for name, value in (run.get("seconds") or {}).items()),
        ),
        ("Versions", ", ".join(f"{name} {value}" for name, value in (run.get("versions") or {}).items())),
    ]
    return Section(
        "certificate",
        "Certificate and provenance",
        facts=[(name, value) for name, value in facts if value],
        tables=[inputs_table(run.get("inputs") or {})],
        listed=[_warning(each) for each in run.get("warnings") or []],
    )


def inputs_table(inputs: Mapping[str, str]) -> Table:
    """The input files with their hashes."""
    rows = pd.DataFrame({"file": list(inputs), "hash": list(inputs.values())}, dtype=object)
    return Table("inputs", "Input files", [text("file", "File"), text("hash", "SHA-256", "code")], rows)


def _count(value: Any) -> str:
    return "–" if value is None else count(float(value))


def _tiny(value: Any) -> str:
    return "–" if value is None else f"{float(value):.1e}"


def _warning(each: Any) -> str:
    if isinstance(each, str):
        return each
    row = f" row {each['row']}" if each.get("row") else ""
    column = f", {each['column']}" if each.get("column") else ""
    return f"{each['file']}{row}{column}: {each['value']} {each['rule']}; {each['remedy']}"
