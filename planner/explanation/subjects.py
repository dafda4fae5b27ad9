"""What can be explained: areas, programmes, assets and sensors, by id or by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Literal, get_args

import pandas as pd

from planner.case import Case
from planner.errors import InputError, Problem
from planner.features.fleet import fleet_table
from planner.schema.messages import listed, nearest, show

Kind = Literal["area", "programme", "asset"]

TABLES: Mapping[Kind, str] = {"area": "areas", "programme": "programmes", "asset": "assets"}
MOST_SUGGESTED = 8
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


def subjects(case: Case) -> dict[Kind, dict[str, str]]:
    """What can be explained: names by id, of every kind."""
    fleet = fleet_table(case)
    tables: dict[Kind, pd.DataFrame] = {"area": case.areas, "programme": case.programmes, "asset": fleet}
    return {kind: dict(zip(one[f"{kind}_id"], one["name"], strict=True)) for kind, one in tables.items()}


def resolve(case: Case, subject: str, kind: str | None = None) -> tuple[Kind, str]:
    """Kind and id of what an id or a name means; an id goes before a name.

    Raises:
        InputError: nothing, or more than one thing, is called that.
    """
    wanted = subject.strip()
    known = [
        (one, each, name)
        for one, names in subjects(case).items()
        for each, name in names.items()
        if kind in (None, one)
    ]
    by_id = [(one, each) for one, each, _ in known if each == wanted]
    alike = wanted.casefold()
    found = by_id or [(one, each) for one, each, name in known if alike in (each.casefold(), name.casefold())]
    if len(found) == 1:
        return found[0]
    if found:
        rule = f"may mean {listed([f'{one} {each}' for one, each in found], MOST_SUGGESTED)}"
        differ = len({one for one, _ in found}) > 1
        remedy = f"say which with --kind {' or '.join(get_args(Kind))}" if differ else "give the id"
    else:
        what = str(kind) if kind else "area, programme, asset or sensor"
        rule = f"is not {'an' if what[0] == 'a' else 'a'} {what} of the case"
        near = next(filter(None, (nearest(wanted, [row[at] for row in known]) for at in (1, 2))), "")
        where = f"the ids are in {listed([table for one, table in TABLES.items() if kind in (None, one)])}"
        remedy = f"did you mean {show(near)}? If not, {where}" if near else where
    raise InputError([Problem("explain", 0, "", show(subject), rule, remedy)])


def names_of(case: Case) -> dict[str, dict[str, str]]:
    """What assets, bases, areas and programmes are called in a sentence, by id."""
    known = subjects(case)
    bases = dict(zip(case.bases["base_id"], case.bases["name"], strict=True))
    return {
        "asset": _short(known["asset"]),
        "base": {"": "", **_short(bases)},
        "area": known["area"],
        "programme": _short(known["programme"]),
    }


def _short(names: Mapping[str, str]) -> dict[str, str]:
    """Names without a note in brackets at their end, where they still differ without it."""
    short = {each: _BRACKETS.sub("", name) or name for each, name in names.items()}
    often = Counter(short.values())
    return {each: one if often[one] == 1 else names[each] for each, one in short.items()}
