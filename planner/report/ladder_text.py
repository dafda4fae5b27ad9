"""The ladder for the terminal and for ``summary.txt``, and as the folder of a study."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.errors import NoPlanError
from planner.report.ladder import STEPS, TABLES, Ladder
from planner.report.plain_text import cell, count, percent, safe, words
from planner.report.study import Study, StudyKind
from planner.report.summary import HEADING
from planner.solve.lp import MESSAGES, Status

LADDER = StudyKind("ladder", tuple(TABLES))
ORDER_NOTE = (
    "Each rung keeps what the rungs above it grant. A step depends on this order: hours come last, so they "
    "bear what money and consent alone cannot do."
)
SIGN_NOTE = (
    "The steps of all areas together are never negative. Those of a single area can be: what is freed goes "
    "where it saves most, and may leave other water."
)


def ladder_study(found: Ladder) -> Study:
    """The ladder, ready to be shown and written."""
    tables = {"ladder": found.rungs, "ladder_areas": found.areas, "ladder_programmes": found.programmes}
    columns = {name: {key: text for key, (_, text) in TABLES[name].items()} for name in TABLES}
    document = {**found.document, "status": str(found.status), "columns": columns}
    return Study(LADDER, tables, ladder_summary(found), document)


def require_proof(found: Ladder) -> None:
    """Refuse to call a ladder done that has a rung without proof; it is written and says so.

    Raises:
        NoPlanError: a rung is not proven.
    """
    if found.unproven:
        rungs = ", ".join(words(name) for name in found.unproven)
        raise NoPlanError(found.status, f"rung {rungs}: {MESSAGES[found.status]}")


def ladder_summary(found: Ladder) -> RenderableType:
    """The rungs with their steps, then the steps of every area and programme."""
    return Group(*_blocks(found))


def _blocks(found: Ladder) -> Iterator[RenderableType]:
    yield Text(safe(found.title), style=HEADING)
    for scenario in found.document.get("scenarios", []):
        yield Text(f"Scenario {safe(scenario['name'])}: {safe(scenario['title'])}")
    yield _proof(found)
    yield _heading("Why the gap is there: shortfall of all areas as limits are lifted")
    yield _rungs(found.rungs)
    yield Text(ORDER_NOTE)
    yield _heading("By area [km²]")
    yield _steps(found.areas, "area")
    yield Text(SIGN_NOTE)
    if len(found.programmes):
        yield _heading("By programme, in its mandate [km²]")
        yield _steps(found.programmes, "programme")
        yield Text("Mandates overlap: never add these rows. Their steps can have either sign, too.")


def _proof(found: Ladder) -> Text:
    if found.unproven:
        rungs = ", ".join(words(name) for name in found.unproven)
        return Text(f"NOT PROVEN: {rungs}; their steps are only as good as their gaps", style="bold red")
    largest = float(found.rungs["gap"].max())
    return Text(f"Every rung is optimal within its tolerance (largest gap {largest:.1e}).", style="green")


def _rungs(rungs: pd.DataFrame) -> Table:
    table = _table("rung", "shortfall km²", "step km²", "share", "gap")
    table.add_column("what the step takes away")
    whole = float(rungs["shortfall_km2"].iloc[0])
    for rung in rungs.to_dict("records"):
        first = rung["rung"] == "plan"
        unproven = "" if rung["status"] == Status.OPTIMAL else " not proven"
        table.add_row(
            Text(safe(rung["title"])),
            count(rung["shortfall_km2"]),
            "" if first else count(rung["step_km2"]),
            percent(rung["step_km2"] / whole) if whole and not first else "",
            f"{rung['gap']:.0e}{unproven}" if rung["rounds"] else "exact",
            Text(STEPS.get(rung["rung"], "")),
        )
    return table


def _steps(rows: pd.DataFrame, name: str) -> Table:
    table = _table(name, "shortfall", *STEPS)
    for row in rows.to_dict("records"):
        figures = (float(row[f"{column}_km2"]) for column in ("shortfall", *STEPS))
        table.add_row(cell(row["name"]), *(count(round(figure) + 0.0) for figure in figures))
    return table


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style=HEADING)


def _table(name: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(name, min_width=8)
    for column in columns:
        table.add_column(words(column).replace(" ", "\n"), justify="right", no_wrap=True, vertical="bottom")
    return table
