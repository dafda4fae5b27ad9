"""Every rule broken once: where the problem is, its code, and what is said."""

from __future__ import annotations

import pytest

from planner.case.new import write_new_case
from tests.case.broken import MESSAGES, Broken, all_broken
from tests.case.conftest import Folder

SAID = (
    dict(zip(*[iter(MESSAGES.read_text(encoding="utf-8").splitlines())] * 2, strict=True))
    if MESSAGES.exists()
    else {}
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """One case for all: every test puts back what it has broken."""
    place = tmp_path_factory.mktemp("broken") / "case"
    write_new_case(place)
    return Folder(place).without_scenarios()


@pytest.mark.parametrize("broken", all_broken(), ids=lambda broken: broken.name[:70])
def test_a_broken_input_has_its_place_code_and_words(shared: Folder, broken: Broken) -> None:
    before = {file: shared.path / file for file in broken.texts}
    kept = {file: path.read_bytes() if path.exists() else None for file, path in before.items()}
    problems = broken.problems(shared)
    for file, content in kept.items():
        before[file].unlink() if content is None else before[file].write_bytes(content)
    found = [each for each in problems if each.code == broken.code]
    assert found, "\n".join(f"{each.code}: {each}" for each in problems)
    problem = found[0]
    assert (problem.file, problem.row, problem.column) == broken.place
    assert SAID[broken.name].strip() == str(problem)
    assert str(problem).isprintable()
