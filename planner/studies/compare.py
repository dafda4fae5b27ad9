"""Compare: plans of several scenarios of one case side by side, as differences from the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Unpack

import pandas as pd

from planner.case import Case
from planner.case.files import CASE_FILE
from planner.case.folder import RawCase, read_folder
from planner.case.read import case_of
from planner.case.scenarios import BASELINE, read_scenarios
from planner.errors import InputError, Problem
from planner.features.space import Space, make_space
from planner.jobs import Failure
from planner.results.contract import ALL, CAUSES
from planner.results.plain_text import count, figure, percent
from planner.results.results import Results
from planner.schema.wording import listed, show
from planner.studies.compare_workbook import WORKBOOK, write_workbook
from planner.studies.engine import How, Runner, Shared, Variant
from planner.studies.kept import ALL_TABLES
from planner.studies.metrics import KEYS, named
from planner.studies.study import Study, study_of
from planner.studies.tables import Column, Section, points, signed

SIDE_BY_SIDE = 4
"""Plans in one table; more of them stand below."""
LEAST_SHOWN = 0.5
"""Rows that would only show zeros are left out [km², h]."""
TABLES: Mapping[str, str] = {
    "totals": ALL,
    "areas": "area",
    "gaps": "mandate",
    "programmes": "programme",
    "hours": "asset",
    "prices": "scarce",
    "limits": "limit",
}
"""Files of a comparison, and what the figures in each are of."""
Show = Callable[[float], str]
FORMATS: Mapping[str, tuple[Show, Show]] = {"coverage": (percent, points), "shadow_price": (figure, signed)}
"""How figures and their differences are shown; the others as whole numbers."""
TOTALS = ("coverage", "covered_km2", "shortfall_km2", "spent", "mission_hours")
PRICE = "Shadow price of money by programme [risk-weighted km² per million]"
MANDATES, OVERLAP = (
    "Shortfall in the mandate of each programme [km²]",
    "Mandates overlap: never add these rows.",
)


def compare(
    cases: str | Path | Mapping[str, Case],
    scenarios: Sequence[str] = (),
    *,
    baseline: bool = False,
    **how: Unpack[How],
) -> Study:
    """Plan several cases and put them side by side, as differences from the first.

    Args:
        cases: a case folder, or cases by the name that each has in the comparison.
        scenarios: of a folder, the scenarios wanted ("a", or "a,b" together), the reference first. With none
            every scenario of the case is compared with the case as it stands.
        baseline: whether the case as it stands comes first, as "baseline"; it does where only one scenario
            is named, too.
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
    _check_currencies(found)
    first, *_ = found
    runner = Runner("comparison", None, how)
    spaces: list[Space] = []
    for label, case in found.items():
        runner.progress(f"cells and effort of scenario {label}")
        spaces.append(make_space(case, spaces))
    shared = Shared(found[first], tuple(spaces), tables=ALL_TABLES, outlines=True, audited=True)
    plans = runner.plan(shared, [Variant(label, vars(case)) for label, case in found.items()])
    reference, solved = plans[first], [one for one in plans.values() if isinstance(one, Results)]
    if isinstance(reference, Failure) and not solved:
        raise reference.error(f"scenario {first}")
    titles = {label: _title(label, case) for label, case in found.items()}
    return study_of(
        "comparison",
        found[first],
        reference if isinstance(reference, Results) else None,
        plans,
        describe,
        titles=titles,
        tables=long_tables,
        document={
            "reference": first,
            "plans": [
                {"scenario": label, "title": titles[label], **_about(one)}
                for label, one in plans.items()
                if isinstance(one, Results)
            ],
        },
        writers={WORKBOOK: write_workbook},
        first=False,
    )


def long_tables(differences: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The files of a comparison: scenario, what names the record, figure, value and difference."""
    found = {}
    for name, of in TABLES.items():
        rows = differences[differences["of"] == of].rename(
            columns={"variant": "scenario", "metric": "figure"}
        )
        prefix = "" if of == ALL else f"{of}_"
        rows = named(rows.assign(figure=rows["figure"].str.removeprefix(prefix)), of)
        has_names = ["name"] if of in ("area", "programme", "asset") else []
        found[name] = rows[["scenario", *KEYS[of], *has_names, "figure", "value", "difference"]]
    return {name: table.reset_index(drop=True) for name, table in found.items()}


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
    side = partial(_side_by_side, first=first, scenarios=list(study.results))
    totals, areas, money = study["totals"], study["areas"], study["programmes"]
    called = totals["figure"].str.replace("_km2", " [km²]").str.replace("_", " ")
    whole = totals[totals["figure"].isin(TOTALS)].assign(total=called)
    yield from side(f"Totals (money in {study.currency})", whole, "total")
    for table, key, wanted, heading, notes in (
        (areas, "area_id", "coverage", "Coverage by area", ()),
        (areas, "area_id", "shortfall_km2", "Shortfall by area [km²]", ()),
        (money, "programme_id", "spent", f"Spending by programme [{study.currency}]", ()),
        (money, "programme_id", "shadow_price", PRICE, ()),
        (money, "programme_id", "shortfall_km2", MANDATES, (OVERLAP,)),
    ):
        yield from side(heading, table[table["figure"] == wanted], key, notes)
    yield from side("Causes of the shortfall in each mandate, and of all [km²]", _causes(study), "cause")
    limits = study["limits"]
    limits = limits[limits["figure"] == "paid"]
    whom = (limits["programme_id"] + " " + limits["area_id"]).str.strip()
    limits = limits.assign(limit=limits["limit_id"] + ": " + whom)
    yield from side("Penalties paid for limits [risk-weighted km²]", limits, "limit")
    hours = study["hours"]
    hours = hours[hours["figure"] == "mission_hours"]
    most = hours["difference"].abs().groupby(hours["asset_id"]).transform("max")
    hours = hours[(most >= LEAST_SHOWN) | most.isna()]
    yield from side("Hours of assets and sensors that differ", hours, "asset_id")


def _causes(study: Study) -> pd.DataFrame:
    """The causes that any plan has, by programme and for all areas together."""
    rows = pd.concat([study["programmes"], study["totals"].assign(programme_id=ALL)], ignore_index=True)
    rows = rows[rows["figure"].isin([f"{cause}_km2" for cause in CAUSES])]
    cause = rows["figure"].str.removesuffix("_km2").str.replace("_", " ")
    rows = rows.assign(cause=rows["programme_id"] + ": " + cause)
    return rows[rows.groupby("cause")["value"].transform("max") >= LEAST_SHOWN]


def _side_by_side(
    heading: str,
    rows: pd.DataFrame,
    key: str,
    notes: tuple[str, ...] = (),
    *,
    first: str,
    scenarios: list[str],
) -> Iterator[Section]:
    """One figure of every record: the first plan's, and that of every other with its difference."""
    if rows.empty:
        return
    texts = []
    for label, name, value, difference in (
        rows[["scenario", "figure", "value", "difference"]].to_numpy().tolist()
    ):
        form, change = FORMATS.get(name, (count, signed))
        alone = label == first or math.isnan(value)
        texts.append(form(value) + ("" if alone else f" {f'({change(difference)})':>9}"))
    wide = rows.assign(text=texts).pivot_table(index=key, columns="scenario", values="text", aggfunc="first")
    wide = wide.reindex(list(dict.fromkeys(rows[key]))).fillna("-").reset_index()
    others = [label for label in scenarios if label != first]
    for start in range(0, max(1, len(others)), SIDE_BY_SIDE - 1):
        shown = [label for label in (first, *others[start : start + SIDE_BY_SIDE - 1]) if label in wide]
        columns = (
            Column(key, title=key.removesuffix("_id")),
            *(Column(label, title=label, show=str) for label in shown),
        )
        last = start + SIDE_BY_SIDE - 1 >= len(others)
        yield Section(heading if start == 0 else "", wide, columns, notes if last else ())
