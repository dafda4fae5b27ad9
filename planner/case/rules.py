"""Checks of what the files say together: bases take the kinds that use them, services are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.case.fields import FUNDABLE_KINDS
from planner.case.frames import funded_services, restricts_services
from planner.case.references import Known
from planner.case.wording import listed
from planner.errors import Problem


def check_rules(known: Known) -> list[Problem]:
    """Every rule across the files that is broken."""
    return [*_bases(known), *_ranges(known), *_services(known), *_nothing_there(known), *_no_target(known)]


def _bases(known: Known) -> Iterator[Problem]:
    if not {"assets", "bases"} <= known.records.keys():
        return
    assets = known.records["assets"]
    takes = {base.base_id: base.kinds for _, base in known.records["bases"]}
    whole = known.ids["bases"] is not None and len(takes) == len(set(known.ids["bases"]))
    for row, asset in assets:
        if asset.bases == ("*",):
            if whole and not any(asset.kind in kinds for kinds in takes.values()):
                rule = f"finds no base that takes the kind {asset.kind}"
                remedy = f"add {asset.kind} to the kinds of a base in bases.csv"
                yield Problem(assets.file, row, "bases", "*", rule, remedy)
            continue
        for base in asset.bases:
            if base in takes and asset.kind not in takes[base]:
                rule = f"takes {listed(takes[base])}, not the asset's kind {asset.kind}"
                remedy = f"add {asset.kind} to the base's kinds in bases.csv, or name another base"
                yield Problem(assets.file, row, "bases", base, rule, remedy)


def _ranges(known: Known) -> Iterator[Problem]:
    """X_low <= X <= X_high."""
    for table in ("assets", "sensors", "programmes", "limits"):
        if table not in known.records:
            continue
        records = known.records[table]
        ends = [name for name in records.spec.numeric if name.endswith(("_low", "_high"))]
        used = [name for name in ends if name in known.raw[table].columns or _changed(known, table, name)]
        for row, record in records if used else ():
            for end in used:
                yield from _end(records.file, row, record, end)


def _changed(known: Known, table: str, column: str) -> bool:
    return any(column in row.changed for row in known.raw[table].rows)


def _end(file: str, row: int, record: Any, end: str) -> Iterator[Problem]:
    name, _, side = end.rpartition("_")
    limit, value = getattr(record, end, None), getattr(record, name, None)
    if limit is None or value is None:
        return
    if side == "low" and limit > value:
        yield Problem(
            file, row, end, f"{limit:g}", f"is above {name} ({value:g})", "give a lower end of the range"
        )
    if side == "high" and limit < value:
        yield Problem(
            file, row, end, f"{limit:g}", f"is below {name} ({value:g})", "give a higher end of the range"
        )


def _services(known: Known) -> Iterator[Problem]:
    """A service is needed wherever a programme that leaves out services may otherwise fund the row."""
    by_kind: dict[str, Any] = {}
    by_id: dict[str, list[Any]] = {}
    for _, programme in known.records.get("programmes", ()):
        if not restricts_services(programme):
            continue
        if programme.assets == ("*",):
            for kind in FUNDABLE_KINDS if programme.asset_kinds == ("*",) else programme.asset_kinds:
                by_kind.setdefault(kind, programme)
        for name in programme.assets:
            by_id.setdefault(name, []).append(programme)
    for table, key in (("assets", "asset_id"), ("sensors", "sensor_id")):
        for row, watcher in known.records.get(table, ()):
            asking = by_kind.get(watcher.kind) or next(
                (one for one in by_id.get(getattr(watcher, key), ()) if names(one.asset_kinds, watcher.kind)),
                None,
            )
            if asking and not watcher.service:
                funded = listed(funded_services(asking))
                rule = f"is blank, but the programme {asking.programme_id} funds only {funded}"
                remedy = "say which service runs it: civil, police or military"
                yield Problem(known.records[table].file, row, "service", "", rule, remedy)


def names(listed_names: tuple[str, ...], name: str) -> bool:
    """Whether a list names something, or all."""
    return listed_names == ("*",) or name in listed_names


def _nothing_there(known: Known) -> Iterator[Problem]:
    """A plan needs an area, a programme, and an asset or a sensor."""
    for table in ("areas", "programmes"):
        if table in known.raw and not known.raw[table].rows:
            yield Problem(known.raw[table].file, 0, "", "", "has no rows", f"add at least one of the {table}")
    if (
        {"assets", "sensors"} <= known.raw.keys()
        and not known.raw["assets"].rows
        and not known.raw["sensors"].rows
    ):
        yield Problem(
            known.raw["assets"].file, 0, "", "", "has no rows", "add at least one asset, or a sensor"
        )


def _no_target(known: Known) -> Iterator[Problem]:
    """A fair plan needs a target to be fair to."""
    if known.settings is None or known.settings.objective != "fair" or "areas" not in known.records:
        return
    areas, whole = known.records["areas"], known.settings.target_coverage
    targets = [whole if area.target_coverage is None else area.target_coverage for _, area in areas]
    if targets and not any(targets):
        rule = "is fair, but every area has the target 0: there is nothing to be fair in"
        remedy = "give the areas a target_coverage above 0, or plan for coverage"
        yield Problem("case.toml", 0, "objective", "fair", rule, remedy)
