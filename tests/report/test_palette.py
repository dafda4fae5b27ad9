"""Colours that mean different things can be told apart with any colour vision, and text can be read."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest

from planner.report import palette

Array = npt.NDArray[np.float64]

# Linear RGB as seen without red, green or blue cones: Machado, Oliveira and Fernandes (2009), severity 1.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# sRGB (IEC 61966-2-1) to XYZ, D65
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
JUST_SEEN = 2.3
"""CIE76 difference that people just notice (Mahy and others 1994)."""
CAUSES = [colour for colour, _ in palette.CAUSE_COLOURS.values()]
CAUSES_AT_NIGHT = [palette.NIGHT.get(cause, colour) for cause, (colour, _) in palette.CAUSE_COLOURS.items()]


def linear(colour: str) -> Array:
    share = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(colour: str, vision: str = "usual") -> Array:
    seen = np.clip(VISION[vision] @ linear(colour), 0.0, 1.0)
    x, y, z = (TO_XYZ @ seen) / TO_XYZ.sum(axis=1)
    f = [
        value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29
        for value in (x, y, z)
    ]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """WCAG 2: (L1 + 0.05) / (L2 + 0.05)."""
    a, b = sorted((float(TO_XYZ[1] @ linear(colour)) for colour in (one, other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


@pytest.mark.parametrize("vision", list(VISION))
@pytest.mark.parametrize(
    "colours",
    [CAUSES, CAUSES_AT_NIGHT, palette.KINDS, list(palette.ASSET_KINDS.values())],
    ids=["causes", "causes at night", "kinds", "kinds of asset"],
)
def test_kinds_can_be_told_apart(colours: list[str], vision: str) -> None:
    for one, other in combinations(colours, 2):
        away = float(np.linalg.norm(lab(one, vision) - lab(other, vision)))
        assert away > 5 * JUST_SEEN, (one, other)


@pytest.mark.parametrize("vision", list(VISION))
@pytest.mark.parametrize("colours", [palette.VIRIDIS, palette.CIVIDIS], ids=["viridis", "cividis"])
def test_more_is_lighter_step_by_step(colours: tuple[str, ...], vision: str) -> None:
    lightness = [lab(colour, vision)[0] for colour in colours]
    assert all(after - before > 2 * JUST_SEEN for before, after in pairwise(lightness))


def test_what_is_not_so_is_told_from_every_kind() -> None:
    none = palette.CAUSE_COLOURS["none"][0]
    for vision in VISION:
        for colour in (*palette.KINDS, palette.OTHERS):
            assert np.linalg.norm(lab(none, vision) - lab(colour, vision)) > 5 * JUST_SEEN


@pytest.mark.parametrize("ink", [palette.INK, palette.QUIET])
@pytest.mark.parametrize("ground", [palette.PAPER, palette.WATER])
def test_text_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5, "WCAG 2.2, 1.4.3"


def test_contrast_of_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_land_stands_out_from_water() -> None:
    assert np.linalg.norm(lab(palette.LAND) - lab(palette.WATER)) > 5 * JUST_SEEN
    assert np.linalg.norm(lab(palette.NIGHT["land"]) - lab(palette.NIGHT["water"])) > 5 * JUST_SEEN


@pytest.mark.parametrize("vision", list(VISION))
@pytest.mark.parametrize("scale", [palette.LESS_MORE, palette.NIGHT_LESS_MORE], ids=["day", "night"])
def test_less_is_told_from_more(scale: tuple[str, ...], vision: str) -> None:
    for one, other in combinations(scale, 2):
        assert np.linalg.norm(lab(one, vision) - lab(other, vision)) > 4 * JUST_SEEN, (one, other)
