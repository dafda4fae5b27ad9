"""Who may pay the capital of a candidate, and who its running cost; and what others lack for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property

from planner.case.capital import BASE, CREW
from planner.case.capital_options import Candidate, Choices
from planner.case.edits import State
from planner.case.known import EVERY, Known, Mandate
from planner.case.rows import Row

CAPITAL, RUNNING = "capital", "running"


@dataclass(frozen=True, eq=False)
class Funding:
    """The programmes of a case with all candidates in it.

    Attributes:
        state: the case.
    """

    state: State

    @cached_property
    def known(self) -> Known:
        """What its rows say together."""
        return Known(self.state, self.state.settings, has_risk_map=False)

    @cached_property
    def _choices(self) -> Choices:
        return Choices(self.state)

    def payers(self, candidate: Candidate) -> list[Mandate]:
        """The programmes that may pay its capital."""
        return [one for one in self.known.mandates if not self.lacks(candidate, one)]

    def runners(self, candidate: Candidate) -> list[Mandate]:
        """The programmes that may pay its fixed running cost: those that may pay for its missions."""
        row = self.watcher(candidate)
        running = (one for one in self.known.mandates if RUNNING in one.row["pays"])
        if row is None:
            return [
                one for one in running if self._is_payer(candidate, one) and self._is_near(candidate, one)
            ]
        areas = self.known.working(row)
        return [one for one in running if one.funds(row) and not areas.isdisjoint(one.areas)]

    def lacks(self, candidate: Candidate, one: Mandate) -> list[str]:
        """What a programme lacks to pay the capital of a candidate, in words."""
        return list(self._lacks(candidate, one))

    def _lacks(self, candidate: Candidate, one: Mandate) -> Iterator[str]:
        row = self.watcher(candidate)
        if not self._is_payer(candidate, one):
            yield "is not among the payers"
        if CAPITAL not in one.row["pays"]:
            yield "pays no capital"
        if row is not None and row["kind"] not in one.kinds:
            yield f"funds no {row['kind']}"
        if row is not None and one.services is not None and row["service"] not in one.services:
            yield f"funds no {row['service'] or 'unnamed'} service"
        if row is not None and not replace(one, kinds=frozenset([row["kind"]]), services=None).funds(row):
            yield f"does not name {row.like or candidate.target}"
        if not self._is_near(candidate, one):
            yield f"has no area of {self._choices.states[candidate.recipient]}"

    def _is_payer(self, candidate: Candidate, one: Mandate) -> bool:
        named: Sequence[str] = candidate.option["payers"]
        return named == EVERY or one.row["programme_id"] in named

    def _is_near(self, candidate: Candidate, one: Mandate) -> bool:
        """Whether its mandate has an area of the state that gets it, if a coastal state does."""
        own: AbstractSet[str] = self.known.own.get(candidate.recipient, set())
        return not own or not own.isdisjoint(one.areas)

    def watcher(self, candidate: Candidate) -> Row | None:
        """The row of its asset or sensor; None of one that adds to a base or to crews."""
        if candidate.option["adds"] in (BASE, CREW):
            return None
        return self._choices.watchers.get(candidate.target)
