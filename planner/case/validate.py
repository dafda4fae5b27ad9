"""The name of the file of settings, under the name that other packages import."""

from planner.case.files import CASE_FILE

__all__ = ["CASE_FILE"]
