"""The case with other values for some of its figures: checked and converted as if its files said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.case.case import Case
from planner.case.folder import RawCase
from planner.case.ranges import figure_key
from planner.case.read import case_of
from planner.case.rows import Rows
from planner.schema.tables import RISK_MAP

RISK_WEIGHT = figure_key(RISK_MAP, "", "weight")


def without_ranges(raw: RawCase) -> RawCase:
    """What was read from a folder, without ``X_low``, ``X_high`` and ``uncertainty.csv``.

    A figure that is drawn would move its range along, even to where no range may be.
    """
    tables = {name: _without_companions(rows) for name, rows in raw.tables.items()}
    tables["uncertainty"] = replace(tables["uncertainty"], rows=())
    return replace(raw, tables=tables)


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
            factor on what the risk map says, once, however many layers speak.
        changes: changes that the user has made; drawn figures go before them.
        scenario: scenarios, as in ``read_case``.

    Raises:
        InputError: a drawn value is one that the case may not have, which checked ranges do not allow.
    """
    rest = dict(values)
    factor = rest.pop(RISK_WEIGHT, 1.0)
    case = case_of(raw, {**(changes or {}), **rest}, scenario)
    return case if factor == 1.0 else replace(case, risk=case.risk.assign(factor=factor))


def _without_companions(rows: Rows) -> Rows:
    ends = [end for name in rows.table.figures for end in rows.table.companions_of(name)]
    if not ends:
        return rows
    bare = tuple(replace(row, values={**row.values, **dict.fromkeys(ends)}) for row in rows.rows)
    return replace(rows, rows=bare)
