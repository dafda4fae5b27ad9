"""A file, or a folder of files, that appears under its name whole or not at all, killed or not.

What is new grows under a hidden name beside its target, is flushed to the disk, and is renamed then.
An old folder is moved aside first and removed last; killed between these two renames, the name is missing for
the moment, and the next run that is asked for it puts the old folder back before anything else.

Folders that killed runs left are removed by the next run beside them. A run holds a lock on its own hidden
folder, which ends with the process however it ends; where there are no such locks, a hidden folder counts as
left behind after a day.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from planner.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

STAGING, ASIDE = ".planner-run-", ".planner-old-"
"""Beginnings of the hidden names of new folders, and of old ones that wait."""
LEFT_BEHIND_S = 86400.0
"""Age at which a hidden folder that cannot be locked counts as left behind [s]."""


def check_file(file: Path, overwrite: bool) -> None:
    """Check, before the long work, that a file may be written.

    Raises:
        OutputError: something is there that may not be replaced, or its folder does not exist.
    """
    if file.is_dir():
        raise OutputError(f"{file} is a folder; name a file")
    if os.path.lexists(file) and not overwrite:
        raise OutputError(f"{file} exists; name another file, or replace it with --overwrite")
    if not file.absolute().parent.is_dir():
        raise OutputError(f"{file}: the folder {file.absolute().parent} does not exist; make it first")


def write_whole(file: Path, text: str, overwrite: bool = False) -> None:
    """Write text as UTF-8, whole or not at all.

    Raises:
        OutputError: the file exists and may not be replaced, or cannot be written.
    """
    check_file(file, overwrite)
    hidden = file.with_name(f".planner-file-{secrets.token_hex(8)}")
    try:
        with hidden.open("x", encoding="utf-8", newline="") as handle:
            handle.write(text)
        _flush(hidden)
        hidden.replace(file)
    except OSError as error:
        raise OutputError(f"{file} cannot be written: {error.strerror}; choose another place") from error
    finally:
        with suppress(OSError):
            hidden.unlink(missing_ok=True)


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


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; put it in the target's place if the block ends without an error.

    What was at the target (an absolute path without symbolic links, whose parent exists) is removed then;
    whether it may be is for the caller to decide. After an error it is untouched and the new folder is gone.

    Raises:
        OSError: a folder cannot be made, flushed or renamed.
    """
    recover(target)
    _remove_left_behind(target.parent)
    staging, lock = _new_folder(target.parent)
    try:
        yield staging
        for file in staging.rglob("*"):
            if file.is_file():
                _flush(file)
        _flush(staging)
        _put_in_place(staging, target)
        _flush(target.parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        _close(lock)


def recover(target: Path) -> None:
    """Put the old folder back if a run was killed between the two renames that replace it.

    Raises:
        OSError: it cannot be put back.
    """
    aside = aside_of(target)
    if aside.is_dir() and os.path.lexists(target):
        shutil.rmtree(aside, ignore_errors=True)
    elif aside.is_dir():
        aside.rename(target)


def aside_of(target: Path) -> Path:
    """Where the old folder waits; a digest, since the name itself may be as long as names can be."""
    return target.with_name(ASIDE + hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16])


def _put_in_place(staging: Path, target: Path) -> None:
    """Rename the new folder to its target; the old one is put back if that fails."""
    if os.path.lexists(target):
        target.rename(aside_of(target))
    try:
        staging.rename(target)
    finally:
        recover(target)


def _new_folder(parent: Path) -> tuple[Path, int | None]:
    """Make and lock a hidden folder; another run that tidies up may take it before it is locked."""
    while True:
        folder = parent / f"{STAGING}{secrets.token_hex(8)}"
        folder.mkdir()
        with suppress(BlockingIOError, FileNotFoundError):
            lock = _lock(folder)
            if folder.is_dir():
                return folder, lock
            _close(lock)


def _remove_left_behind(parent: Path) -> None:
    for folder in parent.glob(f"{STAGING}*"):
        with suppress(OSError):  # a live run's, or gone since
            lock = _lock(folder)
            if lock is not None or time.time() - folder.stat().st_mtime > LEFT_BEHIND_S:
                shutil.rmtree(folder, ignore_errors=True)
            _close(lock)


def _lock(folder: Path) -> int | None:
    """Lock a folder; None where there are no locks on folders. BlockingIOError: another process holds it."""
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        if isinstance(error, BlockingIOError):
            raise
        return None  # the file system has no locks
    return handle


def _close(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def _flush(path: Path) -> None:
    """Bring a file or a folder to the disk before its name says that it is there."""
    is_folder = path.is_dir()
    with suppress(OSError) if is_folder else nullcontext():  # not every system can flush folders
        handle = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
