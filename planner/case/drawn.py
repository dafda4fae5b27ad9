"""The case with other values for some of its figures: read, checked and converted as if they stood in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.case.case import Case
from planner.case.csv_file import RawTable
from planner.case.figures import RISK, figure_key
from planner.case.folder import RawCase
from planner.case.read import case_of

RISK_WEIGHT = figure_key(RISK, "", "weight")


def without_ranges(raw: RawCase) -> RawCase:
    """What was read from a folder, without ``X_low``, ``X_high`` and ``uncertainty.csv``.

    A figure that is drawn would move its range along, even to where no range may be.
    """
    bare = raw.copy()
    for table in bare.tables.values():
        _drop_companions(table)
    if "uncertainty" in bare.tables:
        bare.tables["uncertainty"].rows.clear()
    return bare


def drawn_case(
    raw: RawCase,
    values: Mapping[str, float],
    changes: Mapping[str, object] | None = None,
    scenario: str | None = None,
) -> Case:
    """The case with drawn figures.

    Args:
        raw: what ``without_ranges`` has left.
        values: the drawn values by dotted key, in the unit and currency of their file; ``risk.weight`` is a
            factor on every point of the risk map.
        changes: changes that the user has made; drawn figures go before them.
        scenario: scenarios, as in ``read_case``.

    Raises:
        InputError: a drawn value is one that the case may not have, which checked ranges do not allow.
    """
    rest = dict(values)
    factor = rest.pop(RISK_WEIGHT, 1.0)
    if factor != 1.0:
        raw = replace(raw, risk=raw.risk.assign(weight=raw.risk["weight"] * factor))
    return case_of(raw, {**(changes or {}), **rest}, scenario)


def _drop_companions(table: RawTable) -> None:
    companions = {
        name
        for name in table.spec.fields
        if name.endswith(("_low", "_high")) and name.rpartition("_")[0] in table.spec.fields
    }
    for row in table.rows:
        for name in companions & row.cells.keys():
            del row.cells[name]
