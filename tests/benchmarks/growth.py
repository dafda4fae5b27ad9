"""How the cost of each stage grows: a power law fitted through its sizes, and a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

NEGLIGIBLE_S = 0.05
"""Times below this say nothing of growth."""


def exponents(table: pd.DataFrame, size: str) -> pd.DataFrame:
    """Fit seconds = a size^b by least squares of the logarithms, stage by stage.

    Args:
        table: columns ``stage``, ``seconds`` and the size.
        size: name of the column of the size.

    Returns:
        stage, number of sizes, exponent b, b between the two largest sizes alone (where what does not grow
        weighs least), and seconds of the largest size.
    """
    found = []
    for stage, rows in table[table["seconds"] > NEGLIGIBLE_S].sort_values(size).groupby("stage", sort=False):
        if len(rows) >= 3:
            x, y = np.log(rows[size].to_numpy()), np.log(rows["seconds"].to_numpy())
            last = (y[-1] - y[-2]) / (x[-1] - x[-2])
            found.append(
                (stage, len(rows), float(np.polyfit(x, y, 1)[0]), last, float(rows["seconds"].iloc[-1]))
            )
    columns = ["stage", "sizes", "exponent", "between the two largest", "at the largest"]
    return pd.DataFrame(found, columns=columns)


def picture(table: pd.DataFrame, size: str, title: str, file: Path) -> None:
    """Seconds against size, both in logarithms, one line for each stage."""
    import altair  # noqa: PLC0415

    chart = (
        altair.Chart(table[table["seconds"] > 0.0])
        .mark_line(point=True)
        .encode(
            x=altair.X(size, scale=altair.Scale(type="log"), title=size),
            y=altair.Y("seconds", scale=altair.Scale(type="log"), title="processor time [s], memory [GB]"),
            color=altair.Color("stage", sort=None, title=None),
        )
        .properties(title=title, width=420, height=300)
    )
    chart.save(str(file), scale_factor=1.5)
