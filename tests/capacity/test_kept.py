"""A run that is killed goes on from the plans that it had, to the same answer to the last digit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.capacity.plan import invest
from planner.capacity.results import InvestResults
from planner.capacity.variants import Variants
from planner.case import read_capital_case
from planner.jobs import Jobs
from planner.solve import decomposition
from tests.capital_case import write_capital_case

RANGE = "table,id,field,low,high,source\noptions,second_plane,capital_cost,1500000,4500000,x\n"


class Killed(BaseException):
    """What no part of the program knows how to live through."""


class Counted:
    """The plans of years as they are made, until one kills the run."""

    def __init__(self, last: float = float("inf")) -> None:
        self.made, self.last, self.planned = 0, last, decomposition.planned

    def __call__(self, *asked: Any) -> Any:
        if self.made >= self.last:
            raise Killed
        self.made += 1
        return self.planned(*asked)


def test_killed_and_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the search, or in plans beside the plan: more money, a scenario, draws."""
    folder = write_capital_case(tmp_path / "case", futures="")
    (folder / "uncertainty.csv").write_text(RANGE)
    coarse = {"cells.spacing_nm": 300}

    def run(store: Path, plans: Counted, **changes: object) -> InvestResults:
        with monkeypatch.context() as patched:
            patched.setattr(decomposition, "planned", plans)
            case, how = read_capital_case(folder, {**coarse, **changes}), Jobs(store=store)
            found = invest(case, gap=1e-3, jobs=how, values=False, alternatives=False, last_results=False)
            beside = Variants(found, 1e-3, jobs=how)
            beside.frontier("capital", (0.0, 3.0))
            beside.scenario("poor", read_capital_case(folder, {**coarse, "budgets.open_fund.running": 5e5}))
            beside.draws(folder, 2, changes=coarse)
            return beside.results()

    whole = Counted()
    expected = run(tmp_path / "whole", whole)
    for last in (3, whole.made - 1):
        with pytest.raises(Killed):
            run(tmp_path / f"killed {last}", Counted(last))
        rest = Counted()
        found = run(tmp_path / f"killed {last}", rest)
        assert rest.made == whole.made - last
        assert found.certificate == expected.certificate
        for name in ("orders", "capital", "coverage_by_year", "variants", "choices"):
            pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True)
    with pytest.raises(Killed):  # by plans that are made: a changed case takes none of another one
        run(tmp_path / "whole", Counted(3), **{"areas.eastern.risk_weight": 5})
