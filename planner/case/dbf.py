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


def _texts(dbf: bytes) -> Iterator[bytes]:
    """The cells of a table's text columns (dBASE III file structure)."""
    count = int.from_bytes(dbf[4:8], "little")
    start, size = int.from_bytes(dbf[8:10], "little"), int.from_bytes(dbf[10:12], "little")
    columns, at = list[slice](), 1  # a record begins with its mark of deletion
    for field in range(FIRST_FIELD, max(start, FIRST_FIELD), FIELD_BYTES):
        if field + FIELD_BYTES > len(dbf) or dbf[field] == END_OF_FIELDS:
            break
        if dbf[field + 11 : field + 12] == b"C":
            columns.append(slice(at, at + dbf[field + 16]))
        at += dbf[field + 16]
    for record in range(start, min(len(dbf), start + count * size) if size else start, size or 1):
        for column in columns:
            yield dbf[record + column.start : min(record + column.stop, len(dbf))].rstrip(b" \0")


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
