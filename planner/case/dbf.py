"""How the text of a dBASE table is encoded, which half of the shapefiles in use do not say."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

LANGUAGE_BYTE = 29
FIRST_FIELD, FIELD_BYTES = 32, 32
END_OF_FIELDS = 0x0D
ASSUMED = ("cp1252", "iso8859-1")
"""What is assumed of text that is not UTF-8: Western European, as GDAL does."""
SHOWN_NAMES = 3


def text_encoding(dbf: bytes, cpg: bytes | None, wanted: str) -> tuple[str, dict[str, str]]:
    """The encoding of a table's text, "" where GDAL knows, and what to say where it had to be assumed.

    Text beyond ASCII that is valid UTF-8 is UTF-8: in no other encoding would it be words. A code page that
    the language byte of the table names is therefore only believed of other text.

    Args:
        dbf: the table (.dbf).
        cpg: the file that names the encoding (.cpg), if there is one.
        wanted: the encoding that the user has given, "" for none.
    """
    if wanted:
        return wanted, {}
    texts = [text for text in _texts(dbf) if not text.isascii()]
    said = (cpg or b"").decode("ascii", "replace").strip().upper().replace("-", "")
    utf8 = all(map(_is_utf8, texts))
    if texts and utf8 and not said:
        return "UTF-8", {}
    if utf8 or (said or dbf[LANGUAGE_BYTE]) not in (0, "UTF8", "65001"):
        return "", {}
    encoding = next(each for each in ASSUMED if all(_is(text, each) for text in texts))
    shown = dict.fromkeys(text.decode(encoding).strip() for text in texts)
    return encoding, {"encoding": encoding, "names": ", ".join(list(shown)[:SHOWN_NAMES])}


def whole_letters(dbf: bytes) -> bytes:
    """A table in UTF-8 without the halves of letters that its cells, cut at their width, may end in."""
    columns, rows = _layout(dbf)
    found = bytearray(dbf)
    for record in rows:
        for _, is_text, at in columns:
            cell = _cell(dbf, record, at)
            whole = cell if cell.isascii() or not is_text else cell.decode("utf-8", "ignore").encode()
            if whole != cell:
                place = slice(record + at.start, record + at.start + len(cell))
                found[place] = whole.ljust(len(cell))
    return bytes(found)


def read_rows(dbf: bytes, encoding: str) -> Iterator[dict[str, str]]:
    """The rows of a table as text by column, in an encoding that ``text_encoding`` has found."""
    columns, rows = _layout(dbf)
    for record in rows:
        yield {name: _cell(dbf, record, at).decode(encoding, "replace").strip() for name, _, at in columns}


def _layout(dbf: bytes) -> tuple[list[tuple[str, bool, slice]], range]:
    """Name, whether it is text, and place in a record of each column; where records start (dBASE III)."""
    count = int.from_bytes(dbf[4:8], "little")
    start, size = int.from_bytes(dbf[8:10], "little"), int.from_bytes(dbf[10:12], "little")
    columns, at = list[tuple[str, bool, slice]](), 1  # a record begins with its mark of deletion
    for field in range(FIRST_FIELD, min(start, len(dbf)) - FIELD_BYTES + 1, FIELD_BYTES):
        if dbf[field] == END_OF_FIELDS:
            break
        name = dbf[field : field + 11].split(b"\0")[0].decode("ascii", "replace")
        columns.append((name, dbf[field + 11 : field + 12] == b"C", slice(at, at + dbf[field + 16])))
        at += dbf[field + 16]
    return columns, range(start, min(len(dbf), start + count * size), max(size, 1))


def _cell(dbf: bytes, record: int, at: slice) -> bytes:
    return dbf[record + at.start : record + at.stop].rstrip(b" \0")


def _texts(dbf: bytes) -> Iterator[bytes]:
    """The cells of a table's text columns."""
    columns, rows = _layout(dbf)
    for record in rows:
        for _, is_text, at in columns:
            if is_text:
                yield _cell(dbf, record, at)


def _is_utf8(text: bytes) -> bool:
    """Whether bytes are UTF-8, or the beginning of it: cells are cut at their width."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _is(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
