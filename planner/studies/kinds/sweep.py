"""Sweep: plans of one case with more and less money, hours, or finer cells: the frontier and its price."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Unpack

import numpy as np
import pandas as pd
from typer import Option

from planner import units
from planner.case import Case
from planner.causes.frontier import tangents
from planner.causes.names import ALL
from planner.charts.forms import nothing, panels
from planner.charts.spec import Chart, Spec
from planner.errors import AuditError
from planner.features.resources import LIMITED, RESOURCE_KINDS
from planner.frames import numbers
from planner.jobs import Failure, run_tasks
from planner.results.plain_text import count, figure, safe
from planner.results.results import Results
from planner.studies import edits, engine
from planner.studies.axis import Axis, hours_in_periods, moved, read_axis
from planner.studies.metrics import RATIO, wide, with_periods
from planner.studies.study import Study, study_of
from planner.studies.tables import Found, Section, declared

PRICED = 1e-6
"""A limit is scarce where its shadow price times the most that there is of it counts more than this part of
the value of doing nothing: less is rounding of the solver."""
ROUNDING = 1e-7
"""What the solver's tolerances may be worth, as a part of the value of doing nothing."""
MEANT = 0.1
"""Slopes below this part of what they are known to are shown as 0: digits of two plans."""
KINDS = {
    "budget": ("budget", "What more money buys", "million"),
    "hours": ("hours", "What more hours buy", "hour"),
    "spacing": ("spacing of the cells", "What finer cells change", ""),
}
"""Of each kind of axis what is swept, the title of its frontier, and what a slope is for."""
BECOMES, IS_NO_LONGER = "becomes scarce", "is no longer scarce"
PLURAL = {BECOMES: "become scarce", IS_NO_LONGER: "are no longer scarce"}
"""How hours come and go; the singular is that of money."""
TABLES = declared("sweep")


def sweep(
    case: Case | str | Path,
    *,
    programmes: Annotated[
        Sequence[str],
        Option("--programme", metavar="ID", help="Sweep its budget. May be repeated: they move together."),
    ] = (),
    all_programmes: Annotated[bool, Option("--all", help="Sweep the budgets of all programmes.")] = False,
    assets: Annotated[
        Sequence[str],
        Option("--asset", metavar="ID", help="Sweep the hours of an asset or sensor. May be repeated."),
    ] = (),
    spacing: Annotated[bool, Option("--spacing", help="Sweep cells.spacing_nm.")] = False,
    start: Annotated[float, Option("--from", help="The first point: a factor on what is in the case.")] = 0.0,
    stop: Annotated[
        float | None,
        Option(
            "--to",
            show_default=False,
            help="The last point; 3 times what is in the case if not given, or as far as units can work.",
        ),
    ] = None,
    steps: Annotated[int, Option(help="Number of points.")] = 25,
    amount: Annotated[
        bool,
        Option(
            "--amount",
            help="Points are amounts of all that is swept together: money in the case's currency, or hours.",
        ),
    ] = False,
    gap: engine.Gap = None,
    **how: Unpack[engine.How],
) -> Study:
    """Plan with less and more money, hours or spacing: the frontier, its shadow price, and what is scarce.

    Points are evenly spaced. Several programmes (or assets) move together, each in proportion to what it has.

    Returns:
        The study; its variants are the points, by "point N"; a point without a plan is in ``failures``.

    Raises:
        InputError: the case, or what is to be swept, is wrong.
        NoPlanError: the case as it stands has no plan.
        AuditError: the frontier contradicts itself.
    """
    found = engine.the_case(case, how)
    found = found if gap is None else edits.with_gap(found, gap)
    ids = list(found.programmes["programme_id"]) if all_programmes else programmes
    axis = read_axis(found, ids, assets, spacing=spacing, start=start, stop=stop, steps=steps, amount=amount)
    runner = engine.Runner("sweep", (found, axis), how)
    base = engine.base_plan(found, runner.progress)
    study = study_of(
        "sweep",
        found,
        base.results,
        {f"point {n}": one for n, one in enumerate(_plans(base, axis, runner), start=1)},
        describe,
        lambda study: sweep_tables(found, axis, base.results, study),
        titles={f"point {n}": axis.place(value) for n, value in enumerate(axis.amounts, start=1)},
        document={
            "concave": axis.kind != "spacing" and base.results.objective in engine.CONCAVE,
            "swept": asdict(axis),
            "as_it_stands": engine.status_row(base.results),
        },
        first=False,
    )
    if wrong := list(contradictions(axis, base.results, study["points"])):
        raise AuditError("the frontier does not pass its audit:\n" + "\n".join(wrong))
    return study


STUDY = sweep


def _plans(base: engine.Base, axis: Axis, runner: engine.Runner) -> list[Results | Failure]:
    """The plan of every point, or why there is none.

    Budgets and hours: the last point starts from the base plan, the others from the nearer of the two. Far
    from the base plan its prices mislead, and a second round is needed that the last point saves.
    """
    points = [
        engine.Variant(f"point {n}, {amount:,.6g} {axis.unit}", moved(base.case, axis, amount), amount)
        for n, amount in enumerate(axis.amounts, start=1)
    ]
    if axis.kind == "spacing":
        shared = engine.Shared(
            base.case, (base.space,), tables=engine.ALL_TABLES, outlines=True, audited=True
        )
        return list(runner.plan(shared, points).values())
    tables = tuple(name for name in engine.ALL_TABLES if name != "assumptions")
    here = (axis.present, base.solution.start)
    shared = engine.Shared(base.case, (base.space,), (here,), tables)
    last = points[-1]
    alone = replace(runner.jobs, store=None, resume=False)  # the others are what takes long
    (end,) = run_tasks(engine.plan_with_start, shared, {last.name: last}, alone, runner.progress).values()
    if not isinstance(end, Failure):
        shared = replace(shared, starts=(here, (last.at, end[1])))
    found = runner.plan(shared, points[:-1])
    found[last.name] = end if isinstance(end, Failure) else end[0]
    same = ("assumptions", "bases", "area_geometry", "cell_geometry", "land", "warnings")
    rest = {name: getattr(base.results, name) for name in same}
    return [
        one if isinstance(one, Failure) else replace(one, **rest, run={**base.results.run, **one.run})
        for one in found.values()
    ]


def sweep_tables(case: Case, axis: Axis, base: Results, study: Study) -> dict[str, pd.DataFrame]:
    """The tables of a sweep of a case, see ``TABLES``; ``base`` is its plan as it stands."""
    places = range(1, len(axis.amounts) + 1)
    where = pd.DataFrame([{**axis.at(point), "variant": f"point {point}"} for point in places])
    found = {"points": _points_table(case, axis, where, study)}
    for name, of in (("areas", "area"), ("programmes", "programme")):
        figures = list(TABLES[name].contract)[len(axis.at(1)) + 1 :]
        found[name] = TABLES[name].of(where.merge(wide(study.differences, of, figures), on="variant"))
    solved = {n: study.results[f"point {n}"] for n in places if f"point {n}" in study.results}
    return {**found, "scarce": _scarce(axis, base, solved)}


def contradictions(axis: Axis, base: Results, points: pd.DataFrame) -> Iterator[str]:
    """Where a frontier of budgets or hours is not concave, or a price no supergradient, beyond certificates.

    By weak duality a point's bound, moved along its price, is a bound everywhere:
    value(b) >= bound_i - price_i (amount(b) - amount_i). And a mixture of two plans is a plan between them,
    whose value is at most the mean of theirs: the bound between them cannot be above the chord.
    """
    if axis.kind == "spacing" or base.objective not in engine.CONCAVE:
        return
    solved = points[points["plan_value"].notna()]
    slack = ROUNDING * base.certificate.stake
    amount, value, bound = (numbers(solved[name]) for name in ("amount", "plan_value", "bound"))
    price, number = numbers(solved["shadow_price"]), solved["point"].to_numpy()
    tangent = tangents(amount, bound, price)
    # where money must be spent, hours have a part in the bound that is not in their price
    priced = axis.kind == "budget" or base.limits.empty
    for i, j in zip(*np.nonzero((tangent > value[None, :] + slack) & priced), strict=True):
        yield f"the price at point {number[i]} leads to {tangent[i, j]!s} at {number[j]}, above {value[j]!s}"
    width = amount[2:] - amount[:-2]
    chord = value[:-2] + (value[2:] - value[:-2]) * (amount[1:-1] - amount[:-2]) / width
    for j in np.flatnonzero(bound[1:-1] > chord + slack):
        yield f"the bound at point {number[j + 1]}, {bound[j + 1]!s}, is above the chord, {chord[j]!s}"


def _points_table(case: Case, axis: Axis, where: pd.DataFrame, study: Study) -> pd.DataFrame:
    """One row a point: its certificate, its totals, its shadow price and the slope to the next."""
    totals = wide(study.differences, ALL, ("covered_km2", "coverage", RATIO, "shortfall_km2", "spent"))
    rows = where.merge(study.variants, on="variant").merge(totals, "left", on="variant")
    plans = map(study.results.get, rows["variant"])
    prices = [
        math.nan if one is None else _price(case, axis, amount, one)
        for amount, one in zip(axis.amounts, plans, strict=True)
    ]
    table = TABLES["points"].of_rows(rows.assign(unit=axis.unit, shadow_price=prices))
    if axis.kind != "spacing":
        table["slope"] = table["plan_value"].diff(-1) / -table["amount"].diff(-1)
    if axis.kind == "budget":
        table["shadow_price_per_million"] = units.per_unit_to_per_million(numbers(table["shadow_price"]))
    return table


def _price(case: Case, axis: Axis, amount: float, one: Results) -> float:
    """What the next unit of the amount gains, by the shares of what moves in it; NaN of a spacing.

    With the hours of periods that it brings: a period's limit may hold before the year's.
    """
    if axis.kind == "spacing":
        return math.nan
    of_kind = RESOURCE_KINDS[axis.kind].limit_kind
    rows = one.prices[one.prices["limit_kind"] == of_kind].set_index("id")["shadow_price"]
    price = float(sum(share * rows[name] for name, share in zip(axis.ids, axis.shares, strict=True)))
    of_periods = one.period_prices[one.period_prices["limit_kind"] == of_kind]
    if len(of_periods):
        more = hours_in_periods(case, axis, amount)
        keys = zip(of_periods["id"], of_periods["period_id"], strict=True)
        price += sum(
            more.get(key, 0.0) * each for key, each in zip(keys, of_periods["shadow_price"], strict=True)
        )
    return price


def _scarce(axis: Axis, base: Results, results: Mapping[int, Results]) -> pd.DataFrame:
    """Limits whose shadow price comes or goes between neighbouring points that have plans."""
    tables = [base.prices, *(one.prices for one in results.values())]
    most = np.max([numbers(table["limit"]) for table in tables], axis=0)
    least = PRICED * base.certificate.stake
    rows = []
    for ends in pairwise(results):
        before, after = (with_periods(results[point], most) for point in ends)
        was, is_ = before * most > least, after * most > least
        sides = list(zip(("from", "to"), ends, strict=True))
        places = {f"{name}_{side}": value for side, end in sides for name, value in axis.at(end).items()}
        for n in np.flatnonzero(was != is_):
            limit = {name: base.prices[name].iloc[n] for name in ("limit_kind", "id", "unit")}
            prices = {"shadow_price_from": before[n], "shadow_price_to": after[n]}
            rows.append({**places, **limit, **prices, "change": BECOMES if is_[n] else IS_NO_LONGER})
    return TABLES["scarce"].of_rows(rows)


def axis_of(study: Study) -> Axis:
    """What a sweep has swept."""
    return Axis(**study.document["swept"])


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The subject, the frontier, and where what is scarce changes."""
    axis, points = axis_of(study), study["points"]
    names = ", ".join(axis.names)
    spacing = "spacing of the cells (cells.spacing_nm)"
    what = {"budget": f"money of {names}", "hours": f"hours of {names}", "spacing": spacing}[axis.kind]
    together = ", together and in proportion to what each has" if len(axis.ids) > 1 else ""
    subject = (
        f"Swept: {what}{together}; {count(axis.present)} {axis.unit} in the case as it stands. "
        f"Amounts in {axis.unit}.{axis.ends}"
    )
    off = (points["plan_value"] - points["bound"]).clip(lower=0.0)
    known = f"Values of the plans are known to {figure(float(off.max()))} risk-weighted km² or better"
    known += ", among plans that are as fair." if study.fair else "."
    per = units.MILLION if axis.kind == "budget" else 1.0
    error, slope = per * np.maximum(off, off.shift(-1)) / -points["amount"].diff(-1), points["slope"] * per
    slope = slope.mask(slope.abs() < MEANT * error, 0.0)
    rows = points.assign(price=points["shadow_price"] * per, to_next=slope)
    covered = RATIO if study.fair else "covered_km2"
    shown = ["factor", "amount", "plan_value", "coverage", covered, "shortfall_km2", "spent"]
    shown += ["gap"] if axis.kind == "spacing" else ["price", "to_next", "gap"]
    notes = (" ".join(_how_to_read(study, axis, float(error.max()))),)
    frontier = TABLES["points"].section("The frontier", rows, shown, notes)
    scarce = tuple(f"{where}: {change}" for where, change in changes(study))
    none = ("Nothing changes: the same hours and budgets are scarce from end to end.",)
    changing = Section("Where what is scarce changes", notes=scarce or none)
    return [subject, known if off.notna().any() else "No point has a plan."], [frontier, changing]


def _how_to_read(study: Study, axis: Axis, slope_error: float) -> Iterator[str]:
    yield f"Plan value: {study.value}."
    yield from study.counted
    if axis.kind == "spacing":
        yield "Spacing changes what is measured, not what can be done: these are different models."
        return
    of_money = axis.kind == "budget"
    first = "unit of money gains at that point, for a million" if of_money else "hour gains at that point"
    yield (
        f"Shadow price: what the next {first}.{study.held} Slope: what each {KINDS[axis.kind][2]} gains on "
        f"the way to the next point, known to {figure(slope_error)}."
    )
    if study.fair:
        yield (
            "Only the least target met is sure not to fall on the way, while the areas that something usable "
            "reaches stay the same."
        )
        return
    yield "The plan weighs km² by risk: plain km² may fall where it still gains."
    yield (
        "Every further one gains less or as much, and between two points the slope lies between their "
        "shadow prices: checked, within the certificates."
    )


def changes(study: Study) -> Iterator[tuple[str, str]]:
    """Between which points what is scarce changes, and what changes there, in words."""
    axis, ends = axis_of(study), ["amount_from", "amount_to"]
    for _, rows in study["scarce"].groupby(ends, sort=False):
        parts = []
        for (kind, change), some in rows.groupby(["limit_kind", "change"], sort=False):
            limit = LIMITED[str(kind)]
            named = ", ".join(study.called(some["id"], limit.owner.removesuffix("_id")))
            parts.append(f"{limit.words} {named} {change if limit.in_money else PLURAL[str(change)]}")
        start, end = (axis.place(float(rows[one].iloc[0])) for one in ends)
        yield f"between {start} and {end}", "; ".join(parts)


def frontier(study: Found) -> Chart:
    """What is covered at every point of a sweep, and below it the shadow price of more there.

    A reader chooses the plan of a point that has ``plan``.
    """
    swept, points = study.document["swept"], study["points"]
    kind, unit = str(swept["kind"]), safe(swept["unit"])
    of = ", ".join(safe(one) for one in swept.get("names") or swept["ids"])
    what, title, each = KINDS[kind]
    frame = points.dropna(subset="covered_km2").sort_values("amount", kind="stable")
    if not len(frame):
        return nothing("frontier", title=title)
    per = " ".join(["per", each, *[unit] * (kind == "budget")]) if each else ""
    price = frame["shadow_price_per_million"] if kind == "budget" else frame["shadow_price"]
    plan = [f"point {point}" for point in frame["point"]]
    frame = frame[["amount", "covered_km2"]].assign(shadow_price=price, plan=plan)
    data = {"points": frame, "now": pd.DataFrame({"x": [swept["present"]]})}
    words = {"title": title, "what": what, "unit": unit, "per": per}
    words["chosen"] = "plan !== null && datum.plan === plan"
    more: Spec = {"spacing": 10, "usermeta": {"room": 74}, "params": [{"name": "plan", "value": None}]}
    root = "The shadow price, in risk-weighted km², is on a square-root scale."
    notes = [f"Swept: {what} of {of}." if of else "", "Dashed: the case as it stands.", root if per else ""]
    made = panels("frontier", data, words, only=2 if per else 1, **more)
    return replace(made, notes=tuple(filter(None, notes)))


CHARTS = {"frontier": frontier}
