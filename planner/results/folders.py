"""What a folder that the planner wrote holds, by its manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from planner.core.certificate import Certificate
from planner.core.fairness import FairShares
from planner.errors import InputError, Problem
from planner.results.called import command_of
from planner.results.run_json import RUN_JSON
from planner.solve.solver import Status

MANIFEST = "study.json"
"""The manifest of every study; it says of which kind."""
RUN, CAPACITY = "run", "invest"
"""The kinds of folders whose manifest is ``run.json``; that of a capacity plan says so under ``kind``."""


class Part(BaseModel):
    """A part of a manifest; what it says besides is kept."""

    model_config = ConfigDict(extra="allow")


class Scenario(Part):
    """A scenario that was chosen."""

    name: str
    title: str


class RunDocument(Part):
    """What ``run.json`` says, see ``run_json.run_document``."""

    title: str
    currency: str
    objective: str
    status: Status
    certificate: Certificate
    coverage_worth: float
    fairness: FairShares | None = None
    warnings: tuple[Problem, ...]
    files: list[str] = []
    inputs: dict[str, str] = {}
    scenarios: list[Scenario] = []
    seconds: dict[str, float] = {}
    counts: dict[str, int] = {}
    short_names: dict[str, dict[str, str]] = {}
    effort_by_kind: dict[str, dict[str, float]] = {}
    versions: dict[str, str] = {}
    command: list[str] = []


class Swept(Part):
    """What a sweep has swept."""

    kind: str
    ids: list[str]
    unit: str
    present: float


class StudyDocument(Part):
    """What ``study.json`` says of the study."""

    title: str
    objective: str
    inputs: dict[str, str] = {}
    scenarios: list[Scenario] = []
    swept: Swept | None = None
    figures_held_fixed: dict[str, int] = {}


Document = TypeVar("Document", bound=BaseModel)


REMEDY = "name a folder that planner run or planner invest has written, or make it again"


def broken(folder: Path, file: str, rule: str, remedy: str = REMEDY) -> InputError:
    """What is wrong with a file of a folder, and what to do."""
    return InputError([Problem(file, 0, "", str(folder), rule, remedy)])


def of_another_version(folder: Path, file: str, column: str, lacks: str) -> InputError:
    """What is said where a folder lacks what this version of the planner writes: a column, a key, a file."""
    rule = f"was written by another version of the planner, or changed since: it has no such {lacks}"
    remedy = "run the command that wrote it again, with --overwrite"
    return InputError([Problem(file, 0, column, str(folder), rule, remedy, "other_version")])


@contextmanager
def reading(folder: Path, file: str, manifest: str, remedy: str = REMEDY) -> Iterator[None]:
    """Tell errors of reading a table of a folder as what is wrong with the folder, and what to do."""
    try:
        yield
    except OSError as error:
        if file not in read_manifest(folder, manifest).get("files", [file]):
            raise of_another_version(folder, file, "", "file") from error
        raise broken(folder, file, f"cannot be read ({error.strerror})", remedy) from error
    except ValueError as error:
        raise broken(folder, file, f"cannot be understood ({error})", remedy) from error


def read_manifest(folder: Path, name: str = RUN_JSON) -> dict[str, Any]:
    """The manifest of a folder.

    Raises:
        InputError: it cannot be read.
    """
    try:
        document = json.loads((folder / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise broken(folder, name, f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise broken(folder, name, f"is not as it was written ({error})") from error
    if not isinstance(document, dict):
        raise broken(folder, name, "is not as it was written")
    return document


def read_study_document(folder: Path, kind: str) -> dict[str, Any]:
    """What ``study.json`` says of a study of a kind.

    Raises:
        InputError: it cannot be read, or is not as it was written.
    """
    found = checked(folder, MANIFEST, StudyDocument, read_manifest(folder, MANIFEST).get(kind))
    return found.model_dump(exclude_unset=True)


def checked(folder: Path, file: str, kind: type[Document], document: object) -> Document:
    """A manifest whose parts are of the types that they were written with.

    Raises:
        InputError: they are not.
    """
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        if first["type"] == "missing":
            raise of_another_version(folder, file, where, "key") from error
        raise broken(folder, file, f"is not as it was written ({where})") from error


def kind_of(folder: Path) -> str | None:
    """What a folder holds: ``RUN``, ``CAPACITY`` or the kind of a study; None where it has no manifest.

    Raises:
        InputError: the manifest cannot be read.
    """
    if (folder / RUN_JSON).is_file():
        return str(read_manifest(folder).get("kind", RUN))
    if not (folder / MANIFEST).is_file():
        return None
    document = read_manifest(folder, MANIFEST)
    if "kind" not in document:
        raise broken(folder, MANIFEST, "is not as it was written")
    return str(document["kind"])


def require_run(folder: Path, remedies: Mapping[str, str]) -> None:
    """Refuse the folder of anything else where that of a run is wanted; ``remedies`` say what to do, by kind.

    A folder without a manifest passes: whoever reads it says what is missing.

    Raises:
        InputError: the folder is that of a study or of a capacity plan.
    """
    kind = kind_of(folder)
    if kind not in (None, RUN):
        remedy = remedies.get(str(kind), "name a folder that planner run has written")
        rule = f"was written by {command_of(str(kind))}; it is not the folder of a run"
        raise InputError([Problem(RUN_JSON, 0, "", str(folder), rule, remedy)])
