"""What others publish: names of columns, and countries by codes and names (facts in ``published.toml``)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from planner.schema.codes import ALPHA3, COUNTRIES
from planner.schema.values import CONTROL

PUBLISHED: Mapping[str, Any] = tomllib.loads(
    resources.files("planner.case").joinpath("published.toml").read_text(encoding="utf-8")
)


def columns_of(names: Iterable[str], known: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The column of a file for each key that it has one for: the first of those known, in any letters."""
    lower = {name.strip().casefold(): name for name in reversed([*names])}
    found = {key: [name for name in of if name.casefold() in lower] for key, of in known.items()}
    return {key: lower[of[0].casefold()] for key, of in found.items() if of}


def one_line(text: str) -> str:
    """Text in one line, without characters that no screen shows."""
    return " ".join(CONTROL.sub(" ", text).split())


def folded(text: str) -> str:
    """A name as it is compared: without accents, capitals, articles and signs."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    plain = plain.replace("&", " and ").replace(".", "").replace("'", "")
    words = [{"st": "saint"}.get(word, word) for word in re.findall("[a-z0-9]+", plain)]
    return " ".join(word for word in words if word != "the") or text.strip().casefold()


_CODES: dict[str, str] = {
    code: alpha3 for alpha3, codes in PUBLISHED["country_codes"].items() for code in codes
}
_NAMES: dict[str, str] = {
    name: alpha3 for alpha3, names in PUBLISHED["country_names"].items() for name in names
}
_NAMES |= {folded(name): alpha3 for alpha3, name in COUNTRIES.items()}


def country_of(code: str) -> str:
    """The alpha-3 code for a code of alpha-3 or alpha-2, in whatever letters; "" if it is neither."""
    code = code.strip().upper()
    return code if code in COUNTRIES else ALPHA3.get(code, "")


def replaced_code(code: str) -> str:
    """The alpha-3 code that gives access for a code that is reserved or withdrawn; "" if it is neither."""
    return _CODES.get(code.strip().upper(), "")


def country_called(name: str) -> str:
    """The alpha-3 code of a country by its name; "" if it is the name of none."""
    return _NAMES.get(folded(name), "")


def any_country(word: str) -> str:
    """The alpha-3 code of a country by any code or name; "" if it is none."""
    return country_of(word) or replaced_code(word) or country_called(word)
