"""The folder of a study, read back as far as its charts need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import InputError, Problem
from planner.results.csv_files import read_csv
from planner.results.folders import command_of, read_study_document

TEXT = frozenset(
    (
        *("scenario", "area_id", "in_area", "id", "name", "title", "figure", "kind", "how", "unit", "status"),
        *("variant", "message", "rung", "outcome", "driver", "programme_id", "asset_id"),
    )
)
"""Columns that are text whatever stands in them; others are numbers, where all of them are."""


@dataclass(frozen=True)
class StudyFolder:
    """A study as its folder has it; see ``planner.charts.studies.Found``.

    Attributes:
        folder: where it is.
        kind: of the study.
        document: what its manifest says of it.
    """

    folder: Path
    kind: str
    document: Mapping[str, Any]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by its name.

        Raises:
            InputError: the file is missing, or is no table.
        """
        file = f"{name}.csv"
        try:
            table = read_csv(self.folder / file)
        except OSError as error:
            raise self.broken(file, f"cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise self.broken(file, f"cannot be understood ({error})") from error
        return pd.DataFrame({column: _typed(str(column), table[column]) for column in table})

    def broken(self, file: str, rule: str) -> InputError:
        """What is wrong with a file, and what to do."""
        remedy = f"make the folder again with {command_of(self.kind)}"
        return InputError([Problem(file, 0, "", str(self.folder), rule, remedy)])


def read_study(folder: Path, kind: str) -> StudyFolder:
    """Read the manifest of a study.

    Raises:
        InputError: it is not as it was written.
    """
    return StudyFolder(folder, kind, read_study_document(folder, kind))


def _typed(name: str, text: pd.Series) -> pd.Series:
    if name in TEXT:
        return text
    figures = pd.to_numeric(text, errors="coerce")
    return text if (figures.isna() & (text != "")).any() else figures
