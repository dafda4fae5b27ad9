"""A new study is one file: its command, its options, its tables and words are found by it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from planner.cli import studies
from planner.studies import kinds
from tests.studies.conftest import TINY

CLOSURES = '''
from dataclasses import replace
from typing import Annotated

import numpy as np
from typer import Option

from planner.causes.names import ALL
from planner.studies.engine import Gap, Variant
from planner.studies.metrics import wide
from planner.studies.ranked import Changes
from planner.studies.tables import Table, columns

TABLES = {"closures": Table(columns("""
    variant       | str     | port that is closed | port
    shortfall_km2 | float64 | change of the shortfall [km²] | shortfall km² | signed
"""))}


Part = Annotated[float, Option("--open", help="What is left.")]


def closures(case, *, open_part: Part = 0.0, gap: Gap = None, **how):
    """Close each port in turn, and say what that costs."""
    made = Changes.of("closures", case, gap, how, (open_part,))
    bases = made.base.case.bases
    capacity = np.minimum(bases["capacity_hours"], 1e4)
    left = {port: np.where(bases["base_id"] == port, open_part, capacity) for port in bases["base_id"]}
    variants = [Variant(port, {"bases": bases.assign(capacity_hours=one)}) for port, one in left.items()]
    return made.study(made.runner.plan(made.shared, variants), describe, tables, TABLES)


STUDY = closures


def tables(study):
    rows = wide(study.differences, ALL, ["shortfall_km2"], "difference")
    return {"closures": TABLES["closures"].of(rows)}


def describe(study):
    shown = ["variant", "shortfall_km2"]
    return [], [TABLES["closures"].section("Ports that close", study["closures"], shown)]
'''


def test_one_file_is_a_command_with_options_tables_and_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closures.py").write_text(CLOSURES, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    assert "closures" in kinds.names()
    app = typer.Typer()
    app.callback()(lambda: None)
    studies.register(app, "closures")
    shown = CliRunner().invoke(app, ["--help"]).output
    assert "Close each port in turn, and say what that costs." in shown
    assert "--open" in CliRunner().invoke(app, ["closures", "--help"]).output
    done = CliRunner().invoke(app, ["closures", str(TINY), "--report", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Ports that close" in done.output
    assert "Ports that close" in (tmp_path / "out" / "report.html").read_text("utf-8")
    table = pd.read_csv(tmp_path / "out" / "closures.csv").set_index("variant")["shortfall_km2"]
    # without its harbour the boat's 4 missions of the dateline zone are lost, without the airfield the plane
    assert table["harbour"] > 0.0
    assert table["airfield"] > table["harbour"]
