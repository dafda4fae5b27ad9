"""The page of a study: one file to read, mail and print."""

from __future__ import annotations

from planner.page.write import study_file as write_page

__all__ = ["write_page"]
