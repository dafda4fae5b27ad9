"""What a folder that the planner wrote holds, by its manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from planner.errors import InputError, Problem
from planner.results.run_json import RUN_JSON

MANIFEST = "study.json"
"""The manifest of every study; it says of which kind."""
COMMANDS = {"comparison": "compare"}
"""Commands whose name differs from that of what they write."""


def kind_of(folder: Path) -> str | None:
    """What a folder holds: "run", or the kind of a study; None where it has no manifest of the planner's.

    Raises:
        InputError: the manifest of a study cannot be read.
    """
    if (folder / RUN_JSON).is_file():
        return "run"
    file = folder / MANIFEST
    if not file.is_file():
        return None
    try:
        kind = json.loads(file.read_text(encoding="utf-8"))["kind"]
    except OSError as error:
        rule = f"cannot be read ({error.strerror})"
    except (ValueError, RecursionError, TypeError, KeyError):
        rule = "is not as it was written"
    else:
        return str(kind)
    raise InputError([Problem(MANIFEST, 0, "", str(folder), rule, "make the folder again")])


def command_of(kind: str) -> str:
    """The command that writes a kind of folder."""
    return f"planner {COMMANDS.get(kind, kind)}"


def require_run(folder: Path, remedies: Mapping[str, str]) -> None:
    """Refuse the folder of a study where that of a run is wanted, and say what to do with it.

    A folder without a manifest passes: whoever reads it says what is missing.

    Args:
        folder: the folder.
        remedies: what to do instead, by kind.

    Raises:
        InputError: the folder is that of a study.
    """
    kind = kind_of(folder)
    if kind not in (None, "run"):
        remedy = remedies.get(str(kind), "name a folder that planner run has written")
        rule = f"was written by {command_of(str(kind))}; it is not the folder of a run"
        raise InputError([Problem(RUN_JSON, 0, "", str(folder), rule, remedy)])
