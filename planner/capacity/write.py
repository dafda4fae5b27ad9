"""The summary of a capacity plan, for the terminal and as a file; its folder, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from planner.capacity import sums
from planner.capacity.results import (
    FILES,
    INVEST,
    CapacityPlan,
    InvestResults,
    capacity_plan_of,
    folder_of,
    kept,
)
from planner.capacity.sentences import COVERED, sentences, status, unit
from planner.charts.spec import declared
from planner.errors import NoPlanError, Problem
from planner.frames import records
from planner.results.csv_files import write_csv
from planner.results.plain_text import figure, plain, safe, things, titled
from planner.results.run_json import FILES as OF_RUN
from planner.results.run_json import RUN_JSON, SUMMARY, json_text
from planner.results.summary import warning_lines
from planner.results.target import write_folder
from planner.results.text_table import HEADING, heading
from planner.results.write import write_run
from planner.solve.solver import Status
from planner.studies import tables

TABLES = declared("planner.capacity", "summary.toml")
"""Heading and columns of each table of the summary."""
MEANS = (
    "Means over futures, weighted by their probability; without orders: the best plan that orders nothing."
)
VALUES = (
    "Worth: by how much the objective of the best plan without the option, planned again, is higher, in {}; "
    "each option on its own: these rows do not add up."
)
UNPROVEN = (
    "The search ended before the optimality gap closed; go on with --resume --overwrite and a higher "
    "--time-limit, or raise --gap or cells.spacing_nm."
)
MOST_LEFT_OUT = 5


def summary(plan: CapacityPlan) -> RenderableType:
    """What a planner reads first: proof, answer, orders, money, coverage, worth, alternatives, warnings."""
    return Group(*_blocks(plan))


def _blocks(plan: CapacityPlan) -> Iterator[RenderableType]:
    yield Text(safe(plan.run["title"]), style=HEADING)
    for scenario in plan.run["scenarios"]:
        yield Text(f"Scenario {titled(scenario['name'], scenario['title'])}")
    yield Text(status(plan), style="green" if plan.proven else "bold red")
    if not plan.proven:
        yield Text(UNPROVEN, style="bold red")
    yield from (Text(safe(one)) for one in sentences(plan))
    rows = sums.orders(plan)
    name = rows["name"] + (" " + rows["condition"]).where(rows["condition"] != "", "")
    yield from _table(plan, "orders", rows.assign(name=name))
    paid = sums.money(plan)
    figures = paid.select_dtypes("number")
    yield from _table(plan, "money", paid, figures.sum().to_frame().T.assign(name="all programmes"))
    yield from _table(plan, "years", sums.years(plan))
    yield Text(MEANS)
    yield from _worth(plan)
    yield from _table(plan, "changes", sums.changes(plan))
    for what, words in sums.MONEY.items():
        yield from _table(plan, "frontier", sums.frontier(plan, what), money=words)
    yield from _table(plan, "scenarios", sums.scenarios(plan))
    if made := sums.drawn(plan)[1]:
        yield from _table(plan, "chosen", sums.chosen(plan), made=made)
    if len(plan["futures"]) > 1:
        yield from _table(plan, "futures", plan["futures"], last=plan.years[-1])
    if plan.run["warnings"]:
        yield heading(f"Warnings ({len(plan.run['warnings'])})")
        yield from warning_lines([Problem(**one) for one in plan.run["warnings"]])


def _table(plan: CapacityPlan, name: str, *rows: pd.DataFrame, **said: object) -> Iterator[RenderableType]:
    """A table under its heading, where it has rows."""
    if any(map(len, rows)):
        yield heading(TABLES[name]["heading"].format(currency=safe(plan.run["currency"]), **said))
        yield tables.shown(tables.columns(TABLES[name]["columns"]), *rows)


def _worth(plan: CapacityPlan) -> Iterator[RenderableType]:
    ranked, unknown = sums.worth(plan)
    if len(ranked):
        yield from _table(plan, "worth", ranked)
        yield Text(VALUES.format(unit(plan)))
    elif unknown:
        yield heading(TABLES["worth"]["heading"].format(currency=safe(plan.run["currency"])))
    yield from (Text(safe(one)) for one in unknown)
    yield from _table(plan, "scarce", plan["scarce"])
    if near := sums.near(plan):
        others = things(near, "near-optimal plan")
        yield from _table(plan, "order_ranges", order_range_rows(plan), near=others)
    if len(plan["left_out"]):
        yield heading("Options that are left out")
        for one in records(plan["left_out"].nlargest(MOST_LEFT_OUT, "reduced_worth")):
            gains = f"a unit gains at most {figure(one.reduced_worth)} {COVERED}"
            says = f"{gains}; {one.lacks}" if one.reduced_worth > 0.0 else "gains nothing by itself"
            yield Text(safe(f"{one.name}: {says}"))


def order_range_rows(plan: CapacityPlan) -> pd.DataFrame:
    """Units in all near-optimal plans with ``said``: whether they are the same in all of them."""
    table = sums.order_ranges(plan)
    all_same = table["least"] == table["most"]
    some = table["firm"].map({True: "some are firm, some interchangeable", False: "interchangeable"})
    return table.assign(said=some.mask(all_same, "firm"))


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
        document = json_text({**plan.run, "files": files})
        (staging / RUN_JSON).write_text(document, encoding="utf-8", newline="\n")
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
