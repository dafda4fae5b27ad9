"""The results of a capacity plan, as frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from planner.case.capital import CapitalCase
from planner.core.certificate import Certificate
from planner.frames import records
from planner.results.build import short_names
from planner.results.contract import CAPACITY_TABLES, conform, empty
from planner.results.folders import CAPACITY, Part, RunDocument, Scenario, broken, checked, read_manifest
from planner.results.plain_text import words
from planner.results.read_results import read_results, read_table
from planner.results.results import Results
from planner.results.run_json import REPORT, RUN_JSON, SUMMARY, json_types, versions
from planner.results.target import FolderKind
from planner.schema.codes import COUNTRIES

NOT_ASKED, ALL_FOUND, NO_OTHERS, OUT_OF_TIME = "not asked", "all found", "no others", "out of time"
NEEDED_FOR = "needed"
"""The answer to what an option is worth without which nothing reaches what is wanted."""
"""Why no more near-optimal plans were looked for."""
CREWS, BERTHS = "crews", "berths"
"""What there may be too few of beside money."""


def frame(name: str, rows: Iterable[Any] = ()) -> pd.DataFrame:
    """Rows, as mappings, as a table of a capacity plan; names of ids are only added when it is written."""
    return pd.DataFrame(list(rows), columns=list(CAPACITY_TABLES[name]))


def units_of(orders: pd.DataFrame) -> dict[str, int]:
    """Units ordered by option: where orders wait for the future the most of any future, not their sum."""
    waits = orders["future"] != ""
    known = orders[~waits].groupby("option_id", sort=False)["units"].sum()
    waiting = orders[waits].groupby(["option_id", "future"], sort=False)["units"].sum()
    most = known.add(waiting.groupby(level="option_id", sort=False).max(), fill_value=0)
    return {str(option): int(units) for option, units in most.items()}


@dataclass(frozen=True, eq=False)
class InvestResults:
    """What to order, who pays, what it brings; the tables as ``planner schema --outputs`` prints them.

    Attributes:
        capital_case: what was planned.
        status: "optimal" where the certificate is within its tolerance, else why the search ended.
        certificate: value and bound of the objective: discounted, over years and futures.
        nothing: value and bound of the best plan in which nothing is ordered, in the same objective.
        penalties: whether penalties for limits that are missed are part of one of these values.
        alternatives_ended: why no more near-optimal plans were looked for.
        plans: results of the blocks by (year, future).
        seconds: time of each stage [s].
        counts: sizes, passes, blocks solved.
        worked: what it was made with, ``planner.capacity.prepared.Worked``; None when read back.
    """

    capital_case: CapitalCase
    status: str
    certificate: Certificate
    nothing: Certificate
    orders: pd.DataFrame
    capital: pd.DataFrame
    capital_budgets: pd.DataFrame
    running: pd.DataFrame
    stock: pd.DataFrame
    coverage_by_year: pd.DataFrame
    area_by_year: pd.DataFrame
    futures: pd.DataFrame
    alternatives: pd.DataFrame
    order_ranges: pd.DataFrame
    option_values: pd.DataFrame
    left_out: pd.DataFrame
    scarce: pd.DataFrame = field(default_factory=pd.DataFrame)
    penalties: bool = False
    alternatives_ended: str = NOT_ASKED
    plans: dict[tuple[int, str], Results] = field(default_factory=dict)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)
    choices: pd.DataFrame = field(default_factory=pd.DataFrame)
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    worked: Any = field(default=None, repr=False)


PLANS = "plans"
"""The folder of the run folders of single years and futures."""
FILES = (*(f"{name}.csv" for name in CAPACITY_TABLES), SUMMARY, RUN_JSON)
"""The files of the folder of a capacity plan, beside its plans."""
INVEST = FolderKind("capacity plan", RUN_JSON, CAPACITY, (*FILES, REPORT))
NAMED = {
    **{(name, "name"): ("option_id", "options") for name in ("orders", "option_values", "left_out")},
    **{
        (name, "option_name"): ("option_id", "options")
        for name in ("alternatives", "order_ranges", "changes", "choices")
    },
    ("capital", "name"): ("candidate_id", "candidates"),
}
"""Columns that say what an id of a table is called: the column of the id, and where its name is."""


class Known(Part):
    """How good a plan is known to be."""

    value: float | None
    bound: float | None
    gap: float | None


class Planned(Part):
    """The years that are planned, as far as they are told."""

    first: int
    last: int
    discount: float
    objective: str
    tail_weight: float
    tail_share: float
    recourse_from: int


class CapacityDocument(RunDocument):
    """What ``run.json`` says of a capacity plan; see ``document_of``."""

    kind: str
    without_orders: Known
    years: Planned
    names: dict[str, dict[str, str]]
    short_names: dict[str, dict[str, str]]
    inputs: dict[str, str]
    scenarios: list[Scenario]
    plans: dict[str, str]
    alternatives: str
    near: bool
    penalties: bool = False


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
    blanks = {
        name: [one for one, (kind, _) in columns.items() if kind == "float64"]
        for name, columns in CAPACITY_TABLES.items()
    }
    return CapacityPlan(manifest, {name: read_table(place, name, of) for name, of in blanks.items()}, place)


def capacity_plan_of(results: InvestResults, command: Sequence[str] = ()) -> CapacityPlan:
    """A capacity plan that was just made, as its folder will have it."""
    run = document_of(results, command)
    found = {name: getattr(results, name) for name in CAPACITY_TABLES}
    for (name, column), (key, names) in NAMED.items():
        if len(found[name]):
            called = found[name][key].map(run["names"][names]).fillna("").astype("str")
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
    earlier plan; ``penalties``, whether one of the values has some, for limits that are missed; ``names`` of
    programmes, areas, bases, assets, options and candidates by id, and ``short_names``; ``alternatives``: why
    no more near-optimal plans were looked for ("not asked", "all found", "no others", "out of time");
    ``plans``: year and future of each run folder by its name;
    ``inputs``, ``scenarios``, ``seconds``, ``counts``, ``versions``, ``warnings``, ``command`` and ``files``
    as those of a run.
    """
    capital, case = results.capital_case, results.capital_case.case
    titles = {future.name: future.title or future.name for future in capital.futures}
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
        "plans": {folder_of(*key): f"{key[0]}, {titles[key[1]]}" for key in kept(results)},
        "alternatives": results.alternatives_ended,
        "near": "year" in results.changes,
        "penalties": results.penalties,
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


def names_of(results: InvestResults) -> dict[str, dict[str, str]]:
    """Names of programmes, areas, bases, options, candidates, and assets and sensors, by id.

    A candidate, and the asset or sensor that is new with it, is called by its option, for whom and where.
    """
    case, stock = results.capital_case.case, results.stock
    tables = ("programmes", "programme_id"), ("areas", "area_id"), ("bases", "base_id")
    found = {one: getattr(case, one).set_index(key)["name"].to_dict() for one, key in tables}
    assets = dict(zip(stock["asset_id"], stock["name"], strict=True))
    options: dict[str, str] = {}
    candidates: dict[str, str] = {}
    old = {*case.assets["asset_id"], *case.sensors["sensor_id"]}
    for one in records(results.capital_case.candidates):
        base = found["bases"].get(one.base_id, one.base_id)
        option = str(one.name).removesuffix(f" ({one.recipient})").removesuffix(f", {base}")
        where, options[one.option_id] = place(one.recipient, base), options.get(one.option_id, option)
        called = f"{option} ({where})" if where else option
        twice = called in candidates.values()  # for another operator that is no state
        candidates[one.candidate_id] = f"{called}, {words(one.recipient)}" if twice else called
        if one.target_id in assets and one.target_id not in old:
            assets[one.target_id] = candidates[one.candidate_id]
    return {**found, "options": options, "candidates": candidates, "assets": assets}


def place(recipient: str, base: str) -> str:
    """For which state and where, in words: "Fiji, Suva"; empty where neither is said.

    An operator that is no state is not named: what it gets is named by its base.
    """
    return ", ".join(one for one in (COUNTRIES.get(recipient.upper(), ""), base) if one)


def kept(results: InvestResults) -> list[tuple[int, str]]:
    """Year and future of the plans that are kept, the likeliest future first."""
    chance = {one.name: one.probability for one in results.capital_case.futures}
    return sorted(results.plans, key=lambda key: (-key[0], -chance[key[1]]))


def folder_of(year: int, future: str) -> str:
    """The run folder of a year in a future."""
    return f"{PLANS}/{year}_{future}"
