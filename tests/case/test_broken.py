"""Every rule broken once: where the problem is, its code, and what is said."""

from __future__ import annotations

import pytest

from tests.case.broken import MESSAGES, Broken, all_broken
from tests.case.conftest import Folder

SAID = (
    dict(zip(*[iter(MESSAGES.read_text(encoding="utf-8").splitlines())] * 2, strict=True))
    if MESSAGES.exists()
    else {}
)


@pytest.mark.parametrize("broken", all_broken(), ids=lambda broken: broken.name[:70])
def test_a_broken_input_has_its_place_code_and_words(folder: Folder, broken: Broken) -> None:
    problems = broken.problems(folder.without_scenarios())
    found = [each for each in problems if each.code == broken.code]
    assert found, "\n".join(f"{each.code}: {each}" for each in problems)
    problem = found[0]
    assert (problem.file, problem.row, problem.column) == broken.place
    assert SAID[broken.name].strip() == str(problem)
    assert str(problem).isprintable()
