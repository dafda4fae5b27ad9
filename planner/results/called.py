"""What kinds of folders are called on the command line; loaded for help, so without any library."""

from __future__ import annotations

CALLED = {"comparison": ("compare", "compared")}
"""Command, and ending of the folder, of what is not called as its kind."""


def called(kind: str) -> tuple[str, str]:
    """The command that writes a kind of folder, and what the name of such a folder ends with."""
    return CALLED.get(kind, (kind, kind))


def command_of(kind: str) -> str:
    """The whole command."""
    return f"planner {called(kind)[0]}"
