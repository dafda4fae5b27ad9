"""Reading one file as bytes or text: regular files inside the folder only, within a limit of size."""

from __future__ import annotations

import codecs
import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.case.place import Place
from planner.schema.wording import show

CASE_FILE = "case.toml"
MOST_BYTES = 100_000_000
"""Larger files of a case are refused: the whole program is to stay under 1 GiB, and a table of the most rows
(``planner.schema.table.MOST_ROWS``) or the zones of the whole world at 10 m fit."""


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
    place = Place(path.name)
    with reading(path.name, "missing_file.case" if folder else "missing_file"):
        if folder is not None and not path.resolve().is_relative_to(folder.resolve()):
            raise place.error("link_outside")
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise place.error("not_a_file")
        size, data = info.st_size, b""
        if size <= limit:
            with path.open("rb") as stream:
                data = stream.read(size + 1)  # not more than there is: memory may be short
            size = len(data)
        if size > limit:
            raise place.error("too_large.file", size=size / 1e6, limit=limit / 1e6)
    return data


@contextmanager
def reading(name: str, missing: str) -> Iterator[None]:
    """Turns what the operating system says about a file or folder into an InputError.

    Args:
        name: The name of the file or folder.
        missing: What is said if it is missing, a key of the catalogue.
    """
    place = Place(name)
    try:
        yield
    except FileNotFoundError:
        raise place.error(missing) from None
    except NotADirectoryError:
        raise place.error("not_a_folder") from None
    except PermissionError:
        raise place.error("no_permission") from None
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links, up to Python 3.12
        raise place.error("unreadable", said=reason(error)) from None
    except MemoryError:
        raise place.error("too_large") from None


def reason(error: Exception) -> str:
    """What the operating system or a library said, on one line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return show(" ".join(str(text).split())).strip('"')


def sha256(data: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises:
        InputError: it is empty, holds NUL bytes, or is in another encoding (the first wrong byte is named).
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Place(file, 1).error("not_utf8.utf16")
    at = data.find(b"\0")
    if at >= 0:
        raise Place(file, _line(data, at)).error("not_text.file", at=at)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + (len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0)
        raise Place(file, _line(data, at)).error("not_utf8", byte=data[at], at=at) from None
    if not text.strip():
        raise Place(file).error("empty_file")
    return text


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
