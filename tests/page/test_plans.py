"""A run folder is read back as it was written, or refused with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import planner
from planner.page.plans import plan_of
from planner.page.projection import sheet
from planner.report.contract import TABLES
from planner.report.read_results import read_results
from planner.report.write import write
from tests.report.conftest import make_results

ISLANDS = shapely.MultiPolygon([shapely.box(177, -18, 178, -17), shapely.box(181, -17, 182, -16)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(make_results(land=ISLANDS), tmp_path / "run")


def test_a_folder_gives_the_plan_that_was_written(folder: Path) -> None:
    expected, found = plan_of(make_results(land=ISLANDS)), plan_of(read_results(folder))
    for name in TABLES:
        pd.testing.assert_frame_equal(found.tables[name], expected.tables[name])
    pd.testing.assert_frame_equal(found.bases, expected.bases, check_dtype=False)
    written = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert {**found.run, "files": None} == {**written, "files": None}
    assert shapely.equals(found.area_geometry, expected.area_geometry).all()
    assert shapely.equals(found.cell_geometry, expected.cell_geometry).all()
    assert shapely.equals(found.land, expected.land).all()


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(planner.InputError, match="name a folder that planner run has written"):
        planner.write_report(tmp_path)


def test_areas_are_equal_areas_and_whole_across_180(folder: Path) -> None:
    plan = plan_of(read_results(folder))
    on = sheet(plan.area_geometry, np.array([]), np.array([]))
    flat = on.flat(plan.area_geometry)
    # Boxes of meridians and parallels: R² (sin north - sin south) x radians of longitude; 1%: the ellipsoid.
    boxes = [(-20, -15, 10), (-12, -5, 6)]
    for outline, (south, north, width) in zip(flat, boxes, strict=True):
        band = np.sin(np.radians(north)) - np.sin(np.radians(south))
        km2 = 6371.0**2 * band * np.radians(width)
        assert outline.area * (on.unit_m / 1000) ** 2 == pytest.approx(km2, rel=0.01)
    assert shapely.get_num_geometries(flat[0]) == 1
    assert 0 < on.points(np.array([180.0]), np.array([-17.0]))[0, 0] < on.width


def test_a_report_is_not_written_over_without_being_asked(folder: Path) -> None:
    file = planner.write_report(folder)
    assert file == folder / "report.html"
    with pytest.raises(planner.OutputError, match="exists"):
        planner.write_report(folder)
    assert planner.write_report(folder, overwrite=True) == file
    write(make_results(), folder, overwrite=True)  # a report does not keep its folder from being replaced
    assert not file.exists()
