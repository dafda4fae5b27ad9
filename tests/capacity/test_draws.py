"""Draws of the figures that only capacity plans read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.capacity.variants import drawn_cases
from planner.case import read_capital_case, read_case
from planner.errors import InputError
from tests.capital_case import write_capital_case

RANGES = """table,id,field,low,high,low_factor,high_factor,distribution,together,source
options,second_plane,capital_cost,,,0.5,1.5,,,assumption
options,second_plane,lead_years,1,2,,,,,assumption
budgets,open_fund,capital,,,0,2,,,assumption
"""


def test_options_and_budgets_vary(tmp_path: Path) -> None:
    """A price, whole years, and one factor on all years of a budget; a plan of one year sees none of it."""
    folder = write_capital_case(tmp_path / "case", futures="")
    (folder / "uncertainty.csv").write_text(RANGES)
    assert read_case(folder).uncertainty.empty
    assert not read_case(folder).warnings
    case = read_capital_case(folder)
    payer = list(case.case.programmes["programme_id"]).index("open_fund")
    cases = [found[0] for found in drawn_cases(case.case, folder, 4, 1)]
    planes = [one.candidates.set_index("option_id").loc["second_plane"] for one in cases if one is not None]
    assert len(planes) == 4
    # a Latin hypercube of four: one draw in each quarter of 1.5 to 4.5 million
    quarters = np.floor((np.array([one["capital_cost"] for one in planes]) - 1.5e6) / 0.75e6)
    assert sorted(quarters) == [0, 1, 2, 3]
    assert {one["lead_years"] for one in planes} == {1, 2}
    before = case.futures[0].capital[payer]
    for one in cases:
        assert one is not None
        factors = one.futures[0].capital[payer] / before
        assert factors == pytest.approx(factors[0])


def test_the_risk_map_varies_in_every_future(tmp_path: Path) -> None:
    folder = write_capital_case(tmp_path / "case", futures="")
    (folder / "risk.csv").write_text("lon,lat,weight\n-173,0,3\n")
    (folder / "uncertainty.csv").write_text(
        "table,id,field,low_factor,high_factor,source\nrisk,*,weight,0.5,1.5,assumption\n"
    )
    case = read_capital_case(folder)
    found = [one for one, *_ in drawn_cases(case.case, folder, 4, 1) if one is not None]
    factors = [float(one.case.risk["factor"].iloc[0]) for one in found]
    assert sorted(np.floor((np.array(factors) - 0.5) / 0.25)) == [0, 1, 2, 3]
    for one, factor in zip(found, factors, strict=True):
        assert [future.case.risk["factor"].tolist() for future in one.futures] == [[factor]] * len(
            case.futures
        )


def test_a_factor_leaves_blank_years_alone(tmp_path: Path) -> None:
    """Years keep their profile: those that have no row, or a blank, are not multiplied."""
    budgets = (
        "programme_id,year,capital,running,currency,carry_over,source\n"
        "open_fund,,1000000,1000000,USD,,x\nopen_fund,2028,,1000000,USD,,x\nopen_fund,2029,3000000,,USD,,x\n"
    )
    folder = write_capital_case(tmp_path / "case", futures="", budgets=budgets)
    case = read_capital_case(folder, {"budgets.open_fund.capital": {"factor": 2.0}})
    payer = list(case.case.programmes["programme_id"]).index("open_fund")
    assert case.futures[0].capital[payer] == pytest.approx([2e6, 0.0, 6e6, 2e6])
    blank = budgets.replace("1000000,1000000", ",1000000").replace("3000000", "")
    (folder / "budgets.csv").write_text(blank)
    with pytest.raises(InputError, match="has no number that could be multiplied"):
        read_capital_case(folder, {"budgets.open_fund.capital": {"factor": 2.0}})
