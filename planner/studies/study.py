"""What every study comes to: its variants with certificates, differences, tables, words; and its folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import RenderableType

from planner.case import Case
from planner.charts.names import ONE, named
from planner.charts.spec import Chart
from planner.errors import NoPlanError
from planner.jobs import Failure
from planner.results.csv_files import write_csv
from planner.results.folders import MANIFEST
from planner.results.goodness import value_in_words
from planner.results.plain_text import plain, words
from planner.results.results import Results
from planner.results.run_json import REPORT, SUMMARY, json_text, json_types, versions
from planner.results.sentences import COUNTED, HELD
from planner.results.target import FolderKind, write_folder
from planner.schema.codes import COUNTRIES
from planner.solve.solver import MESSAGES, Status
from planner.studies.engine import AS_IT_STANDS, CONCAVE, VARIANTS, variant_table
from planner.studies.metrics import DIFFERENCES, NAMED, differences
from planner.studies.tables import NO_PLAN, NOT_PROVEN, Found, Section, Table, render
from planner.studies.tables import declared as of_kind

Describe = Callable[["Study"], tuple[Sequence[str], Sequence[Section]]]


@dataclass(frozen=True, eq=False)
class Study:
    """What a study has found.

    Attributes:
        kind: one of ``kinds.names()``.
        title: of the case.
        scenarios: titles of its scenarios by name.
        currency: of all money.
        objective: of the plans.
        coverage_worth: what coverage counts beside targets, for the objective shortfall.
        base: the reference plan; None where it has none.
        results: the plan of every variant that has one, with the tables that the study keeps.
        failures: why the others have none.
        variants: one row a variant: its certificate or why it has none, columns ``engine.VARIANTS``.
        differences: one row a variant and metric, columns ``metrics.DIFFERENCES``.
        tables: the study's own tables by name.
        document: what its manifest says besides.
        describe: the sentences and sections that are shown of it.
        writers: files that it has besides, each written by its function, given its path.
    """

    kind: str
    title: str
    scenarios: Mapping[str, str]
    currency: str
    objective: str
    coverage_worth: float
    base: Results | None = field(repr=False)
    results: Mapping[str, Results] = field(repr=False)
    failures: Mapping[str, Failure]
    variants: pd.DataFrame
    differences: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    document: Mapping[str, Any]
    describe: Describe
    writers: Mapping[str, Callable[[Study, Path], None]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.every_table[name]

    @property
    def every_table(self) -> dict[str, pd.DataFrame]:
        """The tables of its folder by name."""
        return {"variants": self.variants, "differences": self.differences, **self.tables}

    @property
    def summary(self) -> RenderableType:
        """What the terminal shows, and ``summary.txt``."""
        return render(self.title, self.scenarios, proof(self), *self.describe(self))

    @property
    def value(self) -> str:
        """What the value of a plan counts, in words; with penalties where any plan pays some."""
        paid = any(one.limits["paid"].sum() > 0.0 for one in self.results.values())
        return value_in_words(self.objective, self.coverage_worth, paid)

    @property
    def fair(self) -> bool:
        """Whether the smallest coverage/target comes first, so that the value is not concave."""
        return self.objective not in CONCAVE

    @property
    def held(self) -> str:
        """What shadow prices of fair plans hold on to, in a sentence after a blank; "" of others."""
        return f" {HELD}" if self.fair else ""

    @property
    def counted(self) -> tuple[str, ...]:
        """What coverage counts, in a sentence, where detections need an answer."""
        return (f"Coverage {COUNTED}.",) if self.base is not None and len(self.base.response) else ()

    @property
    def unproven(self) -> pd.DataFrame:
        """The variants that have no plan, or one that is not proven."""
        return self.variants[self.variants["status"] != Status.OPTIMAL]

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """What areas, programmes, assets, bases and operators of the reference plan are called.

        By kind and id, in one line, each different from the others of its kind; sensors are assets here.
        """
        if self.base is None:
            return {}
        operators = self.base.fleet["operator"].unique()
        found = {("operator", one): COUNTRIES.get(one.upper(), words(one)) for one in operators}
        given = self.base.run.get("short_names", {})
        for kind, name in NAMED.items():
            table = getattr(self.base, name)
            of_kind = named(table[f"{kind}_id"].tolist(), table["name"], given.get(name), ONE, lines=1)
            found |= {(kind, one): label for one, label in of_kind.label.items()}
        return found

    def called(self, ids: pd.Series, kinds: str | pd.Series) -> pd.Series:
        """What records of a kind, or each of its own, are called: their ids where they have no name."""
        keys = zip([kinds] * len(ids) if isinstance(kinds, str) else kinds, ids, strict=True)
        return pd.Series([self.names.get(key, key[1]) for key in keys], ids.index, "str")

    @property
    def files(self) -> list[str]:
        """The files of its folder, but the report."""
        return [*(f"{name}.csv" for name in self.every_table), *self.writers, SUMMARY, MANIFEST]


def study_of(
    kind: str,
    case: Case,
    reference: Results | None,
    found: Mapping[str, Results | Failure],
    describe: Describe,
    tables: Callable[[Study], Mapping[str, pd.DataFrame]],
    *,
    titles: Mapping[str, str] | None = None,
    declared: Mapping[str, Table] | None = None,
    document: Mapping[str, Any] | None = None,
    writers: Mapping[str, Callable[[Study, Path], None]] | None = None,
    first: bool = True,
) -> Study:
    """A study from the plans of its variants, or why there are none; arguments as of ``Study``.

    ``reference``: the plan that differences are from, and ``first``: whether it is the first variant, "as it
    stands"; ``titles``: what variants are called; ``tables``: makes its own, given the study without them;
    ``declared``: their columns, if these are not in tables.toml.
    """
    everything = {**({AS_IT_STANDS: reference} if first and reference else {}), **found}
    plans = {name: one for name, one in everything.items() if isinstance(one, Results)}
    about = case.settings
    known = {"variants": VARIANTS, "differences": DIFFERENCES, **(declared or of_kind(kind))}
    meanings = {name: {key: said for key, (_, said) in of.contract.items()} for name, of in known.items()}
    columns = {name: said for name, said in meanings.items() if said}
    study = Study(
        kind=kind,
        title=about.title,
        scenarios=dict(case.scenarios),
        currency=about.currency,
        objective=about.objective,
        coverage_worth=about.coverage_worth,
        base=reference,
        results=plans,
        failures={name: one for name, one in everything.items() if isinstance(one, Failure)},
        variants=variant_table(everything, titles or {}),
        differences=differences(reference, plans),
        tables={},
        document={"inputs": dict(case.hashes), "columns": columns, **(document or {})},
        describe=describe,
        writers=writers or {},
    )
    return replace(study, tables=tables(study))


def proof(study: Study) -> tuple[str, bool]:
    """What is proven of the plans, and whether all of it is."""
    wrong, total = study.unproven, len(study.variants)
    if wrong.empty:
        gap = float(np.nanmax(study.variants["gap"], initial=0.0))
        if total == 1:
            return f"The only plan is optimal within the tolerance (optimality gap {gap:.1e}).", True
        return f"All {total} plans are optimal within the tolerance (largest optimality gap {gap:.1e}).", True
    missing, said = wrong["plan_value"].isna(), []
    for word, rows in ((NO_PLAN, wrong[missing]), (NOT_PROVEN, wrong[~missing])):
        pairs = zip(rows["variant"], rows["status"], strict=True)
        named = ", ".join(f"{name} ({words(status)})" for name, status in pairs)
        said += [f"{word}: {named}."] if named else []
    said += ["The other plans are optimal within the tolerance."] if len(wrong) < total else []
    return " ".join(said), False


def require_proofs(study: Study) -> None:
    """Refuse to call a study done that has a variant without a proven plan; it is written and says so.

    Raises:
        NoPlanError: with the status of the first one.
    """
    wrong = study.unproven
    if wrong.empty:
        return
    first = wrong.iloc[0]
    why = first["message"] or MESSAGES.get(first["status"], first["status"])
    said = f"{len(wrong)} of {len(study.variants)} plans: {first['variant']}: {why}"
    raise NoPlanError(first["status"], said)


def load(kind: str) -> Any:
    """The file of a kind of study: its ``STUDY`` plans it, whose arguments are options of its command."""
    return import_module(f"planner.studies.kinds.{kind}")


def charts_of(kind: str) -> Mapping[str, Callable[[Found], Chart]]:
    """The charts of a kind of study by name: the ``CHARTS`` of its file; none where it has no such."""
    charts: Mapping[str, Callable[[Found], Chart]] = getattr(load(kind), "CHARTS", {})
    return charts


def folder_kind(kind: str) -> FolderKind:
    """How the folder of a kind of study is known again, so that it may be replaced."""
    return FolderKind(kind, MANIFEST, kind, ("variants.csv", "differences.csv", SUMMARY, MANIFEST, REPORT))


def write_study(
    study: Study,
    folder: str | Path,
    overwrite: bool = False,
    report: Callable[[Study, Path], None] | None = None,
) -> Path:
    """Write a study's folder, whole or not at all.

    It has ``variants.csv``, ``differences.csv``, the study's own tables, ``summary.txt`` and ``study.json``;
    and ``report.html`` where ``report`` is given, which writes it, given its path. Other arguments, what is
    returned and errors as of ``planner.write``.
    """
    about = {
        "title": study.title,
        "scenarios": [{"name": name, "title": title} for name, title in study.scenarios.items()],
        "currency": study.currency,
        "objective": study.objective,
        "certificates": study.variants.to_dict("records"),
        **study.document,
    }
    writers = {**study.writers, **({REPORT: report} if report else {})}
    files = [*study.files, *([REPORT] if report else [])]
    document = {"kind": study.kind, study.kind: json_types(about), "versions": versions(), "files": files}

    def fill(staging: Path) -> None:
        for name, table in study.every_table.items():
            write_csv(table, staging / f"{name}.csv")
        (staging / SUMMARY).write_text(plain(study.summary), encoding="utf-8", newline="\n")
        (staging / MANIFEST).write_text(json_text(document), encoding="utf-8", newline="\n")
        for name, write in writers.items():
            write(study, staging / name)

    return write_folder(folder, overwrite, folder_kind(study.kind), fill)
