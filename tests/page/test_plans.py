"""A run folder is read back as it was written, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import planner
from planner.errors import InputError
from planner.page.plans import plan_of, read_plan
from planner.page.projection import sheet
from planner.report.contract import TABLES
from planner.report.write import write
from tests.report.conftest import make_results


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    islands = shapely.MultiPolygon([shapely.box(177, -18, 178, -17), shapely.box(181, -17, 182, -16)])
    return write(make_results(land=islands), tmp_path / "run")


def test_a_folder_gives_the_plan_that_was_written(folder: Path) -> None:
    islands = shapely.MultiPolygon([shapely.box(177, -18, 178, -17), shapely.box(181, -17, 182, -16)])
    expected, found = plan_of(make_results(land=islands)), read_plan(folder)
    for name in TABLES:
        pd.testing.assert_frame_equal(found.tables[name], expected.tables[name])
    pd.testing.assert_frame_equal(found.bases, expected.bases, check_dtype=False)
    assert found.run == expected.run
    for one, other in ((found.area_geometry, expected.area_geometry), (found.land, expected.land)):
        assert shapely.equals(one, other).all()
    assert shapely.equals(found.cell_geometry, expected.cell_geometry).all()


def test_outlines_follow_the_order_of_their_table(folder: Path) -> None:
    areas = pd.read_csv(folder / "areas.csv")
    areas.iloc[::-1].to_csv(folder / "areas.csv", index=False)
    text = (folder / "areas.csv").read_text(encoding="utf-8")
    (folder / "areas.csv").write_text(text.replace("False", "false"), encoding="utf-8")
    found = read_plan(folder)
    west = [outline.bounds[0] for outline in found.area_geometry]
    assert list(zip(found.tables["areas"]["area_id"], west, strict=True)) == [("tuvalu", 174), ("fiji", 175)]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda run: (run / "run.json").unlink(), r"run\.json: cannot be read as the manifest of a run"),
        (lambda run: (run / "run.json").write_text("[]"), r"run\.json: is not the manifest of a run"),
        (lambda run: (run / "fleet.csv").unlink(), r"fleet\.csv: cannot be read"),
        (lambda run: (run / "reach.csv").write_text("asset_id\n"), r"reach\.csv: has no column"),
        (lambda run: (run / "areas.csv").write_text('"'), r"areas\.csv: is not as the planner wrote it"),
        (lambda run: (run / "results.gpkg").write_text("x"), r"results\.gpkg: has no readable layer"),
    ],
)
def test_what_is_no_run_is_refused(folder: Path, spoil: object, said: str) -> None:
    spoil(folder)  # type: ignore[operator]
    with pytest.raises(InputError, match=said) as refused:
        read_plan(folder)
    assert "plan it again with planner run" in str(refused.value)


def test_areas_are_equal_areas_and_whole_across_180(folder: Path) -> None:
    plan = read_plan(folder)
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
