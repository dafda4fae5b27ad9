"""Files of figures: whole folders, sound formats, fonts inside."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from planner.charts.spec import FONT
from planner.charts.write import rendered, tighter
from planner.errors import InputError, OutputError
from planner.page.figures import write_figures
from planner.results.results import Results
from tests.charts.conftest import figure


def test_pixels_per_inch(plan: Results) -> None:
    spec = figure(plan, "hours")
    small, large = (Image.open(io.BytesIO(rendered(spec, "png", dpi))) for dpi in (72.0, 300.0))
    assert large.width == pytest.approx(small.width * 300 / 72, abs=5)
    assert small.width == pytest.approx(510, abs=30), "points: 180 mm"


def test_tighter_has_the_same_pixels() -> None:
    rough = io.BytesIO()
    image = Image.fromarray(np.random.default_rng(1).integers(0, 9, (40, 30, 3), dtype=np.uint8))
    image.save(rough, "PNG", compress_level=0)
    packed = tighter(rough.getvalue())
    assert len(packed) < len(rough.getvalue())
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(packed))), np.asarray(image))


def test_pdf_has_its_fonts_and_its_text(plan: Results) -> None:
    page = PdfReader(io.BytesIO(rendered(figure(plan, "hours"), "pdf"))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert "LiberationSans" in descriptor["/FontName"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    assert "Hours used" in page.extract_text()
    assert float(page.mediabox.width) == pytest.approx(510, abs=30)


def test_svg_falls_back_to_any_sans_serif(plan: Results) -> None:
    svg = rendered(figure(plan, "hours"), "svg").decode()
    assert FONT.endswith("sans-serif")
    assert FONT in svg
    assert "http" not in svg.replace("http://www.w3.org/", ""), "nothing is fetched"


def test_a_folder_is_written_whole_and_replaced_only_when_asked(tmp_path: Path, plan: Results) -> None:
    folder = write_figures(plan, tmp_path / "figures", "svg", ["hours", "prices"])
    assert {file.name for file in folder.iterdir()} == {"hours.svg", "prices.svg", "figures.json"}
    document = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert document["figures"] == ["hours", "prices"]
    with pytest.raises(OutputError, match="replace a former set of figures with --overwrite"):
        write_figures(plan, folder, "svg", ["hours"])
    write_figures(plan, folder, "pdf", ["hours"], overwrite=True)
    assert {file.name for file in folder.iterdir()} == {"hours.pdf", "figures.json"}
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"'mine.txt', which no set of figures wrote"):
        write_figures(plan, folder, "pdf", ["hours"], overwrite=True)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kind": "gif"}, "gif is not a format; name png, svg, pdf"),
        ({"only": ["map"]}, "map is not a figure"),
        ({"dpi": 5000.0}, "5000 is not between 36 and 1200"),
    ],
)
def test_wishes_that_cannot_be_met(
    tmp_path: Path, plan: Results, changes: dict[str, object], rule: str
) -> None:
    with pytest.raises(InputError, match=rule):
        write_figures(plan, tmp_path / "figures", **changes)  # type: ignore[arg-type]
    assert not (tmp_path / "figures").exists()
