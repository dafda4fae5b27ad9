"""From options to candidates, one for each recipient and base that the plan may choose, and who may pay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.case.capital import ASSET, BASE, CREW, SENSOR, Years
from planner.case.capital_state import CAPITAL, RUNNING
from planner.case.edits import edited
from planner.case.plausibility import COSTS
from planner.case.rows import Row
from planner.case.scenarios import Edit
from planner.case.state import EVERY, Mandate, State, names
from planner.errors import Problem
from planner.schema.messages import listed
from planner.schema.tables import ID_CHARACTERS, NAME_CHARACTERS, TABLES

SHORT_CHARACTERS = 38
NEAREST = 3
"""Programmes that are named where nobody may pay."""
_HASHED = 8
"""Characters that tell ids apart that would be too long."""


@dataclass(frozen=True)
class Candidate:
    """What may be ordered: units of an option for one recipient at one base.

    Attributes:
        id, option, name: its id (of what is new that of the asset or sensor, too), row of options.csv, name.
        target: the asset, sensor or base that a unit adds to; "" for crew.
        recipient: the operator that gets it; "" where nobody is told.
        base: the base, "" where there are several or none.
        edit: what adds a new asset or sensor to the case; None where units are added to one that is there.
    """

    id: str
    option: Row
    name: str
    target: str
    recipient: str
    base: str
    edit: Edit | None = None


def years_of(option: Row, years: Years) -> tuple[int, int]:
    """The first and the last year of orders of an option."""
    first, last = option["first_year"] or years.first, option["last_year"] or years.last_order
    return max(int(first), years.first), min(int(last), years.last_order)


class Choices:
    """What may be ordered in a case, with all problems and warnings.

    Attributes:
        state: the case with the new assets and sensors of all candidates in it.
        candidates: what can be ordered, comes into service, and has somebody to pay for it.
        problems, warnings: of its options.
    """

    def __init__(self, state: State, years: Years) -> None:
        self.years = years
        self.state = state
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.bases, self.watchers = state.by_id("bases"), state.by_id("assets", "sensors")
        found = [one for option in self._offered() for one in self._of(option)]
        after, problems = edited(state, [one.edit for one in found if one.edit is not None])
        self.problems += problems
        self.state, self.watchers = after, after.by_id("assets", "sensors")
        self.candidates = self._required(self._funded(found))

    def _offered(self) -> Iterator[Row]:
        """The options that can be ordered and come into service; a warning for each of the others."""
        years = self.years
        for row in self.state.rows("options"):
            first, last = years_of(row, years)
            if not row["most_units"]:
                if "most_units" not in row.changed:
                    self.warnings.append(row.problem("most_units", "idle_option", None))
            elif first > last:
                column = "first_year" if (row["first_year"] or 0) > years.last_order else "last_year"
                words = {"first": years.first, "last": years.last_order}
                self.warnings.append(row.problem(column, "idle_option.years", **words))
            elif first + row["lead_years"] > years.last:
                self.warnings.append(row.problem("lead_years", "idle_option.late", last=years.last))
            else:
                yield row

    def _of(self, option: Row) -> Iterator[Candidate]:
        """The candidates of an option that fits its table; with none, why is among the problems."""
        if option["adds"] == CREW:
            crews = dict.fromkeys(row["operator"] for row in self.state.rows("crews"))
            recipients = tuple(crews) if option["recipients"] == EVERY else option["recipients"]
            if not recipients:
                self.problems.append(option.problem("recipients", "no_candidate.crews"))
            for one in recipients:
                yield Candidate(_id(option, one), option, _name(option, one), "", one, "")
        elif option["adds"] == BASE:
            sites = tuple(self.bases) if option["bases"] == EVERY else option["bases"]
            for base in (option["id"],) if option["id"] else sites:
                key = option["option_id"] if option["id"] else _id(option, base)
                owner, name = self.bases[base]["country"].lower(), _name(option, "", self.bases[base]["name"])
                yield Candidate(key, option, name, base, owner if owner in self.state.own else "", base)
        elif option["id"]:  # more units of what is there
            watcher, key = self.watchers[option["id"]], option["option_id"]
            base, *others = self._taken(watcher) or ("",)
            where = "" if others else base
            yield Candidate(key, option, option["name"], option["id"], watcher["operator"], where)
        else:
            yield from self._new(option, self.watchers[option["like"]])

    def _taken(self, watcher: Row) -> tuple[str, ...]:
        """The bases of an asset; none of a sensor."""
        if watcher["bases"] == EVERY:
            return tuple(base for base, row in self.bases.items() if watcher["kind"] in row["kinds"])
        return tuple(watcher["bases"] or ())

    def _new(self, option: Row, model: Row) -> Iterator[Candidate]:
        """New assets or sensors, one for each recipient and base."""
        everybody, kind = option["recipients"] == EVERY, model["kind"]
        recipients = option["recipients"]
        if everybody:
            watchers = self.watchers.values()
            alike = (row["operator"] for row in watchers if option["adds"] != ASSET or row["kind"] == kind)
            recipients = tuple(dict.fromkeys(one for one in alike if one in self.state.own))
        count = 0
        for recipient in recipients or (model["operator"],):
            found = list(self._places(option, model, recipient))
            count += len(found)
            if not found and not everybody:
                words = {"kind": kind, "operator": recipient}
                lost = option.problem("recipients", "no_candidate.recipient", recipient, **words)
                self.warnings.append(lost)
            for bases in found:
                yield self._made(option, model, recipient, bases)
        if not count:
            self.problems.append(option.problem("bases", "no_candidate", kind=kind))

    def _places(self, option: Row, model: Row, recipient: str) -> Iterator[tuple[str, ...]]:
        """The bases of each new asset, or the site of each new sensor; () where it has none of its own."""
        if option["adds"] == SENSOR and not option["bases"]:
            yield ()
            return
        usable = tuple(
            base
            for base, row in self.bases.items()
            if recipient not in self.state.own or row["country"] == recipient.upper()
            if option["adds"] == SENSOR or model["kind"] in row["kinds"]
        )
        if option["bases"]:
            yield from ((base,) for base in usable if names(option["bases"], base))
        elif recipient == model["operator"]:
            yield self._taken(model)
        elif usable:
            yield usable

    def _made(self, option: Row, model: Row, recipient: str, bases: tuple[str, ...]) -> Candidate:
        base = bases[0] if len(bases) == 1 else ""
        key = _id(option, recipient, base if option["bases"] else "")
        place = self.bases[base]["name"] if base else ""
        short = f"{option['short_name'] or option['name']} {recipient} {place}"
        values: dict[str, object] = {
            "like": option["like"],
            "name": _name(option, recipient, place),
            "short_name": short[:SHORT_CHARACTERS].strip(),
            "operator": recipient,
            "units": 0.0,
            "service": option["service"] or self._service(model, recipient),
        }
        if option["adds"] == ASSET:
            values["bases"] = ";".join(bases)
        elif base and "lon" in TABLES["sensors"].of_kind(model["kind"]):
            values |= {"lon": self.bases[base]["lon"], "lat": self.bases[base]["lat"]}
        table = "assets" if option["adds"] == ASSET else "sensors"
        edit = Edit("add", f"{table}.{key}", values, option.place)
        return Candidate(key, option, str(values["name"]), key, recipient, base, edit)

    def _service(self, model: Row, recipient: str) -> str:
        """The service of the recipient's assets of the kind if they agree, else the model's."""
        kind, watchers = model["kind"], self.watchers.values()
        own = {row["service"] for row in watchers if (row["operator"], row["kind"]) == (recipient, kind)}
        return str(own.pop() if len(own) == 1 else model["service"])

    def _funded(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates that somebody may pay for; problems of options that nobody may, and warnings."""
        kept: list[Candidate] = []
        for own in by_option(candidates).values():
            row = own[0].option
            bought = [one for one in own if not row["capital_cost"] or self.payers(one)]
            run = [one for one in bought if not self._costs(one) or self.runners(one)]
            if not bought:
                self.problems.append(row.problem("payers", "no_payer", nearest=self._nearest(own)))
            elif not run:
                payers = listed(sorted(self.payers_of(bought)))
                self.warnings.append(row.problem("running_cost", "no_payer.running", payers=payers))
            elif len(run) < len(own) and row["recipients"] not in ((), EVERY):
                lost = tuple(one.id for one in own if one not in run)
                self.warnings.append(row.problem("recipients", "no_payer.some", lost))
            kept += run
        return kept

    def _required(self, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates whose option requires none that is never ordered; a warning for the others."""
        rows = {key: own[0].option for key, own in by_option(candidates).items()}
        lost = {key: row for key, row in rows.items() if not rows.keys() >= {*row["requires"]}}
        for row in lost.values():
            never = tuple(sorted({*row["requires"]} - rows.keys()))
            self.warnings.append(row.problem("requires", "idle_option.requires", never))
        left = [one for one in candidates if one.option["option_id"] not in lost]
        return self._required(left) if lost else candidates

    def _costs(self, one: Candidate) -> bool:
        """Whether it costs anything to run."""
        watcher = self.watcher(one)
        costs = one.option["running_cost"], *(watcher[cost] for cost in COSTS if watcher is not None)
        return any(costs)

    def _nearest(self, candidates: Sequence[Candidate]) -> str:
        """The programmes that lack least to pay the capital of an option, and what each lacks."""
        lacking = [
            (min((self._lacks(one, mandate) for one in candidates), key=len), mandate.row["programme_id"])
            for mandate in self.state.mandates
        ]
        near = sorted(lacking, key=lambda each: len(each[0]))[:NEAREST]
        return "; ".join(f"{programme} {' and '.join(lacks)}" for lacks, programme in near)

    def payers_of(self, candidates: Sequence[Candidate]) -> set[str]:
        """Who may pay the capital of some candidates."""
        return {each.row["programme_id"] for one in candidates for each in self.payers(one)}

    def payers(self, candidate: Candidate) -> list[Mandate]:
        """The programmes that may pay its capital."""
        return [one for one in self.state.mandates if not self._lacks(candidate, one)]

    def runners(self, candidate: Candidate) -> list[Mandate]:
        """The programmes that may pay its fixed running cost: those that may pay for its missions."""
        row = self.watcher(candidate)
        running = (one for one in self.state.mandates if RUNNING in one.row["pays"])
        if row is None:
            own = (one for one in running if names(candidate.option["payers"], one.row["programme_id"]))
            return [one for one in own if self._is_near(candidate, one)]
        areas = self.state.working(row)
        return [one for one in running if one.funds(row) and not areas.isdisjoint(one.areas)]

    def _lacks(self, candidate: Candidate, one: Mandate) -> list[str]:
        """What a programme lacks to pay the capital of a candidate, in words."""
        row = self.watcher(candidate)
        lacking = {
            "is not among the payers": not names(candidate.option["payers"], one.row["programme_id"]),
            "pays no capital": CAPITAL not in one.row["pays"],
        }
        if row is not None:
            unserved = one.services is not None and row["service"] not in one.services
            lacking |= {
                f"funds no {row['kind']}": row["kind"] not in one.kinds,
                f"funds no {row['service'] or 'unnamed'} service": unserved,
                f"does not name {row.like or candidate.target}": not one.names(row),
            }
        found = [words for words, holds in lacking.items() if holds]
        if not self._is_near(candidate, one):
            found.append(f"has no area of {candidate.recipient.upper()}")
        return found

    def _is_near(self, candidate: Candidate, one: Mandate) -> bool:
        """Whether its mandate has an area of the state that gets it, if a coastal state does."""
        own = self.state.own.get(candidate.recipient)
        return not own or not own.isdisjoint(one.areas)

    def watcher(self, candidate: Candidate) -> Row | None:
        """The row of its asset or sensor; None of one that adds to a base or to crews."""
        if candidate.option["adds"] in (BASE, CREW):
            return None
        return self.watchers.get(candidate.target)


def by_option(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    """The candidates of each option by its id."""
    found: dict[str, list[Candidate]] = {}
    for one in candidates:
        found.setdefault(one.option["option_id"], []).append(one)
    return found


def _id(option: Row, *parts: str) -> str:
    key = "__".join(part for part in (option["option_id"], *parts) if part)
    if len(key) <= ID_CHARACTERS:
        return key
    end = hashlib.sha256(key.encode()).hexdigest()[:_HASHED]
    return f"{key[: ID_CHARACTERS - _HASHED - 1]}_{end}"


def _name(option: Row, recipient: str, place: str = "") -> str:
    where, who = f", {place}" if place else "", f" ({recipient})" if recipient else ""
    return f"{option['name']}{where}{who}"[:NAME_CHARACTERS]
