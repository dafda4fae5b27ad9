"""Compare: plans of several scenarios of one case side by side, as differences from the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from planner.case import Case
from planner.case.files import CASE_FILE
from planner.case.folder import RawCase, read_folder
from planner.case.read import case_of
from planner.case.scenarios import BASELINE, read_scenarios
from planner.errors import InputError, Problem
from planner.jobs import Failure, Jobs
from planner.results.contract import ALL, CAUSES
from planner.schema.wording import listed, show
from planner.studies import planning
from planner.studies.engine import Runner, Shared, Variant
from planner.studies.planning import Progress, Results, Space
from planner.studies.scenario_tables import TABLES, scenario_tables
from planner.studies.study import Study, study_of
from planner.studies.text import Column, Section, count, figure, percent, points, signed
from planner.studies.workbook import WORKBOOK, write_workbook

SIDE_BY_SIDE = 4
"""Plans in one table; more of them stand below."""
LEAST_SHOWN = 0.5
"""Rows that would only show zeros are left out [km², h]."""
Show = Callable[[float], str]


def compare(
    cases: str | Path | Mapping[str, Case],
    scenarios: Sequence[str] = (),
    *,
    baseline: bool = False,
    changes: Mapping[str, object] | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Study:
    """Plan several cases and put them side by side, as differences from the first.

    Args:
        cases: a case folder, or cases by the name that each has in the comparison.
        scenarios: of a folder, the scenarios wanted ("a", or "a,b" together), the reference first. With none
            every scenario of the case is compared with the case as it stands.
        baseline: whether the case as it stands comes first, as "baseline"; it does where only one scenario
            is named, too.
        changes: as in ``read_case``, made in all of them.
        jobs: how many plans at a time, and where.
        progress: told of every step in a sentence.

    Returns:
        The study; a scenario without a plan is among its ``failures``.

    Raises:
        InputError: a case cannot be planned with, or the results cannot be compared.
        NoPlanError: none of them has a plan.
    """
    if isinstance(cases, Mapping):
        found = dict(cases)
    else:
        found = _read(read_folder(Path(cases)), scenarios, baseline, changes)
    _check_currencies(found)
    spaces: list[Space] = []
    for label, case in found.items():
        progress(f"cells and effort of scenario {label}")
        spaces.append(planning.make_space(case, spaces))
    first = next(iter(found.values()))
    runner = Runner("comparison", None, jobs or Jobs(), progress)
    shared = Shared(first, tuple(spaces), outlines=True, audited=True)
    plans = runner.plan(shared, [Variant(label, vars(case)) for label, case in found.items()])
    if all(isinstance(one, Failure) for one in plans.values()):
        label, failure = next(iter(plans.items()))
        raise failure.error(f"scenario {label}")  # type: ignore[union-attr]
    titles = {label: _title(label, case) for label, case in found.items()}
    return comparison(first, plans, titles)


def comparison(case: Case, plans: Mapping[str, Results | Failure], titles: Mapping[str, str]) -> Study:
    """Put plans side by side.

    Args:
        case: the first case.
        plans: plans by scenario, the reference first.
        titles: title of each scenario.
    """
    first = next(iter(plans))
    reference = plans[first]
    solved = {label: one for label, one in plans.items() if isinstance(one, Results)}
    return study_of(
        "comparison",
        case,
        reference if isinstance(reference, Results) else None,
        plans,
        titles,
        tables=scenario_tables(solved, first),
        document={
            "reference": first,
            "plans": [
                {"scenario": label, "title": titles[label], **_about(one)} for label, one in solved.items()
            ],
        },
        describe=describe,
        writers={WORKBOOK: write_workbook},
    )


def _about(results: Results) -> dict[str, object]:
    keys = ("scenarios", "inputs", "seconds", "counts")
    about = {name: results.run.get(name) for name in keys}
    return about | {"warnings": [str(warning) for warning in results.warnings]}


def _read(
    raw: RawCase, scenarios: Sequence[str], baseline: bool, changes: Mapping[str, object] | None
) -> dict[str, Case]:
    """The case as it stands, where wanted, and with each scenario; the problems of all of them at once."""
    wanted = [",".join(part.strip() for part in name.split(",")) for name in scenarios]
    if not wanted:
        known, _ = read_scenarios(dict(raw.values or {}), raw.text)  # noqa: PD011
        wanted, baseline = list(known), True
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


def _check_currencies(cases: Mapping[str, Case]) -> None:
    currencies = {label: case.settings.currency for label, case in cases.items()}
    first = next(iter(currencies.values()), "")
    for label, currency in currencies.items():
        if currency != first:
            rule = f"is the currency of {show(label)}, but the first plan has {first}"
            raise _wrong("currency", currency, rule, "compare plans in one currency")


def _wrong(column: str, value: str, rule: str, remedy: str) -> InputError:
    return InputError([Problem(CASE_FILE, 0, column, value, rule, remedy)])


def _title(label: str, case: Case) -> str:
    titles = "; ".join(case.scenarios.values())
    return titles or ("The case as it stands" if label == BASELINE else case.settings.title)


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """Certificates, totals, areas and programmes of all plans, with differences from the first."""
    first = str(study.document["reference"])
    sentences = []
    for row in study.variants.to_dict("records"):
        if row["variant"] in study.failures:
            sentences.append(f"FAILED: {row['variant']}: {row['title']}: {row['message']}")
            continue
        proven = row["status"] == "optimal"
        said = f"{row['variant']}: {row['title']} ({{}}, optimality gap {row['gap']:.1e})"
        sentences.append(said.format("optimal") if proven else f"NOT PROVEN: {said.format('not proven')}")
    missing = " It has no plan, so there are none." if first in study.failures else ""
    sentences.append(f"Differences are from {first}.{missing}")
    return sentences, list(_sections(study, first))


def _sections(study: Study, first: str) -> Iterator[Section]:
    yield _totals(study, first)
    side = partial(_side_by_side, first=first, scenarios=list(study.results))
    areas, money = study["areas"], study["programmes"]
    yield from side("Coverage by area", areas, "area_id", "coverage", percent, points)
    yield from side("Shortfall by area [km²]", areas, "area_id", "shortfall_km2")
    spending = f"Spending by programme [{study.currency}]"
    yield from side(spending, money, "programme_id", "spent")
    price = "shadow_price_km2_per_million"
    heading = "Shadow price of money by programme [risk-weighted km² per million]"
    yield from side(heading, money, "programme_id", price, figure)
    heading = "Shortfall in the mandate of each programme [km²]"
    note = "Mandates overlap: never add these rows."
    yield from side(heading, money, "programme_id", "shortfall_km2", notes=(note,))
    heading = "Causes of the shortfall in each mandate, and of all [km²]"
    yield from side(heading, _causes(study), "cause", "km2")
    limits = study["limits"]
    whom = (limits["programme_id"] + " " + limits["area_id"]).str.strip()
    named = limits.assign(limit=limits["limit_id"] + ": " + whom)
    yield from side("Penalties paid for limits [risk-weighted km²]", named, "limit", "paid")
    hours = study["hours"]
    hours = hours[hours["figure"] == "mission_hours"]
    most = hours["difference"].abs().groupby(hours["asset_id"]).transform("max")
    hours = hours[(most >= LEAST_SHOWN) | most.isna()]
    yield from side("Hours of assets and sensors that differ", hours, "asset_id", "mission_hours")


def _causes(study: Study) -> pd.DataFrame:
    """The causes that any plan has, by programme and for all areas together."""
    rows = pd.concat([study["programmes"], study["totals"].assign(programme_id=ALL)], ignore_index=True)
    rows = rows[rows["figure"].isin([f"{cause}_km2" for cause in CAUSES])]
    cause = rows["figure"].str.removesuffix("_km2").str.replace("_", " ")
    rows = rows.assign(cause=rows["programme_id"] + ": " + cause, figure="km2")
    return rows[rows.groupby("cause")["value"].transform("max") >= LEAST_SHOWN]


def _totals(study: Study, first: str) -> Section:
    shown = {"coverage": percent, "covered_km2": count, "shortfall_km2": count}
    shown |= {"spent": count, "mission_hours": count}
    rows_of = study["totals"][["scenario", "figure", "value", "difference"]].to_numpy().tolist()
    totals = {(label, name): (value, difference) for label, name, value, difference in rows_of}
    rows = []
    for label in study.results:
        row = {"scenario": label}
        for name, form in shown.items():
            value, difference = totals[label, name]
            change = points if name == "coverage" else signed
            row[name] = form(value) + (f"\n({change(difference)})" if label != first else "")
        rows.append(row)
    titles = ("coverage", "covered km²", "shortfall km²", "spent", "hours")
    columns = [Column(name, title, str) for name, title in zip(shown, titles, strict=True)]
    heading = f"Totals (money in {study.currency})"
    return Section(heading, pd.DataFrame(rows), (Column("scenario", "scenario"), *columns))


def _side_by_side(
    heading: str,
    long: pd.DataFrame,
    key: str,
    wanted: str,
    form: Show = count,
    change: Show = signed,
    *,
    first: str,
    scenarios: list[str],
    notes: tuple[str, ...] = (),
) -> Iterator[Section]:
    """One figure of every record: the first plan's, and that of every other with its difference."""
    rows = long[long["figure"] == wanted]
    if rows.empty:
        return
    texts = rows.assign(
        text=[
            form(value) + ("" if label == first or math.isnan(value) else f" {f'({change(difference)})':>9}")
            for label, value, difference in rows[["scenario", "value", "difference"]].itertuples(index=False)
        ]
    )
    ids = list(dict.fromkeys(texts[key]))
    wide = texts.pivot_table(index=key, columns="scenario", values="text", aggfunc="first")
    wide = wide.reindex(ids).fillna("-").reset_index()
    others = [label for label in scenarios if label != first]
    for start in range(0, max(1, len(others)), SIDE_BY_SIDE - 1):
        shown = [label for label in (first, *others[start : start + SIDE_BY_SIDE - 1]) if label in scenarios]
        columns = (Column(key, key.removesuffix("_id")), *(Column(label, label, str) for label in shown))
        last = start + SIDE_BY_SIDE - 1 >= len(others)
        yield Section(heading if start == 0 else "", wide, columns, notes if last else ())


__all__ = ["TABLES", "compare", "comparison"]
