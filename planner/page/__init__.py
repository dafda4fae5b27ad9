"""Reports as one page of HTML that opens anywhere: sentences, charts and tables; no network is asked.

``study_page`` makes the page of any study from its sentences and sections; ``views_page`` makes one with
several plans to choose from.
"""

from planner.page.html import study_page, views_page
from planner.page.parts import Choice, Column, Content, Section, Table, View, numeric, text

__all__ = [
    "Choice",
    "Column",
    "Content",
    "Section",
    "Table",
    "View",
    "numeric",
    "study_page",
    "text",
    "views_page",
]
