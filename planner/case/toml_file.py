"""Reading ``case.toml`` into raw values, and finding the line of a key."""

from __future__ import annotations

import re
import tomllib

from planner.case.files import problem

_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([^#=\s][^=]*?)\s*=")
_PLACE = re.compile(r" *\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(text: str, file: str) -> dict[str, object]:
    """The values of a TOML text.

    Raises:
        InputError: it is not TOML; the line is named.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        said = _PLACE.sub("", str(error))
        remedy = "correct the line (text stands in quotes, a table begins with [name])"
        raise problem(file, f"is not well-formed TOML ({said})", remedy, row=line) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        said = (
            "it is nested too deeply"
            if isinstance(error, RecursionError)
            else "it holds a number that is too long"
        )
        raise problem(file, f"cannot be read: {said}", "write it as `planner new` does") from None


def line_of(text: str, path: tuple[str, ...]) -> int:
    """The line of a key such as ("cells", "spacing_nm"), or of its table, or 0 if it does not stand there."""
    wanted = ".".join(path)
    table, best = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        header = _TABLE.match(line)
        if header:
            table = _plain(header[1]) + "."
            if table == wanted + ".":
                best = number
            continue
        key = _KEY.match(line)
        if key and table + _plain(key[1]) == wanted:
            return number
    return best


def _plain(key: str) -> str:
    return re.sub(r"\s*\.\s*", ".", key).replace('"', "").replace("'", "")
