"""What is written of a capacity plan that was just made: its tables, and what ``run.json`` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from planner.capacity.read_results import PLANS, CapacityPlan
from planner.capacity.results import InvestResults
from planner.capacity.sums import place
from planner.capacity.values import CREWS
from planner.frames import records
from planner.results.build import short_names
from planner.results.contract import CAPACITY_TABLES, conform, empty
from planner.results.folders import CAPACITY
from planner.results.results import Results
from planner.results.run_json import json_types, versions

Names = dict[str, dict[str, str]]
NAMED = {
    **{(name, "name"): ("option_id", "options") for name in ("orders", "option_values", "left_out")},
    **{
        (name, "option_name"): ("option_id", "options")
        for name in ("alternatives", "standing", "changes", "choices")
    },
    ("capital", "name"): ("candidate_id", "candidates"),
}
"""Columns that say what an id of a table is called: the column of the id, and where its name is."""


def capacity_plan_of(results: InvestResults, command: Sequence[str] = ()) -> CapacityPlan:
    """A capacity plan that was just made, as its folder will have it."""
    run = document_of(results, command)
    found = {name: getattr(results, name) for name in CAPACITY_TABLES}
    for (name, column), (key, names) in NAMED.items():
        if len(found[name]):
            called = found[name][key].map(run["names"][names]).astype("str")
            found[name] = found[name].assign(**{column: called})
    if len(results.scarce):
        rows, bases = records(results.scarce), run["names"]["bases"]
        places = [place(one.id, "") if one.kind == CREWS else bases[one.id] for one in rows]
        found["scarce"] = results.scarce.assign(name=places)
    return CapacityPlan(
        run, {name: conform(name, one) if len(one) else empty(name) for name, one in found.items()}
    )


def document_of(results: InvestResults, command: Sequence[str] = ()) -> dict[str, Any]:
    """What ``run.json`` says of a capacity plan, in JSON types.

    Keys: ``kind``, "invest"; ``title``, ``currency``, ``objective`` (of the case), ``coverage_worth``;
    ``status``, "optimal" only where the certificate is within its tolerance; ``certificate`` as that of a
    run, of the objective over all years and futures; ``without_orders``, the same of the best plan in which
    nothing is ordered; ``years``, as ``[years]`` of the case; ``near``, whether it was to be near to an
    earlier plan; ``names`` of programmes, areas, bases, assets, options and candidates by id, and
    ``short_names``; ``alternatives``: why no more near-optimal plans were looked for ("not asked", "all
    found", "no others", "out of time"); ``plans``: year and future of each run folder by its name;
    ``inputs``, ``scenarios``, ``seconds``, ``counts``, ``versions``, ``warnings``, ``command`` and ``files``
    as those of a run.
    """
    capital, case = results.capital_case, results.capital_case.case
    kept = {_folder(year, future): f"{year}, {_title(results, future)}" for year, future in _kept(results)}
    proof, nothing = results.certificate, results.nothing
    found = {
        "kind": CAPACITY,
        "title": case.settings.title,
        "status": str(results.status),
        "objective": case.settings.objective,
        "coverage_worth": case.settings.coverage_worth,
        "currency": case.settings.currency,
        "certificate": {**asdict(proof), "gap": proof.gap},
        "without_orders": {**asdict(nothing), "gap": nothing.gap},
        "years": asdict(capital.years),
        "names": names_of(results),
        "short_names": short_names(case),
        "plans": kept,
        "alternatives": results.alternatives_ended,
        "near": "year" in results.changes,
        "versions": versions(),
        "inputs": dict(case.hashes),
        "scenarios": [{"name": name, "title": title} for name, title in case.scenarios.items()],
        "seconds": results.seconds,
        "counts": results.counts,
        "warnings": [asdict(warning) for warning in case.warnings],
        "command": list(command),
    }
    document: dict[str, Any] = json_types(found)
    return document


def names_of(results: InvestResults) -> Names:
    """Names of programmes, areas, bases, options, candidates, and assets and sensors, by id.

    A candidate, and the asset or sensor that is new with it, is called by its option, for whom and where.
    """
    case, found = results.capital_case.case, Names()
    for table, key in (("programmes", "programme_id"), ("areas", "area_id"), ("bases", "base_id")):
        rows = getattr(case, table)
        found[table] = dict(zip(rows[key], rows["name"], strict=True))
    stock, old = results.stock, {*case.assets["asset_id"], *case.sensors["sensor_id"]}
    found |= {
        "options": {},
        "candidates": {},
        "assets": dict(zip(stock["asset_id"], stock["name"], strict=True)),
    }
    for one in records(results.capital_case.candidates):
        base = found["bases"].get(one.base_id, one.base_id)
        option = str(one.name).removesuffix(f" ({one.recipient})").removesuffix(f", {base}")
        where = place(one.recipient, base)
        found["options"].setdefault(one.option_id, option)
        found["candidates"][one.candidate_id] = f"{option} ({where})" if where else option
        if one.target_id in found["assets"] and one.target_id not in old:
            found["assets"][one.target_id] = found["candidates"][one.candidate_id]
    return found


def folders_of(results: InvestResults) -> dict[str, Results]:
    """The run folders of single years and futures, the likeliest future first, by their names."""
    return {_folder(*key): results.plans[key] for key in _kept(results)}


def _kept(results: InvestResults) -> list[tuple[int, str]]:
    chance = {one.name: one.probability for one in results.capital_case.futures}
    return sorted(results.plans, key=lambda key: (-key[0], -chance[key[1]]))


def _folder(year: int, future: str) -> str:
    return f"{PLANS}/{year}_{future}"


def _title(results: InvestResults, future: str) -> str:
    return next(one.title or one.name for one in results.capital_case.futures if one.name == future)
