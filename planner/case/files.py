"""Reading one file as bytes or text: regular files inside the folder only, within a limit of size."""

from __future__ import annotations

import codecs
import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from planner.schema.messages import Place, show

CASE_FILE = "case.toml"
CHANGES = "--set"
"""What changes that the user makes are called in messages."""
MOST_BYTES = 100_000_000
"""Larger files of a case are refused: the whole program is to stay under 1 GiB, and a table of the most rows
(``planner.schema.tables.MOST_ROWS``) or the zones of the whole world at 10 m fit."""
ARCHIVE = b"PK\x03\x04"
"""How workbooks (.xlsx, .ods) begin, and all that is zipped."""
UTF16 = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE
PIECE_BYTES = 1_000_000


def read_bytes(path: Path, folder: Path | None = None, most_bytes: int | None = None) -> bytes:
    """The content of a regular file.

    Links that lead out of ``folder`` are refused: a case that was received from somebody else must not make
    the program read other files. The limit of size is ``most_bytes``, or ``MOST_BYTES``.

    Raises:
        InputError: it is missing, not a regular file, a link that leads elsewhere, too large, or unreadable.
    """
    limit = MOST_BYTES if most_bytes is None else most_bytes
    place = Place(path.name)
    with reading(path.name, "missing_file.case" if folder else "missing_file"):
        if folder is not None and not path.resolve().is_relative_to(folder.resolve()):
            raise place.error("link_outside")
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise place.error("not_a_file")
        size, pieces = info.st_size, list[bytes]()
        if size <= limit:
            size = 0
            with path.open("rb") as stream:  # in pieces: a file may grow, and memory is asked for as needed
                while size <= limit and (piece := stream.read(PIECE_BYTES)):
                    pieces.append(piece)
                    size += len(piece)
        if size > limit:
            raise place.error("too_large.file", size=size / 1e6, limit=limit / 1e6)
        return b"".join(pieces)


@contextmanager
def reading(name: str, missing: str) -> Iterator[None]:
    """Turns what the system says about a file or folder into an InputError, ``missing`` if it is."""
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


def reason(error: Exception) -> str:
    """What the operating system or a library said, on one line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return show(" ".join(str(text).split())).strip('"')


def sha256(data: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, file: str, encoding: str = "") -> str:
    """The text of a file in a given encoding, else in UTF-8, with or without a byte order mark.

    Raises:
        InputError: it is empty, holds NUL bytes, or is in another encoding (the first wrong byte is named).
    """
    if encoding:
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError) as error:
            raise Place(file, 0, "--encoding").error("wrong_encoding", encoding, said=reason(error)) from None
    if data.startswith(UTF16):
        raise Place(file, 1).error("not_utf8.utf16")
    if data.startswith(ARCHIVE):
        raise Place(file).error("not_text.workbook")
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


def decode_table(data: bytes, file: str, encoding: str = "") -> tuple[str, bool]:
    """The text of a table in a given encoding, else in UTF-8, UTF-16 or Windows-1252; whether it is the last.

    Raises:
        InputError: as ``decode``.
    """
    if encoding:
        return decode(data, file, encoding), False
    with suppress(UnicodeError):
        if order := utf16_of(data):
            return decode(data.decode(order).encode(), file), False
        if not is_utf8(data) and b"\0" not in data and not data.startswith((*UTF16, codecs.BOM_UTF8)):
            return data.decode("cp1252"), True
    return decode(data, file), False


def utf16_of(data: bytes) -> str:
    """The order of bytes of a text in UTF-16, by how it begins; "" of one that is in another encoding."""
    if data.startswith(UTF16):
        return "utf-16"
    return ("utf-16-be" if data[0] == 0 else "utf-16-le") if data[:2].count(b"\0") == 1 else ""


def is_utf8(data: bytes) -> bool:
    """Whether bytes are text in UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
