"""From options to candidates: one for each recipient and base among which the plan may choose."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.case.capital import ASSET, BASE, CREW, SENSOR
from planner.case.edits import State
from planner.case.known import EVERY
from planner.case.rows import Row
from planner.case.scenarios import Edit
from planner.errors import Problem
from planner.schema.columns import ID_CHARACTERS, NAME_CHARACTERS
from planner.schema.wording import listed

FIXED = "fixed"
SHORT_CHARACTERS = 38
_HASHED = 8
"""Characters that tell ids apart that would be too long."""


@dataclass(frozen=True)
class Candidate:
    """What may be ordered: units of an option for one recipient at one base.

    Attributes:
        id: its id; that of the asset or sensor too, of a new one.
        option: its row of options.csv.
        name: what it is called.
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


class Choices:
    """The candidates of the options of a case, as its rows say together."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    @cached_property
    def bases(self) -> dict[str, Row]:
        """The bases by id."""
        return {row["base_id"]: row for row in self.state.tables["bases"].valid}

    @cached_property
    def watchers(self) -> dict[str, Row]:
        """The assets and sensors by id."""
        assets, sensors = self.state.tables["assets"].valid, self.state.tables["sensors"].valid
        return {row["asset_id"] or row["sensor_id"]: row for row in (*assets, *sensors)}

    @cached_property
    def states(self) -> dict[str, str]:
        """The coastal states by the operator that is their own, with its code."""
        codes = {row["coastal_state"] for row in self.state.tables["areas"].valid}
        return {code.lower(): code for code in sorted(codes)}

    def of(self, option: Row) -> list[Candidate]:
        """The candidates of an option that fits its table; with none, why is among the problems."""
        adds = option["adds"]
        if adds == CREW:
            found = list(self._crews(option))
        elif adds == BASE:
            found = [self._at_base(option, base) for base in self._sites(option)]
        elif option["id"]:
            found = [self._more(option, self.watchers[option["id"]])]
        else:
            found = list(self._new(option, self.watchers[option["like"]]))
        return found

    def _crews(self, option: Row) -> Iterator[Candidate]:
        known = [row["operator"] for row in self.state.tables["crews"].valid]
        recipients = tuple(dict.fromkeys(known)) if option["recipients"] == EVERY else option["recipients"]
        if not recipients:
            self.problems.append(option.problem("recipients", "no_candidate.crews"))
        for one in recipients:
            yield Candidate(_id(option, one), option, _name(option, one), "", one, "")

    def _sites(self, option: Row) -> tuple[str, ...]:
        if option["id"]:
            return (option["id"],)
        return tuple(self.bases) if option["bases"] == EVERY else option["bases"]

    def _at_base(self, option: Row, base: str) -> Candidate:
        row = self.bases[base]
        owner = row["country"].lower()
        recipient = owner if owner in self.states else ""
        key = option["option_id"] if option["id"] else _id(option, "", base)
        return Candidate(key, option, _name(option, "", row["name"]), base, recipient, base)

    def _more(self, option: Row, watcher: Row) -> Candidate:
        """More units of what is there."""
        bases = self._taken(watcher)
        base = bases[0] if len(bases) == 1 else ""
        return Candidate(option["option_id"], option, option["name"], option["id"], watcher["operator"], base)

    def _taken(self, watcher: Row) -> tuple[str, ...]:
        """The bases of an asset; none of a sensor."""
        if watcher["bases"] == EVERY:
            return tuple(base for base, row in self.bases.items() if watcher["kind"] in row["kinds"])
        return tuple(watcher["bases"] or ())

    def _new(self, option: Row, model: Row) -> Iterator[Candidate]:
        """New assets or sensors, one for each recipient and base."""
        everybody = option["recipients"] == EVERY
        recipients = self._recipients(option, model) if everybody else option["recipients"]
        count = 0
        for recipient in recipients or (model["operator"],):
            found = list(self._places(option, model, recipient))
            count += len(found)
            if not found and not everybody:
                words = {"kind": model["kind"], "operator": recipient}
                self.warnings.append(
                    option.problem("recipients", "no_candidate.recipient", recipient, **words)
                )
            for bases in found:
                yield self._made(option, model, recipient, bases)
        if not count:
            self.problems.append(option.problem("bases", "no_candidate", kind=model["kind"]))

    def _recipients(self, option: Row, model: Row) -> tuple[str, ...]:
        alike = option["adds"] == ASSET
        operators = (
            row["operator"] for row in self.watchers.values() if not alike or row["kind"] == model["kind"]
        )
        return tuple(dict.fromkeys(one for one in operators if one in self.states))

    def _places(self, option: Row, model: Row, recipient: str) -> Iterator[tuple[str, ...]]:
        """The bases of each new asset, or the site of each new sensor; () where it has none of its own."""
        if option["adds"] == SENSOR and not option["bases"]:
            yield ()
            return
        own = [base for base in self.bases if self._is_own(base, recipient)]
        usable = [
            base for base in own if option["adds"] == SENSOR or model["kind"] in self.bases[base]["kinds"]
        ]
        if option["bases"]:
            yield from ((base,) for base in usable if option["bases"] == EVERY or base in option["bases"])
        elif recipient == model["operator"]:
            yield self._taken(model)
        elif usable:
            yield tuple(usable)

    def _is_own(self, base: str, recipient: str) -> bool:
        return recipient not in self.states or self.bases[base]["country"] == self.states[recipient]

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
        elif base and model["kind"] == FIXED:
            values |= {"lon": self.bases[base]["lon"], "lat": self.bases[base]["lat"]}
        table = "assets" if option["adds"] == ASSET else "sensors"
        edit = Edit("add", f"{table}.{key}", values, option.place)
        return Candidate(key, option, str(values["name"]), key, recipient, base, edit)

    def _service(self, model: Row, recipient: str) -> str:
        """The service of the recipient's assets of the kind if they agree, else the model's."""
        own = {
            row["service"]
            for row in self.watchers.values()
            if row["operator"] == recipient and row["kind"] == model["kind"]
        }
        return str(own.pop() if len(own) == 1 else model["service"])


def _id(option: Row, *parts: str) -> str:
    key = "__".join(part for part in (option["option_id"], *parts) if part)
    if len(key) <= ID_CHARACTERS:
        return key
    end = hashlib.sha256(key.encode()).hexdigest()[:_HASHED]
    return f"{key[: ID_CHARACTERS - _HASHED - 1]}_{end}"


def _name(option: Row, recipient: str, place: str = "") -> str:
    where = listed([part for part in (place,) if part])
    who = f" ({recipient})" if recipient else ""
    return f"{option['name']}{f', {place}' if where else ''}{who}"[:NAME_CHARACTERS]
