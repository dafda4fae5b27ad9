"""Swap two names of one folder's entries in a single step of the operating system, where it has one."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_AT_FDCWD = -100
_LINUX_NOREPLACE, _LINUX_EXCHANGE = 1, 2
_MAC_SWAP, _MAC_EXCL = 2, 4
_NOT_SUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def exchange(first: Path, second: Path) -> bool:
    """Swap what two paths name: no moment at which either name is missing.

    Linux has renameat2 with RENAME_EXCHANGE, macOS renamex_np with RENAME_SWAP.

    Returns:
        False, with nothing changed, where the system or the file system cannot.

    Raises:
        OSError: it can, and it failed.
    """
    return _rename(first, second, _LINUX_EXCHANGE, _MAC_SWAP)


def rename_new(source: Path, target: Path) -> None:
    """Rename a folder to a name that is free.

    Where the system cannot refuse a taken name by itself, a folder that somebody made there in the same
    instant is replaced only if it is empty.

    Raises:
        OSError: the name is taken, or the rename failed.
    """
    if not _rename(source, target, _LINUX_NOREPLACE, _MAC_EXCL):
        source.rename(target)


def _rename(source: Path, target: Path, linux_flag: int, mac_flag: int) -> bool:
    names = os.fsencode(source), os.fsencode(target)
    if sys.platform == "darwin":
        failed = _call("renamex_np", *names, ctypes.c_uint(mac_flag))
    elif sys.platform == "linux":
        here = ctypes.c_int(_AT_FDCWD)
        failed = _call("renameat2", here, names[0], here, names[1], ctypes.c_uint(linux_flag))
    else:
        return False
    if failed in _NOT_SUPPORTED:
        return False
    if failed:
        raise OSError(failed, os.strerror(failed), str(source), None, str(target))
    return True


def _call(function: str, *arguments: object) -> int:
    """Call a function of the C library; 0 or its error number."""
    try:
        call = getattr(ctypes.CDLL(None, use_errno=True), function)
    except (AttributeError, OSError):
        return errno.ENOSYS
    return ctypes.get_errno() or errno.EIO if call(*arguments) else 0
