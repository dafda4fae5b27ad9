"""Figures for print: what they are drawn from, and a folder of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from planner.capacity.charts import BESIDE
from planner.capacity.charts import CHARTS as OF_CAPACITY
from planner.capacity.results import CapacityPlan, read_capacity_plan
from planner.capacity.sentences import status
from planner.charts import plan as charts
from planner.charts.data import Plan
from planner.charts.map_values import Shown, shown
from planner.charts.maps import BY_PERIOD, PRINTED, THEMES, map_chart, period_maps
from planner.charts.spec import Chart, printed
from planner.charts.write import FORMATS, rendered
from planner.errors import InputError, Problem
from planner.results.called import command_of
from planner.results.csv_files import read_csv
from planner.results.folders import (
    CAPACITY,
    RUN,
    broken,
    kind_of,
    of_another_version,
    read_study_document,
    reading,
)
from planner.results.folders import MANIFEST as OF_STUDY
from planner.results.plain_text import safe
from planner.results.read_results import read_results
from planner.results.results import Results
from planner.results.run_json import json_text, versions
from planner.results.target import FolderKind, write_folder
from planner.solve.solver import Status
from planner.studies import kinds
from planner.studies.study import charts_of
from planner.studies.tables import declared

DRAWN = ("gap_by_programme", "coverage_by_area", "spending", "hours", "prices")
"""The charts of a plan that are drawn for print."""
SEASONAL = ("calendar", "coverage_by_period")
"""More charts of a plan that tells periods of the year apart."""
NAMES = (*PRINTED, *DRAWN, *SEASONAL, BY_PERIOD)
"""The figures of a plan."""
OF_STUDIES = {kind: charts_of(kind) for kind in kinds.names()}
STUDY_NAMES = tuple(name for charts in OF_STUDIES.values() for name in charts)
"""The figures of studies."""
MANIFEST = "figures.json"
ALL = (*NAMES, *STUDY_NAMES, *OF_CAPACITY, *BESIDE)
FILES = (*(f"{name}.{kind}" for name in ALL for kind in FORMATS), MANIFEST)
FIGURES = FolderKind("set of figures", MANIFEST, "figures", FILES)
LEAST_DPI, MOST_DPI = 36.0, 1200.0
TEXT = frozenset(
    [
        *("scenario", "area_id", "in_area", "id", "name", "title", "figure", "kind", "how", "unit", "status"),
        *("variant", "message", "rung", "outcome", "driver", "programme_id", "asset_id"),
    ]
)
"""Columns of studies that are text whatever is in them; others are numbers, where all of them are."""


@dataclass(frozen=True)
class Source:
    """What figures are drawn from.

    Attributes:
        charts: makes each of its charts, by name.
        lines: what is written under every title: of which case, and how good the plans are.
        title: of the case.
        status: of the plan, or of the worst plan of a study.
        inputs: SHA-256 of every file of the case.
    """

    charts: Mapping[str, Callable[[], Chart]]
    lines: tuple[str, ...]
    title: str
    status: str
    inputs: Mapping[str, Any]

    def spec(self, name: str) -> dict[str, Any]:
        """The whole specification of a figure for print."""
        return printed(self.charts[name](), self.lines)


@dataclass(frozen=True)
class StudyFolder:
    """A study as its folder has it; see ``planner.studies.study.Found``."""

    folder: Path
    kind: str
    document: Mapping[str, Any]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by its name.

        Raises:
            InputError: the file is missing, or is not a table.
        """
        file = f"{name}.csv"
        with reading(self.folder, file, OF_STUDY, self.remedy):
            table = read_csv(self.folder / file)
        known = (declared("all") | declared(self.kind)).get(name)
        for column in known.contract if known else ():
            if column not in table:
                raise of_another_version(self.folder, file, column, "column")
        return pd.DataFrame({column: _typed(str(column), table[column]) for column in table})

    @property
    def remedy(self) -> str:
        """What to do where a file of it is broken."""
        return f"make the folder again with {command_of(self.kind)}"


def _typed(name: str, text: pd.Series) -> pd.Series:
    if name in TEXT:
        return text
    figures = pd.to_numeric(text, errors="coerce")
    return text if (figures.isna() & (text != "")).any() else figures


def of_folder(folder: Path) -> Source:
    """The figures of a folder that the planner has written.

    Raises:
        InputError: no figures are drawn of such a folder, or a file of it is missing or broken.
    """
    kind = kind_of(folder)
    if kind == RUN:
        return of_results(read_results(folder))
    if kind == CAPACITY:
        return of_capacity_plan(read_capacity_plan(folder))
    if kind not in OF_STUDIES:
        wanted = ", ".join(command_of(one).removeprefix("planner ") for one in (CAPACITY, *OF_STUDIES))
        remedy = f"name a folder that planner run has written, or one of {wanted}"
        raise InputError([Problem(str(folder), 0, "", "", "holds no run and no study", remedy)])
    return _of_study(StudyFolder(folder, str(kind), read_study_document(folder, str(kind))))


def of_results(results: Results) -> Source:
    """The maps and charts of one plan; what the maps share is worked out once."""
    plan = Plan(results)

    @cache
    def found() -> Shown:
        return shown(plan)

    def drawn(name: str) -> Chart:
        return map_chart(THEMES[name], found())

    made: dict[str, Callable[[], Chart]] = {name: partial(drawn, name) for name in PRINTED}
    for name in (*DRAWN, *(SEASONAL if len(plan["calendar"]) else ())):
        made[name] = partial(getattr(charts, name), plan)
    if len(plan["cell_periods"]):
        made[BY_PERIOD] = lambda: period_maps(found())
    return Source(made, (plan.line,), results.title, str(results.status), results.run.get("inputs", {}))


def of_capacity_plan(plan: CapacityPlan) -> Source:
    """The charts of a capacity plan."""
    makers = {**OF_CAPACITY, **{name: make for name, (has, make) in BESIDE.items() if has(plan)}}
    titles = [str(plan.run["title"]), *(str(one["title"] or one["name"]) for one in plan.run["scenarios"])]
    line = f"{'; '.join(safe(one) for one in titles)}. {status(plan)}"
    made = {name: partial(make, plan) for name, make in makers.items()}
    return Source(made, (line,), titles[0], str(plan.run["status"]), plan.run["inputs"])


def _of_study(study: StudyFolder) -> Source:
    """The figures of a study, which are made at once, so that a broken folder is found before a file is."""
    try:
        charts = {name: make(study) for name, make in OF_STUDIES[study.kind].items()}
        statuses = study["variants"]["status"]
    except KeyError as error:
        raise of_another_version(study.folder, "*.csv", str(error.args[0]), "column") from error
    except (ValueError, TypeError) as error:
        rule = f"cannot be understood ({error})"
        raise broken(study.folder, "*.csv", rule, study.remedy) from error
    title, inputs = str(study.document["title"]), study.document.get("inputs", {})
    wrong = statuses[statuses != Status.OPTIMAL].tolist()
    proof = f"All {len(statuses)} plans optimal, each proven to the optimality gap that was asked for."
    if wrong:
        proof = f"{len(wrong)} of {len(statuses)} have NO PROVEN plan."
    worst, made = str([*wrong, Status.OPTIMAL][0]), {name: partial(charts.get, name) for name in charts}
    return Source(made, (f"{safe(title)}. {proof}",), title, worst, inputs)  # type: ignore[arg-type]


def chosen(known: Collection[str], only: Sequence[str], where: str = " of this folder") -> tuple[str, ...]:
    """The figures that are wanted of those that there are, in their order; all if none is named.

    Raises:
        InputError: there is no such figure.
    """
    remedy, rule = f"name one or several of {', '.join(known)}", f"is not a figure{where}"
    strangers = [Problem("--only", 0, "", name, rule, remedy) for name in only if name not in known]
    if strangers:
        raise InputError(strangers)
    return tuple(name for name in known if not only or name in only)


def write_figures(
    results: Results | Source,
    folder: str | Path,
    kind: str = "png",
    only: Sequence[str] = (),
    dpi: float = 300.0,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Draw the maps and charts of a plan or a study, one file each, and ``figures.json``, which lists them.

    Args:
        results: the plan, as ``plan`` or ``read_results`` gives it; or what ``of_folder`` finds in a folder.
        folder: name of the folder.
        kind: "png", "svg" or "pdf".
        only: names of figures; all if none is given.
        dpi: pixels per inch of PNG; figures are 180 mm wide.
        overwrite: whether a former set of figures there may be replaced.
        progress: told of every figure.

    Raises:
        InputError: there is no such figure or format.
        OutputError: as of ``planner.write``.
    """
    checked(kind, only, dpi)
    source = of_results(results) if isinstance(results, Results) else results
    names = chosen(source.charts, only)

    def fill(staging: Path) -> None:
        for name in names:
            progress(f"draw {name}")
            (staging / f"{name}.{kind}").write_bytes(rendered(source.spec(name), kind, dpi))
        document = {
            "figures": list(names),
            "title": source.title,
            "status": source.status,
            "inputs": dict(source.inputs),
            "versions": versions(),
            "files": [*(f"{name}.{kind}" for name in names), MANIFEST],
        }
        (staging / MANIFEST).write_text(json_text(document), encoding="utf-8", newline="\n")

    return write_folder(folder, overwrite, FIGURES, fill)


def checked(kind: str, only: Sequence[str] = (), dpi: float = 300.0) -> None:
    """Check a wish before anything is read.

    Raises:
        InputError: there is no such figure or format, or the resolution is out of bounds.
    """
    if kind not in FORMATS:
        raise InputError([Problem("--format", 0, "", kind, "is not a format", f"name {', '.join(FORMATS)}")])
    if not LEAST_DPI <= dpi <= MOST_DPI:
        rule = f"is not between {LEAST_DPI:g} and {MOST_DPI:g} pixels per inch"
        raise InputError([Problem("--dpi", 0, "", f"{dpi:g}", rule, "print takes 300, a screen 96 to 150")])
    chosen(ALL, only, "")
