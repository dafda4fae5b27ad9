"""A single file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from planner.errors import OutputError


def check_file(file: Path, overwrite: bool) -> None:
    """Check, before the long work, that a file may be written.

    Raises:
        OutputError: something stands there that may not be replaced, or its folder does not exist.
    """
    if file.is_dir():
        raise OutputError(f"{file} is a folder; name a file")
    if os.path.lexists(file) and not overwrite:
        raise OutputError(f"{file} exists; name another file, or replace it with --overwrite")
    if not file.absolute().parent.is_dir():
        raise OutputError(f"{file}: the folder {file.absolute().parent} does not exist; make it first")


def write_all(folder: Path, texts: Mapping[str, str], overwrite: bool = False) -> None:
    """Write several files, each of them whole, into a folder that is made if need be.

    Raises:
        OutputError: one of them exists and may not be replaced (then none is written), or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror}; choose another place") from error
    for name in texts:
        check_file(folder / name, overwrite)
    for name, text in texts.items():
        write_whole(folder / name, text, overwrite)


def write_whole(file: Path, text: str, overwrite: bool = False) -> None:
    """Write text as UTF-8 under a hidden name, then give it its own name in one step.

    Args:
        file: name of the file.
        text: its content.
        overwrite: whether an existing file may be replaced.

    Raises:
        OutputError: the file exists and may not be replaced, or cannot be written.
    """
    check_file(file, overwrite)
    hidden = file.with_name(f".planner-file-{secrets.token_hex(8)}")
    try:
        try:
            with hidden.open("x", encoding="utf-8", newline="") as handle:
                handle.write(text)
                handle.flush()
                os.fsync(handle.fileno())
            hidden.replace(file)
        finally:
            with contextlib.suppress(FileNotFoundError):
                hidden.unlink()
    except OSError as error:
        raise OutputError(f"{file} cannot be written: {error.strerror}; choose another place") from error
