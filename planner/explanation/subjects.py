"""What can be explained: areas, programmes, assets and sensors, by id or by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from planner.case import Case
from planner.errors import InputError, Problem
from planner.features.fleet import fleet_table
from planner.schema.wording import listed, nearest, show

Kind = Literal["area", "programme", "asset"]

TABLES: Mapping[Kind, str] = {"area": "areas", "programme": "programmes", "asset": "assets"}
MOST_SUGGESTED = 8
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


def subjects(case: Case) -> dict[Kind, dict[str, str]]:
    """What can be explained: names by id, of every kind."""
    fleet = fleet_table(case)
    return {
        "area": dict(zip(case.areas["area_id"], case.areas["name"], strict=True)),
        "programme": dict(zip(case.programmes["programme_id"], case.programmes["name"], strict=True)),
        "asset": dict(zip(fleet["asset_id"], fleet["name"], strict=True)),
    }


def resolve(case: Case, subject: str, kind: str | None = None) -> tuple[Kind, str]:
    """Kind and id of what an id or a name means; an id goes before a name.

    Raises:
        InputError: nothing, or more than one thing, is called that.
    """
    known = {one: names for one, names in subjects(case).items() if kind in (None, one)}
    wanted = subject.strip()
    by_id = [(one, wanted) for one, names in known.items() if wanted in names]
    by_name = [
        (one, each)
        for one, names in known.items()
        for each, name in names.items()
        if wanted.casefold() in (each.casefold(), name.casefold())
    ]
    found = by_id or by_name
    if len(found) == 1:
        return found[0]
    if found:
        several = listed([f"{one} {each}" for one, each in found], MOST_SUGGESTED)
        differ = len({one for one, _ in found}) > 1
        remedy = f"say which with --kind {' or '.join(get_args(Kind))}" if differ else "give the id"
        raise InputError([Problem("explain", 0, "", show(subject), f"may mean {several}", remedy)])
    what = str(kind) if kind else "area, programme, asset or sensor"
    ids = [each for names in known.values() for each in names]
    titles = [name for names in known.values() for name in names.values()]
    near = nearest(wanted, ids) or nearest(wanted, titles)
    where = f"the ids are in {listed([TABLES[one] for one in known])}"
    remedy = f"did you mean {show(near)}? If not, {where}" if near else where
    rule = f"is not an {what} of the case" if what[0] in "a" else f"is not a {what} of the case"
    raise InputError([Problem("explain", 0, "", show(subject), rule, remedy)])


def names_of(case: Case) -> dict[str, dict[str, str]]:
    """What assets, bases, areas and programmes are called in a sentence, by id."""
    fleet = fleet_table(case)
    return {
        "asset": _short(fleet["asset_id"], fleet["name"]),
        "base": {"": "", **_short(case.bases["base_id"], case.bases["name"])},
        "area": dict(zip(case.areas["area_id"], case.areas["name"], strict=True)),
        "programme": _short(case.programmes["programme_id"], case.programmes["name"]),
    }


def _short(ids: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """Names without a remark in brackets at their end, where they still differ without it."""
    names = [str(name) for name in names]
    short = [_BRACKETS.sub("", name) or name for name in names]
    often = Counter(short)
    chosen = [one if often[one] == 1 else name for one, name in zip(short, names, strict=True)]
    return dict(zip(ids, chosen, strict=True))
