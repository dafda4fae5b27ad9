"""The official codes of countries (ISO 3166-1 alpha-3) and currencies (ISO 4217), as of early 2026.

XTS and XXX are left out: ISO 4217 assigns them to tests and to "no currency", neither of which buys a patrol.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files


def data_text(name: str) -> str:
    """The text of a data file of this package."""
    return (files("planner.schema") / name).read_text(encoding="utf-8")


_ROWS = [line.split(",", maxsplit=5) for line in data_text("countries.csv").splitlines()[1:]]
COUNTRIES: dict[str, str] = {alpha3: name for alpha3, *_, name in _ROWS}
"""The 249 codes of ISO 3166-1 alpha-3 and a short English name of each, for suggestions."""

ALPHA3: dict[str, str] = {alpha2: alpha3 for alpha3, alpha2, *_ in _ROWS}
"""The alpha-3 code for each of alpha-2."""

COUNTRY_PLACES: dict[str, tuple[float, ...]] = {
    alpha3: tuple(map(float, circle)) for alpha3, _, *circle, _ in _ROWS
}
"""A circle around each country: longitude, latitude [degrees], radius [nm]. It holds the airfields of the
airportsdata package and the places of GeoNames (CC BY 4.0); where overseas territories may go by the code of
their sovereign it is the whole Earth."""

_MONEY = tomllib.loads(data_text("currencies.toml"))
CURRENCIES: frozenset[str] = frozenset(_MONEY["active"].split())
"""The active codes of ISO 4217."""

COMMON_CURRENCIES: dict[str, float] = _MONEY["in_dollars"]
"""Currencies of donors and of the Pacific, and about what one of each is in US dollars."""
