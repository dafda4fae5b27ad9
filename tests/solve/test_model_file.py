"""The linear program as a file: another solver finds the optimum of the final round."""

from __future__ import annotations

from pathlib import Path

import highspy
import pulp
import pytest

from planner.errors import OutputError
from planner.solve.model_file import write_model
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from tests.small_case import random_case


@pytest.fixture(scope="module")
def solution() -> Solution:
    return optimise(random_case(1).problem(), 1e-6)


@pytest.mark.parametrize("ending", [".mps", ".lp"])
def test_highs_finds_the_same_optimum(solution: Solution, ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"plan{ending}"
    write_model(solution.program, file)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.readModel(str(file))
    model.run()
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    # the file has 12 digits
    assert model.getObjectiveValue() == pytest.approx(solution.lp_objective, rel=1e-9)
    n_rows, n_columns = solution.program.lp.matrix.shape
    assert (model.getNumRow(), model.getNumCol()) == (n_rows, n_columns + 1)


def test_cbc_finds_the_same_optimum(solution: Solution, tmp_path: Path) -> None:
    file = tmp_path / "plan.mps"
    write_model(solution.program, file)
    _, lp = pulp.LpProblem.fromMPS(str(file))
    lp.solve(pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False))
    assert pulp.value(lp.objective) == pytest.approx(solution.lp_objective, rel=1e-7)


def test_other_endings_and_places_are_refused(solution: Solution, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ends in \.mps or \.lp"):
        write_model(solution.program, tmp_path / "plan.txt")
    with pytest.raises(OutputError, match="cannot be written"):
        write_model(solution.program, tmp_path / "nowhere" / "plan.lp")
    assert list(tmp_path.iterdir()) == []
