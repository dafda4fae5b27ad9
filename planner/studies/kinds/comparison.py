"""Compare: plans of several scenarios of one case side by side, as differences from the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Unpack

import pandas as pd
from typer import Option

from planner.case import Case
from planner.case.capital_state import is_of_capital
from planner.case.files import CASE_FILE
from planner.case.folder import RawCase, read_folder
from planner.case.read import case_of
from planner.case.scenarios import BASELINE
from planner.causes.names import ALL
from planner.charts.forms import coloured, nothing, over, row_chart, told
from planner.charts.names import ONE, labels
from planner.charts.names import named as row_names
from planner.charts.spec import Chart, Spec, layer
from planner.errors import InputError, Problem
from planner.features.space import Space, make_space
from planner.frames import records
from planner.jobs import Failure
from planner.results.contract import CAUSES
from planner.results.palette import INK, KINDS, LESS_MORE, PAPER
from planner.results.plain_text import titled, words
from planner.results.results import Results
from planner.results.sentences import COUNTED
from planner.schema.messages import listed, show
from planner.studies.engine import ALL_TABLES, How, Runner, Shared, Variant
from planner.studies.metrics import APART, KEYS, counted, named, what_counts, wide
from planner.studies.study import Study, study_of
from planner.studies.tables import Found, Section, declared, titles_of
from planner.studies.workbook import TABLES, WORKBOOK, write_workbook

LEAST_SHOWN = 0.5
"""Changes below this are not shown [km², money]."""
SHOWN = declared("comparison")
LARGEST = (
    ("shortfall, km², by", tuple(f"{cause}_km2" for cause in CAUSES), 2),
    ("covered km² of", ("area_covered_km2",), 3),
    ("money spent by", ("programme_spent",), 2),
    ("penalty, risk-weighted km², for", ("limit_paid",), 2),
)
"""What changes are shown of: in words, the metrics, and how many of each plan at most."""


def compare(
    cases: str | Path | Mapping[str, Case],
    scenarios: Annotated[
        Sequence[str],
        Option(
            "--scenario",
            metavar="NAME[,NAME]",
            help="A scenario, or several together. May be repeated; all of the case if not given.",
        ),
    ] = (),
    *,
    baseline: Annotated[
        bool, Option("--baseline", help="Put the case as it stands first, as it is beside one scenario.")
    ] = False,
    causes: Annotated[
        bool, Option("--causes", help="Find why each plan's coverage gaps are there, by more plans.")
    ] = False,
    **how: Unpack[How],
) -> Study:
    """Plan several scenarios and put them side by side, as differences from the first.

    Args:
        cases: a case folder, or cases by the name that each has in the comparison.
        scenarios: of a folder; the first is the reference. With none every scenario of the case is compared
            with the case as it stands.
        baseline: whether the case as it stands comes first, as "baseline"; it does where only one scenario
            is named, too.
        causes: whether the causes of every plan's coverage gaps are found.
        how: see ``How``; changes are made in all cases.

    Returns:
        The study; a scenario without a plan is among its ``failures``.

    Raises:
        InputError: a case cannot be planned with, or the results cannot be compared.
        NoPlanError: none of them has a plan.
    """
    if isinstance(cases, Mapping):
        found = dict(cases)
    else:
        found = _read(read_folder(Path(cases)), scenarios, baseline, how.get("changes"))
    first, *_ = found
    currency = found[first].settings.currency
    for label, case in found.items():
        if case.settings.currency != currency:
            rule = f"is the currency of {show(label)}, but the first plan has {currency}"
            raise _wrong("currency", case.settings.currency, rule, "compare plans in one currency")
    runner = Runner("comparison", causes, how)
    spaces: list[Space] = []
    for label, case in found.items():
        runner.progress(f"cells and effort of scenario {label}")
        spaces.append(make_space(case, spaces))
    shared = Shared(
        found[first], tuple(spaces), tables=ALL_TABLES, outlines=True, audited=True, causes=causes
    )
    plans = runner.plan(shared, [Variant(label, vars(case)) for label, case in found.items()])
    solved = {label: one for label, one in plans.items() if isinstance(one, Results)}
    if not solved and isinstance(why := plans[first], Failure):
        raise why.error(f"scenario {first}")
    titles = {
        label: "; ".join(case.scenarios.values())
        or ("The case as it stands" if label == BASELINE else case.settings.title)
        for label, case in found.items()
    }
    about = [
        {"scenario": label, "title": titles[label]}
        | {name: one.run.get(name) for name in ("scenarios", "inputs", "seconds", "counts")}
        | {"warnings": [str(warning) for warning in one.warnings]}
        for label, one in solved.items()
    ]
    return study_of(
        "comparison",
        found[first],
        solved.get(first),
        plans,
        describe,
        lambda study: long_tables(study.differences),
        titles=titles,
        document={"reference": first, "plans": about},
        writers={WORKBOOK: write_workbook},
        first=False,
    )


STUDY = compare


def long_tables(differences: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The files of a comparison: scenario, what names the record, figure, unit, value and difference.

    Causes that are 0 in every plan are left out, record by record.
    """
    record = [differences[name] for name in ("of", "id", "metric")]
    most = differences["value"].abs().fillna(0.0).groupby(record).transform("max")
    figures = [metric.removeprefix(f"{of}_") for of, metric in zip(record[0], record[2], strict=True)]
    rows = differences.assign(figure=figures).rename(columns={"variant": "scenario"})
    rows = rows[(most > 0.0) | ~rows["figure"].isin([f"{cause}_km2" for cause in CAUSES])]
    found = {}
    for name, of in TABLES.items():
        has_names = ["name"] if of in ("area", "programme", "asset") else []
        columns = ["scenario", *KEYS[of], *has_names, "figure", "unit", "value", "difference"]
        found[name] = named(rows[rows["of"] == of], of)[columns].reset_index(drop=True)
    return found


def _read(
    raw: RawCase, scenarios: Sequence[str], baseline: bool, changes: Mapping[str, object] | None
) -> dict[str, Case]:
    """The case as it stands, where wanted, and with each scenario; the problems of all of them at once."""
    wanted = [",".join(part.strip() for part in name.split(",")) for name in scenarios]
    if not wanted:
        wanted, baseline = [name for name, one in raw.scenarios.items() if not is_of_capital(one)], True
    twice = sorted({name for name in wanted if wanted.count(name) > 1})
    if twice:
        raise _wrong("scenarios", listed(twice), "is compared twice", "name every scenario once")
    if baseline or len(wanted) == 1:
        wanted = [BASELINE, *wanted]
    found: dict[str, Case] = {}
    problems: list[Problem] = []
    for name in wanted:
        try:
            found[name] = case_of(raw, changes, None if name == BASELINE else name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(sorted(set(problems)))
    if len(found) == 1:
        raise _wrong("scenarios", "", "has no scenario to compare", "add [scenarios.NAME] to case.toml")
    return found


def _wrong(column: str, value: str, rule: str, remedy: str) -> InputError:
    return InputError([Problem(CASE_FILE, 0, column, value, rule, remedy)])


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """Certificates and totals of all plans, and their largest differences from the first; files have all."""
    first = str(study.document["reference"])
    sentences = []
    for row in study.variants.to_dict("records"):
        called, gap = titled(row["variant"], row["title"]), f"optimality gap {row['gap']:.1e}"
        if row["variant"] in study.failures:
            sentences.append(f"FAILED: {called}: {row['message']}")
        elif row["status"] == "optimal":
            sentences.append(f"{called} (optimal, {gap})")
        else:
            sentences.append(f"NOT PROVEN: {called} (not proven, {gap})")
    missing = " It has no plan, so there are none." if first in study.failures else ""
    sentences.append(f"Differences are from {first}.{missing}")
    changes = largest_changes(study, first)
    heading = f"Totals, with the change from {first} (objective: {study.value}; money in {study.currency})"
    others = _others(study)
    blank = (f"Made for another objective, and so without its value: {', '.join(others)}.",) if others else ()
    answered = [label for label, one in study.results.items() if len(one.response)]
    counts = (f"Coverage of {', '.join(answered)} {COUNTED}.",) if answered else ()
    sections = [Section(heading, _totals(study, first), SHOWN["totals"].columns, (*blank, *counts))]
    if len(changes):
        more = f"All areas, programmes, hours, prices and limits are in {WORKBOOK} and the files beside it."
        sections.append(
            Section(f"What changes most from {first}", changes, SHOWN["changes"].columns, (more,))
        )
    return sentences, sections


def _totals(study: Study, first: str) -> pd.DataFrame:
    """Totals of each plan, and what they are above the first plan's; nothing beside the first itself."""
    figures = ["objective", "risk_weighted_coverage", "targets_reached", "shortfall_km2", "spent"]
    parts = [wide(study.differences, ALL, figures, kind) for kind in ("value", "difference")]
    both = parts[0].merge(parts[1], on="variant", suffixes=("", "_change"))
    changes = [f"{name}_change" for name in figures]
    both[changes] = both[changes].where(both["variant"] != first)
    both.loc[both["variant"].isin(_others(study)), ["objective", "objective_change"]] = math.nan
    return both.rename(columns={"variant": "scenario"})


def _others(study: Study) -> list[str]:
    """The plans whose value is of another objective, so that it is not beside that of the others."""
    counts = what_counts(study.objective, study.coverage_worth)
    return [label for label, one in study.results.items() if counted(one) != counts]


def largest_changes(study: Study, first: str) -> pd.DataFrame:
    """The largest differences of each plan: of causes, areas, programmes and limits."""
    table = study.differences[study.differences["variant"] != first].rename(columns={"variant": "scenario"})
    table = table.assign(reference=table["reference"].fillna(0.0))  # what the first plan does not have
    table["change"] = table["value"] - table["reference"]
    table["size"] = table["change"].abs()
    table = table[table["size"] >= LEAST_SHOWN].sort_values("size", ascending=False, kind="stable")
    parts = [table.iloc[:0].assign(what="")]
    for said, metrics, most in LARGEST if first in study.results else ():
        rows = table[table["metric"].isin(metrics)].groupby("scenario").head(most)
        whom = [
            words(one.metric.removesuffix("_km2"))
            if one.id == ALL
            else one.name or " ".join(filter(None, one.id.split(APART)))
            for one in records(rows)
        ]
        parts.append(rows.assign(what=[f"{said} {one}" for one in whom]))
    order = {label: n for n, label in enumerate(study.results)}
    return pd.concat(parts).sort_values("scenario", key=lambda one: one.map(order), kind="stable")


SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right")
"""Scenarios that can be told apart by colour and shape; more are shown as a table of differences."""
LARGE_POINT = 0.03
"""Differences of coverage beyond this are in the strongest colour."""


def coverage(areas: pd.DataFrame, titles: Mapping[str, str]) -> Chart:
    """Coverage of every area in each scenario, the largest difference from the first first.

    From the table ``areas`` of a comparison, the reference first; it has ``target_coverage``, too, for ticks.
    """
    known = areas.dropna(subset="value")
    frame = known[known["figure"] == "coverage"]
    if not len(frame):
        return nothing("coverage")
    scenarios = frame["scenario"].drop_duplicates().tolist()
    called = dict(zip(scenarios, labels(scenarios, [titles.get(one, one) for one in scenarios]), strict=True))
    first = frame[frame["scenario"] == scenarios[0]].set_index("area_id")["value"]
    frame = frame.assign(difference=frame["value"] - frame["area_id"].map(first))
    spread = frame["difference"].abs().groupby(frame["area_id"]).max()
    ids = spread.sort_values(ascending=False, kind="stable").index.tolist()
    full = frame.drop_duplicates("area_id").set_index("area_id")["name"]
    names = row_names(ids, full.reindex(ids), signs=ONE, lines=1)
    frame = frame.assign(label=frame["area_id"].map(names.label), shown=frame["scenario"].map(called))
    frame = frame.sort_values("area_id", key=lambda one: one.map(ids.index), kind="stable", ignore_index=True)
    frame = frame[["scenario", "area_id", "label", "shown", "value", "difference"]]
    kinds = list(called.values())
    order, words = frame["label"].drop_duplicates().tolist(), {"first": kinds[0], "how": ""}
    if len(kinds) > len(SHAPES):
        words["how"] = "; colours show the difference from it"
        least = 200 + 30 * len(kinds)
        return row_chart(
            "coverage", frame, names, order=order, words=words, drawn=_matrix(kinds), least=least
        )
    wanted = known[known["figure"] == "target_coverage"]
    shared = wanted.groupby("area_id")["value"].transform("nunique") == 1
    targets = wanted[shared].drop_duplicates("area_id")
    targets = targets.assign(label=targets["area_id"].map(names.label), target=targets["value"])
    targets = targets[["label", "target"]].dropna()
    frame["place"] = frame["shown"].map(kinds.index)  # the first scenario lies on top
    frame = frame.sort_values("place", ascending=False, kind="stable")
    scale = dict(zip(kinds, KINDS, strict=False))
    looks = {"shape": coloured("shown", dict(zip(kinds, SHAPES, strict=False)))}
    alike = "" if shared.all() else " that are the same in all scenarios"
    words["how"] = f". Ticks: targets{alike}" if len(targets) else ""
    return row_chart("coverage", frame, names, scale, order, {"targets": targets}, {**words, **looks})


def _matrix(kinds: list[str]) -> list[Spec]:
    """Coverage by area and scenario in figures, coloured by the difference from the first."""
    edges = [-LARGE_POINT, -0.01, -0.001, 0.001, 0.01, LARGE_POINT]
    place = {"x": over("shown", kinds, -40, labelLimit=150, grid=False)}
    colour = {
        **{"field": "difference", "type": "quantitative", "title": f"difference from {kinds[0]}"},
        "scale": {"type": "threshold", "domain": edges, "range": list(LESS_MORE)},
        "legend": {"format": "+~%"},
    }
    strong = f"abs(datum.difference) >= {LARGE_POINT}"
    ink = {"condition": {"test": strong, "value": "white"}, "value": INK}
    text = {"field": "value", "type": "quantitative", "format": ".1%"}
    return [
        layer("rect", {**place, "color": colour, "tooltip": told("coverage")}, {"stroke": PAPER}),
        layer("text", {**place, "text": text, "color": ink}),
    ]


CHARTS: Mapping[str, Callable[[Found], Chart]] = {
    "coverage": lambda study: coverage(study["areas"], titles_of(study))
}
