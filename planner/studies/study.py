"""What every study comes to: its variants with certificates, differences, tables, words; and its folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import RenderableType

from planner.case import Case
from planner.errors import NoPlanError
from planner.jobs import Failure
from planner.results.plain_text import plain, words
from planner.results.run_json import REPORT, SUMMARY, json_types, versions
from planner.results.target import FolderKind
from planner.results.write import write_csv, write_folder
from planner.studies.engine import variant_table
from planner.studies.planning import MESSAGES, Results, Status
from planner.studies.text import Section, render
from planner.studies.views import METRICS, OBJECTIVE, metrics

MANIFEST = "study.json"
KINDS = ("comparison", "sweep", "next", "stress", "ladder", "sensitivity")
DIFFERENCES = {
    **dict.fromkeys(("variant", "metric", "id", "unit"), "str"),
    **dict.fromkeys(("value", "low", "high", "reference"), "float64"),
    **dict.fromkeys(("difference", "difference_low", "difference_high"), "float64"),
}
"""Columns of ``differences.csv``: every metric of every variant, and its difference from the reference plan.
``low`` and ``high`` enclose the best value that any plan can have, by the certificate, and
``difference_low`` and ``difference_high`` the difference of the two best values; blank for metrics that no
certificate speaks of."""


@dataclass(frozen=True, eq=False)
class Study:
    """What a study has found.

    Attributes:
        kind: one of ``KINDS``.
        title: of the case.
        scenarios: titles of its scenarios by name.
        currency: of all money.
        objective: of the plans.
        base: the reference plan; None where it has none.
        results: the plan of every variant that has one, with the tables that the study keeps.
        failures: why the others have none.
        variants: one row a variant: its certificate or why it has none, columns ``engine.VARIANTS``.
        differences: one row a variant and metric, columns ``DIFFERENCES``.
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
    base: Results | None = field(repr=False)
    results: Mapping[str, Results] = field(repr=False)
    failures: Mapping[str, Failure]
    variants: pd.DataFrame
    differences: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    document: Mapping[str, Any]
    describe: Callable[[Study], tuple[Sequence[str], Sequence[Section]]]
    writers: Mapping[str, Callable[[Study, Path], None]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by its name."""
        return self.tables[name]

    @property
    def summary(self) -> RenderableType:
        """What the terminal shows, and ``summary.txt``."""
        sentences, sections = self.describe(self)
        return render(self.title, self.scenarios, proof(self), sentences, sections)

    @property
    def unproven(self) -> pd.DataFrame:
        """The variants that have no plan, or one that is not proven."""
        return self.variants[self.variants["status"] != Status.OPTIMAL]


def study_of(
    kind: str,
    case: Case,
    reference: Results | None,
    found: Mapping[str, Results | Failure],
    titles: Mapping[str, str] | None = None,
    *,
    first: tuple[str, Results] | None = None,
    **rest: Any,
) -> Study:
    """A study from the plans of its variants.

    Args:
        kind: of the study.
        case: its case.
        reference: the plan that differences are from.
        found: the plan of every variant, or why there is none.
        titles: what variants are called.
        first: name and plan of the case as it stands, where it belongs to the variants.
        rest: tables, document, describe, writers.
    """
    everything = {**({first[0]: first[1]} if first else {}), **found}
    plans = {name: one for name, one in everything.items() if isinstance(one, Results)}
    return Study(
        kind=kind,
        title=case.settings.title,
        scenarios=dict(case.scenarios),
        currency=case.settings.currency,
        objective=case.settings.objective,
        base=reference,
        results=plans,
        failures={name: one for name, one in everything.items() if isinstance(one, Failure)},
        variants=variant_table(everything, titles or {}),
        differences=differences(reference, plans),
        **rest,
    )


def differences(reference: Results | None, plans: Mapping[str, Results]) -> pd.DataFrame:
    """Every metric of every plan and its difference from the reference, with what certificates prove of it.

    The best value of a plan's case lies between its bound and its value, so the difference of two best values
    lies between (bound - reference value) and (value - reference bound).
    """
    before = {} if reference is None else metrics(reference)
    proof = None if reference is None else reference.certificate
    nan, rows = float("nan"), []
    for name, one in plans.items():
        bound = one.certificate.bound
        for (metric, key), value in metrics(one).items():
            was = before.get((metric, key), nan)
            known, apart = (nan, nan), (nan, nan)
            if metric == OBJECTIVE:
                known = (bound, value)
                apart = apart if proof is None else (bound - proof.value, value - proof.bound)
            rows.append((name, metric, key, METRICS[metric], value, *known, was, value - was, *apart))
    return pd.DataFrame(rows, columns=list(DIFFERENCES)).astype(DIFFERENCES)


def proof(study: Study) -> tuple[str, bool]:
    """What is proven of the plans, and whether all of it is."""
    wrong, total = study.unproven, len(study.variants)
    if wrong.empty:
        gap = float(np.nanmax(study.variants["gap"], initial=0.0))
        return f"All {total} plans are optimal within the tolerance (largest optimality gap {gap:.1e}).", True
    pairs = zip(wrong["variant"], wrong["status"], strict=True)
    named = ", ".join(f"{name} ({words(status)})" for name, status in pairs)
    return f"NOT PROVEN: {named}. The other plans are optimal within the tolerance.", False


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
    raise NoPlanError(
        first["status"], f"{len(wrong)} of {len(study.variants)} plans: {first['variant']}: {why}"
    )


def folder_kind(kind: str, tables: Sequence[str] = (), others: Sequence[str] = ()) -> FolderKind:
    """How the folder of a kind of study is known again, so that it may be replaced."""
    files = [f"{name}.csv" for name in ("variants", "differences", *tables)]
    return FolderKind(kind, MANIFEST, kind, (*files, *others, SUMMARY, MANIFEST, REPORT))


def write_study(
    study: Study,
    folder: str | Path,
    overwrite: bool = False,
    report: Callable[[Study, Path], None] | None = None,
) -> Path:
    """Write a study's folder, whole or not at all.

    It has ``variants.csv``, ``differences.csv``, the study's own tables, ``summary.txt`` and ``study.json``.

    Args:
        study: what is written.
        folder: name of the folder.
        overwrite: whether a former study of the same kind there may be replaced.
        report: writes ``report.html``, given its path; without it there is none.

    Returns:
        The absolute path of the folder.

    Raises:
        OutputError: something stands there that may not be replaced, or the place cannot be written to.
    """
    kind = folder_kind(study.kind)
    return write_folder(folder, overwrite, kind, lambda staging: _fill(study, staging, report))


def files_of(study: Study) -> list[str]:
    """The files of a study's folder, but the report."""
    tables = [f"{name}.csv" for name in ("variants", "differences", *study.tables)]
    return [*tables, *study.writers, SUMMARY, MANIFEST]


def _fill(study: Study, folder: Path, report: Callable[[Study, Path], None] | None) -> None:
    tables = {"variants": study.variants, "differences": study.differences, **study.tables}
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
    for name, write in study.writers.items():
        write(study, folder / name)
    (folder / SUMMARY).write_text(plain(study.summary), encoding="utf-8", newline="\n")
    about = {
        "title": study.title,
        "scenarios": [{"name": name, "title": title} for name, title in study.scenarios.items()],
        "currency": study.currency,
        "objective": study.objective,
        "certificates": study.variants.to_dict("records"),
        **study.document,
    }
    files = [*files_of(study), *([REPORT] if report else [])]
    document = {"kind": study.kind, study.kind: json_types(about), "versions": versions(), "files": files}
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    if report:
        report(study, folder / REPORT)
