"""``run.json``: how the results came about, in types that any JSON reader knows."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from importlib import metadata
from typing import Any

import pandas as pd
from pydantic_core import to_jsonable_python

from planner.results.contract import TABLES
from planner.results.results import Results

RUN_JSON = "run.json"
SUMMARY = "summary.txt"
GEOPACKAGE = "results.gpkg"
FILES = (*(f"{name}.csv" for name in TABLES), GEOPACKAGE, SUMMARY, RUN_JSON)
"""The files of a run folder."""
REPORT = "report.html"
"""The report as a page, which the folder may hold, too."""

DISTRIBUTION = "maritime-surveillance-planner"
LIBRARIES = ("pulp", "highspy", "shapely", "pyproj", "pandas", "numpy")


def run_document(results: Results, others: Iterable[str] = ()) -> dict[str, Any]:
    """What ``run.json`` says; ``others`` are files of the folder besides ``FILES``.

    Keys: ``title``, ``currency``, ``objective``; ``status``, "optimal" only where the certificate proves it;
    ``certificate`` with ``value`` and ``bound`` [risk-weighted km² missed, or shortfall to the targets, and
    penalties], ``gap`` (their difference relative to the value, or to 1e-4 of the ``stake``, the value of
    doing nothing, where that is more), ``tolerance``, ``rounds`` and ``slack``; for the objective "fair"
    ``fairness``; ``versions``; ``warnings``, each with file, row, column, value, rule and remedy; ``files``
    of the folder; and the keys of ``Results.run``: ``inputs`` (sha256 of each input file), ``scenarios``
    (name and title of each that was chosen), ``seconds`` of each stage, ``counts``, ``linear_program``
    (optimum of the final round's, and what a unit of it is in risk-weighted km²: what another solver finds
    in a written model), ``effort_by_kind``, ``uncertain_figures`` (number of figures with a range),
    ``routing`` (how vessels get to cells: sea or geodesic), ``risk_layers`` (how many cells each layer of
    risk.csv weighs, by which rule, and whether it gives their visits), ``response`` (what an answer takes,
    and for which part of all stays a boat could board in time), ``range`` (rows of ``range.csv``),
    ``command``; and, for results that were read back, the ``versions`` that made them. A number that is not
    finite is null.
    """
    proof = results.certificate
    found = {
        "title": results.title,
        "status": results.status,
        "objective": results.objective,
        "currency": results.currency,
        "certificate": {**asdict(proof), "gap": proof.gap},
        **({"fairness": results.fairness} if results.fairness else {}),
        "versions": versions(),
        **results.run,
        **({"range": results.range} if len(results.range) else {}),
        "warnings": results.warnings,
        "files": [*FILES, *others],
    }
    document: dict[str, Any] = json_types(found)
    return document


def versions() -> dict[str, str]:
    """Versions of the planner, Python and the libraries that results depend on."""
    of_libraries = {name: _version(name) for name in LIBRARIES}
    return {"planner": _version(DISTRIBUTION), "python": platform.python_version(), **of_libraries}


@cache
def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "unknown"


def json_text(document: Mapping[str, Any]) -> str:
    """A document of JSON types as the text of a file."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def json_types(value: Any) -> Any:
    """Tables, dataclasses, numpy numbers, tuples and paths as JSON types; what is not finite as None."""
    return to_jsonable_python(value, inf_nan_mode="null", fallback=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return value.to_dict("records")
    return value.tolist() if hasattr(value, "tolist") else list(value)
