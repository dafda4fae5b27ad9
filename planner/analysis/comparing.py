"""Plans of several scenarios of one case, side by side; only what a scenario touches is computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from planner.analysis.jobs import Failure, Jobs, run_tasks
from planner.analysis.store import remove_store
from planner.case import Case
from planner.case.folder import RawCase, read_folder
from planner.case.read import case_of
from planner.case.scenarios import BASELINE, read_scenarios
from planner.case.validate import CASE_FILE
from planner.case.wording import listed, show
from planner.errors import InputError, Problem
from planner.groundwork import Groundwork, groundwork
from planner.planning import Progress, plan
from planner.report.comparison import Comparison, comparison
from planner.report.results import Results


def compare(
    cases: str | Path | Mapping[str, Case],
    scenarios: Sequence[str] = (),
    *,
    baseline: bool = False,
    changes: Mapping[str, object] | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Comparison:
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

    Raises:
        InputError: a case cannot be planned with, or the results cannot be compared.
        NoPlanError: there is no plan for one of them.
        AuditError: a plan does not stand up to its audit.
    """
    if isinstance(cases, Mapping):
        found = dict(cases)
    else:
        found = _read(read_folder(Path(cases)), scenarios, baseline, changes)
    _check_currencies(found)
    grounds: list[Groundwork] = []
    for label, case in found.items():
        progress(f"cells and effort of scenario {label}")
        grounds.append(groundwork(case, grounds))
    planned = run_tasks(_plan, tuple(grounds), found, jobs, progress)
    plans = {label: result for label, result in planned.items() if isinstance(result, Results)}
    for label, result in planned.items():
        if isinstance(result, Failure):
            if jobs is not None and jobs.store is not None:
                remove_store(jobs.store)
            raise result.error(f"scenario {label}")
    return comparison(plans, {label: _title(label, case) for label, case in found.items()})


def _plan(grounds: tuple[Groundwork, ...], case: Case) -> Results:
    """The plan of one scenario; the work of a task."""
    return plan(case, before=grounds)


def _read(
    raw: RawCase, scenarios: Sequence[str], baseline: bool, changes: Mapping[str, object] | None
) -> dict[str, Case]:
    """The case as it stands, where wanted, and with each scenario; the problems of all of them at once."""
    wanted = [_label(name) for name in scenarios]
    if not wanted:
        known, _ = read_scenarios(dict(raw.values or {}), raw.text)
        wanted, baseline = list(known), True
    twice = sorted({name for name in wanted if wanted.count(name) > 1})
    if twice:
        remedy = "name every scenario once"
        raise InputError([Problem(CASE_FILE, 0, "scenarios", listed(twice), "is compared twice", remedy)])
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
        remedy = "add [scenarios.NAME] to case.toml"
        raise InputError([Problem(CASE_FILE, 0, "scenarios", "", "has no scenario to compare", remedy)])
    return found


def _label(name: str) -> str:
    return ",".join(part.strip() for part in name.split(","))


def _title(label: str, case: Case) -> str:
    titles = "; ".join(case.scenarios.values())
    return titles or ("The case as it stands" if label == BASELINE else case.settings.title)


def _check_currencies(cases: Mapping[str, Case]) -> None:
    currencies = {label: case.settings.currency for label, case in cases.items()}
    first = next(iter(currencies.values()), "")
    for label, currency in currencies.items():
        if currency != first:
            rule = f"is the currency of {show(label)}, but the first plan has {first}"
            remedy = "compare plans in one currency"
            raise InputError([Problem(CASE_FILE, 0, "currency", currency, rule, remedy)])
