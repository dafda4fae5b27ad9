"""What a sweep moves: money of programmes, hours of assets, or the spacing of cells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner import units
from planner.case import Case
from planner.errors import InputError, Problem
from planner.features.fleet import fleet_table
from planner.features.season import seasons
from planner.frames import Array, numbers
from planner.results.plain_text import count
from planner.schema.messages import listed, show, suggestion
from planner.schema.settings import CellSettings
from planner.schema.tables import TABLES
from planner.studies.edits import with_budgets, with_settings, with_values

FEWEST, STOP = 2, 3.0
"""The fewest points, and the factor of the last one where it is not said."""
COMMAND = "planner sweep"
BOUNDS = CellSettings.model_fields["spacing_nm"].metadata
FINEST_NM = next(float(one.ge) for one in BOUNDS if hasattr(one, "ge"))
COARSEST_NM = next(float(one.le) for one in BOUNDS if hasattr(one, "le"))
"""Ends of what ``cells.spacing_nm`` may be."""
MOST_HOURS = TABLES["assets"].columns["hours_per_unit"].most or math.inf
"""What a unit can work in a year, as in assets.csv and sensors.csv [h]."""
LEAST = {"budget": 0.01, "hours": 0.001}
"""What is above 0 and below this is a slip: no plan can tell it from nothing, nor its price from chance."""


@dataclass(frozen=True)
class Axis:
    """What is swept.

    Attributes:
        kind: "budget", "hours" or "spacing".
        ids: programmes or assets; empty for a spacing.
        shares: what each of them gets of one more unit of the amount; they sum to 1.
        unit: of the amounts.
        present: what stands in the case.
        amounts: of every point, shape (points,).
        names: of the programmes or assets.
        full: of the assets whose units work as long as they can at the last point, which is there for that.
    """

    kind: str
    ids: tuple[str, ...]
    shares: tuple[float, ...]
    unit: str
    present: float
    amounts: tuple[float, ...]
    names: tuple[str, ...] = ()
    full: tuple[str, ...] = ()

    @property
    def ends(self) -> str:
        """Why the last point is where it is, in words; nothing where that was asked for, or is the usual."""
        if not self.full:
            return ""
        last, named = self.place(self.amounts[-1]), ", ".join(self.full)
        return f" The last point, {last}, is as far as the units of {named} can work."

    def factor(self, amount: float) -> float:
        """An amount in parts of what stands in the case; NaN where that is nothing."""
        return amount / self.present if self.present > 0.0 else math.nan

    def place(self, amount: float) -> str:
        """A point in words: its factor, or its amount where there is none."""
        factor = self.factor(amount)
        if self.kind != "spacing" and math.isfinite(factor):
            return f"{factor:.4g} x"
        return f"{count(amount)} {self.unit}"

    def at(self, point: int) -> dict[str, float]:
        """The columns that say where a point lies."""
        amount = self.amounts[point - 1]
        return {"point": point, "factor": self.factor(amount), "amount": amount}


def read_axis(
    case: Case,
    programmes: Sequence[str],
    assets: Sequence[str],
    *,
    spacing: bool,
    start: float,
    stop: float | None,
    steps: int,
    amount: bool,
) -> Axis:
    """What is swept, with the amount of every point; arguments as of ``sweep``.

    Where ``stop`` is not given, it is ``STOP`` times what is in the case, or for hours as far as units can
    work where that is less.

    Raises:
        InputError: it cannot be swept.
    """
    given = [bool(programmes), bool(assets), spacing]
    if sum(given) != 1:
        rule = "nothing to sweep is named" if not any(given) else "sweeps one kind of thing at a time"
        raise _wrong("", rule, "name programmes, or assets, or the spacing")
    if steps < FEWEST:
        raise _wrong(str(steps), "is too few points for a frontier", f"give --steps {FEWEST} or more")
    if spacing:
        stop = COARSEST_NM if stop is None else stop
        points = _points(start, stop, steps)
        if start < FINEST_NM or stop > COARSEST_NM:
            remedy = f"give --from and --to between {FINEST_NM:g} and {COARSEST_NM:g} nautical miles"
            raise _wrong(f"{start:g} to {stop:g}", "is not a range of spacings", remedy)
        return Axis("spacing", (), (), "nm", case.settings.cells.spacing_nm, tuple(points.tolist()))
    if programmes:
        kind, unit, of = "budget", case.settings.currency, (case.programmes, "programme_id", "budget")
    else:
        kind, unit, of = "hours", "h", (fleet_table(case), "asset_id", "capacity_hours")
    names, stands = _swept(*of, list(programmes or assets))
    ids, present = tuple(names), sum(stands)
    if present <= 0.0 and (not amount or len(ids) > 1):
        remedy = "sweep one of them by amounts" if len(ids) > 1 else "sweep it by amounts"
        be, them = ("are", "them") if len(ids) > 1 else ("is", "it")
        raise _wrong(listed(ids), f"{be} 0, so that no factor moves {them}", f"{remedy} (--amount)")
    shares = tuple(one / present for one in stands) if len(ids) > 1 else (1.0,)
    unit_of_points = 1.0 if amount else present
    most = _most_hours(case, names, shares) if kind == "hours" else {}
    full: tuple[str, ...] = ()
    if stop is None:
        if present <= 0.0:
            raise _wrong(listed(ids), "is 0 in the case, so that nothing says how far", "say it with --to")
        last = min([STOP * present, *most.values()])
        full = tuple(names[one] for one, can in most.items() if can == last)
        stop = last / unit_of_points
    amounts = _points(start, stop, steps) * unit_of_points
    for name, can in most.items():
        if amounts[-1] > can * (1.0 + 1e-9):
            share = shares[ids.index(name)]
            rule = f"is more than the units of {name} can work, {share * can:,.0f} h at most"
            remedy = "end below that (--to), or sweep a case with more units"
            raise _wrong(f"{share * amounts[-1]:,.0f} h", rule, remedy)
    part = np.outer(amounts, shares)
    too_small = part[(part > 0.0) & (part < LEAST[kind])]
    if len(too_small):
        rule = f"is above 0 but less than {LEAST[kind]:g} {unit}"
        raise _wrong(f"{too_small[0]:g} {unit}", rule, "begin at 0, or at more than that")
    return Axis(kind, ids, shares, unit, present, tuple(amounts.tolist()), tuple(names.values()), full)


def _points(start: float, stop: float, steps: int) -> Array:
    if not (np.isfinite([start, stop]).all() and 0.0 <= start < stop):
        rule, remedy = "is not a range", "begin at 0 or above, and end above that"
        raise _wrong(f"{start:g} to {stop:g}", rule, remedy)
    return np.linspace(start, stop, steps)


def _most_hours(case: Case, ids: Iterable[str], shares: Iterable[float]) -> dict[str, float]:
    """The amount of all that is swept at which each asset or sensor works as long as its units can [h].

    Of one without units that is what one would work. No unit has more hours than the horizon, nor than
    assets.csv may give it.
    """
    about = case.settings
    each = min(units.days_to_hours(about.horizon_days), MOST_HOURS * about.share_of_year)
    units_of = fleet_table(case).set_index("asset_id")["units"]
    return {
        name: each * max(float(units_of[name]), 1.0) / share if share > 0.0 else math.inf
        for name, share in zip(ids, shares, strict=True)
    }


def _swept(table: pd.DataFrame, key: str, column: str, ids: list[str]) -> tuple[dict[str, str], list[float]]:
    what = "a programme" if key == "programme_id" else "an asset or sensor"
    known = table.set_index(key)
    option, every = f"--{key.removesuffix('_id')}", list(known.index)
    problems = [
        Problem(COMMAND, 0, option, show(name), f"is not {what}", suggestion(name, every))
        for name in dict.fromkeys(ids)
        if name not in known.index
    ]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        problems.append(Problem(COMMAND, 0, "", listed(twice), "is named twice", "name it once"))
    if problems:
        raise InputError(problems)
    return {name: str(known["name"][name]) for name in ids}, [float(known[column][name]) for name in ids]


def _wrong(value: str, rule: str, remedy: str) -> InputError:
    return InputError([Problem(COMMAND, 0, "", value, rule, remedy)])


def moved(case: Case, axis: Axis, amount: float) -> dict[str, Any]:
    """What an amount of what is swept replaces in a case, each part in proportion to what it has."""
    if axis.kind == "spacing":
        return {"settings": with_settings(case, cells=CellSettings(spacing_nm=amount)).settings}
    part = {name: share * amount for name, share in zip(axis.ids, axis.shares, strict=True)}
    if axis.kind == "budget":
        return {"programmes": with_budgets(case, part).programmes}
    assets = _with_hours(case.assets, "asset_id", part)
    return {"assets": assets, "sensors": _with_hours(case.sensors, "sensor_id", part)}


def hours_in_periods(case: Case, axis: Axis, amount: float) -> dict[tuple[str, str], float]:
    """What one more unit of the amount adds to the hours of what is swept in each period, by both ids [h].

    Where availability.csv leaves a share of the hours that fall to a period, these grow with the year's.
    """
    steps = [seasons(replace(case, **moved(case, axis, one))) for one in (amount, amount + LEAST["hours"])]
    known = [(n, one) for n, one in enumerate(fleet_table(case)["asset_id"]) if one in axis.ids]
    return {
        (one, now.period_id): float(then.hours[n] - now.hours[n]) / LEAST["hours"]
        for now, then in zip(*steps, strict=True)
        for n, one in known
    }


def _with_hours(table: pd.DataFrame, key: str, hours: Mapping[str, float]) -> pd.DataFrame:
    """Give assets or sensors other hours: of the units that there are, or of one where there are none."""
    swept = table[key].isin(list(hours))
    if not swept.any():
        return table
    there = table.assign(units=table["units"].where(~swept | (table["units"] > 0), 1))
    units_of = dict(zip(there[key], numbers(there["units"]), strict=True))
    own = {name: value / units_of[name] for name, value in hours.items() if name in units_of}
    return with_values(there, key, "hours_per_unit", own)
