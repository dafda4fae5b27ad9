"""The summary of a capacity plan, for the terminal and as a file; its folder, written whole or not at all."""

from __future__ import annotations

import json
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
from planner.errors import NoPlanError, Problem
from planner.frames import records
from planner.results.csv_files import write_csv
from planner.results.plain_text import cell, count, figure, percent, plain, safe
from planner.results.run_json import FILES as OF_RUN
from planner.results.run_json import RUN_JSON, SUMMARY
from planner.results.summary import HEADING, Columns, heading, shown_table, warning_lines
from planner.results.target import write_folder
from planner.results.write import write_run
from planner.solve.solver import Status

ORDERS: Columns = (
    ("order", "name", cell),
    ("for", "where", cell),
    ("year", "year", str),
    ("units", "units", count),
    ("capital", "capital", count),
    ("in service", "service", str),
    ("paid by", "payers", cell),
)
MONEY: Columns = (
    ("programme", "name", cell),
    ("capital budget", "capital", count),
    ("spent", "capital_spent", count),
    ("left", "capital_left", count),
    ("running budget", "running", count),
    ("fixed cost", "fixed", count),
    ("missions", "hours", count),
    ("left", "running_left", count),
)
YEARS: Columns = (
    ("year", "year", str),
    ("covered km²", "covered_km2", count),
    ("lowest future", "covered_km2_low", count),
    ("highest future", "covered_km2_high", count),
    ("without orders", "covered_without_km2", count),
    ("of targets", "share", percent),
    ("without orders", "share_without", percent),
    ("shortfall km²", "shortfall_km2", count),
    ("without orders", "shortfall_without_km2", count),
    ("new units", "ordered", figure),
)
WORTH: Columns = (
    ("option", "name", cell),
    ("units", "units", count),
    ("capital", "capital", count),
    ("running a year", "running", count),
    ("worth", "worth", figure),
    ("at least", "worth_low", figure),
    ("at most", "worth_high", figure),
    ("per million capital", "per_million_capital", figure),
    ("", "answer", cell),
)
SCARCE: Columns = (
    ("of", "kind", cell),
    ("", "name", cell),
    ("people, or metres, more", "more", figure),
    ("gain", "gain", figure),
    ("at least", "gain_low", figure),
    ("at most", "gain_high", figure),
    ("", "answer", cell),
)
STANDING: Columns = (
    ("order", "what", cell),
    ("units", "units", count),
    ("least", "least", count),
    ("most", "most", count),
    ("", "said", cell),
)
CHANGES: Columns = (
    ("order", "what", cell),
    ("year", "year", str),
    ("before", "before", count),
    ("now", "after", count),
)
VARIANTS: Columns = (
    ("objective", "objective", count),
    ("bound", "bound", count),
    ("capital", "capital", count),
    ("running money", "running", count),
    ("covered km²", "covered_km2", count),
    ("of targets", "share_of_targets", percent),
)
REGRET: Columns = (("regret at least", "regret_low", figure), ("at most", "regret_high", figure))
CHOSEN: Columns = (
    ("option", "name", cell),
    ("units planned", "planned", count),
    ("in draws", "part", percent),
    ("least", "least", count),
    ("mean", "mean", figure),
    ("most", "most", count),
)
FUTURES: Columns = (
    ("future", "title", cell),
    ("probability", "probability", percent),
    ("covered km²", "covered_km2", count),
    ("shortfall km²", "shortfall_km2", count),
)
MEANS = (
    "Means over futures, weighted by their probability; without orders: the best plan that orders nothing."
)
VALUES = (
    "Worth: by how much the objective of the best plan without the option, made anew, is higher, in {}; each "
    "option on its own: these rows do not add up."
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
        yield Text(f"Scenario {safe(scenario['name'])}: {safe(scenario['title'])}")
    yield Text(status(plan), style="green" if plan.proven else "bold red")
    if not plan.proven:
        yield Text(UNPROVEN, style="bold red")
    yield from (Text(safe(one)) for one in sentences(plan))
    currency = safe(plan.run["currency"])
    if len(plan["orders"]):
        yield heading(f"Orders (capital in {currency})")
        rows = sums.orders(plan)
        name = rows["name"] + (" " + rows["condition"]).where(rows["condition"] != "", "")
        yield shown_table(ORDERS, rows.assign(name=name))
    yield heading(f"Money by programme, over all years (in {currency})")
    yield shown_table(MONEY, money := sums.money(plan), _total(money))
    yield heading("Coverage by year")
    yield shown_table(YEARS, sums.years(plan))
    yield Text(MEANS)
    yield from _worth(plan)
    yield from _beside(plan)
    if len(plan["futures"]) > 1:
        yield heading(f"Futures (in {plan.years[-1]})")
        yield shown_table(FUTURES, plan["futures"])
    if plan.run["warnings"]:
        yield heading(f"Warnings ({len(plan.run['warnings'])})")
        yield from warning_lines([Problem(**one) for one in plan.run["warnings"]])


def _worth(plan: CapacityPlan) -> Iterator[RenderableType]:
    if len(plan["option_values"]):
        yield heading(f"What each option is worth (money in {safe(plan.run['currency'])})")
        ranked, unknown = sums.worth(plan)
        if len(ranked):
            yield shown_table(WORTH, ranked)
            yield Text(VALUES.format(unit(plan)))
        yield from (Text(safe(one)) for one in unknown)
    if len(plan["scarce"]):
        yield heading("What more crews and berths would gain")
        yield shown_table(SCARCE, plan["scarce"])
    if sums.near(plan):
        yield heading(f"Units in this plan and {sums.near(plan)} near-optimal ones")
        yield shown_table(STANDING, standing_rows(plan))
    if len(plan["left_out"]):
        yield heading("Options that are left out")
        for one in records(plan["left_out"].nlargest(MOST_LEFT_OUT, "reduced_worth")):
            gains = f"a unit gains at most {figure(one.reduced_worth)} {COVERED}"
            says = f"{gains}; {one.lacks}" if one.reduced_worth > 0.0 else "gains nothing by itself"
            yield Text(safe(f"{one.name}: {says}"))


def _beside(plan: CapacityPlan) -> Iterator[RenderableType]:
    if len(plan["changes"]):
        yield heading("What changes from the earlier plan")
        yield shown_table(CHANGES, sums.changes(plan))
    for what, words in sums.MONEY.items():
        if len(rows := sums.frontier(plan, what)):
            yield heading(f"With less and more {words}")
            yield shown_table((("times", "factor", "{:g}".format), *VARIANTS), rows)
    if len(rows := sums.scenarios(plan)):
        yield heading("Scenarios")
        yield shown_table((("scenario", "title", cell), *VARIANTS, *REGRET), rows)
    if sums.drawn(plan)[1]:
        yield heading(f"Options over {sums.drawn(plan)[1]} draws of the uncertain figures")
        yield shown_table(CHOSEN, sums.chosen(plan))


def standing_rows(plan: CapacityPlan) -> pd.DataFrame:
    """Units in all near-optimal plans with ``said``: whether they stand in all of them."""
    table = sums.standing(plan)
    all_same = table["least"] == table["most"]
    some = table["stands"].map({True: "some stand, some are interchangeable", False: "interchangeable"})
    return table.assign(said=some.mask(all_same, "stands in all"))


def _total(money: pd.DataFrame) -> pd.DataFrame:
    figures = [column for _, column, _ in MONEY[1:]]
    return money[figures].sum().to_frame().T.assign(name="all programmes")


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
