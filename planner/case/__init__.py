"""What the user hands in: the files of a case, their checks, and the case as plain frames."""

from planner.case.capital import CapitalCase
from planner.case.capital_read import read_capital_case
from planner.case.case import Case
from planner.case.read import read_case
from planner.schema.tables import SERVICES

__all__ = ["SERVICES", "CapitalCase", "Case", "read_capital_case", "read_case"]
