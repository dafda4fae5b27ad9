"""The official codes of countries (ISO 3166-1 alpha-3) and currencies (ISO 4217), as of early 2026.

XTS and XXX are left out: ISO 4217 assigns them to tests and to "no currency", neither of which buys a patrol.
"""

from __future__ import annotations

from importlib.resources import files


def data_text(name: str) -> str:
    """The text of a data file of this package."""
    return (files("planner.schema") / name).read_text(encoding="utf-8")


COUNTRIES: dict[str, str] = dict(
    line.split(",", maxsplit=1) for line in data_text("countries.csv").splitlines()[1:]
)
"""The 249 codes of ISO 3166-1 alpha-3 and a short English name of each, for suggestions."""

CURRENCIES: frozenset[str] = frozenset(data_text("currencies.txt").split())
"""The active codes of ISO 4217."""

COMMON_CURRENCIES = tuple("USD EUR JPY AUD NZD GBP FJD PGK SBD TOP VUV WST XPF".split())  # noqa: SIM905
"""Suggested before others: donors' currencies and those of the Pacific."""
