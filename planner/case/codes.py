"""The codes of countries and currencies, under the name that other packages import."""

from planner.schema.codes import COUNTRIES, CURRENCIES

__all__ = ["COUNTRIES", "CURRENCIES"]
