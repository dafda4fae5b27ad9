"""Write the folder of a capacity plan, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from planner.capacity.results import FILES, INVEST, InvestResults, capacity_plan_of, folder_of, kept
from planner.capacity.text import UNPROVEN, summary
from planner.errors import NoPlanError
from planner.results.csv_files import write_csv
from planner.results.plain_text import plain
from planner.results.run_json import FILES as OF_RUN
from planner.results.run_json import RUN_JSON, SUMMARY
from planner.results.target import write_folder
from planner.results.write import write_run
from planner.solve.solver import Status


def write_capacity_plan(
    results: InvestResults,
    folder: str | Path,
    overwrite: bool = False,
    others: Mapping[str, Callable[[Path], None]] | None = None,
    command: Sequence[str] = (),
) -> Path:
    """Write the tables, ``run.json``, ``summary.txt``, and the run folders of the plans that were kept.

    Arguments, what is returned and errors as of ``planner.write``; ``command`` is what the user asked for.
    """
    plan, more = capacity_plan_of(results, command), others or {}
    plans = {folder_of(*key): results.plans[key] for key in kept(results)}

    def fill(staging: Path) -> None:
        for name, table in plan.tables.items():
            write_csv(table, staging / f"{name}.csv")
        for name, block in plans.items():
            (staging / name).mkdir(parents=True)
            write_run(block, staging / name)
        (staging / SUMMARY).write_text(plain(summary(plan)), encoding="utf-8", newline="\n")
        files = [*FILES, *(f"{name}/{file}" for name in plans for file in OF_RUN), *more]
        document = json.dumps({**plan.run, "files": files}, indent=2, ensure_ascii=False, allow_nan=False)
        (staging / RUN_JSON).write_text(document + "\n", encoding="utf-8", newline="\n")
        for name, make in more.items():
            make(staging / name)

    return write_folder(folder, overwrite, INVEST, fill)


def require_proof(results: InvestResults) -> None:
    """Refuse to call a capacity plan done that is not proven; it is written and says so.

    Raises:
        NoPlanError: the status is not OPTIMAL.
    """
    if results.status != Status.OPTIMAL:
        raise NoPlanError(results.status, UNPROVEN)
