"""A good case to break: the one that `planner new` writes, and ways to edit it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.case import Case, read_case
from planner.case.new import write_new_case
from planner.errors import InputError, Problem


@dataclass(frozen=True)
class Folder:
    """A case folder that a test may edit."""

    path: Path

    def text(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, content: str | bytes) -> Folder:
        data = content.encode("utf-8") if isinstance(content, str) else content
        (self.path / file).write_bytes(data)
        return self

    def replace(self, file: str, old: str, new: str) -> Folder:
        text = self.text(file)
        assert old in text, f"{old!r} is not in {file}: the test would test nothing"
        return self.write(file, text.replace(old, new, 1))

    def append(self, file: str, line: str) -> Folder:
        return self.write(file, self.text(file) + line)

    def remove(self, file: str) -> Folder:
        (self.path / file).unlink()
        return self

    def without_scenarios(self) -> Folder:
        return self.write("case.toml", self.text("case.toml").partition("# A scenario")[0])

    def read(self, changes: Mapping[str, object] | None = None, scenario: str | None = None) -> Case:
        return read_case(self.path, changes, scenario)

    def problems(self, changes: Mapping[str, object] | None = None) -> tuple[Problem, ...]:
        with pytest.raises(InputError) as caught:
            self.read(changes)
        return caught.value.problems

    def only_problem(self, changes: Mapping[str, object] | None = None) -> Problem:
        problems = self.problems(changes)
        assert len(problems) == 1, "\n".join(map(str, problems))
        return problems[0]


@pytest.fixture(scope="session")
def _example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("example") / "case"
    write_new_case(place)
    return place


@pytest.fixture
def folder(tmp_path: Path, _example: Path) -> Folder:
    shutil.copytree(_example, tmp_path / "case")
    return Folder(tmp_path / "case")
