"""The effort table's contract: types, numbers of activities, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planner.features.effort import COLUMNS, Rows, effort_rows, stack
from tests.small_case import work


def columns(n: int) -> dict[str, object]:
    return {name: np.zeros(n) for name in COLUMNS if name not in ("activity", "paid_in")}


def test_rows_have_the_types_of_the_contract_and_an_activity_each() -> None:
    table = pd.DataFrame(effort_rows(**columns(3)))
    assert dict(table.dtypes.astype(str)) == dict(COLUMNS)
    assert table["activity"].tolist() == [0, 1, 2]


def test_numbers_are_repeated() -> None:
    table = pd.DataFrame(effort_rows(**{**columns(3), "cost": 7.0, "base": -1}))
    assert table["cost"].tolist() == [7.0] * 3
    assert table["base"].tolist() == [-1] * 3


def rows(*given: object, most: int | None = None, **others: object) -> Rows:
    return {name: column.to_numpy()[:most] for name, column in work(*given, **others).items()}


@pytest.mark.parametrize("change", [{"wind": 1.0}, {"cost": None}])
def test_unknown_and_missing_columns_are_refused(change: dict[str, object]) -> None:
    given = {name: value for name, value in (columns(2) | change).items() if value is not None}
    with pytest.raises(ValueError, match=next(iter(change))):
        effort_rows(**given)


def test_stack_numbers_activities_through_and_keeps_joint_ones_together() -> None:
    # two patrols (0, 1), one radar over three cells (one activity, 2), nothing, two scenes (3, 4)
    patrols = rows([0, 0], [0, 1], [1.0, 1.0])
    radar = rows([1, 1, 1], [0, 1, 2], [1.0, 1.0, 1.0], activity=[0, 0, 0])
    scenes = rows([2, 2], [0, 1], [1.0, 1.0])
    table = stack([patrols, radar, rows([2], [0], [1.0], most=0), scenes])
    assert table["activity"].tolist() == [0, 1, 2, 2, 2, 3, 4]
    assert table["asset"].tolist() == [0, 0, 1, 1, 1, 2, 2]
    assert table.index.tolist() == list(range(7))


def test_stack_of_nothing_is_an_empty_table() -> None:
    empty = rows([0], [0], [1.0], most=0)
    for parts in ([], [empty]):
        table = stack(parts)
        assert table.empty
        assert dict(table.dtypes.astype(str)) == dict(COLUMNS)


def test_parts_are_not_changed() -> None:
    part = rows([0], [0], [1.0])
    stack([part, part])
    assert part["activity"].tolist() == [0]
