"""What is told of plans beside a plan: an earlier one, more and less money, scenarios, draws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.capacity import sums
from planner.capacity.charts import BESIDE
from planner.capacity.results import InvestResults, capacity_plan_of, read_capacity_plan
from planner.capacity.sentences import of_others, sentences
from planner.capacity.write import summary, write_capacity_plan
from planner.page.figures import of_capacity_plan
from planner.results.contract import CAPACITY_TABLES
from planner.results.plain_text import plain
from tests.capacity.made_up import BOATS, make_invest
from tests.charts.drawn import overlapping, texts


def with_others() -> InvestResults:
    """The made-up plan; 0, 1 and 2 times its capital; a scenario; three draws, of which one has no plan."""
    nan = np.nan
    plan = (10_146.0, 10_126.0, 0.002, 7e6, 4.2e6, 39_500.0, 4_250.0)
    none = (13_800.0, 13_780.0, 1e-3, 0.0, 3e6, 29_500.0, 9_250.0)
    twice = (9_000.0, 8_990.0, 1e-3, 9e6, 4e6, 40_000.0, 3_000.0)
    rows = [
        ("plan", "plan", "the plan", "optimal", *plan),
        ("capital", "2", "capital money x 2", "optimal", *twice),
        ("capital", "0", "capital money x 0", "optimal", *none),
        ("capital", "1", "capital money x 1", "optimal", 10_140.0, *plan[1:]),
        ("scenario", "poor", "Half the money", "optimal", 12_000.0, *none[1:]),
        ("held", "poor", "Half the money, orders held", "time_limit", 12_500.0, *none[1:]),
        *[("draw", f"{n}", f"draw {n}", "optimal", *twice) for n in (1, 2)],
        ("draw", "3", "draw 3 of 3", "infeasible", *[nan] * 7),
    ]
    regret = {"held": (400.0, 510.0)}
    whole = [(*one, 1.0 - one[10] / 38_750.0, *regret.get(one[0], (nan, nan))) for one in rows]
    chosen = [("plan", "plan", "boats", 2), ("plan", "plan", "radar", 1), ("draw", "1", "boats", 2)]
    chosen += [("draw", "2", "boats", 4), ("draw", "2", "plane", 1)]
    changed = [(2027, BOATS, "boats", "New patrol boat", "", 1, 2)]
    return make_invest(
        variants=pd.DataFrame(whole, columns=list(CAPACITY_TABLES["variants"])),
        choices=pd.DataFrame(chosen, columns=["kind", "variant", "option_id", "units"]),
        changes=pd.DataFrame(changed, columns=list(CAPACITY_TABLES["changes"])),
    )


def test_sentences_by_hand() -> None:
    found = sentences(capacity_plan_of(with_others()))[-5:]
    assert found == [
        "Of the plans within the gap this is the nearest to the earlier one that was found: 1 order differs.",
        "The objective is 13,800 with no capital at all, 10,140 with the capital of the case and 9,000 "
        "with 2 times as much.",
        "In Half the money this plan's orders miss 400 to 510 risk-weighted km² more than its best orders.",
        "Of the 2 plans that there are for 3 draws of the uncertain figures nearly all order New patrol "
        "boat; some order Contract aircraft (50.0%).",
        "NOT PROVEN: Half the money, orders held (time limit), draw 3 of 3 (infeasible).",
    ]


def test_how_often_each_option_is_ordered() -> None:
    table = sums.chosen(capacity_plan_of(with_others())).set_index("option_id")
    # draws 1 and 2: 2 and 4 boats, no radar, no and one aircraft
    assert table.loc[["boats", "plane", "radar"]].drop(columns="name").to_numpy().tolist() == [
        [2.0, 1.0, 2.0, 3.0, 4.0],
        [0.0, 0.5, 0.0, 0.5, 1.0],
        [1.0, 0.0, 0.0, 0.0, 0.0],
    ]


def test_a_plan_alone_says_nothing_of_others() -> None:
    plan = capacity_plan_of(make_invest())
    assert list(of_others(plan)) == []
    assert not any(has(plan) for has, _ in BESIDE.values())
    assert "capital_frontier" not in of_capacity_plan(plan).charts


def test_it_is_written_read_back_and_drawn(tmp_path: Path) -> None:
    made = with_others()
    read = read_capacity_plan(write_capacity_plan(made, tmp_path / "out"))
    pd.testing.assert_frame_equal(read["variants"], capacity_plan_of(made)["variants"])
    assert plain(summary(read)) == (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8")
    source = of_capacity_plan(read)
    for name in BESIDE:
        assert overlapping(texts(source.spec(name))) == []
    points = source.charts["capital_frontier"]().data["plans"]
    assert points[["factor", "objective"]].to_numpy().tolist() == [[0, 13_800], [1, 10_140], [2, 9_000]]


@pytest.mark.parametrize(("near", "said"), [(0, "no order differs"), (2, "2 orders differ")])
def test_changes_are_counted(near: int, said: str) -> None:
    changes = pd.concat([with_others().changes] * 2).head(near)
    assert said in "\n".join(sentences(capacity_plan_of(make_invest(changes=changes))))
