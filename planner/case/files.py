"""Reading one file as bytes or text: regular files inside the folder only, within a limit of size."""

from __future__ import annotations

import codecs
import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.errors import InputError, Problem
from planner.schema.wording import show

CASE_FILE = "case.toml"
MOST_BYTES = 100_000_000
"""Larger files of a case are refused: the whole program is to stay under 1 GiB, and a table of the most rows
(``planner.schema.table.MOST_ROWS``) or the zones of the whole world at 10 m fit."""


def problem(
    file: str, code: str, rule: str, remedy: str, *, row: int = 0, column: str = "", value: str = ""
) -> InputError:
    """An InputError with the one problem given."""
    return InputError([Problem(file, row, column, value, rule, remedy, code)])


def read_bytes(path: Path, folder: Path | None = None, most_bytes: int | None = None) -> bytes:
    """The content of a regular file.

    Args:
        path: The file.
        folder: If given, links that lead out of this folder are refused: a case that was received from
            somebody else must not make the program read other files.
        most_bytes: The limit of size [bytes]; ``MOST_BYTES`` if None.

    Raises:
        InputError: it is missing, not a regular file, a link that leads elsewhere, too large, or not
            readable.
    """
    limit = MOST_BYTES if most_bytes is None else most_bytes
    file = path.name
    with reading(file, "add it (`planner new` writes an example of a case)" if folder else "check the path"):
        if folder is not None and not path.resolve().is_relative_to(folder.resolve()):
            rule = "is a link that leads out of the case's folder"
            raise problem(file, "link_outside", rule, "copy the file itself into the folder")
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            remedy = "put a file of this name there, not a folder or a device"
            raise problem(file, "not_a_file", "is not a regular file", remedy)
        if info.st_size > limit:
            raise too_large(file, info.st_size, limit)
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(file, len(data), limit)
    return data


@contextmanager
def reading(name: str, missing: str) -> Iterator[None]:
    """Turns what the operating system says about a file or folder into an InputError.

    Args:
        name: The name of the file or folder.
        missing: What to do if it is missing.
    """
    try:
        yield
    except FileNotFoundError:
        raise problem(name, "missing_file", "is missing", missing) from None
    except NotADirectoryError:
        rule, remedy = "is a file, not a folder", f"give the folder that holds {CASE_FILE}"
        raise problem(name, "not_a_folder", rule, remedy) from None
    except PermissionError:
        remedy = "give yourself the right to read it"
        raise problem(name, "no_permission", "cannot be read for lack of rights", remedy) from None
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links, up to Python 3.12
        rule = f"cannot be read ({reason(error)})"
        raise problem(name, "unreadable", rule, "check the path and its disk") from None
    except MemoryError:
        raise problem(name, "too_large", "does not fit into memory", "give a smaller file") from None


def too_large(file: str, size: int, limit: int) -> InputError:
    """The error for a file above the limit of size."""
    rule = f"has {size / 1e6:,.1f} MB, more than the {limit / 1e6:,.1f} MB that are read"
    remedy = "simplify its outlines or leave out rows that the plan does not need"
    return problem(file, "too_large", rule, remedy)


def reason(error: Exception) -> str:
    """What the operating system or a library said, on one line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return show(" ".join(str(text).split())).strip('"')


def sha256(data: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, file: str) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    Raises:
        InputError: it is empty, holds NUL bytes, or is in another encoding (the first wrong byte is named).
    """
    remedy = "save it as UTF-8 (in Excel: CSV UTF-8)"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise problem(file, "not_utf8", "is in UTF-16", remedy, row=1)
    at = data.find(b"\0")
    if at >= 0:
        rule = f"has a NUL byte at byte {at:,}: it is not a text file"
        raise problem(file, "not_text", rule, "save it as plain text in UTF-8", row=_line(data, at))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0)
        rule = f"is not UTF-8: byte 0x{data[at]:02x} at byte {at:,} belongs to another encoding"
        raise problem(file, "not_utf8", rule, remedy, row=_line(data, at)) from None
    if not text.strip():
        remedy = "fill it (`planner new` writes an example of each file)"
        raise problem(file, "empty_file", "is empty", remedy)
    return text


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
