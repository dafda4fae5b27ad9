"""The way from a folder to a case: read, change, check across files; every problem in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from planner.case.areas import LAND_FILE, Parted, make_disjoint
from planner.case.capital_state import without_capital
from planner.case.case import Case, frames
from planner.case.edits import edited
from planner.case.files import CASE_FILE, CHANGES
from planner.case.folder import RawCase, read_folder
from planner.case.periods import planned_risk, without_periods
from planner.case.plausibility import implausible, table_warnings
from planner.case.ranges import figure_key, ranges, ranges_frame
from planner.case.risk import check_risk, check_visits, figures_of, future_rows
from planner.case.rows import Rows
from planner.case.rules import check_rules
from planner.case.scenarios import (
    Edit,
    chosen,
    combined,
    from_pairs,
    of_futures,
    with_probabilities,
    without_removed,
)
from planner.case.sources import resolve_sources
from planner.case.state import State
from planner.case.toml_file import key_place
from planner.errors import InputError, Problem
from planner.schema.settings import Settings
from planner.schema.tables import AREAS, MAPPED, PERIODS, RISK_MAP, WHOLE

GROUND, FLEET = ("areas", "bases"), ("assets", "sensors")
"""The tables that must be sound to look at cells, and those of which the sound rows are looked at."""
STAND_IN = Settings(title="-", currency="USD", horizon_days=365, dwell_days=1, target_coverage=0)
"""In the place of settings that are not valid."""
RISK_WEIGHT, RISK_VISITS = (figure_key(RISK_MAP, "", name) for name in MAPPED)


def read_case(
    folder: str | Path, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Case:
    """The case in a folder, with scenarios of its ``case.toml`` and further changes made before its checks.

    Args:
        folder: The case folder.
        changes: Values by dotted key: "cells.spacing_nm" for a setting, "programmes.japan_osa.budget" for
            table, id and column ("*" for every id). They go before those of the scenarios.
        scenario: The name of a table ``[scenarios.NAME]`` of ``case.toml``, or several of them as "a,b".
            Where they contradict each other the later one wins, and a warning says so.

    Raises:
        InputError: with every problem of every file.
    """
    return case_of(read_folder(Path(folder)), changes, scenario)


def case_of(raw: RawCase, changes: Mapping[str, object] | None = None, scenario: str | None = None) -> Case:
    """The case in what was read from a folder, which stays as it is; as ``read_case``."""
    found = changed(raw, batches_of(raw, changes, scenario))
    if found.problems or found.case is None:
        raise InputError(found.problems, found.warnings)
    return found.case


def without_ranges(raw: RawCase) -> RawCase:
    """What was read from a folder, without ``X_low``, ``X_high`` and ``uncertainty.csv``.

    A figure that is drawn would move its range along, even to where no range may be.
    """
    tables = dict(raw.tables)
    for name, rows in raw.tables.items():
        ends = dict.fromkeys(end for figure in rows.table.figures for end in rows.table.companions_of(figure))
        bare = (replace(row, values={**row.values, **ends}) for row in rows.rows)
        tables[name] = replace(rows, rows=tuple(bare))
    return replace(raw, tables={**tables, "uncertainty": replace(tables["uncertainty"], rows=())})


def drawn_case(
    raw: RawCase,
    values: Mapping[str, float],
    changes: Mapping[str, object] | None = None,
    scenario: str | None = None,
) -> Case:
    """The case with drawn figures, which go before the changes that the user has made, as in ``read_case``.

    ``raw`` is what ``without_ranges`` has left; ``values`` are by dotted key, in the unit and currency of
    their file. ``risk.weight`` is a factor on what the risk map says, once, however many layers speak;
    ``risk.visits`` one on all visits that it gives.

    Raises:
        InputError: a drawn value is one that the case may not have, which checked ranges do not allow.
    """
    rest = {name: value for name, value in values.items() if name not in (RISK_WEIGHT, RISK_VISITS)}
    return with_drawn_map(case_of(raw, {**(changes or {}), **rest}, scenario), values)


def with_drawn_map(case: Case, values: Mapping[str, float]) -> Case:
    """The case with the drawn figures of its risk map alone, as in ``drawn_case``."""
    factor, visits = values.get(RISK_WEIGHT, 1.0), values.get(RISK_VISITS, 1.0)
    risk = case.risk if factor == 1.0 else case.risk.assign(factor=factor)
    return replace(case, risk=risk if visits == 1.0 else risk.assign(visits=risk["visits"] * visits))


def read_ground(folder: str | Path) -> Case:
    """The case in a folder for what needs its areas, bases, settings and periods: others may have problems.

    Its periods are told apart, whether its plans do (``use_periods``) or a scenario of it, where they can be.

    Raises:
        InputError: with every problem, if one of these has any.
    """
    raw = read_folder(Path(folder))
    periods = raw.tables.get("periods", Rows(PERIODS)).file
    divided = Batches().then(from_pairs({"use_periods": True}, CHANGES))
    for how in (divided, Batches()):
        found = changed(raw, how, ground=True)
        unsound = raw.settings is None or any(problem.file == periods for problem in found.problems)
        if found.case is not None and not unsound:
            return found.case
    raise InputError(found.problems, found.warnings)


@dataclass(frozen=True)
class Batches:
    """Batches of edits, one after the other, with the titles of scenarios by name, problems and warnings."""

    batches: tuple[Sequence[Edit], ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def edits(self) -> list[Edit]:
        """All of them."""
        return [edit for batch in self.batches for edit in batch]

    def then(self, *batches: Sequence[Edit]) -> Batches:
        """The same with further changes after them."""
        return replace(self, batches=(*self.batches, *batches))


@dataclass(frozen=True)
class Changed:
    """What a case comes to after changes, with problems and warnings in order.

    Where it has problems, ``case`` has its areas, bases and what is sound of its fleet alone, or is None.
    """

    state: State
    case: Case | None
    problems: list[Problem]
    warnings: list[Problem]


def batches_of(
    raw: RawCase, changes: Mapping[str, object] | None = None, scenario: str | None = None
) -> Batches:
    """The changes of scenarios, and further ones."""
    found, problems = chosen(raw.scenarios, scenario)
    edits, warnings = combined(found)
    batches = edits, from_pairs(changes or {}, CHANGES)
    return Batches(batches, {one.name: one.title for one in found}, tuple(problems), tuple(warnings))


def changed(raw: RawCase, how: Batches, *, capital: bool = False, ground: bool = False) -> Changed:
    """A case after changes, with what is wrong with it; what was read from its folder stays as it is.

    With ``capital`` it is that of a capacity plan; any other says nothing of what only such a plan reads.
    With ``ground`` areas, bases and what is sound of the fleet are made of a case with problems, too.
    """
    state, problems, warnings = raw.state, [*raw.problems, *how.problems], [*raw.warnings, *how.warnings]
    for batch in how.batches:
        state, found = edited(state, [edit for edit in batch if not of_futures(edit)])
        problems += found
    problems += [*with_probabilities(raw.futures, how.edits)[1], *check_rules(state), *_no_land(raw, state)]
    problems += check_risk(raw.risk, raw.futures, state.tables.get("periods"))
    problems += [] if raw.risk_unread else check_visits(raw.risk, state)
    whole = state
    if not capital:
        state, found = without_capital(state)
        problems += found
        warnings += future_rows(raw.risk)
    of_map = dict.fromkeys(MAPPED, 0) if raw.risk_unread else figures_of(raw.risk)
    likely, found, vain = ranges(state, raw.state, of_map)
    outlines, overlaps, notes = _disjoint(raw, state)
    problems += [*found, *overlaps]
    stress, removed = without_removed(raw.stress, state.tables, raw.text)
    sound = _sound(raw, state, problems)
    warnings += [*removed, *vain, *notes, *implausible(state, raw.outlines)]
    warnings += _table_warnings(raw, how, state, whole, sound)
    case = None
    if sound.issuperset(GROUND) and (ground if problems else state.settings is not None):
        settings = state.settings or STAND_IN
        if problems:
            state = replace(state, tables=_ground_alone(state, problems))
        state, periods = without_periods(state, settings), state.tables["periods"]
        sources, idle = resolve_sources(state, settings, of_map, how.edits)
        warnings += idle
        case = Case(
            settings=settings,
            **frames(state.tables, outlines, settings),
            risk=planned_risk(raw.risk, periods, settings),
            land=raw.land,
            sources=sources,
            hashes=dict(sorted(raw.hashes.items())),
            warnings=tuple(raw.told(warnings)),
            scenarios=dict(how.titles),
            stress=stress,
            uncertainty=ranges_frame(likely),
        )
    return Changed(whole, case, raw.told(problems), raw.told(warnings))


def _table_warnings(raw: RawCase, how: Batches, state: State, whole: State, sound: set[str]) -> list[Problem]:
    """Rows that can have no effect, but those that a change has left idle on purpose or an option may use."""
    found = [one for one in table_warnings(state, sound) if one.code != "no_risk" or raw.risk.empty]
    if any(how.batches):
        before = {*table_warnings(replace(raw.state, settings=state.settings), sound)}
        of_change = CASE_FILE, CHANGES
        found = [one for one in found if one.code != "idle_asset" or one in before or one.file in of_change]
    options = whole.tables["options"].valid if "options" in whole.tables else ()
    offered = {base for row in options for base in row["bases"]}
    return [one for one in found if one.code != "idle_base" or offered.isdisjoint((one.value, "*"))]


def _no_land(raw: RawCase, state: State) -> Iterator[Problem]:
    """Sea routes need land."""
    if state.settings is not None and state.settings.routing == "sea" and LAND_FILE not in raw.hashes:
        place = state.changed.get("routing") or key_place(raw.text, "routing")
        yield place.problem("no_land", "sea", land=LAND_FILE)


def _sound(raw: RawCase, state: State, problems: Sequence[Problem]) -> set[str]:
    """The tables that have no problems; none at all if a change that was made has one."""
    others = {each for each in raw.problems if each.file == CASE_FILE}
    files = {problem.file for problem in problems if problem not in others}
    if files & {CASE_FILE, CHANGES}:
        return set()
    return {name for name, rows in state.tables.items() if rows.file not in files}


def _ground_alone(state: State, problems: Sequence[Problem]) -> dict[str, Rows]:
    """The tables with only the rows that say what is within reach, and have no problem."""
    wrong = {(problem.file, problem.row) for problem in problems}
    found = {}
    for table in (AREAS, *WHOLE):
        rows = state.tables.get(table.name, Rows(table))
        sound = table is PERIODS and all(file != rows.file for file, _ in wrong)
        if table.name not in GROUND and not sound:
            fleet = table.name in FLEET and (rows.file, 0) not in wrong
            kept = (row for row in rows.valid if fleet and (row.place.file, row.place.row) not in wrong)
            rows = replace(rows, rows=tuple(kept))
        found[table.name] = rows
    return found


def _disjoint(raw: RawCase, state: State) -> Parted:
    """The outlines of the areas without overlaps, by row; problems and warnings."""
    if "areas" not in state.tables:
        return {}, [], []
    numbers = tuple(row.number for row in state.tables["areas"].rows)
    if numbers not in raw.disjoint:
        raw.disjoint[numbers] = make_disjoint(state.tables["areas"], raw.outlines)
    return raw.disjoint[numbers]
