"""What planning costs as cases grow: ``python -m tests.benchmarks.scale FOLDER [PART ...] [--sizes ...]``.

The parts are the names in ``PARTS``; without any, all are measured. See README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.benchmarks import parts
from tests.benchmarks.parts import Sizes

PARTS: dict[str, tuple[Callable[[Path, Sizes], pd.DataFrame], Sizes]] = {
    part.__name__: (part, sizes)
    for part, sizes in (
        (parts.stages, (60, 40, 20, 10, 5)),
        (parts.extents, (20, 5, 10)),
        (parts.certified, (60, 20, 10, 5)),
        (parts.tolerances, (60,)),
        (parts.sweeps, (20,)),
        (parts.commands, (60,)),
        (parts.sifting_rule, (200, 150, 120, 100, 60)),
        (parts.growth, (60, 40, 28, 20, 14, 10, 7, 5)),
        (parts.capacity_growth, (60,)),
        (parts.peers_scarce, (7_000, 20_000, 60_000)),
        (parts.peers_pacific, (60, 20, 10)),
    )
}
"""The parts, each with its sizes: sides of cells [nm], but numbers of cells of scarce instances."""


def markdown(table: pd.DataFrame) -> str:
    """A table as Markdown, with three digits."""

    def shown(value: Any) -> str:
        if pd.isna(value) or not isinstance(value, (int, float)):
            return "" if pd.isna(value) else str(value)
        return f"{value:.3g}" if isinstance(value, float) and abs(value) < 100 else f"{value:,.0f}"

    lines = [" | ".join(table.columns), " | ".join("---:" for _ in table.columns)]
    lines += [" | ".join(row) for row in table.astype(object).map(shown).to_numpy().tolist()]
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where tables and pictures are written")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what is measured: {', '.join(PARTS)}")
    parser.add_argument("--sizes", type=float, nargs="+", help="sizes other than those of the parts")
    given = parser.parse_intermixed_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for name in given.parts or PARTS:
        part, sizes = PARTS[name]
        table = part(given.folder, given.sizes or sizes)
        table.to_csv(given.folder / f"{name}.csv", index=False)
        text = f"## {name}: {(part.__doc__ or '').strip()}\n\n{markdown(table)}\n"
        (given.folder / f"{name}.md").write_text(text, encoding="utf-8")
        print(text, flush=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    files = [file for name in PARTS if (file := given.folder / f"{name}.md").exists()]
    whole = "\n".join(file.read_text(encoding="utf-8") for file in files)
    (given.folder / "scale.md").write_text(
        f"# What planning costs ({machine}, processor time)\n\n{whole}", "utf-8"
    )


if __name__ == "__main__":
    main()
