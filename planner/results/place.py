"""A folder that appears under its name whole or not at all, whenever the program is killed.

The new folder grows under a hidden name beside its target. A target that is free gets it by a rename; an old
folder is moved aside first and removed last. Killed between these two renames, the name is missing for the
moment, and the next run that is asked for it puts the old folder back before anything else.

Folders that killed runs left are removed by the next run beside them. A run holds a lock on its own hidden
folder, which ends with the process however it ends; where there are no such locks, a hidden folder counts as
left behind after a day.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

STAGING = ".planner-run-"
ASIDE = ".planner-old-"
LEFT_BEHIND_S = 86400.0
"""Age at which a hidden folder that cannot be locked counts as left behind [s]."""


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; put it in the target's place if the block ends without an error.

    What was at the target is removed then; whether it may be is for the caller to decide. After an error the
    target is untouched and the new folder is gone.

    Args:
        target: absolute path without symbolic links in it; its parent exists.

    Raises:
        OSError: a folder cannot be made, flushed or renamed.
    """
    recover(target)
    _remove_left_behind(target.parent)
    staging, lock = _new_folder(target.parent)
    try:
        yield staging
        _flush(staging)
        _put_in_place(staging, target)
        _flush_folder(target.parent)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        _close(lock)


def recover(target: Path) -> None:
    """Put the old folder back if a run was killed between the two renames that replace it.

    Raises:
        OSError: it cannot be put back.
    """
    aside = _aside(target)
    if not aside.is_dir():
        return
    if os.path.lexists(target):
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.rename(target)


def _put_in_place(staging: Path, target: Path) -> None:
    """Rename the new folder to its target; the old one is put back if that fails."""
    aside = _aside(target)
    if os.path.lexists(target):
        target.rename(aside)
    try:
        staging.rename(target)
    except OSError:
        recover(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _aside(target: Path) -> Path:
    """Where the old folder waits; a digest, since the name itself may be as long as names can be."""
    digest = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
    return target.with_name(f"{ASIDE}{digest}")


def _new_folder(parent: Path) -> tuple[Path, int | None]:
    """Make and lock a hidden folder; another one if a cleaner took it before it was locked."""
    while True:
        folder = parent / f"{STAGING}{secrets.token_hex(8)}"
        folder.mkdir()
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            lock = _lock(folder)
            if folder.is_dir():
                return folder, lock
            _close(lock)


def _remove_left_behind(parent: Path) -> None:
    for folder in parent.glob(f"{STAGING}*"):
        lock = None
        with contextlib.suppress(OSError):  # a live run's, or gone since
            lock = _lock(folder)
            if lock is not None or time.time() - folder.stat().st_mtime > LEFT_BEHIND_S:
                shutil.rmtree(folder, ignore_errors=True)
        _close(lock)


def _lock(folder: Path) -> int | None:
    """Lock a folder; None where there are no locks on folders.

    Raises:
        BlockingIOError: another process holds it.
        OSError: the folder is gone.
    """
    if fcntl is None:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:  # the file system has no locks
        os.close(handle)
        return None
    return handle


def _close(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def _flush(folder: Path) -> None:
    """Bring a folder's files to the disk before its name says that they are there."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb+") as handle:
                os.fsync(handle.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system can
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
