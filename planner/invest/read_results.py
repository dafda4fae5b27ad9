"""A capacity plan as its folder has it: what ``run.json`` says, and the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.invest.results import InvestResults
from planner.results.build import short_names
from planner.results.contract import CAPACITY_TABLES, conform, empty
from planner.results.folders import CAPACITY, RunDocument, broken, checked, read_manifest
from planner.results.plain_text import words
from planner.results.read_results import read_results, read_table
from planner.results.results import Results
from planner.results.run_json import RUN_JSON, SUMMARY, json_types, versions
from planner.schema.codes import COUNTRIES

PLANS = "plans"
"""The folder of the run folders of single years and futures."""
FILES = (*(f"{name}.csv" for name in CAPACITY_TABLES), SUMMARY, RUN_JSON)
"""The files of the folder of a capacity plan, beside its plans."""


class CapacityDocument(RunDocument):
    """What ``run.json`` says of a capacity plan; see ``document_of``."""

    kind: str
    without_orders: dict[str, Any]
    years: dict[str, Any]
    names: dict[str, dict[str, str]]
    plans: dict[str, str]


@dataclass(frozen=True, eq=False)
class CapacityPlan:
    """A capacity plan as its folder has it.

    Attributes:
        run: what ``run.json`` says, see ``document_of``.
        tables: the tables by name, see ``planner.results.contract.CAPACITY_TABLES``.
        place: its folder, if it was read from one.
    """

    run: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    place: Path | None = None

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def proven(self) -> bool:
        """Whether it may be called optimal, within its tolerance."""
        return bool(self.run["status"] == "optimal")

    @property
    def years(self) -> list[int]:
        """All years that are planned."""
        return list(range(self.run["years"]["first"], self.run["years"]["last"] + 1))

    def name(self, table: str, one: object) -> str:
        """The name of a programme, area, base or asset; its id where it has none."""
        return str(self.run["names"].get(table, {}).get(one, one))

    def short(self, table: str, one: object) -> str:
        """The short name that the case gives; its name where it gives none."""
        return str(self.run["short_names"].get(table, {}).get(one) or self.name(table, one))

    def block(self) -> Results | None:
        """The kept plan of the last year, in the likeliest of the futures that have one.

        Raises:
            InputError: its folder cannot be read.
        """
        if self.place is None or not self.run["plans"]:
            return None
        return read_results(self.place / next(iter(self.run["plans"])))


def capacity_plan_of(results: InvestResults, command: Sequence[str] = ()) -> CapacityPlan:
    """A capacity plan that was just made, as its folder will have it."""
    found = {name: getattr(results, name) for name in CAPACITY_TABLES}
    tables = {name: conform(name, one) if len(one) else empty(name) for name, one in found.items()}
    return CapacityPlan(document_of(results, command), tables)


def document_of(results: InvestResults, command: Sequence[str] = ()) -> dict[str, Any]:
    """What ``run.json`` says of a capacity plan, in JSON types.

    Keys: ``kind``, "invest"; ``title``, ``currency``, ``objective`` (of the case), ``coverage_worth``;
    ``status``, "optimal" only where the certificate is within its tolerance; ``certificate`` as that of a
    run, of the objective over all years and futures; ``without_orders``, the same of the best plan in which
    nothing is ordered; ``years``, as ``[years]`` of the case; ``names`` of programmes, areas, bases,
    assets, options and candidates by id, and ``short_names``; ``plans``: year and future of each run folder
    by its name; ``inputs``, ``scenarios``, ``seconds``, ``counts``, ``versions``, ``warnings``, ``command``
    and ``files`` as those of a run.
    """
    capital, case = results.capital_case, results.capital_case.case
    tables = {
        "programmes": (case.programmes, "programme_id"),
        "areas": (case.areas, "area_id"),
        "bases": (case.bases, "base_id"),
        "options": (capital.candidates.drop_duplicates("option_id"), "option_id"),
        "candidates": (_called(results), "candidate_id"),
        "assets": (results.stock.drop_duplicates("asset_id"), "asset_id"),
    }
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
        "names": {
            name: dict(zip(table[key], table["name"], strict=True)) for name, (table, key) in tables.items()
        },
        "short_names": short_names(case),
        "plans": kept,
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


def read_capacity_plan(folder: str | Path) -> CapacityPlan:
    """Read the folder that ``planner invest`` has written.

    Raises:
        InputError: it is not the folder of a capacity plan, or a file of it is missing, changed or broken.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest.get("kind") != CAPACITY:
        raise broken(place, RUN_JSON, "is not that of a capacity plan")
    checked(place, RUN_JSON, CapacityDocument, manifest)
    return CapacityPlan(manifest, {name: read_table(place, name) for name in CAPACITY_TABLES}, place)


def folders_of(results: InvestResults) -> dict[str, Results]:
    """The run folders of single years and futures, the likeliest future first, by their names."""
    return {_folder(*key): results.plans[key] for key in _kept(results)}


def place(recipient: str, base: str) -> str:
    """For whom and where, in words: "Fiji, Suva"; empty where neither is said."""
    return ", ".join(one for one in (COUNTRIES.get(recipient.upper(), words(recipient)), base) if one)


def _called(results: InvestResults) -> pd.DataFrame:
    """The candidates with their option's name, and for whom and where they are."""
    table, bases = results.capital_case.candidates, results.capital_case.case.bases
    named = dict(zip(bases["base_id"], bases["name"], strict=True))
    pairs = zip(table["recipient"], table["base_id"], strict=True)
    where = [place(recipient, named.get(base, base)) for recipient, base in pairs]
    called = [f"{name} ({at})" if at else name for name, at in zip(table["name"], where, strict=True)]
    return table[["candidate_id"]].assign(name=called)


def _kept(results: InvestResults) -> list[tuple[int, str]]:
    chance = {one.name: one.probability for one in results.capital_case.futures}
    return sorted(results.plans, key=lambda key: (-key[0], -chance[key[1]]))


def _folder(year: int, future: str) -> str:
    return f"{PLANS}/{year}_{future}"


def _title(results: InvestResults, future: str) -> str:
    return next(one.title or one.name for one in results.capital_case.futures if one.name == future)
