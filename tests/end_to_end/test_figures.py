"""``planner figures`` as a user has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import Planner


def test_figures_of_a_run(planner: Planner, ran: Path) -> None:
    done = planner("figures", "out", "--only", "map_pod,hours", "--dpi", "72")
    assert done.returncode == 0, done.stderr
    folder = ran.with_name("out_figures")
    assert {file.name for file in folder.iterdir()} == {"map_pod.png", "hours.png", "figures.json"}
    assert f"Figures are written to {folder}" in done.stdout
    again = planner("figures", "out")
    assert again.returncode == 2
    assert "replace a former set of figures with --overwrite" in again.stderr
    done = planner("figures", "out", "--format", "svg", "--only", "prices", "--overwrite", "--quiet")
    assert (done.returncode, done.stdout) == (0, "")
    assert {file.name for file in folder.iterdir()} == {"prices.svg", "figures.json"}


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["nowhere"], "name a folder that planner run has written"),
        (["small"], "name a folder that planner run has written"),
        (["small", "--only", "map"], "is not a figure"),
        (["small", "--format", "gif"], "gif"),
        (["small", "--dpi", "1"], "is not between 36 and 1200"),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], rule: str
) -> None:
    done = planner("figures", *arguments)
    assert done.returncode == 2
    assert rule in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == [case.name]
