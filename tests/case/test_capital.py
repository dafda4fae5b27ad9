"""What may be bought: options as candidates, units and money by year, futures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.case import CapitalCase, read_capital_case, read_case
from tests.capital_case import TINY, capital_case, write_capital_case


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> CapitalCase:
    return capital_case(tmp_path_factory.mktemp("capital") / "case")


def test_an_option_is_a_candidate_for_each_recipient_and_base(tiny: CapitalCase) -> None:
    told = tiny.candidates[["candidate_id", "target_id", "recipient", "base_id"]].to_numpy().tolist()
    assert told == [
        ["new_boat__kir__harbour", "new_boat__kir__harbour", "kir", "harbour"],
        ["second_plane", "plane", "air_company", "airfield"],
        ["berth", "harbour", "kir", "harbour"],
        ["crews__kir", "", "kir", ""],
    ]


def test_a_new_asset_is_like_its_model_but_for_units_base_and_recipient(tiny: CapitalCase) -> None:
    for future in tiny.futures:
        boat, _, new = future.case.assets.to_dict("records")
        own = {"asset_id", "name", "short_name", "units"}
        assert {key: new[key] for key in new if key not in own} == {
            key: boat[key] for key in boat if key not in own
        }
        assert new["units"] == 0.0


def test_money_is_by_year_in_the_currency_of_the_case(tiny: CapitalCase) -> None:
    calm, busy = tiny.futures
    # boat_fund: A$1m in 2027 at 0.5; running is its budget, A$400,000
    assert calm.capital.tolist() == [[1e6, 1e6, 2e6, 1e6], [5e5, 0.0, 0.0, 0.0]]
    assert calm.running.tolist() == [[1e6, 1e6, 8e5, 1e6], [2e5] * 4]
    assert busy.running[0].tolist() == [5e5, 5e5, 4e5, 5e5]


def test_a_future_changes_the_case_and_nothing_else(tiny: CapitalCase) -> None:
    calm, busy = tiny.futures
    assert (calm.probability, busy.probability) == (0.75, 0.25)
    assert busy.case.areas["risk_weight"].tolist() == [1.0, 4.5]
    assert calm.case.areas["risk_weight"].tolist() == tiny.case.areas["risk_weight"].tolist() == [1.0, 1.5]


def test_units_come_go_and_are_lost(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    header, boat, plane = (folder / "assets.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{header},from_year,to_year,survival", f"{boat},,2028,", f"{plane},2028,,0.9"]
    (folder / "assets.csv").write_text("\n".join(lines), encoding="utf-8")
    units = read_capital_case(folder).futures[0].units
    np.testing.assert_allclose(units, [[1, 1, 0, 0], [0, 2, 1.8, 1.62], [0, 0, 0, 0]])


def test_an_ordinary_plan_sees_nothing_of_it(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case")
    plain, case = read_case(folder), read_case(TINY)
    for name in ("assets", "bases", "programmes", "sources", "areas"):
        assert getattr(plain, name).equals(getattr(case, name)), name
    assert plain.warnings == case.warnings
