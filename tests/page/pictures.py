"""What is on a picture: shares of its pixels by colour."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]


def pixels(url: str) -> Pixels:
    """A data URL as an array, shape (rows, columns, 3)."""
    picture = Image.open(io.BytesIO(base64.b64decode(url.split(",", 1)[1])))
    return np.asarray(picture.convert("RGB"))


def share(picture: Pixels, colour: str, near: int = 6) -> float:
    """Share of the pixels that have a colour, to within a few steps of each of its parts."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    off = np.abs(picture.astype(int) - wanted).max(axis=-1)
    return float((off <= near).mean())
